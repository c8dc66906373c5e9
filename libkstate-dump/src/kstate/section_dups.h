/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: sections that an image has twice
 *
 * As long as the instances of each description ascend, no section is there twice. Drivers
 * number their instances that way, and checking it costs a comparison for each section.
 * Otherwise all sections are read again and sorted.
 */

#ifndef KSTD_SECTION_DUPS_H
#define KSTD_SECTION_DUPS_H

#include "kstate/image.h"

struct kstd_section;

/**
 * struct kstd_section_dups - a search for duplicates during a walk over an image
 * @next: for each description, the least instance that ascends; NULL if the
 *        image was searched before
 * @in_order: all ascended so far
 */
struct kstd_section_dups {
	struct kstd_image *image;
	uint64_t *next;
	bool in_order;
};

/* False if memory is short: duplicates are not found then. */
bool kstd_section_dups_begin(struct kstd_section_dups *t, struct kstd_image *image);
void kstd_section_dups_add(struct kstd_section_dups *t, const struct kstd_section *s);

/* All sections were added: report duplicates as defects, once for each image. */
void kstd_section_dups_check(struct kstd_section_dups *t);
void kstd_section_dups_end(struct kstd_section_dups *t);

#endif
