// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_keep.c - memory of objects that is preserved in place
 *
 * Folios and vmalloc areas are preserved while the image is prepared. The save
 * walks the objects again and meets the same ones, as a rule, in the same order;
 * then there is nothing to do. What it does not meet is let go of, and what is
 * new is preserved then. A reference is held to what is preserved: an object may let
 * go of it, but it is not reused before it is not preserved any more.
 *
 * Where in the list a folio or area is says an xarray, by page: what was met in the same
 * place by the walk before needs no change there.
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "kstate_internal.h"

/* Page frames and pages of vmalloc's addresses are not the same numbers. */
static unsigned long kstate_keep_page(const struct kstate_keep *keep)
{
	return (keep->phys ?: (unsigned long)keep->ptr) >> PAGE_SHIFT;
}

/* What this walk has met already, or NULL. */
static const struct kstate_keep *kstate_keep_find(const struct kstate_keep *keep)
{
	const void *place = xa_load(&kstate_out.places, kstate_keep_page(keep));

	return place && xa_to_value(place) < kstate_out.kept.nr ?
		&kstate_out.kept.v[xa_to_value(place)] : NULL;
}

static void kstate_keep_drop(const struct kstate_keep *keep)
{
	if (keep->phys)
		kstate_folio_unpreserve(keep->ptr);
	else
		kstate_vmalloc_unpreserve(&keep->area);
}

/* Let go of those from an index on. */
static void kstate_keeps_drop(struct kstate_keeps *keeps, size_t from)
{
	for (; keeps->nr > from; keeps->nr--) {
		const struct kstate_keep *keep = &keeps->v[keeps->nr - 1];

		if (!keep->owner)
			continue;
		xa_erase(&kstate_out.places, kstate_keep_page(keep));
		kstate_keep_drop(keep);
	}
}

