// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_save.c - registered objects into an image
 *
 * The same walk serves two passes: it counts bytes and preserves folios while memory
 * is prepared, and it writes. So what was counted is what is written, unless an object grew in
 * between; then the save finds that it does not fit, and is prepared anew.
 *
 * All functions run with kstate_out.lock held, which is let go of while a callback of
 * a driver runs: the object may be unregistered then, others come and go.
 */

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <trace/events/kstate.h>

#include "kstate_internal.h"

/**
 * struct kstate_walk - a walk over all entries
 * @w: the shard at hand
 * @pass: why
 * @entry: the next entry; &kstate_out.entries when all are done
 * @ahead: one that comes soon, or the same
 * @shard: index of the shard at hand
 * @now: ns at the end of the section before
 * @grew: a payload did not fit in the memory that it has outside the tree, or has
 *	  none
 * @fresh: the image has just been prepared
 * @catalog: not an image, but what this kernel can read
 * @misfit: the entry at hand fits in no shard
 * @spare: memory of payloads was not used
 */
struct kstate_walk {
	struct kstate_writer w;
	enum kstate_pass pass;
	struct kstate_entry *entry;
	struct kstate_entry *ahead;
	u32 shard;
	u64 now;
	bool grew;
	bool fresh;
	bool catalog;
	bool misfit;
	bool spare;
};

/* What came after the image was begun is not in it. */
static bool kstate_walk_done(const struct kstate_walk *walk)
{
	return list_entry_is_head(walk->entry, &kstate_out.entries, list) ||
	       walk->entry->serial > kstate_out.last;
}

/* Objects are anywhere in memory: ask for the next ones while others are written. */
static void kstate_walk_prefetch(struct kstate_walk *walk)
{
	if (list_entry_is_head(walk->ahead, &kstate_out.entries, list))
		return;
	prefetch(walk->ahead->obj);
	prefetch(walk->ahead->obj + L1_CACHE_BYTES);
	walk->ahead = list_next_entry(walk->ahead, list);
	prefetch(walk->ahead);
	prefetch((void *)walk->ahead + L1_CACHE_BYTES);
}

/**
 * struct kstate_part_out - a section or subsection while it is saved
 * @entry: of the section
 * @class: its description
 * @part: as for kstate_ool_find()
 * @header: its header, NULL while bytes are counted, or if it does not fit
 * @crc: its checksum
 */
struct kstate_part_out {
	struct kstate_entry *entry;
	const struct kstate_class *class;
	unsigned int part;
	struct kstate_section_ser *header;
	u32 crc;
};

/* Before the save: how many bytes, and whether they stay in the tree. */
static int kstate_count_payload(struct kstate_walk *walk, struct kstate_part_out *part)
{
	struct kstate_writer w;
	struct kstate_save_ctx ctx = {
		.w = &w, .pass = walk->pass, .entry = part->entry,
	};
	struct kstate_ool *ool;
	size_t start;
	int err;

	kstate_w_plain(&w, NULL, SIZE_MAX);
	err = kstate_save_object(&ctx, part->class, part->entry->obj);
	if (!err && walk->pass == KSTATE_PASS_PREPARE && w.pos > KSTATE_INLINE_MAX)
		err = kstate_ool_reserve(part->entry, part->part, w.pos);
	if (err)
		return err;
	part->entry->bytes += w.pos;
	ool = kstate_ool_find(part->entry, part->part);
	start = kstate_w_prop_open(&walk->w, KSTATE_PROP_DATA);
	kstate_w_skip(&walk->w, ool ? 2 * sizeof(u64) * ool->nr : w.pos);
	kstate_w_prop_close(&walk->w, start);
	return 0;
}

static int kstate_write_ool(struct kstate_walk *walk, struct kstate_part_out *part,
			    struct kstate_ool *ool)
{
	struct kstate_writer w;
	struct kstate_save_ctx ctx = {
		.w = &w, .pass = walk->pass, .entry = part->entry, .crc = &part->crc,
	};
	int err;

	kstate_w_plain(&w, ool->virt, ool->cap);
	err = kstate_save_object(&ctx, part->class, part->entry->obj);
	if (err)
		return err;
	walk->grew |= w.full;
	ool->len = w.pos;
	part->entry->bytes += w.pos;
	kstate_ool_write(&walk->w, ool);
	return 0;
}

