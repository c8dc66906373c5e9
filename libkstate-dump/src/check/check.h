/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: will the next kernel take it?
 *
 * Data is what one kernel saves. Readers are the descriptions that another kernel was built
 * with. Every description of the data that is in use is matched once with the reader's, by
 * the rules of the engine (kstate/compat.h). The verdict on a section follows from that, and
 * from what is true of this section alone.
 *
 *   - check.c: the order of the steps
 *   - check_next.c: whether the files of the next kernel are of one kernel
 *   - check_input.c: which descriptions are data, readers, in use
 *   - check_versions.c: what concerns all sections: the machine, versions of KHO and its users;
 *     check_abis.c: which versions a kernel has, and how that was found; check_map.c: the memory
 *     map; check_luo.c: LUO, its files and FLBs; check_rows.c: the rows that say so
 *   - check_desc.c: matching one description; check_advisory.c: what the engine accepts
 *   - check_sections.c: verdicts on sections
 *   - check_findings.c: findings and the summary; check_codes.c: their codes
 *   - check_waivers.c: findings that somebody accepts
 */

#ifndef KSTD_CHECK_H
#define KSTD_CHECK_H

#include "kho/kho_side.h"
#include "query/catalog.h"
#include "kstate/compat.h"
#include "kstate/section.h"

/* For each description: subsections that are matched, findings that are kept. */
#define KSTD_MAX_SUBS		256
#define KSTD_MAX_FINDINGS	1000

/*
 * Comparisons of two names in one check. Only hostile descriptions need more.
 */
#define KSTD_CHECK_BUDGET	(1ULL << 29)

