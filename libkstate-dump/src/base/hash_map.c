// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash_map.h"

#define FIRST_ROOM	64	/* a power of two */
#define FACTOR		0x9e3779b97f4a7c15ULL	/* 2^64 divided by the golden ratio */

static size_t first_slot(const struct kstd_hash_map *map, uint64_t key)
{
	return (key * FACTOR >> 32 ^ key) & (map->room - 1);
}

/* From slot @i on, the first that has this key or is free; NULL after %KSTD_MAX_PROBES. */
static struct kstd_hash_slot *probe(const struct kstd_hash_map *map, uint64_t key, size_t i)
{
	for (int n = 0; n < KSTD_MAX_PROBES; n++, i++) {
		struct kstd_hash_slot *slot = &map->slots[i & (map->room - 1)];

		if (!slot->key || slot->key == key)
			return slot;
	}
	return NULL;
}

struct kstd_hash_slot *kstd_hash_next(const struct kstd_hash_map *map, uint64_t key,
				      const struct kstd_hash_slot *after)
{
	struct kstd_hash_slot *slot;

	if (!map->room)
		return NULL;
	slot = probe(map, key, after ? (size_t)(after - map->slots) + 1 : first_slot(map, key));
	return slot && slot->key ? slot : NULL;
}

/* Put a value into a free slot of a table that has room. */
static enum kstd_hash_result put_slot(struct kstd_hash_map *map, uint64_t key, uint64_t value)
{
	size_t i = first_slot(map, key);

	for (int n = 0; n < KSTD_MAX_PROBES; n++, i++) {
		struct kstd_hash_slot *slot = &map->slots[i & (map->room - 1)];

		if (slot->key)
			continue;
		*slot = (struct kstd_hash_slot){ key, value };
		map->nr++;
		return KSTD_HASH_ADDED;
	}
	return KSTD_HASH_FULL;
}

static enum kstd_hash_result grow(struct kstd_hash_map *map)
{
	struct kstd_hash_map bigger = { .room = map->room ? 2 * map->room : FIRST_ROOM };
	enum kstd_hash_result rc = KSTD_HASH_ADDED;

	bigger.slots = kstd_calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return KSTD_HASH_NO_MEMORY;
	for (size_t i = 0; rc == KSTD_HASH_ADDED && i < map->room; i++)
		if (map->slots[i].key)
			rc = put_slot(&bigger, map->slots[i].key, map->slots[i].value);
	if (rc != KSTD_HASH_ADDED) {
		free(bigger.slots);
		return rc;
	}
	free(map->slots);
	*map = bigger;
	return rc;
}

enum kstd_hash_result kstd_hash_add(struct kstd_hash_map *map, uint64_t key, uint64_t value)
{
	enum kstd_hash_result rc = 2 * map->nr < map->room ? KSTD_HASH_ADDED : grow(map);

	return rc == KSTD_HASH_ADDED ? put_slot(map, key, value) : rc;
}

void kstd_hash_free(struct kstd_hash_map *map)
{
	free(map->slots);
	*map = (struct kstd_hash_map){ 0 };
}

/* FNV-1a, begun with the number. */
uint64_t kstd_hash_of(const void *p, size_t len, uint64_t number)
{
	const uint8_t *bytes = p;
	uint64_t h = 0xcbf29ce484222325ULL + number * FACTOR;

	for (size_t i = 0; i < len; i++)
		h = (h ^ bytes[i]) * 0x100000001b3ULL;
	return h ? h : 1;
}
