// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections of two images, matched by name and instance. */

#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/lazy_list.h"
#include "diff/diff.h"
#include "kstate/section.h"

#define SECTIONS_TOLD	256	/* between two calls for progress */

/**
 * struct section_entry - a section; the struct is small, as there may be a million
 * @at: a cursor in front of its node; none if only the table has the section
 * @in_tree: whether @at is valid
 * @differs: of a section of the first image that both have: whether they are known to differ
 * @nr: its number in the image
 */
struct section_entry {
	const char *name;
	uint32_t name_len;
	bool in_tree;
	bool differs;
	uint64_t instance;
	uint64_t nr;
	struct kstd_cursor at;
};

struct section_entries {
	struct section_entry *v;
	size_t nr;
	size_t room;
};

/**
 * struct joined_images - two images and their sections
 * @x: sections of the first, sorted by identity; @y of the second
 */
struct joined_images {
	struct kstd_diff_pair pair;
	struct section_entries x;
	struct section_entries y;
};

/**
 * struct sections_diff - sections that are compared
 * @how: how each comparison begins, but for its memory
 */
struct sections_diff {
	struct kstd_differ how;
	size_t nr;
	struct joined_images pairs[KSTD_DIFF_PAIRS];
};

static int by_identity(const void *a_, const void *b_)
{
	const struct section_entry *a = a_, *b = b_;
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = len ? memcmp(a->name, b->name, len) : 0;

	if (order)
		return order;
	if (a->name_len != b->name_len)
		return a->name_len < b->name_len ? -1 : 1;
	return a->instance < b->instance ? -1 : a->instance > b->instance;
}

static int by_identity_and_nr(const void *a_, const void *b_)
{
	const struct section_entry *a = a_, *b = b_;
	int order = by_identity(a, b);

	return order ? order : a->nr < b->nr ? -1 : a->nr > b->nr;
}

static struct section_entry entry_of(const struct kstd_step *step, uint64_t nr)
{
	if (step->in_tree)
		return (struct section_entry){
			.name = step->section.node, .name_len = step->section.name_len,
			.instance = step->section.instance, .in_tree = true, .nr = nr,
			.at = step->before,
		};
	return (struct section_entry){
		.name = (const char *)step->row.name.p, .name_len = step->row.name.len,
		.instance = step->row.instance, .nr = nr,
	};
}

/* All sections of an image; false if memory is short. */
static bool collect_entries(struct kstd_image *image, struct section_entries *all)
{
	struct kstd_walk walk;
	struct kstd_step step;
	bool ok = true;

	if (!image)
		return true;
	kstd_walk_image(&walk, image);
	while (ok && kstd_walk_next(&walk, &step) && step.image == image) {
		ok = kstd_array_fits(all->v, all->nr, all->room);
		if (ok) {
			all->v[all->nr] = entry_of(&step, all->nr);
			all->nr++;
		}
	}
	kstd_walk_end(&walk);
	if (all->nr)
		qsort(all->v, all->nr, sizeof(*all->v), by_identity_and_nr);
	return ok && !walk.short_of;
}

/**
 * struct merge_cursor - a place in the sorted sections of two images
 * @i: the next of the first, @k of the second
 */
struct merge_cursor {
	size_t i;
	size_t k;
};

/* The next identity; @x or @y is NULL if only the other image has it. False after the last. */
static bool merge_next(const struct joined_images *j, struct merge_cursor *m,
		       struct section_entry **x, struct section_entry **y)
{
	*x = m->i < j->x.nr ? &j->x.v[m->i] : NULL;
	*y = m->k < j->y.nr ? &j->y.v[m->k] : NULL;
	if (*x && *y) {
		int order = by_identity(*x, *y);

		if (order < 0)
			*y = NULL;
		else if (order > 0)
			*x = NULL;
	}
	m->i += !!*x;
	m->k += !!*y;
	return *x || *y;
}

struct ranks {
	uint64_t a;
	uint64_t b;
};

static int by_a(const void *a_, const void *b_)
{
	const struct ranks *a = a_, *b = b_;

	return a->a < b->a ? -1 : a->a > b->a;
}

/* Are the sections that both images have in the same order? */
static bool in_order(const struct joined_images *j)
{
	struct ranks *v = kstd_calloc(j->x.nr ? j->x.nr : 1, sizeof(*v));
	struct merge_cursor m = { 0 };
	struct section_entry *x, *y;
	size_t nr = 0;
	bool ok = true;

	while (v && merge_next(j, &m, &x, &y))
		if (x && y)
			v[nr++] = (struct ranks){ x->nr, y->nr };
	if (v)
		qsort(v, nr, sizeof(*v), by_a);
	for (size_t i = 1; i < nr; i++)
		ok &= v[i].b > v[i - 1].b;
	free(v);
	return ok;
}

