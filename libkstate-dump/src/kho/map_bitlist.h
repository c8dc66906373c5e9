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
 * Bitmaps had 512 bytes in 6.16 and 6.17, and have a page since 6.18, under the same
 * version. Which it is, is asked in this order:
 *
 *   1. A bitmap that does not begin at a page, or a first address that is not a
 *      multiple of what a page of bits covers, has 512 bytes; two bitmaps in one
 *      page, or closer to each other than a page of bits reaches, are such.
 *   2. KHO preserves its subtrees. Where one is preserved only if bitmaps have a
 *      page, they have.
 *   3. LUO came with 6.19: bitmaps of a root that has it have a page.
 *   4. the release of the kernel that wrote the map: VMCOREINFO of a dump, and the
 *      running system, say it for what will be handed over. Release candidates of 6.18, and
 *      6.17.9-rc1, had either form
 *
 * Small bitmaps pass for large ones by chance (all of eight in a page, seven of eight
 * places taken by others), so if nothing answers, it is not known.
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
 * @holes: as in &struct kstd_radix
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
	struct kstd_holes *holes;
};

struct kstd_kho_root;

/**
 * enum kstd_bitlist_form - the form of kho-v1's bitmaps
 * @KSTD_FORM_UNKNOWN: which is not known
 * @KSTD_FORM_SMALL: of 512 bytes
 * @KSTD_FORM_PAGE: of a page
 */
enum kstd_bitlist_form {
	KSTD_FORM_UNKNOWN,
	KSTD_FORM_SMALL,
	KSTD_FORM_PAGE,
};

/* The form that kernels of a release have, as in "6.17.3-arch1"; NULL: it is not known. */
enum kstd_bitlist_form kstd_bitlist_of_release(const char *release);

/**
 * kstd_bitlist_width - how large the bitmaps of a root's list are
 * @width: bytes; 0 if that is not known
 *
 * Return: 0; -KSTD_INPUT: the first chunk cannot be read; -KSTD_ENVIRONMENT.
 */
int kstd_bitlist_width(struct kstd_dump *dump, const struct kstd_where *where,
		       const struct kstd_kho_root *root, uint32_t *width);

/*
 * Is the page at @pa preserved, by itself or in a larger block? Quiet; false if it cannot be read.
 */
bool kstd_bitlist_has(struct kstd_dump *dump, uint64_t root, uint32_t bitmap_bytes, uint64_t pa);

/* As kstd_radix_begin() and so on. */
int kstd_bitlist_begin(struct kstd_bitlist *l, struct kstd_dump *dump,
		       const struct kstd_where *where, uint64_t root, uint32_t bitmap_bytes,
		       struct kstd_visited *seen, struct kstd_refs *refs);
void kstd_bitlist_only(struct kstd_bitlist *l, unsigned int order);
bool kstd_bitlist_next(struct kstd_bitlist *l, struct kstd_run *run);
void kstd_bitlist_end(struct kstd_bitlist *l);

/* Go to the next chunk of a wanted order, whose elements then are @l->elements; false if there is
 * none. */
bool kstd_bitlist_next_chunk(struct kstd_bitlist *l);

#endif
