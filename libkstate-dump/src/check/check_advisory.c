// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Differences of two descriptions that the engine accepts, and that people want to know. */

#include "check/check.h"

/**
 * struct advisory_ctx - two descriptions that are compared
 * @j: gets the findings
 * @part: as in &struct kstd_finding
 * @path: of the structs around the fields, with a "." at its end, or ""
 * @depth: number of these structs
 */
struct advisory_ctx {
	struct kstd_check_run *c;
	struct kstd_checked_desc *j;
	unsigned int part;
	const char *path;
	unsigned int depth;
};

static const char *safe_text(struct kstd_check_run *c, const char *text, size_t len)
{
	char safe[KSTD_SAFE];

	return kstd_check_text(c, "%s", kstd_safe(safe, text, len));
}

static void note_attribute(const struct advisory_ctx *n, enum kstd_check_code code,
			   const char *field, const char *what, const char *saved,
			   const char *reads)
{
	struct kstd_check_run *c = n->c;
	struct kstd_finding *f;
	const char *path;

	if (!kstd_find_room(&n->j->findings, code, n->part))
		return;
	path = kstd_check_text(c, "%s%s", n->path, safe_text(c, field, strlen(field)));
	f = kstd_find(c, &n->j->findings, code, n->j->name, path, n->part,
		      "field %s: its %s is \"%s\" in the data, and \"%s\" where %s reads it", path,
		      what, safe_text(c, saved, strlen(saved)), safe_text(c, reads, strlen(reads)),
		      c->reader);
	f->saved = safe_text(c, saved, strlen(saved));
	f->reads = safe_text(c, reads, strlen(reads));
}

/* "enum 1=on 2=off" */
static const char *hint_text(struct kstd_check_run *c, const struct kstd_field *f)
{
	const char *text = f->hint_name;
	struct kstd_span names = f->names;
	size_t len;

	for (const char *str; kstd_span_str(&names, &str, &len) && strlen(text) < KSTD_SAFE;)
		text = kstd_check_text(c, "%s %.60s", text, str);
	return text;
}

static bool same_names(const struct kstd_field *a, const struct kstd_field *b)
{
	return a->names.len == b->names.len &&
	       (!a->names.len || !memcmp(a->names.p, b->names.p, a->names.len));
}

static void note_fields(const struct advisory_ctx *n, const struct kstd_desc *theirs,
			const struct kstd_desc *ours);

static void note_field(const struct advisory_ctx *n, const struct kstd_field *theirs,
		       const struct kstd_field *ours)
{
	struct advisory_ctx inner = *n;

	if (strcmp(theirs->kind_name, ours->kind_name) || theirs->sign != ours->sign ||
	    theirs->size != ours->size || theirs->count != ours->count)
		return;
	if (strcmp(theirs->type, ours->type))
		note_attribute(n, KSTD_CHECK_OTHER_TYPE, theirs->name, "C type", theirs->type,
			       ours->type);
	if ((strcmp(theirs->hint_name, ours->hint_name) || !same_names(theirs, ours)) &&
	    kstd_find_room(&n->j->findings, KSTD_CHECK_OTHER_HINT, n->part))
		note_attribute(n, KSTD_CHECK_OTHER_HINT, theirs->name, "hint",
			       hint_text(n->c, theirs), hint_text(n->c, ours));
	if (!theirs->nested || !ours->nested || n->depth + 1 >= KSTATE_ABI_DEPTH)
		return;
	if (n->j->findings.more)
		return;
	inner.path = kstd_check_text(n->c, "%s%s.", n->path,
				     safe_text(n->c, theirs->name, strlen(theirs->name)));
	inner.depth++;
	note_fields(&inner, theirs->nested, ours->nested);
}

/* The number of the field with this name; @nr_fields if there is none. */
static size_t index_of(const struct kstd_desc *d, const char *name)
{
	size_t i = 0;

	while (i < d->nr_fields && strcmp(d->fields[i].name, name))
		i++;
	return i;
}

static bool in_payload(const struct kstd_field *f, uint32_t version)
{
	return f->since <= version && version <= f->until;
}

static void note_moved(const struct advisory_ctx *n, const struct kstd_field *t)
{
	const char *path;

	if (!kstd_find_room(&n->j->findings, KSTD_CHECK_MOVED, n->part))
		return;
	path = kstd_check_text(n->c, "%s%s", n->path, safe_text(n->c, t->name, strlen(t->name)));
	kstd_find(n->c, &n->j->findings, KSTD_CHECK_MOVED, n->j->name, path, n->part,
		  "field %s is at another place where %s reads it", path, n->c->reader);
}

/*
 * Compare the fields that both sides have. The order of the fields may differ; only the first
 * field that is at another place is noted.
 */
static void note_fields(const struct advisory_ctx *n, const struct kstd_desc *theirs,
			const struct kstd_desc *ours)
{
	size_t last = 0;
	bool moved = false;

	if (!kstd_check_spend(n->c, theirs->nr_fields * (ours->nr_fields + 1)))
		return;
	for (size_t i = 0; i < theirs->nr_fields; i++) {
		const struct kstd_field *t = &theirs->fields[i];
		size_t k = index_of(ours, t->name);

		if (k == ours->nr_fields || !in_payload(t, theirs->version) ||
		    ours->fields[k].until != KSTATE_ABI_NO_UNTIL)
			continue;
		note_field(n, t, &ours->fields[k]);
		if (k < last && !moved)
			note_moved(n, t);
		moved |= k < last;
		last = k > last ? k : last;
	}
}

static void note_flags(const struct advisory_ctx *n, const struct kstd_desc *theirs,
		       const struct kstd_desc *ours, const char *path)
{
	bool was = theirs->flags & KSTATE_ABI_OPTIONAL, is = ours->flags & KSTATE_ABI_OPTIONAL;
	struct kstd_finding *f;

	if (was == is)
		return;
	f = kstd_find(n->c, &n->j->findings,
		      is ? KSTD_CHECK_NOW_OPTIONAL : KSTD_CHECK_NOW_MANDATORY,
		      n->j->name, path, n->part,
		      "it is %s in the data, and %s where %s reads it: what the data says counts",
		      was ? "optional" : "mandatory", is ? "optional" : "mandatory", n->c->reader);
	f->saved = was ? "optional" : "mandatory";
	f->reads = is ? "optional" : "mandatory";
}

static void note_version(const struct advisory_ctx *n, const struct kstd_desc *theirs,
			 const struct kstd_desc *ours, const char *path)
{
	struct kstd_finding *f;

	if (theirs->version >= ours->version || theirs->version < ours->min_version)
		return;
	f = kstd_find(n->c, &n->j->findings, KSTD_CHECK_NEWER, n->j->name, path, n->part,
		      "version %u is saved and read, and %s itself saves version %u",
		      theirs->version, n->c->reader, ours->version);
	f->saved = kstd_check_text(n->c, "%u", theirs->version);
	f->reads = kstd_check_text(n->c, "%u", ours->version);
}

void kstd_check_advisory(struct kstd_check_run *c, struct kstd_checked_desc *j, unsigned int part,
			 const struct kstd_desc *theirs, const struct kstd_desc *ours)
{
	const char *name = part ? safe_text(c, theirs->name, theirs->name_len) : "";
	struct advisory_ctx n = { c, j, part, part ? kstd_check_text(c, "%s.", name) : "", 0 };

	note_version(&n, theirs, ours, name);
	note_flags(&n, theirs, ours, name);
	note_fields(&n, theirs, ours);
}
