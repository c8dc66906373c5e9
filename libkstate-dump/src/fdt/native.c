// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "fdt/native.h"

/* Without checking the rest of the tree: a probe must be cheap and never fails. */
const char *kstd_fdt_compatible(const struct kstd_span *bytes)
{
	struct kstd_fdt fdt;
	struct kstd_cursor root;
	struct kstd_span value;

	if (!kstd_fdt_peek(bytes, &fdt))
		return NULL;
	root = kstd_fdt_root(&fdt);
	return kstd_fdt_prop(&root, "compatible", &value) ? kstd_fdt_str(&value) : NULL;
}

/* Addresses and sizes have zero bytes at their upper end. */
int kstd_native_vote(const struct kstd_span *raw)
{
	struct kstd_span little = *raw, big = *raw;
	uint64_t l, b;

	if (raw->len != 8 || !kstd_span_int(&little, 8, false, &l) ||
	    !kstd_span_int(&big, 8, true, &b) || l == b)
		return 0;
	return l < b ? -1 : 1;
}

bool kstd_native_u64(const struct kstd_cursor *node, const char *prop, bool big, uint64_t *v,
		     uint64_t *at)
{
	struct kstd_span raw;

	if (!kstd_fdt_prop(node, prop, &raw) || raw.len != 8)
		return false;
	*at = raw.at;
	return kstd_span_int(&raw, 8, big, v);
}
