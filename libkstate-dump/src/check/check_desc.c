// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Matches one description of the data with the reader's, by the rules of the engine. */

#include <stdio.h>

#include "check/check.h"

/**
 * struct match_ctx - two descriptions that the engine matches
 * @compat: the engine's state; it calls on_verdict()
 * @j: gets the findings
 * @part: as in &struct kstd_finding
 * @theirs: the description of the data, @ours that of the reader
 */
struct match_ctx {
	struct kstate_compat compat;
	struct kstd_check_run *c;
	struct kstd_checked_desc *j;
	unsigned int part;
	const struct kstd_desc *theirs;
	const struct kstd_desc *ours;
};

#define X(sym, code, name) case code: return name;
static const char *kind_name(u8 kind)
{
	switch (kind) {
	KSTATE_ABI_KINDS(X)
	default:
		return "of an unknown kind";
	}
}

static const char *sign_name(u8 sign)
{
	switch (sign) {
	KSTATE_ABI_SIGNS(X)
	default:
		return "of an unknown sign";
	}
}
#undef X

/* A name from a file, made printable and cut, for a text. */
static const char *safe_name(struct kstd_check_run *c, const void *name, size_t len)
{
	char safe[KSTD_SAFE];

	return kstd_check_text(c, "%s", kstd_safe(safe, name, len));
}

static const char *safe_desc(struct kstd_check_run *c, const struct kstd_desc *d)
{
	return safe_name(c, d->name, d->name_len);
}

/* "subsection.outer.inner.field"; without @f, the path of the struct itself. */
static const char *path_of(const struct match_ctx *h, const struct kstate_layout_field *f)
{
	const char *path = h->part ? safe_desc(h->c, h->theirs) : "";
	const struct kstate_compat *compat = &h->compat;

	for (unsigned int i = 0; i <= compat->depth && i < KSTATE_ABI_DEPTH; i++) {
		const struct kstate_layout_field *at = i < compat->depth ? compat->in[i] : f;

		if (at)
			path = kstd_check_text(h->c, "%s%s%s", path, *path ? "." : "",
					       safe_name(h->c, at->name, strlen(at->name)));
	}
	return path;
}

static const char *number_text(struct kstd_check_run *c, u64 v)
{
	return kstd_check_text(c, "%llu", (unsigned long long)v);
}

static const char *versions_text(struct kstd_check_run *c, const struct kstd_desc *d)
{
	return d->min_version == d->version ? kstd_check_text(c, "version %u only", d->version) :
	       kstd_check_text(c, "%u to %u", d->min_version, d->version);
}

static void report_version(const struct match_ctx *h, enum kstd_check_code code)
{
	const char *path = path_of(h, NULL);
	struct kstd_finding *f;

	if (h->compat.depth) {
		f = kstd_find(h->c, &h->j->findings, code, h->j->name, path, h->part,
			      "the structs in field %s are saved in a version that %s does not read",
			      path, h->c->reader);
		f->error = kstd_check_defs[KSTD_CHECK_OTHER_NESTED].error;
		return;
	}
	f = kstd_find(h->c, &h->j->findings, code, h->j->name, path, h->part,
		      "version %u is saved, and %s reads %s", h->theirs->version, h->c->reader,
		      versions_text(h->c, h->ours));
	f->saved = number_text(h->c, h->theirs->version);
	f->reads = versions_text(h->c, h->ours);
}

/* The value on each side that differs, as text; false if @verdict is not about a value. */
static bool differing_values(struct kstd_check_run *c, enum kstate_verdict verdict,
			     const struct kstate_layout_field *ours,
			     const struct kstate_layout_field *theirs, const char **reads,
			     const char **saved)
{
	switch (verdict) {
	case KSTATE_OTHER_KIND:
		*saved = kind_name(theirs->kind);
		*reads = kind_name(ours->kind);
		return true;
	case KSTATE_OTHER_SIGN:
		*saved = sign_name(theirs->sign);
		*reads = sign_name(ours->sign);
		return true;
	case KSTATE_OTHER_SIZE:
		*saved = number_text(c, theirs->size);
		*reads = number_text(c, ours->size);
		return true;
	case KSTATE_OTHER_COUNT:
		*saved = number_text(c, theirs->count);
		*reads = number_text(c, ours->count);
		return true;
	default:
		return false;
	}
}

