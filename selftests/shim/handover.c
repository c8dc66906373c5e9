// SPDX-License-Identifier: GPL-2.0
/* handover.c - images as files, and their checksums */

#include <stdlib.h>

#include <libfdt.h>

#include "shim.h"
#include "handover.h"

static struct handover_block *handover_add(struct handover *img, const u8 *data, size_t len)
{
	struct handover_block *block = &img->blocks[img->nr++];

	block->len = len;
	/* Exactly as large as it is, so that a read beyond it is noticed. */
	block->p = malloc(len ?: 1);
	memcpy(block->p, data, len);
	return block;
}

void handover_parse(struct handover *img, const u8 *data, size_t size)
{
	*img = (struct handover){};
	if (size < 2)
		return;
	img->flags = data[0];
	img->fail_at = data[1];
	data += 2;
	size -= 2;
	while (size >= 3 && img->nr < HANDOVER_BLOCKS) {
		size_t len = data[0] | data[1] << 8 | data[2] << 16;

		data += 3;
		size -= 3;
		len = len < size ? len : size;
		handover_add(img, data, len);
		data += len;
		size -= len;
	}
}

size_t handover_emit(const struct handover *img, u8 *to, size_t max)
{
	size_t pos = 2;

	if (max < pos)
		return 0;
	to[0] = img->flags;
	to[1] = img->fail_at;
	for (unsigned int i = 0; i < img->nr && pos + 3 <= max; i++) {
		size_t len = img->blocks[i].len;

		len = len < max - pos - 3 ? len : max - pos - 3;
		to[pos++] = len;
		to[pos++] = len >> 8;
		to[pos++] = len >> 16;
		memcpy(to + pos, img->blocks[i].p, len);
		pos += len;
	}
	return pos;
}

void handover_free(struct handover *img)
{
	while (img->nr)
		free(img->blocks[--img->nr].p);
}

struct handover_block *handover_block_at(struct handover *img, u64 phys)
{
	for (unsigned int i = 0; i < img->nr; i++) {
		if (HANDOVER_PHYS(i) == phys)
			return &img->blocks[i];
	}
	return NULL;
}

/* Of an older version, libfdt 1.6.1 may follow the NULL that a root without a name gives. */
static bool handover_header_ok(const struct handover_block *block)
{
	return block->len >= sizeof(struct fdt_header) && !fdt_check_header(block->p) &&
	       fdt_version(block->p) >= 16 && fdt_totalsize(block->p) <= block->len;
}

/* Lengths that wrap pass all of libfdt's checks. */
static bool handover_props_whole(const struct handover_block *block)
{
	int prop;

	for (int node = 0; node >= 0; node = fdt_next_node(block->p, node, NULL)) {
		fdt_for_each_property_offset(prop, block->p, node) {
			int len;
			const u8 *val = fdt_getprop_by_offset(block->p, prop, NULL, &len);

			if (!val || len < 0 || len > block->p + block->len - val)
				return false;
		}
	}
	return true;
}

bool handover_is_tree(const struct handover_block *block)
{
	return handover_header_ok(block) && !fdt_check_full(block->p, block->len) &&
	       handover_props_whole(block);
}

void *handover_tree_open(struct handover_block *block, size_t room)
{
	size_t cap = block->len + room;
	void *fdt;

	/* libfdt 1.6.1 takes its error for a number of reservations. */
	if (fdt_num_mem_rsv(block->p) < 0)
		return NULL;
	fdt = malloc(cap);
	if (fdt_open_into(block->p, fdt, cap)) {
		free(fdt);
		return NULL;
	}
	free(block->p);
	block->p = fdt;
	block->len = cap;
	return fdt;
}

void handover_tree_close(struct handover_block *block)
{
	if (!fdt_pack(block->p)) {
		block->len = fdt_totalsize(block->p);
		block->p = realloc(block->p, block->len);
	}
}

static void handover_put_u32(const void *fdt, int node, enum kstate_prop prop, u32 val)
{
	int len;
	void *to = (void *)kstate_fdt_prop(fdt, node, prop, &len);

	if (to && len == sizeof(val))
		put_unaligned_be32(val, to);
}

static void handover_seal(const void *fdt, int node)
{
	u32 crc;

	if (!kstate_crc_node(fdt, node, &crc))
		handover_put_u32(fdt, node, KSTATE_PROP_CRC, crc);
}

