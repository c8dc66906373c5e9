/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: versions of KHO, LUO and memfd
 *
 * Everything in which one version differs from another, a row a version. What all
 * versions have in common is where it is read: kho_root.h, kho_map.h, chains.h,
 * and luo/luo.h, luo/memfd.h. A version string says too little in three cases:
 *
 *   - kho-v1 has bitmaps of 512 bytes (Linux 6.16, 6.17) or of a page (6.18 to
 *     7.0), see map_bitlist.h
 *   - luo-v1 has no node of FLBs in Linux 6.19
 *   - trees of kho-v2, and of kho-v3 until Linux 7.1-rc5, have a level too few where
 *     pages have 16 KiB
 *
 * Versions that are only proposed have no row: kstd_format_proposed() names them.
 */

#ifndef KSTD_FORMATS_H
#define KSTD_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KSTD_LUO_NAME		"LUO"	/* of its subtree */

/**
 * enum kstd_map_form - what the preserved-memory map is
 * @KSTD_MAP_LIST: chunks of bitmaps, map_bitlist.h; 0 in the root: not finalized
 * @KSTD_MAP_TREE: a radix tree, map_radix.h; it is there from boot on
 */
enum kstd_map_form {
	KSTD_MAP_LIST,
	KSTD_MAP_TREE,
};

/**
 * struct kstd_kho_format - a version of KHO's root
 * @version: its number
 * @address: the property of a subtree that has its address
 * @size: the property that has its size; NULL: the subtree is an FDT, which says it
 * @unsure_16k: trees for pages of 16 KiB may be of two depths
 * @kernels: which releases write it, as part of a sentence
 */
struct kstd_kho_format {
	const char *compatible;
	unsigned int version;
	enum kstd_map_form map;
	const char *address;
	const char *size;
	bool unsure_16k;
	const char *kernels;
};

/* The row of a version; NULL if there is none. */
const struct kstd_kho_format *kstd_kho_format(const char *compatible);

/**
 * enum kstd_luo_store - where entries stand
 * @KSTD_STORE_ARRAY: one after the other, in pages that are adjacent
 * @KSTD_STORE_CHAIN: in a chain of blocks
 */
enum kstd_luo_store {
	KSTD_STORE_ARRAY,
	KSTD_STORE_CHAIN,
};

/**
 * struct kstd_luo_format - a version of LUO
 * @is_fdt: the subtree is an FDT; else it is &struct luo_ser
 * @known: its bytes are known; else it is named and no more
 * @sessions, @files: of all sessions, and of the files of each
 * @kernels: as in &struct kstd_kho_format
 */
struct kstd_luo_format {
	const char *compatible;
	bool is_fdt;
	bool known;
	enum kstd_luo_store sessions;
	enum kstd_luo_store files;
	const char *kernels;
};

const struct kstd_luo_format *kstd_luo_format(const char *compatible);

#define KSTD_NO_FIELD	0xff

/**
 * struct kstd_memfd_format - a version of a preserved memfd's state
 * @handler: the string of its handler in LUO
 * @bytes: of the state
 * @pos, @size, @seals, @flags, @folios, @list: offsets; %KSTD_NO_FIELD if it has none
 */
struct kstd_memfd_format {
	const char *handler;
	uint8_t bytes;
	uint8_t pos;
	uint8_t size;
	uint8_t seals;
	uint8_t flags;
	uint8_t folios;
	uint8_t list;
	const char *kernels;
};

#define KSTD_MEMFD_MAX_BYTES	48

/* The row of a handler; NULL if it is none of memfds. */
const struct kstd_memfd_format *kstd_memfd_format(const char *handler, size_t len);

/**
 * kstd_format_proposed - is a version string of a form that is only proposed?
 *
 * Versions of a structure's parts joined to its own, "luo-v5;block-v1", were
 * proposed in June 2026, and are in no release.
 *
 * Return: what it is, as part of a sentence; NULL if it is not of such a form.
 */
const char *kstd_format_proposed(const char *text, size_t len);

#endif
