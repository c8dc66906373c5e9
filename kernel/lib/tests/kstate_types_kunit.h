/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_types_kunit.h - the objects, payloads and helpers of kstate_types_kunit.c
 */
#ifndef _KSTATE_TYPES_KUNIT_H
#define _KSTATE_TYPES_KUNIT_H

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

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

	/* What pointers point to. */
	u32 target;
	u32 more[3];
	u32 lent_to[4];
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

/**
 * struct types_case - a kind and its bytes
 * @name: of the case
 * @fields: the field, and the end of the table
 * @wire: what it writes
 * @len: how many bytes
 * @prefix: bytes of the length that it starts with, 0 if with none
 */
struct types_case {
	const char *name;
	struct kstate_field fields[2];
	const u8 *wire;
	size_t len;
	size_t prefix;
};

#define WIRE(...)							\
	.wire = (const u8[]) { __VA_ARGS__ }, .len = sizeof((const u8[]) { __VA_ARGS__ })
#define FIELD(...)	.fields = { __VA_ARGS__, KSTATE_END_OF_LIST() }
#define N4		0, 0, 0, 0
#define N8		N4, N4
#define COUNT(_n)	(_n), 0, 0, 0, N4
#define ITEM(_a, _b)	3, 0, 0, 0, 3, 0, 0, 0, (_a), 0, (_b)	/* version, bytes, a, b */
#define FF8		255, 255, 255, 255, 255, 255, 255, 255

static const struct types_case types_table[] = {
	{
		.name = "value",
		FIELD(KSTATE_BASE_TYPE(value, struct types_obj, u32)),
		WIRE(0x78, 0x56, 0x34, 0x12),
	}, {
		.name = "array of values",
		FIELD(KSTATE_BASE_TYPE(array, struct types_obj, u8 [3])),
		WIRE(1, 2, 3),
	}, {
		.name = "bool",
		FIELD(KSTATE_BASE_TYPE(flag, struct types_obj, bool)),
		WIRE(1),
	}, {
		.name = "pointer",
		FIELD(KSTATE_POINTER(pointer, struct types_obj)),
		WIRE(KSTATE_ABI_PRESENT, 0xdd, 0xcc, 0xbb, 0xaa),
	}, {
		.name = "pointer that is NULL",
		FIELD(KSTATE_POINTER(null, struct types_obj)),
		WIRE(KSTATE_ABI_NULL),
	}, {
		.name = "equal",
		FIELD(KSTATE_EQUAL(equal, struct types_obj, u16)),
		WIRE(0x34, 0x12),
	}, {
		.name = "struct",
		FIELD(KSTATE_STRUCT(one, struct types_obj, struct types_item,
				    &types_item_state)),
		WIRE(ITEM(1, 2)),
	}, {
		.name = "array of structs",
		FIELD(KSTATE_STRUCT_ARRAY(pair, struct types_obj, struct types_item,
					  &types_item_state)),
		WIRE(ITEM(3, 4), ITEM(5, 6)),
	}, {
		.name = "counted array, embedded",
		FIELD(KSTATE_VARRAY(few, struct types_obj, u16, nr_few, 4, KSTATE_EMBEDDED)),
		WIRE(COUNT(3), 7, 0, 8, 0, 9, 0),
		.prefix = 8,
	}, {
		.name = "counted array, allocated",
		FIELD(KSTATE_VARRAY(big, struct types_obj, u64, nr_big, 16, KSTATE_ALLOCATED)),
		WIRE(COUNT(2), 1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 2),
		.prefix = 8,
	}, {
		.name = "counted array of the driver",
		FIELD(KSTATE_VARRAY(lent, struct types_obj, u32, nr_lent, 4, KSTATE_CALLER)),
		WIRE(COUNT(1), 0x11, 0x22, 0x33, 0x44),
		.prefix = 8,
	}, {
		.name = "counted array of structs",
		FIELD(KSTATE_STRUCT_VARRAY(items, struct types_obj, struct types_item,
					   &types_item_state, nr_items, 8, KSTATE_ALLOCATED)),
		WIRE(COUNT(2), ITEM(7, 8), ITEM(9, 10)),
		.prefix = 8,
	}, {
		.name = "array of pointers",
		FIELD(KSTATE_ARRAY_OF_POINTER(targets, struct types_obj, u32)),
		WIRE(KSTATE_ABI_PRESENT, 1, 0, 0, 0, KSTATE_ABI_NULL,
		     KSTATE_ABI_PRESENT, 3, 0, 0, 0),
	}, {
		.name = "list",
		FIELD(KSTATE_LIST(list, struct types_obj, struct types_node, link,
				  &types_node_state, 8)),
		WIRE(COUNT(2),
		     1, 0, 0, 0, 4, 0, 0, 0, 21, 0, 0, 0,
		     1, 0, 0, 0, 4, 0, 0, 0, 22, 0, 0, 0),
		.prefix = 8,
	}, {
		.name = "string in an array",
		FIELD(KSTATE_STRING(text, struct types_obj, 8)),
		WIRE(COUNT(4), 'e', 't', 'h', '0'),
		.prefix = 8,
	}, {
		.name = "string behind a pointer",
		FIELD(KSTATE_STRING(name, struct types_obj, 32)),
		WIRE(COUNT(6), 'b', 'r', 'i', 'd', 'g', 'e'),
		.prefix = 8,
	}, {
		.name = "string that is NULL",
		FIELD(KSTATE_STRING(no_name, struct types_obj, 32)),
		WIRE(FF8),
	}, {
		.name = "bitmap",
		FIELD(KSTATE_BITMAP(bits, struct types_obj, TYPES_BITS)),
		WIRE(COUNT(TYPES_BITS), 0x03, 0, 0, 0, 0, 0, 0, 0x80, 0x20, 0, 0, 0, N4),
		.prefix = 8,
	}, {
		.name = "address that is NULL",
		FIELD(KSTATE_ADDRESS(address, struct types_obj)),
		WIRE(N8),
	}, {
		.name = "page that is NULL",
		FIELD(KSTATE_ADDRESS(page, struct types_obj)),
		WIRE(FF8),
	}, {
		.name = "folio that is NULL",
		FIELD(KSTATE_FOLIO(folio, struct types_obj)),
		WIRE(N8, N4),
	}, {
		.name = "area that is NULL",
		FIELD(KSTATE_VMALLOC(area, struct types_obj)),
		WIRE(N8, N8),
	}, {
		.name = "custom",
		FIELD(KSTATE_CUSTOM(blob, types_custom_save, types_custom_check,
				    types_custom_apply)),
		WIRE(COUNT(3), 0xc1, 0xc2, 0xc3),
		.prefix = 8,
	}, {
		.name = "field that is deprecated",
		FIELD(KSTATE_BASE_TYPE_DEPRECATED(gone, u32, 1)),
		WIRE(),
	},
};

