// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_array.c - kinds of fields with a number of plain elements
 */

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "kstate_internal.h"

/**
 * kstate_nr_get - how many elements a counted array has
 * @ctx: the object
 * @f: the array
 *
 * Return: the value of the member that counts them; more than any maximum if that is
 * negative; the maximum if no member counts.
 */
u64 kstate_nr_get(const struct kstate_save_ctx *ctx, const struct kstate_field *f)
{
	const void *nr = ctx->obj + f->nr_offset;

	switch (f->nr_size) {
	case 0:
		return f->count;
	case sizeof(u8):
		return f->nr_signed ? *(const s8 *)nr : *(const u8 *)nr;
	case sizeof(u16):
		return f->nr_signed ? *(const s16 *)nr : *(const u16 *)nr;
	case sizeof(u32):
		return f->nr_signed ? (u64)*(const s32 *)nr : *(const u32 *)nr;
	default:
		return *(const u64 *)nr;
	}
}

/**
 * kstate_nr_set - set how many elements a counted array has
 * @ctx: the object, and the array's step
 * @nr: the number, at most the maximum, which fits the member
 */
void kstate_nr_set(struct kstate_restore_ctx *ctx, u64 nr)
{
	void *to = ctx->obj + ctx->step->ours->nr_offset;

	switch (ctx->step->ours->nr_size) {
	case 0:
		break;
	case sizeof(u8):
		*(u8 *)to = nr;
		break;
	case sizeof(u16):
		*(u16 *)to = nr;
		break;
	case sizeof(u32):
		*(u32 *)to = nr;
		break;
	default:
		*(u64 *)to = nr;
		break;
	}
}

/**
 * kstate_nr_is - whether a member counts the elements of a field
 * @f: the field, checked
 *
 * Return: true if one does.
 */
bool kstate_nr_is(const struct kstate_field *f)
{
	return f->nr_size && f->until == KSTATE_ABI_NO_UNTIL &&
	       kstate_type_of(f->kind)->flags & KSTATE_TYPE_COUNTED;
}

/* Whether a value is the member that counts the elements of another field. */
static bool kstate_value_is_nr(const struct kstate_field *v, const struct kstate_field *f)
{
	return kstate_nr_is(f) && v->kind == KSTATE_KIND_VALUE && v->count == 1 &&
	       v->until == KSTATE_ABI_NO_UNTIL && v->offset == f->nr_offset &&
	       v->size == f->nr_size;
}

/**
 * kstate_nr_is_same - whether two fields set one member that counts
 * @a: one, checked
 * @b: the other, checked
 *
 * Return: true if it counts the elements of both, or is one of them itself.
 */
bool kstate_nr_is_same(const struct kstate_field *a, const struct kstate_field *b)
{
	return kstate_value_is_nr(a, b) || kstate_value_is_nr(b, a) ||
	       (kstate_nr_is(a) && kstate_nr_is(b) && a->nr_offset == b->nr_offset &&
		a->nr_size == b->nr_size);
}

static bool kstate_desc_writes(const struct kstate_description *desc, size_t at, size_t bytes);

static bool kstate_overlap(size_t a, size_t bytes_a, size_t b, size_t bytes_b)
{
	return a < b ? b - a < bytes_a : a - b < bytes_b;
}

/* Whether restoring a field writes any of these bytes of the struct. */
static bool kstate_field_writes(const struct kstate_field *f, size_t at, size_t bytes)
{
	if (f->until != KSTATE_ABI_NO_UNTIL)
		return false;
	if (f->kind == KSTATE_KIND_VALUE)
		return kstate_overlap(f->offset, f->size * f->count, at, bytes);
	if (f->kind == KSTATE_KIND_STRUCT || f->kind == KSTATE_KIND_STRUCT_ARRAY)
		return at >= f->offset && at - f->offset < f->stride * f->count &&
		       kstate_desc_writes(f->desc, (at - f->offset) % f->stride, bytes);
	return kstate_nr_is(f) && kstate_overlap(f->nr_offset, f->nr_size, at, bytes);
}

static bool kstate_desc_writes(const struct kstate_description *desc, size_t at, size_t bytes)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (kstate_field_writes(f, at, bytes))
			return true;
	}
	return false;
}

