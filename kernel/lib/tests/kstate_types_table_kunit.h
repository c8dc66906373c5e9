/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_types_table_kunit.h - each kind of field and the bytes that it writes. Included
 * by kstate_types_kunit.h only, which has the objects
 */
#ifndef _KSTATE_TYPES_TABLE_KUNIT_H
#define _KSTATE_TYPES_TABLE_KUNIT_H

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
#define HELD(_key)	1, 0, 0, 0, 4, 0, 0, 0, (_key), 0, 0, 0	/* version, bytes, key */
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
		.name = "hlist",
		FIELD(KSTATE_HLIST(hlist, struct types_obj, struct types_held, hlink,
				   &types_held_state, 8)),
		WIRE(COUNT(2), HELD(32), HELD(31)),
		.prefix = 8,
	}, {
		.name = "tree",
		FIELD(KSTATE_RBTREE(tree, struct types_obj, struct types_held, rlink, types_less,
				    &types_held_state, 8)),
		WIRE(COUNT(3), HELD(41), HELD(42), HELD(43)),
		.prefix = 8,
	}, {
		.name = "tree that knows its first",
		FIELD(KSTATE_RBTREE(cached, struct types_obj, struct types_held, rlink, types_less,
				    &types_held_state, 8)),
		WIRE(COUNT(1), HELD(51)),
		.prefix = 8,
	}, {
		.name = "xarray",
		FIELD(KSTATE_XARRAY(slots, struct types_obj, struct types_held, &types_held_state,
				    8, .xa_flags = XA_FLAGS_ALLOC)),
		WIRE(COUNT(3), COUNT(0), HELD(61), COUNT(70), HELD(62),
		     0, 0, 0, 0, 1, 0, 0, 0, HELD(63)),
		.prefix = 8,
	}, {
		.name = "IDR",
		FIELD(KSTATE_IDR(ids, struct types_obj, struct types_held, &types_held_state, 8,
				 .base = 1)),
		WIRE(COUNT(2), COUNT(1), HELD(71), COUNT(2), HELD(72)),
		.prefix = 8,
	}, {
		.name = "pointer to a struct",
		FIELD(KSTATE_STRUCT_POINTER(pointed, struct types_obj, struct types_item,
					    &types_item_state, KSTATE_CALLER)),
		WIRE(KSTATE_ABI_PRESENT, ITEM(11, 12)),
	}, {
		.name = "pointer to a struct, allocated",
		FIELD(KSTATE_STRUCT_POINTER(owned, struct types_obj, struct types_item,
					    &types_item_state, KSTATE_ALLOCATED)),
		WIRE(KSTATE_ABI_PRESENT, ITEM(13, 14)),
	}, {
		.name = "array of pointers to structs",
		FIELD(KSTATE_ARRAY_OF_STRUCT_POINTER(several, struct types_obj, struct types_item,
						     &types_item_state, KSTATE_CALLER)),
		WIRE(KSTATE_ABI_NULL, KSTATE_ABI_PRESENT, ITEM(15, 16)),
	}, {
		.name = "array of folios that are NULL",
		FIELD(KSTATE_FOLIO_ARRAY(folios, struct types_obj)),
		WIRE(COUNT(2), N8, N4, N8, N4),
		.prefix = 8,
	}, {
		.name = "array of no pages",
		FIELD(KSTATE_PAGE_VARRAY(pages, struct types_obj, nr_pages, 8, KSTATE_ALLOCATED)),
		WIRE(COUNT(0)),
		.prefix = 8,
	}, {
		.name = "bitmap of any size",
		FIELD(KSTATE_VARBITMAP(more_bits, struct types_obj, nr_bits, 100,
				       KSTATE_ALLOCATED)),
		WIRE(COUNT(65), 3, 0, 0, 0, N4, 1, 0, 0, 0, N4),
	}, {
		.name = "xarray of no pages",
		FIELD(KSTATE_XARRAY_OF_PAGE(page_map, struct types_obj, 8)),
		WIRE(COUNT(0)),
		.prefix = 8,
	}, {
		.name = "field that is deprecated",
		FIELD(KSTATE_BASE_TYPE_DEPRECATED(gone, u32, 1)),
		WIRE(),
	},
};

#endif /* _KSTATE_TYPES_TABLE_KUNIT_H */
