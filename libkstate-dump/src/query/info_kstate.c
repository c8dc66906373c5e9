// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The overview of kstate's images: reads and checks every section to count it. */

#include "base/known.h"
#include "kstate/section_result.h"
#include "query/info.h"

/**
 * struct totals - over the sections of an image
 * @lost: in the image, subsections too
 * @bytes: payload, of subsections too
 * @restore_ns: of the last attempts to restore
 */
struct totals {
	uint64_t sections;
	uint64_t subsections;
	uint64_t lost;
	uint64_t bytes;
	uint64_t restore_ns;
	struct kstd_results results;
};

/* A sum that does not fit is as much as there can be. */
static void add_to(uint64_t *sum, uint64_t v)
{
	if (__builtin_add_overflow(*sum, v, sum))
		*sum = UINT64_MAX;
}

static void add_one(struct kstd_image *image, const struct kstd_where *where,
		    struct kstd_section *s, struct totals *t)
{
	struct kstd_arena a = { 0 };

	kstd_section_load(image, &a, where, s, true);
	kstd_section_crc(image, where, s);
	kstd_arena_free(&a);
	add_to(&t->bytes, s->has_data ? s->payload.len : s->extent_bytes);
	t->lost += !!s->lost;
}

/* Subsections, to any depth: they are read in the order of the tree. */
static void add_subs(struct kstd_image *image, const struct kstd_where *where,
		     const struct kstd_section *s, struct totals *t, unsigned int depth)
{
	struct kstd_cursor c = s->inside;
	struct kstd_section sub;
	struct kstd_tok tok;

	if (!s->nr_subs || depth >= KSTD_MAX_NESTING)
		return;
	while (kstd_fdt_child(&c, &tok)) {
		struct kstd_where here = KSTD_AT(where, tok.name, tok.name_len);

		kstd_section_read(image, &here, &c, &tok, s, &sub);
		t->subsections++;
		add_one(image, &here, &sub, t);
		add_subs(image, &here, &sub, t, depth + 1);
	}
}

static void add_step(struct kstd_step *step, struct totals *t)
{
	t->sections++;
	kstd_results_add(&t->results, step);
	if (step->in_table)
		add_to(&t->restore_ns, step->row.ns);
	if (step->in_tree) {
		add_one(step->image, &step->where, &step->section, t);
		add_subs(step->image, &step->where, &step->section, t, 0);
	} else if (step->row.has_bytes) {
		add_to(&t->bytes, step->row.bytes);
	}
}

static void put_producer(struct kstd_arena *a, const struct kstd_producer *p, struct kstd_node *n)
{
	struct kstd_node *made, *saved;

	if (!p->present) {
		kstd_put(a, n, KSTD_K_PRODUCER, KSTD_NULL);
		kstd_put(a, n, KSTD_K_SAVED, KSTD_NULL);
		return;
	}
	made = kstd_put(a, n, KSTD_K_PRODUCER, KSTD_OBJECT);
	kstd_put_str(a, made, KSTD_K_RELEASE, p->release);
	kstd_put_str(a, made, KSTD_K_MACHINE, p->machine);
	kstd_put_str(a, made, KSTD_K_BYTE_ORDER, p->big ? "big" : "little");
	kstd_put_num(a, made, KSTD_K_WORD_SIZE, KSTD_SIZE, p->word_size);
	kstd_put_num(a, made, KSTD_K_PAGE_SIZE, KSTD_SIZE, p->page_size);
	saved = kstd_put(a, n, KSTD_K_SAVED, KSTD_OBJECT);
	kstd_put_num(a, saved, KSTD_K_SAVED_AT, KSTD_U64, p->saved_at);
	kstd_put_num(a, saved, KSTD_K_SAVED_NS, KSTD_NS, p->save_ns);
	kstd_put_num(a, saved, KSTD_K_GENERATION, KSTD_U64, p->generation);
}

/* A count that text shows only if it says something. */
static void put_count(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		      uint64_t v, bool shown)
{
	kstd_hidden_if(kstd_put_num(a, n, key, KSTD_U64, v), !shown);
}

/* How many sections there are is in the image, or else in a table that is whole. */
static bool sections_known(const struct kstd_image *image)
{
	return image->blob || !image->rows || kstd_section_table_is_whole(image->rows);
}

static void put_known(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		      enum kstd_type type, bool known, uint64_t v)
{
	if (known)
		kstd_put_num(a, n, key, type, v);
	else
		kstd_put_unknown(a, n, key);
}

static void put_totals(struct kstd_arena *a, const struct kstd_image *image,
		       const struct totals *t, struct kstd_node *n)
{
	struct kstd_node *holds = kstd_put(a, n, KSTD_K_CONTENTS, KSTD_OBJECT);
	bool known = sections_known(image);

	put_known(a, holds, KSTD_K_NR_SECTIONS, KSTD_U64, known, t->sections);
	kstd_put_num(a, holds, KSTD_K_NR_SUBSECTIONS, KSTD_U64, t->subsections);
	kstd_put_num(a, holds, KSTD_K_NR_DESCRIPTIONS, KSTD_U64, image->schema.nr);
	put_count(a, holds, KSTD_K_NR_LOST, t->lost, t->lost);
	put_known(a, holds, KSTD_K_PAYLOAD_BYTES, KSTD_SIZE, known, t->bytes);
}