static int kstate_keeps_reserve(struct kstate_keeps *keeps)
{
	size_t cap = max_t(size_t, keeps->cap * 2, 16);
	struct kstate_keep *v;

	if (keeps->nr < keeps->cap)
		return 0;
	v = kvrealloc(keeps->v, array_size(cap, sizeof(*v)), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	keeps->v = v;
	keeps->cap = cap;
	return 0;
}

/*
 * Let go of what earlier walks preserved and this one has not met. That is done
 * before anything new is preserved: an object may have freed memory that is another
 * one's by now.
 */
static void kstate_prepared_drop(void)
{
	kstate_keeps_drop(&kstate_out.prepared, kstate_out.met);
}

/*
 * Pass over what was let go of when its object left; there is room, as for the others. What
 * is kept stays in the order of serials: that of a later object has its turn later.
 */
static void kstate_keep_skip(u64 serial)
{
	struct kstate_keeps *prepared = &kstate_out.prepared, *kept = &kstate_out.kept;

	while (kstate_out.met < prepared->nr && kept->nr < kept->cap &&
	       !prepared->v[kstate_out.met].owner &&
	       prepared->v[kstate_out.met].serial <= serial)
		kept->v[kept->nr++] = prepared->v[kstate_out.met++];
}

/* Whether an earlier walk preserved it at this place in the order. */
static bool kstate_keep_met(struct kstate_keep *keep)
{
	const struct kstate_keeps *prepared = &kstate_out.prepared;
	const struct kstate_keep *old;

	kstate_keep_skip(keep->owner->serial);
	old = kstate_out.met < prepared->nr ? &prepared->v[kstate_out.met] : NULL;
	if (!old || old->ptr != keep->ptr || old->phys != keep->phys ||
	    old->order != keep->order || old->owner != keep->owner ||
	    (!keep->phys && !kstate_vmalloc_same(keep->ptr, &old->area)))
		return false;
	*keep = *old;
	return true;
}

/* What this walk has met before, and another object must not refer to. */
static int kstate_keep_again(const struct kstate_keep *first, struct kstate_keep *keep)
{
	const struct kstate_entry *a = first->owner, *b = keep->owner;

	/* Its first owner has left: once that is seen to, the next walk takes it anew. */
	if (a->gone) {
		kstate_out.again = true;
		return -EAGAIN;
	}
	if (a != b) {
		pr_err("save: %s@%llx and %s@%llx refer to the same %s\n", a->class->desc->name,
		       a->key.instance, b->class->desc->name, b->key.instance,
		       keep->phys ? "folio" : "vmalloc area");
		return -EEXIST;
	}
	*keep = *first;
	return 0;
}

static int kstate_keep_new(struct kstate_keep *keep)
{
	const unsigned long page = kstate_keep_page(keep);
	int err;

	kstate_prepared_drop();
	err = xa_reserve(&kstate_out.places, page, GFP_KERNEL);
	if (err)
		return err;
	err = keep->phys ? kstate_folio_preserve(keep->ptr) :
			   kstate_vmalloc_preserve(keep->ptr, &keep->area);
	if (err)
		xa_release(&kstate_out.places, page);
	return err;
}

static int kstate_keep(struct kstate_keep *keep)
{
	const bool met = kstate_keep_met(keep);
	const struct kstate_keep *first = met ? NULL : kstate_keep_find(keep);
	int err;

	if (first)
		return kstate_keep_again(first, keep);
	err = kstate_keeps_reserve(&kstate_out.kept);
	err = err || met ? err : kstate_keep_new(keep);
	if (err)
		return err;
	keep->serial = keep->owner->serial;
	if (met)
		kstate_out.met++;
	else
		xa_store(&kstate_out.places, kstate_keep_page(keep),
			 xa_mk_value(kstate_out.kept.nr), GFP_KERNEL);
	kstate_out.kept.v[kstate_out.kept.nr++] = *keep;
	return 0;
}

/**
 * kstate_keep_folio - have KHO preserve a folio that an object refers to
 * @ctx: the object; nothing is done while bytes are counted only
 * @folio: the folio; the same object may refer to it again
 *
 * Return: 0; -EEXIST if another object refers to it; -EINVAL if it is in memory
 * that the next kernel boots from; -ENOMEM.
 */
int kstate_keep_folio(const struct kstate_save_ctx *ctx, struct folio *folio)
{
	struct kstate_keep keep = {
		.owner = ctx->entry,
		.ptr = folio,
		.phys = kstate_folio_phys(folio),
		.order = kstate_folio_order(folio),
	};

	return ctx->pass == KSTATE_PASS_SIZE ? 0 : kstate_keep(&keep);
}

/**
 * kstate_keep_vmalloc - have KHO preserve a vmalloc area
 * @ctx: the object; nothing is done while bytes are counted only
 * @ptr: its start; the same object may refer to it again
 * @ser: where to put its descriptor
 *
 * Return: 0; -EEXIST if another object refers to it; -EINVAL, -EOPNOTSUPP if KHO
 * cannot preserve such an area; -ENOMEM.
 */
int kstate_keep_vmalloc(const struct kstate_save_ctx *ctx, void *ptr,
			struct kstate_vmalloc_ser *ser)
{
	struct kstate_keep keep = { .owner = ctx->entry, .ptr = ptr };
	int err;

	if (ctx->pass == KSTATE_PASS_SIZE)
		return 0;
	err = kstate_keep(&keep);
	*ser = keep.area;
	return err;
}

/**
 * kstate_keep_begin - a walk over all objects begins
 */
void kstate_keep_begin(void)
{
	/* What earlier walks preserved is met again, or let go of at the end. */
	swap(kstate_out.kept, kstate_out.prepared);
	kstate_out.met = 0;
}

/**
 * kstate_keep_rewind - the walk takes back what it has met last
 * @nr: so many of kstate_out.kept stay
 *
 * What earlier walks preserved stays preserved: it may be met again.
 */
void kstate_keep_rewind(size_t nr)
{
	struct kstate_keeps *kept = &kstate_out.kept;

	kstate_keeps_drop(kept, max(nr, kstate_out.met));
	kept->nr = min(nr, kept->nr);
	kstate_out.met = min(nr, kstate_out.met);
}

/**
 * kstate_keep_end - the walk ends
 */
void kstate_keep_end(void)
{
	kstate_prepared_drop();
	kstate_out.prepared.nr = 0;
	kstate_out.met = 0;
}

/**
 * kstate_keep_spare - have room for what the next walk will meet
 *
 * As many as this one has met: then a save after a prepare allocates nothing.
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_keep_spare(void)
{
	struct kstate_keeps *spare = &kstate_out.prepared;
	size_t nr = kstate_out.kept.nr;
	struct kstate_keep *v;

	if (nr <= spare->cap)
		return 0;
	v = kvrealloc(spare->v, array_size(nr, sizeof(*v)), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	spare->v = v;
	spare->cap = nr;
	return 0;
}

/* The first one of an entry or of later ones: they are in the order of the serials. */
static size_t kstate_keep_first(u64 serial)
{
	size_t low = 0, high = kstate_out.kept.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (kstate_out.kept.v[mid].serial < serial)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * kstate_keep_leave - let go of what an object had, which has been unregistered
 * @entry: the object; no walk is under way
 */
void kstate_keep_leave(const struct kstate_entry *entry)
{
	struct kstate_keeps *kept = &kstate_out.kept;

	for (size_t i = kstate_keep_first(entry->serial); i < kept->nr; i++) {
		struct kstate_keep *keep = &kept->v[i];

		if (keep->owner != entry)
			break;
		xa_erase(&kstate_out.places, kstate_keep_page(keep));
		kstate_keep_drop(keep);
		*keep = (struct kstate_keep){ .serial = keep->serial };
	}
}

/**
 * kstate_keep_free - let go of all that is kept
 */
void kstate_keep_free(void)
{
	while (kstate_out.kept.nr) {
		const struct kstate_keep *keep = &kstate_out.kept.v[--kstate_out.kept.nr];

		if (keep->owner)
			kstate_keep_drop(keep);
	}
	kvfree(kstate_out.kept.v);
	kvfree(kstate_out.prepared.v);
	kstate_out.kept = (struct kstate_keeps){};
	kstate_out.prepared = (struct kstate_keeps){};
	xa_destroy(&kstate_out.places);
}