static int kstate_write_inline(struct kstate_walk *walk, struct kstate_part_out *part)
{
	struct kstate_save_ctx ctx = {
		.w = &walk->w, .pass = walk->pass, .entry = part->entry,
	};
	size_t start, len;
	int err;

	start = kstate_w_prop_open(&walk->w, KSTATE_PROP_DATA);
	err = kstate_save_object(&ctx, part->class, part->entry->obj);
	if (err)
		return err;
	len = kstate_w_prop_close(&walk->w, start);
	part->entry->bytes += len;
	part->crc = kstate_w_crc(&walk->w, part->crc, start, len);
	return 0;
}

static int kstate_write_payload(struct kstate_walk *walk, struct kstate_part_out *part)
{
	struct kstate_ool *ool;

	if (walk->pass != KSTATE_PASS_SAVE)
		return kstate_count_payload(walk, part);
	ool = kstate_ool_find(part->entry, part->part);
	return ool ? kstate_write_ool(walk, part, ool) : kstate_write_inline(walk, part);
}

/* All of the header but the checksum of the payload, which is returned as it begins. */
static u32 kstate_write_header(struct kstate_walk *walk, const struct kstate_class *class,
			       u64 instance, struct kstate_section_ser **header)
{
	const struct kstate_description *desc = class->desc;

	*header = kstate_w_prop_room(&walk->w, KSTATE_PROP_HEADER, sizeof(**header));
	if (!*header)
		return ~0U;
	**header = (struct kstate_section_ser){
		.description = cpu_to_fdt32(desc->id),
		.instance = cpu_to_fdt64(instance),
		.version = cpu_to_fdt32(desc->version_id),
	};
	return kstate_crc_section(desc->id, instance, desc->version_id, class->fingerprint);
}

/* Header and payload of a section or subsection. */
static int kstate_write_part(struct kstate_walk *walk, struct kstate_part_out *part)
{
	int err;

	part->crc = kstate_write_header(walk, part->class, part->entry->key.instance,
					&part->header);
	err = kstate_write_payload(walk, part);
	part->crc = kstate_crc_finish(part->crc);
	if (part->header)
		part->header->crc = cpu_to_fdt32(part->crc);
	return err;
}

static int kstate_write_sub(struct kstate_walk *walk, struct kstate_entry *entry,
			    unsigned int i)
{
	struct kstate_part_out part = {
		.entry = entry, .class = entry->class->parts[i], .part = i + 1,
	};
	const struct kstate_description *desc = part.class->desc;
	int err;

	if (!kstate_sub_needed(entry, desc))
		return 0;
	kstate_w_node(&walk->w, desc->name);
	err = kstate_write_part(walk, &part);
	kstate_w_end_node(&walk->w);
	return err;
}

static int kstate_write_parts(struct kstate_walk *walk, struct kstate_entry *entry,
			      struct kstate_section_ser **header)
{
	struct kstate_part_out part = { .entry = entry, .class = entry->class };
	int err;

	err = kstate_write_part(walk, &part);
	*header = part.header;
	entry->crc = part.crc;
	for (unsigned int i = 0; !err && i < entry->class->nr_subs; i++)
		err = kstate_write_sub(walk, entry, i);
	return err;
}

/* Write the node of an optional section that could not be saved. */
static struct kstate_section_ser *kstate_write_lost(struct kstate_walk *walk,
						    struct kstate_entry *entry)
{
	struct kstate_section_ser *header;
	u32 crc = kstate_write_header(walk, entry->class, entry->key.instance, &header);

	entry->bytes = 0;
	kstate_ool_clear(entry);
	entry->crc = kstate_crc_finish(crc);
	if (header)
		header->crc = cpu_to_fdt32(entry->crc);
	kstate_w_prop_u32(&walk->w, KSTATE_PROP_LOST, -entry->err);
	return header;
}

/* One clock read for each section: its end is the next one's start. */
static void kstate_entry_clock(struct kstate_walk *walk, struct kstate_entry *entry)
{
	u64 now = ktime_get_ns();

	entry->ns = now - walk->now;
	walk->now = now;
}

static void kstate_trace_entry(const struct kstate_entry *entry)
{
	const struct kstate_class *class = entry->class;

	/* Nobody knows its name any more. */
	if (!class)
		return;
	trace_kstate_section_save(class->desc->name, class->desc->id, entry->key.instance,
				  class->desc->version_id, entry->bytes, entry->ns, entry->err,
				  !entry->err);
}

