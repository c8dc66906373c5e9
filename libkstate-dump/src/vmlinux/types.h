/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: types by name
 *
 * The kernel's type information (BTF), for structures that no decoder of this library
 * knows. It is looked for in this order, and each later one only if a type is not in those
 * before it:
 *
 *   - the files that the caller names: of a kernel (kstd_open_opts.vmlinux), of its
 *     modules, or of anything else (kstd_open_opts.btf)
 *   - the live system: /sys/kernel/btf/vmlinux, then the files of modules beside it
 *   - what the memory of the source holds, unless the caller named a kernel. Of modules
 *     there is none: a kernel has it in memory that is not contiguous
 */

#ifndef KSTD_TYPES_H
#define KSTD_TYPES_H

#include "base/dump.h"

struct btf;

/**
 * struct kstd_type_at - a type
 * @btf: where it is described
 * @id: its number there
 * @bytes: of one
 * @where: what the type information was read from, for messages
 */
struct kstd_type_at {
	const struct btf *btf;
	uint32_t id;
	size_t bytes;
	const char *where;
};

/**
 * kstd_type_find - look for a type
 * @name: "struct x", "union x", or "x": a struct, a union or a typedef
 * @type: set to it
 *
 * Return: 0; -KSTD_INPUT: it is nowhere, and the error says where it was looked for and what
 * is missing, or memory holds kernels that do not agree on it; -KSTD_ENVIRONMENT: a file that
 * the caller named cannot be read; no memory.
 */
int kstd_type_find(struct kstd_dump *dump, const char *name, struct kstd_type_at *type);

/* Name files with type information of modules; @v is copied. Returns as kstd_btf_file(). */
int kstd_types_files(struct kstd_dump *dump, const char *const *v, size_t nr);

#endif
