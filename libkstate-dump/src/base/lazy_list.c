// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "base/lazy_list.h"

static void short_of_memory(const struct kstd_list_args *list)
{
	kstd_defect(list->dump, list->where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
}

static void list_begin(struct kstd_place *place)
{
	const struct kstd_list_args *list = place->of->list.arg;
	struct kstd_list_iter *it = kstd_calloc(1, list->type->bytes);

	place->state = it;
	if (!it) {
		short_of_memory(list);
		return;
	}
	it->dump = list->dump;
	it->of = list->of;
	it->where = list->where;
	if (list->type->begin)
		list->type->begin(it);
}

static struct kstd_node *list_next(struct kstd_place *place)
{
	const struct kstd_list_args *list = place->of->list.arg;
	struct kstd_list_iter *it = place->state;
	struct kstd_node *n;

	if (!it)
		return NULL;
	kstd_arena_reset(&it->arena);
	n = list->type->next(it);
	if (it->arena.short_of)
		short_of_memory(list);
	return n;
}

static void list_end(struct kstd_place *place)
{
	const struct kstd_list_args *list = place->of->list.arg;
	struct kstd_list_iter *it = place->state;

	place->broke = !it || !kstd_is_whole(list->dump->ctx) || list->dump->progress.cancelled;
	if (!it)
		return;
	if (list->type->end)
		list->type->end(it);
	kstd_arena_free(&it->arena);
	free(it);
	place->state = NULL;
}

static void list_seek(struct kstd_place *place, uint64_t nr)
{
	const struct kstd_list_args *list = place->of->list.arg;

	if (place->state && list->type->seek)
		list->type->seek(place->state, nr);
	else
		while (nr-- && list_next(place))
			;
}

static uint64_t list_count(const struct kstd_node *node)
{
	const struct kstd_list_args *list = node->list.arg;

	return list->type->count ? list->type->count(list->of) : KSTD_NO_COUNT;
}

static bool list_cut(const struct kstd_place *place)
{
	const struct kstd_list_args *list = place->of->list.arg;

	return !place->state || (list->type->cut && list->type->cut(place->state));
}

static const struct kstd_list_ops list_ops = {
	.begin = list_begin,
	.seek = list_seek,
	.next = list_next,
	.end = list_end,
	.count = list_count,
	.cut = list_cut,
};

struct kstd_node *kstd_list_put(struct kstd_arena *a, struct kstd_node *parent,
				enum kstd_key_index key, struct kstd_list_args list)
{
	struct kstd_list_args *copy = kstd_arena_get(a, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = list;
	copy->where = kstd_where_keep(a, list.where);
	return kstd_put_lazy(a, parent, key, &list_ops, copy);
}
