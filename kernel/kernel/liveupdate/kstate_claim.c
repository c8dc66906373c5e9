// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_claim.c - what a section takes before an object is written
 *
 * Folios and vmalloc areas can be taken back from KHO once only, so a section
 * that fails later keeps them for the next try. The acquire pass puts claims into
 * a list in the order of the payload; the commit pass takes them from it in the
 * same order. So a million list elements are as fast as one. What an earlier try has
 * left is in that list, too, in its place, whether this one asks for it or not.
 *
 * What was taken, or is not to be, is remembered by its address, for it may be somebody
 * else's by now; so is the memory of the image itself, lest a field of a damaged image
 * hands it out.
 *
 * The claims of a section belong to who restores it, or, while it is not busy, to who
 * holds kstate_in.lock. kstate_in.taken has a lock of its own.
 */

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <linux/xarray.h>

#include "kstate_internal.h"

/**
 * kstate_taken_note - memory at an address has been taken back from KHO, or is
 * not to be
 * @phys: the address
 *
 * Return: 0; -EEXIST if that has been noted already; -ENOMEM.
 */
int kstate_taken_note(u64 phys)
{
	int err = xa_insert(&kstate_in.taken, phys >> PAGE_SHIFT, xa_mk_value(0), GFP_KERNEL);

	return err == -EBUSY ? -EEXIST : err;
}

/**
 * kstate_taken_payload - note that a payload has its memory
 * @payload: the payload
 *
 * Return: 0; -EEXIST if something else has some of it; -ENOMEM.
 */
int kstate_taken_payload(const struct kstate_in_payload *payload)
{
	const u32 entry = 2 * sizeof(u64);
	int err = 0;

	if (payload->where != KSTATE_OUTSIDE)
		return 0;
	for (u32 at = 0; !err && payload->len - at >= entry; at += entry)
		err = kstate_taken_note(get_unaligned_be64(payload->prop + at));
	return err;
}

/**
 * kstate_taken - whether memory at an address has been taken
 * @phys: the address
 *
 * Return: true if it has.
 */
bool kstate_taken(u64 phys)
{
	return xa_load(&kstate_in.taken, phys >> PAGE_SHIFT);
}

/**
 * kstate_taken_undo - it could not be taken after all
 * @phys: the address
 */
void kstate_taken_undo(u64 phys)
{
	xa_erase(&kstate_in.taken, phys >> PAGE_SHIFT);
}

/**
 * kstate_taken_forget - forget what has been taken
 */
void kstate_taken_forget(void)
{
	xa_destroy(&kstate_in.taken);
}

/* A claim is identified by its part, and by the reader's position in the payload. */
static bool kstate_claim_is_for(const struct kstate_claim *claim,
				const struct kstate_restore_ctx *ctx)
{
	return claim->node == ctx->node && claim->pos == ctx->r.pos;
}

static bool kstate_claim_is_before(const struct kstate_claim *claim,
				   const struct kstate_restore_ctx *ctx)
{
	return claim->node < ctx->node ||
	       (claim->node == ctx->node && claim->pos < ctx->r.pos);
}

/*
 * Where the claim at hand is, or belongs. A pass goes over a payload once, and what comes
 * before its place is not asked for any more. Only subsections, which this kernel may have in
 * another order, lead back.
 */
static struct kstate_claim **kstate_claim_place(struct kstate_restore_ctx *ctx)
{
	struct kstate_claims *claims = ctx->claims;

	if (ctx->node < claims->node)
		kstate_claims_rewind(claims);
	claims->node = ctx->node;
	while (*claims->cursor && kstate_claim_is_before(*claims->cursor, ctx))
		claims->cursor = &(*claims->cursor)->next;
	return claims->cursor;
}

/* The claim of an earlier try, if there is one; the cursor goes behind it. */
static struct kstate_claim *kstate_claim_again(struct kstate_restore_ctx *ctx)
{
	struct kstate_claim *claim = *kstate_claim_place(ctx);

	if (!claim || !kstate_claim_is_for(claim, ctx))
		return NULL;
	ctx->claims->cursor = &claim->next;
	return claim;
}

