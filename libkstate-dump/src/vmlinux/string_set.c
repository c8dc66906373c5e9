// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>
#include <string.h>

#include "vmlinux/string_set.h"

#define FNV_BASIS	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL
#define FIRST_ROOM	(1UL << 12)

/* Characters of names: letters, digits, "-._;:,/+@". */
static const uint8_t is_name_char[256] = {
	['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['-'] = 1, ['.'] = 1, ['_'] = 1,
	[';'] = 1, [':'] = 1, [','] = 1, ['/'] = 1, ['+'] = 1, ['@'] = 1,
};

/* Where the hash is, or where it belongs. */
static uint64_t *place_of(uint64_t *hashes, size_t room, uint64_t hash)
{
	size_t i = (hash ^ hash >> 32) & (room - 1);

	while (hashes[i] && hashes[i] != hash)
		i = (i + 1) & (room - 1);
	return &hashes[i];
}

static bool grow(struct kstd_string_set *s)
{
	size_t room = s->room ? 2 * s->room : FIRST_ROOM;
	uint64_t *bigger = room > 2 * KSTD_MAX_STRINGS ? NULL : calloc(room, sizeof(*bigger));

	if (!bigger)
		return false;
	for (size_t i = 0; i < s->room; i++)
		if (s->hashes[i])
			*place_of(bigger, room, s->hashes[i]) = s->hashes[i];
	free(s->hashes);
	s->hashes = bigger;
	s->room = room;
	return true;
}

static void add(struct kstd_string_set *s, uint64_t hash)
{
	uint64_t *at;

	if (s->full)
		return;
	if (s->nr >= s->room / 2 && !grow(s)) {
		s->full = true;
		return;
	}
	at = place_of(s->hashes, s->room, hash);
	s->nr += !*at;
	*at = hash;
}

/* 0 stands for a free place. */
static uint64_t final(uint64_t hash)
{
	return hash ? hash : 1;
}

void kstd_string_set_take(struct kstd_string_set *s, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_name_char[p[i]]) {
			s->hash = ((s->len++ ? s->hash : FNV_BASIS) ^ p[i]) * FNV_PRIME;
			continue;
		}
		if (!p[i] && s->len >= KSTD_STRING_LEAST && s->len <= KSTD_STRING_MOST)
			add(s, final(s->hash));
		s->len = 0;
	}
}

bool kstd_string_set_lacks(const struct kstd_string_set *s, const char *str)
{
	size_t len = strlen(str);
	uint64_t hash = FNV_BASIS;

	if (s->full || len < KSTD_STRING_LEAST || len > KSTD_STRING_MOST)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_name_char[(uint8_t)str[i]])
			return false;
		hash = (hash ^ (uint8_t)str[i]) * FNV_PRIME;
	}
	return !s->nr || !*place_of(s->hashes, s->room, final(hash));
}

void kstd_string_set_free(struct kstd_string_set *s)
{
	free(s->hashes);
	*s = (struct kstd_string_set){ 0 };
}
