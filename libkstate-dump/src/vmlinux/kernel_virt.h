/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: virtual addresses and symbols of the kernel in the memory
 *
 * Symbols and virtual addresses, as far as a source has them: /proc/kallsyms of
 * the running system, or the kernel's own table in its memory, which VMCOREINFO
 * names. Data symbols are there only with CONFIG_KALLSYMS_ALL, as distributions
 * have it.
 */

#ifndef KSTD_KERNEL_VIRT_H
#define KSTD_KERNEL_VIRT_H

#include <stdio.h>

#include "memory/core.h"

/**
 * struct kstd_symbol - a symbol that is looked for
 * @name: set it
 * @va: its virtual address, 0 if it was not found
 */
struct kstd_symbol {
	const char *name;
	uint64_t va;
};

/**
 * kstd_symbols - look for some symbols, in one pass
 *
 * Return: how many were found. None is no error.
 */
size_t kstd_symbols(struct kstd_dump *dump, struct kstd_symbol *v, size_t nr);

/* The same, in the table that the memory of a kernel has. */
size_t kstd_kallsyms(struct kstd_dump *dump, struct kstd_symbol *v, size_t nr);

/* A file of the running system: the path below its root. NULL if it cannot be opened. */
FILE *kstd_live_file(const struct kstd_dump *dump, const char *path);

/* The physical address of a byte of the kernel; false if the source does not say. */
bool kstd_virt(const struct kstd_dump *dump, uint64_t va, uint64_t *pa);

/* Where the kernel's text and data are: physical address and bytes; false if that is not known. */
bool kstd_kernel_image(const struct kstd_dump *dump, uint64_t *pa, uint64_t *bytes);

/* Integers and pointers of the kernel. */
bool kstd_phys_u64(struct kstd_dump *dump, uint64_t pa, uint64_t *v);
bool kstd_virt_u64(struct kstd_dump *dump, uint64_t va, uint64_t *v);

#endif
