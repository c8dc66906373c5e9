/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: finding faults
 *
 * kstd_verify() decodes everything once, which finds damage, and then compares
 * different places that say the same. Every fault is a defect of the dump until
 * the end, and what could not be known is reported likewise; then both become lists
 * of the result, each report with what it means (errors.def). What a kernel is known
 * to do is a note.
 */

#ifndef KSTD_VERIFY_H
#define KSTD_VERIFY_H

#include "owners/owners.h"

/**
 * struct kstd_checked - what was verified on a side
 * @subtrees: number of KHO's subtrees
 * @sections: number of kstate's sections
 * @m: the memory of the side; NULL if the side has no reference to memory
 */
struct kstd_checked {
	struct kstd_dump *dump;
	unsigned int side;
	uint64_t subtrees;
	uint64_t sections;
	struct kstd_memory *m;
};

/* Find memory that is not preserved, preserved twice, in scratch, or of two owners; set @c->m. */
int kstd_verify_memory(struct kstd_checked *c);

/* Compare the sizes of subtrees in the root with their files, and count the subtrees. */
void kstd_verify_subtrees(struct kstd_checked *c);

/* Compare the table of sections with the image, check their results, and count them. */
void kstd_verify_sections(struct kstd_checked *c);

/* Compare the counters of live updates, in and out; @info is the result of kstd_info(). */
void kstd_verify_sequence(struct kstd_dump *dump, const struct kstd_node *info);

#endif
