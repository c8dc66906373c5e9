// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/crc32c.h"
#include "fdt/fdt_props.h"

bool kstd_prop_find(struct kstd_props *r, const char *name, struct kstd_span *value)
{
	if (kstd_fdt_prop(r->node, name, value))
		return true;
	r->complete = false;
	kstd_defect(r->dump, r->where, KSTD_E_MISSING, r->at, "no %s", name);
	return false;
}

static void wrong_size(struct kstd_props *r, const char *name, const struct kstd_span *v,
		       size_t want)
{
	r->complete = false;
	kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, v->at, "%s: %zu bytes where %zu are needed",
		    name, v->len, want);
}

uint32_t kstd_prop_u32(struct kstd_props *r, const char *name)
{
	struct kstd_span v, copy;
	uint32_t out = 0;

	if (!kstd_prop_find(r, name, &v))
		return 0;
	copy = v;
	if (v.len != sizeof(out) || !kstd_span_be32(&copy, &out))
		wrong_size(r, name, &v, sizeof(out));
	return out;
}

uint64_t kstd_prop_u64(struct kstd_props *r, const char *name)
{
	struct kstd_span v, copy;
	uint64_t out = 0;

	if (!kstd_prop_find(r, name, &v))
		return 0;
	copy = v;
	if (v.len != sizeof(out) || !kstd_span_be64(&copy, &out))
		wrong_size(r, name, &v, sizeof(out));
	return out;
}

const char *kstd_prop_str(struct kstd_props *r, const char *name)
{
	struct kstd_span v;
	const char *str;

	if (!kstd_prop_find(r, name, &v))
		return "";
	str = kstd_fdt_str(&v);
	if (str)
		return str;
	r->complete = false;
	kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, v.at, "%s: not a string", name);
	return "";
}

bool kstd_prop_crc(struct kstd_props *r, uint32_t crc)
{
	struct kstd_props only = *r;
	uint32_t want;

	only.complete = true;
	want = kstd_prop_u32(&only, KSTD_PROP_CRC);
	crc = kstd_crc_final(crc);
	if (only.complete && crc != want)
		kstd_defect(r->dump, r->where, KSTD_E_CHECKSUM, r->at,
			    "checksum is 0x%08x, but the contents give 0x%08x", want, crc);
	return only.complete && crc == want;
}
