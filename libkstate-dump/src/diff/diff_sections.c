// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections of two images, matched by name and instance. */

#include <stdlib.h>

#include "diff/diff.h"
#include "kstate/section.h"

/**
 * struct entry - a section, as small as can be: there may be a million
 * @at: a cursor that stands before its node; none if only the table has it
 * @in_tree: whether @at is valid
 * @nr: its number in the image
 */
struct entry {
	const char *name;
	uint32_t name_len;
	bool in_tree;
	uint64_t instance;
	uint64_t nr;
	struct kstd_cursor at;
};

struct entries {
	struct entry *v;
	size_t nr;
	size_t room;
};

/**
 * struct joined - two images
 * @x: sections of the first, sorted; @y of the second
 */
struct joined {
	struct kstd_diff_pair pair;
	struct entries x;
	struct entries y;
};

/**
 * struct query - what a list of differing sections is
 */
struct query {
	struct kstd_dump *dump;
	struct kstd_diff_totals totals;
	bool all;
	size_t nr;
	struct joined pairs[KSTD_DIFF_PAIRS];
};

static bool add(struct entries *all, const struct entry *e)
{
	if (all->nr == all->room) {
		size_t room = all->room ? 2 * all->room : 64;
		struct entry *v = realloc(all->v, room * sizeof(*v));

		if (!v)
			return false;
		all->v = v;
		all->room = room;
	}
	all->v[all->nr++] = *e;
	return true;
}

