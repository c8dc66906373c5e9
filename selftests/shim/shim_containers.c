// SPDX-License-Identifier: GPL-2.0
/* shim_containers.c - trees and xarrays in user space; see shim/containers.h */

#include <stdlib.h>

#include <shim/containers.h>

unsigned int shim_xa_order;

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->left)
		node = node->left;
	return node;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	const struct rb_node *at = node;

	if (at->right) {
		at = at->right;
		while (at->left)
			at = at->left;
		return (struct rb_node *)at;
	}
	while (at->parent && at == at->parent->right)
		at = at->parent;
	return at->parent;
}

void rb_add(struct rb_node *node, struct rb_root *root,
	    bool (*less)(struct rb_node *a, const struct rb_node *b))
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = less(node, parent) ? &parent->left : &parent->right;
	}
	*node = (struct rb_node){ .parent = parent };
	*link = node;
}

void rb_add_cached(struct rb_node *node, struct rb_root_cached *root,
		   bool (*less)(struct rb_node *a, const struct rb_node *b))
{
	rb_add(node, &root->rb_root, less);
	root->rb_leftmost = rb_first(&root->rb_root);
}

void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	*xa = (struct xarray)XARRAY_INIT(*xa, flags);
}

bool xa_empty(const struct xarray *xa)
{
	return !xa->xa_head;
}

/* The entry of an index, or the one that it would come before. */
static size_t place_of(const struct xarray *xa, unsigned long index)
{
	size_t low = 0, high = xa->xa_head ? xa->xa_head->nr : 0;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (xa->xa_head->v[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct shim_entry *entry_of(const struct xarray *xa, unsigned long index)
{
	size_t at = place_of(xa, index);

	if (!xa->xa_head || at == xa->xa_head->nr || xa->xa_head->v[at].index != index)
		return NULL;
	return &xa->xa_head->v[at];
}

static bool grow(struct xarray *xa, bool never_fails)
{
	struct shim_entries *old = xa->xa_head, *new;
	size_t cap = old ? 2 * old->cap : 4;
	size_t bytes = sizeof(*new) + cap * sizeof(new->v[0]);

	if (old && old->nr < old->cap)
		return true;
	new = never_fails ? shim_driver_alloc(bytes) : shim_alloc(bytes);
	if (!new)
		return false;
	if (old)
		memcpy(new, old, sizeof(*old) + old->nr * sizeof(old->v[0]));
	new->cap = cap;
	shim_free(old);
	xa->xa_head = new;
	return true;
}

static int insert(struct xarray *xa, unsigned long index, void *entry, bool never_fails)
{
	struct shim_entry *there = entry_of(xa, index);
	size_t at;

	if (there) {
		if (entry)
			there->entry = entry;
		return 0;
	}
	if (!grow(xa, never_fails))
		return -ENOMEM;
	at = place_of(xa, index);
	memmove(&xa->xa_head->v[at + 1], &xa->xa_head->v[at],
		(xa->xa_head->nr++ - at) * sizeof(xa->xa_head->v[0]));
	xa->xa_head->v[at] = (struct shim_entry){ index, entry };
	return 0;
}

int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	guard(mutex)(&xa->xa_lock);
	return insert(xa, index, NULL, false);
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	guard(mutex)(&xa->xa_lock);
	return entry_of(xa, index) ? -EBUSY : insert(xa, index, entry, false);
}

static void take_out(struct xarray *xa, struct shim_entry *there)
{
	struct shim_entries *entries = xa->xa_head;
	size_t at = there - entries->v;

	memmove(there, there + 1, (--entries->nr - at) * sizeof(*there));
	if (entries->nr)
		return;
	shim_free(entries);
	xa->xa_head = NULL;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	guard(mutex)(&xa->xa_lock);
	struct shim_entry *there = entry_of(xa, index);
	void *old = there ? there->entry : NULL;

	if (there)
		take_out(xa, there);
	return old;
}

void xa_release(struct xarray *xa, unsigned long index)
{
	guard(mutex)(&xa->xa_lock);
	struct shim_entry *there = entry_of(xa, index);

	if (there && !there->entry)
		take_out(xa, there);
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	guard(mutex)(&xa->xa_lock);
	struct shim_entry *there = entry_of(xa, index);
	void *old = there ? there->entry : NULL;

	if (!there)
		shim_warned("an entry is stored that has no room");
	insert(xa, index, entry, true);
	return old;
}

void shim_xa_put(struct xarray *xa, unsigned long index, void *entry)
{
	insert(xa, index, entry, true);
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	guard(mutex)(&xa->xa_lock);
	struct shim_entry *there = entry_of(xa, index);

	return there ? there->entry : NULL;
}

void xa_destroy(struct xarray *xa)
{
	guard(mutex)(&xa->xa_lock);
	shim_free(xa->xa_head);
	xa->xa_head = NULL;
}

void *xas_find(struct xa_state *xas, unsigned long max)
{
	size_t at = place_of(xas->xa, xas->xa_index);

	if (!xas->xa->xa_head)
		return NULL;
	at += xas->after && at < xas->xa->xa_head->nr &&
	      xas->xa->xa_head->v[at].index == xas->xa_index;
	while (at < xas->xa->xa_head->nr && !xas->xa->xa_head->v[at].entry)
		at++;
	if (at == xas->xa->xa_head->nr || xas->xa->xa_head->v[at].index > max)
		return NULL;
	xas->xa_index = xas->xa->xa_head->v[at].index;
	xas->after = true;
	return xas->xa->xa_head->v[at].entry;
}
