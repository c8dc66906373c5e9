// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_ool.c - payloads that are kept outside the tree
 *
 * A payload over KSTATE_INLINE_MAX gets memory of its own: blocks that are
 * preserved, and mapped one after the other, so that it is written and read as if
 * it were in one piece. The tree has their addresses.
 *
 * Outgoing memory belongs to its entry and is protected by kstate_out.lock.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "kstate_internal.h"

/**
 * kstate_ool_find - the memory of a payload
 * @entry: the entry
 * @part: 0 for the section, i + 1 for its subsection i
 *
 * Return: the memory, or NULL if the payload is in the tree.
 */
struct kstate_ool *kstate_ool_find(const struct kstate_entry *entry, unsigned int part)
{
	struct kstate_ool *ool = entry->ool;

	while (ool && ool->part != part)
		ool = ool->next;
	return ool;
}

static void kstate_ool_drop_block(struct kstate_ool *ool)
{
	const struct kstate_shard *block = &ool->blocks[--ool->nr];

	kstate_debugfs_block_del(block);
	kstate_mem_free(block->mem);
}

static void kstate_ool_drop(struct kstate_ool *ool)
{
	if (ool->virt)
		kstate_blocks_unmap(ool->blocks, ool->nr, ool->virt);
	while (ool->nr)
		kstate_ool_drop_block(ool);
	kvfree(ool->blocks);
	ool->blocks = NULL;
	ool->virt = NULL;
	ool->cap = 0;
	ool->len = 0;
}

/* A block of the size, or a smaller one where that is not to be had: no larger one then. */
static int kstate_ool_add_block(struct kstate_ool *ool, size_t bytes, size_t *max)
{
	struct kstate_shard *more;
	void *mem;

	more = kvrealloc(ool->blocks, array_size(ool->nr + 1, sizeof(*more)), GFP_KERNEL);
	if (!more)
		return -ENOMEM;
	ool->blocks = more;
	bytes = PAGE_SIZE << get_order(min(bytes, *max));
	mem = kstate_mem_alloc(bytes);
	while (!mem && bytes > PAGE_SIZE) {
		bytes /= 2;
		*max = bytes;
		mem = kstate_mem_alloc(bytes);
	}
	if (!mem)
		return -ENOMEM;
	more[ool->nr++] = (struct kstate_shard){ .mem = mem, .cap = bytes };
	ool->cap += bytes;
	return 0;
}

static int kstate_ool_fill(struct kstate_ool *ool, size_t bytes)
{
	size_t max = KSTATE_SHARD_MAX;
	int err = 0;

	while (!err && ool->cap < bytes)
		err = kstate_ool_add_block(ool, bytes - ool->cap, &max);
	if (err)
		return err;
	ool->virt = kstate_blocks_map(ool->blocks, ool->nr);
	return ool->virt ? 0 : -ENOMEM;
}

/**
 * kstate_ool_reserve - make sure that a payload has memory outside the tree
 * @entry: the entry
 * @part: as for kstate_ool_find()
 * @bytes: what it needs
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_ool_reserve(struct kstate_entry *entry, unsigned int part, size_t bytes)
{
	struct kstate_ool *ool = kstate_ool_find(entry, part);
	int err;

	if (ool && ool->cap >= bytes)
		return 0;
	if (!ool) {
		ool = kzalloc_obj(*ool);
		if (!ool)
			return -ENOMEM;
		ool->part = part;
		ool->next = entry->ool;
		entry->ool = ool;
	}
	kstate_ool_drop(ool);
	err = kstate_ool_fill(ool, bytes);
	if (err)
		kstate_ool_drop(ool);
	else
		kstate_debugfs_ool_add(ool);
	return err;
}

/**
 * kstate_ool_free - give back all memory of an entry's payloads
 * @entry: the entry
 */
void kstate_ool_free(struct kstate_entry *entry)
{
	while (entry->ool) {
		struct kstate_ool *ool = entry->ool;

		entry->ool = ool->next;
		kstate_ool_drop(ool);
		kfree(ool);
	}
}

/**
 * kstate_ool_clear - there are no payloads in it any more, the memory stays
 * @entry: the entry
 */
void kstate_ool_clear(struct kstate_entry *entry)
{
	for (struct kstate_ool *ool = entry->ool; ool; ool = ool->next) {
		ool->len = 0;
		for (size_t i = 0; i < ool->nr; i++)
			ool->blocks[i].len = 0;
	}
}

/* Whether its last block is there for nothing: the save has put no byte into it. */
static bool kstate_ool_is_spare(const struct kstate_ool *ool)
{
	return ool->nr && !ool->blocks[ool->nr - 1].len;
}

