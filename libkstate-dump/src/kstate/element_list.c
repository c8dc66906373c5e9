// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Lists whose elements are made one by one, each in memory of its own. */

#include <stdlib.h>

#include "kstate/field_kinds.h"

/**
 * struct lazy - what such a list is
 * @p: a payload that stands at the first element; its arena is not used
 */
struct lazy {
	struct kstd_payload p;
	const struct kstd_field *f;
	uint64_t nr;
	kstd_make make;
};

/**
 * struct lazy_place - an iteration over it
 * @arena: for the current element
 * @all: a list that has only that element
 */
struct lazy_place {
	struct kstd_arena arena;
	struct kstd_payload p;
	uint64_t i;
	struct kstd_node all;
};

static void lazy_begin(struct kstd_place *it)
{
	const struct lazy *l = it->of->list.arg;
	struct lazy_place *at = calloc(1, sizeof(*at));

	it->state = at;
	if (!at) {
		kstd_defect(l->p.dump, l->p.where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return;
	}
	at->p = l->p;
	at->p.arena = &at->arena;
}

static struct kstd_node *lazy_next(struct kstd_place *it)
{
	const struct lazy *l = it->of->list.arg;
	struct lazy_place *at = it->state;
	struct kstd_node *n;

	if (!at || at->i >= l->nr)
		return NULL;
	kstd_arena_reset(&at->arena);
	at->all = (struct kstd_node){ .type = KSTD_LIST };
	l->make(&at->p, l->f, at->i++, &at->all);
	if (at->arena.short_of)
		kstd_defect(l->p.dump, l->p.where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
	n = at->all.kids.first;
	if (n)
		n->key = KSTD_NO_KEY;
	return n;
}

static void lazy_end(struct kstd_place *it)
{
	struct lazy_place *at = it->state;

	if (at)
		kstd_arena_free(&at->arena);
	free(at);
	it->state = NULL;
}

static uint64_t lazy_count(const struct kstd_node *list)
{
	const struct lazy *l = list->list.arg;

	return l->nr;
}

static const struct kstd_list_ops lazy_ops = {
	.begin = lazy_begin,
	.next = lazy_next,
	.end = lazy_end,
	.count = lazy_count,
};

struct kstd_node *kstd_lazy_put(struct kstd_payload *p, const struct kstd_field *f,
				struct kstd_span raw, uint64_t nr, kstd_make make,
				struct kstd_node *into, enum kstd_key_index key)
{
	struct lazy *l = kstd_arena_get(p->arena, sizeof(*l));

	if (!l)
		return NULL;
	*l = (struct lazy){ *p, f, nr, make };
	l->p.s = raw;
	l->p.where = kstd_where_keep(p->arena, p->where);
	return kstd_placed(kstd_put_lazy(p->arena, into, key, &lazy_ops, l), raw.at);
}

void kstd_lazy_decode(const struct kstd_node *list)
{
	struct kstd_iter it;

	if (!list)
		return;
	kstd_iter_begin(&it, list);
	while (kstd_iter_next(&it))
		;
	kstd_iter_end(&it);
}
