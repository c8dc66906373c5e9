/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_kinds.h - the objects of the sample kstate_kinds
 */
#ifndef _KSTATE_KINDS_H
#define _KSTATE_KINDS_H

#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/xarray.h>

#define KINDS_BITS	200
#define KINDS_ORDER	2
#define KINDS_MAX	16
#define KINDS_AREA	(3 * PAGE_SIZE)
#define KINDS_MAGIC	0x4b494e44U

/* Indices of xarrays: neighbours, far away, and larger than 32 bits. */
#define KINDS_INDICES	((const unsigned long []){ 0, 1, 70, 5000, 1UL << 40 })
#define KINDS_NR_INDICES	5

/* An element: of a container by one of its links, or on its own. */
struct kinds_part {
	struct list_head list;
	struct hlist_node hlist;
	struct rb_node rb;
	u32 key;
	u64 value;
};

/* An element from a cache whose constructor has made a list of it. */
struct kinds_cached {
	struct list_head list;
	struct list_head own;
	u32 key;
};

struct kinds {
	u64 value;
	bool flag;
	char text[8];
	s16 numbers[5];
	u32 magic;
	u32 *counter;
	u32 *targets[3];
	struct kinds_part part;
	struct kinds_part row[2];
	struct kinds_part *pointed;
	struct kinds_part *owned;
	struct kinds_part *several[3];
	u32 nr_words;
	u64 *words;
	u8 nr_few;
	u16 few[KINDS_MAX];
	u16 nr_parts;
	struct kinds_part *parts;
	char *name;
	DECLARE_BITMAP(bits, KINDS_BITS);
	int nr_more_bits;
	unsigned long *more_bits;
	cpumask_var_t cpus;
	nodemask_t nodes;
	struct folio *folio;
	struct page *page;
	struct folio *folios[3];
	struct page *pages[3];
	u32 nr_more_folios;
	struct folio **more_folios;
	u32 nr_more_pages;
	struct page **more_pages;
	struct xarray folio_map;
	struct xarray page_map;
	void *address;
	struct page *address_page;
	void *area;
	struct list_head list;
	struct list_head cached;
	struct hlist_head hlist;
	struct rb_root tree;
	struct rb_root_cached tree_cached;
	struct xarray slots;
	struct idr ids;
	u8 custom[KINDS_MAX];
	u8 nr_custom;
	u64 extra;

	/* Not described. */
	u32 counted;
	u32 target[3];
	struct kinds_part lent;
	bool registered;
};

static inline u64 kinds_value(u32 key)
{
	return (key + 1) * 0x9e3779b97f4a7c15ULL;
}

int kinds_compare(struct kinds *k);
int kinds_compare_nothing(const struct kinds *k);

#endif /* _KSTATE_KINDS_H */