static struct kstate_claim *kstate_claim_new(struct kstate_restore_ctx *ctx,
					     enum kstate_claimed what)
{
	struct kstate_claim *claim = kzalloc_obj(*claim);

	if (claim) {
		claim->node = ctx->node;
		claim->pos = ctx->r.pos;
		claim->what = what;
	}
	return claim;
}

/* Memory that stays in place, and that several claims may share. */
static bool kstate_claim_is_place(const struct kstate_claim *claim)
{
	return claim->what == KSTATE_CLAIM_FOLIO || claim->what == KSTATE_CLAIM_VMALLOC;
}

/* If the section has found that it shares memory, it may share this, too. */
static int kstate_claim_share(struct kstate_claims *claims, struct kstate_claim *claim)
{
	if (!claims->sharing || !kstate_claim_is_place(claim) || !claim->phys)
		return 0;
	return xa_insert(&claims->shared, claim->phys >> PAGE_SHIFT, claim, GFP_KERNEL);
}

/* A claim that holds something is the section's; another one is nothing. */
static int kstate_claim_add(struct kstate_claims *claims, struct kstate_claim *claim,
			    void *ptr)
{
	if (IS_ERR_OR_NULL(ptr)) {
		kfree(claim);
		return ptr ? PTR_ERR(ptr) : -ENXIO;
	}
	claim->ptr = ptr;
	claim->next = *claims->cursor;
	*claims->cursor = claim;
	claims->cursor = &claim->next;
	return kstate_claim_share(claims, claim);
}

/* An earlier try may have been with a description whose elements are smaller. */
static int kstate_claim_grow(struct kstate_claim *claim, size_t bytes)
{
	if (bytes <= claim->bytes)
		return 0;
	kvfree(claim->ptr);
	claim->ptr = kvzalloc(bytes, GFP_KERNEL);
	claim->bytes = claim->ptr ? bytes : 0;
	return claim->ptr ? 0 : -ENOMEM;
}

/**
 * kstate_claim_memory - allocate what restoring a field needs
 * @ctx: the reader is at the field
 * @bytes: how much, zeroed; not 0
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_claim_memory(struct kstate_restore_ctx *ctx, size_t bytes)
{
	struct kstate_claim *claim = kstate_claim_again(ctx);

	if (claim)
		return kstate_claim_grow(claim, bytes);
	claim = kstate_claim_new(ctx, KSTATE_CLAIM_MEMORY);
	if (!claim)
		return -ENOMEM;
	claim->bytes = bytes;
	return kstate_claim_add(ctx->claims, claim, kvzalloc(bytes, GFP_KERNEL)) ?
		-ENOMEM : 0;
}

/**
 * kstate_claim_element - get the memory of a struct that restore allocates
 * @ctx: the reader is at the element
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_claim_element(struct kstate_restore_ctx *ctx)
{
	const struct kstate_field *ours = ctx->step->ours;
	struct kstate_claim *claim;

	if (!ours->desc->alloc)
		return kstate_claim_memory(ctx, ours->stride);
	claim = kstate_claim_again(ctx);
	/* An earlier try may have been with a description that leaves it to us. */
	if (claim) {
		kvfree(claim->ptr);
		claim->what = KSTATE_CLAIM_ELEMENT;
		claim->desc = ours->desc;
		claim->ptr = ours->desc->alloc(ctx->root);
		return claim->ptr ? 0 : -ENOMEM;
	}
	claim = kstate_claim_new(ctx, KSTATE_CLAIM_ELEMENT);
	if (!claim)
		return -ENOMEM;
	claim->desc = ours->desc;
	return kstate_claim_add(ctx->claims, claim, ours->desc->alloc(ctx->root)) ? -ENOMEM : 0;
}

/**
 * kstate_claim_shadow - room for the elements of an xarray or IDR
 * @ctx: the reader is at the field
 *
 * Return: the shadow, empty unless an earlier try has made it; NULL without memory.
 */
struct xarray *kstate_claim_shadow(struct kstate_restore_ctx *ctx)
{
	struct kstate_claim *claim = kstate_claim_again(ctx);

