/* SPDX-License-Identifier: GPL-2.0 */
/*
 * containers.h - lists, trees and arrays of the kernel, made for tests
 *
 * What the engine and drivers call of them has the kernel's meaning; a tree is not
 * balanced, and an xarray is a sorted array. Room is what it allocates, as in the
 * kernel: an entry that has room is stored without memory.
 */
#ifndef SHIM_CONTAINERS_H
#define SHIM_CONTAINERS_H

#include <shim/custom.h>
#include <shim/stub.h>

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

#define INIT_HLIST_HEAD(head)	((head)->first = NULL)

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *head)
{
	n->next = head->first;
	if (head->first)
		head->first->pprev = &n->next;
	head->first = n;
	n->pprev = &head->first;
}

static inline void hlist_add_behind(struct hlist_node *n, struct hlist_node *prev)
{
	n->next = prev->next;
	prev->next = n;
	n->pprev = &prev->next;
	if (n->next)
		n->next->pprev = &n->next;
}

struct rb_node {
	struct rb_node *parent, *left, *right;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT		((struct rb_root){ NULL })
#define RB_ROOT_CACHED	((struct rb_root_cached){ { NULL }, NULL })

struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
void rb_add(struct rb_node *node, struct rb_root *root,
	    bool (*less)(struct rb_node *a, const struct rb_node *b));
void rb_add_cached(struct rb_node *node, struct rb_root_cached *root,
		   bool (*less)(struct rb_node *a, const struct rb_node *b));

/* Entries by index; NULL is a reserved one. */
struct shim_entry {
	unsigned long index;
	void *entry;
};

struct xarray {
	struct mutex xa_lock;
	gfp_t xa_flags;
	struct shim_entries *xa_head;
};

struct shim_entries {
	size_t nr, cap;
	struct shim_entry v[];
};

#define XA_FLAGS_LOCK_IRQ	1U
#define XA_FLAGS_LOCK_BH	2U
#define XA_FLAGS_TRACK_FREE	4U
#define XA_FLAGS_ALLOC_WRAPPED	16U
#define XA_FLAGS_MARK(mark)	((1U << 27) << (mark))
#define XA_MARK_0		0
#define XA_MARK_1		1
#define XA_MARK_2		2
#define XA_FLAGS_ALLOC		(XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_MARK_0))

#define XARRAY_INIT(name, flags)						\
	{ .xa_lock = __MUTEX_INITIALIZER(name), .xa_flags = (flags) }

void xa_init_flags(struct xarray *xa, gfp_t flags);
bool xa_empty(const struct xarray *xa);
int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void xa_release(struct xarray *xa, unsigned long index);
void *xa_load(struct xarray *xa, unsigned long index);
void xa_destroy(struct xarray *xa);

static inline void *xa_mk_value(unsigned long v)
{
	return (void *)(v << 1 | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

/* A driver's own, which never fails. */
void shim_xa_put(struct xarray *xa, unsigned long index, void *entry);

struct xa_node {
	struct xarray *array;
	unsigned int order;
};

struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	bool after;
	struct xa_node *xa_node;
};

#define XA_STATE(name, array, index)	struct xa_state name = { (array), (index), false, NULL }

void *xas_find(struct xa_state *xas, unsigned long max);

/* Entries at several indices, for tests: the low bits of what shim_xa_put() had. */
extern unsigned int shim_xa_order;
#define xas_get_order(xas)		((void)(xas), shim_xa_order)
#define xas_retry(xas, entry)		false
#define xas_lock(xas)			((void)(xas))
#define xas_unlock(xas)			((void)(xas))
#define xas_for_each(xas, entry, max)					\
	while ((entry = xas_find(xas, max)))
#define xa_parent_locked(xa, node)	((void)(xa), (void)(node), NULL)
#define xa_lock_irqsave(xa, flags)	((void)(xa), (void)((flags) = 0))
#define xa_unlock_irqrestore(xa, flags)	((void)(xa), (void)(flags))
#define rcu_assign_pointer(p, v)	((p) = (v))
#define rcu_read_lock()			do { } while (0)
#define rcu_read_unlock()		do { } while (0)

struct idr {
	struct xarray idr_rt;
	unsigned int idr_base;
	unsigned int idr_next;
};

#define IDR_RT_MARKER	XA_FLAGS_ALLOC

static inline void idr_init_base(struct idr *idr, int base)
{
	xa_init_flags(&idr->idr_rt, IDR_RT_MARKER);
	idr->idr_base = base;
	idr->idr_next = 0;
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return xa_empty(&idr->idr_rt);
}

#endif /* SHIM_CONTAINERS_H */
