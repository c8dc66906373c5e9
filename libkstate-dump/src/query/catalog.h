/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: catalogs, from inside
 *
 * Where a catalog is found, it becomes an image without sections (image.h): its
 * descriptions are read by schema.c, as all are.
 */

#ifndef KSTD_CATALOG_H
#define KSTD_CATALOG_H

#include "kstate/image.h"

#define KSTD_MAX_ABIS	64

/**
 * struct kstd_abi - a version of a format that a kernel speaks
 * @name: what of: @version up to "-v", as in "kho"; not NUL-terminated
 * @name_len: bytes of it
 * @version: the compatible string, as in "kho-v4"
 * @how: "catalog", "string" or "blob", see kstd_catalog()
 */
struct kstd_abi {
	const char *name;
	size_t name_len;
	const char *version;
	const char *how;
};

/**
 * struct kstd_kernel_reads - what the kernel of one source can read
 * @dump: the source
 * @is_catalog: @images are what the kernel reads; false: only what an image has
 * @images: @nr_images images with the descriptions of the kernel; may be none
 * @abis: @nr_abis versions, each @name once unless the file has two of it
 */
struct kstd_kernel_reads {
	struct kstd_dump *dump;
	bool is_catalog;
	const struct kstd_image *images[3];
	size_t nr_images;
	struct kstd_abi abis[KSTD_MAX_ABIS];
	size_t nr_abis;
};

/**
 * kstd_catalog_get - the catalog of a dump
 * @dump: the dump
 * @cat: where to put it; valid until kstd_close()
 *
 * Return: 0 if there are descriptions or versions; -KSTD_INPUT: there is nothing, or it
 * is damaged; -KSTD_ENVIRONMENT: no permission, no memory.
 */
int kstd_catalog_get(struct kstd_dump *dump, const struct kstd_kernel_reads **cat);

/* The description with this id, and the image that has it; NULL if there is none. */
const struct kstd_desc *kstd_catalog_find(const struct kstd_kernel_reads *cat, uint32_t id,
					  const struct kstd_image **image);

/**
 * struct kstd_abi_list - a list of versions in the root of a catalog
 * @prop: the property; NULL ends the table
 * @how: how the versions in it were found, see struct kstd_abi
 *
 * A kernel's own catalog has the first alone, kstd_catalog_save() writes the others, too: a
 * string in a file is no more than that once it is kept.
 */
struct kstd_abi_list {
	const char *prop;
	const char *how;
};

extern const struct kstd_abi_list kstd_abi_lists[];

/* Does a version of this source say anything? KHO is never in a module. */
bool kstd_abi_counts(const struct kstd_kernel_reads *cat, const struct kstd_abi *abi);

/* Note a version; @version is copied. One that is known already is passed over. */
void kstd_abi_add(struct kstd_kernel_reads *cat, const char *version, size_t len, const char *how);

#endif