/**
 * put_result - how many sections have a result, or that it is not known
 * @usual: text shows it even if there are none
 */
static void put_result(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		       const struct totals *t, enum kstd_result result, bool known, bool usual)
{
	uint64_t nr = t->results.nr[result];

	if (known)
		put_count(a, n, key, nr, nr || usual);
	else if (usual)
		kstd_put_unknown(a, n, key);
	else
		kstd_put(a, n, key, KSTD_NULL);
}

/* One section of which it is not known may be of any result: none of the numbers is one then. */
static void put_outcome(struct kstd_arena *a, const struct kstd_image *image,
			const struct totals *t, struct kstd_node *n)
{
	bool in = image->side != KSTD_SIDE_OUT, out = image->side != KSTD_SIDE_IN, known;
	struct kstd_node *o;

	kstd_results_end(&t->results);
	if (!image->rows) {
		kstd_put(a, n, KSTD_K_OUTCOME, KSTD_NULL);
		return;
	}
	known = !t->results.nr[KSTD_RESULT_UNKNOWN] && kstd_section_table_is_whole(image->rows);
	o = kstd_put(a, n, KSTD_K_OUTCOME, KSTD_OBJECT);
	put_result(a, o, KSTD_K_RESTORED, t, KSTD_RESULT_RESTORED, known, in);
	/* In the table of the other side it is how long saving took. */
	if (image->side == KSTD_SIDE_OUT || !known)
		kstd_put(a, o, KSTD_K_RESTORE_NS, KSTD_NULL);
	else
		kstd_put_num(a, o, KSTD_K_RESTORE_NS, KSTD_NS, t->restore_ns);
	put_result(a, o, KSTD_K_FAILED, t, KSTD_RESULT_FAILED, known, in);
	put_result(a, o, KSTD_K_UNCLAIMED, t, KSTD_RESULT_UNCLAIMED, known, in);
	put_result(a, o, KSTD_K_NR_RELEASED, t, KSTD_RESULT_RELEASED, known, false);
	put_result(a, o, KSTD_K_NR_SAVED, t, KSTD_RESULT_SAVED, known, out);
	put_result(a, o, KSTD_K_NR_LOST, t, KSTD_RESULT_LOST, known, false);
	put_result(a, o, KSTD_K_NR_WITHDRAWN, t, KSTD_RESULT_WITHDRAWN, known, false);
	put_result(a, o, KSTD_K_REGISTERED, t, KSTD_RESULT_REGISTERED, known, false);
}

/* What the image says of itself; the table has a line for each section. */
static void put_claim(struct kstd_arena *a, const struct kstd_image *image, struct kstd_node *n)
{
	struct kstd_node *holds = kstd_put(a, n, KSTD_K_CONTENTS, KSTD_OBJECT);
	uint64_t sections = 0;

	for (const struct kstd_shard *shard = image->shards; shard; shard = shard->next)
		if (__builtin_add_overflow(sections, shard->sections_here, &sections))
			sections = UINT64_MAX;
	if (!image->shards && image->rows)
		sections = image->rows->nr;
	put_known(a, holds, KSTD_K_NR_SECTIONS, KSTD_U64, sections_known(image), sections);
	kstd_put_num(a, holds, KSTD_K_NR_DESCRIPTIONS, KSTD_U64, image->schema.nr);
}

/* @t is NULL if no section was read. */
static void put_image(struct kstd_image *image, const struct totals *t, struct kstd_node *list)
{
	struct kstd_arena *a = &image->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	struct kstd_node *file;

	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(image->side));
	kstd_put_str(a, n, KSTD_K_FORMAT, image->blob ? image->compatible : NULL);
	kstd_styled(kstd_put_str(a, n, KSTD_K_PATH, image->blob ? image->blob->path : NULL),
		    KSTD_STYLE_HIDDEN);
	put_producer(a, &image->producer, n);
	if (image->blob) {
		file = kstd_put(a, n, KSTD_K_IMAGE, KSTD_OBJECT);
		kstd_put_num(a, file, KSTD_K_IMAGE_BYTES, KSTD_SIZE, image->bytes);
		kstd_put_num(a, file, KSTD_K_SHARDS, KSTD_U64, image->nr_shards);
	} else {
		kstd_put(a, n, KSTD_K_IMAGE, KSTD_NULL);
	}
	if (t) {
		put_totals(a, image, t, n);
		put_outcome(a, image, t, n);
	} else {
		put_claim(a, image, n);
		kstd_put(a, n, KSTD_K_OUTCOME, KSTD_NULL);
	}
}

void kstd_overview_images(struct kstd_dump *dump, struct kstd_node *list)
{
	for (struct kstd_image *image = dump->images; image; image = image->next)
		put_image(image, NULL, list);
}

void kstd_info_images(struct kstd_dump *dump, struct kstd_node *list)
{
	struct kstd_walk walk;
	struct kstd_step step;
	struct kstd_image *image = dump->images;
	struct totals t = { 0 };

	kstd_walk_begin(&walk, dump);
	while (kstd_walk_next(&walk, &step)) {
		for (; image != step.image; image = image->next, t = (struct totals){ 0 })
			put_image(image, &t, list);
		add_step(&step, &t);
	}
	kstd_walk_end(&walk);
	for (; image; image = image->next, t = (struct totals){ 0 })
		put_image(image, &t, list);
}
