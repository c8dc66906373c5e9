// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * What a kstate image refers to: shards, payloads outside the tree, and the fields
 * that say where memory is. Fields are found in the model, as everybody sees them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "kho/chains.h"
#include "kho/kho_side.h"
#include "fdt/fdt_props.h"
#include "kstate/section.h"

/**
 * struct ref_ctx - an image that is gone through
 * @arena: for one section
 * @places: for each description, whether it can have such fields
 * @visited: chunks of vmalloc areas so far, of which there are @nr_areas
 * @firsts: the first chunk of each, with the section that named it first
 * @holder: of the section
 */
struct ref_ctx {
	struct kstd_image *image;
	struct kstd_refs *refs;
	struct kstd_arena arena;
	uint8_t *places;
	struct kstd_visited visited;
	struct kstd_visited firsts;
	uint64_t nr_areas;
	uint32_t holder;
};

enum { UNKNOWN, NO, YES };

static bool is_place(const char *kind)
{
	return !strcmp(kind, "folio") || !strcmp(kind, "vmalloc") || !strcmp(kind, "address") ||
	       !strcmp(kind, "page");
}

static bool has_folios(const char *kind)
{
	return !strcmp(kind, "folio-array") || !strcmp(kind, "folio-map");
}

/* Descriptions may refer to one another in a circle: what is being looked at counts as no. */
static bool has_places(struct ref_ctx *t, const struct kstd_desc *d)
{
	uint8_t *known = &t->places[d - t->image->schema.descs];

	if (*known != UNKNOWN)
		return *known == YES;
	*known = NO;
	for (size_t i = 0; i < d->nr_fields && *known == NO; i++) {
		const struct kstd_field *f = &d->fields[i];

		if (is_place(f->kind_name) || has_folios(f->kind_name) || (f->nested && has_places(t, f->nested)))
			*known = YES;
	}
	return *known == YES;
}

static uint64_t number(const struct kstd_node *object, const char *name)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	return n ? kstd_node_u64(n) : 0;
}

static void tell(struct ref_ctx *t, const struct kstd_where *where, uint64_t pa, uint64_t bytes,
		 enum kstd_ref_kind kind)
{
	if (bytes)
		kstd_ref_add(t->image->dump, where, t->refs, pa, bytes, kind,
			     kstd_owner(t->image->dump, where));
}

static void follow_area(struct ref_ctx *t, const struct kstd_where *where,
			const struct kstd_area *area)
{
	struct kstd_dump *dump = t->image->dump;
	struct kstd_area_walk w;
	uint64_t pa, bytes;

	kstd_area_begin(&w, dump, where, area, t->refs, kstd_owner(dump, where), KSTD_REF_DATA);
	kstd_area_share(&w, &t->visited, t->nr_areas++);
	while (kstd_area_next(&w, &pa, &bytes))
		;
	kstd_area_end(&w);
}

static void tell_area(struct ref_ctx *t, const struct kstd_where *where,
		      const struct kstd_node *value)
{
	struct kstd_area area = {
		.first = number(value, "first_chunk"), .pages = number(value, "pages"),
		.flags = number(value, "flags"), .order = number(value, "order"),
	};
	struct kstd_dump *dump = t->image->dump;

	/* An object may refer to an area twice, which is not gone through again. */
	if (area.first && kstd_visit(&t->firsts, area.first, t->holder) == KSTD_VISIT_SAME)
		return;
	if (kstd_kho_lists(dump, t->image->side))
		follow_area(t, where, &area);
	else if (t->image->producer.page_size)
		kstd_ref_add(dump, where, t->refs, area.first, t->image->producer.page_size,
			     KSTD_REF_KHO, kstd_owner(dump, where));
}