/*
 * Whoever follows an array after a restore goes by the member that counts: what sets it has
 * one number. The first array that it counts notes in @shares that there is something else.
 */
static const char *kstate_counter_wrong(const struct kstate_description *desc,
					const struct kstate_field *f, unsigned int *shares)
{
	unsigned int same = 0, before = 0;

	for (const struct kstate_field *g = desc->fields; g->name; g++) {
		if (g == f)
			continue;
		if (kstate_nr_is_same(f, g)) {
			same++;
			before += g < f && kstate_nr_is(g);
		} else if (kstate_field_writes(g, f->nr_offset, f->nr_size)) {
			return "another field writes the member that counts it";
		}
	}
	*shares += same && !before;
	return *shares > KSTATE_SHARED_MAX ? "too many members count more than one array" : NULL;
}

/**
 * kstate_counters_check - whether the members of a struct that count arrays do that alone
 * @desc: the description, checked, and those that it nests, too
 *
 * Return: 0, or -EINVAL after saying in the log what is wrong.
 */
int kstate_counters_check(const struct kstate_description *desc)
{
	unsigned int shares = 0;

	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		const char *wrong = kstate_nr_is(f) ? kstate_counter_wrong(desc, f, &shares) : NULL;

		if (!wrong)
			continue;
		pr_err("description %s (id %#x), field %s: %s\n", desc->name, desc->id, f->name,
		       wrong);
		return -EINVAL;
	}
	return 0;
}

static bool kstate_counters_written(const struct kstate_description *desc,
				    const struct kstate_description *by)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (kstate_nr_is(f) && kstate_desc_writes(by, f->nr_offset, f->nr_size))
			return true;
	}
	return false;
}

/**
 * kstate_counters_clash - whether two parts of an object set a member that counts
 * @a: a description of the object, checked
 * @b: another one of the same object, checked
 *
 * Each part has a payload of its own, and either may be restored without the other.
 *
 * Return: true if they do.
 */
bool kstate_counters_clash(const struct kstate_description *a,
			   const struct kstate_description *b)
{
	return kstate_counters_written(a, b) || kstate_counters_written(b, a);
}

/* The member itself, which is not negative in what was saved. */
static u64 kstate_nr_value(struct kstate_reader *r, size_t size)
{
	union {
		u8 u8;
		u16 u16;
		u32 u32;
		u64 u64;
	} v = {};

	kstate_r_bytes(r, &v, size);
	return size == 1 ? v.u8 : size == 2 ? v.u16 : size == 4 ? v.u32 : v.u64;
}

/**
 * kstate_nr_agrees - whether an array is as long as those that the same member counts
 * @step: the array's, whose payload has been checked
 * @r: at the array
 * @nrs: %KSTATE_SHARED_MAX numbers, of the arrays before, %KSTATE_NR_NONE where there was
 *	 none
 *
 * The payload has a number for each, and they need not come from such a struct.
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_nr_agrees(const struct kstate_step *step, struct kstate_reader r, u64 *nrs)
{
	u64 nr = KSTATE_NR_NONE, *others;

	if (!step->shared)
		return 0;
	others = &nrs[step->shared - 1];
	if (kstate_nr_is(step->ours))
		kstate_r_bytes(&r, &nr, sizeof(nr));
	else
		nr = kstate_nr_value(&r, step->ours->size);
	if (*others == KSTATE_NR_NONE)
		*others = nr;
	if (*others == nr)
		return 0;
	pr_err("restore: field %s has %llu elements, another that the same member counts has %llu\n",
	       step->ours->name, nr, *others);
	return -EBADMSG;
}

/**
 * kstate_varray_begin - write the number of elements
 * @ctx: where to
 * @f: the array
 * @member: its member
 * @nr: where to put the number
 * @base: where to put the address of the first
 *
 * Return: 0; -E2BIG if there are more than the maximum, or the number is negative;
 * -EFAULT if there are some, but the member is NULL.
 */
int kstate_varray_begin(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			const void *member, u64 *nr, const void **base)
{
	*nr = kstate_nr_get(ctx, f);
	*base = f->owner == KSTATE_EMBEDDED ? member : *(const void *const *)member;
	if (*nr > f->count)
		return -E2BIG;
	if (*nr && !*base)
		return -EFAULT;
	kstate_w_bytes(ctx->w, nr, sizeof(*nr));
	return 0;
}

