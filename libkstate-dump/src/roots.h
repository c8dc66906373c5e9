/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO roots in memory
 *
 * KHO's root is an FDT at the start of a page, and nothing that a core has says
 * where. These are asked in turn, and the notes of a dump say which one answered:
 *
 *   1. a note of ours in the core: the capture knew
 *   2. a scan: every page that begins with an FDT whose root says "kho-v"
 *
 * Which side a root is. A running kernel has the root that it will hand over
 * (out), from its initcalls on, and the root that it got (in), if it did not boot
 * cold. Neither says so, and roots of earlier kernels may still lie in memory that
 * was free since. What is looked at:
 *
 *   - "kexec-metadata" of a root holds the number of kexecs that the machine will
 *     have had when that root is taken over: that of `out` is one more than that
 *     of `in`, and all others are less.
 *   - The preserved-memory map of `out` is whole, and the page of the root itself
 *     is in it, for KHO preserves that as all others. A kernel frees the map of
 *     `in` while it boots.
 *
 * So `out` is the root with the highest number among those that keep themselves,
 * and `in` the one with one less. Where two have the same claim, or a root has no
 * number, nothing is decided: it is shown as of the side "file", and a note says
 * so. A machine that was reset without clearing its memory may hold roots from
 * before the reset with higher numbers: another root with a whole map is noted.
 */

#ifndef KSTD_ROOTS_H
#define KSTD_ROOTS_H

#include "core.h"

#define KSTD_MAX_ROOTS	64	/* candidates */
#define KSTD_ROOT_BYTES	65536	/* a root is one page, and no page is larger */

/**
 * struct kstd_root - a root that was found
 * @pa: physical address
 * @bytes: its total size, by its header
 * @counted: it has a kexec count, and @count is that
 * @keeps: its memory map is whole and holds the root itself
 * @side: one KSTD_SIDE_*, 0 while that is open
 */
struct kstd_root {
	uint64_t pa;
	uint32_t bytes;
	bool counted;
	uint32_t count;
	bool keeps;
	unsigned int side;
};

struct kstd_roots {
	struct kstd_root v[KSTD_MAX_ROOTS];
	size_t nr;
	size_t more;
	uint64_t scanned;
};

/* Is there a root of any version at @pa? Fills all of @root but the side. */
bool kstd_root_at(struct kstd_dump *dump, uint64_t pa, struct kstd_root *root);

/* Look at all memory that is there. */
void kstd_roots_scan(struct kstd_dump *dump, struct kstd_roots *roots);

/* Set the sides, as above. */
void kstd_roots_decide(struct kstd_roots *roots);

/**
 * kstd_roots_add - find the roots of a core, and add them and their subtrees as blobs
 *
 * Return: 0; -KSTD_INPUT: there is none; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_roots_add(struct kstd_dump *dump, const struct kstd_core *core);

/* Add a root and its subtrees. */
int kstd_root_add(struct kstd_dump *dump, const struct kstd_root *root);

#endif
