/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_types_kunit.h - the objects, payloads and helpers of kstate_types_kunit.c
 */
#ifndef _KSTATE_TYPES_KUNIT_H
#define _KSTATE_TYPES_KUNIT_H

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/io.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include "../../kernel/liveupdate/kstate_internal.h"

#define TYPES_BITS	70
#define TYPES_CAP	512

struct types_item {
	u16 a;
	u8 b;
};

struct types_node {
	struct list_head link;
	u32 key;
};

struct types_held {
	struct hlist_node hlink;
	struct rb_node rlink;
	u32 key;
};

struct types_obj {
	u32 value;
	u8 array[3];
	bool flag;
	u32 *pointer;
	u32 *null;
	u16 equal;
	struct types_item one;
	struct types_item pair[2];
	u8 nr_few;
	u16 few[4];
	u32 nr_big;
	u64 *big;
	u16 nr_lent;
	u32 *lent;
	u64 nr_items;
	struct types_item *items;
	u32 *targets[3];
	struct list_head list;
	char text[8];
	char *name;
	char *no_name;
	DECLARE_BITMAP(bits, TYPES_BITS);
	void *address;
	struct page *page;
	struct folio *folio;
	void *area;
	u8 custom[4];
	u8 nr_custom;
	struct hlist_head hlist;
	struct rb_root tree;
	struct rb_root_cached cached;
	struct xarray slots;
	struct idr ids;
	struct types_item *pointed;
	struct types_item *owned;
	struct types_item *several[2];
	struct folio *folios[2];
	int nr_pages;
	struct page **pages;
	s16 nr_bits;
	unsigned long *more_bits;
	struct xarray page_map;
	cpumask_t cpus;
	nodemask_t nodes;

	/* What pointers point to. */
	u32 target;
	u32 more[3];
	u32 lent_to[4];
	struct types_item pointed_to[2];
	bool refuse;
};

static const struct kstate_description types_item_state = {
	.name = "kunit-item", .id = 1, .version_id = 3,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct types_item, u16),
		KSTATE_BASE_TYPE(b, struct types_item, u8),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description types_node_state = {
	.name = "kunit-node", .id = 2, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct types_node, u32),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description types_held_state = {
	.name = "kunit-held", .id = 4, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct types_held, u32),
		KSTATE_END_OF_LIST()
	},
};

static bool types_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct types_held, rlink)->key <
	       rb_entry(b, struct types_held, rlink)->key;
}

static int types_custom_save(const void *obj, struct kstate_writer *w)
{
	const struct types_obj *o = obj;

	kstate_put(w, o->custom, o->nr_custom);
	return 0;
}

static int types_custom_check(const void *obj, const void *data, size_t len)
{
	const struct types_obj *o = obj;

	if (o->refuse)
		return -EPERM;
	return len > sizeof(o->custom) ? -EBADMSG : 0;
}

static void types_custom_apply(void *obj, const void *data, size_t len)
{
	struct types_obj *o = obj;

	memcpy(o->custom, data, len);
	o->nr_custom = len;
}

#include "kstate_types_table_kunit.h"

KUNIT_ARRAY_PARAM_DESC(types, types_table, name);

static struct kstate_description types_desc(const struct kstate_field *fields)
{
	return (struct kstate_description){
		.name = "kunit-types", .id = 3, .version_id = 2, .flags = KSTATE_STABLE,
		.fields = fields,
	};
}

static void types_free_held(struct types_obj *o)
{
	struct types_held *held, *next;
	struct hlist_node *safe;
	unsigned long index;
	int id;

	hlist_for_each_entry_safe(held, safe, &o->hlist, hlink)
		kvfree(held);
	rbtree_postorder_for_each_entry_safe(held, next, &o->tree, rlink)
		kvfree(held);
	rbtree_postorder_for_each_entry_safe(held, next, &o->cached.rb_root, rlink)
		kvfree(held);
	xa_for_each(&o->slots, index, held)
		kvfree(held);
	xa_destroy(&o->slots);
	idr_for_each_entry(&o->ids, held, id)
		kvfree(held);
	idr_destroy(&o->ids);
	xa_destroy(&o->page_map);
}

static void types_free_obj(void *data)
{
	struct types_obj *o = data;
	struct types_node *node, *next;

	kvfree(o->big);
	kvfree(o->items);
	kvfree(o->name);
	kvfree(o->owned);
	kvfree(o->pages);
	kvfree(o->more_bits);
	types_free_held(o);
	list_for_each_entry_safe(node, next, &o->list, link)
		kvfree(node);
}

