/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the preserved-memory map
 *
 * KHO's radix tree of preserved pages, as runs of blocks of one order. Format:
 * include/linux/kho/abi/kexec_handover.h, "KHO persistent memory tracker"; how
 * a key is made, and how the tree is walked: kho_encode_radix_key() and
 * kho_radix_walk_tree() of kernel/liveupdate/kexec_handover.c (Linux 7.3).
 *
 * A node is a page. Inner nodes are tables of physical addresses, u64 in the
 * byte order of the machine, 0 for none; a leaf is a bitmap of u64 words. Level
 * by level, the indices on the way down make up a key: one bit set at 64 - shift,
 * and below it the block's address >> shift, where shift is that of the page plus
 * the order. Depth and widths follow from the page size: six levels for 4 KiB.
 *
 * Keys ascend in the tree, so blocks of the largest order come first, and those
 * of one order by address. The tree's own pages are not in the tree.
 */

#ifndef KSTD_MAP_RADIX_H
#define KSTD_MAP_RADIX_H

#include "kho/bitmap.h"
#include "memory/phys.h"
#include "kho/map_holes.h"
#include "kho/refs.h"
#include "base/visited.h"

#define KSTD_MAX_RADIX_NODES	(1u << 22)	/* 512 TiB of single pages of 4 KiB */
#define KSTD_MAP_NODES_TOLD	256	/* nodes between two calls for progress */
#define KSTD_MAP_WORK		"reading the preserved-memory map"
#define KSTD_RADIX_LEVELS	6		/* for pages of 4 KiB; larger pages need fewer */
#define KSTD_PHYS_BITS		56		/* no machine has more */

/**
 * struct kstd_run - adjacent preserved blocks of one order
 * @pa: physical address, aligned to the block's size
 * @blocks: their number, not 0
 * @order: log2 of the pages of a block
 */
struct kstd_run {
	uint64_t pa;
	uint64_t blocks;
	unsigned int order;
};

/**
 * kstd_run_join - put blocks behind a run
 * @run: the run; its @blocks are 0 if there is none yet. If the blocks do not
 *       touch it, it becomes them
 * @done: what @run was before, then
 *
 * Return: whether @done is a run that is complete.
 */
bool kstd_run_join(struct kstd_run *run, uint64_t pa, uint64_t blocks, unsigned int order,
		   unsigned int page_shift, struct kstd_run *done);

/**
 * struct kstd_radix_stats - what the tree itself takes
 * @nodes: inner nodes and leaves read
 * @bytes: of them
 * @blocks: preserved blocks
 * @pages: preserved pages
 */
struct kstd_radix_stats {
	uint64_t nodes;
	uint64_t bytes;
	uint64_t blocks;
	uint64_t pages;
};

/**
 * struct kstd_radix_node - a node on the way to where a walk is
 * @pa: its physical address
 * @key: the bits of the key that are above it
 * @i: number of the next entry
 * @s: what is left of its page
 * @bits: the same for a leaf
 * @raw: its page
 * @wild: entries that are no addresses of nodes
 * @wild_i: the first of them
 * @wild_pa: what it says
 */
struct kstd_radix_node {
	uint64_t pa;
	uint64_t key;
	uint32_t i;
	struct kstd_span s;
	struct kstd_bits bits;
	uint8_t *raw;
	uint32_t wild;
	uint32_t wild_i;
	uint64_t wild_pa;
};

/**
 * struct kstd_radix - a walk, run by run
 * @seen: nodes met so far, with their key: may serve several walks of one tree,
 *        which then all see a node that is in the tree twice at the same place
 * @refs: as kstd_radix_begin() got them
 * @work: in nodes
 * @first: keys outside of it and @last are passed over
 * @top: level of the root; leaves are at level 0
 * @level: of the node at which the walk is; above @top once it is over
 * @skip_leaves: do not read them
 * @run: what the next call returns, unless it grows; @run.blocks is 0 if nothing
 * @holes: gets what nodes would have said that are not followed; NULL at first
 *
 * Takes memory for a node of each level, and 64 bytes at most for each node of
 * the tree that it has been at.
 */
struct kstd_radix {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	struct kstd_visited *seen;
	struct kstd_refs *refs;
	const char *owner;
	struct kstd_radix_stats stats;
	struct kstd_work work;
	uint64_t first;
	uint64_t last;
	unsigned int page_shift;
	unsigned int top;
	unsigned int level;
	bool skip_leaves;
	struct kstd_radix_node node[KSTD_RADIX_LEVELS];
	struct kstd_run run;
	struct kstd_holes *holes;
};

/**
 * kstd_radix_begin - start a walk
 * @dump: its memory is followed
 * @where: what the map belongs to, for defects; must outlive the walk
 * @root: physical address of the tree
 * @seen: zeroed but for its max, or that of an earlier walk of the same tree;
 *        must outlive the walk
 * @refs: gets every node, as %KSTD_REF_MAP; may be NULL
 *
 * Afterwards @r->skip_leaves may be set, if only the tree is of interest, and
 * kstd_radix_only() be called for the blocks of a single order.
 *
 * Return: 0, and the caller ends it with kstd_radix_end(); -KSTD_INPUT: the root
 * cannot be read; -KSTD_ENVIRONMENT.
 */
int kstd_radix_begin(struct kstd_radix *r, struct kstd_dump *dump,
		     const struct kstd_where *where, uint64_t root, struct kstd_visited *seen,
		     struct kstd_refs *refs);
void kstd_radix_only(struct kstd_radix *r, unsigned int order);

/**
 * kstd_radix_next - the next run
 *
 * By descending order, then by address; runs of one order that touch come as one.
 * A node that cannot be read, or that is out of the tree's rules, is a defect and
 * the rest is walked.
 *
 * Return: false after the last, or if the work was cancelled.
 */
bool kstd_radix_next(struct kstd_radix *r, struct kstd_run *run);
void kstd_radix_end(struct kstd_radix *r);

/**
 * kstd_radix_walk - go over a preserved-memory map
 * @dump: its memory is followed
 * @where: what the map belongs to, for defects
 * @root: physical address of the tree
 * @run: called for each run, as kstd_radix_next() gives them. May be NULL
 * @arg: handed on
 * @refs: gets every node, as %KSTD_REF_MAP; may be NULL
 * @stats: filled; may be NULL, and if @run is, too, leaves are not read
 *
 * Return: 0; -KSTD_INPUT: the root cannot be read; -KSTD_ENVIRONMENT, also if the work
 * was cancelled.
 */
int kstd_radix_walk(struct kstd_dump *dump, const struct kstd_where *where, uint64_t root,
		    void (*run)(void *arg, const struct kstd_run *run), void *arg,
		    struct kstd_refs *refs, struct kstd_radix_stats *stats);

#endif
