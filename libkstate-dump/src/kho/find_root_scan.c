// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Candidates for a KHO root, and the evidence for each. */

#include <stdlib.h>

#include <elf.h>

#include "base/alloc.h"
#include "vmlinux/kernel_virt.h"
#include "fdt/native.h"
#include "kho/find_root.h"
#include "kho/kho_root.h"
#include "kho/map_bitlist.h"
#include "kho/writer.h"

#define STEP		4096UL		/* every page size is a multiple */
#define LUO		"LUO"
#define LUO_NUMBER	"liveupdate-number"
#define LUO_AT_NUMBER	8		/* in struct luo_ser, behind its string */
#define LUO_BYTES	4096		/* LUO's FDT has a page at most */
#define TREE_BYTES	(2UL << 20)	/* MAX_FDT_SIZE of arm64 */
#define KHO_FDT		"linux,kho-fdt"	/* drivers/of/kexec.c */

/* Does a tree have the page at @pa, with order 0? linux/kho/abi/kexec_handover.h */
static bool tree_has_page(struct kstd_dump *dump, uint64_t node, uint64_t pa, bool *absent)
{
	unsigned int shift = __builtin_ctz(dump->phys->page_size), table = shift - 3;
	unsigned int leaf = shift + 3, width = 64 - shift + 1;
	uint64_t key = 1ULL << (64 - shift) | pa >> shift, mask = (1ULL << table) - 1, at, word;

	for (unsigned int level = (width - leaf + table - 1) / table; level; level--) {
		at = node + 8 * (key >> ((level - 1) * table + leaf) & mask);
		if (node & (dump->phys->page_size - 1))
			return false;
		if (!kstd_phys_u64(dump, at, &node)) {
			*absent = true;
			return false;
		}
		if (!node)
			return false;
	}
	at = key & ((1ULL << leaf) - 1);
	if (!kstd_phys_u64(dump, node + at / 64 * 8, &word)) {
		*absent = true;
		return false;
	}
	return word >> at % 64 & 1;
}

/* Of which width bitmaps are need not be known: small ones say no more than large ones. */
static bool map_has_page(struct kstd_dump *dump, const struct kstd_kho_root *kho, uint64_t pa,
			 bool *absent)
{
	uint32_t width;

	if (!kho->format || !kho->has_map || !kho->map)
		return false;
	if (kho->format->map == KSTD_MAP_TREE)
		return tree_has_page(dump, kho->map, pa, absent);
	/* A list that does not have it may be one that cannot be followed to its end. */
	*absent = kstd_bitlist_width(dump, NULL, kho, &width) ||
		  !kstd_bitlist_has(dump, kho->map, width ? width : KSTD_BITLIST_SMALL, pa);
	return !*absent;
}

static void read_metadata(struct kstd_dump *dump, const struct kstd_kho_root *kho,
			  const struct kstd_kho_subtree *sub, struct kstd_root *root)
{
	uint8_t raw[KSTD_METADATA_BYTES];
	struct kstd_kexec_metadata m;

	if (sub->bytes < sizeof(raw))
		return;
	root->absent |= kstd_phys_copy(dump, sub->address, raw, sizeof(raw));
	if (root->absent ||
	    !kstd_kexec_metadata_take(kstd_span_of(raw, sizeof(raw), 0), kho->big, &m))
		return;
	root->counted = true;
	root->count = m.count;
}

/* The number of the live update, of whatever version LUO is; formats.h has them. */
static bool take_luo(struct kstd_span bytes, bool big, uint64_t *number)
{
	const char *compatible = kstd_fdt_compatible(&bytes);
	struct kstd_span text = bytes;
	struct kstd_cursor c;
	struct kstd_fdt fdt;
	uint64_t at;
	size_t len;

	if (compatible) {
		if (!kstd_luo_format(compatible) || !kstd_fdt_peek(&bytes, &fdt))
			return false;
		c = kstd_fdt_root(&fdt);
		return kstd_native_u64(&c, LUO_NUMBER, big, number, &at);
	}
	return kstd_span_str(&text, &compatible, &len) && kstd_luo_format(compatible) &&
	       kstd_span_skip(&bytes, LUO_AT_NUMBER) && kstd_span_int(&bytes, 8, big, number);
}

