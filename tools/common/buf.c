// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "progress.h"
#include "short.h"

#define FD_BYTES	(64 << 10)
#define FIRST_BYTES	256

void buf_open(struct buf *b, int fd)
{
	*b = (struct buf){ .fd = fd, .to_fd = true };
}

void buf_flush(struct buf *b)
{
	size_t done = 0;

	if (b->len)
		progress_clear(b->fd);
	while (done < b->len && !b->failed) {
		ssize_t n = write(b->fd, b->p + done, b->len - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			b->failed = errno;
	}
	b->len = 0;
}

/* Who made the buffer may not look at it. */
static bool no_memory(struct buf *b)
{
	short_if_null(NULL);
	b->failed = ENOMEM;
	return false;
}

static bool grow(struct buf *b, size_t n)
{
	size_t size = b->size ? b->size : b->to_fd ? FD_BYTES : FIRST_BYTES;
	char *p;

	while (size - b->len < n) {
		if (size > SIZE_MAX / 2)
			return no_memory(b);
		size *= 2;
	}
	p = realloc(b->p, size);
	if (!p)
		return no_memory(b);
	b->p = p;
	b->size = size;
	return true;
}

bool buf_room(struct buf *b, size_t n)
{
	if (b->to_fd && b->p && b->size - b->len < n)
		buf_flush(b);
	if (b->failed)
		return false;
	return (b->p && b->size - b->len >= n) || grow(b, n);
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

void buf_fill(struct buf *b, char c, size_t n)
{
	if (!buf_room(b, n))
		return;
	memset(b->p + b->len, c, n);
	b->len += n;
}

/* The number of decimal digits: 1 to 20. */
static inline unsigned int nr_digits(uint64_t v)
{
	static const uint64_t powers[] = {
		0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
		10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
		1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
		10000000000000000000ULL,
	};
	unsigned int bits = 64 - __builtin_clzll(v | 1), n = bits * 1233 >> 12;

	/* @n is the number of digits or one less: 1233 / 4096 is the decimal logarithm of 2. */
	return n + (v >= powers[n]);
}

/* It takes two digits with one division, the last ones first. */
char *buf_put_u64(char *p, uint64_t v)
{
	static const char pairs[] =
		"00010203040506070809" "10111213141516171819" "20212223242526272829"
		"30313233343536373839" "40414243444546474849" "50515253545556575859"
		"60616263646566676869" "70717273747576777879" "80818283848586878889"
		"90919293949596979899";
	char *end = p + nr_digits(v), *to = end;

	for (; v >= 100; v /= 100)
		memcpy(to -= 2, pairs + 2 * (v % 100), 2);
	if (v >= 10)
		memcpy(to - 2, pairs + 2 * v, 2);
	else
		to[-1] = '0' + v;
	return end;
}

void buf_u64(struct buf *b, uint64_t v)
{
	char *p = buf_reserve(b, BUF_U64);

	if (p)
		b->len = buf_put_u64(p, v) - b->p;
}

void buf_s64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	buf_u64(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

const char *count_text(uint64_t v, char room[COUNT_TEXT])
{
	char digits[BUF_U64], *to = room;
	size_t nr = buf_put_u64(digits, v) - digits;

	for (size_t i = 0; i < nr; i++) {
		if (i && !((nr - i) % 3))
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = 0;
	return room;
}

void buf_count(struct buf *b, uint64_t v)
{
	char room[COUNT_TEXT];

	if (v < 1000)
		buf_u64(b, v);
	else
		buf_str(b, count_text(v, room));
}

void buf_hex(struct buf *b, const void *mem, size_t n, const char *gap)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = mem;

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_str(b, gap);
		buf_char(b, digits[p[i] >> 4]);
		buf_char(b, digits[p[i] & 15]);
	}
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		buf_add(b, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}
