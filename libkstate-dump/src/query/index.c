// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Sections by number. One walk goes over the image, and its place is kept every STRIDE
 * sections. A copy of the walk that starts at such a place finds the sections after it.
 */

#include <stdlib.h>

#include <kstate-dump/browse.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/lazy_list.h"
#include "query/hexdump.h"

#define STRIDE	16u	/* sections between two places that are kept */

/**
 * struct stop - where the walk was before a section
 * @shard: NULL: in the table
 * @at: offset of the cursor from the start of the shard's sections
 * @nr: sections of the shard before it
 * @row: offset of the row that is expected next, from the start of the table
 * @row_nr: its number
 */
struct stop {
	struct kstd_shard *shard;
	uint64_t at;
	uint64_t nr;
	uint64_t row;
	uint64_t row_nr;
};

/**
 * struct kstd_index - see kstd_index_open()
 * @walk: its next section is the first that is not indexed
 * @nr: sections so far
 * @stops: one for each %STRIDE of them
 * @lists: in full, and as summaries
 * @payloads: what kstd_index_payloads() returned last, in @arena
 */
struct kstd_index {
	struct kstd_image *image;
	struct kstd_walk walk;
	uint64_t nr;
	bool complete;
	struct stop *stops;
	size_t nr_stops;
	size_t room;
	struct kstd_node *lists[2];
	struct kstd_node payloads;
	struct kstd_arena arena;
};

/* What a list of an index is. */
struct index_query {
	struct kstd_index *index;
	bool summary;
};

