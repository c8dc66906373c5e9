// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_places.c - where in the list of what is kept a folio or area is
 *
 * Linear probing in a table that is at most half full. It has places, not
 * pointers, so a walk that meets what the walk before has kept, in its order,
 * leaves the table as it is.
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/slab.h>

#include "kstate_internal.h"

#define KSTATE_PLACES_MIN	64

/* What this walk has not met yet is where the walk before had it. */
static const struct kstate_keep *kstate_place_keep(size_t place)
{
	return place < kstate_out.kept.nr ? &kstate_out.kept.v[place] :
					    &kstate_out.prepared.v[place];
}

static size_t kstate_place_home(const struct kstate_places *places, const void *ptr)
{
	u64 hash = (uintptr_t)ptr * 0x9e3779b97f4a7c15ULL;

	return (hash ^ hash >> 32) & (places->nr_slots - 1);
}

static size_t kstate_place_next(const struct kstate_places *places, size_t slot)
{
	return (slot + 1) & (places->nr_slots - 1);
}

/* The slot of the pointer, or the free one where it belongs. */
static size_t kstate_place_slot(const struct kstate_places *places, const void *ptr)
{
	size_t slot = kstate_place_home(places, ptr);

	while (places->slots[slot] && kstate_place_keep(places->slots[slot] - 1)->ptr != ptr)
		slot = kstate_place_next(places, slot);
	return slot;
}

/**
 * kstate_place_find - whether this walk has met a folio or area already
 * @ptr: as in &struct kstate_keep
 *
 * Return: what is kept, or NULL.
 */
const struct kstate_keep *kstate_place_find(const void *ptr)
{
	const struct kstate_places *places = &kstate_out.places;
	size_t place;

	if (!places->nr)
		return NULL;
	place = places->slots[kstate_place_slot(places, ptr)];
	return place && place <= kstate_out.kept.nr ? &kstate_out.kept.v[place - 1] : NULL;
}

/**
 * kstate_places_reserve - make room for one more
 *
 * Return: 0, or -ENOMEM, and then the table is as it was.
 */
int kstate_places_reserve(void)
{
	struct kstate_places *places = &kstate_out.places;
	struct kstate_places bigger = { .nr = places->nr };

	if ((places->nr + 1) * 2 <= places->nr_slots)
		return 0;
	bigger.nr_slots = places->nr_slots * 2 ?: KSTATE_PLACES_MIN;
	bigger.slots = kvcalloc(bigger.nr_slots, sizeof(*bigger.slots), GFP_KERNEL);
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < places->nr_slots; i++) {
		size_t place = places->slots[i];

		if (place)
			bigger.slots[kstate_place_slot(&bigger,
						       kstate_place_keep(place - 1)->ptr)] = place;
	}
	kvfree(places->slots);
	*places = bigger;
	return 0;
}

/**
 * kstate_place_add - the last one that is kept is new
 *
 * Room has been reserved.
 */
void kstate_place_add(void)
{
	struct kstate_places *places = &kstate_out.places;
	size_t place = kstate_out.kept.nr;

	places->slots[kstate_place_slot(places, kstate_out.kept.v[place - 1].ptr)] = place;
	places->nr++;
}

/* Whether a place at home may stay at slot, when hole before it becomes free. */
static bool kstate_place_stays(size_t home, size_t hole, size_t slot)
{
	if (hole < slot)
		return home > hole && home <= slot;
	return home > hole || home <= slot;
}

/**
 * kstate_place_del - one is about to be let go of
 * @keep: which; still in its list
 */
void kstate_place_del(const struct kstate_keep *keep)
{
	struct kstate_places *places = &kstate_out.places;
	size_t hole = kstate_place_slot(places, keep->ptr);
	size_t slot = hole;

	for (;;) {
		size_t home;

		slot = kstate_place_next(places, slot);
		if (!places->slots[slot])
			break;
		home = kstate_place_home(places, kstate_place_keep(places->slots[slot] - 1)->ptr);
		if (kstate_place_stays(home, hole, slot))
			continue;
		places->slots[hole] = places->slots[slot];
		hole = slot;
	}
	places->slots[hole] = 0;
	places->nr--;
}

/**
 * kstate_places_free - nothing is kept any more
 */
void kstate_places_free(void)
{
	kvfree(kstate_out.places.slots);
	kstate_out.places = (struct kstate_places){};
}
