/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_COMPAT_H
#define _KSTATE_COMPAT_H

/*
 * The rules for changed descriptions, shared with the tools: it includes nothing of
 * the engine.
 */

#include <linux/kho/abi/kstate.h>
#include <linux/types.h>

/**
 * struct kstate_layout_field - a field as the rules see it
 * @name: NUL-terminated
 * @size: bytes of one element
 * @count: elements
 * @since: first version with the field
 * @until: last version with it
 * @kind: &enum kstate_kind, %U8_MAX if not known
 * @sign: &enum kstate_sign, likewise
 * @nested: layout of the nested description, or NULL
 */
struct kstate_layout_field {
	const char *name;
	u64 size;
	u64 count;
	u32 since;
	u32 until;
	u8 kind;
	u8 sign;
	const struct kstate_layout *nested;
};

/**
 * struct kstate_layout - a description as the rules see it
 * @version: of the payload; or of a reader, the newest that it understands
 * @min_version: oldest that a reader understands
 * @fingerprint: over @fields
 * @fields: in the order of the payload
 * @nr: their number
 */
struct kstate_layout {
	u32 version;
	u32 min_version;
	u64 fingerprint;
	const struct kstate_layout_field *fields;
	size_t nr;
};

/** enum kstate_verdict - what is to be said of a description or a field */
enum kstate_verdict {
	KSTATE_FITS,
	KSTATE_SKIPPED,		/* in the data, deprecated by the reader */
	KSTATE_NOT_IN_DATA,	/* newer than the data */
	KSTATE_TOO_NEW,		/* version above what the reader understands */
	KSTATE_TOO_OLD,		/* version below it */
	KSTATE_UNKNOWN_FIELD,	/* in the data, not known to the reader */
	KSTATE_STILL_IN_DATA,	/* deprecated before the data's version, or not yet added */
	KSTATE_MISSING_FIELD,	/* the reader's version has it, the data does not */
	KSTATE_OTHER_KIND,
	KSTATE_OTHER_SIGN,
	KSTATE_OTHER_SIZE,
	KSTATE_OTHER_COUNT,
	KSTATE_OTHER_NESTED,	/* the nested description is refused */
};

/**
 * struct kstate_compat - where the verdicts go
 * @verdict: called for each finding but %KSTATE_FITS: @ours or @theirs may be
 *	     NULL, both are for a verdict on the version
 * @depth: how many nested descriptions in, while @verdict runs
 * @in: the fields of the data that they are of, @depth of them
 */
struct kstate_compat {
	void (*verdict)(struct kstate_compat *c, enum kstate_verdict verdict,
			const struct kstate_layout_field *ours,
			const struct kstate_layout_field *theirs);
	unsigned int depth;
	const struct kstate_layout_field *in[KSTATE_ABI_DEPTH];
};

/** enum kstate_kinship - whether two descriptions are the same one, at two times */
enum kstate_kinship {
	KSTATE_UNRELATED,
	KSTATE_SAME,
	KSTATE_RENAMED,		/* of that id, and another name */
	KSTATE_RENUMBERED,	/* of that name, and another id */
};

enum kstate_kinship kstate_compat_kin(const char *name, size_t len, u32 id,
				      const char *their_name, size_t their_len, u32 their_id);
bool kstate_field_in(const struct kstate_layout_field *field, u32 version);
bool kstate_field_twin(const struct kstate_layout_field *a, const struct kstate_layout_field *b);
const struct kstate_layout_field *kstate_layout_find(const struct kstate_layout *layout,
						     const char *name, u32 version);
int kstate_compat_match(struct kstate_compat *c, const struct kstate_layout *ours,
			const struct kstate_layout *theirs);
const char *kstate_verdict_text(enum kstate_verdict verdict);

/** KSTATE_FINGERPRINT_START - fingerprint of no field: the FNV-1a offset basis */
#define KSTATE_FINGERPRINT_START	0xcbf29ce484222325ULL

u64 kstate_fingerprint(u64 hash, const struct kstate_layout_field *f);

#endif /* _KSTATE_COMPAT_H */
