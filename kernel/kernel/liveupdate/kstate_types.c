// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types.c - how each kind of field is saved and restored
 *
 * One struct kstate_type for each kind: its functions for saving and restoring are
 * next to each other, so that a change of one is seen to need the other. A new kind is a
 * line in KSTATE_ABI_KINDS, such a struct, its row in kstate_types[] and a macro in
 * <linux/kstate.h>.
 *
 * Here: plain values. kstate_types_array.c has arrays, kstate_types_bits.c bitmaps,
 * kstate_types_struct.c structs, kstate_types_container.c lists and maps,
 * kstate_types_place.c memory that stays in place.
 */

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "kstate_internal.h"

/* check() made sure that the product does not overflow and fits the payload. */
static size_t kstate_wire_bytes(const struct kstate_layout_field *wire)
{
	return wire->size * wire->count;
}

/**
 * kstate_check_elements - read over elements of plain bytes
 * @ctx: the reader is at the first
 * @nr: their number
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_check_elements(struct kstate_restore_ctx *ctx, u64 nr)
{
	u64 bytes;

	if (check_mul_overflow(ctx->step->wire->size, nr, &bytes) || bytes > SIZE_MAX)
		return -EBADMSG;
	return kstate_r_skip(&ctx->r, bytes);
}

/**
 * kstate_presence - read a presence byte
 * @ctx: the reader is at it
 * @present: where to put what it says
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_presence(struct kstate_restore_ctx *ctx, bool *present)
{
	u8 byte = KSTATE_ABI_NULL;
	int err = kstate_r_bytes(&ctx->r, &byte, sizeof(byte));

	*present = byte == KSTATE_ABI_PRESENT;
	return err ?: byte == KSTATE_ABI_NULL || *present ? 0 : -EBADMSG;
}

/* Value: the bytes of the member. */

static int kstate_value_save(struct kstate_save_ctx *ctx,
			     const struct kstate_field *f, const void *member)
{
	kstate_save_bytes(ctx, member, f->size * f->count);
	return 0;
}

static int kstate_value_check(struct kstate_restore_ctx *ctx, const void *member)
{
	return kstate_check_elements(ctx, ctx->step->wire->count);
}

static void kstate_value_commit(struct kstate_restore_ctx *ctx, void *member)
{
	kstate_r_bytes(&ctx->r, member, kstate_wire_bytes(ctx->step->wire));
}

/* Equal: a value that is compared, not written. */

static int kstate_equal_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const void *here = kstate_r_here(&ctx->r);
	int err = kstate_value_check(ctx, member);

	if (err || !member)
		return err;
	return memcmp(here, member, kstate_wire_bytes(ctx->step->wire)) ? -ENODEV : 0;
}

static void kstate_equal_commit(struct kstate_restore_ctx *ctx, void *member)
{
	kstate_value_check(ctx, NULL);
}

/* Pointer: whether it is NULL, and the bytes that it points to. */

static int kstate_pointer_save(struct kstate_save_ctx *ctx,
			       const struct kstate_field *f, const void *member)
{
	const void *target = *(const void *const *)member;
	u8 presence = target ? KSTATE_ABI_PRESENT : KSTATE_ABI_NULL;

	kstate_w_bytes(ctx->w, &presence, sizeof(presence));
	if (target)
		kstate_save_bytes(ctx, target, f->size * f->count);
	return 0;
}

static int kstate_pointer_check(struct kstate_restore_ctx *ctx, const void *member)
{
	bool present;
	int err;

	err = kstate_presence(ctx, &present);
	if (err || !present)
		return err;
	err = kstate_check_elements(ctx, ctx->step->wire->count);
	if (err)
		return err;
	return member && !*(const void *const *)member ? -EFAULT : 0;
}

static void kstate_pointer_commit(struct kstate_restore_ctx *ctx, void *member)
{
	bool present;

	kstate_presence(ctx, &present);
	if (present)
		kstate_r_bytes(&ctx->r, *(void **)member,
			       kstate_wire_bytes(ctx->step->wire));
	else
		*(void **)member = NULL;
}

/* Custom: a length, and bytes that only the driver understands. */

/**
 * kstate_put - write bytes of a custom field
 * @w: as given to the save callback
 * @data: the bytes
 * @len: their number
 */
void kstate_put(struct kstate_writer *w, const void *data, size_t len)
{
	kstate_w_bytes(w, data, len);
}
EXPORT_SYMBOL_GPL(kstate_put);

