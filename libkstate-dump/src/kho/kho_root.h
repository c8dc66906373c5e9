/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO's root
 *
 * The FDT that the next kernel gets by its address: the preserved-memory map and
 * the subtrees. Unlike in kstate's own image, integers are in the byte order of
 * the machine. Formats, by the root's compatible string:
 *
 *   - "kho-v1" (kernel/kexec_handover.c of Linux 6.16 to 6.19):
 *     preserved-memory-map, the u64 address of a list of bitmaps (kho_map.h), 0 if
 *     nothing is preserved; a node for each subtree, with "fdt", the u64 address of
 *     an FDT, which says itself how long it is
 *   - "kho-v2" (include/linux/kho/abi/kexec_handover.h): the map is a radix tree
 *     (map_radix.h), and the address of a subtree is called "preserved-data"
 *   - "kho-v3": subtrees may be any bytes, so a u64 "blob-size" is beside the address
 *   - "kho-v4" (Linux 7.3): the root as before; chains of blocks are new (chains.h)
 *
 * Of a root of another version only the names of the nodes are shown.
 */

#ifndef KSTD_KHO_ROOT_H
#define KSTD_KHO_ROOT_H

#include "base/dump.h"
#include "fdt/fdt_view.h"
#include "memory/blob.h"

#define KSTD_KHO_PREFIX		"kho-v"
#define KSTD_KHO_COMPATIBLE	"kho-v4"
#define KSTD_KHO_OLDEST		"kho-v1"

/* Is a loaded blob a root, of whatever version? Its compatible string says so. */
bool kstd_kho_root_probe(const struct kstd_blob *blob);

/**
 * struct kstd_kho_root - an opened root
 * @version: 1 to 4; 0 if it is another
 * @big: byte order of its integers
 * @has_map: @map is the physical address of the preserved-memory map
 * @map_at: offset of the property's value
 */
struct kstd_kho_root {
	struct kstd_fdt fdt;
	const char *compatible;
	unsigned int version;
	bool big;
	bool has_map;
	uint64_t map;
	uint64_t map_at;
};

/**
 * struct kstd_kho_subtree - a subtree
 * @has_address: @address is known: the root's version is
 * @has_bytes: @bytes is known: the root says so, or the FDT there, which was read
 * @at: offset of the address in the root
 */
struct kstd_kho_subtree {
	const char *name;
	size_t name_len;
	bool has_address;
	bool has_bytes;
	uint64_t address;
	uint64_t bytes;
	uint64_t at;
};

/* Open and check a root of any version. Returns -KSTD_INPUT if it is damaged. */
int kstd_kho_root_open(struct kstd_ctx *ctx, const struct kstd_span *bytes,
		       struct kstd_kho_root *root);

/* Set the error for a root with @version 0. Returns -KSTD_INPUT. */
int kstd_kho_root_unknown(struct kstd_ctx *ctx, const struct kstd_kho_root *root);

/* The next subtree: start with kstd_fdt_root(&root->fdt). What is damaged is a defect. */
bool kstd_kho_next(struct kstd_dump *dump, const struct kstd_where *where,
		   const struct kstd_kho_root *root, struct kstd_cursor *c,
		   struct kstd_kho_subtree *sub);

#endif