/* An address says not how much is there: a byte at least. */
static void tell_value(struct ref_ctx *t, const struct kstd_where *where, const char *kind,
		       const struct kstd_node *value)
{
	if (!strcmp(kind, "address"))
		tell(t, where, kstd_node_u64(value), 1, KSTD_REF_POINTER);
	else if (!strcmp(kind, "folio"))
		tell(t, where, number(value, "address"), number(value, "bytes"), KSTD_REF_DATA);
	else if (!strcmp(kind, "page"))
		tell(t, where, number(value, "address"), t->image->producer.page_size,
		     KSTD_REF_POINTER);
	else
		tell_area(t, where, value);
}

/* The elements of an array or map of folios; those that are NULL are of no interest. */
static void tell_folios(struct ref_ctx *t, const struct kstd_where *where,
			const struct kstd_node *list)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		if (kstd_node_type(n) == KSTD_OBJECT)
			tell_value(t, where, "folio", n);
	kstd_iter_end(&it);
}

static const char *text(const struct kstd_node *object, const char *name, size_t *len)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	return n && kstd_node_type(n) == KSTD_TEXT ? kstd_node_mem(n, len) : NULL;
}

static void scan(struct ref_ctx *t, const struct kstd_where *where, const struct kstd_node *n);

static void scan_field(struct ref_ctx *t, const struct kstd_where *up, const struct kstd_node *n)
{
	const struct kstd_node *value = kstd_node_get(n, "value");
	const char *name, *kind;
	struct kstd_where where;
	size_t len, kind_len;

	name = text(n, "name", &len);
	kind = text(n, "kind", &kind_len);
	if (!value || !name || !kind || kstd_node_type(value) == KSTD_NULL)
		return;
	where = KSTD_AT(up, name, len);
	if (is_place(kind))
		tell_value(t, &where, kind, value);
	else if (has_folios(kind))
		tell_folios(t, &where, value);
	else if (kstd_node_type(value) == KSTD_OBJECT || kstd_node_type(value) == KSTD_LIST)
		scan(t, &where, value);
}

static void scan_list(struct ref_ctx *t, const struct kstd_where *up, const struct kstd_node *list,
		      bool fields)
{
	const struct kstd_node *n;
	unsigned long long i = 0;
	struct kstd_where where;
	struct kstd_iter it;
	char name[24];

	kstd_iter_begin(&it, list);
	for (; (n = kstd_iter_next(&it)); i++) {
		if (kstd_node_type(n) == KSTD_NULL)
			continue;
		if (kstd_node_type(n) != KSTD_OBJECT)
			break;
		if (fields) {
			scan_field(t, up, n);
			continue;
		}
		snprintf(name, sizeof(name), "%llu", i);
		where = KSTD_AT(up, name, strlen(name));
		scan(t, &where, n);
	}
	kstd_iter_end(&it);
}

/* A section, a subsection or a struct with its fields, or a list of structs. */
static void scan(struct ref_ctx *t, const struct kstd_where *where, const struct kstd_node *n)
{
	const struct kstd_node *fields = kstd_node_get(n, "fields");
	const struct kstd_node *subs = kstd_node_get(n, "subsections"), *sub;
	struct kstd_iter it;
	const char *name;
	size_t len;

	if (kstd_node_type(n) == KSTD_LIST)
		scan_list(t, where, n, false);
	if (fields)
		scan_list(t, where, fields, true);
	if (!subs)
		return;
	kstd_iter_begin(&it, subs);
	while ((sub = kstd_iter_next(&it))) {
		struct kstd_where here;

		name = text(sub, "section", &len);
		if (!name)
			continue;
		here = KSTD_AT(where, name, len);
		scan(t, &here, sub);
	}
	kstd_iter_end(&it);
}

static void tell_extents(struct ref_ctx *t, const struct kstd_where *where,
			 const struct kstd_section *s)
{
	struct kstd_dump *dump = t->image->dump;
	struct kstd_span list = s->extents;
	uint64_t address, bytes;

	while (kstd_span_be64(&list, &address) && kstd_span_be64(&list, &bytes))
		kstd_ref_add(dump, where, t->refs, address, bytes, KSTD_REF_BLOB,
			     kstd_owner(dump, where));
}