static const char *attribute_of(enum kstate_verdict verdict)
{
	switch (verdict) {
	case KSTATE_OTHER_KIND:
		return "kind";
	case KSTATE_OTHER_SIGN:
		return "sign";
	case KSTATE_OTHER_SIZE:
		return "size in bytes";
	default:
		return "number of elements";
	}
}

static bool same_shape(const struct kstate_layout_field *a, const struct kstate_layout_field *b)
{
	return a->kind == b->kind && a->sign == b->sign && a->size == b->size &&
	       a->count == b->count;
}

/*
 * The new name of a field that the reader does not have: the only field of the same shape that
 * the data does not have. NULL if there is none, or if there are several.
 */
static const char *renamed_to(const struct match_ctx *h, const struct kstate_layout_field *gone)
{
	const struct kstd_desc *ours = h->ours, *theirs = h->theirs;
	const char *name = NULL;

	if (h->compat.depth || !kstd_check_spend(h->c, ours->nr_fields + theirs->nr_fields))
		return NULL;
	for (size_t i = 0; i < ours->nr_fields; i++) {
		const struct kstd_field *f = &ours->fields[i];
		struct kstate_layout_field shape = { .name = f->name, .kind = gone->kind,
			.sign = f->sign, .size = f->size, .count = f->count };
		bool saved = false;

		if (strcmp(f->kind_name, kind_name(gone->kind)) || !same_shape(&shape, gone))
			continue;
		for (size_t k = 0; k < theirs->nr_fields && !saved; k++)
			saved = !strcmp(theirs->fields[k].name, f->name);
		if (!saved && name)
			return NULL;
		if (!saved)
			name = f->name;
	}
	return name ? safe_name(h->c, name, strlen(name)) : NULL;
}

/* Only one of the two sides has the field. */
static void report_one_side(const struct match_ctx *h, enum kstd_check_code code,
			    const struct kstate_layout_field *ours,
			    const struct kstate_layout_field *theirs)
{
	const char *path = path_of(h, theirs ? theirs : ours), *reader = h->c->reader, *now;
	struct kstd_findings *fs = &h->j->findings;
	uint32_t version = h->theirs->version;

	switch (code) {
	case KSTD_CHECK_SKIPPED:
		kstd_find(h->c, fs, code, h->j->name, path, h->part,
			  "field %s is skipped: %s has deprecated it after version %u", path, reader,
			  ours->until);
		break;
	case KSTD_CHECK_NOT_IN_DATA:
		kstd_find(h->c, fs, code, h->j->name, path, h->part,
			  "field %s is not saved, and is left alone: it is new in version %u",
			  path, ours->since);
		break;
	case KSTD_CHECK_UNKNOWN_FIELD:
		now = renamed_to(h, theirs);
		kstd_find(h->c, fs, code, h->j->name, path, h->part,
			  "field %s is saved, and %s does not know it%s%s%s", path, reader,
			  now ? " (is it " : "", now ? now : "", now ? " now?)" : "");
		break;
	case KSTD_CHECK_STILL_IN_DATA:
		kstd_find(h->c, fs, code, h->j->name, path, h->part,
			  "field %s is saved in version %u, and %s does not expect it there", path,
			  version, reader);
		break;
	default:
		kstd_find(h->c, fs, code, h->j->name, path, h->part,
			  "field %s is not saved in version %u, and %s expects it there", path,
			  version, reader);
	}
}

static enum kstd_check_code code_of(enum kstate_verdict verdict)
{
	return KSTD_CHECK_FITS + verdict;
}

_Static_assert((int)KSTD_CHECK_OTHER_NESTED - KSTD_CHECK_FITS == (int)KSTATE_OTHER_NESTED,
	       "check_codes.def lists the engine's verdicts in its order");

static void on_verdict(struct kstate_compat *compat, enum kstate_verdict verdict,
		       const struct kstate_layout_field *ours,
		       const struct kstate_layout_field *theirs)
{
	struct match_ctx *h = (struct match_ctx *)compat;
	struct kstd_finding *f;
	const char *path, *saved, *reads;

	if (!kstd_find_room(&h->j->findings, code_of(verdict), h->part))
		return;
	if (!ours && !theirs) {
		report_version(h, code_of(verdict));
	} else if (differing_values(h->c, verdict, ours, theirs, &reads, &saved)) {
		path = path_of(h, theirs);
		f = kstd_find(h->c, &h->j->findings, code_of(verdict), h->j->name, path, h->part,
			      "field %s: its %s is %s in the data, and %s where %s reads it", path,
			      attribute_of(verdict), saved, reads, h->c->reader);
		f->saved = saved;
		f->reads = reads;
	} else if (verdict == KSTATE_OTHER_NESTED) {
		path = path_of(h, theirs);
		kstd_find(h->c, &h->j->findings, code_of(verdict), h->j->name, path, h->part,
			  "field %s holds structs that %s refuses", path, h->c->reader);
	} else {
		report_one_side(h, code_of(verdict), ours, theirs);
	}
}

