/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the preserved-memory map of kho-v1
 *
 * Before the radix tree KHO had a list of bitmaps: &struct khoser_mem_chunk of
 * kernel/kexec_handover.c, Linux 6.16 to 6.19. A chunk is a page: u64 address of
 * the next chunk or 0, u32 order, u32 number of elements, then elements of u64
 * first address and u64 address of a bitmap. Bit n is the block of that
 * order at first address + n blocks. Integers are in the machine's byte order.
 *
 * Bitmaps had 512 bytes at first, and a page since 6.18, under the same version:
 * a page is assumed where all bitmaps start at one and all first addresses are
 * multiples of what a page of bits covers, which small ones do by chance only.
 */

#ifndef KSTD_MAP_BITLIST_H
#define KSTD_MAP_BITLIST_H

#include "kho/map_radix.h"

#define KSTD_BITLIST_SMALL	512

/**
 * struct kstd_bitlist - a walk, run by run
 * @seen: chunks and bitmaps met so far, as in &struct kstd_radix
 * @bitmap_bytes: of a bitmap
 * @only: the order that is of interest; negative for all
 * @nr: number of the current chunk
 * @next: address of the next chunk
 * @elements: what is left of the current chunk
 * @order: of its blocks
 * @first: first address of the current bitmap
 * @chunk: the current chunk's page
 * @bitmap: the current bitmap
 */
struct kstd_bitlist {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	struct kstd_visited *seen;
	struct kstd_refs *refs;
	const char *owner;
	struct kstd_radix_stats stats;
	struct kstd_work work;
	uint32_t bitmap_bytes;
	unsigned int page_shift;
	int only;
	bool skip_bitmaps;
	uint64_t nr;
	uint64_t next;
	struct kstd_span elements;
	unsigned int order;
	uint64_t first;
	struct kstd_bits bits;
	uint8_t *chunk;
	uint8_t *bitmap;
	struct kstd_run run;
};

/* How large the bitmaps of a list are; 0 if its first chunk cannot be read: the error is noted. */
uint32_t kstd_bitlist_width(struct kstd_dump *dump, const struct kstd_where *where, uint64_t root);

/* As kstd_radix_begin() and so on. */
int kstd_bitlist_begin(struct kstd_bitlist *l, struct kstd_dump *dump,
		       const struct kstd_where *where, uint64_t root, uint32_t bitmap_bytes,
		       struct kstd_visited *seen, struct kstd_refs *refs);
void kstd_bitlist_only(struct kstd_bitlist *l, unsigned int order);
bool kstd_bitlist_next(struct kstd_bitlist *l, struct kstd_run *run);
void kstd_bitlist_end(struct kstd_bitlist *l);

#endif