/**
 * kstate_varray_check - read the number of elements
 * @ctx: the reader is at it
 * @member: the member, or NULL
 * @nr: where to put the number
 *
 * Return: 0; -EBADMSG if there are more than the maximum; -EEXIST if the member
 * must be NULL and is not; -EFAULT if it must not be NULL and is.
 */
int kstate_varray_check(struct kstate_restore_ctx *ctx, const void *member, u64 *nr)
{
	const struct kstate_field *ours = ctx->step->ours;
	int err;

	err = kstate_r_bytes(&ctx->r, nr, sizeof(*nr));
	if (err || *nr > ctx->step->wire->count)
		return -EBADMSG;
	if (!member || ours->owner == KSTATE_EMBEDDED)
		return 0;
	if (ours->owner == KSTATE_ALLOCATED)
		return *(const void *const *)member ? -EEXIST : 0;
	return *nr && !*(const void *const *)member ? -EFAULT : 0;
}

/**
 * kstate_varray_acquire - allocate the elements, if restore has to
 * @ctx: the reader is at the number of elements
 * @nr: where to put the number
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_varray_acquire(struct kstate_restore_ctx *ctx, u64 *nr)
{
	const struct kstate_field *ours = ctx->step->ours;
	struct kstate_restore_ctx at = *ctx;

	*nr = 0;
	kstate_r_bytes(&ctx->r, nr, sizeof(*nr));
	if (!*nr || ours->owner != KSTATE_ALLOCATED)
		return 0;
	return kstate_claim_memory(&at, array_size(*nr, ours->stride));
}

/**
 * kstate_varray_commit - write the number of elements, and where they are
 * @ctx: the reader is at the number
 * @member: the member
 * @nr: where to put the number
 *
 * Return: address of the first element.
 */
void *kstate_varray_commit(struct kstate_restore_ctx *ctx, void *member, u64 *nr)
{
	const struct kstate_field *ours = ctx->step->ours;
	struct kstate_restore_ctx at = *ctx;

	*nr = 0;
	kstate_r_bytes(&ctx->r, nr, sizeof(*nr));
	kstate_nr_set(ctx, *nr);
	if (ours->owner == KSTATE_EMBEDDED)
		return member;
	if (ours->owner == KSTATE_ALLOCATED)
		*(void **)member = *nr ? kstate_claim_take(&at) : NULL;
	return *(void **)member;
}

/* Counted array of plain elements. */

static int kstate_type_varray_save(struct kstate_save_ctx *ctx,
				   const struct kstate_field *f, const void *member)
{
	const void *base;
	u64 nr;
	int err;

	err = kstate_varray_begin(ctx, f, member, &nr, &base);
	if (!err && nr)
		kstate_save_bytes(ctx, base, array_size(nr, f->size));
	return err;
}

static int kstate_type_varray_check(struct kstate_restore_ctx *ctx, const void *member)
{
	u64 nr;
	int err;

	err = kstate_varray_check(ctx, member, &nr);
	return err ?: kstate_check_elements(ctx, nr);
}

static int kstate_type_varray_acquire(struct kstate_restore_ctx *ctx)
{
	u64 nr;
	int err;

	err = kstate_varray_acquire(ctx, &nr);
	return err ?: kstate_check_elements(ctx, nr);
}

static void kstate_type_varray_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 nr;
	void *base = kstate_varray_commit(ctx, member, &nr);

	if (nr)
		kstate_r_bytes(&ctx->r, base, array_size(nr, ctx->step->wire->size));
}

const struct kstate_type kstate_type_varray = {
	.flags = KSTATE_TYPE_COUNTED | KSTATE_TYPE_NUMBERED,
	.save = kstate_type_varray_save,
	.check = kstate_type_varray_check,
	.acquire = kstate_type_varray_acquire,
	.commit = kstate_type_varray_commit,
};

/* Array of pointers: each like a pointer. */

