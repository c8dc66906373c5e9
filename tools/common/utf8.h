/* SPDX-License-Identifier: GPL-2.0 */

#ifndef TOOLS_UTF8_H
#define TOOLS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Plain: printable ASCII other than " and \\. */
extern const bool ascii_plain[256];

/* How many of the bytes at the start are plain. */
static inline size_t ascii_run(const void *mem, size_t len)
{
	const uint8_t *p = mem;
	size_t n = 0;

	while (n < len && ascii_plain[p[n]])
		n++;
	return n;
}

/* Well-formed UTF-8, control characters included. */
bool utf8_valid(const void *p, size_t len);

/* Characters in well-formed UTF-8; other bytes count as one each. */
size_t utf8_width(const void *p, size_t len);

#endif
