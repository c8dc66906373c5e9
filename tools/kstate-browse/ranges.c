// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "ranges.h"
#include "../common/array.h"

static uint32_t keep(struct ranges *r, const char *text, size_t len)
{
	size_t at;

	if (!r->names.len)
		buf_char(&r->names, 0);
	at = r->names.len;
	buf_add(&r->names, text, len);
	buf_char(&r->names, 0);
	return r->names.failed || at > UINT32_MAX ? 0 : at;
}

/*
 * The group of an owner: "kho/out/sub_fdts/kstate: dev@7b/ring" is in "kho/out/sub_fdts/kstate". If
 * there are too many groups, it is in the last one.
 */
static uint8_t group_of(struct ranges *r, const char *owner)
{
	const char *end = strstr(owner, ": ");
	size_t len = end ? (size_t)(end - owner) : strlen(owner);

	for (int i = 0; i < r->nr_groups; i++) {
		const char *name = ranges_name(r, r->groups[i].name);

		if (strlen(name) == len && !memcmp(name, owner, len))
			return i;
	}
	if (r->nr_groups == MAX_GROUPS)
		return MAX_GROUPS - 1;
	r->groups[r->nr_groups].name = *owner ? keep(r, owner, len) : 0;
	return r->nr_groups++;
}

static bool same_owner(const struct ranges *r, const struct range *range, const char *owner)
{
	return range->owner ? !strcmp(r->names.p + range->owner, owner) : !*owner;
}

static struct range *new_range(struct ranges *r)
{
	if (r->nr == MAX_RANGES || !array_fits(r->v, r->nr, r->room))
		return NULL;
	return &r->v[r->nr++];
}

static bool add_range(struct ranges *r, uint64_t start, uint64_t bytes, const char *owner)
{
	struct range *last = r->nr ? &r->v[r->nr - 1] : NULL, *fresh;
	bool same = last && same_owner(r, last, owner);
	uint64_t end = start + bytes < start ? UINT64_MAX : start + bytes;
	uint8_t group = group_of(r, *owner ? owner : "");

	r->groups[group].bytes += bytes;
	if (same && last->end == start) {
		last->end = end;
		return true;
	}
	fresh = new_range(r);
	if (!fresh)
		return false;
	*fresh = (struct range){ .start = start, .end = end, .group = group,
				 .owner = same ? fresh[-1].owner : 0 };
	if (!same && *owner)
		fresh->owner = keep(r, owner, strlen(owner));
	return true;
}

static int by_start(const void *a_, const void *b_)
{
	const struct range *a = a_, *b = b_;

	return a->start < b->start ? -1 : a->start > b->start;
}

bool ranges_load(struct ranges *r, const struct kstd_node *mem, unsigned int side)
{
	struct pinned_node h = { .nr = 0 };
	const struct kstd_node *n = pin_element(&h, kstd_node_get(mem, "memory"), side), *range;
	const struct kstd_node *list = n ? kstd_node_get(n, "ranges") : NULL;
	struct kstd_iter it;
	char owner[400];

	*r = (struct ranges){ .nr = 0 };
	if (!list) {
		unpin(&h);
		return false;
	}
	member_text(n, "side", r->side, sizeof(r->side));
	member_text(n, "not_known", r->why, sizeof(r->why));
	kstd_iter_begin(&it, list);
	while (!r->cut && (range = kstd_iter_next(&it)))
		r->cut = !add_range(r, member_u64(range, "address"), member_u64(range, "bytes"),
				    member_text(range, "owner", owner, sizeof(owner)));
	r->cut |= kstd_iter_cut(&it);
	kstd_iter_end(&it);
	unpin(&h);
	if (r->nr)
		qsort(r->v, r->nr, sizeof(*r->v), by_start);
	return true;
}

void ranges_free(struct ranges *r)
{
	free(r->v);
	buf_free(&r->names);
	*r = (struct ranges){ .nr = 0 };
}

size_t ranges_at(const struct ranges *r, uint64_t address)
{
	size_t low = 0, high = r->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->v[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
