/* SPDX-License-Identifier: GPL-2.0 */
/*
 * all.h - an object that has every kind of field that a struct can
 */
#ifndef ALL_H
#define ALL_H

#include "fixture.h"

#define ALL_BITS	70
#define ALL_WORDS	2

struct item {
	u16 a;
	u8 b;
	u8 hole;
};

struct node {
	u32 key;
	struct list_head link;
	struct folio *folio;
};

struct all {
	struct item one;
	struct item pair[2];
	u8 nr_small;
	u16 small[4];
	u32 nr_big;
	u64 *big;
	u64 nr_items;
	struct item *items;
	u32 *targets[3];
	struct list_head list;
	char text[8];
	char *name;
	unsigned long bits[ALL_WORDS];
	void *linear;
	struct page *page;
	void *area;
	u32 revision;
	u32 secret;
};

static const struct kstate_description item_desc = {
	.name = "item", .id = 0x31, .version_id = 3,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct item, u16),
		KSTATE_BASE_TYPE(b, struct item, u8),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description node_desc = {
	.name = "node", .id = 0x32,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct node, u32),
		KSTATE_FOLIO(folio, struct node),
		KSTATE_END_OF_LIST()
	},
};

/* The secret, inverted: what only this driver understands. */
static int secret_save(const void *obj, struct kstate_writer *w)
{
	u32 wire = ~((const struct all *)obj)->secret;

	kstate_put(w, &wire, sizeof(wire));
	return 0;
}

static int secret_check(const void *obj, const void *data, size_t len)
{
	return len == sizeof(u32) ? 0 : -EINVAL;
}

static void secret_apply(void *obj, const void *data, size_t len)
{
	u32 wire;

	memcpy(&wire, data, sizeof(wire));
	((struct all *)obj)->secret = ~wire;
}

#define ONE		KSTATE_STRUCT(one, struct all, struct item, &item_desc)
#define PAIR		KSTATE_STRUCT_ARRAY(pair, struct all, struct item, &item_desc)
#define SMALL		KSTATE_VARRAY(small, struct all, u16, nr_small, 4, KSTATE_EMBEDDED)
#define BIG_CALLER	KSTATE_VARRAY(big, struct all, u64, nr_big, 100, KSTATE_CALLER)
#define BIG		KSTATE_VARRAY(big, struct all, u64, nr_big, 100, KSTATE_ALLOCATED)
#define ITEMS		KSTATE_STRUCT_VARRAY(items, struct all, struct item, &item_desc, \
					     nr_items, 10, KSTATE_ALLOCATED)
#define TARGETS		KSTATE_ARRAY_OF_POINTER(targets, struct all, u32)
#define LIST		KSTATE_LIST(list, struct all, struct node, link, &node_desc, 1000)
#define TEXT		KSTATE_STRING(text, struct all, 8)
#define NAME		KSTATE_STRING(name, struct all, 16)
#define BITS		KSTATE_BITMAP(bits, struct all, ALL_BITS)
#define LINEAR		KSTATE_ADDRESS(linear, struct all)
#define PAGE		KSTATE_ADDRESS(page, struct all)
#define AREA		KSTATE_VMALLOC(area, struct all)
#define REVISION	KSTATE_EQUAL(revision, struct all, u32)
#define SECRET		KSTATE_CUSTOM(secret, secret_save, secret_check, secret_apply)

#define ALL_FIELDS	ONE, PAIR, SMALL, BIG, ITEMS, TARGETS, LIST, TEXT, NAME, BITS, \
			LINEAR, PAGE, AREA, REVISION, SECRET

#endif /* ALL_H */