	/* An earlier try may have been with a description of another container. */
	if (claim) {
		kstate_shadow_free(claim->ptr);
		claim->ptr = kstate_shadow_new(ctx->step->ours);
		return claim->ptr;
	}
	claim = kstate_claim_new(ctx, KSTATE_CLAIM_SHADOW);
	if (!claim || kstate_claim_add(ctx->claims, claim, kstate_shadow_new(ctx->step->ours)))
		return NULL;
	return claim->ptr;
}

/* From now on claims are found by what they own: a section may share a million times. */
static int kstate_claims_index(struct kstate_claims *claims)
{
	int err = 0;

	if (claims->sharing)
		return 0;
	xa_init(&claims->shared);
	claims->sharing = true;
	for (struct kstate_claim *c = claims->section->claims; !err && c; c = c->next)
		err = kstate_claim_share(claims, c);
	return err;
}

/* What the object refers to twice is taken back once: by this claim, or NULL. */
static struct kstate_claim *kstate_claim_first(struct kstate_claims *claims,
					       enum kstate_claimed what, u64 phys)
{
	struct kstate_claim *first;
	int err = kstate_claims_index(claims);

	if (err)
		return ERR_PTR(err);
	first = xa_load(&claims->shared, phys >> PAGE_SHIFT);
	return first && first->what == what && first->phys == phys ? first : NULL;
}

/*
 * Noted first: what has been taken must not be taken again. Another section may have
 * done so since this one looked.
 */
static struct folio *kstate_claim_from_kho(u64 phys)
{
	struct folio *folio;
	int err = kstate_taken_note(phys);

	if (err)
		return err == -EEXIST ? NULL : ERR_PTR(err);
	folio = kstate_folio_restore(phys);
	if (!folio)
		kstate_taken_undo(phys);
	return folio;
}

/* Sets @phys of the claim, if it is the one that has the folio. */
static struct folio *kstate_claim_get_folio(struct kstate_restore_ctx *ctx,
					    struct kstate_claim *claim, u64 phys)
{
	struct kstate_claim *first;

	if (kstate_taken(phys)) {
		first = kstate_claim_first(ctx->claims, KSTATE_CLAIM_FOLIO, phys);
		claim->first = first;
		return IS_ERR_OR_NULL(first) ? (void *)first : first->ptr;
	}
	claim->phys = phys;
	return kstate_claim_from_kho(phys);
}

/**
 * kstate_claim_folio - take a folio back
 * @ctx: the reader is at the field
 * @phys: where it is
 * @order: what its order must be
 *
 * Return: 0; -ENXIO if it was not preserved or has been taken; -EBADMSG if its
 * order is another; -ENOMEM.
 */
int kstate_claim_folio(struct kstate_restore_ctx *ctx, u64 phys, unsigned int order)
{
	struct kstate_claim *claim;
	int err = 0;

	claim = kstate_claim_again(ctx);
	if (!claim) {
		claim = kstate_claim_new(ctx, KSTATE_CLAIM_FOLIO);
		if (!claim)
			return -ENOMEM;
		err = kstate_claim_add(ctx->claims, claim,
				       kstate_claim_get_folio(ctx, claim, phys));
	}
	return err ?: kstate_folio_order(claim->ptr) == order ? 0 : -EBADMSG;
}

/**
 * kstate_taken_area - take a vmalloc area back from KHO, and note that
 * @ser: its descriptor
 *
 * Which pages it consists of is in memory that no checksum is of. None of them may be the
 * image's, which is still read when the area belongs to somebody.
 *
 * Return: its start; NULL if it is not there, has been taken, or has what is not to be;
 * ERR_PTR(-ENOMEM).
 */
void *kstate_taken_area(const struct kstate_vmalloc_ser *ser)
{
	void *area;
	int err;

	if (kstate_vmalloc_has(ser, kstate_taken))
		return NULL;
	err = kstate_taken_note(ser->first);
	if (err)
		return err == -EEXIST ? NULL : ERR_PTR(err);
	area = kstate_vmalloc_restore(ser);
	if (IS_ERR_OR_NULL(area))
		kstate_taken_undo(ser->first);
	return area;
}

