/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO roots in memory
 *
 * KHO's root is an FDT at the start of a page, and nothing that a core has says
 * where. These are asked in turn, and the notes of a dump say which one answered:
 *
 *   1. a note of ours in the core: the capture knew
 *   2. the symbols kho_in and kho_out
 *   3. the kernel's data, where program headers or VMCOREINFO say where that is: a
 *      word in it that is the physical address of a root is kho_in's, for so KHO
 *      keeps what it got; one that is its virtual address is kho_out's. Needs no
 *      symbols of data, which a kernel may not have. A small number may be a
 *      physical address by chance (seen): what it names must be another root, and
 *      one kexec older.
 *   4. setup_data of type 10 on x86, by which the kernel got its root; through the
 *      symbol boot_params, or /sys/kernel/boot_params of the running system.
 *      boot_params itself has no place or mark by which it could be found.
 *   5. a scan: every page that begins with an FDT whose root says "kho-v", and
 *      every setup_data that names one; but for x86 every device tree at the start of a
 *      page, whose /chosen names one by linux,kho-fdt, as kexec wrote it
 *
 * 1 to 4 say which side a root is. For a scan it is to be concluded: a running
 * kernel has the root that it will hand over (out), from its initcalls on (up to
 * 6.18: once KHO is finalized), and the one that it got (in), if it did not boot
 * cold. Roots of earlier kernels may still lie in memory that was free since. What
 * is looked at, in this order:
 *
 *   a. The number of a root. "kexec-metadata" (from 7.1 on) has the number of kexecs
 *      that the machine will have had when the root is taken over; where it is
 *      missing, LUO's subtree (from 6.19 on, with liveupdate=on) has that of the live
 *      update. That of `out` is one more than that of `in`, and all others are less.
 *      Numbers of the two kinds are not compared.
 *   b. The map of `out` is whole, and the page of the root itself is in it, for KHO
 *      preserves that as all others; or it is 0 (up to 7.0), for KHO is not
 *      finalized: no kernel takes over such a root, so it is not the `in` of any kernel. A kernel
 *      frees the map of `in` while it boots.
 *   c. setup_data names `in`, on arm64 /chosen. A kexec image that is loaded holds another
 *      one, which names `out`.
 *
 * So `out` is the root with the highest number among those that can be `out` by their
 * maps, and `in` the one with one less. Without numbers, the only one that can be
 * `out` is that, and the other one `in`, if it is named; a lone one that is named and
 * cannot be `out` is `in`; and a lone one of kho-v1, which need not have a number,
 * that can be `out` and is not named is `out`. Where two have the same claim nothing
 * is decided: a root is shown as of the side "file", and that its side is not known is reported. A
 * machine that was reset without clearing its memory may hold roots from before the reset
 * with higher numbers: another root with a whole map is noted.
 */

#ifndef KSTD_FIND_ROOT_H
#define KSTD_FIND_ROOT_H

#include "memory/core.h"

#define KSTD_MAX_ROOTS	64	/* candidates */
#define KSTD_LIVE_SCAN	(16ULL << 30)	/* bytes of a running system's memory */
#define KSTD_ROOT_BYTES	65536	/* a root is one page, and no page is larger */

/**
 * struct kstd_root - a root that was found
 * @pa: physical address
 * @bytes: its total size, by its header
 * @counted: it has a kexec count, and @count is that
 * @numbered: it has no kexec count, but LUO, and @count is that of its live updates
 * @may_lack_number: of a version whose roots have no number without LUO
 * @map_is_whole: its memory map is whole and holds the root itself
 * @unfinished: its map is not made yet
 * @in_setup_data: a setup_data names it, on arm64 /chosen of a device tree
 * @absent: a page that would say one of these things is not in the source
 * @side: one KSTD_SIDE_*, 0 while that is open
 */
struct kstd_root {
	uint64_t pa;
	uint32_t bytes;
	bool counted;
	bool numbered;
	uint64_t count;
	bool may_lack_number;
	bool map_is_whole;
	bool unfinished;
	bool in_setup_data;
	bool absent;
	unsigned int side;
};

/**
 * struct kstd_roots - what a scan found
 * @v: roots, @nr of them; @more were found that have no room here
 * @in_setup_data: roots that setup_data names, or /chosen, @nr_in_setup_data of them
 * @nr_trees: device trees that were read for that, at most KSTD_MAX_ROOTS
 * @scanned: bytes
 * @limit: stop after so many of them; 0 for all memory
 */
struct kstd_roots {
	struct kstd_root v[KSTD_MAX_ROOTS];
	size_t nr;
	size_t more;
	uint64_t in_setup_data[KSTD_MAX_ROOTS];
	size_t nr_in_setup_data;
	size_t nr_trees;
	uint64_t scanned;
	uint64_t limit;
};

/* The second word of a setup_data of type 10 with its 32 bytes of data, arch/x86's setup_data.h. */
#define KSTD_SETUP_WORD	(32ULL << 32 | 10)

/* Is there such a setup_data at @pa? @root is what it names. */
bool kstd_setup_at(struct kstd_dump *dump, uint64_t pa, uint64_t *root);

/**
 * struct kstd_known_roots - the roots of the two sides, as far as something says it
 * @in: side 0 if it is not known, or there is none
 * @in_how: what said it; NULL if nothing did
 * @out: the same
 */
struct kstd_known_roots {
	struct kstd_root in;
	const char *in_how;
	struct kstd_root out;
	const char *out_how;
};

/**
 * kstd_find_root_kernel - ask the kernel's symbols, its data, and setup_data
 * @sides: which roots are wanted; for the incoming one, both are, since it is compared with the
 *         other. No more of the kernel's data is read than leads there.
 */
void kstd_find_root_kernel(struct kstd_dump *dump, unsigned int sides,
			   struct kstd_known_roots *known);

/* Is there a root of any version at @pa? Fills all of @root but the side. */
bool kstd_root_at(struct kstd_dump *dump, uint64_t pa, struct kstd_root *root);

/* Look at all memory that is there. Returns 0; -KSTD_ENVIRONMENT: no memory. */
int kstd_roots_scan(struct kstd_dump *dump, struct kstd_roots *roots);

/* Set the sides, as above, of those that have none. */
void kstd_assign_sides(struct kstd_roots *roots, const struct kstd_known_roots *known);

/**
 * kstd_roots_add - find the roots of a core, and add them and their subtrees as blobs
 *
 * Return: 0; -KSTD_INPUT: there is none; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_roots_add(struct kstd_dump *dump, const struct kstd_core *core);

/* Add a root and its subtrees. */
int kstd_root_add(struct kstd_dump *dump, const struct kstd_root *root);

#endif
