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
	if (object_is_map(c->f))
		c->at = next_in_array(c);
	else
		c->at = c->f->container == KSTATE_IN_HLIST ? next_in_hlist(c) : next_in_list(c);
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
	if (object_is_map(f))
		shim_xa_put(array_of(f, member), index - f->base, elem);
	else if (f->container == KSTATE_IN_HLIST)
		hlist_add_head(elem + f->link, member);
	else
		list_add_tail(elem + f->link, member);
}

void object_check_held(const struct kstate_field *f, void *member)
{
	struct object_cursor c = { .f = f, .member = member };
	u64 nr = 0, before = 0;

	for (void *elem; (elem = object_next(&c)); before = c.index) {
		struct list_head *p = elem + f->link;
		struct hlist_node *h = elem + f->link;

		fuzz_assert(nr++ < f->count);
		if (object_is_map(f))
			fuzz_assert(nr == 1 || c.index > before);
		else if (f->container == KSTATE_IN_HLIST)
			fuzz_assert(*h->pprev == h);
		else
			fuzz_assert(p->next->prev == p && p->prev->next == p);
	}
}

void object_drop_held(const struct kstate_field *f, void *member)
{
	if (object_is_map(f))
		xa_destroy(array_of(f, member));
	object_init_held(f, member);
}
