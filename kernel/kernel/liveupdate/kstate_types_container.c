// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_container.c - kinds of fields that hold a number of linked elements
 *
 * The elements are structs with a description, which restore allocates, or folios.
 * The payload has them one after the other, each behind its index if it has one.
 * kstate_containers.c links them in memory; two kernels may link them in different ways.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "kstate_internal.h"

static int kstate_container_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
				 const void *member)
{
	const struct kstate_container_ops *ops = kstate_container_of(f);
	struct kstate_visit visit = { .f = f, .head = (void *)member };
	const unsigned int flags = kstate_type_of(f->kind)->flags;
	size_t start = ctx->w->pos;
	u64 nr = 0;
	int err;

	kstate_w_bytes(ctx->w, &nr, sizeof(nr));
	for (;;) {
		err = ops->next(&visit);
		if (err || !visit.elem)
			break;
		if (nr++ == f->count)
			return -E2BIG;
		if (flags & KSTATE_TYPE_INDEXED)
			kstate_w_bytes(ctx->w, &visit.index, sizeof(visit.index));
		err = flags & KSTATE_TYPE_FOLIOS ? kstate_folio_write(ctx, f, visit.elem) :
						   kstate_stream_save(ctx, f->desc, visit.elem);
		if (err)
			break;
	}
	kstate_w_patch(ctx->w, start, &nr, sizeof(nr));
	return err;
}

/* Read the index of element i, if it has one. */
static int kstate_index_read(struct kstate_restore_ctx *ctx, u64 i, u64 *index)
{
	const struct kstate_field *ours = ctx->step->ours;
	const u64 before = *index;

	if (!(ctx->step->type->flags & KSTATE_TYPE_INDEXED))
		return 0;
	if (kstate_r_bytes(&ctx->r, index, sizeof(*index)) || (i && *index <= before))
		return -EBADMSG;
	if (!ours)
		return 0;
	return *index < ours->base || *index - ours->base > kstate_container_of(ours)->last ?
		-EBADMSG : 0;
}

static int kstate_element_check(struct kstate_restore_ctx *ctx)
{
	bool present;
	int err;

	if (!(ctx->step->type->flags & KSTATE_TYPE_FOLIOS))
		return kstate_stream_check(ctx, NULL);
	err = kstate_folio_skip(ctx, &present);
	return err ?: present ? 0 : -EBADMSG;
}

static int kstate_container_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct kstate_field *ours = ctx->step->ours;
	u64 nr, index = 0;
	int err;

	err = kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	if (err || nr > ctx->step->wire->count)
		return -EBADMSG;
	err = member ? kstate_container_of(ours)->wrong(ours, member) : 0;
	for (u64 i = 0; !err && i < nr; i++) {
		err = kstate_index_read(ctx, i, &index);
		err = err ?: kstate_element_check(ctx);
	}
	return err;
}

static int kstate_element_acquire(struct kstate_restore_ctx *ctx)
{
	int err;

	if (ctx->step->type->flags & KSTATE_TYPE_FOLIOS)
		return kstate_folio_claim(ctx);
	err = kstate_claim_element(ctx);
	return err ?: kstate_stream_acquire(ctx);
}

static int kstate_container_acquire(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	struct xarray *shadow = NULL;
	u64 nr = 0, index = 0;
	int err = 0;

	kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	if (nr && ctx->step->type->flags & KSTATE_TYPE_INDEXED) {
		shadow = kstate_claim_shadow(&at);
		err = shadow ? 0 : -ENOMEM;
	}
	for (u64 i = 0; !err && i < nr; i++) {
		kstate_index_read(ctx, i, &index);
		if (shadow)
			err = kstate_shadow_reserve(shadow, ctx->step->ours, index);
		err = err ?: kstate_element_acquire(ctx);
	}
	return err;
}

static void *kstate_element_commit(struct kstate_restore_ctx *ctx)
{
	void *elem;

	if (ctx->step->type->flags & KSTATE_TYPE_FOLIOS)
		return kstate_folio_take(ctx);
	elem = kstate_claim_take(ctx);
	kstate_stream_commit(ctx, elem, true);
	return elem;
}

static void kstate_container_commit(struct kstate_restore_ctx *ctx, void *member)
{
	const struct kstate_container_ops *ops = kstate_container_of(ctx->step->ours);
	struct kstate_visit visit = { .f = ctx->step->ours, .head = member };
	struct kstate_restore_ctx at = *ctx;
	u64 nr = 0;

	kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	/* A lock of a live object may be in use: its member has been initialized. */
	if (ctx->fresh || !ops->last)
		ops->init(visit.f, member);
	if (nr && ops->last)
		visit.shadow = kstate_claim_take(&at);
	for (u64 i = 0; i < nr; i++) {
		kstate_index_read(ctx, i, &visit.index);
		ops->add(&visit, kstate_element_commit(ctx));
	}
	if (visit.shadow)
		kstate_shadow_move(&visit);
}

const struct kstate_type kstate_type_list = {
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_SHAPE | KSTATE_TYPE_NUMBERED,
	.save = kstate_container_save,
	.check = kstate_container_check,
	.acquire = kstate_container_acquire,
	.commit = kstate_container_commit,
};

const struct kstate_type kstate_type_map = {
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_SHAPE | KSTATE_TYPE_NUMBERED |
		 KSTATE_TYPE_INDEXED,
	.save = kstate_container_save,
	.check = kstate_container_check,
	.acquire = kstate_container_acquire,
	.commit = kstate_container_commit,
};

const struct kstate_type kstate_type_folio_map = {
	.element = KSTATE_FOLIO_BYTES,
	.flags = KSTATE_TYPE_SHAPE | KSTATE_TYPE_NUMBERED | KSTATE_TYPE_INDEXED |
		 KSTATE_TYPE_FOLIOS,
	.save = kstate_container_save,
	.check = kstate_container_check,
	.acquire = kstate_container_acquire,
	.commit = kstate_container_commit,
};
