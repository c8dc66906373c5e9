// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_types_bits.c - kinds of fields that are bits
 */

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/nodemask.h>

#include "kstate_internal.h"

/* Bitmap: its bits, and whole words. */

#define KSTATE_WORD_BITS	(8 * sizeof(long))

/* The bits of the last word that are in use. */
static unsigned long kstate_bitmap_mask(u64 bits)
{
	return bits % KSTATE_WORD_BITS ? (1UL << bits % KSTATE_WORD_BITS) - 1 : ~0UL;
}

static size_t kstate_bitmap_words(u64 bits)
{
	return bits / KSTATE_WORD_BITS + !!(bits % KSTATE_WORD_BITS);
}

static int kstate_bitmap_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
			      const void *member)
{
	const unsigned long *words = member;
	size_t last = kstate_bitmap_words(f->count) - 1;
	unsigned long word = words[last] & kstate_bitmap_mask(f->count);
	u64 bits = f->count;

	kstate_w_bytes(ctx->w, &bits, sizeof(bits));
	kstate_w_bytes(ctx->w, words, last * sizeof(word));
	kstate_w_bytes(ctx->w, &word, sizeof(word));
	return 0;
}

static int kstate_bitmap_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct kstate_layout_field *wire = ctx->step->wire;
	unsigned long word;
	u64 bits;
	int err;

	err = kstate_r_bytes(&ctx->r, &bits, sizeof(bits));
	if (err || bits != wire->count || wire->size != sizeof(word))
		return -EBADMSG;
	err = kstate_check_elements(ctx, kstate_bitmap_words(bits) - 1);
	err = err ?: kstate_r_bytes(&ctx->r, &word, sizeof(word));
	return err ?: word & ~kstate_bitmap_mask(bits) ? -EBADMSG : 0;
}

static void kstate_bitmap_commit(struct kstate_restore_ctx *ctx, void *member)
{
	u64 bits = 0;

	kstate_r_bytes(&ctx->r, &bits, sizeof(bits));
	kstate_r_bytes(&ctx->r, member, kstate_bitmap_words(bits) * sizeof(long));
}

const struct kstate_type kstate_type_bitmap = {
	.element = sizeof(long),
	.save = kstate_bitmap_save,
	.check = kstate_bitmap_check,
	.commit = kstate_bitmap_commit,
};

/*
 * Bitmap of any number of bits: how many, and whole words. Of a mask of processors or
 * nodes, as many bits as this kernel has room for; another one may have more or less.
 */

/* How many bits the live object has room for, and how many of them count. */
static u64 kstate_mask_bits(const struct kstate_field *f)
{
	return f->mask == KSTATE_MASK_CPUS ? nr_cpumask_bits : MAX_NUMNODES;
}

static int kstate_varbitmap_save(struct kstate_save_ctx *ctx, const struct kstate_field *f,
				 const void *member)
{
	u64 bits = f->mask ? kstate_mask_bits(f) : kstate_nr_get(ctx, f);
	const unsigned long *words =
		f->owner == KSTATE_EMBEDDED ? member : *(const void *const *)member;
	unsigned long word;
	size_t last;

	if (bits > f->count)
		return -E2BIG;
	if (bits && !words)
		return -EFAULT;
	kstate_w_bytes(ctx->w, &bits, sizeof(bits));
	if (!bits)
		return 0;
	last = kstate_bitmap_words(bits) - 1;
	word = words[last] & kstate_bitmap_mask(bits);
	kstate_w_bytes(ctx->w, words, last * sizeof(word));
	kstate_w_bytes(ctx->w, &word, sizeof(word));
	return 0;
}

/* Those bits of word i that are not below a limit. */
static unsigned long kstate_bits_beyond(unsigned long word, u64 i, u64 limit)
{
	u64 first = i * KSTATE_WORD_BITS;

	if (first >= limit)
		return word;
	return limit - first >= KSTATE_WORD_BITS ? 0 : word >> (limit - first);
}

/* No bit is set beyond the last, and none that this kernel has no processor or node for. */
static int kstate_bits_check(struct kstate_restore_ctx *ctx, u64 bits, u64 room)
{
	int err = 0;

	for (u64 i = 0; !err && i < kstate_bitmap_words(bits); i++) {
		unsigned long word;

		if (kstate_r_bytes(&ctx->r, &word, sizeof(word)) ||
		    kstate_bits_beyond(word, i, bits))
			return -EBADMSG;
		if (kstate_bits_beyond(word, i, room))
			err = -ERANGE;
	}
	return err;
}

static int kstate_varbitmap_check(struct kstate_restore_ctx *ctx, const void *member)
{
	const struct kstate_layout_field *wire = ctx->step->wire;
	const struct kstate_field *ours = ctx->step->ours;
	u64 bits;
	int err;

	err = kstate_r_bytes(&ctx->r, &bits, sizeof(bits));
	if (err || bits > wire->count || wire->size != sizeof(long))
		return -EBADMSG;
	if (member && ours->owner == KSTATE_ALLOCATED && *(const void *const *)member)
		return -EEXIST;
	if (member && ours->owner == KSTATE_CALLER && !*(const void *const *)member)
		return bits || ours->mask ? -EFAULT : 0;
	return kstate_bits_check(ctx, bits, ours && ours->mask ? kstate_mask_bits(ours) : bits);
}

static int kstate_varbitmap_acquire(struct kstate_restore_ctx *ctx)
{
	struct kstate_restore_ctx at = *ctx;
	u64 bits = 0;

	kstate_r_bytes(&ctx->r, &bits, sizeof(bits));
	kstate_r_skip(&ctx->r, kstate_bitmap_words(bits) * sizeof(long));
	if (!bits || ctx->step->ours->owner != KSTATE_ALLOCATED)
		return 0;
	return kstate_claim_memory(&at, kstate_bitmap_words(bits) * sizeof(long));
}

/* A mask has room of its own size: what is missing is clear, what is beyond was clear. */
static void kstate_mask_commit(struct kstate_restore_ctx *ctx, unsigned long *to, u64 bits)
{
	size_t room = kstate_bitmap_words(kstate_mask_bits(ctx->step->ours));
	size_t words = kstate_bitmap_words(bits), both = min(room, words);

	kstate_r_bytes(&ctx->r, to, both * sizeof(long));
	memset(to + both, 0, (room - both) * sizeof(long));
	kstate_r_skip(&ctx->r, (words - both) * sizeof(long));
}

static void kstate_varbitmap_commit(struct kstate_restore_ctx *ctx, void *member)
{
	const struct kstate_field *ours = ctx->step->ours;
	struct kstate_restore_ctx at = *ctx;
	unsigned long *to;
	u64 bits = 0;

	kstate_r_bytes(&ctx->r, &bits, sizeof(bits));
	if (ours->owner == KSTATE_ALLOCATED)
		*(void **)member = bits ? kstate_claim_take(&at) : NULL;
	to = ours->owner == KSTATE_EMBEDDED ? member : *(void **)member;
	if (ours->mask) {
		kstate_mask_commit(ctx, to, bits);
		return;
	}
	kstate_nr_set(ctx, bits);
	if (bits)
		kstate_r_bytes(&ctx->r, to, kstate_bitmap_words(bits) * sizeof(long));
}

const struct kstate_type kstate_type_varbitmap = {
	.element = sizeof(long),
	.flags = KSTATE_TYPE_COUNTED,
	.save = kstate_varbitmap_save,
	.check = kstate_varbitmap_check,
	.acquire = kstate_varbitmap_acquire,
	.commit = kstate_varbitmap_commit,
};