static int by_identity(const void *a_, const void *b_)
{
	const struct entry *a = a_, *b = b_;
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
	const struct entry *a = a_, *b = b_;
	int order = by_identity(a, b);

	return order ? order : a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* Note where a section is. */
static bool note(struct entries *all, const struct kstd_step *step)
{
	const struct kstd_section *s = &step->section;
	struct entry e = { .in_tree = step->in_tree, .nr = all->nr };

	if (step->in_tree) {
		e.name = s->node;
		e.name_len = s->name_len;
		e.instance = s->instance;
		e.at = step->before;
	} else {
		e.name = (const char *)step->row.name.p;
		e.name_len = step->row.name.len;
		e.instance = step->row.instance;
	}
	return add(all, &e);
}

/* All sections of an image; false if memory is short. */
static bool collect(struct kstd_image *image, struct entries *all)
{
	struct kstd_walk walk;
	struct kstd_step step;
	bool ok = true;

	if (!image)
		return true;
	kstd_walk_image(&walk, image);
	while (ok && kstd_walk_next(&walk, &step) && step.image == image)
		ok = note(all, &step);
	kstd_walk_end(&walk);
	if (all->nr)
		qsort(all->v, all->nr, sizeof(*all->v), by_identity_and_nr);
	return ok;
}

/* The same identity on both sides, one on one: what to do next with two sorted lists. */
static int next_of(const struct joined *j, size_t i, size_t k)
{
	if (i == j->x.nr)
		return 1;
	if (k == j->y.nr)
		return -1;
	return by_identity(&j->x.v[i], &j->y.v[k]);
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

/* Do the sections that both have stand in the same order? */
static bool in_order(const struct joined *j)
{
	struct ranks *v = calloc(j->x.nr ? j->x.nr : 1, sizeof(*v));
	size_t nr = 0, i = 0, k = 0;
	bool ok = true;

	while (v && (i < j->x.nr || k < j->y.nr)) {
		int order = next_of(j, i, k);

		if (!order)
			v[nr++] = (struct ranks){ j->x.v[i].nr, j->y.v[k].nr };
		i += order <= 0;
		k += order >= 0;
	}
	if (v)
		qsort(v, nr, sizeof(*v), by_a);
	for (i = 1; i < nr; i++)
		ok &= v[i].b > v[i - 1].b;
	free(v);
	return ok;
}

/**
 * struct cursor - an iteration over the sections that differ
 * @pair: the current one
 * @i: the next of its first image
 * @k: the next of its second
 * @seeks: see &struct kstd_differ
 * @arena: for the current element
 */
struct cursor {
	size_t pair;
	size_t i;
	size_t k;
	uint32_t seeks;
	struct kstd_arena arena;
};

/* A section in full, as a node; NULL if memory is short. */
static struct kstd_node *read_section(struct kstd_arena *a, struct kstd_image *image,
				      const struct entry *e)
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

static void put_side(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		     const struct kstd_image *image, bool hidden)
{
	kstd_styled(kstd_put_str(a, n, key, image ? kstd_side_name(image->side) : NULL),
		    hidden ? KSTD_STYLE_HIDDEN : KSTD_STYLE_NONE);
}

/* The head of an element; its list of changes is empty. */
static struct kstd_node *put_head(struct cursor *c, const struct joined *j,
				  const struct entry *e, const char *difference)
{
	bool both = !strcmp(difference, "changed");
	struct kstd_arena *a = &c->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_fmt(a, n, KSTD_K_SECTION, "%.*s@%llx", (int)e->name_len, e->name,
		     (unsigned long long)e->instance);
	put_side(a, n, KSTD_K_SIDE_A, j->pair.a, !both);
	put_side(a, n, KSTD_K_SIDE_B, j->pair.b, !both);
	kstd_styled(kstd_put_str(a, n, KSTD_K_DIFFERENCE, difference),
		    both ? KSTD_STYLE_HIDDEN : KSTD_STYLE_NONE);
	return n;
}

static struct kstd_node *put_changes(struct kstd_arena *a, struct kstd_node *n)
{
	return kstd_styled(kstd_put(a, n, KSTD_K_CHANGES, KSTD_LIST), KSTD_STYLE_ROWS);
}

static void put_more(struct kstd_arena *a, struct kstd_node *n, uint64_t nr)
{
	uint64_t more = nr > KSTD_MAX_CHANGES ? nr - KSTD_MAX_CHANGES : 0;

	kstd_styled(kstd_put_num(a, n, KSTD_K_NR_MORE, KSTD_U64, more),
		    more ? KSTD_STYLE_NONE : KSTD_STYLE_HIDDEN);
}

/* What only the table has was not saved yet. */
static const struct kstd_node *state_of(const struct entry *e)
{
	static const struct kstd_node states[] = {
		{ .type = KSTD_TEXT, .mem = { "registered", 10 } },
		{ .type = KSTD_TEXT, .mem = { "saved", 5 } },
	};

	return &states[e->in_tree];
}

/* NULL: they are the same. */
static struct kstd_node *compare(const struct query *q, struct cursor *c, const struct joined *j,
				 const struct entry *x, const struct entry *y)
{
	struct kstd_differ d = { .dump = q->dump, .a = &c->arena, .all = q->all,
				 .seeks = c->seeks };
	struct kstd_node *n = put_head(c, j, x, "changed"), *m, *o;

	d.list = put_changes(&c->arena, n);
	if (x->in_tree && y->in_tree && d.list) {
		m = read_section(&c->arena, j->pair.a, x);
		o = read_section(&c->arena, j->pair.b, y);
		if (m && o)
			kstd_differ_streams(&d, NULL, m, o);
	} else if (x->in_tree != y->in_tree) {
		kstd_differ_put(&d, NULL, "state", state_of(x), state_of(y));
	}
	put_more(&c->arena, n, d.nr);
	c->seeks = d.seeks;
	return d.nr ? n : NULL;
}

static struct kstd_node *put_lone(struct cursor *c, const struct joined *j, const struct entry *e,
				  const char *difference)
{
	struct kstd_node *n = put_head(c, j, e, difference);

	put_changes(&c->arena, n);
	put_more(&c->arena, n, 0);
	return n;
}

static void count(struct kstd_node *total)
{
	if (total)
		total->u++;
}

/* What is next in a pair; NULL with @more: they were the same. */
static struct kstd_node *step(const struct query *q, struct cursor *c, bool *more)
{
	const struct joined *j = &q->pairs[c->pair];
	struct kstd_node *n;
	int order;

	*more = c->i < j->x.nr || c->k < j->y.nr;
	if (!*more)
		return NULL;
	kstd_arena_reset(&c->arena);
	order = next_of(j, c->i, c->k);
	if (order < 0) {
		count(q->totals.removed);
		return put_lone(c, j, &j->x.v[c->i++], "removed");
	}
	if (order > 0) {
		count(q->totals.added);
		return put_lone(c, j, &j->y.v[c->k++], "added");
	}
	n = compare(q, c, j, &j->x.v[c->i++], &j->y.v[c->k++]);
	count(n ? q->totals.changed : q->totals.same);
	return n;
}

static void reset(const struct kstd_diff_totals *t)
{
	struct kstd_node *const all[] = { t->same, t->changed, t->removed, t->added };

	for (size_t i = 0; i < 4; i++)
		if (all[i])
			all[i]->u = 0;
}

static void list_begin(struct kstd_place *it)
{
	const struct query *q = it->of->list.arg;

	reset(&q->totals);
	it->state = calloc(1, sizeof(struct cursor));
	if (!it->state)
		kstd_defect(q->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static struct kstd_node *list_next(struct kstd_place *it)
{
	const struct query *q = it->of->list.arg;
	struct cursor *c = it->state;
	struct kstd_node *n = NULL;
	bool more;

	while (c && !n && c->pair < q->nr) {
		n = step(q, c, &more);
		if (c->arena.short_of)
			kstd_defect(q->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		if (more)
			continue;
		c->pair++;
		c->i = c->k = 0;
	}
	return n;
}

static void list_end(struct kstd_place *it)
{
	struct cursor *c = it->state;

	if (c)
		kstd_arena_free(&c->arena);
	free(c);
	it->state = NULL;
}

static const struct kstd_list_ops list_ops = {
	.begin = list_begin,
	.next = list_next,
	.end = list_end,
};

static void drop(void *p, size_t len)
{
	struct query *q = p;

	(void)len;
	for (size_t i = 0; i < q->nr; i++) {
		free(q->pairs[i].x.v);
		free(q->pairs[i].y.v);
	}
}

struct kstd_node *kstd_diff_sections(struct kstd_dump *a, const struct kstd_diff_pair *pairs,
				     size_t nr, bool all, const struct kstd_diff_totals *totals,
				     bool *ordered)
{
	struct query *q = kstd_arena_get(&a->arena, sizeof(*q));
	bool ok = true;

	if (!q)
		return NULL;
	*q = (struct query){ .dump = a, .totals = *totals, .all = all, .nr = nr };
	for (size_t i = 0; i < nr; i++) {
		q->pairs[i].pair = pairs[i];
		ok &= collect(pairs[i].a, &q->pairs[i].x) && collect(pairs[i].b, &q->pairs[i].y);
		ordered[i] = !all || in_order(&q->pairs[i]);
	}
	if (!kstd_arena_own(&a->arena, drop, q, 0) || !ok)
		return NULL;
	return kstd_put_lazy(&a->arena, NULL, KSTD_K_SECTIONS, &list_ops, q);
}
