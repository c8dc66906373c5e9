// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/range_map.h"

/**
 * struct sweep - ranges that begin at or before where the sweep is
 * @heap: their indices in file order, the least on top
 */
struct sweep {
	const struct kstd_mapped_range *in;
	struct entry {
		uint64_t pa;
		size_t index;
	} *order;
	size_t *heap;
	size_t nr;
};

bool kstd_range_map_add(struct kstd_range_map *s, uint64_t pa, uint64_t len, uint64_t off)
{
	if (!len)
		return true;
	if (len - 1 > UINT64_MAX - pa)
		len = UINT64_MAX - pa + 1;
	if (!kstd_array_fits(s->v, s->nr, s->room))
		return false;
	s->v[s->nr++] = (struct kstd_mapped_range){ pa, len, off };
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->pa != y->pa)
		return x->pa < y->pa ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void push_range(struct sweep *s, size_t index)
{
	size_t i = s->nr++;

	for (; i && s->heap[(i - 1) / 2] > index; i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = index;
}

static void pop_range(struct sweep *s)
{
	size_t last = s->heap[--s->nr], i = 0, kid;

	while ((kid = 2 * i + 1) < s->nr) {
		if (kid + 1 < s->nr && s->heap[kid + 1] < s->heap[kid])
			kid++;
		if (s->heap[kid] >= last)
			break;
		s->heap[i] = s->heap[kid];
		i = kid;
	}
	s->heap[i] = last;
}

/* The last address of a range: its end may be 2^64. */
static uint64_t last_of(const struct kstd_mapped_range *seg)
{
	return seg->pa + (seg->len - 1);
}

static bool emit_range(struct kstd_range_map *out, const struct kstd_mapped_range *from,
		       uint64_t pa, uint64_t last)
{
	uint64_t off = from->off + (pa - from->pa), len = last - pa + 1;
	struct kstd_mapped_range *tail = out->nr ? &out->v[out->nr - 1] : NULL;

	if (tail && last_of(tail) + 1 == pa && tail->off + tail->len == off) {
		tail->len += len;
		return true;
	}
	return kstd_range_map_add(out, pa, len, off);
}

/* From one begin or end of a range to the next, the first in the file is taken. */
static bool sweep_next(struct sweep *s, size_t nr, struct kstd_range_map *out)
{
	uint64_t pa = 0, last;
	size_t i = 0;

	while (i < nr || s->nr) {
		if (!s->nr)
			pa = s->order[i].pa;
		while (i < nr && s->order[i].pa <= pa)
			push_range(s, s->order[i++].index);
		while (s->nr && last_of(&s->in[s->heap[0]]) < pa)
			pop_range(s);
		if (!s->nr)
			continue;
		last = last_of(&s->in[s->heap[0]]);
		if (i < nr && s->order[i].pa <= last)
			last = s->order[i].pa - 1;
		if (!emit_range(out, &s->in[s->heap[0]], pa, last))
			return false;
		if (last == UINT64_MAX)
			return true;
		pa = last + 1;
	}
	return true;
}

bool kstd_range_map_finish(struct kstd_range_map *s)
{
	struct sweep w = { .in = s->v };
	struct kstd_range_map out = { 0 };
	bool ok;

	if (!s->nr)
		return true;
	w.order = kstd_calloc(s->nr, sizeof(*w.order));
	w.heap = kstd_calloc(s->nr, sizeof(*w.heap));
	ok = w.order && w.heap;
	if (ok) {
		for (size_t i = 0; i < s->nr; i++)
			w.order[i] = (struct entry){ s->v[i].pa, i };
		qsort(w.order, s->nr, sizeof(*w.order), by_address);
		ok = sweep_next(&w, s->nr, &out);
	}
	free(w.order);
	free(w.heap);
	if (!ok) {
		kstd_range_map_free(&out);
		return false;
	}
	free(s->v);
	*s = out;
	return true;
}

const struct kstd_mapped_range *kstd_range_map_find(const struct kstd_range_map *s, uint64_t pa)
{
	size_t lo = 0, hi = s->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (last_of(&s->v[mid]) < pa)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nr ? &s->v[lo] : NULL;
}

uint64_t kstd_range_map_bytes(const struct kstd_range_map *s)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->nr; i++)
		bytes += s->v[i].len;
	return bytes;
}

void kstd_range_map_free(struct kstd_range_map *s)
{
	free(s->v);
	*s = (struct kstd_range_map){ 0 };
}