/* As the engine does: the first description with that id. */
static u64 handover_fingerprint(const struct handover *img, u32 id)
{
	const void *fdt = img->blocks[0].p;
	int node, parent = fdt_subnode_offset(fdt, 0, KSTATE_NODE_DESCRIPTIONS);

	fdt_for_each_subnode(node, fdt, parent) {
		int len, len2;
		const void *have = kstate_fdt_prop(fdt, node, KSTATE_PROP_ID, &len);
		const void *print = kstate_fdt_prop(fdt, node, KSTATE_PROP_FINGERPRINT, &len2);

		if (have && print && len == sizeof(u32) && len2 == sizeof(u64) &&
		    get_unaligned_be32(have) == id)
			return get_unaligned_be64(print);
	}
	return 0;
}

static u32 handover_payload_crc(struct handover *img, const void *fdt, int node, u32 crc)
{
	int len;
	const u8 *p = kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA_EXTENTS, &len);

	if (!p) {
		p = kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len);
		return p ? kstate_crc_add(crc, p, len) : crc;
	}
	for (int at = 0; at + 16 <= len; at += 16) {
		struct handover_block *block = handover_block_at(img, get_unaligned_be64(p + at));
		u64 bytes = get_unaligned_be64(p + at + 8);

		if (block && bytes <= block->len)
			crc = kstate_crc_add(crc, block->p, bytes);
	}
	return crc;
}

static void handover_seal_part(struct handover *img, const void *fdt, int node)
{
	struct kstate_section_ser ser;
	u32 crc;
	int len;
	void *header = (void *)kstate_fdt_prop(fdt, node, KSTATE_PROP_HEADER, &len);

	if (!header || len != sizeof(ser))
		return;
	memcpy(&ser, header, sizeof(ser));
	crc = kstate_crc_section(fdt32_to_cpu(ser.description), fdt64_to_cpu(ser.instance),
				 fdt32_to_cpu(ser.version),
				 handover_fingerprint(img, fdt32_to_cpu(ser.description)));
	crc = handover_payload_crc(img, fdt, node, crc);
	ser.crc = cpu_to_fdt32(kstate_crc_finish(crc));
	memcpy(header, &ser, sizeof(ser));
}

static void handover_seal_sections(struct handover *img, const void *fdt)
{
	int node, sub, parent = fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS);

	fdt_for_each_subnode(node, fdt, parent) {
		handover_seal_part(img, fdt, node);
		fdt_for_each_subnode(sub, fdt, node)
			handover_seal_part(img, fdt, sub);
	}
}

void handover_repair(struct handover *img)
{
	const void *fdt = img->nr ? img->blocks[0].p : NULL;
	int node;

	if (!fdt || !handover_header_ok(&img->blocks[0]))
		return;
	fdt_for_each_subnode(node, fdt, fdt_subnode_offset(fdt, 0, KSTATE_NODE_DESCRIPTIONS))
		handover_seal(fdt, node);
	node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_PRODUCER);
	if (node >= 0)
		handover_seal(fdt, node);
	for (unsigned int i = 0; i < img->nr; i++) {
		if (!handover_header_ok(&img->blocks[i]))
			continue;
		handover_seal_sections(img, img->blocks[i].p);
		handover_seal(img->blocks[i].p, 0);
	}
}

static bool handover_set_extent(u8 *extents, unsigned int i, unsigned int block, size_t len)
{
	put_unaligned_be64(HANDOVER_PHYS(block), extents + 16 * i);
	put_unaligned_be64(len, extents + 16 * i + 8);
	return true;
}

/* The first split bytes become a block, the rest another one. */
bool handover_move_payload(struct handover *img, unsigned int shard, int node, size_t split)
{
	const char *data = kstate_prop_name(KSTATE_PROP_DATA);
	const char *extents = kstate_prop_name(KSTATE_PROP_DATA_EXTENTS);
	u8 list[32], *copy;
	unsigned int nr = 0;
	void *fdt;
	int len;
	const u8 *p = kstate_fdt_prop(img->blocks[shard].p, node, KSTATE_PROP_DATA, &len);

	if (!p || !len || img->nr + 2 > HANDOVER_BLOCKS)
		return false;
	split = split && split < (size_t)len ? split : (size_t)len;
	copy = malloc(len);
	memcpy(copy, p, len);
	handover_set_extent(list, nr++, img->nr, split);
	handover_add(img, copy, split);
	if (split < (size_t)len) {
		handover_set_extent(list, nr++, img->nr, len - split);
		handover_add(img, copy + split, len - split);
	}
	free(copy);
	fdt = handover_tree_open(&img->blocks[shard], 128);
	if (!fdt)
		return false;
	fdt_delprop(fdt, node, data);
	fdt_setprop(fdt, node, extents, list, 16 * nr);
	handover_tree_close(&img->blocks[shard]);
	return true;
}