/**
 * kstate_trace_refused - raise the event of a section that refuses the image, if one did
 */
void kstate_trace_refused(void)
{
	if (kstate_out.refused)
		kstate_trace_entry(kstate_out.refused);
	kstate_out.refused = NULL;
}

/* An attempt has ended that is not followed by another one: these are its sections. */
static void kstate_trace_walk(const struct kstate_walk *walk)
{
	struct kstate_entry *entry;

	if (!trace_kstate_section_save_enabled())
		return;
	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (entry == walk->entry)
			break;
		if (entry->saved)
			kstate_trace_entry(entry);
	}
	kstate_trace_refused();
}

/* A section that must not be lost, and would be. */
static int kstate_entry_refused(struct kstate_walk *walk, struct kstate_entry *entry)
{
	pr_err("save: %s@%llx cannot be saved: error %d\n", entry->class->desc->name,
	       entry->key.instance, entry->err);
	entry->bytes = 0;
	kstate_entry_clock(walk, entry);
	kstate_out.refused = entry;
	return entry->err;
}

/*
 * Where there was no memory to prepare an optional section, or it fits in no shard, another
 * prepare is tried first; if that found it so, too, the section is lost. So is an object that
 * was not frozen: it would change after it was saved.
 */
static int kstate_try_parts(struct kstate_walk *walk, struct kstate_entry *entry,
			    struct kstate_section_ser **header)
{
	int err;

	if (walk->pass == KSTATE_PASS_SAVE && entry->unfrozen)
		return entry->unfrozen;
	if (walk->pass == KSTATE_PASS_SAVE && entry->unprepared) {
		walk->grew |= !walk->fresh;
		return entry->unprepared;
	}
	if (walk->misfit) {
		entry->unprepared = -E2BIG;
		return -E2BIG;
	}
	kstate_entry_lock(entry);
	err = kstate_write_parts(walk, entry, header);
	kstate_entry_unlock(entry);
	if (walk->pass == KSTATE_PASS_PREPARE)
		entry->unprepared = err == -ENOMEM ? err : 0;
	return err;
}

/* Room for what marks a section as withdrawn, whatever its payload. */
static void kstate_write_room(struct kstate_walk *walk, struct kstate_entry *entry, size_t body)
{
	kstate_w_nops(&walk->w, body + KSTATE_WITHDRAWN_BYTES);
	entry->shard = walk->shard;
	entry->room = walk->w.pos - body;
}

/* It could not be saved. Returns an error if it must not be lost. */
static int kstate_write_failed(struct kstate_walk *walk, struct kstate_entry *entry,
			       struct kstate_section_ser **header)
{
	if (kstate_class_mandatory(entry->class))
		return kstate_entry_refused(walk, entry);
	*header = kstate_write_lost(walk, entry);
	return 0;
}

/* Returns 1; 0 if there is no section, since the object has gone; or an error. */
static int kstate_write_entry(struct kstate_walk *walk, struct kstate_entry *entry)
{
	size_t mark = walk->w.pos, kept = kstate_out.kept.nr;
	struct kstate_section_ser *header = NULL;
	size_t node;
	int err;

	entry->saved = false;
	if (entry->gone)
		return 0;
	entry->bytes = 0;
	if (walk->pass == KSTATE_PASS_SAVE && entry->ool)
		kstate_ool_clear(entry);
	entry->node = mark;
	kstate_w_node_at(&walk->w, entry->class->desc->name, entry->key.instance);
	node = walk->w.pos;
	entry->err = kstate_try_parts(walk, entry, &header);
	if (kstate_out.again)
		return -EAGAIN;
	if (entry->gone || entry->err) {
		kstate_w_rewind(&walk->w, entry->gone ? mark : node);
		kstate_keep_rewind(kept);
	}
	/* Unregistered while a callback ran: it is not in the image. */
	if (entry->gone)
		return 0;
	err = entry->err ? kstate_write_failed(walk, entry, &header) : 0;
	if (err)
		return err;
	kstate_write_room(walk, entry, node + KSTATE_PROP_HEAD + sizeof(*header));
	kstate_w_end_node(&walk->w);
	entry->saved = walk->pass == KSTATE_PASS_SAVE;
	if (entry->saved)
		kstate_entry_clock(walk, entry);
	if (entry->saved && header)
		header->duration = cpu_to_fdt64(entry->ns);
	return 1;
}

