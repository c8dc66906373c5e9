/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Which pages a walk has visited, so that a chain or tree with a loop in it ends the walk. */

#ifndef KSTD_VISITED_H
#define KSTD_VISITED_H

#include "base/hash_map.h"

/**
 * struct kstd_visited - a set of addresses, each with the place that it was met at
 * @pages: place by address
 * @max: how many it takes
 *
 * Zero it but for @max before use.
 */
struct kstd_visited {
	struct kstd_hash_map pages;
	size_t max;
};

enum kstd_visit_result {
	KSTD_VISIT_NEW,		/* now it is in the set */
	KSTD_VISIT_SAME,	/* it was met at this very place */
	KSTD_VISIT_OTHER,	/* it was met at another place */
	KSTD_VISIT_FULL,	/* @max are in the set, or too many are like this one */
	KSTD_VISIT_NO_MEMORY,
};

/* Meet @pa, which is not 0, at @place. */
enum kstd_visit_result kstd_visit(struct kstd_visited *seen, uint64_t pa, uint64_t place);

void kstd_visited_free(struct kstd_visited *seen);

#endif
