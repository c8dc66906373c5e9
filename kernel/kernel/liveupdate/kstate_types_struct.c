// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_struct.c - kinds of fields that hold structs with descriptions
 *
 * A struct is a stream of its own: its version, its length, and its fields. So a
 * reader that skips it need not understand it.
 *
 * While a struct is restored, the step says how: a plan for the struct, or none,
 * if the field is skipped. The struct itself may not exist yet, because it will be
 * allocated; then it is checked without it. Lists and maps of structs are in
 * kstate_types_container.c.
 */

#include <linux/errno.h>
#include <linux/kernel.h>

#include "kstate_internal.h"

/* The head of a stream. */
struct kstate_stream_head {
	u32 version;
	u32 bytes;
};

/**
 * kstate_stream_save - write a struct as a stream
 * @outer: where to
 * @desc: its description
 * @obj: the struct
 *
 * Return: 0; -E2BIG if it has more than 4 GiB; or the error of a field.
 */
int kstate_stream_save(const struct kstate_save_ctx *outer,
		       const struct kstate_description *desc, const void *obj)
{
	struct kstate_stream_head head = { .version = desc->version_id };
	struct kstate_save_ctx ctx = *outer;
	size_t start;
	int err;

	/* The head changes later: only the outermost fields are summed as they go. */
	ctx.crc = NULL;
	kstate_w_bytes(ctx.w, &head, sizeof(head));
	start = ctx.w->pos;
	err = kstate_save_fields(&ctx, desc, obj);
	if (ctx.w->pos - start > U32_MAX)
		return -E2BIG;
	head.bytes = ctx.w->pos - start;
	kstate_w_patch(ctx.w, start - sizeof(head), &head, sizeof(head));
	return err;
}

/* A context for the stream that begins here; the outer reader goes behind it. */
static int kstate_stream_open(struct kstate_restore_ctx *outer,
			      struct kstate_restore_ctx *ctx)
{
	struct kstate_stream_head head;
	int err;

	err = kstate_r_bytes(&outer->r, &head, sizeof(head));
	*ctx = *outer;
	err = err ?: kstate_r_skip(&outer->r, head.bytes);
	if (err)
		return err;
	ctx->r.len = outer->r.pos;
	if (outer->step->nested && outer->step->nested->version != head.version)
		return -EBADMSG;
	return 0;
}

static int kstate_stream_blame(struct kstate_restore_ctx *outer,
			       const struct kstate_restore_ctx *ctx, int err)
{
	if (err) {
		outer->blamed = ctx->blamed;
		outer->blamed_at = ctx->blamed_at;
	}
	return err;
}

/**
 * kstate_stream_check - validate a stream, or skip it if the step has no plan for it
 * @outer: the reader is at it
 * @obj: the struct, or NULL if it does not exist yet
 *
 * Return: 0 or the error of a field.
 */
int kstate_stream_check(struct kstate_restore_ctx *outer, void *obj)
{
	struct kstate_restore_ctx ctx;
	int err;

	err = kstate_stream_open(outer, &ctx);
	if (err || !outer->step->nested)
		return err;
	err = kstate_steps_check(&ctx, outer->step->nested, obj);
	err = err ?: ctx.r.pos != ctx.r.len ? -EBADMSG : 0;
	return kstate_stream_blame(outer, &ctx, err);
}

/**
 * kstate_stream_acquire - take what a stream refers to
 * @outer: the reader is at it
 *
 * Return: 0 or the error of a field.
 */
int kstate_stream_acquire(struct kstate_restore_ctx *outer)
{
	struct kstate_restore_ctx ctx;

	kstate_stream_open(outer, &ctx);
	return kstate_stream_blame(outer, &ctx,
				   kstate_steps_acquire(&ctx, outer->step->nested));
}

/**
 * kstate_stream_commit - write a struct
 * @outer: the reader is at its stream
 * @obj: the struct
 * @fresh: whether restore has allocated it, as in &struct kstate_restore_ctx
 */
void kstate_stream_commit(struct kstate_restore_ctx *outer, void *obj, bool fresh)
{
	struct kstate_restore_ctx ctx;

	kstate_stream_open(outer, &ctx);
	ctx.fresh = fresh;
	kstate_steps_commit(&ctx, outer->step->nested, obj);
}

/* So many streams, one after the other in memory from base on, or base is NULL. */

static int kstate_streams_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			       const void *base, u64 nr)
{
	int err = 0;

	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_stream_save(ctx, f->desc, base + i * f->stride);
	return err;
}

static int kstate_streams_check(struct kstate_restore_ctx *ctx, void *base, u64 nr)
{
	size_t stride = base ? ctx->step->ours->stride : 0;
	int err = 0;

	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_stream_check(ctx, base ? base + i * stride : NULL);
	return err;
}

static int kstate_streams_acquire(struct kstate_restore_ctx *ctx, u64 nr)
{
	int err = 0;

	for (u64 i = 0; !err && i < nr; i++)
		err = kstate_stream_acquire(ctx);
	return err;
}

static void kstate_streams_commit(struct kstate_restore_ctx *ctx, void *base, u64 nr)
{
	const struct kstate_field *ours = ctx->step->ours;

	for (u64 i = 0; i < nr; i++)
		kstate_stream_commit(ctx, base + i * ours->stride,
				     ours->owner == KSTATE_ALLOCATED || ctx->fresh);
}

