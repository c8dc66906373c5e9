// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_keep.c - memory of objects that is preserved in place
 *
 * Folios and vmalloc areas are preserved while the image is prepared. The save
 * walks the objects again and meets the same ones, as a rule, in the same order;
 * then there is nothing to do. What it does not meet is let go of, and what is
 * new is preserved then. What was preserved is remembered by address and order,
 * for the object may have freed it meanwhile.
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "kstate_internal.h"

static void kstate_keep_drop(const struct kstate_keep *keep)
{
	if (keep->phys)
		kstate_folio_unpreserve(keep->phys, keep->order);
	else
		kstate_vmalloc_unpreserve(&keep->area);
}

/**
 * kstate_keeps_drop - let go of preserved memory
 * @keeps: the list
 * @from: index of the first one to let go of; the ones before stay
 */
void kstate_keeps_drop(struct kstate_keeps *keeps, size_t from)
{
	while (keeps->nr > from)
		kstate_keep_drop(&keeps->v[--keeps->nr]);
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
 * Let go of what earlier walks preserved and this one has not met. If objects
 * share a folio, that may have hit one that is still needed: preserve those
 * again, which cannot fail, since KHO keeps the nodes that they were recorded in.
 */
static void kstate_prepared_drop(void)
{
	struct kstate_keeps *kept = &kstate_out.kept;

	if (kstate_out.prepared.nr == kstate_out.met)
		return;
	kstate_keeps_drop(&kstate_out.prepared, kstate_out.met);
	for (size_t i = 0; i < kept->nr; i++) {
		if (kept->v[i].phys)
			WARN_ON_ONCE(kstate_folio_preserve(kept->v[i].phys,
							   kept->v[i].order));
	}
}

/* What an earlier walk preserved at this place in the order, if it fits. */
static const struct kstate_keep *kstate_keep_met(const struct kstate_keep *keep)
{
	struct kstate_keeps *prepared = &kstate_out.prepared;
	const struct kstate_keep *old;

	old = kstate_out.met < prepared->nr ? &prepared->v[kstate_out.met] : NULL;
	if (old && old->ptr == keep->ptr && old->phys == keep->phys &&
	    old->order == keep->order &&
	    (keep->phys || kstate_vmalloc_same(keep->ptr, &old->area))) {
		kstate_out.met++;
		return old;
	}
	kstate_prepared_drop();
	return NULL;
}

static int kstate_keep(struct kstate_keep *keep)
{
	const struct kstate_keep *old;
	int err;

	err = kstate_keeps_reserve(&kstate_out.kept);
	if (err)
		return err;
	old = kstate_keep_met(keep);
	if (old)
		*keep = *old;
	else if (keep->phys)
		err = kstate_folio_preserve(keep->phys, keep->order);
	else
		err = kstate_vmalloc_preserve(keep->ptr, &keep->area);
	if (!err)
		kstate_out.kept.v[kstate_out.kept.nr++] = *keep;
	return err;
}

/**
 * kstate_keep_folio - have KHO preserve a folio that an object refers to
 * @pass: nothing is done while bytes are counted only
 * @folio: the folio
 *
 * Return: 0; -EINVAL if it is in memory that the next kernel boots from;
 * -ENOMEM.
 */
int kstate_keep_folio(enum kstate_pass pass, struct folio *folio)
{
	struct kstate_keep keep = {
		.ptr = folio,
		.phys = kstate_folio_phys(folio),
		.order = kstate_folio_order(folio),
	};

	return pass == KSTATE_PASS_SIZE ? 0 : kstate_keep(&keep);
}

/**
 * kstate_keep_vmalloc - have KHO preserve a vmalloc area
 * @pass: nothing is done while bytes are counted only
 * @ptr: its start
 * @ser: where to put its descriptor
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP if KHO cannot preserve such an area; -ENOMEM.
 */
int kstate_keep_vmalloc(enum kstate_pass pass, void *ptr, struct kstate_vmalloc_ser *ser)
{
	struct kstate_keep keep = { .ptr = ptr };
	int err;

	if (pass == KSTATE_PASS_SIZE)
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
