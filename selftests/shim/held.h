/* SPDX-License-Identifier: GPL-2.0 */
/*
 * held.h - an object that holds elements in every container that there is
 */
#ifndef HELD_H
#define HELD_H

#include "fixture.h"

struct thing {
	u32 key;
	struct hlist_node hlink;
	struct rb_node rlink;
};

struct holder {
	struct hlist_head hlist;
	struct rb_root tree;
	struct rb_root_cached cached;
	struct xarray slots;
	struct idr ids;
	struct xarray pages;
	struct xarray folios;
};

static const struct kstate_description thing_desc = {
	.name = "thing", .id = 0x51, .version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct thing, u32),
		KSTATE_END_OF_LIST()
	},
};

static bool thing_less(struct rb_node *a, const struct rb_node *b)
{
	return container_of(a, struct thing, rlink)->key <
	       container_of(b, struct thing, rlink)->key;
}

#define HLIST	KSTATE_HLIST(hlist, struct holder, struct thing, hlink, &thing_desc, 100)
#define TREE	KSTATE_RBTREE(tree, struct holder, struct thing, rlink, thing_less, &thing_desc, 100)
#define CACHED	KSTATE_RBTREE(cached, struct holder, struct thing, rlink, thing_less, &thing_desc, 100)
#define SLOTS	KSTATE_XARRAY(slots, struct holder, struct thing, &thing_desc, 100,	\
			      .xa_flags = XA_FLAGS_ALLOC)
#define IDS	KSTATE_IDR(ids, struct holder, struct thing, &thing_desc, 100, .base = 1)
#define PAGES	KSTATE_XARRAY_OF_PAGE(pages, struct holder, 100)
#define FOLIOS	KSTATE_XARRAY_OF_FOLIO(folios, struct holder, 100)

#define HELD_FIELDS	HLIST, TREE, CACHED, SLOTS, IDS, PAGES

static inline void holder_init(struct holder *h)
{
	*h = (struct holder){};
	xa_init_flags(&h->slots, XA_FLAGS_ALLOC);
	idr_init_base(&h->ids, 1);
}

#endif /* HELD_H */
