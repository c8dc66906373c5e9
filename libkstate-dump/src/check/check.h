/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: will it be taken?
 *
 * Data is what one kernel saves; readers are what another one has been built with. Every
 * description of the data is judged once, by the engine's rules (engine.h); what is said
 * of a section follows from that, and from what is true of it alone.
 *
 *   - check_sides.c: which descriptions are data, which are readers
 *   - check_judge.c: one description of the data; check_notes.c: what the rules do not mind
 *   - check_abi.c: versions of KHO, LUO and their users
 *   - check_waivers.c: what somebody has said is all right
 *   - check_list.c: sections; check.c: the rest
 */

#ifndef KSTD_CHECK_H
#define KSTD_CHECK_H

#include "query/catalog.h"
#include "kstate/compat.h"
#include "kstate/section.h"

/* Subsections that are looked at of one description; findings that are kept of it. */
#define KSTD_MAX_SUBS		256
#define KSTD_MAX_FINDINGS	1000

/*
 * Comparisons of two names, in all: more would be needed for descriptions that were
 * made to take time, and for no others.
 */
#define KSTD_CHECK_BUDGET	(1ULL << 29)

/* What becomes of it; the greatest counts. */
enum kstd_effect {
	KSTD_EFFECT_NOTE,	/* the kernel does not mind */
	KSTD_EFFECT_KEEPS,	/* is not in the data: its driver keeps what it has */
	KSTD_EFFECT_SKIPS,	/* is skipped, as the reader says */
	KSTD_EFFECT_LOSES,	/* is lost, which the reader does not say */
	KSTD_EFFECT_REFUSES,	/* nothing of the section is restored */
};

#define X(sym, code, effect, error, advice) KSTD_CHECK_##sym,
enum kstd_check_code {
#include "check/check_codes.def"
	KSTD_NR_CHECK_CODES,
};
#undef X

struct kstd_check_def {
	const char *name;
	enum kstd_effect effect;
	const char *error;
	const char *advice;
};

/* By &enum kstd_check_code. */
extern const struct kstd_check_def kstd_check_defs[];

/* What becomes of a section: X(symbol, name, key of the number of such sections). */
#define KSTD_CHECK_VERDICTS(X)					\
	X(LOADS,	"loads",	KSTD_K_NR_LOADS)	\
	X(LOADS_PARTLY,	"loads-partly",	KSTD_K_NR_PARTLY)	\
	X(REFUSED,	"refused",	KSTD_K_NR_REFUSED)	\
	X(UNCLAIMED,	"unclaimed",	KSTD_K_NR_UNCLAIMED)	\
	X(LOST,		"lost",		KSTD_K_NR_CHECK_LOST)	\
	X(NOT_KNOWN,	"not-known",	KSTD_K_NR_NOT_KNOWN)

#define X(sym, name, key) KSTD_VERDICT_##sym,
enum kstd_check_verdict {
	KSTD_CHECK_VERDICTS(X)
	KSTD_NR_VERDICTS,
};
#undef X

/**
 * struct kstd_check_totals - what becomes of all sections
 * @sections: how many have each verdict
 * @waived: how many have a finding that is waived
 * @result: the worst that is not waived
 */
struct kstd_check_totals {
	uint64_t sections[KSTD_NR_VERDICTS];
	uint64_t waived;
	enum kstd_check_result result;
};

struct kstd_check_run;

/* What to do about a finding; NULL: nothing. */
const char *kstd_check_advice(const struct kstd_check_run *c, enum kstd_check_code code);

/**
 * struct kstd_waiver - a line of a file of waivers
 * @code: &enum kstd_check_code
 * @where: a description, with "@instance" or ".path" if it is only about that
 * @reason: may be empty
 * @used: it has waived something
 */
struct kstd_waiver {
	struct kstd_waiver *next;
	unsigned int line;
	enum kstd_check_code code;
	const char *where;
	const char *reason;
	bool used;
};

/**
 * struct kstd_finding - something that is to be said
 * @name: of what: a description, or an ABI
 * @path: in it: a field, a subsection, a field of one; "" for all of it
 * @part: 0 for the description itself, i + 1 for its subsection i
 * @text: a clause
 * @saved: what the data has, @reads what the reader has; NULL if that says nothing
 * @error: what kstate_restore() answers because of it, or NULL
 * @waiver: NULL if nobody has waived it
 */
