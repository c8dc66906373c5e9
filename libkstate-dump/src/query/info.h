/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

#ifndef KSTD_INFO_H
#define KSTD_INFO_H

#include "base/dump.h"

/* Add an element to @list for each image, which kstd_images() has opened: what it says of itself. */
void kstd_overview_images(struct kstd_dump *dump, struct kstd_node *list);
/* The same, and every section is read. */
void kstd_info_images(struct kstd_dump *dump, struct kstd_node *list);

#endif
