// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/abi_version.h"
#include "base/span.h"

#define ABI_MAX	32	/* bytes of a version string, with its NUL */

static bool is_name_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static size_t count_digits(const struct kstd_span *s)
{
	size_t n = 0;

	while (n < s->len && s->p[s->len - 1 - n] >= '0' && s->p[s->len - 1 - n] <= '9')
		n++;
	return n;
}

bool kstd_abi_parse(const char *version, size_t len, size_t *name_len)
{
	struct kstd_span s = kstd_span_of(version, len, 0), sep;
	size_t digits = count_digits(&s);

	if (len >= ABI_MAX || !digits || len < digits + 3 ||
	    !kstd_span_sub(&s, len - digits - 2, 2, &sep) || !kstd_span_is(&sep, "-v"))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_name_char(s.p[i]))
			return false;
	*name_len = len - digits - 2;
	return version[0] != '-';
}
