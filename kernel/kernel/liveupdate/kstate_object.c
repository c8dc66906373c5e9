// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_object.c - the fields of an object into its payload, and how many bytes that is
 *
 * Most fields are values, and need no call of their type. What is to be copied of an
 * object is put down when its class is made: values that are neighbours in the object
 * too are one piece.
 *
 * All functions run with kstate_out.lock held.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "kstate_internal.h"

/* From so many bytes on, a value is summed on its way. */
#define KSTATE_SUM_BYTES	(4UL << 10)

/* Whether a value goes on where a piece ends. */
static bool kstate_piece_goes_on(const struct kstate_piece *piece, const struct kstate_field *f)
{
	return piece->bytes && f->kind == KSTATE_KIND_VALUE &&
	       f->offset == piece->offset + piece->bytes;
}

/**
 * kstate_pieces_make - put down what is to be copied of objects
 * @class: their class, with a checked description; gets pieces, which the caller frees
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_pieces_make(struct kstate_class *class)
{
	const struct kstate_description *desc = class->desc;
	struct kstate_piece *piece;
	bool fixed = true;

	class->pieces = kvcalloc(kstate_desc_nr_fields(desc) + 1, sizeof(*piece), GFP_KERNEL);
	if (!class->pieces)
		return -ENOMEM;
	piece = class->pieces;
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		size_t bytes = f->kind == KSTATE_KIND_VALUE ? f->size * f->count : 0;

		if (f->until != KSTATE_ABI_NO_UNTIL)
			continue;
		fixed &= bytes && !check_add_overflow(class->bytes, bytes, &class->bytes);
		if (class->nr_pieces && kstate_piece_goes_on(piece, f)) {
			piece->bytes += bytes;
			continue;
		}
		piece = &class->pieces[class->nr_pieces++];
		*piece = (struct kstate_piece){ .field = f, .offset = f->offset, .bytes = bytes };
	}
	if (!fixed)
		class->bytes = 0;
	return 0;
}

/* Add to the checksum what has been written since. */
static void kstate_save_sum(struct kstate_save_ctx *ctx)
{
	if (!ctx->crc)
		return;
	*ctx->crc = kstate_w_crc(ctx->w, *ctx->crc, ctx->summed, ctx->w->pos - ctx->summed);
	ctx->summed = ctx->w->pos;
}

/**
 * kstate_save_bytes - write bytes that do not change any more
 * @ctx: where to
 * @data: the bytes
 * @len: their number
 */
void kstate_save_bytes(struct kstate_save_ctx *ctx, const void *data, size_t len)
{
	if (!ctx->crc || len < KSTATE_SUM_BYTES) {
		kstate_w_bytes(ctx->w, data, len);
		return;
	}
	kstate_save_sum(ctx);
	*ctx->crc = kstate_w_summed(ctx->w, *ctx->crc, data, len);
	ctx->summed = ctx->w->pos;
}

static int kstate_save_field(struct kstate_save_ctx *ctx, const struct kstate_description *desc,
			     const struct kstate_field *f, const void *obj)
{
	int err = kstate_type_of(f->kind)->save(ctx, f, obj + f->offset);

	/* No error yet if the walk is repeated: see kstate_keep.c. */
	if (err && !(err == -EAGAIN && kstate_out.again))
		pr_err("save: description %s, field %s: error %d\n", desc->name, f->name, err);
	return err;
}

/**
 * kstate_save_fields - write the fields of a nested object
 * @ctx: where to
 * @desc: its description
 * @obj: the object
 *
 * Return: 0, or the error of a field, after naming it in the log.
 */
int kstate_save_fields(struct kstate_save_ctx *ctx, const struct kstate_description *desc,
		       const void *obj)
{
	int err = 0;

	ctx->obj = obj;
	for (const struct kstate_field *f = desc->fields; !err && f->name; f++) {
		if (f->until == KSTATE_ABI_NO_UNTIL)
			err = kstate_save_field(ctx, desc, f, obj);
	}
	return err;
}

/**
 * kstate_save_object - write the payload of an object
 * @ctx: where to
 * @class: its class
 * @obj: the object
 *
 * Return: 0, or the error of a field, after naming it in the log.
 */
int kstate_save_object(struct kstate_save_ctx *ctx, const struct kstate_class *class,
		       const void *obj)
{
	if (class->bytes && !ctx->crc) {
		kstate_w_pieces(ctx->w, obj, class->pieces, class->nr_pieces, class->bytes);
		return 0;
	}
	ctx->obj = obj;
	for (size_t i = 0; i < class->nr_pieces; i++) {
		const struct kstate_piece *piece = &class->pieces[i];
		int err = 0;

		if (piece->bytes)
			kstate_save_bytes(ctx, obj + piece->offset, piece->bytes);
		else
			err = kstate_save_field(ctx, class->desc, piece->field, obj);
		if (err)
			return err;
		kstate_save_sum(ctx);
	}
	return 0;
}

/**
 * kstate_sub_needed - whether an object has a subsection now
 * @entry: the object
 * @desc: the subsection's description
 *
 * Return: what the driver says; true if it does not.
 */
bool kstate_sub_needed(struct kstate_entry *entry, const struct kstate_description *desc)
{
	bool needed;

	if (!desc->needed)
		return true;
	kstate_call_begin(entry);
	needed = desc->needed(entry->obj);
	kstate_call_end(entry);
	return needed;
}

static u64 kstate_part_bytes(struct kstate_entry *entry, const struct kstate_class *class)
{
	struct kstate_writer w;
	struct kstate_save_ctx ctx = { .w = &w, .pass = KSTATE_PASS_SIZE, .entry = entry };

	kstate_w_plain(&w, NULL, SIZE_MAX);
	return kstate_save_object(&ctx, class, entry->obj) ? 0 : w.pos;
}

/**
 * kstate_entry_bytes - payload bytes of an entry as it is now
 * @entry: the entry
 *
 * Counts only; nothing is preserved, no callback but needed() and those of custom
 * fields runs, and the lock's.
 *
 * Return: the bytes, subsections included.
 */
u64 kstate_entry_bytes(struct kstate_entry *entry)
{
	const struct kstate_class *class = entry->class;
	u64 bytes;

	kstate_entry_lock(entry);
	bytes = kstate_part_bytes(entry, class);
	for (unsigned int i = 0; i < class->nr_subs; i++) {
		if (kstate_sub_needed(entry, class->parts[i]->desc))
			bytes += kstate_part_bytes(entry, class->parts[i]);
	}
	kstate_entry_unlock(entry);
	return bytes;
}
