// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_compat.c - will this description read that data?
 *
 * This file has all rules: the kernel restores by them, and the tools that check
 * before a kexec compile this file.
 *
 * Fields match by name, and where a description has several of one name, for different
 * versions, by the version. Data is dropped only where the reader says so, by a
 * deprecated field; it is missing only where the reader says so, by a field that
 * is newer than the data; and a field that is on both sides must be the same.
 */

#include <linux/errno.h>
#include <linux/string.h>

#include "kstate_compat.h"

#define KSTATE_FNV_PRIME	0x100000001b3ULL

static const char *const kstate_verdict_texts[] = {
	[KSTATE_FITS]		= "fits",
	[KSTATE_SKIPPED]	= "is deprecated here and is skipped",
	[KSTATE_NOT_IN_DATA]	= "is newer than the data and is left alone",
	[KSTATE_TOO_NEW]	= "version is newer than this kernel understands",
	[KSTATE_TOO_OLD]	= "version is older than this kernel accepts",
	[KSTATE_UNKNOWN_FIELD]	= "is in the data but not in this kernel's description",
	[KSTATE_STILL_IN_DATA]	= "is in data of a version that should not have it",
	[KSTATE_MISSING_FIELD]	= "is missing in data of a version that should have it",
	[KSTATE_OTHER_KIND]	= "is of another kind in the data",
	[KSTATE_OTHER_SIGN]	= "is of another signedness in the data",
	[KSTATE_OTHER_SIZE]	= "is of another size in the data",
	[KSTATE_OTHER_COUNT]	= "has another number of elements in the data",
	[KSTATE_OTHER_NESTED]	= "holds structs whose description differs",
};

/**
 * kstate_verdict_text - a verdict for people
 * @verdict: the verdict
 *
 * Return: a constant string that follows a field's name, or "its".
 */
const char *kstate_verdict_text(enum kstate_verdict verdict)
{
	return kstate_verdict_texts[verdict];
}

/**
 * kstate_compat_kin - whether a description of the data is one of the reader's
 * @name: the reader's, need not end in NUL
 * @len: its bytes
 * @id: the reader's
 * @their_name: the data's, likewise
 * @their_len: its bytes
 * @their_id: the data's
 *
 * Sections, and subsections in a section, are looked for by id. The name is for people:
 * a reader takes data of an id that it knows, whatever its name, and ignores a subsection
 * of an id that it does not know, whatever its name.
 *
 * Return: &enum kstate_kinship.
 */
enum kstate_kinship kstate_compat_kin(const char *name, size_t len, u32 id,
				      const char *their_name, size_t their_len, u32 their_id)
{
	if (len == their_len && !memcmp(name, their_name, len))
		return id == their_id ? KSTATE_SAME : KSTATE_RENUMBERED;
	return id == their_id ? KSTATE_RENAMED : KSTATE_UNRELATED;
}

/**
 * kstate_field_in - whether a version has a field
 * @field: the field
 * @version: the version
 *
 * Return: true if it has.
 */
bool kstate_field_in(const struct kstate_layout_field *field, u32 version)
{
	return field->since <= version && version <= field->until;
}

static void kstate_say(struct kstate_compat *c, enum kstate_verdict verdict,
		       const struct kstate_layout_field *ours,
		       const struct kstate_layout_field *theirs)
{
	if (c && c->verdict && verdict != KSTATE_FITS)
		c->verdict(c, verdict, ours, theirs);
}

static bool kstate_refuses(enum kstate_verdict verdict)
{
	return verdict > KSTATE_NOT_IN_DATA;
}

/**
 * kstate_field_twin - whether two fields cannot be in one description
 * @a: a field
 * @b: another one
 *
 * Return: true if they have one name, and there is a version that both are in.
 */
bool kstate_field_twin(const struct kstate_layout_field *a, const struct kstate_layout_field *b)
{
	return a->since <= b->until && b->since <= a->until && !strcmp(a->name, b->name);
}

/**
 * kstate_layout_find - a field by its name
 * @layout: the layout
 * @name: the name
 * @version: of several fields of that name the one that this version has
 *
 * Return: the field; if no version that is asked for has it, the first of that name; or
 * NULL.
 */
const struct kstate_layout_field *kstate_layout_find(const struct kstate_layout *layout,
						     const char *name, u32 version)
{
	const struct kstate_layout_field *first = NULL;

	for (size_t i = 0; i < layout->nr; i++) {
		const struct kstate_layout_field *f = &layout->fields[i];

		if (strcmp(f->name, name))
			continue;
		if (kstate_field_in(f, version))
			return f;
		first = first ?: f;
	}
	return first;
}

static enum kstate_verdict kstate_judge_shape(const struct kstate_layout_field *ours,
					      const struct kstate_layout_field *theirs)
{
	if (ours->kind != theirs->kind)
		return KSTATE_OTHER_KIND;
	if (ours->sign != theirs->sign)
		return KSTATE_OTHER_SIGN;
	if (ours->size != theirs->size)
		return KSTATE_OTHER_SIZE;
	if (ours->count != theirs->count)
		return KSTATE_OTHER_COUNT;
	return KSTATE_FITS;
}

/* Structs in a field: their description is judged like any other. */
static enum kstate_verdict kstate_judge_nested(struct kstate_compat *c,
					       const struct kstate_layout_field *ours,
					       const struct kstate_layout_field *theirs)
{
	struct kstate_compat silent = { .depth = c ? c->depth : 0 };
	struct kstate_compat *inner = c ?: &silent;
	int err;

	if (!ours->nested && !theirs->nested)
		return KSTATE_FITS;
	if (!ours->nested || !theirs->nested || inner->depth + 1 >= KSTATE_ABI_DEPTH)
		return KSTATE_OTHER_NESTED;
	inner->in[inner->depth++] = theirs;
	err = kstate_compat_match(inner, ours->nested, theirs->nested);
	inner->depth--;
	return err ? KSTATE_OTHER_NESTED : KSTATE_FITS;
}

