// SPDX-License-Identifier: GPL-2.0
/*
 * mutate.c - changes to an image that leave it a tree
 *
 * Changed bytes alone seldom get beyond the structure of a tree. Most changes
 * here are made through libfdt: to values, names, nodes, payloads, and to where
 * they are. mutate_tree.c has those that libfdt would not make. Checksums are
 * repaired later, when the target runs.
 */

#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "../shim/shim.h"
#include "../shim/handover.h"
#include "fuzz.h"
#include "mutate_tree.h"

#define ROOM	4096
#define NODES	256

struct mutation {
	struct handover *img;
	struct fuzz_in in;
};

static u32 below(struct mutation *m, u32 nr)
{
	return fuzz_below(&m->in, nr);
}

static u64 odd_number(struct mutation *m)
{
	static const u64 numbers[] = {
		0, 1, 2, 3, 4, 7, 8, 12, 16, 31, 32, 100, 0xff, 0x1000, 0x7fffffff, 0x80000000,
		0xfffffffe, 0xffffffff, 1ULL << 32, 1ULL << 63, ~0ULL, ~0ULL - 1, 0x40001000,
		0x40000, 0x40003, HANDOVER_PHYS(0), HANDOVER_PHYS(1), HANDOVER_PHYS(2), HANDOVER_PHYS(3),
		FOLIO_PHYS(0), FOLIO_PHYS(1), FOLIO_PHYS(2), FOLIO_PHYS(3), AREA_PHYS(0),
		AREA_PHYS(1), 0x40, 0x42, 0x43, 0x30, 0x31, 0x32, 0x60,
	};

	return numbers[below(m, ARRAY_SIZE(numbers))];
}

/* A block that is a tree, or NULL. */
static struct handover_block *any_tree(struct mutation *m)
{
	struct handover_block *block = &m->img->blocks[below(m, m->img->nr)];

	return handover_is_tree(block) ? block : NULL;
}

static int any_node(struct mutation *m, const void *fdt)
{
	int nodes[NODES], nr = 0, depth = 0;

	for (int node = 0; node >= 0 && nr < NODES; node = fdt_next_node(fdt, node, &depth))
		nodes[nr++] = node;
	return nodes[below(m, nr)];
}

static int any_prop(struct mutation *m, const void *fdt, int node)
{
	int props[64], nr = 0, prop;

	fdt_for_each_property_offset(prop, fdt, node) {
		if (nr < 64)
			props[nr++] = prop;
	}
	return nr ? props[below(m, nr)] : -1;
}

/* A section or subsection, or what lies where one may be. */
static int any_section(struct mutation *m, const void *fdt)
{
	int nodes[NODES], nr = 0, node, sub;

	fdt_for_each_subnode(node, fdt, fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS)) {
		if (nr < NODES)
			nodes[nr++] = node;
		fdt_for_each_subnode(sub, fdt, node) {
			if (nr < NODES)
				nodes[nr++] = sub;
		}
	}
	return nr ? nodes[below(m, nr)] : -1;
}

static void set_prop(struct handover_block *block, int node, const char *name, const void *val,
		     size_t len)
{
	char copy[64];
	void *fdt;

	/* The name lies in the tree, which moves. */
	snprintf(copy, sizeof(copy), "%s", name);
	fdt = handover_tree_open(block, len + ROOM);
	if (!fdt)
		return;
	fdt_setprop(fdt, node, copy, val, len);
	handover_tree_close(block);
}

static size_t change_bytes(struct mutation *m, u8 *p, size_t len, size_t max)
{
	size_t at, width = below(m, 2) ? 8 : 4;
	u64 val;

	if (below(m, 2) || len < width)
		return LLVMFuzzerMutate(p, len, max);
	at = below(m, len - width + 1);
	val = odd_number(m);
	if (below(m, 2))
		val = width == 8 ? __builtin_bswap64(val) : __builtin_bswap32(val);
	memcpy(p + at, &val, width);
	return len;
}

static void change_prop(struct mutation *m, struct handover_block *block, int node, int prop)
{
	const char *name;
	int len;
	const void *val = prop < 0 ? NULL : fdt_getprop_by_offset(block->p, prop, &name, &len);
	u8 *copy;

	if (!val)
		return;
	copy = malloc(len + 64);
	memcpy(copy, val, len);
	set_prop(block, node, name, copy, change_bytes(m, copy, len, len + 64));
	free(copy);
}

static void mutate_prop(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_node(m, block->p) : -1;

	if (node >= 0)
		change_prop(m, block, node, any_prop(m, block->p, node));
}

static void mutate_payload(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_section(m, block->p) : -1;
	int prop;

	if (node < 0)
		return;
	fdt_for_each_property_offset(prop, block->p, node) {
		const char *name;

		if (fdt_getprop_by_offset(block->p, prop, &name, NULL) &&
		    strstr(name, kstate_prop_name(KSTATE_PROP_DATA)))
			break;
	}
	change_prop(m, block, node, prop);
}

static void mutate_kind(struct mutation *m)
{
	static const char *const kinds[] = {
#define NAME(sym, code, name)	name,
		KSTATE_ABI_KINDS(NAME) KSTATE_ABI_SIGNS(NAME) "unheard-of"
	};
	struct handover_block *block = any_tree(m);
	int node = block ? any_node(m, block->p) : -1;
	const char *prop = kstate_prop_name(below(m, 4) ? KSTATE_PROP_KIND : KSTATE_PROP_SIGN);
	const char *kind = kinds[below(m, ARRAY_SIZE(kinds))];

	if (node >= 0 && fdt_getprop(block->p, node, prop, NULL))
		set_prop(block, node, prop, kind, strlen(kind) + 1);
}

