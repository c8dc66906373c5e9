/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: descriptions as nodes
 *
 * A lazy list of the descriptions of some images.
 */

#ifndef KSTD_DESCRIPTIONS_H
#define KSTD_DESCRIPTIONS_H

#include "kstate/image.h"

/**
 * struct kstd_descs_part - an image with descriptions to list
 * @next: the one after it
 * @image: the image
 * @file: for the node "file"; NULL: no such node, but "origin" instead
 * @is_only: people need not see @file, for all are of it
 * @is_catalog: the origin is "catalog"
 */
struct kstd_descs_part {
	const struct kstd_descs_part *next;
	const struct kstd_image *image;
	const char *file;
	bool is_only;
	bool is_catalog;
};

/**
 * kstd_descs - list descriptions
 * @dump: for the arena, and for defects
 * @parts: the images, which live as long as the dump
 * @select: the name of one, which is copied; NULL for all
 * @parent: where to put the list
 * @key: as what
 * @list: set to the list
 *
 * Return: 0; -KSTD_NOT_FOUND: nothing is selected; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_descs(struct kstd_dump *dump, const struct kstd_descs_part *parts, const char *select,
	       struct kstd_node *parent, enum kstd_key_index key, const struct kstd_node **list);

#endif
