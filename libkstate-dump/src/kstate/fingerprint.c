// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Fingerprints of descriptions, as in include/linux/kho/abi/kstate.h. */

#include "base/dump.h"
#include "kstate/schema.h"

#define FNV_START	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

#define X(sym, code, name) if (!strcmp(str, name)) return code;
static uint8_t kind_code(const char *str)
{
	KSTATE_ABI_KINDS(X)
	return KSTD_UNKNOWN;
}
#undef X

static uint64_t fnv(uint64_t h, const void *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ ((const uint8_t *)p)[i]) * FNV_PRIME;
	return h;
}

static uint64_t fnv_le(uint64_t h, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, v >>= 8) {
		uint8_t b = v;

		h = fnv(h, &b, 1);
	}
	return h;
}

/* False if a field cannot be part of a fingerprint that is known here. */
static bool fingerprint(const struct kstd_desc *d, uint64_t *out)
{
	uint64_t h = FNV_START;

	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];
		uint8_t codes[] = { kind_code(f->kind_name), f->sign };

		if (codes[0] == KSTD_UNKNOWN || codes[1] == KSTD_UNKNOWN ||
		    (f->has_struct_id && !f->nested))
			return false;
		h = fnv(h, f->name, strlen(f->name) + 1);
		h = fnv(h, codes, sizeof(codes));
		h = fnv_le(fnv_le(h, f->size, 8), f->count, 8);
		h = fnv_le(fnv_le(h, f->since, 4), f->until, 4);
		h = fnv_le(h, f->nested ? f->nested->fingerprint : 0, 8);
	}
	*out = h;
	return true;
}

void kstd_fingerprint_check(struct kstd_dump *dump, const struct kstd_where *where,
			    const struct kstd_desc *d)
{
	uint64_t want;

	if (!fingerprint(d, &want) || want == d->fingerprint)
		return;
	kstd_defect(dump, where, KSTD_E_MISMATCH, d->at,
		    "fingerprint 0x%llx, but its fields give 0x%llx",
		    (unsigned long long)d->fingerprint, (unsigned long long)want);
}
