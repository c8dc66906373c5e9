// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "fdt/native.h"
#include "kho/kho_root.h"
#include "memory/phys.h"

#define PROP_MAP	"preserved-memory-map"
#define FDT_HEADER	40

static bool is_big(const struct kstd_fdt *fdt, const struct kstd_kho_format *format)
{
	struct kstd_cursor c = kstd_fdt_root(fdt);
	struct kstd_span raw;
	struct kstd_tok tok;
	int vote = 0;

	if (kstd_fdt_prop(&c, PROP_MAP, &raw))
		vote += kstd_native_vote(&raw);
	while (kstd_fdt_child(&c, &tok)) {
		if (kstd_fdt_prop(&c, format->address, &raw))
			vote += kstd_native_vote(&raw);
		if (format->size && kstd_fdt_prop(&c, format->size, &raw))
			vote += kstd_native_vote(&raw);
		kstd_fdt_leave(&c);
	}
	return vote > 0;
}

bool kstd_kho_root_probe(const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);

	return compatible && !strncmp(compatible, KSTD_KHO_PREFIX, strlen(KSTD_KHO_PREFIX));
}

int kstd_kho_root_unknown(struct kstd_ctx *ctx, const struct kstd_kho_root *root)
{
	const char *proposed = kstd_format_proposed(root->compatible, strlen(root->compatible));
	char safe[KSTD_SAFE];

	kstd_safe(safe, root->compatible, strlen(root->compatible));
	if (proposed)
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"a KHO root of \"%s\": %s; nothing in it is decoded", safe, proposed);
	return kstd_err(ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
			"a KHO root of version \"%s\"; this program reads " KSTD_KHO_OLDEST " to " KSTD_KHO_COMPATIBLE,
			safe);
}

int kstd_kho_root_open(struct kstd_ctx *ctx, const struct kstd_span *bytes,
		       struct kstd_kho_root *root)
{
	struct kstd_span value = { 0 };
	struct kstd_cursor c;
	int rc;

	*root = (struct kstd_kho_root){ 0 };
	rc = kstd_fdt_open(ctx, bytes, &root->fdt);
	if (rc)
		return rc;
	c = kstd_fdt_root(&root->fdt);
	value.at = c.s.at;
	if (kstd_fdt_prop(&c, "compatible", &value))
		root->compatible = kstd_fdt_str(&value);
	if (!root->compatible || strncmp(root->compatible, KSTD_KHO_PREFIX,
					 strlen(KSTD_KHO_PREFIX)))
		return kstd_err(ctx, KSTD_E_FOREIGN, value.at, "%s: not a KHO root",
				root->compatible ? "compatible with something else" :
				"no compatible string");
	root->format = kstd_kho_format(root->compatible);
	if (!root->format)
		return 0;
	root->version = root->format->version;
	root->big = is_big(&root->fdt, root->format);
	root->has_map = kstd_native_u64(&c, PROP_MAP, root->big, &root->map, &root->map_at);
	return 0;
}

/* An FDT in memory says how long it is. */
static void look_at_fdt(struct kstd_dump *dump, struct kstd_kho_subtree *sub)
{
	uint8_t header[FDT_HEADER];
	struct kstd_span s = kstd_span_of(header, sizeof(header), 0);

	if (!dump->phys || kstd_phys_copy(dump, sub->address, header, sizeof(header)) ||
	    !kstd_fdt_magic(&s))
		return;
	sub->bytes = kstd_fdt_total(&s);
	sub->has_bytes = sub->bytes;
}

/* What the node that @c is in says; false if it lacks something. */
static bool read_subtree(struct kstd_dump *dump, const struct kstd_kho_root *root,
			 const struct kstd_cursor *c, struct kstd_kho_subtree *sub)
{
	const struct kstd_kho_format *format = root->format;
	uint64_t at;

	if (!format)
		return true;
	sub->has_address = kstd_native_u64(c, format->address, root->big, &sub->address, &sub->at);
	if (format->size)
		sub->has_bytes = kstd_native_u64(c, format->size, root->big, &sub->bytes, &at);
	else if (sub->has_address)
		look_at_fdt(dump, sub);
	return sub->has_address && (sub->has_bytes || !format->size);
}

bool kstd_kho_next(struct kstd_dump *dump, const struct kstd_where *where,
		   const struct kstd_kho_root *root, struct kstd_cursor *c,
		   struct kstd_kho_subtree *sub)
{
	struct kstd_tok tok;

	while (kstd_fdt_child(c, &tok)) {
		struct kstd_where here = KSTD_IN(where, tok.name, tok.name_len);
		bool whole;

		*sub = (struct kstd_kho_subtree){ .name = tok.name, .name_len = tok.name_len };
		whole = read_subtree(dump, root, c, sub);
		kstd_fdt_leave(c);
		if (whole && !sub->has_bytes && dump->phys)
			kstd_unknown(dump, &here, "what it holds: it should be an FDT, which says how long it is, and there is none to be read at 0x%llx",
				     (unsigned long long)sub->address);
		if (whole)
			return true;
		kstd_defect(dump, &here, KSTD_E_CORRUPT, tok.at, "no %s%s%s of 8 bytes",
			    root->format->address, root->format->size ? " or " : "",
			    root->format->size ? root->format->size : "");
	}
	return false;
}