static void read_luo(struct kstd_dump *dump, const struct kstd_kho_root *kho,
		     const struct kstd_kho_subtree *sub, struct kstd_root *root)
{
	uint8_t raw[LUO_BYTES] __attribute__((aligned(8)));
	size_t len = sub->bytes < sizeof(raw) ? sub->bytes : sizeof(raw);

	root->numbered = len && !kstd_phys_copy(dump, sub->address, raw, len) &&
			 take_luo(kstd_span_of(raw, len, 0), kho->big, &root->count);
}

static void read_number(struct kstd_dump *dump, const struct kstd_kho_root *kho,
			struct kstd_root *root)
{
	struct kstd_cursor c = kstd_fdt_root(&kho->fdt);
	struct kstd_kho_subtree sub;

	while (!root->counted && kstd_kho_next(dump, NULL, kho, &c, &sub)) {
		if (!strcmp(sub.name, KSTD_METADATA))
			read_metadata(dump, kho, &sub, root);
		else if (!strcmp(sub.name, LUO) && kho->format)
			read_luo(dump, kho, &sub, root);
	}
	root->numbered &= !root->counted;
}

static void rate_candidate(struct kstd_dump *dump, const struct kstd_span *bytes,
			   struct kstd_root *root)
{
	struct kstd_kho_root kho;

	kstd_quiet_begin(dump);
	if (!kstd_kho_root_open(dump->ctx, bytes, &kho)) {
		read_number(dump, &kho, root);
		root->map_is_whole = map_has_page(dump, &kho, root->pa, &root->absent);
		root->unfinished = kstd_kho_unfinished(&kho);
		root->may_lack_number = kho.format && kho.format->map == KSTD_MAP_LIST;
	}
	kstd_quiet_end(dump);
}

static bool is_root(const struct kstd_span *bytes)
{
	struct kstd_fdt fdt;
	struct kstd_cursor c;
	struct kstd_span value;
	const char *compatible;

	if (!kstd_fdt_peek(bytes, &fdt))
		return false;
	c = kstd_fdt_root(&fdt);
	compatible = kstd_fdt_prop(&c, "compatible", &value) ? kstd_fdt_str(&value) : NULL;
	return compatible && !strncmp(compatible, KSTD_KHO_PREFIX, strlen(KSTD_KHO_PREFIX));
}

bool kstd_root_at(struct kstd_dump *dump, uint64_t pa, struct kstd_root *root)
{
	uint8_t head[40] __attribute__((aligned(8)));
	struct kstd_span bytes = kstd_span_of(head, sizeof(head), 0);
	void *buf;
	bool yes;

	*root = (struct kstd_root){ .pa = pa };
	if (kstd_phys_copy(dump, pa, head, sizeof(head)))
		return false;
	root->bytes = kstd_fdt_total(&bytes);
	if (root->bytes < sizeof(head) || root->bytes > KSTD_ROOT_BYTES)
		return false;
	buf = kstd_malloc(root->bytes);
	if (!buf)
		return false;
	bytes = kstd_span_of(buf, root->bytes, 0);
	yes = !kstd_phys_copy(dump, pa, buf, root->bytes) && is_root(&bytes);
	if (yes)
		rate_candidate(dump, &bytes, root);
	free(buf);
	return yes;
}

static void add_candidate(struct kstd_dump *dump, struct kstd_roots *roots, uint64_t pa)
{
	struct kstd_root root;

	if (!kstd_root_at(dump, pa, &root))
		return;
	if (roots->nr < KSTD_MAX_ROOTS)
		roots->v[roots->nr++] = root;
	else
		roots->more++;
}

/* Keep the root that a setup_data at @pa names: see kstd_setup_at(). */
static void look_setup(struct kstd_dump *dump, struct kstd_roots *roots, uint64_t pa)
{
	uint64_t root;

	if (roots->nr_in_setup_data < KSTD_MAX_ROOTS && kstd_setup_at(dump, pa, &root))
		roots->in_setup_data[roots->nr_in_setup_data++] = root;
}