static void handover_copy_node(void *to, const void *fdt, int node)
{
	int prop, sub;

	fdt_begin_node(to, fdt_get_name(fdt, node, NULL));
	fdt_for_each_property_offset(prop, fdt, node) {
		const char *name;
		int len;
		const void *val = fdt_getprop_by_offset(fdt, prop, &name, &len);

		if (val)
			fdt_property(to, name, val, len);
	}
	fdt_for_each_subnode(sub, fdt, node)
		handover_copy_node(to, fdt, sub);
	fdt_end_node(to);
}

/* A further shard with one section in it. */
static void handover_add_shard(struct handover *img, const void *fdt, int node, const void *next)
{
	size_t cap = fdt_totalsize(fdt) + 1024;
	void *to = malloc(cap);

	fdt_create(to, cap);
	fdt_finish_reservemap(to);
	fdt_begin_node(to, "");
	fdt_property_string(to, "compatible", KSTATE_COMPATIBLE);
	fdt_property_u32(to, "shard", 1);
	fdt_property_u64(to, "sections-here", 1);
	fdt_property(to, "next-shard", next, 16);
	fdt_property_u32(to, "crc", 0);
	fdt_begin_node(to, KSTATE_NODE_SECTIONS);
	handover_copy_node(to, fdt, node);
	fdt_end_node(to);
	fdt_end_node(to);
	if (!fdt_finish(to))
		handover_add(img, to, fdt_totalsize(to));
	free(to);
}

/* Shards behind it count one up. */
static void handover_renumber(struct handover *img)
{
	for (unsigned int i = 1; i + 1 < img->nr; i++) {
		int len;
		void *shard;

		if (!handover_is_tree(&img->blocks[i]))
			continue;
		shard = (void *)kstate_fdt_prop(img->blocks[i].p, 0, KSTATE_PROP_SHARD, &len);
		if (shard && len == 4)
			put_unaligned_be32(get_unaligned_be32(shard) + 1, shard);
	}
}

/* A section of shard 0 becomes the only one of a new shard 1. */
bool handover_move_section(struct handover *img, int node)
{
	const void *fdt = img->blocks[0].p;
	unsigned int nr = img->nr;
	u8 *next, here[16];
	int len;

	if (!handover_is_tree(&img->blocks[0]))
		return false;
	next = (u8 *)kstate_fdt_prop(fdt, 0, KSTATE_PROP_NEXT_SHARD, &len);
	if (!next || len != 16 || nr == HANDOVER_BLOCKS)
		return false;
	handover_add_shard(img, fdt, node, next);
	if (img->nr == nr)
		return false;
	put_unaligned_be64(HANDOVER_PHYS(nr), here);
	put_unaligned_be64(img->blocks[nr].len, here + 8);
	memcpy(next, here, sizeof(here));
	handover_renumber(img);
	next = (u8 *)kstate_fdt_prop(fdt, 0, KSTATE_PROP_SECTIONS_HERE, &len);
	if (next && len == 8)
		put_unaligned_be64(get_unaligned_be64(next) - 1, next);
	fdt = handover_tree_open(&img->blocks[0], 128);
	if (!fdt)
		return false;
	fdt_del_node((void *)fdt, node);
	handover_tree_close(&img->blocks[0]);
	return true;
}

static unsigned int next_folio, next_area;
static const void *places[2][NR_FOLIOS + NR_AREAS];

static struct folio *memory_at(u64 phys, unsigned int order, size_t pages, bool handed_over)
{
	struct folio *folio = shim_folio_find(phys);

	if (!folio)
		folio = shim_folio_at(phys, order, pages);
	folio->handed_over = handed_over;
	return folio;
}

void handover_memory(bool handed_over)
{
	next_folio = next_area = 0;
	for (unsigned int i = 0; i < NR_FOLIOS; i++)
		places[handed_over][i] = memory_at(FOLIO_PHYS(i), FOLIO_ORDER(i), 0, handed_over);
	for (unsigned int i = 0; i < NR_AREAS; i++)
		places[handed_over][NR_FOLIOS + i] =
			memory_at(AREA_PHYS(i), 2, AREA_PAGES(i), handed_over)->mem;
}

bool handover_same(const void *a, const void *b)
{
	for (unsigned int i = 0; i < NR_FOLIOS + NR_AREAS; i++) {
		const void *p = places[false][i], *q = places[true][i];

		if ((a == p || a == q) && (b == p || b == q))
			return true;
	}
	return false;
}

struct folio *handover_folio(void)
{
	if (next_folio == NR_FOLIOS)
		return NULL;
	return shim_folio_find(FOLIO_PHYS(next_folio++));
}

void *handover_area(void)
{
	if (next_area == NR_AREAS)
		return NULL;
	return shim_folio_find(AREA_PHYS(next_area++))->mem;
}
