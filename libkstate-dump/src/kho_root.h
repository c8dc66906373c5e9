/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO's root
 *
 * The FDT that the next kernel gets by its address: the preserved-memory map and
 * the subtrees. Format: include/linux/kho/abi/kexec_handover.h. Unlike in
 * kstate's own image, integers are in the byte order of the machine.
 */

#ifndef KSTD_KHO_ROOT_H
#define KSTD_KHO_ROOT_H

#include "dump.h"
#include "fdt_view.h"

#define KSTD_KHO_PREFIX		"kho-v"
#define KSTD_KHO_COMPATIBLE	"kho-v4"

/**
 * struct kstd_kho_root - an opened root
 * @map: physical address of the preserved-memory map
 * @big: byte order of its integers
 */
struct kstd_kho_root {
	struct kstd_fdt fdt;
	const char *compatible;
	bool big;
	bool has_map;
	uint64_t map;
	uint64_t map_at;
};

struct kstd_kho_subtree {
	const char *name;
	size_t name_len;
	uint64_t address;
	uint64_t bytes;
	uint64_t at;
};

/* Open and check a root. Returns -KSTD_INPUT if it is damaged or of another version. */
int kstd_kho_root_open(struct kstd_ctx *ctx, const struct kstd_span *bytes,
		       struct kstd_kho_root *root);

/* The next subtree: start with kstd_fdt_root(&root->fdt). What is damaged is a defect. */
bool kstd_kho_next(struct kstd_dump *dump, const struct kstd_where *where,
		   const struct kstd_kho_root *root, struct kstd_cursor *c,
		   struct kstd_kho_subtree *sub);

#endif