/**
 * kstate_ool_spare - whether the last save left memory of an entry's payloads unused
 * @entry: the entry
 *
 * Return: true if there is a block that the image does not name.
 */
bool kstate_ool_spare(const struct kstate_entry *entry)
{
	const struct kstate_ool *ool = entry->ool;

	while (ool && !kstate_ool_is_spare(ool))
		ool = ool->next;
	return ool;
}

/* What stays is not written again: the next prepare begins anew. */
static void kstate_ool_trim_one(struct kstate_ool *ool)
{
	kstate_blocks_unmap(ool->blocks, ool->nr, ool->virt);
	ool->virt = NULL;
	ool->cap = 0;
	while (kstate_ool_is_spare(ool))
		kstate_ool_drop_block(ool);
}

/**
 * kstate_ool_trim - give back the memory that the last save left unused
 * @entry: the entry
 */
void kstate_ool_trim(struct kstate_entry *entry)
{
	for (struct kstate_ool *ool = entry->ool; ool; ool = ool->next) {
		if (kstate_ool_is_spare(ool))
			kstate_ool_trim_one(ool);
	}
}

/**
 * kstate_ool_bytes - payload bytes that an entry has outside the tree
 * @entry: the entry
 *
 * Return: the bytes, as of the last save.
 */
u64 kstate_ool_bytes(const struct kstate_entry *entry)
{
	u64 bytes = 0;

	for (const struct kstate_ool *ool = entry->ool; ool; ool = ool->next)
		bytes += ool->len;
	return bytes;
}

/**
 * kstate_ool_write - write where a payload is
 * @w: where to
 * @ool: the payload's memory; its length is set
 */
void kstate_ool_write(struct kstate_writer *w, struct kstate_ool *ool)
{
	size_t start = kstate_w_prop_open(w, KSTATE_PROP_DATA_EXTENTS);
	size_t left = ool->len;

	for (size_t i = 0; i < ool->nr; i++) {
		struct kstate_shard *block = &ool->blocks[i];
		__be64 extent[2];

		block->len = left < block->cap ? left : block->cap;
		left -= block->len;
		if (!block->len)
			break;
		extent[0] = cpu_to_fdt64(kstate_mem_phys(block->mem));
		extent[1] = cpu_to_fdt64(block->len);
		kstate_w_bytes(w, extent, sizeof(extent));
	}
	kstate_w_prop_close(w, start);
}

static int kstate_extents_read(const u8 *prop, size_t nr, struct kstate_shard *blocks,
			       size_t *bytes)
{
	*bytes = 0;
	for (size_t i = 0; i < nr; i++) {
		u64 phys = get_unaligned_be64(prop + 2 * i * sizeof(u64));
		u64 len = get_unaligned_be64(prop + (2 * i + 1) * sizeof(u64));
		const void *mem = kstate_shard_map(phys, len);

		/* All but the last are whole pages, or they would not map in a row. */
		if (!mem || (i + 1 < nr && len % PAGE_SIZE))
			return -EBADMSG;
		blocks[i] = (struct kstate_shard){ .mem = (void *)mem, .cap = len, .len = len };
		*bytes += len;
	}
	return 0;
}

/**
 * kstate_extents_map - find a payload that is outside the tree
 * @prop: value of the property that says where
 * @len: bytes of that
 * @ool: what is found; for kstate_extents_close()
 *
 * Return: 0; -EBADMSG; -ENOMEM.
 */
int kstate_extents_map(const void *prop, size_t len, struct kstate_ool *ool)
{
	int err;

	*ool = (struct kstate_ool){};
	if (!len || len % (2 * sizeof(u64)))
		return -EBADMSG;
	ool->nr = len / (2 * sizeof(u64));
	ool->blocks = kvcalloc(ool->nr, sizeof(*ool->blocks), GFP_KERNEL);
	if (!ool->blocks)
		return -ENOMEM;
	err = kstate_extents_read(prop, ool->nr, ool->blocks, &ool->len);
	if (!err) {
		ool->virt = kstate_blocks_map(ool->blocks, ool->nr);
		err = ool->virt ? 0 : -ENOMEM;
	}
	if (err)
		kstate_extents_close(ool);
	return err;
}

/**
 * kstate_extents_close - done with such a payload; its memory stays
 * @ool: as kstate_extents_map() left it, or all zero
 */
void kstate_extents_close(struct kstate_ool *ool)
{
	if (ool->virt)
		kstate_blocks_unmap(ool->blocks, ool->nr, ool->virt);
	kvfree(ool->blocks);
	*ool = (struct kstate_ool){};
}
