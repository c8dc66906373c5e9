// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/visited.h"

#define FIRST_ROOM	64	/* a power of two */

/**
 * struct kstd_seen_slot - an address; 0 if the slot is free
 */
struct kstd_seen_slot {
	uint64_t pa;
	uint64_t place;
};

/* The slot of @pa, or the free one where it belongs. */
static struct kstd_seen_slot *find(const struct kstd_seen *seen, uint64_t pa)
{
	size_t i = (pa >> 12) * 0x9e3779b97f4a7c15ULL >> 20;

	for (i &= seen->room - 1; seen->slots[i].pa && seen->slots[i].pa != pa;
	     i = (i + 1) & (seen->room - 1))
		;
	return &seen->slots[i];
}

static bool grow(struct kstd_seen *seen)
{
	struct kstd_seen bigger = *seen;

	bigger.room = seen->room ? 2 * seen->room : FIRST_ROOM;
	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < seen->room; i++)
		if (seen->slots[i].pa)
			*find(&bigger, seen->slots[i].pa) = seen->slots[i];
	free(seen->slots);
	*seen = bigger;
	return true;
}

enum kstd_seen_as kstd_seen_at(struct kstd_seen *seen, uint64_t pa, uint64_t place)
{
	struct kstd_seen_slot *slot;

	if (2 * seen->nr >= seen->room && !grow(seen))
		return KSTD_SEEN_NO_MEMORY;
	slot = find(seen, pa);
	if (slot->pa)
		return slot->place == place ? KSTD_SEEN_HERE : KSTD_SEEN_ELSEWHERE;
	if (seen->nr >= seen->max)
		return KSTD_SEEN_FULL;
	*slot = (struct kstd_seen_slot){ pa, place };
	seen->nr++;
	return KSTD_SEEN_NEW;
}

void kstd_seen_free(struct kstd_seen *seen)
{
	free(seen->slots);
	*seen = (struct kstd_seen){ .max = seen->max };
}
