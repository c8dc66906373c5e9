// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* How large the bitmaps of kho-v1 are, in the order of map_bitlist.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kho/kho_root.h"
#include "kho/map_bitlist.h"
#include "kho/writer.h"
#include "vmlinux/kernel_virt.h"

#define LUO_SUBTREE	"LUO"
#define FIRST_LARGE	18	/* Linux 6.18 */

/* Could every element of the current chunk belong to a bitmap of a page? */
static bool all_large(struct kstd_bitlist *l)
{
	uint64_t page = l->dump->phys->page_size, first, bitmap;
	bool big = l->dump->phys->big;

	while (kstd_span_int(&l->elements, 8, big, &first) &&
	       kstd_span_int(&l->elements, 8, big, &bitmap))
		if (bitmap % page || first & ((page * 8 << (l->page_shift + l->order)) - 1))
			return false;
	return true;
}

/* Does the bitmap of an element say that the page at @pa is preserved? */
static bool element_has(const struct kstd_bitlist *l, uint64_t first, uint64_t bitmap, uint64_t pa)
{
	uint64_t bit = (pa - first) >> (l->page_shift + l->order), word;

	return pa >= first && bit < l->bitmap_bytes * 8ULL && !(bitmap % 8) &&
	       kstd_phys_u64(l->dump, bitmap + bit / 64 * 8, &word) && word >> bit % 64 & 1;
}

static bool chunk_has(struct kstd_bitlist *l, uint64_t pa)
{
	bool big = l->dump->phys->big;
	uint64_t first, bitmap;

	while (kstd_span_int(&l->elements, 8, big, &first) &&
	       kstd_span_int(&l->elements, 8, big, &bitmap))
		if (element_has(l, first, bitmap, pa))
			return true;
	return false;
}

bool kstd_bitlist_has(struct kstd_dump *dump, uint64_t root, uint32_t bitmap_bytes, uint64_t pa)
{
	struct kstd_visited seen = { .max = KSTD_MAX_RADIX_NODES };
	struct kstd_bitlist l;
	bool has = false;

	kstd_quiet_begin(dump);
	if (!kstd_bitlist_begin(&l, dump, NULL, root, bitmap_bytes, &seen, NULL)) {
		do
			has = chunk_has(&l, pa);
		while (!has && kstd_bitlist_next_chunk(&l));
		kstd_bitlist_end(&l);
	}
	kstd_quiet_end(dump);
	kstd_visited_free(&seen);
	return has;
}

static int ask_alignment(struct kstd_dump *dump, const struct kstd_where *where, uint64_t root,
			 bool *large)
{
	struct kstd_visited seen = { .max = KSTD_MAX_RADIX_NODES };
	struct kstd_bitlist l;
	int rc = kstd_bitlist_begin(&l, dump, where, root, KSTD_BITLIST_SMALL, &seen, NULL);

	if (!rc) {
		kstd_quiet_begin(dump);
		do
			*large = all_large(&l);
		while (*large && kstd_bitlist_next_chunk(&l));
		kstd_quiet_end(dump);
		kstd_bitlist_end(&l);
	}
	kstd_visited_free(&seen);
	return rc;
}

/* Does a subtree say it: it is LUO's, or it is preserved by large bitmaps alone? */
static bool ask_subtrees(struct kstd_dump *dump, const struct kstd_kho_root *root)
{
	struct kstd_cursor c = kstd_fdt_root(&root->fdt);
	uint32_t page = dump->phys->page_size;
	struct kstd_kho_subtree sub;
	bool large = false;

	kstd_quiet_begin(dump);
	while (!large && kstd_kho_next(dump, NULL, root, &c, &sub))
		large = !strcmp(sub.name, LUO_SUBTREE) ||
			(sub.has_address &&
			 !kstd_bitlist_has(dump, root->map, KSTD_BITLIST_SMALL, sub.address) &&
			 kstd_bitlist_has(dump, root->map, page, sub.address));
	kstd_quiet_end(dump);
	return large;
}

/*
 * The larger form came with 6.18, while that had release candidates; 6.17.9-rc1 had it, and no
 * other 6.17 (shortlogs of 6.17.9 to 6.17.13)
 */
enum kstd_bitlist_form kstd_bitlist_of_release(const char *release)
{
	static const char *const between[] = { "6.17.9-rc", "6.18-rc", "6.18.0-rc" };
	unsigned int major, minor;

	if (!release || sscanf(release, "%u.%u", &major, &minor) != 2)
		return KSTD_FORM_UNKNOWN;
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
		if (!strncmp(release, between[i], strlen(between[i])))
			return KSTD_FORM_UNKNOWN;
	return major < 6 || (major == 6 && minor < FIRST_LARGE) ? KSTD_FORM_SMALL : KSTD_FORM_PAGE;
}

static uint32_t ask_release(struct kstd_dump *dump, const struct kstd_kho_root *root)
{
	char release[KSTD_RELEASE];

	if (!kstd_kho_release(dump, root->side, release))
		return 0;
	switch (kstd_bitlist_of_release(release)) {
	case KSTD_FORM_SMALL:
		return KSTD_BITLIST_SMALL;
	case KSTD_FORM_PAGE:
		return dump->phys->page_size;
	default:
		return 0;
	}
}

int kstd_bitlist_width(struct kstd_dump *dump, const struct kstd_where *where,
		       const struct kstd_kho_root *root, uint32_t *width)
{
	bool large = true;
	int rc;

	*width = dump->phys->page_size;
	if (!root->map)
		return 0;	/* a list without a chunk has no bitmap */
	rc = ask_alignment(dump, where, root->map, &large);
	if (rc)
		return rc;
	*width = !large ? KSTD_BITLIST_SMALL : ask_subtrees(dump, root) ? dump->phys->page_size :
		 ask_release(dump, root);
	return 0;
}
