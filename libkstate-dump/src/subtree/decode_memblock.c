// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The "memblock" subtree, memblock-v1 of include/linux/kho/abi/memblock.h: reserve_mem regions. */

#include "fdt/native.h"
#include "subtree/decoder.h"

#define COMPATIBLE	"memblock-v1"

static bool probe(const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);

	return compatible && !strcmp(compatible, COMPATIBLE);
}

static bool is_big(struct kstd_cursor root)
{
	struct kstd_span raw;
	struct kstd_tok tok;
	int vote = 0;

	while (kstd_fdt_child(&root, &tok)) {
		if (kstd_fdt_prop(&root, "start", &raw))
			vote += kstd_native_vote(&raw);
		if (kstd_fdt_prop(&root, "size", &raw))
			vote += kstd_native_vote(&raw);
		kstd_fdt_leave(&root);
	}
	return vote > 0;
}

/**
 * struct region - a reserve_mem region
 * @start: physical address
 * @start_at: offset of it
 */
struct region {
	uint64_t start;
	uint64_t size;
	uint64_t start_at;
	uint64_t size_at;
};

static bool read_region(struct kstd_dump *dump, const struct kstd_where *file,
			const struct kstd_cursor *node, const struct kstd_tok *tok, bool big,
			struct region *r)
{
	struct kstd_where where = KSTD_IN(file, tok->name, tok->name_len);

	if (kstd_native_u64(node, "start", big, &r->start, &r->start_at) &&
	    kstd_native_u64(node, "size", big, &r->size, &r->size_at))
		return true;
	kstd_defect(dump, &where, KSTD_E_CORRUPT, tok->at, "no start or size of 8 bytes");
	return false;
}

/* Hand out each region that can be read, with its node. */
static int each_region(struct kstd_dump *dump, const struct kstd_blob *blob,
		       const struct kstd_where *where,
		       void (*put)(struct kstd_dump *dump, const struct kstd_where *where,
				   const struct kstd_tok *tok, const struct region *r, void *arg),
		       void *arg)
{
	struct kstd_cursor root;
	struct kstd_fdt fdt;
	struct kstd_tok tok;
	struct region r;
	bool big;
	int rc = kstd_fdt_open(dump->ctx, &blob->bytes, &fdt);

	if (rc)
		return rc;
	root = kstd_fdt_root(&fdt);
	big = is_big(root);
	while (kstd_fdt_child(&root, &tok)) {
		if (read_region(dump, where, &root, &tok, big, &r))
			put(dump, where, &tok, &r, arg);
		kstd_fdt_leave(&root);
	}
	return 0;
}

static void put_region(struct kstd_dump *dump, const struct kstd_where *where,
		       const struct kstd_tok *tok, const struct region *r, void *list)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_INLINE);

	(void)where;
	kstd_put_mem(a, n, KSTD_K_REGION_NAME, KSTD_TEXT, tok->name, tok->name_len);
	kstd_placed(kstd_put_num(a, n, KSTD_K_REGION_START, KSTD_ADDRESS, r->start), r->start_at);
	kstd_placed(kstd_put_num(a, n, KSTD_K_REGION_BYTES, KSTD_SIZE, r->size), r->size_at);
}

static int details(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	struct kstd_where file = KSTD_AT(NULL, blob->path, strlen(blob->path));

	return each_region(dump, blob, &file, put_region,
			   kstd_put(&dump->arena, into, KSTD_K_REGIONS, KSTD_LIST));
}

static void add_ref(struct kstd_dump *dump, const struct kstd_where *where,
		    const struct kstd_tok *tok, const struct region *r, void *refs)
{
	struct kstd_where here = KSTD_IN(where, tok->name, tok->name_len);

	kstd_ref_add(dump, &here, refs, r->start, r->size, KSTD_REF_DATA,
		     kstd_owner(dump, &here));
}

static int refs(struct kstd_dump *dump, const struct kstd_blob *blob,
		const struct kstd_where *where, struct kstd_refs *refs)
{
	return each_region(dump, blob, where, add_ref, refs);
}

const struct kstd_decoder kstd_decoder_memblock = {
	.name = COMPATIBLE,
	.probe = probe,
	.details = details,
	.refs = refs,
};