static int kstate_pointer_array_save(struct kstate_save_ctx *ctx,
				     const struct kstate_field *f, const void *member)
{
	const void *const *targets = member;

	for (size_t i = 0; i < f->count; i++) {
		u8 presence = targets[i] ? KSTATE_ABI_PRESENT : KSTATE_ABI_NULL;

		kstate_w_bytes(ctx->w, &presence, sizeof(presence));
		if (targets[i])
			kstate_w_bytes(ctx->w, targets[i], f->size);
	}
	return 0;
}

static int kstate_pointer_array_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const void *const *targets = member;

	for (u64 i = 0; i < ctx->step->wire->count; i++) {
		bool present;
		int err = kstate_presence(ctx, &present);

		if (!err && present)
			err = kstate_check_elements(ctx, 1);
		if (!err && present && targets && !targets[i])
			err = -EFAULT;
		if (err)
			return err;
	}
	return 0;
}

static void kstate_pointer_array_commit(struct kstate_restore_ctx *ctx, void *member)
{
	void **targets = member;

	for (u64 i = 0; i < ctx->step->wire->count; i++) {
		bool present;

		kstate_presence(ctx, &present);
		if (present)
			kstate_r_bytes(&ctx->r, targets[i], ctx->step->wire->size);
		else
			targets[i] = NULL;
	}
}

const struct kstate_type kstate_type_pointer_array = {
	.flags = KSTATE_TYPE_LIVE | KSTATE_TYPE_SHAPE,
	.save = kstate_pointer_array_save,
	.check = kstate_pointer_array_check,
	.commit = kstate_pointer_array_commit,
};

/* String: its length, and the bytes without the NUL. */

static int kstate_string_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			      const void *member)
{
	const char *str = f->owner == KSTATE_EMBEDDED ? member : *(const char *const *)member;
	u64 len = str ? strnlen(str, f->count) : KSTATE_ABI_NO_STRING;

	if (len == f->count && f->owner != KSTATE_EMBEDDED)
		return -E2BIG;
	if (len == f->count)
		len--;
	kstate_w_bytes(ctx->w, &len, sizeof(len));
	if (str)
		kstate_w_bytes(ctx->w, str, len);
	return 0;
}

static int kstate_string_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct kstate_field *ours = ctx->step->ours;
	const void *here;
	u64 len;
	int err;

	err = kstate_r_bytes(&ctx->r, &len, sizeof(len));
	if (err)
		return err;
	if (member && ours->owner == KSTATE_ALLOCATED && *(const void *const *)member)
		return -EEXIST;
	if (len == KSTATE_ABI_NO_STRING)
		return ours && ours->owner == KSTATE_EMBEDDED ? -EBADMSG : 0;
	if (len >= ctx->step->wire->count)
		return -EBADMSG;
	here = kstate_r_here(&ctx->r);
	err = kstate_r_skip(&ctx->r, len);
	return err ?: memchr(here, 0, len) ? -EBADMSG : 0;
}

static int kstate_string_acquire(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	u64 len = KSTATE_ABI_NO_STRING;

	kstate_r_bytes(&ctx->r, &len, sizeof(len));
	if (len == KSTATE_ABI_NO_STRING)
		return 0;
	kstate_r_skip(&ctx->r, len);
	return ctx->step->ours->owner == KSTATE_ALLOCATED ?
		kstate_claim_memory(&at, len + 1) : 0;
}

static void kstate_string_commit(struct kstate_restore_ctx *ctx, void *member)
{
	const struct kstate_field *ours = ctx->step->ours;
	struct kstate_restore_ctx at = *ctx;
	u64 len = KSTATE_ABI_NO_STRING;
	char *to = member;

	kstate_r_bytes(&ctx->r, &len, sizeof(len));
	if (ours->owner == KSTATE_ALLOCATED) {
		to = len == KSTATE_ABI_NO_STRING ? NULL : kstate_claim_take(&at);
		*(char **)member = to;
	}
	if (!to)
		return;
	kstate_r_bytes(&ctx->r, to, len);
	/* What is allocated is zeroed; an array is cleared to its end. */
	if (ours->owner == KSTATE_EMBEDDED)
		memset(to + len, 0, ours->count - len);
}

const struct kstate_type kstate_type_string = {
	.element = 1,
	.save = kstate_string_save,
	.check = kstate_string_check,
	.acquire = kstate_string_acquire,
	.commit = kstate_string_commit,
};