/* The value of linux,kho-fdt: address and size, of two cells each, as 64-bit machines have them. */
static bool take_chosen(const struct kstd_span *bytes, uint64_t *root)
{
	struct kstd_fdt fdt;
	struct kstd_cursor c;
	struct kstd_span value;
	struct kstd_tok tok;
	uint64_t size;

	if (!kstd_fdt_peek(bytes, &fdt))
		return false;
	for (c = kstd_fdt_root(&fdt); kstd_fdt_child(&c, &tok); kstd_fdt_leave(&c)) {
		if (strcmp(tok.name, "chosen"))
			continue;
		return kstd_fdt_prop(&c, KHO_FDT, &value) && value.len == 16 &&
		       kstd_span_int(&value, 8, true, root) &&
		       kstd_span_int(&value, 8, true, &size) &&
		       size && size <= KSTD_ROOT_BYTES && !(*root & (STEP - 1));
	}
	return false;
}

/*
 * Keep the root that a machine's device tree at @pa names. How many trees are read is limited, for
 * they are long.
 */
static void look_chosen(struct kstd_dump *dump, struct kstd_roots *roots, uint64_t pa)
{
	uint8_t head[40] __attribute__((aligned(8)));
	struct kstd_span bytes = kstd_span_of(head, sizeof(head), 0);
	uint64_t root, len;
	void *buf;

	if (kstd_phys_copy(dump, pa, head, sizeof(head)))
		return;
	len = kstd_fdt_total(&bytes);
	if (len < sizeof(head) || len > TREE_BYTES || roots->nr_trees == KSTD_MAX_ROOTS)
		return;
	buf = kstd_malloc(len);
	if (!buf)
		return;
	roots->nr_trees++;
	bytes = kstd_span_of(buf, len, 0);
	if (!kstd_phys_copy(dump, pa, buf, len) &&
	    take_chosen(&bytes, &root) && roots->nr_in_setup_data < KSTD_MAX_ROOTS)
		roots->in_setup_data[roots->nr_in_setup_data++] = root;
	free(buf);
}

struct root_scan {
	struct kstd_dump *dump;
	struct kstd_roots *roots;
};

/* The pages that begin in a piece of memory, and words that a setup_data has. */
static bool look_for_roots(void *arg, uint64_t pa, const uint8_t *buf, size_t n)
{
	static const uint8_t setup[8] = { 10, 0, 0, 0, 32, 0, 0, 0 };	/* KSTD_SETUP_WORD */
	const struct root_scan *scan = arg;
	unsigned int machine = kstd_core_of(scan->dump)->machine;

	scan->roots->scanned += n;
	for (uint64_t at = -pa % STEP; at + 4 <= n; at += STEP) {
		struct kstd_span s = kstd_span_of(buf + at, 4, 0);

		if (!kstd_fdt_magic(&s))
			continue;
		add_candidate(scan->dump, scan->roots, pa + at);
		if (machine != EM_X86_64)
			look_chosen(scan->dump, scan->roots, pa + at);
	}
	if (machine != EM_X86_64)
		return true;
	for (uint64_t at = -pa % 8; at + 8 <= n; at += 8)
		if (!memcmp(buf + at, setup, 8))
			look_setup(scan->dump, scan->roots, pa + at - 8);
	return true;
}

static void mark_in_setup_data(struct kstd_roots *roots)
{
	for (size_t i = 0; i < roots->nr_in_setup_data; i++)
		for (size_t j = 0; j < roots->nr; j++)
			roots->v[j].in_setup_data |= roots->v[j].pa == roots->in_setup_data[i];
}

int kstd_roots_scan(struct kstd_dump *dump, struct kstd_roots *roots)
{
	struct root_scan scan = { dump, roots };
	int rc = kstd_phys_scan(dump, 0, UINT64_MAX, roots->limit, look_for_roots, &scan);

	mark_in_setup_data(roots);
	return rc;
}
