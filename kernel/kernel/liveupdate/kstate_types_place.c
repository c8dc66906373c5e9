// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_place.c - kinds of fields that say where memory is
 *
 * Folios and vmalloc areas are preserved through KHO and taken back; addresses
 * are translated, and what they point to is somebody else's business.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "kstate_internal.h"

/* Folio: where it is and its order. */

struct kstate_folio_wire {
	u64 phys;
	u32 order;
};

/**
 * kstate_folio_write - write where a folio is, and have KHO preserve it
 * @ctx: where to
 * @f: the field, which says whether the driver has folios or pages
 * @elem: the folio or page, or NULL
 *
 * Return: 0; -EINVAL if the page is not the first of its folio; or as
 * kstate_keep_folio().
 */
int kstate_folio_write(struct kstate_save_ctx *ctx, const struct kstate_field *f, void *elem)
{
	struct folio *folio = elem;
	struct kstate_folio_wire wire = {};
	int err;

	if (elem && f->flags & KSTATE_FIELD_PAGE) {
		folio = kstate_page_folio(elem);
		if (!folio)
			return -EINVAL;
	}
	if (folio) {
		err = kstate_keep_folio(ctx, folio);
		if (err)
			return err;
		wire.phys = kstate_folio_phys(folio);
		wire.order = kstate_folio_order(folio);
	}
	kstate_w_bytes(ctx->w, &wire.phys, sizeof(wire.phys));
	kstate_w_bytes(ctx->w, &wire.order, sizeof(wire.order));
	return 0;
}

static int kstate_folio_read(struct kstate_restore_ctx *ctx,
			     struct kstate_folio_wire *wire)
{
	int err;

	err = kstate_r_bytes(&ctx->r, &wire->phys, sizeof(wire->phys));
	return err ?: kstate_r_bytes(&ctx->r, &wire->order, sizeof(wire->order));
}

/**
 * kstate_folio_skip - read over where a folio is
 * @ctx: the reader is at it
 * @present: where to put whether there is one
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_folio_skip(struct kstate_restore_ctx *ctx, bool *present)
{
	struct kstate_folio_wire wire;
	int err;

	err = kstate_folio_read(ctx, &wire);
	if (err)
		return err;
	*present = wire.phys;
	if (!wire.phys)
		return wire.order ? -EBADMSG : 0;
	/* KHO takes folios that are larger than what the page allocator has. */
	if (wire.order > MAX_FOLIO_ORDER)
		return -EBADMSG;
	return wire.phys & ((PAGE_SIZE << wire.order) - 1) ? -EBADMSG : 0;
}

/**
 * kstate_folio_claim - take a folio back, if there is one
 * @ctx: the reader is at it
 *
 * Return: 0, or as kstate_claim_folio().
 */
int kstate_folio_claim(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	struct kstate_folio_wire wire = {};

	kstate_folio_read(ctx, &wire);
	return wire.phys ? kstate_claim_folio(&at, wire.phys, wire.order) : 0;
}

/**
 * kstate_folio_take - hand out a folio that was taken back
 * @ctx: the reader is at it
 *
 * Return: the folio, its page if the driver has pages, or NULL if there is none.
 */
void *kstate_folio_take(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	struct kstate_folio_wire wire = {};
	struct folio *folio;

	kstate_folio_read(ctx, &wire);
	if (!wire.phys)
		return NULL;
	folio = kstate_claim_take(&at);
	if (ctx->step->ours->flags & KSTATE_FIELD_PAGE)
		return kstate_folio_page(folio);
	return folio;
}

static int kstate_folio_save(struct kstate_save_ctx *ctx,
			     const struct kstate_field *f, const void *member)
{
	return kstate_folio_write(ctx, f, *(void *const *)member);
}

static int kstate_folio_check(struct kstate_restore_ctx *ctx, const void *member)
{
	bool present;

	return kstate_folio_skip(ctx, &present);
}

static void kstate_folio_commit(struct kstate_restore_ctx *ctx, void *member)
{
	*(void **)member = kstate_folio_take(ctx);
}

const struct kstate_type kstate_type_folio = {
	.flags = KSTATE_TYPE_ONE,
	.element = KSTATE_FOLIO_BYTES,
	.save = kstate_folio_save,
	.check = kstate_folio_check,
	.acquire = kstate_folio_claim,
	.commit = kstate_folio_commit,
};

/* Array of folios, counted or not. */

static int kstate_folio_array_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
				   const void *member)
{
	const void *base;
	u64 nr;
	int err;

	err = kstate_varray_begin(ctx, f, member, &nr, &base);
	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_folio_write(ctx, f, ((void *const *)base)[i]);
	return err;
}

static int kstate_folio_array_check(struct kstate_restore_ctx *ctx, const void *member)
{
	bool present;
	u64 nr;
	int err;

	err = kstate_varray_check(ctx, member, &nr);
	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_folio_skip(ctx, &present);
	return err;
}

static int kstate_folio_array_acquire(struct kstate_restore_ctx *ctx)
{
	u64 nr;
	int err;

	err = kstate_varray_acquire(ctx, &nr);
	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_folio_claim(ctx);
	return err;
}

static void kstate_folio_array_commit(struct kstate_restore_ctx *ctx, void *member)
{
	const struct kstate_field *ours = ctx->step->ours;
	u64 nr;
	void **base = kstate_varray_commit(ctx, member, &nr);

	for (u64 i = 0; i < nr; i++)
		base[i] = kstate_folio_take(ctx);
	for (u64 i = nr; !ours->nr_size && i < ours->count; i++)
		base[i] = NULL;
}

