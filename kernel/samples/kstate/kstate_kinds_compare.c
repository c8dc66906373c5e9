// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_kinds_compare.c - whether restored objects are what they were
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kstate_kinds.h"

static bool kinds_part_is(const struct kinds_part *part, u32 key)
{
	return part && part->key == key && part->value == kinds_value(key);
}

static bool kinds_is_filled(const void *mem, u32 key, size_t bytes)
{
	for (const u64 *p = mem; mem && bytes; bytes -= sizeof(*p)) {
		if (*p++ != kinds_value(key++))
			return false;
	}
	return mem;
}

static bool kinds_folio_is(const struct folio *folio, u32 key, unsigned int order)
{
	return folio && folio_order(folio) == order &&
	       kinds_is_filled(folio_address(folio), key, folio_size(folio));
}

static bool kinds_page_is(struct page *page, u32 key)
{
	return page && kinds_is_filled(page_address(page), key, PAGE_SIZE);
}

static bool kinds_values_are(const struct kinds *k)
{
	for (size_t i = 0; i < ARRAY_SIZE(k->numbers); i++) {
		if (k->numbers[i] != -(s16)i)
			return false;
	}
	return k->value == kinds_value(1) && k->flag && !strcmp(k->text, "kinds") &&
	       k->extra == kinds_value(9) && k->nr_custom == 7 &&
	       !memchr_inv(k->custom, 0xc5, k->nr_custom);
}

static bool kinds_pointers_are(const struct kinds *k)
{
	return k->counter == &k->counted && k->counted == 2 && k->targets[0] == &k->target[0] &&
	       k->target[0] == 3 && !k->targets[1] && k->target[2] == 4;
}

static bool kinds_structs_are(const struct kinds *k)
{
	return kinds_part_is(&k->part, 5) && kinds_part_is(&k->row[0], 0) &&
	       kinds_part_is(&k->row[1], 1) && k->pointed == &k->lent &&
	       kinds_part_is(k->pointed, 6) && kinds_part_is(k->owned, 7) &&
	       kinds_part_is(k->several[0], 8) && !k->several[1] &&
	       kinds_part_is(k->several[2], 10) && k->nr_parts == 3 && k->parts &&
	       kinds_part_is(&k->parts[0], 20) && kinds_part_is(&k->parts[2], 22);
}

static bool kinds_arrays_are(const struct kinds *k)
{
	return k->nr_words == 5 && kinds_is_filled(k->words, 11, 5 * sizeof(*k->words)) &&
	       k->nr_few == 3 && k->few[0] == 100 && k->few[2] == 102 && k->name &&
	       !strcmp(k->name, "every kind of field");
}

static bool kinds_bits_are(const struct kinds *k)
{
	return bitmap_weight(k->bits, KINDS_BITS) == 3 && test_bit(63, k->bits) &&
	       test_bit(64, k->bits) && test_bit(KINDS_BITS - 1, k->bits) &&
	       k->nr_more_bits == 130 && k->more_bits && bitmap_weight(k->more_bits, 130) == 2 &&
	       test_bit(0, k->more_bits) && test_bit(129, k->more_bits) &&
	       cpumask_equal(k->cpus, cpumask_of(0)) && nodes_weight(k->nodes) == 1 &&
	       node_isset(0, k->nodes);
}

static bool kinds_pages_are(const struct kinds *k)
{
	return kinds_folio_is(k->folio, 30, KINDS_ORDER) && kinds_page_is(k->page, 31) &&
	       kinds_folio_is(k->folios[0], 32, 0) && !k->folios[1] &&
	       kinds_folio_is(k->folios[2], 33, 1) && !k->pages[0] &&
	       kinds_page_is(k->pages[1], 34) && !k->pages[2] && k->nr_more_folios == 2 &&
	       k->more_folios && !k->more_folios[0] &&
	       kinds_folio_is(k->more_folios[1], 35, 0) && k->nr_more_pages == 2 &&
	       k->more_pages && kinds_page_is(k->more_pages[0], 36) && !k->more_pages[1];
}

/* An address is that of the same memory, wherever this kernel has it. */
static bool kinds_places_are(const struct kinds *k)
{
	return k->folio && k->address == folio_address(k->folio) + 16 &&
	       k->address_page == k->page && is_vmalloc_addr(k->area) &&
	       kinds_is_filled(k->area, 37, KINDS_AREA);
}

