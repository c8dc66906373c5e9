// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * The form of the memory map. It follows from the version of the root, but for kho-v1, which two
 * forms have: Linux 6.16 and 6.17 write bitmaps of 512 bytes, and 6.18 to 7.0 bitmaps of a page.
 */

#include "check/check.h"
#include "kho/formats.h"
#include "kho/kho_map.h"
#include "kho/map_bitlist.h"

enum form {
	FORM_RADIX,
	FORM_BITMAPS,	/* which is not known */
	FORM_SMALL,
	FORM_PAGE,
};

static const char *const texts[] = {
	[FORM_RADIX] = "radix tree",
	[FORM_BITMAPS] = "bitmaps",
	[FORM_SMALL] = "bitmaps of 512 bytes",
	[FORM_PAGE] = "bitmaps of a page",
};

static enum form form_of_release(const char *release)
{
	static const enum form forms[] = {
		[KSTD_FORM_UNKNOWN] = FORM_BITMAPS,
		[KSTD_FORM_SMALL] = FORM_SMALL,
		[KSTD_FORM_PAGE] = FORM_PAGE,
	};

	return forms[kstd_bitlist_of_release(release)];
}

static enum form form_of_map(struct kstd_check_run *c, const struct kstd_kho_of_side *side)
{
	struct kstd_where where = KSTD_IN(&side->where, KSTD_MAP_PLACE, strlen(KSTD_MAP_PLACE));
	uint32_t width = 0;
	char why[KSTD_WHY];

	if (!side->root.has_map || !side->root.map || !kstd_kho_side_map(side, why))
		return FORM_BITMAPS;
	kstd_quiet_begin(c->dump);
	if (kstd_bitlist_width(c->dump, &where, &side->root, &width))
		width = 0;
	kstd_quiet_end(c->dump);
	return !width ? FORM_BITMAPS : width == KSTD_BITLIST_SMALL ? FORM_SMALL : FORM_PAGE;
}

static void report_map(struct kstd_check_run *c, const struct kstd_check_row *row)
{
	struct kstd_finding *f;

	if (row->verdict == KSTD_ROW_NOT_KNOWN) {
		kstd_find(c, &c->all, KSTD_CHECK_MAP_UNKNOWN, row->abi, "", 0,
			  "the map has %s and the version kho-v1, which two forms have: whether %s reads this one is not known",
			  row->saved, c->reader);
		return;
	}
	f = kstd_find(c, &c->all, KSTD_CHECK_MAP_FORM, row->abi, "", 0,
		      "the map has %s, and %s reads %s, under the same version: it takes memory that is preserved for free, and free memory for preserved",
		      row->saved, c->reader, row->reads);
	f->saved = row->saved;
	f->reads = row->reads;
	if (!c->refused)
		c->refused = f;
}

/* Is it not known whether the reader takes the root that the map is in? Its row says that. */
static bool is_root_unknown(const struct kstd_check_run *c)
{
	for (const struct kstd_check_row *row = c->rows; row; row = row->next)
		if (!strcmp(row->abi, "kho") && row->verdict == KSTD_ROW_NOT_KNOWN)
			return true;
	return false;
}

static void compare_bitmaps(struct kstd_check_run *c, struct kstd_check_row *row, enum form saved,
			    enum form reads)
{
	bool known = saved != FORM_BITMAPS && reads != FORM_BITMAPS;

	row->reads = reads == FORM_BITMAPS ? NULL : texts[reads];
	row->how = row->reads ? "release" : NULL;
	row->verdict = !known ? KSTD_ROW_NOT_KNOWN :
		       saved == reads ? KSTD_ROW_SAME : KSTD_ROW_REFUSED;
	if (row->verdict != KSTD_ROW_SAME)
		report_map(c, row);
}

static void compare_forms(struct kstd_check_run *c, enum form saved, enum form reads)
{
	struct kstd_check_row *row = kstd_row_add(c, "memory-map", texts[saved]);

	if (!row)
		return;
	row->how = "version";
	if (c->refused) {
		row->verdict = KSTD_ROW_LOST;
		return;
	}
	row->reads = row->saved;
	if (saved != FORM_RADIX)
		compare_bitmaps(c, row, saved, reads);
	if (row->verdict == KSTD_ROW_SAME && is_root_unknown(c)) {
		row->verdict = KSTD_ROW_NOT_KNOWN;
		row->reads = row->how = NULL;
	}
}

static void report_odd(struct kstd_check_run *c, const char *version)
{
	if (!c->refused)
		kstd_row_unknown(c, "subtree", KSTD_CHECK_SUBTREE_UNKNOWN,
				 kstd_check_text(c, "what is under a root of the version %s is not known",
						 version ?: "-"));
}

void kstd_check_map(struct kstd_check_run *c, const struct kstd_kho_of_side *side,
		    const struct kstd_abi_set *reader)
{
	const struct kstd_kho_root *root = &side->root;

	if (!side->has_root)
		return;
	if (!root->version)
		report_odd(c, root->compatible);
	else
		compare_forms(c, root->format->map == KSTD_MAP_TREE ? FORM_RADIX :
			      form_of_map(c, side), form_of_release(reader->release));
}

void kstd_check_map_of_files(struct kstd_check_run *c, const struct kstd_abi_set *writer,
			     const struct kstd_abi_set *reader)
{
	bool radix = false, bitmaps = false;

	for (size_t i = 0; i < writer->nr; i++) {
		const struct kstd_abi *abi = &writer->abis[i];
		const struct kstd_kho_format *format;

		if (!kstd_abi_is_named(abi, "kho", 3))
			continue;
		format = kstd_kho_format(abi->version);
		if (!format)
			report_odd(c, abi->version);
		bitmaps |= format && format->map == KSTD_MAP_LIST;
		radix |= format && format->map == KSTD_MAP_TREE;
	}
	if (bitmaps)
		compare_forms(c, form_of_release(writer->release),
			      form_of_release(reader->release));
	else if (radix)
		compare_forms(c, FORM_RADIX, FORM_RADIX);
}
