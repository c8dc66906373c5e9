// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <kstate-dump.h>

#include "short.h"
#include "utf8.h"

const bool ascii_plain[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true,
};

bool utf8_valid(const void *mem, size_t len)
{
	const uint8_t *p = mem;
	uint32_t code;
	size_t n;

	for (size_t i = ascii_run(mem, len); i < len; i += n) {
		n = kstd_utf8_code(p + i, len - i, &code);
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

bool utf8_set_locale(const char *name)
{
	const char *set;

	errno = 0;
	set = setlocale(LC_CTYPE, name);
	/* Without memory it is another locale, and other characters are written. */
	if (errno == ENOMEM)
		short_if_null(NULL);
	return set;
}

bool utf8_locale(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

bool utf8_wanted(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = "", *set;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !*locale; i++) {
		locale = getenv(names[i]);
		if (!locale)
			locale = "";
	}
	set = strchr(locale, '.');
	return utf8_locale() ||
	       (set && (!strncasecmp(set, ".UTF-8", 6) || !strncasecmp(set, ".utf8", 5)));
}
