/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the preserved-memory map of any version
 *
 * Opened once, which walks it once and notes all that is wrong with it; then gone
 * over as often as needed, by order or by address, without keeping it in memory.
 */

#ifndef KSTD_KHO_MAP_H
#define KSTD_KHO_MAP_H

#include "kho/map_bitlist.h"
#include "kho/kho_root.h"

#define KSTD_MAP_ORDERS		64
#define KSTD_MAP_PLACE		"preserved-memory map"	/* in the places of defects and owners */

/**
 * struct kstd_map - an opened map
 * @where: its place, for defects
 * @format: of the root that it belongs to
 * @root: its physical address
 * @bitmap_bytes: of a list, see map_bitlist.h
 * @stats: what all of it amounts to
 * @blocks: the same by order
 * @runs: how many kstd_map_next() gives
 * @holes: what it does not say, since pages of it are missing or damaged
 */
struct kstd_map {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	const struct kstd_kho_format *format;
	uint64_t root;
	uint32_t bitmap_bytes;
	struct kstd_visited seen;
	struct kstd_radix_stats stats;
	uint64_t blocks[KSTD_MAP_ORDERS];
	uint64_t runs;
	struct kstd_holes holes;
};

/* Why a list cannot be read whose width is not known, as a clause. */
extern const char kstd_map_no_width[];

/**
 * kstd_map_open - open the map of a root
 * @where: place of the map; must outlive it
 * @root: has a map
 * @refs: gets all pages of the map, as %KSTD_REF_MAP; may be NULL
 *
 * Return: 0, and the caller frees it with kstd_map_close(); -KSTD_INPUT: its start
 * cannot be read, or its form is not known; -KSTD_ENVIRONMENT.
 */
int kstd_map_open(struct kstd_dump *dump, const struct kstd_where *where,
		  const struct kstd_kho_root *root, struct kstd_refs *refs,
		  struct kstd_map *map);
void kstd_map_close(struct kstd_map *map);

/**
 * kstd_map_tree - list the pages of a map, without reading all of it
 *
 * As kstd_map_open(), but for the bitmaps.
 */
int kstd_map_tree(struct kstd_dump *dump, const struct kstd_where *where,
		  const struct kstd_kho_root *root, struct kstd_refs *refs);

struct kstd_map_order;

/**
 * struct kstd_map_walk - a place in a map, by address
 * @orders: a walk of each order, @nr of them
 * @work: in runs
 *
 * Runs of two orders may overlap, if memory is preserved twice.
 */
struct kstd_map_walk {
	struct kstd_map *map;
	struct kstd_map_order *orders;
	size_t nr;
	struct kstd_work work;
};

/* Start at the lowest address. Returns 0 or -KSTD_ENVIRONMENT. */
int kstd_map_begin(struct kstd_map_walk *w, struct kstd_map *map);
/* False after the last, or if the work was cancelled. */
bool kstd_map_next(struct kstd_map_walk *w, struct kstd_run *run);
void kstd_map_end(struct kstd_map_walk *w);

static inline uint64_t kstd_run_bytes(const struct kstd_map *map, const struct kstd_run *run)
{
	return (run->blocks << run->order) * map->dump->phys->page_size;
}

#endif
