// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_containers.c - lists, trees and arrays that elements are linked into
 *
 * How to visit the elements, and how to put one in when nothing can fail any more.
 * An xarray allocates: room for all its entries is made beforehand in another one, the
 * shadow, whose nodes then move to the member.
 */

#include <linux/errno.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "kstate_internal.h"

static void *kstate_visit_link(const struct kstate_visit *visit)
{
	return visit->elem + visit->f->link;
}

static int kstate_visit_to(struct kstate_visit *visit, const void *link)
{
	visit->elem = link ? (void *)link - visit->f->link : NULL;
	return 0;
}

/* A head that was never initialized is an empty list. */

static int kstate_list_wrong(const struct kstate_field *f, const void *head)
{
	const struct list_head *list = head;

	return list->next && list->next != list ? -EEXIST : 0;
}

static void kstate_list_init(const struct kstate_field *f, void *head)
{
	INIT_LIST_HEAD(head);
}

static int kstate_list_next(struct kstate_visit *visit)
{
	const struct list_head *at = visit->elem ? kstate_visit_link(visit) : visit->head;

	return kstate_visit_to(visit, at->next == visit->head ? NULL : at->next);
}

static void kstate_list_add(struct kstate_visit *visit, void *elem)
{
	list_add_tail(elem + visit->f->link, visit->head);
}

/* List with one pointer as its head. */

static int kstate_hlist_wrong(const struct kstate_field *f, const void *head)
{
	return ((const struct hlist_head *)head)->first ? -EEXIST : 0;
}

static void kstate_hlist_init(const struct kstate_field *f, void *head)
{
	INIT_HLIST_HEAD((struct hlist_head *)head);
}

static int kstate_hlist_next(struct kstate_visit *visit)
{
	const struct hlist_head *head = visit->head;
	const struct hlist_node *at = visit->elem ? kstate_visit_link(visit) : NULL;

	return kstate_visit_to(visit, at ? at->next : head->first);
}

static void kstate_hlist_add(struct kstate_visit *visit, void *elem)
{
	struct hlist_node *node = elem + visit->f->link;

	if (visit->elem)
		hlist_add_behind(node, kstate_visit_link(visit));
	else
		hlist_add_head(node, visit->head);
	visit->elem = elem;
}

/* Tree: the driver says what comes first. */

static int kstate_rbtree_wrong(const struct kstate_field *f, const void *head)
{
	return ((const struct rb_root *)head)->rb_node ? -EEXIST : 0;
}

static void kstate_rbtree_init(const struct kstate_field *f, void *head)
{
	*(struct rb_root *)head = RB_ROOT;
}

static int kstate_rbtree_next(struct kstate_visit *visit)
{
	return kstate_visit_to(visit, visit->elem ? rb_next(kstate_visit_link(visit)) :
						 rb_first(visit->head));
}

static void kstate_rbtree_add(struct kstate_visit *visit, void *elem)
{
	rb_add(elem + visit->f->link, visit->head, visit->f->less);
}

/* The same with a pointer to the first. Its root comes first: the rest is shared. */

static_assert(!offsetof(struct rb_root_cached, rb_root));

static void kstate_cached_init(const struct kstate_field *f, void *head)
{
	*(struct rb_root_cached *)head = RB_ROOT_CACHED;
}

static void kstate_cached_add(struct kstate_visit *visit, void *elem)
{
	rb_add_cached(elem + visit->f->link, visit->head, visit->f->less);
}

/* Xarray. Some flags change with its entries; the others were set when it was made. */

#define KSTATE_XA_CHANGES	(XA_FLAGS_MARK(XA_MARK_0) | XA_FLAGS_MARK(XA_MARK_1) | \
			 XA_FLAGS_MARK(XA_MARK_2) | XA_FLAGS_ALLOC_WRAPPED)

static int kstate_xarray_wrong(const struct kstate_field *f, const void *head)
{
	const struct xarray *xa = head;

	if ((xa->xa_flags ^ f->xa_flags) & ~KSTATE_XA_CHANGES)
		return -EINVAL;
	return xa_empty(xa) ? 0 : -EEXIST;
}

static void kstate_xarray_init(const struct kstate_field *f, void *head)
{
	xa_init_flags(head, f->xa_flags);
}

static int kstate_xa_next(struct kstate_visit *visit, struct xarray *xa)
{
	const u64 base = visit->f->base;
	XA_STATE(xas, xa, visit->elem ? visit->index - base + 1 : 0);
	unsigned int order = 0;
	void *entry;

	/* That was the last possible index. */
	if (visit->elem && !xas.xa_index)
		return kstate_visit_to(visit, NULL);
	rcu_read_lock();
	do {
		entry = xas_find(&xas, ULONG_MAX);
	} while (xas_retry(&xas, entry));
	if (entry)
		order = xas_get_order(&xas);
	rcu_read_unlock();
	visit->elem = entry;
	visit->index = xas.xa_index + base;
	/* Nothing but pointers, each at one index. */
	if ((unsigned long)entry & 3)
		return -EINVAL;
	return order ? -EOPNOTSUPP : 0;
}