/* Fields of a description and of all structs in it; more than @max if there are too many. */
static uint64_t count_fields(const struct kstd_desc *d, unsigned int depth, uint64_t max)
{
	uint64_t sum = d->nr_fields;

	if (depth >= KSTATE_ABI_DEPTH)
		return sum;
	for (size_t i = 0; i < d->nr_fields && sum <= max; i++)
		if (d->fields[i].nested)
			sum += count_fields(d->fields[i].nested, depth + 1, max - sum);
	return sum;
}

/* The engine compares each field with the fields of the other side. */
static bool spend_match(struct kstd_check_run *c, const struct kstd_desc *theirs,
			const struct kstd_desc *ours)
{
	const uint64_t max = 1u << 20;
	uint64_t t = count_fields(theirs, 0, max), o = count_fields(ours, 0, max);

	return t <= max && o <= max && kstd_check_spend(c, t + o + t * (o < 4096 ? o : 4096));
}

/* Match a section or a subsection that both sides describe. */
static void match_part(struct kstd_check_run *c, struct kstd_checked_desc *j, unsigned int part,
		       const struct kstd_desc_set *data, const struct kstd_desc *theirs,
		       const struct kstd_desc_set *readers, const struct kstd_desc *ours)
{
	struct match_ctx h = {
		.compat.verdict = on_verdict, .c = c, .j = j, .part = part, .theirs = theirs,
		.ours = ours,
	};

	if (!spend_match(c, theirs, ours)) {
		kstd_find(c, &j->findings, KSTD_CHECK_TOO_COMPLEX, j->name,
			  part ? safe_desc(c, theirs) : "", part,
			  "its structs have more fields than can be compared");
		return;
	}
	kstate_compat_match(&h.compat, kstd_layout_of(readers, ours),
			    kstd_layout_of(data, theirs));
	kstd_check_advisory(c, j, part, theirs, ours);
}

static enum kstate_kinship relation_of(const struct kstd_desc *ours, const struct kstd_desc *theirs)
{
	return kstate_compat_kin(ours->name, ours->name_len, ours->id, theirs->name,
				 theirs->name_len, theirs->id);
}

/* Number of the subsection of the data with one of two relations to @ours; -1: none. */
static int find_sub(const struct kstd_checked_desc *j, const struct kstd_desc *ours,
		    enum kstate_kinship kin, enum kstate_kinship or)
{
	for (unsigned int i = 0; i < j->nr_subs; i++) {
		enum kstate_kinship is = relation_of(ours, j->subs[i]);

		if (is == kin || is == or)
			return i;
	}
	return -1;
}

static void report_sub_id(struct kstd_check_run *c, struct kstd_checked_desc *j, int i,
			  const struct kstd_desc *ours)
{
	const char *name = safe_desc(c, ours);
	struct kstd_finding *f;

	f = kstd_find(c, &j->findings, KSTD_CHECK_SUB_OTHER_ID, j->name, name, i + 1,
		      "subsection %s has the id 0x%x in the data, and 0x%x where %s reads it", name,
		      j->subs[i]->id, ours->id, c->reader);
	f->saved = kstd_check_text(c, "0x%x", j->subs[i]->id);
	f->reads = kstd_check_text(c, "0x%x", ours->id);
}

static void report_sub_name(struct kstd_check_run *c, struct kstd_checked_desc *j, int i,
			    const struct kstd_desc *ours)
{
	const char *name = safe_desc(c, j->subs[i]);
	struct kstd_finding *f;

	f = kstd_find(c, &j->findings, KSTD_CHECK_SUB_OTHER_NAME, j->name, name, i + 1,
		      "subsection %s has the id 0x%x, which %s has under the name %s", name,
		      ours->id, c->reader, safe_desc(c, ours));
	f->saved = name;
	f->reads = safe_desc(c, ours);
}

