/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the preserved-memory map
 *
 * KHO's radix tree of preserved pages, as runs of blocks of one order. Format:
 * include/linux/kho_radix_tree.h and include/linux/kho/abi/kexec_handover.h.
 */

#ifndef KSTD_PRESERVED_H
#define KSTD_PRESERVED_H

#include "refs.h"

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
 * kstd_radix_walk - go over a preserved-memory map
 * @dump: its memory is followed
 * @where: what the map belongs to, for defects
 * @root: physical address of the tree
 * @run: called for each run, by ascending order and then address as the tree has
 *       them; runs of one order that touch come as one. May be NULL.
 * @arg: handed on
 * @refs: told of every node as %KSTD_REF_KHO; may be NULL
 * @stats: filled; may be NULL
 *
 * Takes memory for a few nodes only. A node that cannot be read, or that is out
 * of the tree's rules, is a defect and the rest is walked.
 *
 * Return: 0; -KSTD_INPUT: the root cannot be read; -KSTD_ENVIRONMENT.
 */
int kstd_radix_walk(struct kstd_dump *dump, const struct kstd_where *where, uint64_t root,
		    void (*run)(void *arg, const struct kstd_run *run), void *arg,
		    struct kstd_refs *refs, struct kstd_radix_stats *stats);

#endif
