// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <string.h>

#include "vmlinux/string_set.h"

#define FNV_BASIS	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

/* Characters of names: letters, digits, "-._;:,/+@". */
static const uint8_t is_name_char[256] = {
	['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1, ['-'] = 1, ['.'] = 1, ['_'] = 1,
	[';'] = 1, [':'] = 1, [','] = 1, ['/'] = 1, ['+'] = 1, ['@'] = 1,
};

static void add(struct kstd_string_set *s, uint64_t hash)
{
	if (s->full || kstd_hash_next(&s->hashes, hash, NULL))
		return;
	s->full = s->hashes.nr == KSTD_MAX_STRINGS ||
		  kstd_hash_add(&s->hashes, hash, 0) != KSTD_HASH_ADDED;
}

/* 0 is no key. */
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
	return !kstd_hash_next(&s->hashes, final(hash), NULL);
}

void kstd_string_set_free(struct kstd_string_set *s)
{
	kstd_hash_free(&s->hashes);
	*s = (struct kstd_string_set){ 0 };
}