static bool kinds_lists_are(const struct kinds *k)
{
	const struct kinds_cached *cached;
	const struct kinds_part *part;
	u32 key = 60, other = 60, down = 73;

	list_for_each_entry(part, &k->list, list) {
		if (!kinds_part_is(part, key++))
			return false;
	}
	list_for_each_entry(cached, &k->cached, list) {
		if (cached->key != other++ || !list_empty(&cached->own))
			return false;
	}
	hlist_for_each_entry(part, &k->hlist, hlist) {
		if (!kinds_part_is(part, down--))
			return false;
	}
	return key == 64 && other == 64 && down == 69;
}

static bool kinds_tree_is(struct rb_node *first, u32 key)
{
	const u32 end = key + 4;

	for (struct rb_node *node = first; node; node = rb_next(node)) {
		if (!kinds_part_is(rb_entry(node, struct kinds_part, rb), key++))
			return false;
	}
	return key == end;
}

static bool kinds_maps_are(struct kinds *k)
{
	unsigned long index;
	unsigned int nr = 0;
	void *entry;
	int id;

	xa_for_each(&k->slots, index, entry)
		nr++;
	xa_for_each(&k->folio_map, index, entry)
		nr++;
	xa_for_each(&k->page_map, index, entry)
		nr++;
	idr_for_each_entry(&k->ids, entry, id)
		nr++;
	for (u32 i = 0; i < KINDS_NR_INDICES; i++) {
		index = KINDS_INDICES[i];
		if (!kinds_part_is(xa_load(&k->slots, index), 100 + i) ||
		    !kinds_part_is(idr_find(&k->ids, i + 1), 110 + i) ||
		    !kinds_folio_is(xa_load(&k->folio_map, index), 40 + i, i % 2) ||
		    !kinds_page_is(xa_load(&k->page_map, index), 50 + i))
			return false;
	}
	return nr == 4 * KINDS_NR_INDICES;
}

static int kinds_bad(bool good, const char *what)
{
	if (!good)
		pr_err("%s are not what they were\n", what);
	return !good;
}

/**
 * kinds_compare - whether an object is what it was set to
 * @k: the object
 *
 * Return: 0, or -EIO after saying in the log what differs.
 */
int kinds_compare(struct kinds *k)
{
	int bad = 0;

	bad += kinds_bad(kinds_values_are(k), "values");
	bad += kinds_bad(kinds_pointers_are(k), "pointers");
	bad += kinds_bad(kinds_structs_are(k), "structs");
	bad += kinds_bad(kinds_arrays_are(k), "arrays");
	bad += kinds_bad(kinds_bits_are(k), "bits");
	bad += kinds_bad(kinds_pages_are(k), "folios and pages");
	bad += kinds_bad(kinds_places_are(k), "addresses and areas");
	bad += kinds_bad(kinds_lists_are(k), "lists");
	bad += kinds_bad(kinds_tree_is(rb_first(&k->tree), 80) &&
			 kinds_tree_is(rb_first_cached(&k->tree_cached), 90), "trees");
	bad += kinds_bad(kinds_maps_are(k), "xarrays and IDRs");
	return bad ? -EIO : 0;
}

/**
 * kinds_compare_nothing - whether an object has nothing where it had nothing
 * @k: the object
 *
 * Return: 0, or -EIO after saying so in the log.
 */
int kinds_compare_nothing(const struct kinds *k)
{
	bool none = !k->counter && !k->pointed && !k->owned && !k->folio && !k->page && !k->area &&
		    !k->address && !k->address_page && !k->name && !k->words && !k->parts &&
		    !k->more_bits && !k->more_folios && !k->more_pages;

	none = none && !memchr_inv(k->targets, 0, sizeof(k->targets)) &&
	       !memchr_inv(k->several, 0, sizeof(k->several)) &&
	       !memchr_inv(k->folios, 0, sizeof(k->folios)) &&
	       !memchr_inv(k->pages, 0, sizeof(k->pages)) && list_empty(&k->list) &&
	       list_empty(&k->cached) && hlist_empty(&k->hlist) && RB_EMPTY_ROOT(&k->tree) &&
	       RB_EMPTY_ROOT(&k->tree_cached.rb_root) && xa_empty(&k->slots) &&
	       xa_empty(&k->folio_map) && xa_empty(&k->page_map) && idr_is_empty(&k->ids) &&
	       cpumask_empty(k->cpus) && nodes_empty(k->nodes) && !k->nr_custom;
	return kinds_bad(none, "members without anything") ? -EIO : 0;
}
