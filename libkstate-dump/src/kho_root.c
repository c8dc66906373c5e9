// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "dec.h"
#include "kho_root.h"

#define PROP_MAP	"preserved-memory-map"
#define PROP_DATA	"preserved-data"
#define PROP_SIZE	"blob-size"

static bool is_big(const struct kstd_fdt *fdt)
{
	struct kstd_cursor c = kstd_fdt_root(fdt);
	struct kstd_span raw;
	struct kstd_tok tok;
	int vote = 0;

	if (kstd_fdt_prop(&c, PROP_MAP, &raw))
		vote += kstd_native_vote(&raw);
	while (kstd_fdt_child(&c, &tok)) {
		if (kstd_fdt_prop(&c, PROP_DATA, &raw))
			vote += kstd_native_vote(&raw);
		if (kstd_fdt_prop(&c, PROP_SIZE, &raw))
			vote += kstd_native_vote(&raw);
		kstd_fdt_leave(&c);
	}
	return vote > 0;
}

static int check_version(struct kstd_ctx *ctx, const char *compatible, uint64_t at)
{
	char safe[KSTD_SAFE];

	if (!compatible)
		return kstd_err(ctx, KSTD_E_FOREIGN, at, "no compatible string: not a KHO root");
	if (strcmp(compatible, KSTD_KHO_COMPATIBLE))
		return kstd_err(ctx, KSTD_E_UNSUPPORTED, at,
				"a KHO root of version \"%s\"; this program reads " KSTD_KHO_COMPATIBLE,
				kstd_safe(safe, compatible, strlen(compatible)));
	return 0;
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
	rc = check_version(ctx, root->compatible, value.at);
	if (rc)
		return rc;
	root->big = is_big(&root->fdt);
	root->has_map = kstd_native_u64(&c, PROP_MAP, root->big, &root->map, &root->map_at);
	return 0;
}

bool kstd_kho_next(struct kstd_dump *dump, const struct kstd_where *where,
		   const struct kstd_kho_root *root, struct kstd_cursor *c,
		   struct kstd_kho_subtree *sub)
{
	struct kstd_tok tok;
	uint64_t at;

	while (kstd_fdt_child(c, &tok)) {
		struct kstd_where here = KSTD_IN(where, tok.name, tok.name_len);
		bool whole = kstd_native_u64(c, PROP_DATA, root->big, &sub->address, &sub->at) &&
			     kstd_native_u64(c, PROP_SIZE, root->big, &sub->bytes, &at);

		kstd_fdt_leave(c);
		sub->name = tok.name;
		sub->name_len = tok.name_len;
		if (whole)
			return true;
		kstd_defect(dump, &here, KSTD_E_CORRUPT, tok.at,
			    "no " PROP_DATA " or " PROP_SIZE " of 8 bytes");
	}
	return false;
}
