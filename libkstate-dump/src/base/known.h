/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what is known
 *
 * Every statement on which somebody relies ("it is preserved", "the next kernel reads it",
 * "it was released") is a struct kstd_answer: yes, no, or not known, with the reason. What
 * is zeroed is not known. An answer gets into the model through kstd_set_answer(), which
 * also reports what is not known, so that it is counted and decides the exit status
 * (kstd_all_well()): no caller has to think of that.
 */

#ifndef KSTD_KNOWN_H
#define KSTD_KNOWN_H

#include "base/dump.h"

/**
 * struct kstd_answer - yes, no, or not known
 * @why: if it is not known: why, as a clause without capital and stop; it lives as long
 *       as the answer. Else NULL
 */
struct kstd_answer {
	enum kstd_truth is;
	const char *why;
};

static inline struct kstd_answer kstd_answer(bool yes)
{
	return (struct kstd_answer){ yes ? KSTD_YES : KSTD_NO, NULL };
}

static inline struct kstd_answer kstd_not_known(const char *why)
{
	return (struct kstd_answer){ KSTD_NOT_KNOWN, why };
}

/* Are both so? One "no" decides; else one "not known" does. */
static inline struct kstd_answer kstd_both(struct kstd_answer a, struct kstd_answer b)
{
	if (a.is == KSTD_NO || b.is == KSTD_YES)
		return a;
	return b.is == KSTD_NO || a.is == KSTD_YES ? b : a;
}

/**
 * kstd_set_answer - make a node an answer: a bool, or null if it is not known
 * @n: the node, of any type; NULL, if memory was short: only the report is made
 * @where: what the answer is about, for the report that it is not known
 * @what: the question, for that report: a clause that begins with "whether"
 */
void kstd_set_answer(struct kstd_dump *dump, struct kstd_node *n, const struct kstd_where *where,
		     const char *what, struct kstd_answer answer);

/* Add a null that every renderer shows as not known. The caller reports why. */
struct kstd_node *kstd_put_unknown(struct kstd_arena *a, struct kstd_node *parent,
				   enum kstd_key_index key);

#endif
