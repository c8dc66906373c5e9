// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "kinds.h"

static int too_short(struct kstd_payload *p, uint64_t need)
{
	return kstd_err(p->ctx, KSTD_E_TRUNCATED, p->s.at, "%zu bytes where %llu are needed",
			p->s.len, (unsigned long long)need);
}

static int decode_value(struct kstd_payload *p, const struct kstd_field *f,
			struct kstd_node *into)
{
	struct kstd_span raw;

	if (!kstd_span_take(&p->s, f->bytes, &raw))
		return too_short(p, f->bytes);
	kstd_value_put(p, f, raw, into);
	return 0;
}

static int decode_pointer(struct kstd_payload *p, const struct kstd_field *f,
			  struct kstd_node *into)
{
	uint64_t at = p->s.at;
	uint8_t presence;

	if (!kstd_span_u8(&p->s, &presence))
		return too_short(p, 1);
	switch (presence) {
	case KSTATE_ABI_NULL:
		kstd_placed(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_NULL), at);
		return 0;
	case KSTATE_ABI_PRESENT:
		return decode_value(p, f, into);
	default:
		return kstd_err(p->ctx, KSTD_E_CORRUPT, at,
				"presence byte is 0x%02x, neither 0 nor 1", presence);
	}
}

#define MAX_ORDER	32	/* more than any kernel has, and no shift overflows */

static int decode_folio(struct kstd_payload *p, const struct kstd_field *f,
			struct kstd_node *into)
{
	uint64_t address, order, at = p->s.at;
	struct kstd_node *n;

	(void)f;
	if (p->s.len < 8 + 4 || !kstd_span_int(&p->s, 8, p->big, &address) ||
	    !kstd_span_int(&p->s, 4, p->big, &order))
		return too_short(p, 8 + 4);
	if (!address && !order) {
		kstd_placed(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_NULL), at);
		return 0;
	}
	if (order > MAX_ORDER || (p->page_size && address % p->page_size)) {
		p->odd = true;
		kstd_err(p->ctx, KSTD_E_CORRUPT, at, "no folio can be at 0x%llx with order %llu",
			 (unsigned long long)address, (unsigned long long)order);
	}
	n = kstd_styled(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_OBJECT), KSTD_STYLE_INLINE);
	kstd_placed(n, at);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_ADDRESS, KSTD_ADDRESS, address), at);
	kstd_placed(kstd_put_num(p->arena, n, KSTD_K_ORDER, KSTD_U32, order), at + 8);
	if (p->page_size && order <= MAX_ORDER)
		kstd_put_num(p->arena, n, KSTD_K_FOLIO_BYTES, KSTD_SIZE,
			     (uint64_t)p->page_size << order);
	else
		kstd_put(p->arena, n, KSTD_K_FOLIO_BYTES, KSTD_NULL);
	return 0;
}

static const struct kstd_kind kinds[] = {
	{ "value",	decode_value },
	{ "equal",	decode_value },
	{ "pointer",	decode_pointer },
	{ "folio",	decode_folio },
};

const struct kstd_kind *kstd_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}