static int kstate_xarray_next(struct kstate_visit *visit)
{
	return kstate_xa_next(visit, visit->head);
}

static void kstate_xarray_add(struct kstate_visit *visit, void *elem)
{
	/* Room has been made. */
	xa_store(visit->shadow, visit->index - visit->f->base, elem, 0);
}

/* IDR: an xarray that knows which indices are free, and what to call the first. */

static int kstate_idr_wrong(const struct kstate_field *f, const void *head)
{
	const struct idr *idr = head;

	if (idr->idr_base != f->base)
		return -EINVAL;
	return idr_is_empty(idr) ? 0 : -EEXIST;
}

static void kstate_idr_init(const struct kstate_field *f, void *head)
{
	idr_init_base(head, f->base);
}

static int kstate_idr_next(struct kstate_visit *visit)
{
	struct idr *idr = visit->head;

	return idr->idr_base == visit->f->base ? kstate_xa_next(visit, &idr->idr_rt) : -EINVAL;
}

static const struct kstate_container_ops kstate_containers[] = {
	[KSTATE_IN_LIST] = {
		.wrong = kstate_list_wrong, .init = kstate_list_init,
		.next = kstate_list_next, .add = kstate_list_add,
	},
	[KSTATE_IN_HLIST] = {
		.wrong = kstate_hlist_wrong, .init = kstate_hlist_init,
		.next = kstate_hlist_next, .add = kstate_hlist_add,
	},
	[KSTATE_IN_RBTREE] = {
		.wrong = kstate_rbtree_wrong, .init = kstate_rbtree_init,
		.next = kstate_rbtree_next, .add = kstate_rbtree_add,
	},
	[KSTATE_IN_RBTREE_CACHED] = {
		.wrong = kstate_rbtree_wrong, .init = kstate_cached_init,
		.next = kstate_rbtree_next, .add = kstate_cached_add,
	},
	[KSTATE_IN_XARRAY] = {
		.last = ULONG_MAX,
		.wrong = kstate_xarray_wrong, .init = kstate_xarray_init,
		.next = kstate_xarray_next, .add = kstate_xarray_add,
	},
	[KSTATE_IN_IDR] = {
		.last = INT_MAX,
		.wrong = kstate_idr_wrong, .init = kstate_idr_init,
		.next = kstate_idr_next, .add = kstate_xarray_add,
	},
};

/**
 * kstate_container_of - what to do with the container of a field
 * @f: the field, with any container
 *
 * Return: the operations, or NULL if there is no such container.
 */
const struct kstate_container_ops *kstate_container_of(const struct kstate_field *f)
{
	return f->container < ARRAY_SIZE(kstate_containers) ?
		&kstate_containers[f->container] : NULL;
}

/* The root of the member, as an xarray. */
static struct xarray *kstate_shadowed(const struct kstate_visit *visit)
{
	return visit->f->container == KSTATE_IN_IDR ? &((struct idr *)visit->head)->idr_rt :
						     visit->head;
}

/**
 * kstate_shadow_new - an empty shadow
 * @f: the field that it is for
 *
 * Return: the shadow, or NULL without memory.
 */
struct xarray *kstate_shadow_new(const struct kstate_field *f)
{
	struct xarray *shadow = kzalloc_obj(*shadow);

	if (shadow)
		xa_init_flags(shadow, f->container == KSTATE_IN_IDR ? IDR_RT_MARKER :
								      f->xa_flags);
	return shadow;
}

/**
 * kstate_shadow_reserve - make room for an element
 * @shadow: the shadow
 * @f: the field that it is for
 * @index: of the element
 *
 * Return: 0, also if there is room already; -ENOMEM.
 */
int kstate_shadow_reserve(struct xarray *shadow, const struct kstate_field *f, u64 index)
{
	return xa_reserve(shadow, index - f->base, GFP_KERNEL);
}

/* Nodes know their array. Each holds an entry, so all of them are met. */
static void kstate_shadow_adopt(struct xarray *to, struct xarray *shadow)
{
	XA_STATE(xas, shadow, 0);
	void *entry;

	xas_lock(&xas);
	xas_for_each(&xas, entry, ULONG_MAX) {
		struct xa_node *node = xas.xa_node;

		for (; node && node->array != to; node = xa_parent_locked(shadow, node))
			node->array = to;
	}
	xas_unlock(&xas);
}

/**
 * kstate_shadow_move - let the member have what was put into the shadow
 * @visit: the member, which is empty, and the shadow, which is freed
 */
void kstate_shadow_move(struct kstate_visit *visit)
{
	struct xarray *to = kstate_shadowed(visit);
	unsigned long flags;

	kstate_shadow_adopt(to, visit->shadow);
	xa_lock_irqsave(to, flags);
	rcu_assign_pointer(to->xa_head, visit->shadow->xa_head);
	to->xa_flags = visit->shadow->xa_flags;
	xa_unlock_irqrestore(to, flags);
	kfree(visit->shadow);
}

/**
 * kstate_shadow_free - give up a shadow and the room in it
 * @shadow: the shadow, or NULL
 */
void kstate_shadow_free(struct xarray *shadow)
{
	if (shadow)
		xa_destroy(shadow);
	kfree(shadow);
}