/* ---- Comparing ---- */

/* A section in full, as a node; NULL if memory is short. */
static struct kstd_node *read_section(struct kstd_arena *a, struct kstd_image *image,
				      const struct section_entry *e)
{
	static const struct kstd_span all;
	const char *path = image->blob->path;
	struct kstd_where file = KSTD_AT(NULL, path, strlen(path));
	struct kstd_where up = KSTD_IN(&file, KSTATE_NODE_SECTIONS,
				       sizeof(KSTATE_NODE_SECTIONS) - 1), where;
	struct kstd_section *s = kstd_arena_get(a, sizeof(*s));
	struct kstd_cursor c = e->at;
	struct kstd_tok tok;

	if (!s || !kstd_fdt_child(&c, &tok))
		return NULL;
	where = KSTD_AT(&up, tok.name, tok.name_len);
	kstd_section_read(image, &where, &c, &tok, NULL, s);
	return kstd_section_put(image, a, &where, s, NULL, false, all);
}

/* A section that only the table has was not saved yet. */
static const struct kstd_node *state_of(const struct section_entry *e)
{
	static const struct kstd_node states[] = {
		{ .type = KSTD_TEXT, .mem = { "registered", 10 } },
		{ .type = KSTD_TEXT, .mem = { "saved", 5 } },
	};

	return &states[e->in_tree];
}

static void compare_sections(struct kstd_differ *d, const struct joined_images *j,
			     const struct section_entry *x, const struct section_entry *y)
{
	const struct kstd_node *m, *n;

	if (!x->in_tree && y->in_tree && d->handed_over)
		return;
	if (x->in_tree != y->in_tree) {
		kstd_differ_put(d, NULL, "state", state_of(x), state_of(y));
	} else if (x->in_tree) {
		m = read_section(d->a, j->pair.a, x);
		n = read_section(d->a, j->pair.b, y);
		if (m && n)
			kstd_differ_streams(d, NULL, m, n);
	}
}

static struct kstd_differ differ_of(const struct sections_diff *q, const struct joined_images *j,
				    struct kstd_arena *a, uint32_t seeks)
{
	struct kstd_differ d = q->how;

	d.a = a;
	d.seeks = seeks;
	d.side_a = j->pair.a ? j->pair.a->side : 0;
	d.side_b = j->pair.b ? j->pair.b->side : 0;
	return d;
}

/*
 * A section that one image has alone may be in what the other lacks: then nothing is said of it.
 * *@cut becomes that other image, if there is one.
 */
static bool may_have(const struct joined_images *j, const struct section_entry *x,
		     const struct section_entry *y, const struct kstd_image **cut)
{
	const struct kstd_image *other = x && y ? NULL : x ? j->pair.b : j->pair.a;

	*cut = other && other->cut ? other : NULL;
	return *cut || j->pair.alone;
}

static void report_cut(const struct sections_diff *q, const struct kstd_image *cut)
{
	const char *source = cut->dump->source;
	struct kstd_where where = KSTD_AT(NULL, source, strlen(source));

	kstd_unknown(q->how.dump, &where, "%s: whether it has the sections that only the other image has: not all of it could be read",
		     cut->blob->path);
}

/* Returns false if memory is short. */
static bool count_sections(struct sections_diff *q, struct kstd_diff_totals *totals)
{
	const struct kstd_image *cut = NULL, *told = NULL;
	struct kstd_arena arena = { 0 };
	struct section_entry *x, *y;
	uint64_t total = 0;
	uint32_t seeks = 0;
	bool short_of = false;
	struct kstd_work work;

	for (size_t i = 0; i < q->nr; i++)
		total += q->pairs[i].x.nr + q->pairs[i].y.nr;
	kstd_work_begin(&work, q->how.dump, "comparing sections", total, SECTIONS_TOLD);
	for (size_t i = 0; i < q->nr; i++) {
		struct merge_cursor m = { 0 };

		while (!*work.cancelled && merge_next(&q->pairs[i], &m, &x, &y)) {
			struct kstd_differ d = differ_of(q, &q->pairs[i], &arena, seeks);

			kstd_work_on(&work, !!x + !!y);
			if (may_have(&q->pairs[i], x, y, &cut)) {
				if (cut && cut != told)
					report_cut(q, cut);
				totals->not_known++;
				told = cut;
				continue;
			}
			totals->removed += !y;
			totals->added += !x;
			if (!x || !y)
				continue;
			kstd_arena_reset(&arena);
			compare_sections(&d, &q->pairs[i], x, y);
			seeks = d.seeks;
			x->differs = d.nr;
			totals->changed += x->differs;
			totals->not_known += !d.nr && d.nr_unknown;
			totals->same += !d.nr && !d.nr_unknown;
			short_of |= arena.short_of;
		}
	}
	kstd_work_end(&work);
	kstd_arena_free(&arena);
	return !short_of;
}