/* What to say of a field that is in the data. */
static enum kstate_verdict kstate_judge(struct kstate_compat *c,
					const struct kstate_layout_field *ours,
					const struct kstate_layout_field *theirs,
					u32 version)
{
	enum kstate_verdict verdict;

	if (!ours)
		return KSTATE_UNKNOWN_FIELD;
	if (!kstate_field_in(ours, version))
		return KSTATE_STILL_IN_DATA;
	verdict = kstate_judge_shape(ours, theirs);
	if (verdict != KSTATE_FITS)
		return verdict;
	if (ours->until != KSTATE_ABI_NO_UNTIL)
		return KSTATE_SKIPPED;
	return kstate_judge_nested(c, ours, theirs);
}

/* What to say of a field that the data does not have. */
static enum kstate_verdict kstate_judge_absent(const struct kstate_layout_field *ours,
					       u32 version)
{
	if (ours->until != KSTATE_ABI_NO_UNTIL)
		return KSTATE_FITS;
	return ours->since > version ? KSTATE_NOT_IN_DATA : KSTATE_MISSING_FIELD;
}

static int kstate_match_version(struct kstate_compat *c,
				const struct kstate_layout *ours, u32 version)
{
	if (version <= ours->version && version >= ours->min_version)
		return 0;
	kstate_say(c, version > ours->version ? KSTATE_TOO_NEW : KSTATE_TOO_OLD,
		   NULL, NULL);
	return -EOPNOTSUPP;
}

static int kstate_match_theirs(struct kstate_compat *c,
			       const struct kstate_layout *ours,
			       const struct kstate_layout *theirs)
{
	int err = 0;

	for (size_t i = 0; i < theirs->nr; i++) {
		const struct kstate_layout_field *t = &theirs->fields[i], *o;
		enum kstate_verdict verdict;

		if (!kstate_field_in(t, theirs->version))
			continue;
		o = kstate_layout_find(ours, t->name, theirs->version);
		verdict = kstate_judge(c, o, t, theirs->version);
		kstate_say(c, verdict, o, t);
		if (kstate_refuses(verdict))
			err = -EPROTO;
	}
	return err;
}

static int kstate_match_ours(struct kstate_compat *c,
			     const struct kstate_layout *ours,
			     const struct kstate_layout *theirs)
{
	int err = 0;

	for (size_t i = 0; i < ours->nr; i++) {
		const struct kstate_layout_field *o = &ours->fields[i], *t;
		enum kstate_verdict verdict;

		t = kstate_layout_find(theirs, o->name, theirs->version);
		if (t && kstate_field_in(t, theirs->version) &&
		    kstate_layout_find(ours, o->name, theirs->version) == o)
			continue;
		verdict = kstate_judge_absent(o, theirs->version);
		kstate_say(c, verdict, o, NULL);
		if (kstate_refuses(verdict))
			err = -EPROTO;
	}
	return err;
}

/**
 * kstate_compat_match - compare a reader's description with the data's
 * @c: its callback gets every finding, not only the first; may be NULL
 * @ours: the reader's
 * @theirs: the data's; @theirs->version is the payload's
 *
 * Names must be unique in each version, on either side.
 *
 * Return: 0 if the reader takes the data; -EOPNOTSUPP if the version is out of
 * its range; -EPROTO if the layouts differ.
 */
int kstate_compat_match(struct kstate_compat *c, const struct kstate_layout *ours,
			const struct kstate_layout *theirs)
{
	int err, err2;

	err = kstate_match_version(c, ours, theirs->version);
	if (err)
		return err;
	err = kstate_match_theirs(c, ours, theirs);
	err2 = kstate_match_ours(c, ours, theirs);
	return err ?: err2;
}

static u64 kstate_fnv(u64 hash, const void *data, size_t len)
{
	const u8 *p = data;

	while (len--)
		hash = (hash ^ *p++) * KSTATE_FNV_PRIME;
	return hash;
}

/* An integer of len bytes, little-endian on any machine. */
static u64 kstate_fnv_le(u64 hash, u64 val, size_t len)
{
	while (len--) {
		u8 byte = val;

		hash = kstate_fnv(hash, &byte, 1);
		val >>= 8;
	}
	return hash;
}

/**
 * kstate_fingerprint - add a field to the fingerprint of a layout
 * @hash: the fingerprint so far, %KSTATE_FINGERPRINT_START for the first field
 * @f: the field
 *
 * Return: the new fingerprint, as the ABI header defines it.
 */
u64 kstate_fingerprint(u64 hash, const struct kstate_layout_field *f)
{
	hash = kstate_fnv(hash, f->name, strlen(f->name) + 1);
	hash = kstate_fnv_le(hash, f->kind, sizeof(f->kind));
	hash = kstate_fnv_le(hash, f->sign, sizeof(f->sign));
	hash = kstate_fnv_le(hash, f->size, sizeof(f->size));
	hash = kstate_fnv_le(hash, f->count, sizeof(f->count));
	hash = kstate_fnv_le(hash, f->since, sizeof(f->since));
	hash = kstate_fnv_le(hash, f->until, sizeof(f->until));
	return kstate_fnv_le(hash, f->nested ? f->nested->fingerprint : 0, sizeof(u64));
}
