/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Which pages a walk has been at, so that no chain or tree leads it round in a circle. */

#ifndef KSTD_SEEN_H
#define KSTD_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kstd_seen_slot;

/**
 * struct kstd_seen - a set of addresses, each with the place that it was met at
 * @max: how many it takes
 *
 * Zero it but for @max before use.
 */
struct kstd_seen {
	struct kstd_seen_slot *slots;
	size_t room;
	size_t nr;
	size_t max;
};

enum kstd_seen_as {
	KSTD_SEEN_NEW,		/* now it is in the set */
	KSTD_SEEN_HERE,		/* it was met at this very place */
	KSTD_SEEN_ELSEWHERE,	/* it was met at another place */
	KSTD_SEEN_FULL,		/* @max are in the set */
	KSTD_SEEN_NO_MEMORY,
};

/* Meet @pa, which is not 0, at @place. */
enum kstd_seen_as kstd_seen_at(struct kstd_seen *seen, uint64_t pa, uint64_t place);

void kstd_seen_free(struct kstd_seen *seen);

#endif
