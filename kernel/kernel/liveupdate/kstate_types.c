// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types.c - how each kind of field is saved and restored
 *
 * One row of kstate_types[] for each kind: saving and restoring stand side by
 * side, so that they cannot drift apart. A new kind is a line in
 * KSTATE_ABI_KINDS, a row here and a macro in <linux/kstate.h>.
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "kstate_internal.h"

/* check() made sure that the product does not overflow and fits the payload. */
static size_t kstate_wire_bytes(const struct kstate_layout_field *wire)
{
	return wire->size * wire->count;
}

static int kstate_check_bytes(struct kstate_restore_ctx *ctx)
{
	u64 bytes;

	if (check_mul_overflow(ctx->wire->size, ctx->wire->count, &bytes) ||
	    bytes > SIZE_MAX)
		return -EBADMSG;
	return kstate_r_skip(&ctx->r, bytes);
}

/* Value: the bytes of the member. */

static int kstate_value_save(struct kstate_save_ctx *ctx,
			     const struct kstate_field *f, const void *member)
{
	kstate_w_bytes(ctx->w, member, f->size * f->count);
	return 0;
}

static int kstate_value_check(struct kstate_restore_ctx *ctx, const void *member)
{
	return kstate_check_bytes(ctx);
}

static void kstate_value_commit(struct kstate_restore_ctx *ctx, void *member)
{
	kstate_r_bytes(&ctx->r, member, kstate_wire_bytes(ctx->wire));
}

/* Pointer: whether it is NULL, and the bytes that it points to. */

static int kstate_pointer_save(struct kstate_save_ctx *ctx,
			       const struct kstate_field *f, const void *member)
{
	const void *target = *(const void *const *)member;
	u8 presence = target ? KSTATE_ABI_PRESENT : KSTATE_ABI_NULL;

	kstate_w_bytes(ctx->w, &presence, sizeof(presence));
	if (target)
		kstate_w_bytes(ctx->w, target, f->size * f->count);
	return 0;
}

static int kstate_pointer_check(struct kstate_restore_ctx *ctx, const void *member)
{
	u8 presence;
	int err;

	err = kstate_r_bytes(&ctx->r, &presence, sizeof(presence));
	if (err || presence == KSTATE_ABI_NULL)
		return err;
	if (presence != KSTATE_ABI_PRESENT)
		return -EBADMSG;
	err = kstate_check_bytes(ctx);
	if (err)
		return err;
	return member && !*(const void *const *)member ? -EFAULT : 0;
}

static void kstate_pointer_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u8 presence = KSTATE_ABI_NULL;

	kstate_r_bytes(&ctx->r, &presence, sizeof(presence));
	if (presence == KSTATE_ABI_PRESENT)
		kstate_r_bytes(&ctx->r, *(void **)member, kstate_wire_bytes(ctx->wire));
	else
		*(void **)member = NULL;
}

/* Folio: where it is and its order; the contents stay where they are. */

struct kstate_folio_wire {
	u64 phys;
	u32 order;
};

