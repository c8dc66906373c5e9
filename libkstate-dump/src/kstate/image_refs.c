// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The memory that a kstate image refers to: shards, payloads outside the tree, and fields
 * that refer to memory. The decoders of these fields report it, see &struct kstd_field_refs.
 */

#include <stdio.h>

#include "fdt/fdt_props.h"
#include "kho/kho_side.h"
#include "kstate/field_kinds.h"
#include "kstate/section.h"

/**
 * struct ref_ctx - an image that is gone through
 * @fields: what the decoders call
 * @arena: for the fields of one section
 * @visited: chunks of vmalloc areas so far, of which there are @nr_areas
 * @firsts: the first chunk of each area, with the section that referred to it first
 * @holder: number of the section
 */
struct ref_ctx {
	struct kstd_field_refs fields;
	struct kstd_image *image;
	struct kstd_refs *refs;
	struct kstd_arena arena;
	struct kstd_visited visited;
	struct kstd_visited firsts;
	uint64_t nr_areas;
	uint32_t holder;
};

static void add_ref(struct ref_ctx *t, const struct kstd_where *where, uint64_t pa, uint64_t bytes,
		    enum kstd_ref_kind kind)
{
	struct kstd_dump *dump = t->image->dump;

	kstd_ref_add(dump, where, t->refs, pa, bytes, kind, kstd_owner(dump, where));
}

/* Decoding a section is quiet, for "show" reports its defects. References are not. */
static void add_memory(struct kstd_field_refs *fields, const struct kstd_where *where, uint64_t pa,
		       uint64_t bytes, enum kstd_ref_kind kind)
{
	struct ref_ctx *t = (struct ref_ctx *)fields;

	kstd_quiet_end(t->image->dump);
	add_ref(t, where, pa, bytes, kind);
	kstd_quiet_begin(t->image->dump);
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

static void add_area(struct kstd_field_refs *fields, const struct kstd_where *where,
		     const struct kstd_area *area)
{
	struct ref_ctx *t = (struct ref_ctx *)fields;
	struct kstd_dump *dump = t->image->dump;

	/* An object may refer to an area twice: the second time, it is not followed again. */
	if (area->first && kstd_visit(&t->firsts, area->first, t->holder) == KSTD_VISIT_SAME)
		return;
	kstd_quiet_end(dump);
	if (kstd_kho_lists(dump, t->image->side))
		follow_area(t, where, area);
	else if (t->image->producer.page_size)
		add_ref(t, where, area->first, t->image->producer.page_size, KSTD_REF_KHO);
	kstd_quiet_begin(dump);
}

static void add_fields(struct ref_ctx *t, const struct kstd_where *where, struct kstd_section *s)
{
	static const struct kstd_span all;
	struct kstd_payload p = {
		.dump = t->image->dump, .arena = &t->arena, .where = where, .depth = 1,
		.big = t->image->producer.big, .page_size = t->image->producer.page_size,
		.refs = &t->fields,
	};

	kstd_arena_reset(&t->arena);
	kstd_section_load(t->image, &t->arena, where, s, false);
	p.s = s->payload;
	t->refs->holder = t->holder;
	if (s->has_payload)
		kstd_stream_put(&p, s->desc, s->version, NULL, &all);
	t->refs->short_of |= t->arena.short_of;
	t->refs->holder = 0;
}

/* A section or subsection, and its subsections. */
static void add_section(struct ref_ctx *t, const struct kstd_where *where, struct kstd_section *s,
			unsigned int depth)
{
	struct kstd_dump *dump = t->image->dump;
	struct kstd_span extents = s->extents;
	struct kstd_cursor c = s->inside;
	uint64_t address, bytes;
	struct kstd_tok tok;

	while (kstd_span_be64(&extents, &address) && kstd_span_be64(&extents, &bytes))
		add_ref(t, where, address, bytes, KSTD_REF_BLOB);
	kstd_quiet_begin(dump);
	if (s->desc && s->desc->refers)
		add_fields(t, where, s);
	kstd_quiet_end(dump);
	if (!s->nr_subs || depth >= KSTD_MAX_NESTING)
		return;
	while (kstd_fdt_child(&c, &tok)) {
		struct kstd_where here = KSTD_AT(where, tok.name, tok.name_len);
		struct kstd_section sub;

		kstd_quiet_begin(dump);
		kstd_section_read(t->image, &here, &c, &tok, s, &sub);
		kstd_quiet_end(dump);
		add_section(t, &here, &sub, depth + 1);
	}
}

static void add_shards(struct ref_ctx *t)
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
			add_ref(t, &where, address, bytes, KSTD_REF_BLOB);
	}
}

static void add_image(struct kstd_dump *dump, struct ref_ctx *t)
{
	struct kstd_walk walk;
	struct kstd_step step;

	add_shards(t);
	kstd_quiet_begin(dump);
	kstd_walk_begin(&walk, dump);
	walk.work.what = "gathering references";
	while (kstd_walk_next(&walk, &step)) {
		struct kstd_section *s = &step.section;
		struct kstd_where where;

		if (step.image != t->image || !step.in_tree)
			continue;
		where = KSTD_IN(&step.file, s->node, s->node_len);
		t->holder++;
		kstd_quiet_end(dump);
		add_section(t, &where, s, 0);
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
			.fields = { add_memory, add_area }, .image = image, .refs = refs,
			.visited = { .max = KSTD_MAX_CHUNKS }, .firsts = { .max = KSTD_MAX_CHUNKS },
		};

		if (image->side != side)
			continue;
		add_image(dump, &t);
		kstd_arena_free(&t.arena);
		kstd_visited_free(&t.visited);
		kstd_visited_free(&t.firsts);
	}
}
