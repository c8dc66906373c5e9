/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what became of sections
 *
 * The table of a side has a word for each section, "failed" and "lost" with an error behind a
 * colon. What it does not say, and what it says in a word that is not one of these, is not known.
 */

#ifndef KSTD_SECTION_RESULT_H
#define KSTD_SECTION_RESULT_H

#include "kstate/section.h"

enum kstd_result {
	KSTD_RESULT_NONE,	/* there is no table, and the image itself does not say it */
	KSTD_RESULT_RESTORED,
	KSTD_RESULT_FAILED,
	KSTD_RESULT_UNCLAIMED,
	KSTD_RESULT_RELEASED,
	KSTD_RESULT_SAVED,
	KSTD_RESULT_LOST,
	KSTD_RESULT_WITHDRAWN,
	KSTD_RESULT_REGISTERED,
	KSTD_RESULT_UNKNOWN,	/* there is a table, and it does not say it */
	KSTD_NR_RESULTS,
};

/* What became of the section of a step; it is what its node has as "result". */
enum kstd_result kstd_result_of(const struct kstd_step *step);

/**
 * struct kstd_results - what became of sections of an image
 * @nr: how many of each
 * @first: name of the first of which it is not known
 * @why: the reason, as a clause
 *
 * Zero it before use.
 */
struct kstd_results {
	const struct kstd_image *image;
	uint64_t nr[KSTD_NR_RESULTS];
	char first[KSTD_SAFE];
	char why[KSTD_SAFE + 40];
};

/* Count a section. The first of another image ends the counting of the one before. */
void kstd_results_add(struct kstd_results *r, const struct kstd_step *step);

/* There are no more of its image: report, once, those of which it is not known. */
void kstd_results_end(const struct kstd_results *r);

#endif
