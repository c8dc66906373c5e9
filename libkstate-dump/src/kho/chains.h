/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO's chains of pages
 *
 * Two structures with which KHO's users describe what is not contiguous. Both are
 * lists of pages, linked by physical address, integers in the byte order of the
 * machine. Neither names its length in a way that could be trusted: a page that
 * comes twice ends the list, and so does the limit below.
 *
 * A preserved vmalloc area, &struct kho_vmalloc of
 * include/linux/kho/abi/kexec_handover.h: 16 bytes, u64 address of the first
 * chunk, u32 pages of the area, u16 flags, u16 order of its blocks. A chunk: u64
 * address of the next one, then u64 addresses of blocks until the page's end or 0.
 *
 * A chain of blocks, &struct kho_block_header_ser of include/linux/kho/abi/block.h:
 * u64 address of the next one, u64 number of entries, entries of one size.
 *
 * Both iterators add references to what they follow, note what is wrong as a defect with
 * the physical address as offset, and go on with what can be read.
 */

#ifndef KSTD_CHAINS_H
#define KSTD_CHAINS_H

#include "memory/phys.h"
#include "kho/refs.h"
#include "base/visited.h"

#define KSTD_MAX_CHUNKS		(1u << 20)	/* 2 TiB of single pages of 4 KiB */
#define KSTD_MAX_BLOCKS		10000		/* KHO_MAX_BLOCKS: Linux refuses more */

#define KSTD_AREA_BYTES		16
#define KSTD_AREA_ALLOC		0x1u		/* from vmalloc() */
#define KSTD_AREA_HUGE		0x2u		/* may be mapped with large pages */
#define KSTD_AREA_MAX_ORDER	32

/**
 * struct kstd_area - a preserved vmalloc area
 * @first: physical address of its first chunk
 * @pages: of the area
 * @flags: KSTD_AREA_*
 * @order: log2 of the pages of each block
 */
struct kstd_area {
	uint64_t first;
	uint64_t pages;
	uint64_t flags;
	uint64_t order;
};

/* Take a descriptor from @s; false if it is too short. */
bool kstd_area_take(struct kstd_span *s, bool big, struct kstd_area *area);

/**
 * struct kstd_area_walk - a place in an area
 * @owner: of its memory, for @refs
 * @kind: of its contents, for @refs
 * @chunk: what is left of the current chunk
 * @next: address of the next chunk, 0 if there is none
 * @page: the current chunk
 * @pages: how many pages were given so far
 * @pa: address of what is left of the current block, for kstd_area_read()
 * @left: bytes of it
 * @ended: there is nothing more
 * @broken: because of a defect, which was noted
 * @visited: see kstd_area_share(); may be NULL
 */
struct kstd_area_walk {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	struct kstd_area area;
	struct kstd_refs *refs;
	const char *owner;
	enum kstd_ref_kind kind;
	struct kstd_visited seen;
	struct kstd_span chunk;
	uint64_t next;
	uint8_t *page;
	uint64_t pages;
	uint64_t pa;
	uint64_t left;
	bool ended;
	bool broken;
	struct kstd_visited *visited;
	uint64_t place;
};

/**
 * kstd_area_begin - start at the first block of an area
 * @dump: its memory is followed; without memory there is nothing, which is reported
 *        if @refs are asked for
 * @where: place of the descriptor; must outlive the walk
 * @area: the descriptor, which is copied
 * @refs: gets the chunks as %KSTD_REF_KHO and the blocks as @kind; may be NULL
 * @owner: for @refs
 */
void kstd_area_begin(struct kstd_area_walk *w, struct kstd_dump *dump,
		     const struct kstd_where *where, const struct kstd_area *area,
		     struct kstd_refs *refs, const char *owner, enum kstd_ref_kind kind);

/**
 * kstd_area_share - let no chunk belong to two areas
 * @visited: chunks of areas so far, each with the place of its area
 * @place: of this area: the same in every walk over it
 *
 * Many areas that share a long chain could keep a reader busy for ever.
 */
void kstd_area_share(struct kstd_area_walk *w, struct kstd_visited *visited, uint64_t place);

/* The next block of the area, in its order; false after the last. The contents are not read. */
bool kstd_area_next(struct kstd_area_walk *w, uint64_t *pa, uint64_t *bytes);

/**
 * kstd_area_read - the next bytes of the area
 * @buf: where to
 * @len: how many; for speed a page or more
 * @at: set to the physical address of the first of them; may be NULL
 *
 * Not to be mixed with kstd_area_next().
 *
 * Return: 0; -KSTD_INPUT: the area ends before @len bytes, or some are not there. If
 * it is @w->broken, that was said already.
 */
int kstd_area_read(struct kstd_area_walk *w, void *buf, size_t len, uint64_t *at);
void kstd_area_end(struct kstd_area_walk *w);

#define KSTD_ARRAY_ENTRY	80	/* bytes of an array's entry at most */

/**
 * struct kstd_blocks - a place in a chain of blocks, or in an array
 * @entry_bytes: bytes of an entry
 * @array: where the next entry of an array is; 0: it is a chain
 * @raw: an entry of an array
 * @entries: what is left of the entries of the current block
 * @left: how many that are
 * @broken: the chain could not be followed to its end
 * @visited: see kstd_blocks_share(); may be NULL
 */
struct kstd_blocks {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	size_t entry_bytes;
	struct kstd_refs *refs;
	const char *owner;
	struct kstd_visited seen;
	struct kstd_span entries;
	uint64_t left;
	uint64_t next;
	uint8_t *page;
	uint64_t array;
	uint8_t raw[KSTD_ARRAY_ENTRY];
	bool broken;
	struct kstd_visited *visited;
	uint64_t place;
};

/**
 * kstd_blocks_begin - start at the first entry of a chain
 * @dump: its memory is followed; without memory there is nothing, which is reported
 *        if @refs are asked for
 * @where: what the chain belongs to; must outlive the walk
 * @first: physical address of the first block; 0: there is none
 * @entry_bytes: of an entry; not 0
 * @refs: gets the blocks as %KSTD_REF_BLOB; may be NULL
 * @owner: for @refs
 */
void kstd_blocks_begin(struct kstd_blocks *b, struct kstd_dump *dump,
		       const struct kstd_where *where, uint64_t first, size_t entry_bytes,
		       struct kstd_refs *refs, const char *owner);

/**
 * struct kstd_entries - an array: entries one after the other, in adjacent pages
 * @pa: physical address of the pages
 * @pages: how many
 * @header: bytes before the first entry
 * @count: entries that are used
 * @bytes: of an entry, %KSTD_ARRAY_ENTRY at most; not 0
 */
struct kstd_entries {
	uint64_t pa;
	uint32_t pages;
	uint32_t header;
	uint64_t count;
	size_t bytes;
};

/* As kstd_blocks_begin(), for an array: the rest is the same for both. */
void kstd_blocks_array(struct kstd_blocks *b, struct kstd_dump *dump,
		       const struct kstd_where *where, const struct kstd_entries *array,
		       struct kstd_refs *refs, const char *owner);

/* Let no block belong to two chains, as kstd_area_share(). */
void kstd_blocks_share(struct kstd_blocks *b, struct kstd_visited *visited, uint64_t place);

/* The next entry, at its physical address, valid until the next call; false after the last. */
bool kstd_blocks_next(struct kstd_blocks *b, struct kstd_span *entry);
void kstd_blocks_end(struct kstd_blocks *b);

#endif
