// SPDX-License-Identifier: GPL-2.0

#include <langinfo.h>

#include <kstate-dump.h>

#include "utf8.h"

const bool ascii_plain[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true,
};

bool utf8_valid(const void *mem, size_t len)
{
	const uint8_t *p = mem;
	size_t n;

	for (size_t i = ascii_run(mem, len); i < len; i += n) {
		bool c1 = p[i] == 0xc2 && i + 1 < len && p[i + 1] >= 0x80 && p[i + 1] < 0xa0;

		n = p[i] < 0x80 ? 1 : c1 ? 2 : kstd_utf8(p + i, len - i);
		if (!n)
			return false;
	}
	return true;
}

size_t utf8_width(const void *mem, size_t len)
{
	const uint8_t *p = mem;
	size_t n, width = ascii_run(mem, len);

	for (size_t i = width; i < len; i += n, width++) {
		n = kstd_utf8(p + i, len - i);
		if (!n)
			n = 1;
	}
	return width;
}

bool utf8_locale(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}
