/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: KHO's root
 *
 * The FDT that the next kernel gets by its address: the preserved-memory map and
 * the subtrees. Unlike in kstate's own image, integers are in the byte order of
 * the machine. "preserved-memory-map" is the u64 address of the map: a list of
 * bitmaps or a radix tree (kho_map.h). A node for each subtree has its u64 address,
 * and its u64 size where a subtree need not be an FDT, which says its size itself.
 * In which version properties have which names: formats.h.
 *
 * Until Linux 7.0 the map is made when KHO is finalized, and 0 before: in the root
 * (6.19, 7.0), or there is no root (6.16 to 6.18). A kernel does not take over a
 * root whose map is 0.
 *
 * Of a root of another version only the names of the nodes are shown.
 */

#ifndef KSTD_KHO_ROOT_H
#define KSTD_KHO_ROOT_H

#include "base/dump.h"
#include "fdt/fdt_view.h"
#include "kho/formats.h"
#include "memory/blob.h"

#define KSTD_KHO_PREFIX		"kho-v"
#define KSTD_KHO_COMPATIBLE	"kho-v4"
#define KSTD_KHO_OLDEST		"kho-v1"

/* Is a loaded blob a root, of whatever version? Its compatible string says so. */
bool kstd_kho_root_probe(const struct kstd_blob *blob);

/**
 * struct kstd_kho_root - an opened root
 * @format: NULL if it is of another version than this program reads
 * @version: of @format; 0 if it is another
 * @side: KSTD_SIDE_*, set by kstd_kho_side(); 0 if it is not known
 * @big: byte order of its integers
 * @has_map: @map is the physical address of the preserved-memory map
 * @map_at: offset of the property's value
 */
struct kstd_kho_root {
	struct kstd_fdt fdt;
	const char *compatible;
	const struct kstd_kho_format *format;
	unsigned int version;
	unsigned int side;
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

/* Does the kernel that has it not hand it over as it is, for KHO is not finalized? */
static inline bool kstd_kho_unfinished(const struct kstd_kho_root *root)
{
	return root->format && root->format->map == KSTD_MAP_LIST && root->has_map && !root->map;
}

/* Set the error for a root with @version 0. Returns -KSTD_INPUT. */
int kstd_kho_root_unknown(struct kstd_ctx *ctx, const struct kstd_kho_root *root);

/* The next subtree: start with kstd_fdt_root(&root->fdt). What is damaged is a defect. */
bool kstd_kho_next(struct kstd_dump *dump, const struct kstd_where *where,
		   const struct kstd_kho_root *root, struct kstd_cursor *c,
		   struct kstd_kho_subtree *sub);

#endif