static void kstate_write_producer(struct kstate_writer *w)
{
	kstate_w_node(w, KSTATE_NODE_PRODUCER);
	kstate_w_prop_str(w, KSTATE_PROP_RELEASE, init_utsname()->release);
	kstate_w_prop_str(w, KSTATE_PROP_MACHINE, init_utsname()->machine);
	kstate_w_prop_u32(w, KSTATE_PROP_PAGE_BYTES, PAGE_SIZE);
	kstate_w_prop_u32(w, KSTATE_PROP_WORD_BYTES, sizeof(long));
	kstate_w_prop_str(w, KSTATE_PROP_ENDIAN, KSTATE_BYTE_ORDER);
	kstate_w_prop_u64(w, KSTATE_PROP_GENERATION, kstate_out.generation);
	kstate_w_prop_u64(w, KSTATE_PROP_SAVED_AT, ktime_get_real_ns());
	kstate_w_prop_u64(w, KSTATE_PROP_SAVE_DURATION, 0);
	kstate_w_prop_u32(w, KSTATE_PROP_CRC, 0);
	kstate_w_end_node(w);
}

static void kstate_write_head(struct kstate_walk *walk)
{
	struct kstate_writer *w = &walk->w;
	const __be64 nowhere[2] = {};

	kstate_w_node(w, "");
	kstate_w_prop_str(w, KSTATE_PROP_COMPATIBLE, KSTATE_COMPATIBLE);
	kstate_w_prop_u32(w, KSTATE_PROP_SHARD, walk->shard);
	kstate_w_prop_u64(w, KSTATE_PROP_SECTIONS_HERE, 0);
	kstate_w_prop(w, KSTATE_PROP_NEXT_SHARD, nowhere, sizeof(nowhere));
	kstate_w_prop_u32(w, KSTATE_PROP_CRC, 0);
	if (walk->catalog)
		kstate_w_prop(w, KSTATE_PROP_ABIS, kstate_abis, kstate_abis_len);
	if (!walk->shard) {
		kstate_write_producer(w);
		kstate_schema_write(w);
	}
	kstate_w_node(w, KSTATE_NODE_SECTIONS);
}

/* The section of the entry at hand, if it has one, is in the shard to stay. */
static void kstate_walk_next(struct kstate_walk *walk)
{
	if (walk->pass == KSTATE_PASS_SAVE && !walk->entry->gone) {
		if (walk->entry->ool) {
			kstate_out.bytes += kstate_ool_bytes(walk->entry);
			walk->spare |= kstate_ool_spare(walk->entry);
		}
		kstate_walk_prefetch(walk);
	}
	walk->entry = list_next_entry(walk->entry, list);
}

/*
 * A section that is alone in a shard and does not fit never will. It is lost, if that may be;
 * in a save it has grown, and another prepare looks. Returns as kstate_write_entry().
 */
static int kstate_write_misfit(struct kstate_walk *walk, size_t kept)
{
	int nr;

	kstate_keep_rewind(kept);
	if (walk->pass == KSTATE_PASS_SAVE)
		return -E2BIG;
	walk->misfit = true;
	nr = kstate_write_entry(walk, walk->entry);
	walk->misfit = false;
	return walk->w.full ? -E2BIG : nr;
}

/* One shard. Returns its bytes, or an error; -E2BIG if nothing more fits in. */
static ssize_t kstate_write_shard(struct kstate_walk *walk, void *mem, size_t cap)
{
	u64 here = 0;
	size_t len;

	kstate_w_begin(&walk->w, mem, cap);
	kstate_write_head(walk);
	if (walk->w.full) {
		/* Smaller shards are tried only where memory is short. */
		if (cap == KSTATE_SHARD_MAX)
			pr_err("the descriptions in use do not fit in one shard of %lu bytes\n",
			       KSTATE_SHARD_MAX);
		return -E2BIG;
	}
	walk->now = ktime_get_ns();
	while (!kstate_walk_done(walk)) {
		size_t mark = walk->w.pos, kept = kstate_out.kept.nr;
		int nr = kstate_write_entry(walk, walk->entry);

		if (nr >= 0 && walk->grew)
			return -E2BIG;
		if (nr >= 0 && walk->w.full) {
			kstate_w_rewind(&walk->w, mark);
			if (here || !walk->shard)
				break;
			nr = kstate_write_misfit(walk, kept);
		}
		if (nr < 0)
			return nr;
		kstate_walk_next(walk);
		here += nr;
	}
	len = kstate_w_end(&walk->w, 2);
	if (mem && len &&
	    fdt_setprop_inplace_u64(mem, 0, kstate_prop_name(KSTATE_PROP_SECTIONS_HERE),
				    here))
		return -E2BIG;
	return len ?: -E2BIG;
}

