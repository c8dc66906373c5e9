/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which strings a file has
 *
 * Remembers every string of bytes that come piece by piece: a run of characters that
 * names are made of, up to a NUL. Only a hash of each is kept, so that it can be
 * asked for a name which nobody knew when the file was read. What is before the
 * run does not matter: of "see memfd-v2" the run "memfd-v2" is remembered.
 */

#ifndef KSTD_STRING_SET_H
#define KSTD_STRING_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_map.h"

#define KSTD_STRING_LEAST	3	/* bytes of a string, without its NUL */
#define KSTD_STRING_MOST	63
#define KSTD_MAX_STRINGS	(1UL << 21)

/**
 * struct kstd_string_set - zero it before use
 * @hashes: of all strings
 * @full: there were more than %KSTD_MAX_STRINGS, or more than fit, or memory is short
 * @hash: of the run that has @len bytes so far
 */
struct kstd_string_set {
	struct kstd_hash_map hashes;
	bool full;
	uint64_t hash;
	size_t len;
};

/* The next bytes. */
void kstd_string_set_take(struct kstd_string_set *s, const uint8_t *p, size_t len);

/**
 * kstd_string_set_lacks - is a string certainly not among them?
 *
 * Return: false if it is there, or if that is not known: the set was full, or the string is
 * not one that is remembered.
 */
bool kstd_string_set_lacks(const struct kstd_string_set *s, const char *str);

void kstd_string_set_free(struct kstd_string_set *s);

#endif
