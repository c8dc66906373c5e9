/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which files and FLBs a kernel takes back
 *
 * A kernel registers a &struct liveupdate_file_handler (include/linux/liveupdate.h) for
 * each kind of file, and a &struct liveupdate_flb for each kind of FLB: a pointer to
 * functions, then char compatible[48]. They are static data, so they are in the kernel's
 * file: a pointer into the file, a name that is filled up with zeros, and where the pointer
 * leads, functions in all places where registering demands one:
 *
 *   - a handler: can_preserve, preserve, unpreserve (0, 8, 16), retrieve (40), finish (56);
 *     between them, for freeze, unfreeze and can_finish, a function or NULL
 *   - an FLB: preserve, unpreserve, retrieve, finish (0, 8, 16, 24)
 *
 * That holds for Linux 6.19 to 7.3. What looks like both counts as both. The pointers of
 * vmlinux, and so of what is packed in a bzImage, are filled in; those of a module are in its
 * relocations. An arm64 Image fills them in while it boots: there are no tables to be seen.
 *
 * Proposed, and read where it is there: a section .liveupdate_versions with u32 magic
 * 0x4c565550, u32 version 1, and names of 48 bytes.
 */

#ifndef KSTD_KERNEL_TABLES_H
#define KSTD_KERNEL_TABLES_H

#include "base/dump.h"

#define KSTD_TABLE_NAME		48
#define KSTD_MAX_TABLES		256

#define KSTD_TABLE_HANDLER	1u
#define KSTD_TABLE_FLB		2u

/**
 * struct kstd_kernel_table - a handler or an FLB that the file of a kernel has
 * @name: its compatible string
 * @kinds: KSTD_TABLE_*, one or both
 * @how: "table": its struct; "section": .liveupdate_versions
 */
struct kstd_kernel_table {
	struct kstd_kernel_table *next;
	const char *name;
	unsigned int kinds;
	const char *how;
};

/**
 * struct kstd_kernel_tables - all of them
 * @why_not: why they could not be looked for, a clause; NULL if they were
 */
struct kstd_kernel_tables {
	struct kstd_kernel_table *first;
	size_t nr;
	const char *why_not;
};

/**
 * kstd_kernel_tables_find - look for handlers and FLBs
 * @bytes: a kernel or a module, unpacked; any bytes
 *
 * Return: 0, or -KSTD_ENVIRONMENT: no memory.
 */
int kstd_kernel_tables_find(struct kstd_dump *dump, const struct kstd_span *bytes,
			    struct kstd_kernel_tables *tables);

#endif
