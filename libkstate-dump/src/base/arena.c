// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"

#define CHUNK_BYTES	8192

struct kstd_chunk {
	struct kstd_chunk *older;
	size_t size;
	uint8_t mem[] __attribute__((aligned(8)));
};

void *kstd_arena_slow(struct kstd_arena *a, size_t size)
{
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct kstd_chunk *c;

	c = room > SIZE_MAX / 2 ? NULL : kstd_malloc(sizeof(*c) + room);
	if (!c) {
		a->short_of = true;
		return NULL;
	}
	c->older = a->chunks;
	c->size = room;
	a->chunks = c;
	a->next = c->mem + size;
	a->left = room - size;
	return c->mem;
}

char *kstd_arena_str(struct kstd_arena *a, const char *s, size_t len)
{
	char *copy = len < SIZE_MAX ? kstd_arena_get(a, len + 1) : NULL;

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = 0;
	}
	return copy;
}

struct kstd_owned {
	struct kstd_owned *next;
	void (*drop)(void *p, size_t len);
	void *p;
	size_t len;
};

bool kstd_arena_own(struct kstd_arena *a, void (*drop)(void *p, size_t len), void *p, size_t len)
{
	struct kstd_owned *o = kstd_arena_get(a, sizeof(*o));

	if (!o) {
		drop(p, len);
		return false;
	}
	*o = (struct kstd_owned){ a->owned, drop, p, len };
	a->owned = o;
	return true;
}

static void drop_owned(struct kstd_arena *a)
{
	for (struct kstd_owned *o = a->owned; o; o = o->next)
		o->drop(o->p, o->len);
	a->owned = NULL;
}

static void free_chunks(struct kstd_chunk *c)
{
	while (c) {
		struct kstd_chunk *older = c->older;

		free(c);
		c = older;
	}
}

void kstd_arena_reset(struct kstd_arena *a)
{
	struct kstd_chunk *keep = a->chunks;

	a->short_of = false;
	if (!keep)
		return;
	drop_owned(a);
	if (keep->size > CHUNK_BYTES) {
		kstd_arena_free(a);
		return;
	}
	free_chunks(keep->older);
	keep->older = NULL;
	a->next = keep->mem;
	a->left = keep->size;
}

void kstd_arena_free(struct kstd_arena *a)
{
	drop_owned(a);
	free_chunks(a->chunks);
	*a = (struct kstd_arena){ 0 };
}
