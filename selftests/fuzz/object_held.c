// SPDX-License-Identifier: GPL-2.0
/* object_held.c - the elements of lists and of arrays with indices */

#include "object.h"
#include "object_priv.h"

static struct xarray *array_of(const struct kstate_field *f, void *member)
{
	return f->container == KSTATE_IN_IDR ? &((struct idr *)member)->idr_rt : member;
}

static void *next_in_list(struct object_cursor *c)
{
	struct list_head *head = c->member, *p = c->at ? c->at + c->f->link : head;

	return p->next && p->next != head ? (void *)p->next - c->f->link : NULL;
}

static void *next_in_hlist(struct object_cursor *c)
{
	struct hlist_head *head = c->member;
	struct hlist_node *p = c->at ? ((struct hlist_node *)(c->at + c->f->link))->next :
				       head->first;

	return p ? (void *)p - c->f->link : NULL;
}

static void *next_in_tree(struct object_cursor *c)
{
	struct rb_node *p = c->at ? rb_next(c->at + c->f->link) : rb_first(c->member);

	return p ? (void *)p - c->f->link : NULL;
}

static void *next_in_array(struct object_cursor *c)
{
	const struct shim_entries *entries = array_of(c->f, c->member)->xa_head;

	if (!entries || c->i == entries->nr)
		return NULL;
	c->index = entries->v[c->i].index + c->f->base;
	return entries->v[c->i++].entry;
}

void *object_next(struct object_cursor *c)
{
	switch (c->f->container) {
	case KSTATE_IN_HLIST:
		c->at = next_in_hlist(c);
		break;
	case KSTATE_IN_RBTREE:
	case KSTATE_IN_RBTREE_CACHED:
		c->at = next_in_tree(c);
		break;
	case KSTATE_IN_XARRAY:
	case KSTATE_IN_IDR:
		c->at = next_in_array(c);
		break;
	default:
		c->at = next_in_list(c);
	}
	return c->at;
}

void object_init_held(const struct kstate_field *f, void *member)
{
	switch (f->container) {
	case KSTATE_IN_LIST:
		INIT_LIST_HEAD(member);
		break;
	case KSTATE_IN_HLIST:
		INIT_HLIST_HEAD((struct hlist_head *)member);
		break;
	case KSTATE_IN_RBTREE:
		*(struct rb_root *)member = RB_ROOT;
		break;
	case KSTATE_IN_RBTREE_CACHED:
		*(struct rb_root_cached *)member = RB_ROOT_CACHED;
		break;
	case KSTATE_IN_XARRAY:
		xa_init_flags(member, f->xa_flags);
		break;
	case KSTATE_IN_IDR:
		idr_init_base(member, f->base);
		break;
	}
}

/* An hlist has its elements in the other order, which is as good. */
void object_add(const struct kstate_field *f, void *member, u64 index, void *elem)
{
	switch (f->container) {
	case KSTATE_IN_HLIST:
		hlist_add_head(elem + f->link, member);
		break;
	case KSTATE_IN_RBTREE:
		rb_add(elem + f->link, member, f->less);
		break;
	case KSTATE_IN_RBTREE_CACHED:
		rb_add_cached(elem + f->link, member, f->less);
		break;
	case KSTATE_IN_XARRAY:
	case KSTATE_IN_IDR:
		shim_xa_put(array_of(f, member), index - f->base, elem);
		break;
	default:
		list_add_tail(elem + f->link, member);
	}
}

static bool linked_rightly(const struct kstate_field *f, void *link)
{
	struct list_head *p = link;
	struct hlist_node *h = link;
	struct rb_node *n = link;

	switch (f->container) {
	case KSTATE_IN_HLIST:
		return *h->pprev == h;
	case KSTATE_IN_RBTREE:
	case KSTATE_IN_RBTREE_CACHED:
		return (!n->left || n->left->parent == n) && (!n->right || n->right->parent == n);
	default:
		return p->next->prev == p && p->prev->next == p;
	}
}

void object_check_held(const struct kstate_field *f, void *member)
{
	struct object_cursor c = { .f = f, .member = member };
	struct rb_root_cached *cached = member;
	u64 nr = 0, before = 0;

	for (void *elem; (elem = object_next(&c)); before = c.index) {
		fuzz_assert(nr++ < f->count);
		if (object_is_map(f))
			fuzz_assert(nr == 1 || c.index > before);
		else
			fuzz_assert(linked_rightly(f, elem + f->link));
	}
	if (f->container == KSTATE_IN_RBTREE_CACHED)
		fuzz_assert(cached->rb_leftmost == rb_first(&cached->rb_root));
}

void object_drop_held(const struct kstate_field *f, void *member)
{
	if (object_is_map(f))
		xa_destroy(array_of(f, member));
	object_init_held(f, member);
}