/* The same for a vmalloc area. */
static void *kstate_claim_get_area(struct kstate_restore_ctx *ctx, struct kstate_claim *claim,
				   const struct kstate_vmalloc_ser *ser)
{
	struct kstate_claim *first;

	claim->bytes = ser->pages;
	if (kstate_taken(ser->first)) {
		first = kstate_claim_first(ctx->claims, KSTATE_CLAIM_VMALLOC, ser->first);
		claim->first = first;
		if (IS_ERR_OR_NULL(first))
			return first;
		return first->bytes == ser->pages ? first->ptr : NULL;
	}
	claim->phys = ser->first;
	return kstate_taken_area(ser);
}

/**
 * kstate_claim_vmalloc - take a vmalloc area back
 * @ctx: the reader is at the field
 * @ser: its descriptor
 *
 * Return: 0; -ENXIO if it was not preserved or has been taken; -ENOMEM.
 */
int kstate_claim_vmalloc(struct kstate_restore_ctx *ctx,
			 const struct kstate_vmalloc_ser *ser)
{
	struct kstate_claim *claim;

	if (kstate_claim_again(ctx))
		return 0;
	claim = kstate_claim_new(ctx, KSTATE_CLAIM_VMALLOC);
	if (!claim)
		return -ENOMEM;
	return kstate_claim_add(ctx->claims, claim, kstate_claim_get_area(ctx, claim, ser));
}

/**
 * kstate_claim_take - hand the next claim out, when nothing can fail any more
 * @ctx: the reader is where it was when the claim was made
 *
 * Return: what was claimed.
 */
void *kstate_claim_take(struct kstate_restore_ctx *ctx)
{
	struct kstate_claim *claim = kstate_claim_again(ctx);
	void *ptr = claim ? claim->ptr : NULL;

	/* The object has it now, also if the claim that took it is not handed out. */
	if (ptr && claim->first)
		claim->first->phys = 0;
	if (claim)
		claim->ptr = NULL;
	return ptr;
}

/**
 * kstate_claims_rewind - before a pass that makes or takes claims
 * @claims: of the section
 */
void kstate_claims_rewind(struct kstate_claims *claims)
{
	claims->cursor = &claims->section->claims;
	claims->node = 0;
}

/**
 * kstate_claims_end - the restore has ended; what was claimed and not taken stays
 * @claims: of the section
 */
void kstate_claims_end(struct kstate_claims *claims)
{
	if (claims->sharing)
		xa_destroy(&claims->shared);
}

static void kstate_claim_free(struct kstate_claim *claim)
{
	if (claim->what == KSTATE_CLAIM_FOLIO && claim->ptr && claim->phys)
		kstate_folio_put(claim->ptr);
	else if (claim->what == KSTATE_CLAIM_VMALLOC && claim->phys)
		kstate_vmalloc_free(claim->ptr);
	else if (claim->what == KSTATE_CLAIM_MEMORY)
		kvfree(claim->ptr);
	else if (claim->what == KSTATE_CLAIM_SHADOW)
		kstate_shadow_free(claim->ptr);
	else if (claim->what == KSTATE_CLAIM_ELEMENT && claim->ptr)
		claim->desc->free(claim->ptr);
	kfree(claim);
}

/**
 * kstate_claims_drop_elements - a try has failed: the driver gets its elements back
 * @section: the section
 *
 * Before the next try the module may have gone, and its free() with it.
 */
void kstate_claims_drop_elements(struct kstate_section *section)
{
	struct kstate_claim **p = &section->claims;

	while (*p) {
		struct kstate_claim *claim = *p;

		if (claim->what != KSTATE_CLAIM_ELEMENT) {
			p = &claim->next;
			continue;
		}
		*p = claim->next;
		kstate_claim_free(claim);
	}
}

/**
 * kstate_claims_release - give back what was claimed and never handed out
 * @section: the section
 *
 * After a restore that is what an earlier try claimed, with a description that
 * had more.
 */
void kstate_claims_release(struct kstate_section *section)
{
	while (section->claims) {
		struct kstate_claim *claim = section->claims;

		section->claims = claim->next;
		kstate_claim_free(claim);
	}
}
