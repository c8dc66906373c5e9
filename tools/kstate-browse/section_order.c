// SPDX-License-Identifier: GPL-2.0

/* Which sections are shown, and in which order: filtering and sorting, in steps. */

#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "../common/array.h"
#include "../common/short.h"

#define LOOKED_AT	512	/* so many sections in one step */

const char *const sort_names[NR_SORTS] = {
	"order", "name", "size", "save time", "restore time",
};

uint64_t image_count(const struct image *im)
{
	return im->order.on ? im->order.count :
	       kstd_node_count(kstd_index_sections(im->index, true));
}

uint64_t image_nr(const struct image *im, uint64_t row)
{
	return im->order.on && row < im->order.count ? im->order.nr[row] : row;
}

void image_sort(struct image *im, enum sort sort, const char *filter)
{
	struct order *o = &im->order;
	char copy[FILTER_MAX] = "";

	strncpy(copy, filter, sizeof(copy) - 1);
	free(o->nr);
	free(o->keys);
	*o = (struct order){ .sort = sort, .building = sort || *copy };
	memcpy(o->filter, copy, sizeof(copy));
}

static void fill_key(struct sort_key *k, enum sort sort, const struct kstd_node *n, uint64_t nr)
{
	static const char *const members[NR_SORTS] = {
		[SORT_SIZE] = "bytes", [SORT_SAVE] = "save_ns", [SORT_RESTORE] = "restore_ns",
	};

	*k = (struct sort_key){ .nr = nr };
	if (sort == SORT_NAME) {
		member_text(n, "name", k->name, sizeof(k->name));
		k->v = member_u64(n, "instance");
	} else if (members[sort]) {
		k->v = ~member_u64(n, members[sort]);
	}
}

static bool add_key(struct order *o, const struct kstd_node *n, uint64_t nr)
{
	char name[128];

	member_text(n, "section", name, sizeof(name));
	if (*o->filter && !text_has(name, strlen(name), o->filter))
		return true;
	if (!array_fits(o->keys, o->nr_keys, o->room))
		return false;
	fill_key(&o->keys[o->nr_keys++], o->sort, n, nr);
	return true;
}

static int by_key(const void *a_, const void *b_)
{
	const struct sort_key *a = a_, *b = b_;
	int diff = memcmp(a->name, b->name, sizeof(a->name));

	if (diff)
		return diff;
	if (a->v != b->v)
		return a->v < b->v ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* If memory is short, all sections are shown, in the order of the image. */
static void finish(struct order *o, bool ok)
{
	o->building = false;
	o->nr = ok ? short_if_null(calloc(o->nr_keys + 1, sizeof(*o->nr))) : NULL;
	o->on = o->nr;
	if (o->on) {
		qsort(o->keys, o->nr_keys, sizeof(*o->keys), by_key);
		for (uint64_t i = 0; i < o->nr_keys; i++)
			o->nr[i] = o->keys[i].nr;
		o->count = o->nr_keys;
	}
	free(o->keys);
	o->keys = NULL;
	o->nr_keys = o->room = 0;
}

bool order_step(struct image *im)
{
	const struct kstd_node *n, *list = kstd_index_sections(im->index, true);
	struct order *o = &im->order;
	struct kstd_iter it;
	bool ok = true;
	int done = 0;

	if (!o->building)
		return false;
	kstd_iter_begin_at(&it, list, o->at);
	for (; ok && done < LOOKED_AT && (n = kstd_iter_next(&it)); done++)
		ok = o->at < UINT32_MAX && add_key(o, n, o->at++);
	kstd_iter_end(&it);
	if (!ok || done < LOOKED_AT)
		finish(o, ok);
	return true;
}
