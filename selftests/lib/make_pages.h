/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: page tables of a kernel, for tests
 *
 * As the manuals of the processors have them: Intel's, volume 3, "Paging"; Arm's, "The
 * AArch64 Virtual Memory System Architecture". Failures abort.
 */

#ifndef SELFTESTS_MAKE_PAGES_H
#define SELFTESTS_MAKE_PAGES_H

#include <stdbool.h>

#include "make_memory.h"

/**
 * struct pages - tables
 * @arm64: of arm64, else of x86-64
 * @bits: of an address that they translate
 * @levels: of tables
 * @root: physical address of the first
 */
struct pages {
	struct memory *m;
	bool arm64;
	unsigned int bits;
	unsigned int levels;
	uint64_t root;
};

void pages_init(struct pages *p, struct memory *m, bool arm64, unsigned int bits,
		unsigned int levels);

/* Map the page, or with a @level above 0 the block, that is at @va. */
void pages_map(struct pages *p, uint64_t va, uint64_t pa, unsigned int level);

/* Where in memory the entry of a level is that translates an address, once it is mapped. */
uint64_t pages_entry(const struct pages *p, uint64_t va, unsigned int level);

#endif