static int kstate_custom_save(struct kstate_save_ctx *ctx,
			      const struct kstate_field *f, const void *member)
{
	size_t start;
	u64 len = 0;
	int err;

	kstate_w_bytes(ctx->w, &len, sizeof(len));
	start = ctx->w->pos;
	kstate_call_begin(ctx->entry);
	err = kstate_answer(f->name, f->custom->save(ctx->obj, ctx->w));
	kstate_call_end(ctx->entry);
	len = ctx->w->pos - start;
	kstate_w_patch(ctx->w, start - sizeof(len), &len, sizeof(len));
	return err;
}

static int kstate_custom_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct kstate_custom *custom = member ? ctx->step->ours->custom : NULL;
	const void *data;
	u64 len;
	int err;

	err = kstate_r_bytes(&ctx->r, &len, sizeof(len));
	if (err || len > SIZE_MAX)
		return -EBADMSG;
	data = kstate_r_here(&ctx->r);
	err = kstate_r_skip(&ctx->r, len);
	if (err || !custom)
		return err;
	return kstate_answer(ctx->step->ours->name, custom->check(ctx->obj, data, len));
}

static void kstate_custom_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 len = 0;

	kstate_r_bytes(&ctx->r, &len, sizeof(len));
	ctx->step->ours->custom->apply(ctx->obj, kstate_r_here(&ctx->r), len);
	kstate_r_skip(&ctx->r, len);
}

static const struct kstate_type kstate_type_value = {
	.save = kstate_value_save,
	.check = kstate_value_check,
	.commit = kstate_value_commit,
};

static const struct kstate_type kstate_type_equal = {
	.flags = KSTATE_TYPE_LIVE,
	.save = kstate_value_save,
	.check = kstate_equal_check,
	.commit = kstate_equal_commit,
};

static const struct kstate_type kstate_type_pointer = {
	.flags = KSTATE_TYPE_LIVE,
	.save = kstate_pointer_save,
	.check = kstate_pointer_check,
	.commit = kstate_pointer_commit,
};

static const struct kstate_type kstate_type_custom = {
	.flags = KSTATE_TYPE_LIVE | KSTATE_TYPE_CUSTOM | KSTATE_TYPE_ONE | KSTATE_TYPE_SHAPE,
	.save = kstate_custom_save,
	.check = kstate_custom_check,
	.commit = kstate_custom_commit,
};

static const struct kstate_type *const kstate_types[] = {
	[KSTATE_KIND_VALUE]		= &kstate_type_value,
	[KSTATE_KIND_POINTER]		= &kstate_type_pointer,
	[KSTATE_KIND_FOLIO]		= &kstate_type_folio,
	[KSTATE_KIND_STRUCT]		= &kstate_type_struct,
	[KSTATE_KIND_STRUCT_ARRAY]	= &kstate_type_struct,
	[KSTATE_KIND_VARRAY]		= &kstate_type_varray,
	[KSTATE_KIND_STRUCT_VARRAY]	= &kstate_type_struct_varray,
	[KSTATE_KIND_POINTER_ARRAY]	= &kstate_type_pointer_array,
	[KSTATE_KIND_LIST]		= &kstate_type_list,
	[KSTATE_KIND_STRING]		= &kstate_type_string,
	[KSTATE_KIND_BITMAP]		= &kstate_type_bitmap,
	[KSTATE_KIND_ADDRESS]		= &kstate_type_address,
	[KSTATE_KIND_PAGE]		= &kstate_type_page,
	[KSTATE_KIND_VMALLOC]		= &kstate_type_vmalloc,
	[KSTATE_KIND_EQUAL]		= &kstate_type_equal,
	[KSTATE_KIND_CUSTOM]		= &kstate_type_custom,
	[KSTATE_KIND_MAP]		= &kstate_type_map,
	[KSTATE_KIND_FOLIO_MAP]		= &kstate_type_folio_map,
	[KSTATE_KIND_FOLIO_ARRAY]	= &kstate_type_folio_array,
	[KSTATE_KIND_STRUCT_POINTER]	= &kstate_type_struct_pointer,
	[KSTATE_KIND_STRUCT_POINTER_ARRAY] = &kstate_type_struct_pointer,
	[KSTATE_KIND_VARBITMAP]		= &kstate_type_varbitmap,
};