/* The data does not have a subsection of the reader, unless under another id. */
static void report_absent_sub(struct kstd_check_run *c, struct kstd_checked_desc *j,
			      const struct kstd_desc *ours)
{
	int namesake = find_sub(j, ours, KSTATE_RENUMBERED, KSTATE_RENUMBERED);
	const char *name = safe_desc(c, ours);

	if (namesake >= 0)
		report_sub_id(c, j, namesake, ours);
	kstd_find(c, &j->findings, KSTD_CHECK_NEW_SUB, j->name, name, 0,
		  "subsection %s is not saved, and is left alone: %s has it as well", name,
		  c->reader);
}

/* Match a subsection of the reader: the engine looks for its id in the data. */
static void match_sub(struct kstd_check_run *c, struct kstd_checked_desc *j,
		      const struct kstd_desc_set *data, const struct kstd_desc_set *readers,
		      const struct kstd_desc *ours)
{
	int i = find_sub(j, ours, KSTATE_SAME, KSTATE_RENAMED);

	if (i < 0) {
		report_absent_sub(c, j, ours);
		return;
	}
	j->known[i] = true;
	if (relation_of(ours, j->subs[i]) == KSTATE_RENAMED)
		report_sub_name(c, j, i, ours);
	match_part(c, j, i + 1, data, j->subs[i], readers, ours);
}

static void match_subs(struct kstd_check_run *c, struct kstd_checked_desc *j,
		       const struct kstd_desc_set *data, const struct kstd_desc_set *readers)
{
	struct kstd_span ids = j->reader->subs;
	unsigned int nr = 0;
	uint32_t id;

	while (nr++ < KSTD_MAX_SUBS && kstd_span_be32(&ids, &id)) {
		const struct kstd_desc *ours = kstd_schema_find(readers->schema, id);

		if (ours && kstd_check_spend(c, j->nr_subs))
			match_sub(c, j, data, readers, ours);
	}
	for (unsigned int i = 0; i < j->nr_subs; i++) {
		const char *name = j->known[i] ? "" : safe_desc(c, j->subs[i]);

		if (!j->known[i])
			kstd_find(c, &j->findings, KSTD_CHECK_IGNORED, j->name, name, i + 1,
				  "subsection %s is ignored: %s does not know it", name, c->reader);
	}
}

/* No reader has the id of the description. Does one have its name? */
static void report_unclaimed(struct kstd_check_run *c, struct kstd_checked_desc *j)
{
	const struct kstd_desc *r = NULL;
	struct kstd_finding *f;

	for (const struct kstd_desc_set *k = c->readers; k && !r; k = k->next)
		r = kstd_desc_set_find(k, j->desc->name, j->desc->name_len);
	if (!r) {
		kstd_find(c, &j->findings, KSTD_CHECK_UNCLAIMED, j->name, "", 0,
			  "no description of %s reads it", c->reader);
		return;
	}
	f = kstd_find(c, &j->findings, KSTD_CHECK_OTHER_ID, j->name, "", 0,
		      "its id is 0x%x, and %s has this name under the id 0x%x", j->desc->id,
		      c->reader, r->id);
	f->saved = kstd_check_text(c, "0x%x", j->desc->id);
	f->reads = kstd_check_text(c, "0x%x", r->id);
}

static const struct kstd_desc_set *data_of(const struct kstd_check_run *c,
					   const struct kstd_checked_desc *j)
{
	const struct kstd_desc_set *k = c->data;

	while (k->schema != j->schema)
		k = k->next;
	return k;
}

void kstd_check_match(struct kstd_check_run *c, struct kstd_checked_desc *j)
{
	const struct kstd_desc_set *readers = NULL, *other = NULL;
	const struct kstd_desc *reader = kstd_reader_of(c, j->desc, &readers, &other);
	struct kstd_finding *f;

	if (!reader) {
		report_unclaimed(c, j);
		return;
	}
	j->reader = reader;
	j->file = readers->file;
	if (relation_of(reader, j->desc) == KSTATE_RENAMED) {
		f = kstd_find(c, &j->findings, KSTD_CHECK_OTHER_NAME, j->name, "", 0,
			      "its id is 0x%x, which %s has under the name %s", reader->id,
			      c->reader, safe_desc(c, reader));
		f->saved = safe_desc(c, j->desc);
		f->reads = safe_desc(c, reader);
	}
	match_part(c, j, 0, data_of(c, j), j->desc, readers, reader);
	match_subs(c, j, data_of(c, j), readers);
	if (other)
		kstd_find(c, &j->findings, KSTD_CHECK_TWO_READERS, j->name, "", 0,
			  "%s and %s have it with other fields: the first was looked at",
			  readers->file, other->file);
}
