// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Kinds with a number of plain elements. */

#include "kstate/field_kinds.h"

int kstd_decode_varray(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t nr, bytes;
	struct kstd_span raw;
	int rc = kstd_get_number(p, f, &nr);

	if (rc)
		return rc;
	if (__builtin_mul_overflow(nr, f->size, &bytes))
		bytes = UINT64_MAX;
	if (!kstd_span_take(&p->s, bytes, &raw))
		return kstd_too_short(p, bytes);
	kstd_value_put_all(p, f, raw, into);
	return 0;
}

/* Make an element, or null; kstd_decode_pointer_array() has checked the bytes. */
static void make_target(struct kstd_payload *p, const struct kstd_field *f, uint64_t i,
			struct kstd_node *into)
{
	uint64_t at = p->s.at;
	struct kstd_span raw;
	bool present = false;

	(void)i;
	kstd_get_presence(p, &present);
	if (!present)
		kstd_null_put(p, into, at);
	else if (kstd_span_take(&p->s, f->size, &raw))
		kstd_value_put_one(p, f, raw, into);
}

int kstd_decode_pointer_array(struct kstd_payload *p, const struct kstd_field *f,
			      struct kstd_node *into)
{
	struct kstd_span all = p->s;
	bool present;
	int rc;

	for (uint64_t i = 0; i < f->count; i++) {
		rc = kstd_get_presence(p, &present);
		if (rc)
			return rc;
		if (present && !kstd_span_skip(&p->s, f->size))
			return kstd_too_short(p, f->size);
	}
	if (!f->count)
		return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, p->s.at, "an array of no elements");
	all.len -= p->s.len;
	kstd_styled(kstd_lazy_put(p, f, all, f->count, make_target, into, KSTD_K_VALUE),
		    KSTD_STYLE_INLINE);
	return 0;
}

int kstd_decode_string(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t len, at = p->s.at;
	struct kstd_span raw;
	int rc = kstd_get_int(p, 8, &len);

	if (rc)
		return rc;
	if (len == KSTATE_ABI_NO_STRING)
		return kstd_null_put(p, into, at);
	if (len >= f->count)
		return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, at,
				"a string of %llu bytes where there is room for %llu with the NUL",
				(unsigned long long)len, (unsigned long long)f->count);
	if (!kstd_span_take(&p->s, len, &raw))
		return kstd_too_short(p, len);
	if (raw.len && memchr(raw.p, 0, raw.len))
		kstd_odd(p, raw.at, "a NUL within a string");
	kstd_styled(kstd_placed(kstd_put_mem(p->arena, into, KSTD_K_VALUE, KSTD_TEXT, raw.p,
					     raw.len), raw.at), KSTD_STYLE_QUOTED);
	return 0;
}

static void put_range(struct kstd_payload *p, uint64_t first, uint64_t last,
		      struct kstd_node *into)
{
	struct kstd_node *n = kstd_styled(kstd_put(p->arena, into, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_INLINE);

	kstd_put_num(p->arena, n, KSTD_K_FIRST, KSTD_U64, first);
	kstd_hidden_if(kstd_put_num(p->arena, n, KSTD_K_LAST, KSTD_U64, last), first == last);
}

/**
 * struct bits - the words of a bitmap
 * @raw: all of them
 * @size: bytes of a word
 */
struct bits {
	struct kstd_span raw;
	size_t size;
	bool big;
};

/* The word with bit @bit; false beyond the last. */
static bool word_at(const struct bits *b, uint64_t bit, uint64_t *word)
{
	struct kstd_span s;

	return kstd_span_sub(&b->raw, bit / (8 * b->size) * b->size, b->size, &s) &&
	       kstd_span_int(&s, b->size, b->big, word);
}

/* The first bit from @bit on that is set, or, with @flip all ones, that is not. */
static uint64_t next_bit(const struct bits *b, uint64_t bit, uint64_t flip)
{
	uint64_t word, width = 8 * b->size;

	if (width < 64)
		flip &= (1ULL << width) - 1;
	for (; word_at(b, bit, &word); bit += width - bit % width) {
		word = (word ^ flip) >> bit % width;
		if (word)
			return bit + __builtin_ctzll(word);
	}
	return 8 * (uint64_t)b->raw.len;
}

/* Ranges may share words, so only the number of the bit moves on. */
static void make_range(struct kstd_payload *p, const struct kstd_field *f, uint64_t i,
		       struct kstd_node *into)
{
	struct bits b = { p->s, f->size, p->big };
	uint64_t end = 8 * (uint64_t)p->s.len, first, last;

	(void)i;
	first = next_bit(&b, p->bit, 0);
	if (first >= end)
		return;
	last = next_bit(&b, first, UINT64_MAX) - 1;
	p->bit = last + 1;
	put_range(p, first, last, into);
}

static void check_tail(struct kstd_payload *p, const struct bits *b, uint64_t nr, uint64_t at)
{
	if (next_bit(b, nr, 0) < 8 * (uint64_t)b->raw.len)
		kstd_odd(p, at, "bits are set beyond the last");
}

static int bad_words(struct kstd_payload *p, const struct kstd_field *f)
{
	if (f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8)
		return 0;
	return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, p->s.at, "words of %llu bytes",
			(unsigned long long)f->size);
}

/* Put the words of @nr bits; @at is the offset of @nr. */
static int put_bits(struct kstd_payload *p, const struct kstd_field *f, uint64_t nr, uint64_t at,
		    struct kstd_node *into)
{
	uint64_t bytes, width = 8 * f->size;
	struct bits b = { .size = f->size, .big = p->big };
	struct kstd_node *n, *list;

	if (__builtin_mul_overflow(nr / width + !!(nr % width), f->size, &bytes))
		bytes = UINT64_MAX;
	if (!kstd_span_take(&p->s, bytes, &b.raw))
		return kstd_too_short(p, bytes);
	check_tail(p, &b, nr, at);
	n = kstd_styled(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_OBJECT), KSTD_STYLE_INLINE);
	list = kstd_lazy_put(p, f, b.raw, KSTD_NO_COUNT, make_range, n, KSTD_K_RANGES);
	kstd_styled(kstd_placed(list, b.raw.at), KSTD_STYLE_SET);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_BITS, KSTD_U64, nr), at);
	return 0;
}

int kstd_decode_bitmap(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t nr, at = p->s.at;
	int rc = bad_words(p, f);

	rc = rc ? rc : kstd_get_int(p, 8, &nr);
	if (rc)
		return rc;
	if (nr != f->count)
		return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, at, "%llu bits where %llu are needed",
				(unsigned long long)nr, (unsigned long long)f->count);
	return put_bits(p, f, nr, at, into);
}

int kstd_decode_varbitmap(struct kstd_payload *p, const struct kstd_field *f,
			  struct kstd_node *into)
{
	uint64_t nr, at = p->s.at;
	int rc = bad_words(p, f);

	rc = rc ? rc : kstd_get_number(p, f, &nr);
	return rc ? rc : put_bits(p, f, nr, at, into);
}