struct kstd_finding {
	struct kstd_finding *next;
	enum kstd_check_code code;
	const char *name;
	const char *path;
	unsigned int part;
	const char *text;
	const char *saved;
	const char *reads;
	const char *error;
	struct kstd_waiver *waiver;
};

/**
 * struct kstd_findings - a list of them
 * @nr: how many are kept
 * @more: how many are not: the list was full
 * @refused: a bit for each part of which one is kept that refuses it
 */
struct kstd_findings {
	struct kstd_finding *first;
	struct kstd_finding **tail;
	unsigned int nr;
	uint64_t more;
	uint64_t refused[(KSTD_MAX_SUBS + 64) / 64];
};

/**
 * struct kstd_checked_desc - a description of the data
 * @name: NUL-terminated
 * @sections: how many sections have it
 * @reader: NULL if nobody reads it
 * @file: where @reader is from
 * @subs: subsections that a section has, or may have, @nr_subs of them
 * @known: for each, whether the reader looks at it
 */
struct kstd_checked_desc {
	struct kstd_checked_desc *next;
	const struct kstd_desc *desc;
	const struct kstd_schema_set *schema;
	const char *name;
	uint64_t sections;
	const struct kstd_desc *reader;
	const char *file;
	const struct kstd_desc *subs[KSTD_MAX_SUBS];
	bool known[KSTD_MAX_SUBS];
	unsigned int nr_subs;
	struct kstd_findings findings;
};

/**
 * struct kstd_desc_set - the descriptions of one file
 * @layouts: as the rules see them, by index in @schema
 * @checked: of data: by index in @schema, NULL for those that no section has
 * @by_name: the descriptions, sorted by name
 * @is_catalog: they are all that its kernel has
 */
struct kstd_desc_set {
	struct kstd_desc_set *next;
	const char *file;
	const struct kstd_schema_set *schema;
	const struct kstd_producer *producer;
	struct kstate_layout *layouts;
	struct kstd_checked_desc **checked;
	const struct kstd_desc **by_name;
	bool is_catalog;
};

/**
 * struct kstd_check_run - a check
 * @dump: gets everything that is made
 * @next: the other kernel's files, @nr_next of them
 * @reverse: the next kernel's data, read by this one
 * @reader: "the next kernel" or "this kernel"
 * @image: whose sections are checked; NULL: descriptions are
 * @data: what was saved
 * @readers: who reads it
 * @checked: descriptions that sections have, in the order of the sections
 * @last_checked: where the next one is linked
 * @nr_sections: of @image and its table
 * @damaged: whether a section cannot be restored, by its number in the walk of @image
 * @totals: what becomes of the sections; complete before the result is handed out
 * @all: findings that concern everything
 * @refused: the first of them that has the kernel refuse every section, or NULL
 * @waivers: all of them
 * @budget: comparisons that are left
 * @spare: a finding for which there was no memory
 */
struct kstd_check_run {
	struct kstd_dump *dump;
	struct kstd_dump *const *next;
	size_t nr_next;
	bool reverse;
	const char *reader;
	struct kstd_image *image;
	struct kstd_desc_set *data;
	struct kstd_desc_set *readers;
	struct kstd_checked_desc *checked;
	struct kstd_checked_desc **last_checked;
	uint64_t nr_sections;
	uint8_t *damaged;
	struct kstd_check_totals totals;
	struct kstd_findings all;
	const struct kstd_finding *refused;
	struct kstd_waiver *waivers;
	uint64_t budget;
	struct kstd_finding spare;
};

/* Find out what is compared with what. 0, or an error of the context. */
int kstd_check_sides(struct kstd_check_run *c);

/*
 * Which descriptions are in use: those that sections of @c->image have, or without an image
 * all those of the data. 0, or an error of the context.
 */
int kstd_check_gather_sections(struct kstd_check_run *c);
int kstd_check_gather_descs(struct kstd_check_run *c);

/* The checked description of @d, which may be NULL; NULL if there is none. */
struct kstd_checked_desc *kstd_checked_desc_find(const struct kstd_check_run *c,
						 const struct kstd_desc *d);