/* Struct, and array of structs: as many as the description says. */

static int kstate_struct_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			      const void *member)
{
	return kstate_streams_save(ctx, f, member, f->count);
}

static int kstate_struct_check(struct kstate_restore_ctx *ctx, const void *member)
{
	return kstate_streams_check(ctx, (void *)member, ctx->step->wire->count);
}

static int kstate_struct_acquire(struct kstate_restore_ctx *ctx)
{
	return kstate_streams_acquire(ctx, ctx->step->wire->count);
}

static void kstate_struct_commit(struct kstate_restore_ctx *ctx, void *member)
{
	kstate_streams_commit(ctx, member, ctx->step->wire->count);
}

const struct kstate_type kstate_type_struct = {
	.flags = KSTATE_TYPE_NESTED,
	.save = kstate_struct_save,
	.check = kstate_struct_check,
	.acquire = kstate_struct_acquire,
	.commit = kstate_struct_commit,
};

/* Counted array of structs. */

static int kstate_struct_varray_save(struct kstate_save_ctx *ctx,
				     const struct kstate_field *f, const void *member)
{
	const void *base;
	u64 nr;
	int err;

	err = kstate_varray_begin(ctx, f, member, &nr, &base);
	return err ?: kstate_streams_save(ctx, f, base, nr);
}

static int kstate_struct_varray_check(struct kstate_restore_ctx *ctx, const void *member)
{
	void *base = NULL;
	u64 nr;
	int err;

	err = kstate_varray_check(ctx, member, &nr);
	if (err)
		return err;
	if (member && ctx->step->ours->owner == KSTATE_EMBEDDED)
		base = (void *)member;
	else if (member && ctx->step->ours->owner == KSTATE_CALLER)
		base = *(void *const *)member;
	return kstate_streams_check(ctx, base, nr);
}

static int kstate_struct_varray_acquire(struct kstate_restore_ctx *ctx)
{
	u64 nr;
	int err;

	err = kstate_varray_acquire(ctx, &nr);
	return err ?: kstate_streams_acquire(ctx, nr);
}

static void kstate_struct_varray_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 nr;
	void *base = kstate_varray_commit(ctx, member, &nr);

	kstate_streams_commit(ctx, base, nr);
}

const struct kstate_type kstate_type_struct_varray = {
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_COUNTED | KSTATE_TYPE_NUMBERED,
	.save = kstate_struct_varray_save,
	.check = kstate_struct_varray_check,
	.acquire = kstate_struct_varray_acquire,
	.commit = kstate_struct_varray_commit,
};

/* Pointer to a struct, or an array of them: whether it is NULL, and the struct. */

static int kstate_struct_pointer_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
				      const void *member)
{
	const void *const *targets = member;
	int err = 0;

	for (size_t i = 0; !err && i < f->count; i++) {
		u8 presence = targets[i] ? KSTATE_ABI_PRESENT : KSTATE_ABI_NULL;

		kstate_w_bytes(ctx->w, &presence, sizeof(presence));
		if (targets[i])
			err = kstate_stream_save(ctx, f->desc, targets[i]);
	}
	return err;
}

/* @target: the live pointer, or NULL if there is none yet. */
static int kstate_target_check(struct kstate_restore_ctx *ctx, void *const *target)
{
	bool present, owned = target && ctx->step->ours->owner == KSTATE_ALLOCATED;
	int err = kstate_presence(ctx, &present);

	if (err)
		return err;
	if (owned && *target)
		return -EEXIST;
	if (present && target && !owned && !*target)
		return -EFAULT;
	return present ? kstate_stream_check(ctx, target ? *target : NULL) : 0;
}

static int kstate_struct_pointer_check(struct kstate_restore_ctx *ctx, const void *member)
{
	void *const *targets = member;
	int err = 0;

	for (u64 i = 0; !err && i < ctx->step->wire->count; i++)
		err = kstate_target_check(ctx, targets ? &targets[i] : NULL);
	return err;
}

static int kstate_struct_pointer_acquire(struct kstate_restore_ctx *ctx)
{
	int err = 0;

	for (u64 i = 0; !err && i < ctx->step->wire->count; i++) {
		struct kstate_restore_ctx at = *ctx;
		bool present;

		kstate_presence(ctx, &present);
		if (present && ctx->step->ours->owner == KSTATE_ALLOCATED)
			err = kstate_claim_element(&at);
		if (!err && present)
			err = kstate_stream_acquire(ctx);
	}
	return err;
}

static void kstate_struct_pointer_commit(struct kstate_restore_ctx *ctx, void *member)
{
	const bool owned = ctx->step->ours->owner == KSTATE_ALLOCATED;
	void **targets = member;

	for (u64 i = 0; i < ctx->step->wire->count; i++) {
		struct kstate_restore_ctx at = *ctx;
		bool present;

		kstate_presence(ctx, &present);
		if (!present)
			targets[i] = NULL;
		else if (owned)
			targets[i] = kstate_claim_take(&at);
		if (present)
			kstate_stream_commit(ctx, targets[i], owned);
	}
}

const struct kstate_type kstate_type_struct_pointer = {
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_PRESENCE | KSTATE_TYPE_SHAPE,
	.save = kstate_struct_pointer_save,
	.check = kstate_struct_pointer_check,
	.acquire = kstate_struct_pointer_acquire,
	.commit = kstate_struct_pointer_commit,
};
