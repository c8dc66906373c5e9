// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/visited.h"

enum kstd_visit_result kstd_visit(struct kstd_visited *seen, uint64_t pa, uint64_t place)
{
	const struct kstd_hash_slot *slot = kstd_hash_next(&seen->pages, pa, NULL);

	if (slot)
		return slot->value == place ? KSTD_VISIT_SAME : KSTD_VISIT_OTHER;
	if (seen->pages.nr >= seen->max)
		return KSTD_VISIT_FULL;
	switch (kstd_hash_add(&seen->pages, pa, place)) {
	case KSTD_HASH_ADDED:
		return KSTD_VISIT_NEW;
	case KSTD_HASH_FULL:
		return KSTD_VISIT_FULL;
	default:
		return KSTD_VISIT_NO_MEMORY;
	}
}

void kstd_visited_free(struct kstd_visited *seen)
{
	kstd_hash_free(&seen->pages);
}