/* A number of a field or description: version, since, size, struct-id, ... */
static void mutate_number(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_node(m, block->p) : -1;
	int prop = node < 0 ? -1 : any_prop(m, block->p, node);
	const char *name;
	u64 val = odd_number(m);
	u8 cells[8];
	int len;

	if (prop < 0 || !fdt_getprop_by_offset(block->p, prop, &name, &len) ||
	    (len != 4 && len != 8))
		return;
	put_unaligned_be64(val, cells);
	set_prop(block, node, name, cells + 8 - len, len);
}

static void mutate_name(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	char name[40];
	int node, other;
	void *fdt;

	node = block ? any_node(m, block->p) : 0;
	if (node <= 0)
		return;
	other = any_node(m, block->p);
	snprintf(name, sizeof(name), "%s", fdt_get_name(block->p, other, NULL));
	if (name[0] && below(m, 3) == 0)
		name[below(m, strlen(name))] ^= 1 << below(m, 5);
	fdt = handover_tree_open(block, ROOM);
	if (!fdt)
		return;
	fdt_set_name(fdt, node, name);
	handover_tree_close(block);
}

static void mutate_delete(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_node(m, block->p) : -1;
	int prop = node < 0 ? -1 : any_prop(m, block->p, node);
	const char *name;
	void *fdt;

	if (node < 0)
		return;
	fdt = handover_tree_open(block, ROOM);
	if (!fdt)
		return;
	if (below(m, 2) && prop >= 0 && fdt_getprop_by_offset(fdt, prop, &name, NULL))
		fdt_delprop(fdt, node, name);
	else if (node)
		fdt_del_node(fdt, node);
	handover_tree_close(block);
}

static void copy_into(void *fdt, int parent, const void *from, int node, const char *name)
{
	int to = fdt_add_subnode(fdt, parent, name), prop, sub;

	if (to < 0)
		return;
	fdt_for_each_property_offset(prop, from, node) {
		const char *prop_name;
		int len;
		const void *val = fdt_getprop_by_offset(from, prop, &prop_name, &len);

		if (val)
			fdt_appendprop(fdt, to, prop_name, val, len);
	}
	fdt_for_each_subnode(sub, from, node)
		copy_into(fdt, to, from, sub, fdt_get_name(from, sub, NULL));
}

/* A node once more: in its own parent, or anywhere else. */
static void mutate_copy(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_node(m, block->p) : 0;
	int parent;
	char name[48];
	u8 *from;
	void *fdt;

	if (node <= 0 || block->len > 1 << 16)
		return;
	parent = below(m, 4) ? fdt_parent_offset(block->p, node) : any_node(m, block->p);
	snprintf(name, sizeof(name), "%s%s", fdt_get_name(block->p, node, NULL),
		 below(m, 2) ? "" : "x");
	from = malloc(block->len);
	memcpy(from, block->p, block->len);
	fdt = handover_tree_open(block, block->len + ROOM);
	if (fdt) {
		copy_into(fdt, parent, from, node, name);
		handover_tree_close(block);
	}
	free(from);
}

static void mutate_place(struct mutation *m)
{
	struct handover_block *block = any_tree(m);
	int node = block ? any_section(m, block->p) : -1;
	static const size_t splits[] = { 0, 1, 4095, 4096, 8192 };

	if (node < 0)
		return;
	if (below(m, 2) || block != m->img->blocks)
		handover_move_payload(m->img, block - m->img->blocks, node, splits[below(m, 5)]);
	else
		handover_move_section(m->img, node);
}

static void mutate_block(struct mutation *m)
{
	struct handover_block *block = &m->img->blocks[below(m, m->img->nr)];

	block->p = realloc(block->p, block->len + 64);
	block->len = change_bytes(m, block->p, block->len, block->len + 64);
	block->p = realloc(block->p, block->len ?: 1);
}

static void mutate_structure(struct mutation *m)
{
	mutate_tree(&m->img->blocks[below(m, 4) ? 0 : below(m, m->img->nr)], &m->in);
}

static void mutate_flags(struct mutation *m)
{
	if (below(m, 2))
		m->img->flags ^= HANDOVER_REPAIR;
	else
		m->img->fail_at = below(m, 2) ? 0 : below(m, 64);
}

static void mutate_once(struct mutation *m)
{
	static void (*const how[])(struct mutation *m) = {
		mutate_payload, mutate_payload, mutate_payload, mutate_prop, mutate_prop,
		mutate_number, mutate_number, mutate_kind, mutate_name, mutate_delete,
		mutate_copy, mutate_place, mutate_block, mutate_flags,
		mutate_structure, mutate_structure, mutate_structure, mutate_structure,
	};

	how[below(m, ARRAY_SIZE(how))](m);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct mutation m = { .in = fuzz_in(NULL, 0) };
	struct handover img;

	m.in.state = seed ?: 1;
	if (!below(&m, 16))
		return LLVMFuzzerMutate(data, size, max);
	handover_parse(&img, data, size);
	if (!img.nr)
		return LLVMFuzzerMutate(data, size, max);
	m.img = &img;
	for (u32 i = 1 + below(&m, 4); i; i--)
		mutate_once(&m);
	size = handover_emit(&img, data, max);
	handover_free(&img);
	return size;
}