KUNIT_ARRAY_PARAM_DESC(types, types_table, name);

static struct kstate_description types_desc(const struct kstate_field *fields)
{
	return (struct kstate_description){
		.name = "kunit-types", .id = 3, .version_id = 2, .fields = fields,
	};
}

static void types_free_obj(void *data)
{
	struct types_obj *o = data;
	struct types_node *node, *next;

	kvfree(o->big);
	kvfree(o->items);
	kvfree(o->name);
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
	return o;
}

/* Save without preserving anything. The bytes, or an error. */
static ssize_t types_save(const struct kstate_field *fields, const struct types_obj *o,
			  u8 *buf)
{
	struct kstate_description desc = types_desc(fields);
	struct kstate_writer w = { .buf = buf, .cap = TYPES_CAP };
	struct kstate_save_ctx ctx = { .w = &w, .pass = KSTATE_PASS_SIZE };
	int err;

	guard(mutex)(&kstate_out.lock);
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
 * @ctx: where reading has come to
 */
struct types_restore {
	struct kstate_description desc;
	const struct kstate_plan *plan;
	struct kstate_section section;
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
	r->ctx = (struct kstate_restore_ctx){
		.r = { .buf = copy, .len = len }, .section = &r->section,
	};
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
	kstate_claims_rewind(&r->section);
	r->ctx.r.pos = 0;
	err = err ?: kstate_steps_acquire(&r->ctx, r->plan);
	if (!err) {
		kstate_claims_rewind(&r->section);
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
