/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: preserved memory and its owners
 *
 * What the preserved-memory map of a side holds, set against what everything that
 * the library decodes refers to. An owner has a block if it refers to a byte of it:
 * KHO preserves blocks, not bytes. Where references are nested, the innermost has
 * the memory.
 *
 * The map is walked as often as needed and not kept; references are kept.
 */

#ifndef KSTD_OWNERS_H
#define KSTD_OWNERS_H

#include "kho/kho_map.h"
#include "kho/kho_side.h"

#define KSTD_NOBODY	UINT32_MAX

/**
 * struct kstd_memory_owner - an owner of memory
 * @name: as in &struct kstd_memory_ref
 * @bytes: that it refers to
 * @pieces: into how many ranges
 * @preserved: bytes of preserved blocks that it has; if the map is known
 * @unknown: bytes of it that are preserved or not: the map has a hole there
 */
struct kstd_memory_owner {
	const char *name;
	enum kstd_ref_kind kind;
	uint64_t bytes;
	uint64_t pieces;
	uint64_t preserved;
	uint64_t unknown;
};

/**
 * struct kstd_owned_range - memory that one owner refers to; pieces do not overlap
 * @start: first byte
 * @end: behind the last one
 * @owner: index of it
 */
struct kstd_owned_range {
	uint64_t start;
	uint64_t end;
	uint32_t owner;
};

/**
 * struct kstd_memory - preserved memory of a side
 * @known: what is preserved is known, and @map is open
 * @why: why not
 * @page_size: bytes; 0 if it is not known
 * @map_refs: what the map is made of
 * @refs: all other references, by address
 * @pieces: the same without overlaps, by address
 * @owners: in the order in which the decoders reported them
 * @unowned: bytes of preserved blocks that have no owner
 * @unowned_ranges: in how many ranges
 * @missing: bytes that have an owner and are not preserved
 * @unknown: bytes that have an owner, where the map has a hole
 * @opaque: @unowned may be of owners that are not decoded; then @owners_known is false
 * @owners_known: all that refers to memory could be read: what has no owner has none
 */
struct kstd_memory {
	struct kstd_memory *next;
	struct kstd_dump *dump;
	unsigned int side;
	struct kstd_kho_of_side kho;
	const struct kstd_where *where;
	bool known;
	char why[KSTD_WHY];
	uint64_t page_size;
	struct kstd_map map;
	struct kstd_refs map_refs;
	struct kstd_refs refs;
	struct kstd_owned_range *pieces;
	size_t nr_pieces;
	struct kstd_memory_owner *owners;
	size_t nr_owners;
	uint64_t unowned;
	uint64_t unowned_ranges;
	uint64_t missing;
	uint64_t unknown;
	bool opaque;
	bool owners_known;
};

/* Is all that the map says known? */
static inline bool kstd_memory_map_known(const struct kstd_memory *m)
{
	return m->known && !m->map.holes.nr && !m->map.holes.short_of;
}

/**
 * kstd_memory_of - the memory of a side; the same one every time
 *
 * Return: 0, and @memory is NULL if the dump has nothing of the side;
 * -KSTD_ENVIRONMENT: no memory.
 */
int kstd_memory_of(struct kstd_dump *dump, unsigned int side, struct kstd_memory **memory);

/**
 * kstd_owners_flatten - owners and pieces from references
 *
 * Return: false if memory is short.
 */
bool kstd_owners_flatten(struct kstd_memory *m);

/**
 * struct kstd_range - preserved blocks of one order and one owner
 * @owner: index, or %KSTD_NOBODY
 */
struct kstd_range {
	uint64_t pa;
	uint64_t blocks;
	unsigned int order;
	uint32_t owner;
};

/**
 * struct kstd_owned_walk - a place among the ranges, by address
 * @run: the run of the map that is being parted
 * @done: blocks of it that were given
 * @i: the piece that is next
 */
struct kstd_owned_walk {
	struct kstd_memory *m;
	struct kstd_map_walk walk;
	struct kstd_run run;
	uint64_t done;
	size_t i;
};

/* Go over the ranges of a map that is known. Returns 0 or -KSTD_ENVIRONMENT. */
int kstd_owned_walk_begin(struct kstd_owned_walk *s, struct kstd_memory *m);
bool kstd_owned_walk_next(struct kstd_owned_walk *s, struct kstd_range *range);
void kstd_owned_walk_end(struct kstd_owned_walk *s);

static inline uint64_t kstd_range_bytes(const struct kstd_memory *m, const struct kstd_range *r)
{
	return (r->blocks << r->order) * m->page_size;
}

/**
 * struct kstd_gap - memory that has an owner, and no block that is known to be preserved
 * @known: it is not preserved; else the map has a hole there
 */
struct kstd_gap {
	uint64_t start;
	uint64_t end;
	uint32_t owner;
	bool known;
};

/**
 * kstd_unpreserved - memory that has an owner and is not, or may not be, preserved
 * @gap: called for each range of it
 *
 * Return: 0 or -KSTD_ENVIRONMENT.
 */
int kstd_unpreserved(struct kstd_memory *m, void (*gap)(void *arg, const struct kstd_gap *gap),
		     void *arg);

/* The error of a dump in which nothing says anything about memory. */
int kstd_memory_nothing(struct kstd_dump *dump);

/* What the memory holds, in a word or two; static. */
const char *kstd_holds(enum kstd_ref_kind kind);

#endif
