/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO's scratch areas
 *
 * Memory that KHO keeps free of preserved blocks: the next kernel boots in it, and
 * overwrites it. debugfs lists starts and sizes in kho/out/scratch_phys and
 * scratch_len, a hexadecimal number with 0x a line; a source without these files
 * does not say.
 */

#ifndef KSTD_SCRATCH_H
#define KSTD_SCRATCH_H

#include "base/dump.h"

#define KSTD_SCRATCH_PHYS	"scratch_phys"
#define KSTD_SCRATCH_LEN	"scratch_len"
#define KSTD_MAX_SCRATCH	4096	/* areas: two, and one a NUMA node */

/**
 * struct kstd_scratch - the scratch areas of a machine
 * @areas: start and size of each, @nr of them; they live as long as the dump
 * @known: the source says which they are
 */
struct kstd_scratch {
	const uint64_t (*areas)[2];
	size_t nr;
	bool known;
};

/* Read them; what is wrong with the files is a defect. */
void kstd_scratch_read(struct kstd_dump *dump, unsigned int side, struct kstd_scratch *s);

/* Does an area overlap some memory? */
bool kstd_scratch_has(const struct kstd_scratch *s, uint64_t pa, uint64_t bytes);

/* Add the areas of a side to @into, as a list that may be empty. */
void kstd_scratch_put(struct kstd_dump *dump, unsigned int side, struct kstd_node *into);

#endif
