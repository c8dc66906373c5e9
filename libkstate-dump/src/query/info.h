/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

#ifndef KSTD_INFO_H
#define KSTD_INFO_H

#include "base/dump.h"

/*
 * Add an element to @list for each image, which kstd_images() has opened: what it says of itself.
 */
void kstd_overview_images(struct kstd_dump *dump, struct kstd_node *list);
/* The same, and every section is read. */
void kstd_info_images(struct kstd_dump *dump, struct kstd_node *list);

struct kstd_kho_of_side;

/* Add the limits that a side is near, a list that may be empty, with a note for each. */
void kstd_limits_put(struct kstd_dump *dump, const struct kstd_kho_of_side *kho,
		     struct kstd_node *into);

/*
 * Add how much memory is set aside for the next kernel to boot in; null if the source does not say.
 */
void kstd_limits_put_scratch(struct kstd_dump *dump, unsigned int side, struct kstd_node *into);

#endif
