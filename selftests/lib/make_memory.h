/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: physical memory for tests
 *
 * A machine's memory made of pages that are there once they are written, and
 * what KHO keeps in it: a second writer of the formats of
 * include/linux/kho/abi/{kexec_handover,block}.h, which shares no code with the
 * library. Failures abort: a test without its memory is no test.
 */

#ifndef SELFTESTS_MAKE_MEMORY_H
#define SELFTESTS_MAKE_MEMORY_H

#include "memory/phys.h"

/**
 * struct memory - a machine's memory
 * @phys: what a dump takes: dump->phys = &m.phys; m outlives the dump
 * @pages: by their number, sorted, @nr of them
 * @next: where memory_alloc() goes on
 * @per_block: entries in a block of memory_blocks(); 0 for as many as fit
 * @reads: how often the library read
 */
struct memory {
	struct kstd_phys phys;
	struct memory_page *pages;
	size_t nr;
	size_t room;
	uint64_t next;
	size_t per_block;
	uint64_t reads;
};

void memory_init(struct memory *m, uint32_t page_size, bool big);
void memory_free(struct memory *m);

/* Zeroed pages of their own; returns the physical address. */
uint64_t memory_alloc(struct memory *m, size_t bytes);

/* Write; pages that are not there come to be. */
void memory_put(struct memory *m, uint64_t pa, const void *p, size_t len);
void memory_int(struct memory *m, uint64_t pa, size_t size, uint64_t v);
uint64_t memory_u64(const struct memory *m, uint64_t pa);

/* What the library hears of the page at @pa from now on. */
void memory_state(struct memory *m, uint64_t pa, enum kstd_avail there);

/* An empty preserved-memory map, and a block in it; return root and key. */
uint64_t memory_map(struct memory *m);
uint64_t memory_preserve(struct memory *m, uint64_t root, uint64_t pa, unsigned int order);
/* The address of the leaf with a block, 0 if there is none; at @level, of the node above it. */
uint64_t memory_map_node(const struct memory *m, uint64_t root, uint64_t pa, unsigned int order,
			 unsigned int level);

/**
 * struct memory_block - a preserved block
 */
struct memory_block {
	uint64_t pa;
	unsigned int order;
};

/**
 * memory_list - the list of bitmaps of kho-v1
 * @width: bytes of a bitmap
 * @blocks: by ascending order, then by address; @nr of them, at least one
 *
 * Return: address of the first chunk.
 */
uint64_t memory_list(struct memory *m, size_t width, const struct memory_block *blocks, size_t nr);

/**
 * memory_area - the list of a vmalloc area
 * @desc: its descriptor, 16 bytes
 * @blocks: addresses of @nr blocks of @order
 */
void memory_area(struct memory *m, uint8_t desc[16], const uint64_t *blocks, size_t nr,
		 unsigned int order);

/* A chain of blocks with @nr entries of @size bytes each from @entries; returns the first. */
uint64_t memory_blocks(struct memory *m, const void *entries, size_t nr, size_t size);

#endif
