/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: bounded reading
 *
 * A span is what is left to read of a blob. Taking from it checks the length
 * and moves it on; a take that does not fit changes nothing. Together with
 * fdt_view.c this is the only place that turns offsets into pointers.
 */

#ifndef KSTD_SPAN_H
#define KSTD_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct kstd_span - some bytes of a blob
 * @p: the next byte; never dereferenced if @len is 0
 * @len: bytes left
 * @at: offset of @p in its file
 */
struct kstd_span {
	const uint8_t *p;
	size_t len;
	uint64_t at;
};

static inline struct kstd_span kstd_span_of(const void *p, size_t len, uint64_t at)
{
	return (struct kstd_span){ .p = p, .len = len, .at = at };
}

static inline bool kstd_span_take(struct kstd_span *s, uint64_t n, struct kstd_span *out)
{
	if (n > s->len)
		return false;
	*out = kstd_span_of(s->p, n, s->at);
	if (n)
		s->p += n;
	s->len -= n;
	s->at += n;
	return true;
}

static inline bool kstd_span_skip(struct kstd_span *s, uint64_t n)
{
	struct kstd_span gone;

	return kstd_span_take(s, n, &gone);
}

/* @len bytes from @off on, without moving @s. */
static inline bool kstd_span_sub(const struct kstd_span *s, uint64_t off, uint64_t len,
				 struct kstd_span *out)
{
	struct kstd_span copy = *s;

	return kstd_span_skip(&copy, off) && kstd_span_take(&copy, len, out);
}

/* Up to eight bytes. */
static inline uint64_t kstd_bytes_int(const uint8_t *p, size_t size, bool big)
{
	uint64_t x = 0;

	for (size_t i = 0; i < size; i++)
		x = x << 8 | p[big ? i : size - 1 - i];
	return x;
}

/* An integer of up to eight bytes. */
static inline bool kstd_span_int(struct kstd_span *s, size_t size, bool big, uint64_t *v)
{
	const bool swap = big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	struct kstd_span raw;
	uint32_t word;

	if (size > sizeof(*v) || !kstd_span_take(s, size, &raw))
		return false;
	switch (size) {
	case 8:
		memcpy(v, raw.p, 8);
		*v = swap ? __builtin_bswap64(*v) : *v;
		break;
	case 4:
		memcpy(&word, raw.p, 4);
		*v = swap ? __builtin_bswap32(word) : word;
		break;
	default:
		*v = kstd_bytes_int(raw.p, size, big);
	}
	return true;
}

static inline bool kstd_span_u8(struct kstd_span *s, uint8_t *v)
{
	if (!s->len)
		return false;
	*v = *s->p;
	return kstd_span_skip(s, 1);
}

static inline bool kstd_span_be32(struct kstd_span *s, uint32_t *v)
{
	uint32_t raw;

	if (s->len < sizeof(raw))
		return false;
	memcpy(&raw, s->p, sizeof(raw));
	*v = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? raw : __builtin_bswap32(raw);
	return kstd_span_skip(s, sizeof(raw));
}

static inline bool kstd_span_be64(struct kstd_span *s, uint64_t *v)
{
	uint32_t hi, lo;
	struct kstd_span copy = *s;

	if (!kstd_span_be32(&copy, &hi) || !kstd_span_be32(&copy, &lo))
		return false;
	*v = (uint64_t)hi << 32 | lo;
	*s = copy;
	return true;
}

/* A NUL-terminated string; @len does not count the NUL. */
static inline bool kstd_span_str(struct kstd_span *s, const char **str, size_t *len)
{
	const uint8_t *end = s->len ? memchr(s->p, 0, s->len) : NULL;

	if (!end)
		return false;
	*str = (const char *)s->p;
	*len = end - s->p;
	return kstd_span_skip(s, *len + 1);
}

/* The bytes up to @c, or all; @s moves past @c. */
static inline struct kstd_span kstd_span_until(struct kstd_span *s, char c)
{
	const uint8_t *end = s->len ? memchr(s->p, c, s->len) : NULL;
	struct kstd_span out = kstd_span_of(s->p, end ? (size_t)(end - s->p) : s->len, s->at);

	kstd_span_skip(s, out.len + (end ? 1 : 0));
	return out;
}

/* Lower-case hex of up to 16 digits, all of it. */
static inline bool kstd_hex(const void *mem, size_t len, uint64_t *v)
{
	const uint8_t *p = mem;

	*v = 0;
	for (size_t i = 0; i < len && len <= 16; i++) {
		int digit = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' :
			    p[i] >= 'a' && p[i] <= 'f' ? p[i] - 'a' + 10 : -1;

		if (digit < 0)
			return false;
		*v = *v << 4 | (digit & 0xf);
	}
	return len && len <= 16;
}

static inline bool kstd_span_is(const struct kstd_span *s, const char *str)
{
	size_t len = strlen(str);

	return s->len == len && !memcmp(s->p, str, len);
}

static inline bool kstd_span_starts(const struct kstd_span *s, const void *what, size_t len)
{
	return s->len >= len && !memcmp(s->p, what, len);
}

/* Are all its bytes the same? */
static inline bool kstd_span_uniform(const struct kstd_span *s)
{
	return s->len < 2 || !memcmp(s->p, s->p + 1, s->len - 1);
}

#endif
