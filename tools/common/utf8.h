/* SPDX-License-Identifier: GPL-2.0 */

#ifndef TOOLS_UTF8_H
#define TOOLS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Is a byte plain: printable ASCII other than the quotation mark and the backslash? */
extern const bool ascii_plain[256];

#define UTF8_EACH(c)	(0x0101010101010101ULL * (c))

/* Is one of the eight bytes not plain? */
static inline bool any_special(uint64_t w)
{
	uint64_t quote = w ^ UTF8_EACH('"'), backslash = w ^ UTF8_EACH('\\');

	return ((w - UTF8_EACH(' ')) | (quote - UTF8_EACH(1)) | (backslash - UTF8_EACH(1)) |
		(w + UTF8_EACH(1)) | w) & UTF8_EACH(0x80);
}

/* The number of plain bytes at the start. */
static inline size_t ascii_run(const void *mem, size_t len)
{
	const uint8_t *p = mem;
	size_t n = 0;
	uint64_t w;

	for (; len - n >= sizeof(w); n += sizeof(w)) {
		memcpy(&w, p + n, sizeof(w));
		if (any_special(w))
			break;
	}
	while (n < len && ascii_plain[p[n]])
		n++;
	return n;
}

/* Is it well-formed UTF-8? Control characters are allowed. */
bool utf8_valid(const void *p, size_t len);

/* The number of characters; a byte that is not UTF-8 counts as one. */
size_t utf8_width(const void *p, size_t len);

/* Set the locale for characters, as setlocale() does; false if there is none of that name. */
bool utf8_set_locale(const char *name);

/* Does the locale that setlocale() has set for characters write UTF-8? */
bool utf8_locale(void);

/*
 * Does it, or does the environment name such a locale that is not installed, or could not be read
 * for lack of memory? For who only writes, and asks the C library for nothing else of it.
 */
bool utf8_wanted(void);

#endif
