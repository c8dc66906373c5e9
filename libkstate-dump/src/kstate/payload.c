// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Read the values that several kinds have in a payload, and report errors in it. */

#include "kstate/field_kinds.h"

int kstd_too_short(struct kstd_payload *p, uint64_t need)
{
	return kstd_err(p->dump->ctx, KSTD_E_TRUNCATED, p->s.at,
			"%zu bytes where %llu are needed", p->s.len, (unsigned long long)need);
}

int kstd_get_int(struct kstd_payload *p, size_t size, uint64_t *v)
{
	*v = 0;
	return kstd_span_int(&p->s, size, p->big, v) ? 0 : kstd_too_short(p, size);
}

int kstd_get_presence(struct kstd_payload *p, bool *present)
{
	uint64_t at = p->s.at;
	uint8_t presence;

	if (!kstd_span_u8(&p->s, &presence))
		return kstd_too_short(p, 1);
	*present = presence == KSTATE_ABI_PRESENT;
	if (*present || presence == KSTATE_ABI_NULL)
		return 0;
	return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, at,
			"presence byte is 0x%02x, neither 0 nor 1", presence);
}

int kstd_get_number(struct kstd_payload *p, const struct kstd_field *f, uint64_t *nr)
{
	uint64_t at = p->s.at;
	int rc = kstd_get_int(p, 8, nr);

	if (rc || *nr <= f->count)
		return rc;
	return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, at, "%llu elements where at most %llu can be",
			(unsigned long long)*nr, (unsigned long long)f->count);
}

int kstd_null_put(struct kstd_payload *p, struct kstd_node *into, uint64_t at)
{
	kstd_placed(kstd_put(p->arena, into, KSTD_K_VALUE, KSTD_NULL), at);
	return 0;
}

void kstd_odd(struct kstd_payload *p, uint64_t at, const char *fmt, ...)
{
	va_list ap;

	p->odd = true;
	va_start(ap, fmt);
	kstd_verr(p->dump->ctx, KSTD_E_CORRUPT, at, fmt, ap);
	va_end(ap);
}