static bool add_stop(struct kstd_index *x)
{
	const struct kstd_walk *w = &x->walk;

	if (x->nr % STRIDE)
		return true;
	if (!kstd_array_fits(x->stops, x->nr_stops, x->room)) {
		kstd_defect(x->image->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return false;
	}
	x->stops[x->nr_stops++] = (struct stop){
		.shard = w->shard,
		.at = w->shard ? w->c.s.at - w->shard->sections.s.at : 0,
		.nr = w->nr,
		.row = w->match.rows ? w->match.next.at - w->match.rows->body.at : 0,
		.row_nr = w->match.next_nr,
	};
	return true;
}

/* Check a section as for a summary, and report its defects. */
static bool index_one(struct kstd_index *x)
{
	struct kstd_arena a = { 0 };
	struct kstd_step s;

	if (!add_stop(x))
		return false;
	if (!kstd_walk_next(&x->walk, &s)) {
		x->nr_stops -= !(x->nr % STRIDE);
		return false;
	}
	if (s.in_tree) {
		kstd_section_load(x->image, &a, &s.where, &s.section, true);
		kstd_section_crc(x->image, &s.where, &s.section);
		kstd_arena_free(&a);
	}
	x->nr++;
	return true;
}

bool kstd_index_grow(struct kstd_index *x, uint64_t max)
{
	while (!x->complete && max--)
		x->complete = !index_one(x);
	return !x->complete;
}

uint64_t kstd_index_claim(const struct kstd_index *x)
{
	uint64_t claim = 0;

	if (x->complete)
		return x->nr;
	for (const struct kstd_shard *sh = x->image->shards; sh; sh = sh->next)
		if (__builtin_add_overflow(claim, sh->sections_here, &claim))
			return x->nr;
	if (!x->image->shards && x->image->rows)
		claim = x->image->rows->nr;
	return claim > x->nr ? claim : x->nr;
}

/**
 * struct section_cursor - a place among sections
 * @walk: shares @match.seen with that of the index, and does not look for duplicates
 * @at: number of the section that comes next
 */
struct section_cursor {
	struct kstd_index *x;
	struct kstd_walk walk;
	uint64_t at;
};

struct section_iter {
	struct kstd_list_iter it;
	struct section_cursor c;
};

static void go_to_stop(struct section_cursor *c, const struct stop *stop)
{
	struct kstd_walk *w = &c->walk;

	*w = (struct kstd_walk){
		.image = c->x->image, .shard = stop->shard, .nr = stop->nr, .alone = true,
	};
	w->match = c->x->walk.match;
	if (w->match.rows) {
		w->match.next = w->match.rows->body;
		kstd_span_skip(&w->match.next, stop->row);
		w->match.next_nr = stop->row_nr;
	}
	if (stop->shard) {
		w->c = stop->shard->sections;
		kstd_span_skip(&w->c.s, stop->at);
	}
	kstd_work_begin(&w->work, c->x->image->dump, "reading sections", 0, UINT64_MAX);
}

/* Quietly: defects were reported when the index grew. */
static void go_to(struct section_cursor *c, uint64_t nr)
{
	struct kstd_dump *dump = c->x->image->dump;
	struct kstd_step s;

	c->at = nr;
	if (nr >= c->x->nr)
		return;
	kstd_quiet_begin(dump);
	go_to_stop(c, &c->x->stops[nr / STRIDE]);
	for (uint64_t i = 0; i < nr % STRIDE; i++)
		kstd_walk_next(&c->walk, &s);
	kstd_quiet_end(dump);
}

static void sections_seek(struct kstd_list_iter *it, uint64_t nr)
{
	const struct index_query *q = it->of;
	struct section_cursor *c = &((struct section_iter *)it)->c;

	c->x = q->index;
	go_to(c, nr);
}

static void sections_begin(struct kstd_list_iter *it)
{
	sections_seek(it, 0);
}

static struct kstd_node *sections_next(struct kstd_list_iter *it)
{
	static const struct kstd_span all;
	struct section_cursor *c = &((struct section_iter *)it)->c;
	const struct index_query *q = it->of;
	struct kstd_node *n = NULL;
	struct kstd_step s;

	if (c->at >= c->x->nr)
		return NULL;
	if (q->summary)
		kstd_quiet_begin(it->dump);
	if (kstd_walk_next(&c->walk, &s)) {
		const struct kstd_table_row *row = s.in_table ? &s.row : NULL;

		c->at++;
		n = !s.in_tree ?
		    kstd_table_row_put(s.image, &it->arena, row, q->summary) :
		    kstd_section_put(s.image, &it->arena, &s.where, &s.section, row, q->summary,
				     all);
	}
	if (q->summary)
		kstd_quiet_end(it->dump);
	return n;
}

static uint64_t sections_count(const void *of)
{
	const struct index_query *q = of;

	return q->index->nr;
}

/* Sections that are not indexed yet are not missing. */
static bool sections_cut(const struct kstd_list_iter *it)
{
	const struct index_query *q = it->of;

	return q->index->image->cut || q->index->walk.short_of;
}

static const struct kstd_list_type sections_type = {
	.bytes = sizeof(struct section_iter),
	.begin = sections_begin,
	.seek = sections_seek,
	.next = sections_next,
	.count = sections_count,
	.cut = sections_cut,
};

const struct kstd_node *kstd_index_sections(struct kstd_index *x, bool summary)
{
	return x->lists[summary];
}

const struct kstd_node *kstd_index_payloads(struct kstd_index *x, uint64_t nr)
{
	struct kstd_dump *dump = x->image->dump;
	struct section_cursor c = { .x = x };
	struct kstd_step s;

	kstd_arena_reset(&x->arena);
	x->payloads = (struct kstd_node){ .type = KSTD_LIST, .key = KSTD_NO_KEY };
	go_to(&c, nr);
	if (nr >= x->nr || !kstd_walk_next(&c.walk, &s) || !s.in_tree)
		return NULL;
	kstd_payloads_put(&x->arena, &s, &x->payloads);
	if (x->arena.short_of)
		kstd_defect(dump, &s.where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	return &x->payloads;
}

static void free_index(void *index, size_t len)
{
	struct kstd_index *x = index;

	(void)len;
	kstd_walk_end(&x->walk);
	kstd_arena_free(&x->arena);
	free(x->stops);
	free(x);
}

static bool put_lists(struct kstd_index *x, struct kstd_arena *a)
{
	for (int summary = 0; summary < 2; summary++) {
		struct index_query *q = kstd_arena_get(a, sizeof(*q));

		if (!q)
			return false;
		*q = (struct index_query){ x, summary };
		x->lists[summary] = kstd_list_put(a, NULL, KSTD_NO_KEY, (struct kstd_list_args){
			x->image->dump, &sections_type, q, NULL });
		kstd_styled(x->lists[summary], summary ? KSTD_STYLE_TABLE : KSTD_STYLE_NONE);
	}
	return x->lists[0] && x->lists[1];
}

static int make_index(struct kstd_image *image, struct kstd_index **index)
{
	struct kstd_dump *dump = image->dump;
	struct kstd_index *x = kstd_calloc(1, sizeof(*x));

	if (!x || !kstd_arena_own(&dump->arena, free_index, x, 0))
		return kstd_nomem(dump->ctx);
	x->image = image;
	kstd_walk_image(&x->walk, image);
	x->walk.alone = true;
	if (!put_lists(x, &dump->arena))
		return kstd_nomem(dump->ctx);
	*index = x;
	return 0;
}

int kstd_index_open(struct kstd_dump *dump, unsigned int side, struct kstd_index **index)
{
	int rc = kstd_images(dump) ?: kstd_cancelled(dump);

	*index = NULL;
	if (rc)
		return rc;
	for (struct kstd_image *image = dump->images; image; image = image->next)
		if (image->side == side)
			return make_index(image, index);
	return kstd_err(dump->ctx, KSTD_E_NO_SECTION, KSTD_NO_OFFSET, "no image of that side in %s",
			dump->source);
}
