// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdio.h>

#include "fdt/native.h"
#include "kho/kho_root.h"
#include "kstate/image.h"
#include "subtree/decoder.h"

#define SHOWN	32	/* bytes of what is not known */

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
	.name = "kstate", .probe = kstd_image_probe,
};

static const struct kstd_decoder dec_root = {
	.name = "KHO root", .probe = kstd_kho_root_probe,
};

/* What an unknown blob holds is not known; its first bytes are shown. */
static int unknown(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);
	size_t nr = blob->bytes.len < SHOWN ? blob->bytes.len : SHOWN;
	char hex[3 * SHOWN + 1] = "", safe[KSTD_SAFE];

	(void)into;
	for (size_t i = 0; i < nr; i++)
		snprintf(hex + 3 * i, 4, " %02x", blob->bytes.p[i]);
	if (compatible)
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"what it holds: of a format that this program does not know, \"%s\"; hexdump and dtc show its bytes",
				kstd_safe(safe, compatible, strlen(compatible)));
	return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
			"what it holds: of a format that this program does not know; its %zu bytes begin with%s",
			blob->bytes.len, hex);
}

/* Nor to which memory it refers. */
static int unknown_refs(struct kstd_dump *dump, const struct kstd_blob *blob,
			const struct kstd_where *where, struct kstd_refs *refs)
{
	(void)where;
	(void)refs;
	return unknown(dump, blob, NULL);
}

static const struct kstd_decoder dec_fdt = {
	.name = "FDT", .opaque = true, .probe = probe_fdt, .details = unknown, .refs = unknown_refs,
};

static const struct kstd_decoder dec_any = {
	.name = "unknown", .opaque = true, .probe = probe_any, .details = unknown, .refs = unknown_refs,
};

static const struct kstd_decoder *const table[] = {
	&dec_kstate,
	&dec_root,
	&kstd_decoder_memblock,
	&kstd_decoder_test,
	&kstd_decoder_luo,
	&dec_fdt,
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

/* An FDT of another user of KHO: report its compatible string. */
static int foreign_fdt(struct kstd_dump *dump, const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);
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
