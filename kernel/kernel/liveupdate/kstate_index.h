/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef _KSTATE_INDEX_H
#define _KSTATE_INDEX_H

/*
 * Objects by (id, instance), in O(1). Included by kstate_internal.h only.
 */

/**
 * struct kstate_key - what an indexed object starts with
 * @instance: instance id
 * @id: description id
 * @version: not part of the key: the object's own, where there would be a hole
 */
struct kstate_key {
	u64 instance;
	u32 id;
	u32 version;
};

/**
 * struct kstate_slot - a place in an index
 * @instance: of the key
 * @id: of the key
 * @key: the key, NULL if the slot is free
 * @next: what is looked at after the key, or NULL
 */
struct kstate_slot {
	u64 instance;
	u32 id;
	struct kstate_key *key;
	const void *next;
};

/**
 * struct kstate_index - an open hash table; all zero is an empty one
 * @slots: a power of two of them, at least half of them free
 * @nr_slots: their number, 0 before the first insertion
 * @nr: keys in it
 * @seed: what else the place of a key depends on; chosen at the first insertion
 */
struct kstate_index {
	struct kstate_slot *slots;
	size_t nr_slots;
	size_t nr;
	u64 seed;
};

int kstate_index_reserve(struct kstate_index *index, size_t nr);
int kstate_index_add(struct kstate_index *index, struct kstate_key *key);
int kstate_index_add_with(struct kstate_index *index, struct kstate_key *key, const void *next);
void kstate_index_del(struct kstate_index *index, const struct kstate_key *key);
struct kstate_key *kstate_index_find(const struct kstate_index *index, u32 id,
				     u64 instance);
void kstate_index_free(struct kstate_index *index);

#endif /* _KSTATE_INDEX_H */
