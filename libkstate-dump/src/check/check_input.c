// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Which descriptions are data, which are readers, and which descriptions are in use. */

#include <stdlib.h>

#include "base/alloc.h"
#include "check/check.h"
#include "memory/blob.h"
#include "source/kexec_image.h"
#include "source/source.h"

static void fill_layout(struct kstd_desc_set *k, const struct kstd_desc *d,
			struct kstate_layout_field *to)
{
	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];

		to[i] = kstd_layout_field(f, f->nested ? kstd_layout_of(k, f->nested) : NULL);
	}
}

static int compare_names(const void *a, size_t a_len, const void *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int by_name(const void *a_, const void *b_)
{
	const struct kstd_desc *a = *(const struct kstd_desc *const *)a_;
	const struct kstd_desc *b = *(const struct kstd_desc *const *)b_;

	return compare_names(a->name, a->name_len, b->name, b->name_len);
}

const struct kstd_desc *kstd_desc_set_find(const struct kstd_desc_set *k, const void *name,
					   size_t len)
{
	size_t low = 0, high = k->schema->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct kstd_desc *d = k->by_name[mid];

		if (compare_names(d->name, d->name_len, name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == k->schema->nr || compare_names(k->by_name[low]->name, k->by_name[low]->name_len,
						  name, len))
		return NULL;
	return k->by_name[low];
}

/* Index the descriptions of a set by name and as the engine sees them. False: no memory. */
static bool index_set(struct kstd_arena *a, struct kstd_desc_set *k)
{
	size_t nr = k->schema->nr;

	k->layouts = kstd_arena_get(a, nr * sizeof(*k->layouts));
	k->checked = kstd_arena_get(a, nr * sizeof(*k->checked));
	k->by_name = kstd_arena_get(a, nr * sizeof(*k->by_name));
	if (!k->layouts || !k->checked || !k->by_name)
		return false;
	memset(k->checked, 0, nr * sizeof(*k->checked));
	for (size_t i = 0; i < nr; i++)
		k->by_name[i] = &k->schema->descs[i];
	qsort(k->by_name, nr, sizeof(*k->by_name), by_name);
	for (size_t i = 0; i < nr; i++) {
		const struct kstd_desc *d = &k->schema->descs[i];
		struct kstate_layout_field *fields;

		fields = kstd_arena_get(a, d->nr_fields * sizeof(*fields));
		if (!fields)
			return false;
		fill_layout(k, d, fields);
		k->layouts[i] = (struct kstate_layout){
			.version = d->version, .min_version = d->min_version,
			.fingerprint = d->fingerprint, .fields = fields, .nr = d->nr_fields,
		};
	}
	return true;
}

const struct kstate_layout *kstd_layout_of(const struct kstd_desc_set *known,
					   const struct kstd_desc *d)
{
	return &known->layouts[d - known->schema->descs];
}

static int add_set(struct kstd_check_run *c, struct kstd_desc_set **list, const char *file,
		     const struct kstd_image *image, bool is_catalog)
{
	struct kstd_desc_set *k;

	for (; *list; list = &(*list)->next)
		if ((*list)->schema == &image->schema)
			return 0;
	k = kstd_arena_get(&c->dump->arena, sizeof(*k));
	if (!k)
		return kstd_nomem(c->dump->ctx);
	*k = (struct kstd_desc_set){
		.file = file, .schema = &image->schema, .producer = &image->producer,
		.is_catalog = is_catalog,
	};
	if (!index_set(&c->dump->arena, k))
		return kstd_nomem(c->dump->ctx);
	*list = k;
	return 0;
}

static int add_catalog(struct kstd_check_run *c, struct kstd_desc_set **list,
		       const struct kstd_kernel_reads *cat)
{
	int rc = 0;

	for (size_t i = 0; i < cat->nr_images && !rc; i++)
		rc = add_set(c, list, cat->dump->source, cat->images[i], cat->is_catalog);
	return rc;
}

/* What @dump reads. Its errors and defects become those of the dump that is checked. */
static int get_catalog(struct kstd_check_run *c, struct kstd_dump *dump,
		       const struct kstd_kernel_reads **cat)
{
	int rc;

	if (dump != c->dump)
		dump->report_to = c->dump;
	rc = kstd_catalog_get(dump, cat);
	if (rc && dump->ctx != c->dump->ctx)
		c->dump->ctx->err = dump->ctx->err;
	return rc;
}

static void note_image(struct kstd_check_run *c, const struct kstd_kernel_reads *cat)
{
	if (cat->nr_images && !cat->is_catalog)
		kstd_note(c->dump, "%s is an image: of what its kernel can read, only that is known which it saved",
			  cat->dump->source);
	if (!cat->nr_images)
		kstd_note(c->dump, "%s has no catalog of kstate: it reads nothing that kstate saves",
			  cat->dump->source);
}

static int add_next_files(struct kstd_check_run *c, struct kstd_desc_set **list)
{
	const struct kstd_kernel_reads *cat;
	int rc = 0;

	for (size_t i = 0; i < c->nr_next && !rc; i++) {
		rc = get_catalog(c, c->next[i], &cat) ?: add_catalog(c, list, cat);
		if (!rc)
			note_image(c, cat);
	}
	return rc;
}

unsigned int kstd_check_side(struct kstd_dump *dump)
{
	static const unsigned int sides[] = { KSTD_SIDE_OUT, KSTD_SIDE_FILE, KSTD_SIDE_IN };

	for (int i = 0; i < 3; i++)
		if (kstd_blob_find(dump, sides[i], KSTD_ROLE_ROOT, NULL, 0) ||
		    kstd_blob_find(dump, sides[i], KSTD_ROLE_SUBTREE, NULL, 0))
			return sides[i];
	return 0;
}

/* The image that will be handed over, or else another one. */
static struct kstd_image *choose_image(struct kstd_dump *dump)
{
	static const unsigned int sides[] = { KSTD_SIDE_OUT, KSTD_SIDE_FILE, KSTD_SIDE_IN };

	for (int i = 0; i < 3; i++)
		for (struct kstd_image *image = dump->images; image; image = image->next)
			if (image->side == sides[i])
				return image;
	return NULL;
}

/* The data is an image, and the catalog for sections that are registered and not saved yet. */
static int add_image_data(struct kstd_check_run *c)
{
	const struct kstd_image *catalog = kstd_catalog_image(c->dump);
	int rc = 0;

	if (c->image->blob)
		rc = add_set(c, &c->data, c->dump->source, c->image, false);
	if (!rc && catalog && c->image->rows)
		rc = add_set(c, &c->data, c->dump->source, catalog, true);
	if (!rc && !c->image->blob)
		kstd_note(c->dump, "nothing is saved yet: what is registered is checked, with every subsection that it may have");
	return rc;
}

static int add_catalog_data(struct kstd_check_run *c)
{
	const struct kstd_kernel_reads *cat;

	return get_catalog(c, c->dump, &cat) ?: add_catalog(c, &c->data, cat);
}

static int find_data(struct kstd_check_run *c)
{
	int rc = kstd_images(c->dump);
	const struct kstd_kernel_reads *cat;

	c->image = rc ? NULL : choose_image(c->dump);
	if (c->image && c->image->side != KSTD_SIDE_FILE)
		return add_image_data(c);
	if (!get_catalog(c, c->dump, &cat) && (cat->is_catalog || !cat->nr_images))
		c->image = NULL;
	else if (rc)
		return kstd_check_side(c->dump) ? 0 : kstd_images(c->dump);
	return c->image ? add_image_data(c) : add_catalog_data(c);
}

/* This kernel is the reader. */
static int add_own_readers(struct kstd_check_run *c)
{
	const struct kstd_kernel_reads *cat;
	int rc = get_catalog(c, c->dump, &cat) ?: add_catalog(c, &c->readers, cat);

	if (!rc)
		note_image(c, cat);
	return rc;
}

int kstd_check_sides(struct kstd_check_run *c)
{
	c->reader = c->reverse ? "this kernel" : "the next kernel";
	kstd_kexec_note(c->dump);
	if (c->reverse)
		return add_own_readers(c) ?: add_next_files(c, &c->data);
	return find_data(c) ?: add_next_files(c, &c->readers);
}

bool kstd_same_name(const struct kstd_desc *a, const struct kstd_desc *b)
{
	return a->name_len == b->name_len && !memcmp(a->name, b->name, a->name_len);
}

const struct kstd_desc *kstd_reader_of(const struct kstd_check_run *c, const struct kstd_desc *d,
				       const struct kstd_desc_set **from,
				       const struct kstd_desc_set **other)
{
	const struct kstd_desc *best = NULL, *r;

	for (const struct kstd_desc_set *k = c->readers; k; k = k->next) {
		r = kstd_schema_find(k->schema, d->id);
		if (!r)
			continue;
		if (best && kstd_same_name(best, d)) {
			if (kstd_same_name(r, d) && r->fingerprint != best->fingerprint)
				*other = k;
		} else if (!best || kstd_same_name(r, d)) {
			best = r;
			*from = k;
		}
	}
	return best;
}

/* The set of the data that has a description, or NULL. */
static struct kstd_desc_set *set_of(const struct kstd_check_run *c, const struct kstd_desc *d)
{
	for (struct kstd_desc_set *k = c->data; k && d; k = k->next)
		if (d >= k->schema->descs && d < k->schema->descs + k->schema->nr)
			return k;
	return NULL;
}

struct kstd_checked_desc *kstd_checked_desc_find(const struct kstd_check_run *c,
						 const struct kstd_desc *d)
{
	const struct kstd_desc_set *k = set_of(c, d);

	return k ? k->checked[d - k->schema->descs] : NULL;
}

struct kstd_checked_desc *kstd_checked_desc_get(struct kstd_check_run *c, const struct kstd_desc *d)
{
	struct kstd_desc_set *k = set_of(c, d);
	struct kstd_checked_desc *j = kstd_checked_desc_find(c, d);

	if (j || !k)
		return j;
	j = kstd_arena_get(&c->dump->arena, sizeof(*j));
	if (!j)
		return NULL;
	*j = (struct kstd_checked_desc){
		.desc = d, .schema = k->schema,
		.name = kstd_arena_str(&c->dump->arena, d->name, d->name_len),
	};
	j->findings.tail = &j->findings.first;
	if (!j->name)
		return NULL;
	k->checked[d - k->schema->descs] = j;
	*c->last_checked = j;
	c->last_checked = &j->next;
	return j;
}

void kstd_checked_desc_sub(struct kstd_checked_desc *j, const struct kstd_desc *sub)
{
	for (unsigned int i = 0; i < j->nr_subs; i++)
		if (j->subs[i] == sub)
			return;
	if (j->nr_subs < KSTD_MAX_SUBS)
		j->subs[j->nr_subs++] = sub;
}

void kstd_checked_desc_all_subs(struct kstd_checked_desc *j)
{
	struct kstd_span ids = j->desc->subs;
	uint32_t id;

	for (unsigned int i = 0; i < KSTD_MAX_SUBS && kstd_span_be32(&ids, &id); i++) {
		const struct kstd_desc *sub = kstd_schema_find(j->schema, id);

		if (sub)
			kstd_checked_desc_sub(j, sub);
	}
}

/* Mark the descriptions that others use, as a subsection or as a struct. */
static void mark_parts(const struct kstd_desc_set *k, uint8_t *is_part)
{
	for (size_t i = 0; i < k->schema->nr; i++) {
		const struct kstd_desc *d = &k->schema->descs[i], *part;
		struct kstd_span ids = d->subs;
		uint32_t id;

		while (kstd_span_be32(&ids, &id)) {
			part = kstd_schema_find(k->schema, id);
			if (part && part != d)
				is_part[part - k->schema->descs] = 1;
		}
		for (size_t f = 0; f < d->nr_fields; f++) {
			part = d->fields[f].nested;
			if (part && part != d)
				is_part[part - k->schema->descs] = 1;
		}
	}
}

/* Every description that a section may have, with all its subsections. */
static int gather_set(struct kstd_check_run *c, const struct kstd_desc_set *k)
{
	uint8_t *is_part = kstd_calloc(k->schema->nr + 1, 1);
	int rc = is_part ? 0 : kstd_nomem(c->dump->ctx);

	if (rc)
		return rc;
	mark_parts(k, is_part);
	for (size_t i = 0; i < k->schema->nr && !rc; i++) {
		const struct kstd_desc *d = &k->schema->descs[i];
		struct kstd_checked_desc *j;

		if (is_part[i] && !d->subs.len)
			continue;
		j = kstd_checked_desc_get(c, d);
		if (j)
			kstd_checked_desc_all_subs(j);
		else
			rc = kstd_nomem(c->dump->ctx);
	}
	free(is_part);
	return rc;
}

int kstd_check_gather_descs(struct kstd_check_run *c)
{
	int rc = 0;

	for (const struct kstd_desc_set *k = c->data; k && !rc; k = k->next)
		rc = gather_set(c, k);
	return rc;
}

bool kstd_check_spend(struct kstd_check_run *c, uint64_t nr)
{
	if (nr > c->budget) {
		c->budget = 0;
		return false;
	}
	c->budget -= nr;
	return true;
}