static int kstate_folio_save(struct kstate_save_ctx *ctx,
			     const struct kstate_field *f, const void *member)
{
	struct folio *folio = *(struct folio *const *)member;
	struct kstate_folio_wire wire = {};
	int err;

	if (folio) {
		err = kstate_keep_folio(ctx->pass, folio);
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

static int kstate_folio_check(struct kstate_restore_ctx *ctx, const void *member)
{
	struct kstate_folio_wire wire;
	int err;

	if (ctx->wire->size != KSTATE_FOLIO_BYTES || ctx->wire->count != 1)
		return -EBADMSG;
	err = kstate_folio_read(ctx, &wire);
	if (err)
		return err;
	if (!wire.phys)
		return wire.order ? -EBADMSG : 0;
	if (wire.order > MAX_PAGE_ORDER)
		return -EBADMSG;
	return wire.phys & ((PAGE_SIZE << wire.order) - 1) ? -EBADMSG : 0;
}

static struct kstate_claim *kstate_claim_find(struct kstate_section *section,
					      phys_addr_t phys)
{
	struct kstate_claim *claim;

	for (claim = section->claims; claim; claim = claim->next) {
		if (claim->phys == phys)
			return claim;
	}
	return NULL;
}

static struct kstate_claim *kstate_claim_new(struct kstate_section *section,
					     phys_addr_t phys)
{
	struct kstate_claim *claim;

	claim = kzalloc_obj(*claim);
	if (!claim)
		return ERR_PTR(-ENOMEM);
	claim->phys = phys;
	claim->folio = kstate_folio_restore(phys);
	if (!claim->folio) {
		kfree(claim);
		return ERR_PTR(-ENXIO);
	}
	claim->next = section->claims;
	section->claims = claim;
	return claim;
}

static int kstate_folio_acquire(struct kstate_restore_ctx *ctx)
{
	struct kstate_folio_wire wire = {};
	struct kstate_claim *claim;

	kstate_folio_read(ctx, &wire);
	if (!wire.phys)
		return 0;
	claim = kstate_claim_find(ctx->section, wire.phys) ?:
		kstate_claim_new(ctx->section, wire.phys);
	if (IS_ERR(claim))
		return PTR_ERR(claim);
	return kstate_folio_order(claim->folio) == wire.order ? 0 : -EBADMSG;
}

static void kstate_folio_commit(struct kstate_restore_ctx *ctx, void *member)
{
	struct kstate_folio_wire wire = {};
	struct kstate_claim *claim;

	kstate_folio_read(ctx, &wire);
	claim = wire.phys ? kstate_claim_find(ctx->section, wire.phys) : NULL;
	*(struct folio **)member = claim ? claim->folio : NULL;
}

static const struct kstate_type kstate_types[] = {
	[KSTATE_KIND_VALUE] = {
		.save = kstate_value_save,
		.check = kstate_value_check,
		.commit = kstate_value_commit,
	},
	[KSTATE_KIND_POINTER] = {
		.save = kstate_pointer_save,
		.check = kstate_pointer_check,
		.commit = kstate_pointer_commit,
	},
	[KSTATE_KIND_FOLIO] = {
		.element = KSTATE_FOLIO_BYTES,
		.save = kstate_folio_save,
		.check = kstate_folio_check,
		.acquire = kstate_folio_acquire,
		.commit = kstate_folio_commit,
	},
};

/**
 * kstate_type_of - the row of a kind
 * @kind: &enum kstate_kind, or any number
 *
 * Return: the row, or NULL if there is no such kind.
 */
const struct kstate_type *kstate_type_of(u8 kind)
{
	if (kind >= ARRAY_SIZE(kstate_types) || !kstate_types[kind].save)
		return NULL;
	return &kstate_types[kind];
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
 * @sign: &enum kstate_sign
 *
 * Return: as in the image.
 */
const char *kstate_sign_name(u8 sign)
{
	return kstate_sign_names[sign];
}

static u8 kstate_default_hint(const struct kstate_field *field)
{
	switch (field->sign) {
	case KSTATE_SIGN_CHAR:
		return KSTATE_HINT_TEXT;
	case KSTATE_SIGN_BOOL:
		return KSTATE_HINT_BOOL;
	case KSTATE_SIGN_OPAQUE:
		return field->kind == KSTATE_KIND_FOLIO ? KSTATE_HINT_ADDRESS :
							  KSTATE_HINT_BYTES;
	default:
		return KSTATE_HINT_DECIMAL;
	}
}

/**
 * kstate_hint_name - how to show a field
 * @field: the field, checked
 *
 * Return: as in the image.
 */
const char *kstate_hint_name(const struct kstate_field *field)
{
	return kstate_hint_names[field->hint ?: kstate_default_hint(field)];
}