/* The same, made if there is none. @d is of the data. NULL if memory is short. */
struct kstd_checked_desc *kstd_checked_desc_get(struct kstd_check_run *c,
						const struct kstd_desc *d);

/* A section with the description @j has this subsection. */
void kstd_checked_desc_sub(struct kstd_checked_desc *j, const struct kstd_desc *sub);

/* A section with the description @j may have every subsection, as it is not saved yet. */
void kstd_checked_desc_all_subs(struct kstd_checked_desc *j);

/* Match @j with the reader's description: fill in its reader and its findings. */
void kstd_check_match(struct kstd_check_run *c, struct kstd_checked_desc *j);

/*
 * Find the differences of two descriptions that do not matter to the engine's rules. @part
 * is 0, or i + 1 for subsection i.
 */
void kstd_check_advisory(struct kstd_check_run *c, struct kstd_checked_desc *j, unsigned int part,
			 const struct kstd_desc *theirs, const struct kstd_desc *ours);

/*
 * Compare what concerns all sections: page size, word size, byte order, and the versions of
 * KHO and its users, which become a list in @root. 0, or an error of the context.
 */
int kstd_check_versions(struct kstd_check_run *c, struct kstd_node *root);

/*
 * Count what becomes of the sections, or without an image of the descriptions: fill in
 * @c->damaged and @c->totals. What is damaged becomes a defect. 0, or an error of the context.
 */
int kstd_check_count_sections(struct kstd_check_run *c);
void kstd_check_count_descs(struct kstd_check_run *c);

/* The parts of the result. NULL if memory is short. */
struct kstd_node *kstd_check_list(struct kstd_check_run *c);
struct kstd_node *kstd_findings_list(struct kstd_check_run *c);
struct kstd_node *kstd_waivers_list(struct kstd_check_run *c);
struct kstd_node *kstd_check_summary(struct kstd_check_run *c);

/* The layout of a description, which is in one of @known. */
const struct kstate_layout *kstd_layout_of(const struct kstd_desc_set *known,
					   const struct kstd_desc *d);

/* Have two descriptions the same name? */
bool kstd_same_name(const struct kstd_desc *a, const struct kstd_desc *b);

/* A description by name; NULL if there is none. */
const struct kstd_desc *kstd_desc_set_find(const struct kstd_desc_set *k, const void *name,
					   size_t len);

/**
 * kstd_reader_of - the reader's description with the id of a description of the data
 * @from: whose it is
 * @other: set if another one of that id and name has other fields, else untouched
 *
 * Return: one of the same name, if there is one; else any; else NULL.
 */
const struct kstd_desc *kstd_reader_of(const struct kstd_check_run *c, const struct kstd_desc *d,
				       const struct kstd_desc_set **from,
				       const struct kstd_desc_set **other);

/* Take so many comparisons from the budget; false if it is not there. */
bool kstd_check_take(struct kstd_check_run *c, uint64_t nr);

/* Is a finding to be kept? If not, it is counted, and needs no text. */
bool kstd_find_room(struct kstd_findings *fs, enum kstd_check_code code, unsigned int part);

/**
 * kstd_find - note something that is to be said
 * @fs: where to
 * @name: kept
 * @path: kept
 *
 * Return: it; one that is not kept if memory is short.
 */
struct kstd_finding *__attribute__((format(printf, 7, 8)))
kstd_find(struct kstd_check_run *c, struct kstd_findings *fs, enum kstd_check_code code,
	  const char *name, const char *path, unsigned int part, const char *fmt, ...);

/* A text that lives as long as the dump; "" if memory is short. */
const char *__attribute__((format(printf, 2, 3)))
kstd_check_text(struct kstd_check_run *c, const char *fmt, ...);

/* Read a file of waivers. 0, -KSTD_USAGE: not of that format, -KSTD_ENVIRONMENT. */
int kstd_waivers_read(struct kstd_check_run *c, const char *path);

/* The waiver for a finding at all sections; it counts as used. NULL if there is none. */
struct kstd_waiver *kstd_waiver_find(struct kstd_check_run *c, const struct kstd_finding *f);

/* The same for one section. */
struct kstd_waiver *kstd_waiver_section(struct kstd_check_run *c, enum kstd_check_code code,
					const char *name, uint64_t instance);

#endif