/* An object as a driver has it before it restores. */
static struct types_obj *types_blank(struct kunit *test)
{
	struct types_obj *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	INIT_LIST_HEAD(&o->list);
	o->equal = 0x1234;
	o->pointer = &o->target;
	o->null = &o->target;
	o->lent = o->lent_to;
	for (size_t i = 0; i < ARRAY_SIZE(o->targets); i++)
		o->targets[i] = &o->more[i];
	memset(o->text, 'x', sizeof(o->text));
	xa_init_flags(&o->slots, XA_FLAGS_ALLOC);
	xa_init(&o->page_map);
	idr_init_base(&o->ids, 1);
	o->pointed = &o->pointed_to[0];
	o->several[0] = &o->pointed_to[1];
	o->several[1] = &o->pointed_to[1];
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, types_free_obj, o), 0);
	return o;
}

static void types_add_node(struct kunit *test, struct types_obj *o, u32 key)
{
	struct types_node *node = kvzalloc_obj(*node);

	KUNIT_ASSERT_NOT_NULL(test, node);
	node->key = key;
	list_add_tail(&node->link, &o->list);
}

static struct types_held *types_held(struct kunit *test, u32 key)
{
	struct types_held *held = kvzalloc_obj(*held);

	KUNIT_ASSERT_NOT_NULL(test, held);
	held->key = key;
	return held;
}

/* What is in lists, trees and arrays. */
static void types_hold(struct kunit *test, struct types_obj *o)
{
	hlist_add_head(&types_held(test, 31)->hlink, &o->hlist);
	hlist_add_head(&types_held(test, 32)->hlink, &o->hlist);
	for (u32 key = 43; key > 40; key--)
		rb_add(&types_held(test, key)->rlink, &o->tree, types_less);
	rb_add_cached(&types_held(test, 51)->rlink, &o->cached, types_less);
	xa_store(&o->slots, 70, types_held(test, 62), GFP_KERNEL);
	xa_store(&o->slots, 0, types_held(test, 61), GFP_KERNEL);
	xa_store(&o->slots, 1UL << 32, types_held(test, 63), GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, idr_alloc(&o->ids, types_held(test, 71), 0, 0, GFP_KERNEL), 1);
	KUNIT_ASSERT_EQ(test, idr_alloc(&o->ids, types_held(test, 72), 0, 0, GFP_KERNEL), 2);
	*o->pointed = (struct types_item){ 11, 12 };
	o->several[0] = NULL;
	*o->several[1] = (struct types_item){ 15, 16 };
	o->owned = kvzalloc_obj(*o->owned);
	o->more_bits = kvcalloc(2, sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o->owned);
	KUNIT_ASSERT_NOT_NULL(test, o->more_bits);
	*o->owned = (struct types_item){ 13, 14 };
	o->nr_bits = 65;
	bitmap_set(o->more_bits, 0, 2);
	bitmap_set(o->more_bits, 64, 1);
}

/* The object whose bytes are in the table. */
static struct types_obj *types_filled(struct kunit *test)
{
	struct types_obj *o = types_blank(test);

	o->value = 0x12345678;
	memcpy(o->array, "\1\2\3", sizeof(o->array));
	o->flag = true;
	o->target = 0xaabbccdd;
	o->null = NULL;
	o->one = (struct types_item){ 1, 2 };
	o->pair[0] = (struct types_item){ 3, 4 };
	o->pair[1] = (struct types_item){ 5, 6 };
	o->nr_few = 3;
	for (size_t i = 0; i < ARRAY_SIZE(o->few); i++)
		o->few[i] = 7 + i;
	o->nr_lent = 1;
	o->lent[0] = 0x44332211;
	for (size_t i = 0; i < ARRAY_SIZE(o->more); i++)
		o->more[i] = i + 1;
	o->targets[1] = NULL;
	strscpy_pad(o->text, "eth0");
	bitmap_set(o->bits, 0, 2);
	bitmap_set(o->bits, 63, 1);
	bitmap_set(o->bits, 69, 1);
	memcpy(o->custom, "\xc1\xc2\xc3", 3);
	o->nr_custom = 3;

	o->nr_big = 2;
	o->big = kvcalloc(2, sizeof(*o->big), GFP_KERNEL);
	o->nr_items = 2;
	o->items = kvcalloc(2, sizeof(*o->items), GFP_KERNEL);
	o->name = kstrdup("bridge", GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o->big);
	KUNIT_ASSERT_NOT_NULL(test, o->items);
	KUNIT_ASSERT_NOT_NULL(test, o->name);
	o->big[0] = 0x0100000000000001ULL;
	o->big[1] = 0x0200000000000002ULL;
	o->items[0] = (struct types_item){ 7, 8 };
	o->items[1] = (struct types_item){ 9, 10 };
	types_add_node(test, o, 21);
	types_add_node(test, o, 22);
	types_hold(test, o);
	return o;
}