/* Payloads of a section and its subsections; true if fields of one could say where memory is. */
static bool tell_payloads(struct ref_ctx *t, const struct kstd_where *where,
			  const struct kstd_section *s, unsigned int depth)
{
	struct kstd_cursor c = s->inside;
	struct kstd_section sub;
	struct kstd_tok tok;
	bool places = s->desc && has_places(t, s->desc);

	tell_extents(t, where, s);
	if (!s->nr_subs || depth >= KSTD_MAX_NESTING)
		return places;
	while (kstd_fdt_child(&c, &tok)) {
		struct kstd_where here = KSTD_AT(where, tok.name, tok.name_len);

		kstd_section_read(t->image, &here, &c, &tok, s, &sub);
		places |= tell_payloads(t, &here, &sub, depth + 1);
	}
	return places;
}

/* What "show" finds wrong is not said again. */
static void tell_section(struct ref_ctx *t, struct kstd_step *step)
{
	struct kstd_dump *dump = t->image->dump;
	struct kstd_section *s = &step->section;
	struct kstd_where where = KSTD_IN(&step->file, s->node, s->node_len);
	static const struct kstd_span all;
	struct kstd_node *n = NULL;

	kstd_quiet_begin(dump);
	if (tell_payloads(t, &where, s, 0)) {
		kstd_arena_reset(&t->arena);
		n = kstd_section_put(t->image, &t->arena, &step->where, s, NULL, false, all);
	}
	kstd_quiet_end(dump);
	t->refs->holder = ++t->holder;
	if (n)
		scan(t, &where, n);
	t->refs->holder = 0;
}

static void tell_shards(struct ref_ctx *t)
{
	const struct kstd_blob *b = t->image->blob;
	struct kstd_where file, where;
	char name[24];

	if (!b)
		return;
	file = KSTD_AT(NULL, b->path, strlen(b->path));
	for (const struct kstd_shard *shard = t->image->shards; shard; shard = shard->next) {
		struct kstd_cursor root = kstd_fdt_root(&shard->fdt);
		uint64_t address, bytes;
		struct kstd_span v;

		snprintf(name, sizeof(name), "shard %u", shard->index + 1);
		where = KSTD_IN(&file, name, strlen(name));
		if (kstd_fdt_prop(&root, KSTD_PROP_NEXT_SHARD, &v) &&
		    kstd_span_be64(&v, &address) && kstd_span_be64(&v, &bytes) && address)
			kstd_ref_add(t->image->dump, &where, t->refs, address, bytes, KSTD_REF_BLOB,
				     kstd_owner(t->image->dump, &where));
	}
}

static void tell_image(struct kstd_dump *dump, struct ref_ctx *t)
{
	struct kstd_walk walk;
	struct kstd_step step;

	tell_shards(t);
	kstd_quiet_begin(dump);
	kstd_walk_begin(&walk, dump);
	walk.work.what = "gathering references";
	while (kstd_walk_next(&walk, &step)) {
		if (step.image != t->image || !step.in_tree)
			continue;
		kstd_quiet_end(dump);
		tell_section(t, &step);
		kstd_quiet_begin(dump);
	}
	kstd_walk_end(&walk);
	kstd_quiet_end(dump);
}

void kstd_refs_kstate(struct kstd_dump *dump, unsigned int side, struct kstd_refs *refs)
{
	if (kstd_images(dump))
		return;
	for (struct kstd_image *image = dump->images; image; image = image->next) {
		struct ref_ctx t = {
			.image = image, .refs = refs, .visited = { .max = KSTD_MAX_CHUNKS },
			.firsts = { .max = KSTD_MAX_CHUNKS },
		};

		if (image->side != side)
			continue;
		t.places = calloc(image->schema.nr + 1, 1);
		if (!t.places) {
			refs->short_of = true;
			return;
		}
		tell_image(dump, &t);
		kstd_arena_free(&t.arena);
		kstd_visited_free(&t.visited);
		kstd_visited_free(&t.firsts);
		free(t.places);
	}
}