/**
 * kstate_type_of - the row of a kind
 * @kind: &enum kstate_kind, or any number
 *
 * Return: the row, or NULL if there is no such kind.
 */
const struct kstate_type *kstate_type_of(u8 kind)
{
	return kind < ARRAY_SIZE(kstate_types) ? kstate_types[kind] : NULL;
}

/**
 * kstate_follows_shape - whether saving a field follows what may change at any time
 * @f: the field, of a kind that there is
 *
 * That is a list and its like, pointers of an array, memory that a counted array or a
 * string points to, and what a driver's callback looks at. What a single pointer to a
 * value or struct points to is the object's own for as long as it is registered.
 *
 * Return: true if only a lock, or the driver's word, keeps what it follows in place.
 */
bool kstate_follows_shape(const struct kstate_field *f)
{
	if (f->until != KSTATE_ABI_NO_UNTIL)
		return false;
	if (f->kind == KSTATE_KIND_STRUCT_POINTER)
		return f->owner == KSTATE_ALLOCATED;
	return f->owner != KSTATE_EMBEDDED || kstate_type_of(f->kind)->flags & KSTATE_TYPE_SHAPE;
}

#define __KSTATE_NAME_AT(sym, code, name)	[code] = name,
static const char *const kstate_kind_names[] = { KSTATE_ABI_KINDS(__KSTATE_NAME_AT) };
static const char *const kstate_sign_names[] = { KSTATE_ABI_SIGNS(__KSTATE_NAME_AT) };
static const char *const kstate_hint_names[] = { KSTATE_ABI_HINTS(__KSTATE_NAME_AT) };

static int kstate_code_of(const char *const *names, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++) {
		if (names[i] && !strcmp(names[i], name))
			return i;
	}
	return -ENOENT;
}

/**
 * kstate_kind_by_name - the code of a kind
 * @name: as in the image
 *
 * Return: &enum kstate_kind, or -ENOENT.
 */
int kstate_kind_by_name(const char *name)
{
	return kstate_code_of(kstate_kind_names, ARRAY_SIZE(kstate_kind_names), name);
}

/**
 * kstate_sign_by_name - the code of a sign
 * @name: as in the image
 *
 * Return: &enum kstate_sign, or -ENOENT.
 */
int kstate_sign_by_name(const char *name)
{
	return kstate_code_of(kstate_sign_names, ARRAY_SIZE(kstate_sign_names), name);
}

/**
 * kstate_kind_name - the name of a kind
 * @kind: one that kstate_type_of() knows
 *
 * Return: as in the image.
 */
const char *kstate_kind_name(u8 kind)
{
	return kstate_kind_names[kind];
}

/**
 * kstate_sign_name - the name of a sign
 * @sign: &enum kstate_sign, or any number
 *
 * Return: as in the image; NULL if there is no such sign.
 */
const char *kstate_sign_name(u8 sign)
{
	return sign < ARRAY_SIZE(kstate_sign_names) ? kstate_sign_names[sign] : NULL;
}

static u8 kstate_default_hint(const struct kstate_field *field)
{
	switch (field->sign) {
	case KSTATE_SIGN_CHAR:
		return KSTATE_HINT_TEXT;
	case KSTATE_SIGN_BOOL:
		return KSTATE_HINT_BOOL;
	case KSTATE_SIGN_OPAQUE:
		break;
	default:
		return field->kind == KSTATE_KIND_BITMAP || field->kind == KSTATE_KIND_VARBITMAP ?
			KSTATE_HINT_HEX : KSTATE_HINT_DECIMAL;
	}
	switch (field->kind) {
	case KSTATE_KIND_FOLIO:
	case KSTATE_KIND_FOLIO_MAP:
	case KSTATE_KIND_FOLIO_ARRAY:
	case KSTATE_KIND_ADDRESS:
	case KSTATE_KIND_PAGE:
	case KSTATE_KIND_VMALLOC:
		return KSTATE_HINT_ADDRESS;
	default:
		return KSTATE_HINT_BYTES;
	}
}

/**
 * kstate_hint_name - how to show a field
 * @field: the field
 *
 * Return: as in the image; NULL if it has no hint that there is.
 */
const char *kstate_hint_name(const struct kstate_field *field)
{
	u8 hint = field->hint ?: kstate_default_hint(field);

	return hint < ARRAY_SIZE(kstate_hint_names) ? kstate_hint_names[hint] : NULL;
}
