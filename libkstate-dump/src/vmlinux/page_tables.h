/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the kernel's page tables in memory
 *
 * What modules have is in the vmalloc area, of which no program header of a dump says
 * where it is in memory; /proc/kcore has it by virtual address alone. The page tables
 * of the kernel say it.
 *
 * They are recognized: of some virtual addresses the physical ones are known, and the
 * tables of the kernel are those that say the same. So tables of another kernel, or
 * what only looks like one, are passed over, and nothing is assumed of how many levels
 * there are. Forms: the tables of x86-64 of 4 and 5 levels, and those of arm64 for
 * kernels (TTBR1) with pages of 4, 16 and 64 KiB, addresses below 2^48 in memory.
 */

#ifndef KSTD_PAGE_TABLES_H
#define KSTD_PAGE_TABLES_H

#include "base/dump.h"

/**
 * struct kstd_page_tables - tables that were found
 * @root: physical address of the first one
 * @arm64: entries are those of arm64, not of x86-64
 * @shift: a page has 1 << @shift bytes
 * @bits: of an address that the tables translate; those above are set
 * @levels: of tables
 */
struct kstd_page_tables {
	struct kstd_dump *dump;
	uint64_t root;
	bool arm64;
	unsigned int shift;
	unsigned int bits;
	unsigned int levels;
};

/* An address of the kernel that is known by other means. */
struct kstd_known_address {
	uint64_t va;
	uint64_t pa;
};

/**
 * kstd_page_tables_find - find the tables of a kernel
 * @machine: ELF machine
 * @near: where its data is: the first table is in its image, and those that are nearest are
 *        tried first, a few bytes of each page
 * @known: @nr addresses that they must translate as given: the first one in the image,
 *         others elsewhere
 *
 * Return: false if there are none.
 */
bool kstd_page_tables_find(struct kstd_dump *dump, uint16_t machine, uint64_t near,
			   const struct kstd_known_address *known, size_t nr,
			   struct kstd_page_tables *t);

/* Whether an address is mapped, or a table that would say so is not there. */
enum kstd_mapped { KSTD_MAPPED, KSTD_NOT_MAPPED, KSTD_MAPPED_UNKNOWN };

/**
 * kstd_page_tables_walk - translate an address
 * @pa: set to the physical address, if it is mapped
 * @each: called with the physical address of each table on the way; NULL for none
 */
enum kstd_mapped kstd_page_tables_walk(const struct kstd_page_tables *t, uint64_t va, uint64_t *pa,
				       void (*each)(void *arg, uint64_t table), void *arg);

#endif
