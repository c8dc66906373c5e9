// SPDX-License-Identifier: GPL-2.0
/* fuzz.c - decisions from the input, and how a target fails */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

void fuzz_fail(const char *fmt, ...)
{
	va_list ap;

	fputs("fuzz: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

struct fuzz_in fuzz_in(const uint8_t *data, size_t size)
{
	uint32_t state = 2166136261U;

	for (size_t i = 0; i < size; i++)
		state = (state ^ data[i]) * 16777619U;
	return (struct fuzz_in){ .p = data, .len = size, .state = state ?: 1 };
}

static uint8_t fuzz_next(struct fuzz_in *in)
{
	in->state ^= in->state << 13;
	in->state ^= in->state >> 17;
	in->state ^= in->state << 5;
	return in->state >> 24;
}

uint8_t fuzz_u8(struct fuzz_in *in)
{
	if (!in->len)
		return fuzz_next(in);
	in->len--;
	return *in->p++;
}

uint32_t fuzz_below(struct fuzz_in *in, uint32_t nr)
{
	uint32_t val = fuzz_u8(in);

	if (nr > 256)
		val |= (uint32_t)fuzz_u8(in) << 8;
	return val % nr;
}

int fuzz_one_in(struct fuzz_in *in, uint32_t nr)
{
	return !fuzz_below(in, nr);
}

void fuzz_fill(struct fuzz_in *in, void *to, size_t len)
{
	uint8_t *p = to;

	while (len--)
		*p++ = fuzz_u8(in);
}
