// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/visited.h"

#define FIRST_ROOM	64	/* a power of two */

/**
 * struct kstd_visited_slot - an address; 0 if the slot is free
 */
struct kstd_visited_slot {
	uint64_t pa;
	uint64_t place;
};

/* The slot of @pa, or the free one where it belongs. */
static struct kstd_visited_slot *find(const struct kstd_visited *seen, uint64_t pa)
{
	size_t i = (pa >> 12) * 0x9e3779b97f4a7c15ULL >> 20;

	for (i &= seen->room - 1; seen->slots[i].pa && seen->slots[i].pa != pa;
	     i = (i + 1) & (seen->room - 1))
		;
	return &seen->slots[i];
}

static bool grow(struct kstd_visited *seen)
{
	struct kstd_visited bigger = *seen;

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

enum kstd_visit_result kstd_visit(struct kstd_visited *seen, uint64_t pa, uint64_t place)
{
	struct kstd_visited_slot *slot;

	if (2 * seen->nr >= seen->room && !grow(seen))
		return KSTD_VISIT_NO_MEMORY;
	slot = find(seen, pa);
	if (slot->pa)
		return slot->place == place ? KSTD_VISIT_SAME : KSTD_VISIT_OTHER;
	if (seen->nr >= seen->max)
		return KSTD_VISIT_FULL;
	*slot = (struct kstd_visited_slot){ pa, place };
	seen->nr++;
	return KSTD_VISIT_NEW;
}

void kstd_visited_free(struct kstd_visited *seen)
{
	free(seen->slots);
	*seen = (struct kstd_visited){ .max = seen->max };
}
