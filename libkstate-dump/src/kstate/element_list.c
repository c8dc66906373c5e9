// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Lists whose elements are made one by one, each in memory of its own. */

#include "base/lazy_list.h"
#include "kstate/field_kinds.h"

/**
 * struct lazy - what such a list is
 * @p: a payload that begins with the first element; its arena is not used
 */
struct lazy {
	struct kstd_payload p;
	const struct kstd_field *f;
	uint64_t nr;
	kstd_make make;
};

/**
 * struct element_iter - an iteration over it
 * @i: number of the next element
 * @all: a list that has only the current element
 */
struct element_iter {
	struct kstd_list_iter it;
	struct kstd_payload p;
	uint64_t i;
	struct kstd_node all;
};

static void elements_begin(struct kstd_list_iter *it)
{
	struct element_iter *at = (struct element_iter *)it;
	const struct lazy *l = it->of;

	at->p = l->p;
	at->p.arena = &it->arena;
}

static struct kstd_node *elements_next(struct kstd_list_iter *it)
{
	struct element_iter *at = (struct element_iter *)it;
	const struct lazy *l = it->of;

	if (at->i >= l->nr)
		return NULL;
	at->all = (struct kstd_node){ .type = KSTD_LIST };
	l->make(&at->p, l->f, at->i++, &at->all);
	if (at->all.kids.first)
		at->all.kids.first->key = KSTD_NO_KEY;
	return at->all.kids.first;
}

static uint64_t elements_count(const void *of)
{
	const struct lazy *l = of;

	return l->nr;
}

static const struct kstd_list_type elements_type = {
	.bytes = sizeof(struct element_iter),
	.begin = elements_begin,
	.next = elements_next,
	.count = elements_count,
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
	return kstd_placed(kstd_list_put(p->arena, into, key, (struct kstd_list_args){
					 p->dump, &elements_type, l, l->p.where }), raw.at);
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
