// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Candidates for a KHO root, and what speaks for each. */

#include <stdlib.h>

#include "kho_root.h"
#include "roots.h"

#define STEP		4096UL		/* every page size is a multiple */
#define CHUNK		(1UL << 20)
#define METADATA	"kexec-metadata"
#define AT_COUNT	69		/* struct kho_kexec_metadata is packed */
#define METADATA_BYTES	73

static bool get_u64(struct kstd_dump *dump, uint64_t pa, uint64_t *v)
{
	uint8_t raw[8];

	if (kstd_phys_copy(dump, pa, raw, sizeof(raw)))
		return false;
	*v = kstd_bytes_int(raw, sizeof(raw), dump->phys->big);
	return true;
}

/* One page of order 0 in the map of kho-v4, include/linux/kho/abi/kexec_handover.h. */
static bool keeps_page(struct kstd_dump *dump, uint64_t node, uint64_t pa)
{
	unsigned int shift = __builtin_ctz(dump->phys->page_size), table = shift - 3;
	unsigned int leaf = shift + 3, width = 64 - shift + 1;
	uint64_t key = 1ULL << (64 - shift) | pa >> shift, mask = (1ULL << table) - 1, at, word;

	for (unsigned int level = (width - leaf + table - 1) / table; level; level--) {
		at = node + 8 * (key >> ((level - 1) * table + leaf) & mask);
		if (node & (dump->phys->page_size - 1) || !get_u64(dump, at, &node) || !node)
			return false;
	}
	at = key & ((1ULL << leaf) - 1);
	return get_u64(dump, node + at / 64 * 8, &word) && word >> at % 64 & 1;
}

static void read_count(struct kstd_dump *dump, const struct kstd_kho_root *kho,
		       struct kstd_root *root)
{
	struct kstd_cursor c = kstd_fdt_root(&kho->fdt);
	struct kstd_kho_subtree sub;
	uint8_t raw[METADATA_BYTES];

	while (kstd_kho_next(dump, NULL, kho, &c, &sub)) {
		if (strcmp(sub.name, METADATA) || sub.bytes < sizeof(raw) ||
		    kstd_phys_copy(dump, sub.address, raw, sizeof(raw)) ||
		    kstd_bytes_int(raw, 4, kho->big) != 1)
			continue;
		root->counted = true;
		root->count = kstd_bytes_int(raw + AT_COUNT, 4, kho->big);
		return;
	}
}

static void weigh(struct kstd_dump *dump, const struct kstd_span *bytes, struct kstd_root *root)
{
	struct kstd_kho_root kho;

	dump->muted++;
	if (!kstd_kho_root_open(dump->ctx, bytes, &kho)) {
		read_count(dump, &kho, root);
		root->keeps = kho.has_map && keeps_page(dump, kho.map, root->pa);
	}
	dump->muted--;
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
	buf = malloc(root->bytes);
	if (!buf)
		return false;
	bytes = kstd_span_of(buf, root->bytes, 0);
	yes = !kstd_phys_copy(dump, pa, buf, root->bytes) && is_root(&bytes);
	if (yes)
		weigh(dump, &bytes, root);
	free(buf);
	return yes;
}

static void look(struct kstd_dump *dump, struct kstd_roots *roots, uint64_t pa)
{
	struct kstd_root root;

	if (!kstd_root_at(dump, pa, &root))
		return;
	if (roots->nr < KSTD_MAX_ROOTS)
		roots->v[roots->nr++] = root;
	else
		roots->more++;
}

/* The pages that begin in a run of memory. */
static void scan_run(struct kstd_dump *dump, struct kstd_roots *roots, uint64_t pa, uint64_t end,
		     uint8_t *buf)
{
	enum kstd_there there;

	for (uint64_t n; pa < end; pa += n) {
		n = end - pa < CHUNK - pa % CHUNK ? end - pa : CHUNK - pa % CHUNK;
		n = dump->phys->ops->read(dump->phys, pa, buf, n, &there);
		if (there != KSTD_THERE)
			continue;
		roots->scanned += n;
		for (uint64_t at = -pa % STEP; at + 4 <= n; at += STEP) {
			struct kstd_span s = kstd_span_of(buf + at, 4, 0);

			if (kstd_fdt_magic(&s))
				look(dump, roots, pa + at);
		}
	}
}

void kstd_roots_scan(struct kstd_dump *dump, struct kstd_roots *roots)
{
	const struct kstd_phys_ops *ops = dump->phys->ops;
	uint64_t pa = 0, start, len;
	uint8_t *buf = malloc(CHUNK);

	if (!buf)
		return;
	while ((ops->data ? ops->data : ops->next)(dump->phys, pa, &start, &len)) {
		scan_run(dump, roots, start, start + len, buf);
		pa = start + len;
		if (!pa)
			break;
	}
	free(buf);
}
