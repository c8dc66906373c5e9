// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/array.h"
#include "kho/map_holes.h"

void kstd_holes_add(struct kstd_holes *h, uint64_t start, uint64_t last, unsigned int order)
{
	if (!h)
		return;
	h->orders |= order < 64 ? 1ULL << order : 0;
	if (kstd_array_fits(h->v, h->nr, h->room))
		h->v[h->nr++] = (struct kstd_hole){ start, last };
	else
		h->short_of = true;
}

void kstd_holes_add_all(struct kstd_holes *h)
{
	kstd_holes_add(h, 0, UINT64_MAX, 0);
	if (h)
		h->orders = UINT64_MAX;
}

static int by_start(const void *a, const void *b)
{
	const struct kstd_hole *x = a, *y = b;

	return x->start == y->start ? 0 : x->start < y->start ? -1 : 1;
}

void kstd_holes_settle(struct kstd_holes *h)
{
	size_t nr = 0;

	if (h->nr)
		qsort(h->v, h->nr, sizeof(*h->v), by_start);
	for (size_t i = 0; i < h->nr; i++) {
		struct kstd_hole *last = nr ? &h->v[nr - 1] : NULL;

		if (last && (last->last == UINT64_MAX || h->v[i].start <= last->last + 1))
			last->last = h->v[i].last > last->last ? h->v[i].last : last->last;
		else
			h->v[nr++] = h->v[i];
	}
	h->nr = nr;
}

bool kstd_holes_at(const struct kstd_holes *h, uint64_t pa, uint64_t *last)
{
	size_t from = 0, to = h->nr;

	*last = UINT64_MAX;
	if (h->short_of)
		return true;
	while (from < to) {
		size_t i = (from + to) / 2;

		if (h->v[i].last < pa)
			from = i + 1;
		else
			to = i;
	}
	if (from == h->nr)
		return false;
	if (h->v[from].start > pa) {
		*last = h->v[from].start - 1;
		return false;
	}
	*last = h->v[from].last;
	return true;
}

void kstd_holes_free(struct kstd_holes *h)
{
	free(h->v);
	*h = (struct kstd_holes){ .nr = 0 };
}
