// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/abi_version.h"
#include "base/span.h"

#define ABI_MAX	64	/* bytes of a version string, with its NUL */

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

/* One version; returns the bytes of its name, 0 if it is none. */
static size_t parse_one(const struct kstd_span *s)
{
	size_t digits = count_digits(s), name_len;
	struct kstd_span sep;

	if (!digits || s->len < digits + 3 ||
	    !kstd_span_sub(s, s->len - digits - 2, 2, &sep) || !kstd_span_is(&sep, "-v"))
		return 0;
	for (size_t i = 0; i < s->len; i++)
		if (!is_name_char(s->p[i]))
			return 0;
	name_len = s->len - digits - 2;
	return s->p[0] == '-' ? 0 : name_len;
}

bool kstd_abi_parse(const char *version, size_t len, size_t *name_len)
{
	struct kstd_span rest = kstd_span_of(version, len, 0), part;

	if (len >= ABI_MAX || !len || version[len - 1] == ';')
		return false;
	for (*name_len = 0; rest.len; *name_len = *name_len ?: parse_one(&part)) {
		part = kstd_span_until(&rest, ';');
		if (!parse_one(&part))
			return false;
	}
	return true;
}
