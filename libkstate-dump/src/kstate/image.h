/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: kstate images
 *
 * An image is what one side of a machine has of kstate: a chain of FDTs
 * (shards), the table of sections that debugfs has beside it, or both. Format:
 * include/linux/kho/abi/kstate.h.
 */

#ifndef KSTD_IMAGE_H
#define KSTD_IMAGE_H

#include "kstate/schema.h"
#include "kstate/section_table.h"
#include "memory/blob.h"

#define KSTD_IMAGE_PREFIX	"kstate-v"	/* of the compatible string of every version */

struct kstd_shard {
	struct kstd_shard *next;
	struct kstd_fdt fdt;
	uint32_t index;
	uint64_t at;
	uint64_t sections_here;
	bool has_sections;
	struct kstd_cursor sections;
};

/**
 * struct kstd_producer - the kernel that wrote an image
 * @present: there was such a node
 * @big: byte order of payloads
 * @page_size: bytes; 0 if not known or nonsensical
 */
struct kstd_producer {
	bool present;
	const char *release;
	const char *machine;
	bool big;
	uint32_t page_size;
	uint32_t word_size;
	uint64_t generation;
	uint64_t saved_at;
	uint64_t save_ns;
};

/**
 * struct kstd_image - an image
 * @blob: where the shards are; NULL if there is only a table
 * @bytes: of all shards
 * @cut: sections of it may be missing: a shard, or what is in one, could not be read
 * @twins_checked: kstd_section_dups_check() is done
 */
struct kstd_image {
	struct kstd_image *next;
	struct kstd_dump *dump;
	unsigned int side;
	const struct kstd_blob *blob;
	const char *compatible;
	struct kstd_shard *shards;
	size_t nr_shards;
	uint64_t bytes;
	struct kstd_producer producer;
	struct kstd_schema_set schema;
	struct kstd_section_table *rows;
	bool cut;
	bool twins_checked;
};

/**
 * kstd_images - open the images of all sides, once
 *
 * Return: 0 if there is one at least; -KSTD_INPUT: none could be opened;
 * -KSTD_ENVIRONMENT: there is none, or no permission.
 */
int kstd_images(struct kstd_dump *dump);

/**
 * kstd_catalog_image - open the catalog: an image without sections, of what a kernel reads
 *
 * Return: the image; NULL if there is none, or it is damaged, which is a defect.
 */
struct kstd_image *kstd_catalog_image(struct kstd_dump *dump);
/* Is the compatible string of a loaded blob that of an image, of any version? */
bool kstd_image_probe(const struct kstd_blob *blob);

/**
 * kstd_image_read - open the shards of @blob
 *
 * Return: 0 or -KSTD_INPUT: no shard 0, or it is of another version. Whatever
 * else is wrong is a defect.
 */
int kstd_image_read(struct kstd_image *image, const struct kstd_blob *blob);

#endif