/* ---- The list ---- */

/**
 * struct diff_cursor - an iteration over the sections that differ
 * @pair: the current one, @merge the place in it
 * @seeks: see &struct kstd_differ
 */
struct diff_cursor {
	struct kstd_list_iter it;
	size_t pair;
	struct merge_cursor merge;
	uint32_t seeks;
};

static void put_side(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		     const struct kstd_image *image, bool hidden)
{
	kstd_hidden_if(kstd_put_str(a, n, key, image ? kstd_side_name(image->side) : NULL), hidden);
}

static struct kstd_node *put_difference(const struct sections_diff *q, struct diff_cursor *at,
					const struct section_entry *x,
					const struct section_entry *y)
{
	const struct joined_images *j = &q->pairs[at->pair];
	const struct section_entry *e = x ? x : y;
	struct kstd_arena *a = &at->it.arena;
	struct kstd_differ d = differ_of(q, j, a, at->seeks);
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);
	bool both = x && y;

	kstd_put_fmt(a, n, KSTD_K_SECTION, "%.*s@%llx", (int)e->name_len, e->name,
		     (unsigned long long)e->instance);
	put_side(a, n, KSTD_K_SIDE_A, j->pair.a, !both);
	put_side(a, n, KSTD_K_SIDE_B, j->pair.b, !both);
	kstd_hidden_if(kstd_put_str(a, n, KSTD_K_DIFFERENCE,
				    both ? "changed" : x ? "removed" : "added"), both);
	if (kstd_differ_begin(&d, n) && both)
		compare_sections(&d, j, x, y);
	kstd_differ_end(&d, n);
	at->seeks = d.seeks;
	return n;
}

static struct kstd_node *list_next(struct kstd_list_iter *it)
{
	struct diff_cursor *at = (struct diff_cursor *)it;
	const struct sections_diff *q = it->of;
	const struct kstd_image *cut;
	struct section_entry *x, *y;

	while (at->pair < q->nr) {
		if (!merge_next(&q->pairs[at->pair], &at->merge, &x, &y)) {
			at->pair++;
			at->merge = (struct merge_cursor){ 0 };
		} else if (!may_have(&q->pairs[at->pair], x, y, &cut) && (!x || !y || x->differs)) {
			return put_difference(q, at, x, y);
		}
	}
	return NULL;
}

static const struct kstd_list_type list_type = {
	.bytes = sizeof(struct diff_cursor),
	.next = list_next,
};

static void free_entries(void *p, size_t len)
{
	struct sections_diff *q = p;

	(void)len;
	for (size_t i = 0; i < q->nr; i++) {
		free(q->pairs[i].x.v);
		free(q->pairs[i].y.v);
	}
}

struct kstd_node *kstd_diff_sections(const struct kstd_differ *how,
				     const struct kstd_diff_pair *pairs, size_t nr,
				     struct kstd_diff_totals *totals, bool *ordered)
{
	struct kstd_dump *a = how->dump;
	struct sections_diff *q = kstd_arena_get(&a->arena, sizeof(*q));
	bool ok = true;

	*totals = (struct kstd_diff_totals){ 0 };
	if (!q)
		return NULL;
	*q = (struct sections_diff){ .how = *how, .nr = nr };
	for (size_t i = 0; i < nr; i++) {
		struct joined_images *j = &q->pairs[i];

		j->pair = pairs[i];
		ok = ok && collect_entries(j->pair.a, &j->x) && collect_entries(j->pair.b, &j->y);
		ordered[i] = !how->all || in_order(j);
	}
	if (!kstd_arena_own(&a->arena, free_entries, q, 0) || !ok || !count_sections(q, totals))
		return NULL;
	return kstd_styled(kstd_list_put(&a->arena, NULL, KSTD_K_SECTIONS,
					 (struct kstd_list_args){ a, &list_type, q, NULL }),
			   KSTD_STYLE_NONE);
}
