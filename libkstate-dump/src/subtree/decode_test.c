// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The "kho_test" subtree, kho-test-v1 of lib/test_kho.c: folios full of random
 * bytes and their checksum. Integers are native-endian; a folio is a u64, its
 * address and in the low bits its order. The list of folios is a vmalloc area, or,
 * before KHO knew those, the property itself.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "kho/chains.h"
#include "fdt/native.h"
#include "subtree/decoder.h"
#include "kho/kho_side.h"

#define COMPATIBLE	"kho-test-v1"
#define MAGIC		0x4b484f21
#define ORDER_MASK	0xfffULL

/**
 * struct test - what the subtree says
 * @nr: folios
 * @list: "folios_info"
 * @is_area: it describes a vmalloc area, @area
 */
struct test {
	bool big;
	uint64_t nr;
	uint64_t nr_at;
	uint64_t csum;
	uint64_t csum_at;
	struct kstd_span list;
	bool is_area;
	struct kstd_area area;
};

static bool probe(const struct kstd_blob *blob)
{
	const char *compatible = kstd_fdt_compatible(&blob->bytes);

	return compatible && !strcmp(compatible, COMPATIBLE);
}

static bool get_u32(const struct kstd_cursor *node, const char *prop, bool big, uint64_t *v,
		    uint64_t *at)
{
	struct kstd_span raw;

	if (!kstd_fdt_prop(node, prop, &raw) || raw.len != 4)
		return false;
	*at = raw.at;
	return kstd_span_int(&raw, 4, big, v);
}

/* The magic number shows the byte order. */
static bool get_order(const struct kstd_cursor *root, bool *big)
{
	uint64_t magic, at;

	*big = false;
	if (!get_u32(root, "magic", false, &magic, &at))
		return false;
	*big = magic == __builtin_bswap32(MAGIC);
	return *big || magic == MAGIC;
}

static bool read_data(const struct kstd_cursor *data, struct test *t)
{
	struct kstd_span s;

	if (!get_u32(data, "nr_folios", t->big, &t->nr, &t->nr_at) ||
	    !get_u32(data, "csum", t->big, &t->csum, &t->csum_at) ||
	    !kstd_fdt_prop(data, "folios_info", &t->list))
		return false;
	s = t->list;
	t->is_area = s.len == KSTD_AREA_BYTES && kstd_area_take(&s, t->big, &t->area);
	return t->is_area || t->list.len / 8 == t->nr;
}

static int open_test(struct kstd_dump *dump, const struct kstd_blob *blob, struct test *t)
{
	struct kstd_cursor root;
	struct kstd_fdt fdt;
	struct kstd_tok tok;
	int rc = kstd_fdt_open(dump->ctx, &blob->bytes, &fdt);

	if (rc)
		return rc;
	root = kstd_fdt_root(&fdt);
	if (!get_order(&root, &t->big))
		return kstd_err(dump->ctx, KSTD_E_CORRUPT, root.s.at, "not the magic number of KHO's test");
	while (kstd_fdt_child(&root, &tok)) {
		if (!strcmp(tok.name, "data") && read_data(&root, t))
			return 0;
		kstd_fdt_leave(&root);
	}
	return kstd_err(dump->ctx, KSTD_E_CORRUPT, root.s.at,
			"no data with nr_folios, folios_info and csum");
}

static int details(struct kstd_dump *dump, const struct kstd_blob *blob, struct kstd_node *into)
{
	struct kstd_arena *a = &dump->arena;
	struct test t = { 0 };
	int rc = open_test(dump, blob, &t);

	if (rc)
		return rc;
	kstd_placed(kstd_put_num(a, into, KSTD_K_TEST_FOLIOS, KSTD_U32, t.nr), t.nr_at);
	kstd_placed(kstd_put_num(a, into, KSTD_K_TEST_CSUM, KSTD_U32, t.csum), t.csum_at);
	if (t.is_area)
		kstd_placed(kstd_put_num(a, into, KSTD_K_TEST_LIST, KSTD_ADDRESS, t.area.first),
			    t.list.at);
	else
		kstd_put(a, into, KSTD_K_TEST_LIST, KSTD_NULL);
	return 0;
}

/* Add the folios in @s; false if one of them cannot be a folio. */
static bool add_folios(struct kstd_dump *dump, const struct kstd_where *where,
		       const struct test *t, struct kstd_span s, uint64_t page,
		       struct kstd_refs *refs, const char *owner)
{
	uint64_t at = s.at, v;

	for (; kstd_span_int(&s, 8, t->big, &v); at = s.at) {
		uint64_t order = v & ORDER_MASK;

		if (order > KSTD_AREA_MAX_ORDER || !(v & ~ORDER_MASK)) {
			kstd_defect(dump, where, KSTD_E_CORRUPT, at, "no folio is 0x%llx",
				    (unsigned long long)v);
			return false;
		}
		kstd_ref_add(dump, where, refs, v & ~ORDER_MASK, page << order, KSTD_REF_DATA,
			     owner);
	}
	return true;
}

/* Read the list, a piece at a time. */
static int follow_list(struct kstd_dump *dump, const struct kstd_where *where, const struct test *t,
		       struct kstd_refs *refs, const char *owner)
{
	size_t page = dump->phys->page_size, n;
	uint64_t left = t->nr, at = 0;
	struct kstd_area_walk w;
	uint8_t *buf = kstd_malloc(page);
	int rc = buf ? 0 : kstd_nomem(dump->ctx);

	kstd_area_begin(&w, dump, where, &t->area, refs, owner, KSTD_REF_BLOB);
	for (; left && !rc; left -= n / 8) {
		n = left < page / 8 ? left * 8 : page;
		rc = kstd_area_read(&w, buf, n, &at);
		if (!rc && !add_folios(dump, where, t, kstd_span_of(buf, n, at), page, refs,
					owner))
			break;
	}
	if (w.broken)
		rc = 0;
	kstd_area_end(&w);
	free(buf);
	return rc;
}

static int refs(struct kstd_dump *dump, const struct kstd_blob *blob,
		const struct kstd_where *where, struct kstd_refs *refs)
{
	struct kstd_where folios = KSTD_IN(where, "folios", 6);
	struct test t = { 0 };
	int rc = open_test(dump, blob, &t);

	if (rc)
		return rc;
	if (t.is_area && kstd_kho_lists(dump, blob->side))
		return follow_list(dump, &folios, &t, refs, kstd_owner(dump, &folios));
	if (t.is_area && !dump->phys)
		kstd_unknown(dump, &folios, "their list is in memory, and %s has none", dump->source);
	if (!t.is_area && dump->phys)
		add_folios(dump, &folios, &t, t.list, dump->phys->page_size, refs,
			    kstd_owner(dump, &folios));
	return 0;
}

const struct kstd_decoder kstd_decoder_test = {
	.name = COMPATIBLE,
	.probe = probe,
	.details = details,
	.refs = refs,
};
