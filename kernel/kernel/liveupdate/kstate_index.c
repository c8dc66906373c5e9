// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_index.c - objects by (id, instance)
 *
 * Linear probing in a table that is at most half full. A deletion moves later
 * keys of the run back, so there are no tombstones and a look-up stays short.
 *
 * A million keys do not fit in any cache, and each look at a slot or a key that is
 * not there is a wait for memory. So a slot has all of the key beside the pointer, and
 * where the caller will look next: that and the object are fetched at once. And
 * instances that differ in their lowest bits only are near to each other in the table,
 * for they are asked for together.
 *
 * Keys come from the previous kernel's image, too. Of 350,000 that were chosen to have one
 * place, adding the last takes as many steps; so nobody knows beforehand what their place is.
 *
 * Why not what the kernel has: an xarray takes keys of 64 bits, these have 96, and one
 * entry for itself takes a node for each six bits of its number, while instances may be
 * any numbers. An rhashtable goes from a bucket to the object to learn whether it is the
 * one: object and payload cannot be fetched at once. That is worth a third of the time
 * for a section: of a million in random order, 763 ns a section instead of 1,152 with a
 * table of pointers and tags. Where keys are dense or few, kstate uses xarrays.
 */

#include <linux/errno.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "kstate_internal.h"

#define KSTATE_INDEX_MIN	64
#define KSTATE_INDEX_NEAR	16

static size_t kstate_index_home(const struct kstate_index *index, u32 id, u64 instance)
{
	u64 hash = instance / KSTATE_INDEX_NEAR * 0x9e3779b97f4a7c15ULL + id + index->seed;

	hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93ULL;
	hash ^= hash >> 32;
	return (hash ^ instance % KSTATE_INDEX_NEAR) & (index->nr_slots - 1);
}

static size_t kstate_index_next(const struct kstate_index *index, size_t slot)
{
	return (slot + 1) & (index->nr_slots - 1);
}

static bool kstate_slot_has(const struct kstate_slot *slot, u32 id, u64 instance)
{
	return slot->instance == instance && slot->id == id;
}

/* The slot of the key, or the free one where it belongs. */
static size_t kstate_index_slot(const struct kstate_index *index, u32 id, u64 instance)
{
	size_t slot = kstate_index_home(index, id, instance);

	while (index->slots[slot].key && !kstate_slot_has(&index->slots[slot], id, instance))
		slot = kstate_index_next(index, slot);
	return slot;
}

static void kstate_index_put(struct kstate_index *index, const struct kstate_slot *from)
{
	index->slots[kstate_index_slot(index, from->id, from->instance)] = *from;
}

/**
 * kstate_index_reserve - make room
 * @index: the index
 * @nr: keys that it shall hold without another allocation
 *
 * Return: 0, or -ENOMEM, and then the index is as it was.
 */
int kstate_index_reserve(struct kstate_index *index, size_t nr)
{
	struct kstate_index bigger = {
		.nr_slots = KSTATE_INDEX_MIN, .nr = index->nr, .seed = index->seed,
	};

	if (nr > SIZE_MAX / 4)
		return -ENOMEM;
	while (bigger.nr_slots < nr * 2)
		bigger.nr_slots *= 2;
	if (bigger.nr_slots <= index->nr_slots)
		return 0;
	if (!index->nr_slots)
		bigger.seed = get_random_u64();

	bigger.slots = kvcalloc(bigger.nr_slots, sizeof(*bigger.slots), GFP_KERNEL);
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->nr_slots; i++) {
		if (index->slots[i].key)
			kstate_index_put(&bigger, &index->slots[i]);
	}
	kvfree(index->slots);
	*index = bigger;
	return 0;
}

/**
 * kstate_index_add_with - add a key
 * @index: the index
 * @key: start of the object; stays where it is until it is deleted
 * @next: what whoever finds it looks at next, or NULL
 *
 * Return: 0; -EEXIST if there is an equal one; -ENOMEM.
 */
int kstate_index_add_with(struct kstate_index *index, struct kstate_key *key, const void *next)
{
	int err = kstate_index_reserve(index, index->nr + 1);
	size_t slot;

	if (err)
		return err;
	slot = kstate_index_slot(index, key->id, key->instance);
	if (index->slots[slot].key)
		return -EEXIST;
	index->slots[slot] = (struct kstate_slot){
		.instance = key->instance, .id = key->id, .key = key, .next = next,
	};
	index->nr++;
	return 0;
}

/**
 * kstate_index_add - add a key
 * @index: as in kstate_index_add_with()
 * @key: likewise
 *
 * Return: likewise.
 */
int kstate_index_add(struct kstate_index *index, struct kstate_key *key)
{
	return kstate_index_add_with(index, key, NULL);
}

/* Whether a key at home may stay at slot, when hole before it becomes free. */
static bool kstate_index_stays(size_t home, size_t hole, size_t slot)
{
	if (hole < slot)
		return home > hole && home <= slot;
	return home > hole || home <= slot;
}

/**
 * kstate_index_del - delete a key
 * @index: the index
 * @key: equal to one that is there; nothing happens if none is
 */
void kstate_index_del(struct kstate_index *index, const struct kstate_key *key)
{
	size_t hole, slot;

	if (!kstate_index_find(index, key->id, key->instance))
		return;
	hole = kstate_index_slot(index, key->id, key->instance);
	slot = hole;
	for (;;) {
		const struct kstate_slot *later;
		size_t home;

		slot = kstate_index_next(index, slot);
		later = &index->slots[slot];
		if (!later->key)
			break;
		home = kstate_index_home(index, later->id, later->instance);
		if (kstate_index_stays(home, hole, slot))
			continue;
		index->slots[hole] = *later;
		hole = slot;
	}
	index->slots[hole] = (struct kstate_slot){};
	index->nr--;
}

/**
 * kstate_index_find - look a key up
 * @index: the index
 * @id: description id
 * @instance: instance id
 *
 * Return: the key that was added, or NULL.
 */
struct kstate_key *kstate_index_find(const struct kstate_index *index, u32 id,
				     u64 instance)
{
	const struct kstate_slot *slot;

	if (!index->nr_slots)
		return NULL;
	slot = &index->slots[kstate_index_slot(index, id, instance)];
	prefetch(slot->key);
	prefetch(slot->next);
	return slot->key;
}

/**
 * kstate_index_free - free the table, not the objects
 * @index: the index; empty afterwards
 */
void kstate_index_free(struct kstate_index *index)
{
	kvfree(index->slots);
	*index = (struct kstate_index){};
}
