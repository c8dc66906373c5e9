/* SPDX-License-Identifier: GPL-2.0 */

#ifndef TOOLS_UTF8_H
#define TOOLS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Plain: printable ASCII other than " and \\. */
extern const bool ascii_plain[256];

#define UTF8_EACH(c)	(0x0101010101010101ULL * (c))

/* Does a word have a byte that is not plain? */
static inline bool any_special(uint64_t w)
{
	uint64_t quote = w ^ UTF8_EACH('"'), backslash = w ^ UTF8_EACH('\\');

	return ((w - UTF8_EACH(' ')) | (quote - UTF8_EACH(1)) | (backslash - UTF8_EACH(1)) |
		(w + UTF8_EACH(1)) | w) & UTF8_EACH(0x80);
}

/* How many of the bytes at the start are plain. */
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

/* Well-formed UTF-8, control characters included. */
bool utf8_valid(const void *p, size_t len);

/* Characters in well-formed UTF-8; other bytes count as one each. */
size_t utf8_width(const void *p, size_t len);

#endif
