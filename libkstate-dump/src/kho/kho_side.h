/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO of one side
 *
 * The root of a side, where its subtrees are, and whether its preserved-memory
 * map may be followed. It may not be
 *
 *   - where the source has no physical memory;
 *   - for what the previous kernel handed over (in), once a kernel has booted with
 *     it: the kernel frees the map's pages early in its boot and they are used
 *     again, while the root goes on pointing there. A running system has booted,
 *     and so had the kernel in a dump that has a root of its own to hand over. The
 *     same goes for the lists of vmalloc areas, which are freed when an area is
 *     taken over.
 */

#ifndef KSTD_KHO_SIDE_H
#define KSTD_KHO_SIDE_H

#include "kho/kho_root.h"

#define KSTD_FINALIZE	"finalize"	/* of kho/out/ */

/**
 * struct kstd_kho_of_side - KHO of one side
 * @blob: the root's; NULL if there is none
 * @root: valid if @has_root
 * @has_root: the root could be read
 * @err: why not, if @blob is there
 * @where: place of the root; @where.name lives as long as the dump
 */
struct kstd_kho_of_side {
	struct kstd_dump *dump;
	unsigned int side;
	struct kstd_blob *blob;
	struct kstd_kho_root root;
	bool has_root;
	struct kstd_report err;
	struct kstd_where where;
};

/* Why a note says that something is missing; &kstd_dump.memory_why follows. */
#define KSTD_NO_KCORE	"; the rest would be in /proc/kcore, which cannot be read: "

/* Look for the root of a side; what is wrong with it is a defect or a note. */
void kstd_kho_side(struct kstd_dump *dump, unsigned int side, struct kstd_kho_of_side *s);

/**
 * kstd_kho_finalized - is KHO finalized?
 * @yes: set if that is known
 *
 * The root says it, or kho/out/finalize, where the root is not there or cannot be read.
 *
 * Return: false if it is not known, or the kernel's KHO knows no such step.
 */
bool kstd_kho_finalized(const struct kstd_kho_of_side *s, bool *yes);

/* Had the kernel that got the memory of @side booted? It frees some of that memory at boot. */
bool kstd_kho_booted(const struct kstd_dump *dump, unsigned int side);

/* May the list of a vmalloc area be followed? If a kernel has booted, a note says why not. */
bool kstd_kho_lists(struct kstd_dump *dump, unsigned int side);

/**
 * kstd_kho_side_map - may the preserved-memory map be followed?
 * @why: at least %KSTD_WHY bytes; why not, as a clause without capital and stop
 *
 * Return: true, and @why is untouched.
 */
#define KSTD_WHY	200
bool kstd_kho_side_map(const struct kstd_kho_of_side *s, char *why);

#endif