static void kstate_walk_begin(struct kstate_walk *walk, enum kstate_pass pass)
{
	kstate_withdraw_all();
	*walk = (struct kstate_walk){
		.pass = pass,
		.entry = list_first_entry(&kstate_out.entries, struct kstate_entry, list),
	};
	walk->ahead = walk->entry;
	for (int i = 0; pass == KSTATE_PASS_SAVE && i < KSTATE_AHEAD; i++)
		kstate_walk_prefetch(walk);
	kstate_out.refused = NULL;
	kstate_out.again = false;
	kstate_keep_begin();
}

/**
 * kstate_size_image - count the bytes of an image, and preserve its folios
 * @shard_max: bytes that a shard may have
 * @shards: where to put an array with the bytes of each shard in @cap; freed by
 *	    the caller with kvfree()
 * @nr: where to put their number
 *
 * Return: 0; -E2BIG if a section does not fit in a shard; -EAGAIN if a folio has passed from
 * an object that left to another one: the next walk takes it (kstate_out.again); what
 * keeping a folio says; -ENOMEM.
 */
int kstate_size_image(size_t shard_max, struct kstate_shard **shards, size_t *nr)
{
	struct kstate_walk walk;
	ssize_t len = 0;

	*shards = NULL;
	*nr = 0;
	kstate_walk_begin(&walk, KSTATE_PASS_PREPARE);
	do {
		struct kstate_shard *more;

		more = kvrealloc(*shards, array_size(*nr + 1, sizeof(*more)), GFP_KERNEL);
		len = more ? kstate_write_shard(&walk, NULL, shard_max) : -ENOMEM;
		if (more)
			*shards = more;
		if (len < 0)
			break;
		more[(*nr)++] = (struct kstate_shard){ .cap = len };
		walk.shard++;
	} while (!kstate_walk_done(&walk));
	kstate_keep_end();
	return len < 0 ? len : kstate_keep_spare();
}

/**
 * kstate_write_image - fill the prepared shards
 * @fresh: they have just been prepared, and what lacks memory now is lost
 *
 * Return: 0; -E2BIG if they have become too small; -EAGAIN, see kstate_size_image(); an
 * error of a section that is mandatory.
 */
int kstate_write_image(bool fresh)
{
	u64 start = ktime_get_ns();
	struct kstate_walk walk;
	ssize_t len = 0;
	size_t i;

	kstate_walk_begin(&walk, KSTATE_PASS_SAVE);
	walk.fresh = fresh;
	kstate_out.bytes = 0;
	for (i = 0; i < kstate_out.nr_shards; i++)
		kstate_out.shards[i].len = 0;
	for (i = 0; !i || (len >= 0 && !kstate_walk_done(&walk)); i++) {
		struct kstate_shard *shard = &kstate_out.shards[i];

		len = i < kstate_out.nr_shards ?
			kstate_write_shard(&walk, shard->mem, shard->cap) : -E2BIG;
		if (len > 0) {
			shard->len = len;
			kstate_out.bytes += len;
		}
		walk.shard++;
	}
	kstate_keep_end();
	kstate_out.spare = walk.spare || (i < kstate_out.nr_shards && len >= 0);
	kstate_out.save_ns = ktime_get_ns() - start;
	if (len != -E2BIG && !kstate_out.again)
		kstate_trace_walk(&walk);
	return len < 0 ? len : kstate_seal_image();
}

/**
 * kstate_write_catalog - write an image without sections: all descriptions
 * @buf: where to; NULL to count only
 * @cap: bytes of @buf, or the most that shall be counted
 *
 * Return: bytes of the tree, 0 if it does not fit.
 */
size_t kstate_write_catalog(void *buf, size_t cap)
{
	struct kstate_walk walk = { .pass = KSTATE_PASS_SIZE, .catalog = true };
	size_t len;

	kstate_w_begin(&walk.w, buf, cap);
	kstate_write_head(&walk);
	len = kstate_w_end(&walk.w, 2);
	if (!buf || !len)
		return len;
	return kstate_seal_catalog(buf) ? 0 : len;
}
