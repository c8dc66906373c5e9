/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* An arena: memory that is freed all at once. */

#ifndef KSTD_ARENA_H
#define KSTD_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kstd_chunk;
struct kstd_owned;

/**
 * struct kstd_arena - zero it before use
 * @chunks: the newest first
 * @next: the first free byte of the newest chunk
 * @left: free bytes there
 * @owned: what is freed with the memory: see kstd_arena_own()
 * @short_of: an allocation failed since the last reset
 */
struct kstd_arena {
	struct kstd_chunk *chunks;
	uint8_t *next;
	size_t left;
	struct kstd_owned *owned;
	bool short_of;
};

void *kstd_arena_slow(struct kstd_arena *a, size_t size);

/* Memory aligned to 8, not zeroed; NULL only if memory is short. */
static inline void *kstd_arena_get(struct kstd_arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2)
		return kstd_arena_slow(a, size);
	size = size ? (size + 7) & ~(size_t)7 : 8;
	if (size > a->left)
		return kstd_arena_slow(a, size);
	p = a->next;
	a->next += size;
	a->left -= size;
	return p;
}

/* A NUL-terminated copy; NULL if memory is short. */
char *kstd_arena_str(struct kstd_arena *a, const char *s, size_t len);

/**
 * kstd_arena_own - have something else freed with the arena's memory
 * @drop: called with @p and @len at the next reset; at once if memory is short
 *
 * Return: false if memory is short.
 */
bool kstd_arena_own(struct kstd_arena *a, void (*drop)(void *p, size_t len), void *p, size_t len);

/* Free all that was handed out. The arena keeps one chunk for the next use. */
void kstd_arena_reset(struct kstd_arena *a);
void kstd_arena_free(struct kstd_arena *a);

#endif