/* What a finding does to a section; the greatest effect counts. */
enum kstd_effect {
	KSTD_EFFECT_NOTE,	/* the kernel accepts it */
	KSTD_EFFECT_KEEPS,	/* a field is not in the data: the driver keeps its value */
	KSTD_EFFECT_SKIPS,	/* a field is skipped, as the reader has deprecated it */
	KSTD_EFFECT_LOSES,	/* state is lost that the reader does not know */
	KSTD_EFFECT_UNKNOWN,	/* what becomes of it is not known */
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
struct kstd_kernel;

/*
 * What becomes of something that is in use, other than a section. "reads": the kernel reads
 * other versions, too. The names stand in kstate-dump/check.h.
 */
#define KSTD_ROW_VERDICTS(X)		\
	X(SAME,		"same")		\
	X(READS,	"reads")	\
	X(REFUSED,	"refused")	\
	X(LOST,		"lost")		\
	X(NOT_KNOWN,	"not-known")

#define X(sym, name) KSTD_ROW_##sym,
enum kstd_row_verdict {
	KSTD_ROW_VERDICTS(X)
};
#undef X

/**
 * struct kstd_row_user - a file that needs what a row is about
 */
struct kstd_row_user {
	struct kstd_row_user *next;
	const char *session;
	uint64_t token;
};

/**
 * struct kstd_check_row - something that is in use, other than a section
 * @abi: what it is: "kho", "memory-map", "luo", "handler", "flb", ...
 * @saved: what is written; @reads: what of that the reader has, NULL for nothing
 * @how: how that was found, see kstate-dump/check.h; NULL if it was not
 * @users: files that need it, @nr_users of them; @nr_listed are listed
 */
struct kstd_check_row {
	struct kstd_check_row *next;
	const char *abi;
	const char *saved;
	const char *reads;
	const char *how;
	enum kstd_row_verdict verdict;
	struct kstd_row_user *users;
	struct kstd_row_user **last_user;
	uint64_t nr_users;
	uint64_t nr_listed;
};

#define KSTD_MAX_ROWS	256
#define KSTD_MAX_USERS	1000	/* of a row, that are listed */

/**
 * struct kstd_abi_set - the versions that one kernel has, from all its files
 * @complete: the kernel's own file is among them, or its catalog: it has no other versions
 * @whole: the kernel's own file is among them
 * @listed: a catalog that a kernel made of itself is among them: it lists memfd's version, too
 * @of_kernel: a file of a kernel, a module or a catalog is among them: it is not images alone
 * @dumps: the files, @nr_dumps of them
 * @release: of the kernel; NULL if no file says so
 */
struct kstd_abi_set {
	struct kstd_abi abis[KSTD_MAX_ABIS];
	size_t nr;
	bool complete;
	bool whole;
	bool listed;
	bool of_kernel;
	struct kstd_dump *const *dumps;
	size_t nr_dumps;
	const char *release;
};

/* What to do about a finding; NULL: nothing. */
const char *kstd_check_advice(const struct kstd_check_run *c, enum kstd_check_code code);

/**
 * struct kstd_waiver - a line of a file of waivers
 * @code: &enum kstd_check_code
 * @where: a description; "@instance" or ".path" after it limits the waiver to that
 * @reason: may be empty
 * @used: a finding was waived by it
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
 * struct kstd_finding - a difference that was found
 * @name: of the description or the ABI
 * @path: of the field or the subsection in the description; "" for all of it
 * @part: 0 for the description itself, i + 1 for its subsection i
 * @text: a clause
 * @saved: the value in the data, @reads that of the reader; NULL if there is none
 * @error: what kstate_restore() returns because of it, or NULL
 * @waiver: the waiver that covers it, or NULL
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
 * struct kstd_findings - a list of findings
 * @nr: number of findings in the list
 * @more: number of findings that are not in the list, as it is full
 * @refused: a bit for each part that a finding in the list refuses
 */
struct kstd_findings {
	struct kstd_finding *first;
	struct kstd_finding **tail;
	unsigned int nr;
	uint64_t more;
	uint64_t refused[(KSTD_MAX_SUBS + 64) / 64];
};

/**
 * struct kstd_checked_desc - a description of the data that is in use
 * @name: NUL-terminated
 * @sections: number of sections that have it
 * @reader: the reader's description, or NULL
 * @file: the file that @reader is from
 * @subs: subsections that a section has, or may have; @nr_subs of them
 * @known: for each, whether the reader has a subsection for it
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
 * @layouts: the same for the engine, by index in @schema
 * @checked: of data: by index in @schema, NULL for those that no section has
 * @by_name: the descriptions, sorted by name
 * @is_catalog: the kernel has no other descriptions
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
 * @dump: has the memory of the result, and gets defects and notes
 * @next: the files of the other kernel, @nr_next of them
 * @reverse: the data is that of the next kernel, and this kernel reads it
 * @assume_unknown: what is not known does not count
 * @next_cmdline: of the reader; NULL if it was not given
 * @reader: "the next kernel" or "this kernel"
 * @image: has the sections; NULL if descriptions are checked without sections
 * @data: descriptions of the kernel that saves
 * @readers: descriptions of the kernel that reads
 * @checked: descriptions that sections have, in the order of the sections
 * @last_checked: where the next one is linked
 * @nr_sections: of @image and its table
 * @damaged: whether a section cannot be restored, by its number in the walk of @image
 * @damage: reports of what is wrong with sections that have a verdict because of it
 * @totals: what becomes of the sections; complete before the result is handed out
 * @rows: what is in use beside sections, @nr_rows of them
 * @all: findings that concern all sections
 * @refused: the first of them that makes the kernel refuse every section, or NULL
 * @sections_unknown: there is an image, and it cannot be read: how many sections it has is not
 *                    known
 * @waivers: all waivers
 * @budget: comparisons that are left of %KSTD_CHECK_BUDGET
 * @spare: is filled in place of a finding that there is no memory for
 */
struct kstd_check_run {
	struct kstd_dump *dump;
	struct kstd_dump *const *next;
	size_t nr_next;
	bool reverse;
	bool assume_unknown;
	const char *next_cmdline;
	const char *reader;
	struct kstd_image *image;
	struct kstd_desc_set *data;
	struct kstd_desc_set *readers;
	struct kstd_checked_desc *checked;
	struct kstd_checked_desc **last_checked;
	uint64_t nr_sections;
	uint8_t *damaged;
	uint64_t damage;
	struct kstd_check_totals totals;
	struct kstd_check_row *rows;
	struct kstd_check_row **last_row;
	size_t nr_rows;
	struct kstd_findings all;
	const struct kstd_finding *refused;
	bool sections_unknown;
	struct kstd_waiver *waivers;
	uint64_t budget;
	struct kstd_finding spare;
};

/* Fill in @c->image, @c->data and @c->readers. 0, or an error of the context. */
int kstd_check_sides(struct kstd_check_run *c);

/* Are the files of the next kernel those of one kernel? 0, or -KSTD_USAGE and why not. */
int kstd_check_next(struct kstd_check_run *c);

/* The side that will be handed over, or else another one; 0 if there is nothing of KHO. */
unsigned int kstd_check_side(struct kstd_dump *dump);

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
 * Compare what concerns all sections: page size, word size, byte order, and what is in use of
 * KHO and its users, which become rows. 0, or an error of the context.
 */
int kstd_check_versions(struct kstd_check_run *c);

/* How much is wrong with the source, as far as it was reported. */
uint64_t kstd_check_wrong(const struct kstd_check_run *c);

/* Something has this effect and is not waived: it counts for the result. */
void kstd_check_count(struct kstd_check_run *c, enum kstd_effect effect);

/* A new row, which is not listed if there are %KSTD_MAX_ROWS; NULL if memory is short. */
struct kstd_check_row *kstd_row_add(struct kstd_check_run *c, const char *abi, const char *saved);

/* A new row of what is not known, and a finding that says @text. */
void kstd_row_unknown(struct kstd_check_run *c, const char *abi, enum kstd_check_code code,
		      const char *text);

/* A file needs what the row is about; @session is copied. */
void kstd_row_user(struct kstd_check_run *c, struct kstd_check_row *row, const char *session,
		   size_t len, uint64_t token);

/* "session vm (token 0x1, 0x2), session db (token 0x7)": who needs it, as a text. */
const char *kstd_row_users_text(struct kstd_check_run *c, const struct kstd_check_row *row);

/* The rows as a list. NULL if memory is short. */
struct kstd_node *kstd_rows_list(struct kstd_check_run *c);

/* check_abis.c: versions of these dumps; of a dump that has a root of KHO, also the root's. */
void kstd_abi_set_fill(struct kstd_abi_set *s, struct kstd_dump *const *dumps, size_t nr);

/* Add versions of what @dump was handed over, to those that its kernel writes. */
void kstd_abi_set_incoming(struct kstd_abi_set *s, struct kstd_dump *dump);

/* Has a version this name: is it "NAME-v..."? */
bool kstd_abi_is_named(const struct kstd_abi *abi, const char *name, size_t len);

/* Versions of one name, as in "kho-v3, kho-v4"; NULL if there are none. */
const char *kstd_abi_versions(struct kstd_check_run *c, const struct kstd_abi_set *s,
			      const char *name, size_t len);

/* The version with this text; NULL if there is none. */
const struct kstd_abi *kstd_abi_find(const struct kstd_abi_set *s, const char *version);

/**
 * kstd_abi_reads - what becomes of a version
 * @version: what is written, of the name @name
 * @how: set to how that was found, or NULL
 *
 * Versions of KHO and LUO need no table: the kernel compares the string. If only strings say
 * it, and they say more than one version of the name, it is not known which one counts.
 */
enum kstd_row_verdict kstd_abi_reads(const struct kstd_abi_set *s, const char *version,
				     const char *name, size_t len, const char **how);

/**
 * kstd_abi_handler - what becomes of a file or an FLB
 * @name: compatible string of its handler, or name of the FLB
 * @kind: KSTD_TABLE_*
 * @how: set to how that was found, or NULL
 * @why: if it is not known: why, a clause
 *
 * A table of the kernel's or a module's, or the catalog, proves that it is there. The string
 * alone does not: it may be part of a message. That it is nowhere in the file proves that
 * it is not there, since tables are static data.
 *
 * Return: %KSTD_ROW_SAME, %KSTD_ROW_LOST or %KSTD_ROW_NOT_KNOWN.
 */
enum kstd_row_verdict kstd_abi_handler(struct kstd_check_run *c, const struct kstd_abi_set *s,
				       const char *name, unsigned int kind, const char **how,
				       const char **why);

/**
 * kstd_check_luo - compare what is in use of LUO, which becomes rows
 * @side: whose LUO
 * @dropped: the root was refused, so that all is lost already
 *
 * Return: does it read of every file which handler it needs?
 */
bool kstd_check_luo(struct kstd_check_run *c, unsigned int side, const struct kstd_abi_set *reader,
		    bool dropped);

/* The same for files of kernels, which say what a kernel would write. */
void kstd_check_luo_of_files(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			     const struct kstd_abi_set *reader);

/*
 * Compare the form of the memory map: of a side that was written, or of what a kernel would write.
 * The rows of KHO's root are there already.
 */
void kstd_check_map(struct kstd_check_run *c, const struct kstd_kho_of_side *side,
		    const struct kstd_abi_set *reader);
void kstd_check_map_of_files(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			     const struct kstd_abi_set *reader);

/* Find what the reader's command line switches off of what the rows are about. */
void kstd_check_cmdline(struct kstd_check_run *c);

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

/* The layout of a description of the set @known. */
const struct kstate_layout *kstd_layout_of(const struct kstd_desc_set *known,
					   const struct kstd_desc *d);

/* Have two descriptions the same name? */
bool kstd_same_name(const struct kstd_desc *a, const struct kstd_desc *b);

/* A description by name; NULL if there is none. */
const struct kstd_desc *kstd_desc_set_find(const struct kstd_desc_set *k, const void *name,
					   size_t len);

/**
 * kstd_reader_of - the reader's description with the id of a description of the data
 * @from: set to the set that has it
 * @other: set to another set that has the same id and name with other fields, else untouched
 *
 * Return: a description of the same name, if there is one; else any with the id; else NULL.
 */
const struct kstd_desc *kstd_reader_of(const struct kstd_check_run *c, const struct kstd_desc *d,
				       const struct kstd_desc_set **from,
				       const struct kstd_desc_set **other);

/* Take @nr comparisons from the budget; false if there are not so many left. */
bool kstd_check_spend(struct kstd_check_run *c, uint64_t nr);

/* Is there room for a finding? If not, it is counted in @fs->more, and needs no text. */
bool kstd_find_room(struct kstd_findings *fs, enum kstd_check_code code, unsigned int part);

/**
 * kstd_find - note a finding
 * @fs: gets it
 * @name: must live as long as the dump
 * @path: must live as long as the dump
 *
 * Return: the finding, for more members to be set; @c->spare if memory is short.
 */
struct kstd_finding *__attribute__((format(printf, 7, 8)))
kstd_find(struct kstd_check_run *c, struct kstd_findings *fs, enum kstd_check_code code,
	  const char *name, const char *path, unsigned int part, const char *fmt, ...);

/* A text that lives as long as the dump; "" if memory is short. */
const char *__attribute__((format(printf, 2, 3)))
kstd_check_text(struct kstd_check_run *c, const char *fmt, ...);

/* Read a file of waivers. 0, -KSTD_USAGE: not of that format, -KSTD_ENVIRONMENT. */
int kstd_waivers_read(struct kstd_check_run *c, const char *path);

/* The waiver for a finding about all sections, which counts as used; or NULL. */
struct kstd_waiver *kstd_waiver_find(struct kstd_check_run *c, const struct kstd_finding *f);

/* The waiver for a finding about one section, which counts as used; or NULL. */
struct kstd_waiver *kstd_waiver_section(struct kstd_check_run *c, enum kstd_check_code code,
					const char *name, uint64_t instance);

#endif
