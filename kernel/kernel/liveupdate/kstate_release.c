// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_release.c - free what the previous kernel preserved and no driver has taken
 *
 * Every payload is walked by the description that came with it, and folios and
 * vmalloc areas that have not been taken are taken and freed; then payloads
 * outside the trees, and all shards but the first. That one stays for the life of
 * the kernel: KHO's own debugfs shows it and cannot let go.
 *
 * That is done when somebody asks for it, and without being asked once every section has
 * been restored, if none can be missing. A section that is being restored is left alone;
 * when it is done, the release goes on.
 *
 * Of an image that this kernel does not restore from, payloads are not walked: their
 * encoding may be another one. Its shards and the payloads outside of them go, folios and
 * areas stay preserved.
 *
 * Where memory to do that is short, the release stops, and can be repeated: it goes
 * on with the section that it could not release.
 *
 * All functions run with kstate_in.lock held.
 */

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/printk.h>

#include "kstate_internal.h"

/* Keep the image for those who want to look at it, until they release it. */
bool kstate_in_keep;

/**
 * struct kstate_release - a payload while it is walked
 * @ctx: the reader
 * @step: the field at hand, which is always skipped
 * @depth: how many streams in
 */
struct kstate_release {
	struct kstate_restore_ctx ctx;
	struct kstate_step step;
	unsigned int depth;
};

static int kstate_release_folio(struct kstate_release *r)
{
	struct kstate_reader at = r->ctx.r;
	struct folio *folio;
	u64 phys = 0;
	int err;

	err = kstate_type_of(KSTATE_KIND_FOLIO)->check(&r->ctx, NULL);
	if (err)
		return err;
	kstate_r_bytes(&at, &phys, sizeof(phys));
	err = phys ? kstate_taken_note(phys) : -EEXIST;
	if (err)
		return err == -EEXIST ? 0 : err;
	folio = kstate_folio_restore(phys);
	if (folio)
		kstate_folio_put(folio);
	return 0;
}

static int kstate_release_vmalloc(struct kstate_release *r)
{
	struct kstate_reader at = r->ctx.r;
	struct kstate_vmalloc_ser ser = {};
	void *area;
	int err;

	err = kstate_type_of(KSTATE_KIND_VMALLOC)->check(&r->ctx, NULL);
	if (err)
		return err;
	kstate_r_bytes(&at, &ser, sizeof(ser));
	area = ser.first ? kstate_taken_area(&ser) : NULL;
	if (IS_ERR(area))
		return PTR_ERR(area);
	kstate_vmalloc_free(area);
	return 0;
}

static int kstate_release_fields(struct kstate_release *r,
				 const struct kstate_layout *layout);

/* A stream, with fields of its own. */
static int kstate_release_stream(struct kstate_release *r, const struct kstate_layout *layout)
{
	struct kstate_release inner = *r;
	u32 head[2];
	int err;

	err = kstate_r_bytes(&r->ctx.r, head, sizeof(head));
	inner.ctx.r = r->ctx.r;
	err = err ?: kstate_r_skip(&r->ctx.r, head[1]);
	if (err || !layout || ++inner.depth >= KSTATE_ABI_DEPTH)
		return err;
	inner.ctx.r.len = r->ctx.r.pos;
	return kstate_release_fields(&inner, layout);
}

/* Elements that are structs or folios. */
static int kstate_release_elements(struct kstate_release *r,
				   const struct kstate_layout_field *wire,
				   const struct kstate_type *type)
{
	u64 nr = wire->count;
	int err = 0;

	if (type->flags & KSTATE_TYPE_NUMBERED)
		err = kstate_r_bytes(&r->ctx.r, &nr, sizeof(nr));
	for (u64 i = 0; !err && i < nr; i++) {
		bool present = true;

		if (type->flags & KSTATE_TYPE_INDEXED)
			err = kstate_r_skip(&r->ctx.r, sizeof(u64));
		if (type->flags & KSTATE_TYPE_PRESENCE)
			err = kstate_presence(&r->ctx, &present);
		if (!err && present)
			err = type->flags & KSTATE_TYPE_FOLIOS ? kstate_release_folio(r) :
				kstate_release_stream(r, wire->nested);
	}
	return err;
}

