/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: looking for what is wrong
 *
 * kstd_verify() decodes everything once, which finds what is damaged in itself,
 * and then compares what different places say. All that is wrong is a defect of
 * the dump until the end; there the defects become findings, each with what it
 * means (errors.def). What a kernel is known to do is a note.
 */

#ifndef KSTD_VERIFY_H
#define KSTD_VERIFY_H

#include "owners/owners.h"

/**
 * struct kstd_checked - what was looked at on a side
 * @subtrees: of KHO
 * @sections: of kstate
 * @m: its memory; NULL if nothing of the side refers to any
 */
struct kstd_checked {
	struct kstd_dump *dump;
	unsigned int side;
	uint64_t subtrees;
	uint64_t sections;
	struct kstd_memory *m;
};

/* Memory that is not preserved, preserved twice, in scratch, or of two owners; fills @c->m. */
int kstd_verify_memory(struct kstd_checked *c);

/* What the root says of subtrees against their files; counts them. */
void kstd_verify_subtrees(struct kstd_checked *c);

/* The table of sections against the image, and what became of sections; counts them. */
void kstd_verify_sections(struct kstd_checked *c);

/* Counters of live updates, in and out, against each other; @info is kstd_info()'s result. */
void kstd_verify_sequence(struct kstd_dump *dump, const struct kstd_node *info);

#endif
