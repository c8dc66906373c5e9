/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Bitmaps of preserved blocks, as the kernel has them: words of 64 bits in the machine's order. */

#ifndef KSTD_BITMAP_H
#define KSTD_BITMAP_H

#include "base/span.h"

#define KSTD_WORD_BITS	64

/**
 * struct kstd_bits - a place in a bitmap
 * @s: what is left of it, whole words
 * @word: bits that are left of the last word read, in their places
 * @i: number of the first bit of that word
 * @fresh: nothing was taken yet
 */
struct kstd_bits {
	struct kstd_span s;
	uint64_t word;
	uint32_t i;
	bool big;
	bool fresh;
};

static inline struct kstd_bits kstd_bits_of(struct kstd_span s, bool big)
{
	return (struct kstd_bits){ .s = s, .i = -KSTD_WORD_BITS, .big = big, .fresh = true };
}

static inline bool kstd_bits_load(struct kstd_bits *b)
{
	b->i += KSTD_WORD_BITS;
	if (kstd_span_int(&b->s, 8, b->big, &b->word))
		return true;
	b->word = 0;
	return false;
}

/* A bitmap is often full or empty: memcmp() finds that out faster than a loop over words. */
static inline bool kstd_bits_uniform(struct kstd_bits *b, uint32_t *from, uint32_t *to)
{
	uint8_t first = b->s.len ? *b->s.p : 0;

	b->fresh = false;
	if ((first && first != 0xff) || !kstd_span_uniform(&b->s))
		return false;
	*from = 0;
	*to = first ? 8 * b->s.len : 0;
	b->i = 8 * b->s.len - KSTD_WORD_BITS;
	kstd_span_skip(&b->s, b->s.len);
	return true;
}

/* The next bits that are set, from @from to before @to; none are left if the two are equal. */
static inline void kstd_bits_next(struct kstd_bits *b, uint32_t *from, uint32_t *to)
{
	bool more = true;

	if (b->fresh && kstd_bits_uniform(b, from, to))
		return;
	while (!b->word && more)
		more = kstd_bits_load(b);
	*from = *to = b->i;
	if (!more)
		return;
	*from = b->i + __builtin_ctzll(b->word);
	b->word |= b->word - 1;
	while (!~b->word && kstd_bits_load(b))
		;
	*to = b->i + (b->word ? __builtin_ctzll(~b->word) : 0);
	b->word &= b->word + 1;
}

#endif