static int kstate_release_field(struct kstate_release *r,
				const struct kstate_layout_field *wire)
{
	const struct kstate_type *type = kstate_type_of(wire->kind);

	if (!type)
		return -EPROTO;
	r->step = (struct kstate_step){ .wire = wire, .type = type };
	r->ctx.step = &r->step;
	if (wire->kind == KSTATE_KIND_FOLIO)
		return kstate_release_folio(r);
	if (wire->kind == KSTATE_KIND_VMALLOC)
		return kstate_release_vmalloc(r);
	if (type->flags & (KSTATE_TYPE_NESTED | KSTATE_TYPE_FOLIOS))
		return kstate_release_elements(r, wire, type);
	return type->check(&r->ctx, NULL);
}

static int kstate_release_fields(struct kstate_release *r,
				 const struct kstate_layout *layout)
{
	int err = 0;

	for (size_t i = 0; !err && i < layout->nr; i++) {
		if (kstate_field_in(&layout->fields[i], layout->version))
			err = kstate_release_field(r, &layout->fields[i]);
	}
	return err;
}

/* Find a payload, and see that its checksum is right: nothing else is believed. */
static int kstate_part_whole(const struct kstate_in_part *part, struct kstate_reader *r,
			     struct kstate_ool *ool, const struct kstate_in_desc **in)
{
	int err;

	*ool = (struct kstate_ool){};
	if (part->err)
		return part->err;
	*in = kstate_in_desc(part->key.id);
	if (!*in)
		return -EBADMSG;
	err = kstate_payload_open(&part->payload, r, ool);
	return err ?: kstate_payload_crc(part, *in, r);
}

/* A section or subsection. What is damaged in it stays; only -ENOMEM is an error. */
static int kstate_release_part(const struct kstate_in_part *part, void *arg)
{
	struct kstate_release r = {};
	const struct kstate_in_desc *in;
	struct kstate_ool ool;
	int err;
	bool whole;

	err = kstate_part_whole(part, &r.ctx.r, &ool, &in);
	whole = !err;
	if (whole && !kstate_in.foreign)
		err = kstate_release_fields(&r, &in->layout);
	if (ool.virt)
		kstate_blocks_unmap(ool.blocks, ool.nr, ool.virt);
	ool.virt = NULL;
	for (size_t i = 0; whole && err != -ENOMEM && i < ool.nr; i++)
		kstate_mem_release(ool.blocks[i].mem);
	kstate_extents_close(&ool);
	return err == -ENOMEM ? err : 0;
}

static int kstate_release_section(struct kstate_section *section)
{
	int err;

	kstate_claims_release(section);
	err = kstate_section_parts(section, kstate_release_part, NULL);
	if (err == -ENOMEM)
		return err;
	if (section->result == KSTATE_UNCLAIMED)
		section->result = KSTATE_RELEASED;
	section->spent = true;
	kstate_in.spent++;
	return 0;
}

static int kstate_release_sections(void)
{
	int err = 0;

	for (size_t i = 0; !err && kstate_in.spent < kstate_in.nr && i < kstate_in.nr; i++) {
		struct kstate_section *section = &kstate_in.sections[i];

		if (!section->spent && !section->busy)
			err = kstate_release_section(section);
	}
	return err;
}

/**
 * kstate_in_release - free all of the incoming image but its first shard
 *
 * Sections that were not restored cannot be any more. What a section holds that is being
 * restored just now goes when that has ended.
 *
 * Return: 0, also if that has been done, or if there is no image; -ENOMEM: something
 * is left, and it may be called again.
 */
int kstate_in_release(void)
{
	int err;

	lockdep_assert_held(&kstate_in.lock);
	/* The image may not be open yet: an earlier attempt had too little memory. */
	if (kstate_in_open() == -ENOMEM)
		return -ENOMEM;
	kstate_in.released = true;
	err = kstate_release_sections();
	if (err || kstate_in.busy)
		return err;
	while (kstate_in.nr_shards > 1)
		kstate_mem_release(kstate_in.shards[--kstate_in.nr_shards].mem);
	kstate_taken_forget();
	return 0;
}

/*
 * Every section that can be restored has been: no driver will ask for another. Of a damaged
 * image nobody knows that, and it is there to be looked at.
 */
static bool kstate_in_done(void)
{
	return !kstate_in_keep && !kstate_in.incomplete && kstate_in.restored &&
	       kstate_in.restored + kstate_in.lost == kstate_in.nr;
}

/**
 * kstate_in_settle - a restore has ended: release what is left, if it is time to
 */
void kstate_in_settle(void)
{
	int err;

	if (kstate_in.busy || !(kstate_in.released || kstate_in_done()))
		return;
	err = kstate_in_release();
	if (err)
		pr_warn("incoming image: not all of it could be released: error %d\n", err);
	else
		pr_info("incoming image: released\n");
}
