/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what a kernel with KHO has in its memory
 *
 * Roots with their subtrees. Made from the text of include/linux/kho/abi/ alone.
 * Failures abort.
 */

#ifndef SELFTESTS_MACHINE_H
#define SELFTESTS_MACHINE_H

#include "make_memory.h"

/**
 * struct machine_subtree - a subtree of a root
 * @blob: put at @pa; NULL: there is nothing
 */
struct machine_subtree {
	const char *name;
	uint64_t pa;
	const void *blob;
	uint64_t bytes;
};

/**
 * struct machine_root - a KHO root
 * @compatible: NULL for the current version
 * @map: the preserved-memory map, see memory_map(); if @keeps, the pages of root
 *       and subtrees are in it
 * @metadata: where its "kexec-metadata" is; 0 for none. @count and @release are its.
 */
struct machine_root {
	uint64_t pa;
	const char *compatible;
	uint64_t map;
	bool keeps;
	uint64_t metadata;
	uint32_t count;
	const char *release;
	const struct machine_subtree *subtrees;
	size_t nr;
};

void machine_root(struct memory *m, const struct machine_root *root);

#endif