const struct kstate_type kstate_type_folio_array = {
	.element = KSTATE_FOLIO_BYTES,
	.flags = KSTATE_TYPE_COUNTED | KSTATE_TYPE_NUMBERED | KSTATE_TYPE_FOLIOS |
		 KSTATE_TYPE_SHAPE,
	.save = kstate_folio_array_save,
	.check = kstate_folio_array_check,
	.acquire = kstate_folio_array_acquire,
	.commit = kstate_folio_array_commit,
};

/* Vmalloc area: KHO's descriptor. */

static_assert(sizeof(struct kstate_vmalloc_ser) == KSTATE_VMALLOC_BYTES);

static int kstate_vmalloc_save(struct kstate_save_ctx *ctx,
			       const struct kstate_field *f, const void *member)
{
	void *ptr = *(void *const *)member;
	struct kstate_vmalloc_ser ser = {};
	int err;

	err = ptr ? kstate_keep_vmalloc(ctx, ptr, &ser) : 0;
	if (!err)
		kstate_w_bytes(ctx->w, &ser, sizeof(ser));
	return err;
}

static int kstate_vmalloc_check(struct kstate_restore_ctx *ctx, const void *member)
{
	struct kstate_vmalloc_ser ser;
	int err;

	err = kstate_r_bytes(&ctx->r, &ser, sizeof(ser));
	if (err)
		return err;
	if (!ser.first)
		return ser.pages || ser.flags || ser.order ? -EBADMSG : 0;
	return ser.first & (PAGE_SIZE - 1) || !ser.pages || ser.order > MAX_PAGE_ORDER ?
		-EBADMSG : 0;
}

static int kstate_vmalloc_acquire(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	struct kstate_vmalloc_ser ser = {};

	kstate_r_bytes(&ctx->r, &ser, sizeof(ser));
	return ser.first ? kstate_claim_vmalloc(&at, &ser) : 0;
}

static void kstate_vmalloc_commit(struct kstate_restore_ctx *ctx, void *member)
{
	struct kstate_restore_ctx at = *ctx;
	struct kstate_vmalloc_ser ser = {};

	kstate_r_bytes(&ctx->r, &ser, sizeof(ser));
	*(void **)member = ser.first ? kstate_claim_take(&at) : NULL;
}

const struct kstate_type kstate_type_vmalloc = {
	.flags = KSTATE_TYPE_ONE,
	.element = KSTATE_VMALLOC_BYTES,
	.save = kstate_vmalloc_save,
	.check = kstate_vmalloc_check,
	.acquire = kstate_vmalloc_acquire,
	.commit = kstate_vmalloc_commit,
};

/* Address in the linear map: the physical address. */

static int kstate_address_save(struct kstate_save_ctx *ctx,
			       const struct kstate_field *f, const void *member)
{
	const void *ptr = *(const void *const *)member;
	u64 phys = 0;
	int err;

	err = ptr ? kstate_address_out(ptr, &phys) : 0;
	if (!err)
		kstate_w_bytes(ctx->w, &phys, sizeof(phys));
	return err;
}

static int kstate_address_check(struct kstate_restore_ctx *ctx, const void *member)
{
	u64 phys;
	int err;

	err = kstate_r_bytes(&ctx->r, &phys, sizeof(phys));
	if (err || !phys || !ctx->step->ours)
		return err;
	return kstate_address_in(phys) ? 0 : -EBADMSG;
}

static void kstate_address_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 phys = 0;

	kstate_r_bytes(&ctx->r, &phys, sizeof(phys));
	*(void **)member = phys ? kstate_address_in(phys) : NULL;
}

const struct kstate_type kstate_type_address = {
	.flags = KSTATE_TYPE_ONE,
	.element = sizeof(u64),
	.save = kstate_address_save,
	.check = kstate_address_check,
	.commit = kstate_address_commit,
};

/* Address of a struct page: the page frame number. */

static int kstate_page_save(struct kstate_save_ctx *ctx,
			    const struct kstate_field *f, const void *member)
{
	const struct page *page = *(const struct page *const *)member;
	u64 pfn = page ? kstate_page_out(page) : KSTATE_ABI_NO_PAGE;

	kstate_w_bytes(ctx->w, &pfn, sizeof(pfn));
	return 0;
}

static int kstate_page_check(struct kstate_restore_ctx *ctx, const void *member)
{
	u64 pfn;
	int err;

	err = kstate_r_bytes(&ctx->r, &pfn, sizeof(pfn));
	if (err || pfn == KSTATE_ABI_NO_PAGE || !ctx->step->ours)
		return err;
	return kstate_page_in(pfn) ? 0 : -EBADMSG;
}

static void kstate_page_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 pfn = KSTATE_ABI_NO_PAGE;

	kstate_r_bytes(&ctx->r, &pfn, sizeof(pfn));
	*(struct page **)member = pfn == KSTATE_ABI_NO_PAGE ? NULL : kstate_page_in(pfn);
}

const struct kstate_type kstate_type_page = {
	.flags = KSTATE_TYPE_ONE,
	.element = sizeof(u64),
	.save = kstate_page_save,
	.check = kstate_page_check,
	.commit = kstate_page_commit,
};
