// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_struct.c - kinds of fields that hold structs with descriptions
 *
 * A struct is a stream of its own: its version, its length, and its fields. So a
 * reader that skips it need not understand it.
 *
 * While a struct is restored, the step says how: a plan for the struct, or none,
 * if the field is skipped. The struct itself may not exist yet, because it will be
 * allocated; then it is checked without it.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>

#include "kstate_internal.h"

/* The head of a stream. */
struct kstate_stream_head {
	u32 version;
	u32 bytes;
};

static int kstate_stream_save(const struct kstate_save_ctx *outer,
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

static int kstate_stream_check(struct kstate_restore_ctx *outer, void *obj)
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

static int kstate_stream_acquire(struct kstate_restore_ctx *outer)
{
	struct kstate_restore_ctx ctx;

	kstate_stream_open(outer, &ctx);
	return kstate_stream_blame(outer, &ctx,
				   kstate_steps_acquire(&ctx, outer->step->nested));
}

static void kstate_stream_commit(struct kstate_restore_ctx *outer, void *obj)
{
	struct kstate_restore_ctx ctx;

	kstate_stream_open(outer, &ctx);
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
	for (u64 i = 0; i < nr; i++)
		kstate_stream_commit(ctx, base + i * ctx->step->ours->stride);
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
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_COUNTED,
	.save = kstate_struct_varray_save,
	.check = kstate_struct_varray_check,
	.acquire = kstate_struct_varray_acquire,
	.commit = kstate_struct_varray_commit,
};

/* List: as a counted array, but each element is found and allocated by itself. */

static int kstate_list_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			    const void *member)
{
	const struct list_head *head = member;
	u64 nr = 0;
	size_t start;

	kstate_w_bytes(ctx->w, &nr, sizeof(nr));
	start = ctx->w->pos;
	/* A head that was never initialized is an empty list. */
	for (const struct list_head *p = head->next; p && p != head; p = p->next) {
		int err = nr++ < f->count ? 0 : -E2BIG;

		err = err ?: kstate_stream_save(ctx, f->desc, (const void *)p - f->link);
		if (err)
			return err;
	}
	kstate_w_patch(ctx->w, start - sizeof(nr), &nr, sizeof(nr));
	return 0;
}

static int kstate_list_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct list_head *head = member;
	u64 nr;
	int err;

	err = kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	if (err || nr > ctx->step->wire->count)
		return -EBADMSG;
	if (head && head->next && head->next != head)
		return -EEXIST;
	return kstate_streams_check(ctx, NULL, nr);
}

static int kstate_list_acquire(struct kstate_restore_ctx *ctx)
{
	u64 nr = 0;
	int err;

	err = kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	for (u64 i = 0; !err && i < nr; i++) {
		err = kstate_claim_memory(ctx, ctx->step->ours->stride);
		err = err ?: kstate_stream_acquire(ctx);
	}
	return err;
}

static void kstate_list_commit(struct kstate_restore_ctx *ctx, void *member)
{
	struct list_head *head = member;
	u64 nr = 0;

	kstate_r_bytes(&ctx->r, &nr, sizeof(nr));
	INIT_LIST_HEAD(head);
	for (u64 i = 0; i < nr; i++) {
		void *obj = kstate_claim_take(ctx);

		kstate_stream_commit(ctx, obj);
		list_add_tail(obj + ctx->step->ours->link, head);
	}
}

const struct kstate_type kstate_type_list = {
	.flags = KSTATE_TYPE_NESTED | KSTATE_TYPE_SHAPE,
	.save = kstate_list_save,
	.check = kstate_list_check,
	.acquire = kstate_list_acquire,
	.commit = kstate_list_commit,
};
