// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The map and the pieces side by side, both by address. */

#include "owners/owners.h"

int kstd_owned_walk_begin(struct kstd_owned_walk *s, struct kstd_memory *m)
{
	*s = (struct kstd_owned_walk){ .m = m };
	return kstd_map_begin(&s->walk, &m->map);
}

/* Runs of two orders may overlap: then some pieces count once more. */
static bool next_run(struct kstd_owned_walk *s)
{
	const struct kstd_memory *m = s->m;

	if (!kstd_map_next(&s->walk, &s->run))
		return false;
	s->done = 0;
	while (s->i && m->pieces[s->i - 1].end > s->run.pa)
		s->i--;
	return true;
}

static void part(struct kstd_owned_walk *s, uint64_t pa, uint64_t left, struct kstd_range *range)
{
	const struct kstd_memory *m = s->m;
	uint64_t block = m->page_size << s->run.order, nr = left;
	const struct kstd_owned_range *p;

	while (s->i < m->nr_pieces && m->pieces[s->i].end <= pa)
		s->i++;
	p = s->i < m->nr_pieces ? &m->pieces[s->i] : NULL;
	range->owner = p && p->start < pa + block ? p->owner : KSTD_NOBODY;
	if (range->owner != KSTD_NOBODY)
		nr = (p->end - pa - 1) / block + 1;
	else if (p)
		nr = (p->start - pa) / block;
	range->blocks = nr < left ? nr : left;
}

bool kstd_owned_walk_next(struct kstd_owned_walk *s, struct kstd_range *range)
{
	if (s->done == s->run.blocks && !next_run(s))
		return false;
	range->order = s->run.order;
	range->pa = s->run.pa + (s->done << s->run.order) * s->m->page_size;
	part(s, range->pa, s->run.blocks - s->done, range);
	s->done += range->blocks;
	return true;
}

void kstd_owned_walk_end(struct kstd_owned_walk *s)
{
	kstd_map_end(&s->walk);
}

/**
 * struct cover - preserved memory of any order
 * @start: of the current range that has no gap
 * @end: behind it
 * @ahead: the run after it, if @more
 */
struct cover {
	struct kstd_memory *m;
	struct kstd_map_walk walk;
	struct kstd_run ahead;
	bool more;
	uint64_t start;
	uint64_t end;
};

static bool next_cover(struct cover *c)
{
	if (!c->more)
		return false;
	c->start = c->ahead.pa;
	c->end = c->start;
	while (c->more && c->ahead.pa <= c->end) {
		uint64_t end = c->ahead.pa + kstd_run_bytes(&c->m->map, &c->ahead);

		if (end > c->end)
			c->end = end;
		c->more = kstd_map_next(&c->walk, &c->ahead);
	}
	return true;
}

/* Parted where holes begin and end. */
static void give_gap(const struct cover *c, struct kstd_gap gap,
		     void (*put)(void *arg, const struct kstd_gap *gap), void *arg)
{
	uint64_t end = gap.end, last;

	while (gap.start < end) {
		gap.known = !kstd_holes_at(&c->m->map.holes, gap.start, &last);
		gap.end = last < end - 1 ? last + 1 : end;
		put(arg, &gap);
		gap.start = gap.end;
	}
}

/* The parts of a piece that the cover does not reach. */
static bool find_gaps(struct cover *c, bool there, const struct kstd_owned_range *p,
		      void (*gap)(void *arg, const struct kstd_gap *gap), void *arg)
{
	uint64_t at = p->start, to;

	while (at < p->end) {
		while (there && c->end <= at)
			there = next_cover(c);
		to = there && c->start < p->end ? c->start : p->end;
		if (at < to)
			give_gap(c, (struct kstd_gap){ at, to, p->owner, true }, gap, arg);
		at = to == p->end ? to : c->end;
	}
	return there;
}

int kstd_unpreserved(struct kstd_memory *m, void (*gap)(void *arg, const struct kstd_gap *gap),
		     void *arg)
{
	struct cover c = { .m = m };
	int rc = kstd_map_begin(&c.walk, &m->map);
	bool there;

	if (rc)
		return rc;
	c.more = kstd_map_next(&c.walk, &c.ahead);
	there = next_cover(&c);
	for (size_t i = 0; i < m->nr_pieces; i++)
		there = find_gaps(&c, there, &m->pieces[i], gap, arg);
	kstd_map_end(&c.walk);
	return 0;
}
