/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: a hash table from numbers to numbers
 *
 * A key may have several values: a caller whose keys are hashes of names looks at all values of
 * a hash, and compares the names itself. Nothing is ever removed.
 *
 * Keys of hostile input may all collide. A look-up goes no further than %KSTD_MAX_PROBES slots,
 * and a key that finds no free slot in so many is not added.
 */

#ifndef KSTD_HASH_MAP_H
#define KSTD_HASH_MAP_H

#include <stddef.h>
#include <stdint.h>

#define KSTD_MAX_PROBES	512

struct kstd_hash_slot {
	uint64_t key;	/* 0: the slot is free */
	uint64_t value;
};

/**
 * struct kstd_hash_map - zero it before use
 * @room: number of slots, a power of two; at least twice @nr
 */
struct kstd_hash_map {
	struct kstd_hash_slot *slots;
	size_t room;
	size_t nr;
};

/**
 * kstd_hash_next - the next value of a key
 * @key: not 0
 * @after: the slot of the value before; NULL for the first
 *
 * Return: its slot, valid until the next value is added; NULL after the last.
 */
struct kstd_hash_slot *kstd_hash_next(const struct kstd_hash_map *map, uint64_t key,
				      const struct kstd_hash_slot *after);

enum kstd_hash_result {
	KSTD_HASH_ADDED,
	KSTD_HASH_FULL,		/* %KSTD_MAX_PROBES slots are taken where the key belongs */
	KSTD_HASH_NO_MEMORY,
};

/* Add a value, also if the key has one. */
enum kstd_hash_result kstd_hash_add(struct kstd_hash_map *map, uint64_t key, uint64_t value);

void kstd_hash_free(struct kstd_hash_map *map);

/* A hash of bytes and a number, never 0. */
uint64_t kstd_hash_of(const void *p, size_t len, uint64_t number);

#endif
