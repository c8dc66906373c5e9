// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <linux/kho/abi/kstate.h>

#include "subtree/decoder.h"
#include "kho/kho_root.h"

/* Without checking the rest of the tree: a probe must be cheap and never fails. */
const char *kstd_decoder_compatible(const struct kstd_blob *blob)
{
	struct kstd_fdt fdt;
	struct kstd_cursor root;
	struct kstd_span value;

	if (!kstd_fdt_peek(&blob->bytes, &fdt))
		return NULL;
	root = kstd_fdt_root(&fdt);
	return kstd_fdt_prop(&root, "compatible", &value) ? kstd_fdt_str(&value) : NULL;
}

static bool is_compatible(const struct kstd_blob *blob, const char *prefix)
{
	const char *compatible = kstd_decoder_compatible(blob);

	return compatible && !strncmp(compatible, prefix, strlen(prefix));
}

static bool probe_kstate(const struct kstd_blob *blob)
{
	return is_compatible(blob, "kstate-v");
}

static bool probe_root(const struct kstd_blob *blob)
{
	return is_compatible(blob, KSTD_KHO_PREFIX);
}

static bool probe_fdt(const struct kstd_blob *blob)
{
	return kstd_fdt_magic(&blob->bytes);
}

static bool probe_any(const struct kstd_blob *blob)
{
	(void)blob;
	return true;
}

static const struct kstd_decoder dec_kstate = {
	.name = "kstate", .is_kstate = true, .probe = probe_kstate,
};

static const struct kstd_decoder dec_root = {
	.name = "KHO root", .is_root = true, .probe = probe_root,
};

static const struct kstd_decoder dec_fdt = { .name = "FDT", .probe = probe_fdt };
static const struct kstd_decoder dec_any = { .name = "unknown", .probe = probe_any };

static const struct kstd_decoder *const table[] = {
	&dec_kstate,
	&dec_root,
	&kstd_decoder_memblock,
	&kstd_decoder_test,
	&dec_fdt,
	&kstd_decoder_luo,
	&kstd_decoder_metadata,
	&dec_any,
};

const struct kstd_decoder *kstd_decoder_of(const struct kstd_blob *blob)
{
	size_t i = 0;

	while (!table[i]->probe(blob))
		i++;
	return table[i];
}

/* An FDT of others: say whose. */
static int foreign_fdt(struct kstd_dump *dump, const struct kstd_blob *blob)
{
	const char *compatible = kstd_decoder_compatible(blob);
	struct kstd_fdt fdt;
	char safe[KSTD_SAFE];
	int rc = kstd_fdt_open(dump->ctx, &blob->bytes, &fdt);

	if (rc)
		return rc;
	if (!compatible)
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an FDT, but not one of KHO: its root has no compatible string");
	return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
			"an FDT, but not one of KHO: its root says \"%s\"",
			kstd_safe(safe, compatible, strlen(compatible)));
}

int kstd_decoder_probe(struct kstd_dump *dump, struct kstd_blob *blob)
{
	const struct kstd_decoder *dec = kstd_decoder_of(blob);
	struct kstd_fdt fdt;

	if (dec == &dec_fdt)
		return foreign_fdt(dump, blob);
	if (dec == &dec_any)
		return kstd_fdt_open(dump->ctx, &blob->bytes, &fdt);	/* says what it is */
	return 0;
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