/* An entry, as a registered object has one. */
static struct kstate_class types_class;
static struct kstate_entry types_entry = { .class = &types_class, .serial = 1 };

static struct kstate_entry *types_entry_get(void)
{
	lockdep_init_map(&types_class.calls, "kunit-types", &types_class.lock_key, 0);
	return &types_entry;
}

/* Save without preserving anything. The bytes, or an error. */
static ssize_t types_save(const struct kstate_field *fields, const struct types_obj *o,
			  u8 *buf)
{
	struct kstate_description desc = types_desc(fields);
	struct kstate_writer w = { .buf = buf, .cap = TYPES_CAP };
	struct kstate_save_ctx ctx = {
		.w = &w, .pass = KSTATE_PASS_SIZE, .entry = types_entry_get(),
	};
	int err;

	guard(kstate_out)(&kstate_out.lock);
	err = kstate_save_fields(&ctx, &desc, o);
	return err ?: w.full ? -E2BIG : w.pos;
}

static void types_free_layout(void *layout)
{
	kstate_layout_free(layout);
}

/* How data of this very description is restored, or skipped. */
static struct kstate_plan *types_plan(struct kunit *test,
				      const struct kstate_description *desc, bool skip)
{
	struct kstate_layout *layout = kstate_desc_layout(desc);
	struct kstate_plan *plan;

	KUNIT_ASSERT_NOT_NULL(test, layout);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, types_free_layout, layout), 0);
	plan = kunit_kzalloc(test, struct_size(plan, steps, layout->nr), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	plan->desc = desc;
	plan->version = desc->version_id;
	for (size_t i = 0; i < layout->nr; i++) {
		const struct kstate_field *f = &desc->fields[i];
		const struct kstate_plan *nested = NULL;

		if (f->until != KSTATE_ABI_NO_UNTIL)
			continue;
		if (!skip && f->desc)
			nested = types_plan(test, f->desc, false);
		kstate_plan_add(plan, &layout->fields[i], skip ? NULL : f, nested);
	}
	return plan;
}

/**
 * struct types_restore - a payload on its way into an object
 * @desc: its description
 * @plan: how it is restored
 * @section: owns what is allocated
 * @claims: what that is
 * @ctx: where reading has come to
 */
struct types_restore {
	struct kstate_description desc;
	const struct kstate_plan *plan;
	struct kstate_section section;
	struct kstate_claims claims;
	struct kstate_restore_ctx ctx;
};

/* The payload is copied to where not one byte more may be read. */
static void types_begin(struct kunit *test, struct types_restore *r,
			const struct kstate_field *fields, const u8 *wire, size_t len,
			bool skip)
{
	u8 *copy = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, wire, len);
	*r = (struct types_restore){ .desc = types_desc(fields) };
	r->plan = types_plan(test, &r->desc, skip);
	r->claims.section = &r->section;
	r->ctx = (struct kstate_restore_ctx){
		.r = { .buf = copy, .len = len }, .claims = &r->claims,
	};
	r->claims.section = &r->section;
}

static int types_check(struct types_restore *r, struct types_obj *o)
{
	guard(mutex)(&kstate_in.lock);
	r->ctx.r.pos = 0;
	return kstate_steps_check(&r->ctx, r->plan, o);
}

/* All three passes. */
static int types_restore(struct types_restore *r, struct types_obj *o)
{
	int err = types_check(r, o);

	guard(mutex)(&kstate_in.lock);
	kstate_claims_rewind(&r->claims);
	r->ctx.r.pos = 0;
	err = err ?: kstate_steps_acquire(&r->ctx, r->plan);
	if (!err) {
		kstate_claims_rewind(&r->claims);
		r->ctx.r.pos = 0;
		kstate_steps_commit(&r->ctx, r->plan, o);
	}
	kstate_claims_release(&r->section);
	return err;
}

/* One payload, to a new object. */
static int types_answer(struct kunit *test, const struct kstate_field *fields,
			const u8 *wire, size_t len, struct types_obj *o)
{
	struct types_restore r;

	types_begin(test, &r, fields, wire, len, false);
	return types_check(&r, o ?: types_blank(test));
}

static void types_need_this_abi(struct kunit *test)
{
	if (sizeof(long) != sizeof(u64) || strcmp(KSTATE_BYTE_ORDER, KSTATE_ABI_LITTLE))
		kunit_skip(test, "bytes are pinned for 64-bit little-endian kernels");
}

#endif /* _KSTATE_TYPES_KUNIT_H */
