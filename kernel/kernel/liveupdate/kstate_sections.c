// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kstate_sections.c - the sections of the incoming image: read, indexed, looked up
 *
 * The nodes of all shards are walked once, into an array that is indexed by
 * (id, instance), so that restoring a section does not depend on how many there
 * are. What restoring needs of a node is noted then: libfdt would look for it with
 * a comparison of strings for each property. Payloads are checked when they are
 * restored, not here.
 *
 * Opening and looking up run with kstate_in.lock held. The image itself does not change,
 * and is read without it by who restores a section, and so keeps its memory.
 */

#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "kstate_internal.h"

static enum kstate_where kstate_where_of(const struct kstate_tag *t)
{
	if (!strcmp(t->name, kstate_prop_name(KSTATE_PROP_DATA)))
		return KSTATE_IN_TREE;
	if (!strcmp(t->name, kstate_prop_name(KSTATE_PROP_DATA_EXTENTS)))
		return KSTATE_OUTSIDE;
	if (!strcmp(t->name, kstate_prop_name(KSTATE_PROP_LOST)) && t->len == sizeof(u32))
		return KSTATE_LOST;
	return KSTATE_NOWHERE;
}

static int kstate_part_header(const struct kstate_tag *t, struct kstate_in_part *part)
{
	const struct kstate_section_ser *header = t->val;

	if (t->len != sizeof(*header))
		return -EBADMSG;
	part->key.id = fdt32_to_cpu(header->description);
	part->key.instance = fdt64_to_cpu(header->instance);
	part->key.version = fdt32_to_cpu(header->version);
	part->crc = fdt32_to_cpu(header->crc);
	return 0;
}

/*
 * The properties of the node that the walk has just entered, up to its first child or
 * its end. Of equal properties the first counts.
 */
static void kstate_part_read(struct kstate_tag *t, struct kstate_in_part *part)
{
	struct kstate_in_payload *payload = &part->payload;

	*part = (struct kstate_in_part){ .name = t->name, .node = t->at, .err = -ENOENT };
	while (kstate_tag_next(t) == FDT_PROP) {
		enum kstate_where where = kstate_where_of(t);

		if (where > payload->where)
			*payload = (struct kstate_in_payload){ t->val, t->len, where };
		else if (part->err == -ENOENT &&
			 !strcmp(t->name, kstate_prop_name(KSTATE_PROP_HEADER)))
			part->err = kstate_part_header(t, part);
	}
	if (part->err)
		part->err = -EBADMSG;
}

/*
 * The walk has just entered a section: hand it out, then its subsections, to whoever
 * wants to know. Properties that come after a subsection do not belong there.
 *
 * Return: what @fn says; -EBADMSG if the section has no proper end.
 */
static int kstate_parts_walk(struct kstate_tag *t, kstate_part_fn fn, void *arg)
{
	const unsigned int depth = t->depth;
	struct kstate_in_part part;
	int err;

	kstate_part_read(t, &part);
	err = fn(&part, arg);
	while (!err && t->what == FDT_BEGIN_NODE) {
		kstate_part_read(t, &part);
		part.sub = true;
		err = fn(&part, arg);
		kstate_tag_item(t, depth);
	}
	return err ?: t->what == FDT_END_NODE ? 0 : -EBADMSG;
}

static const void *kstate_section_tree(const struct kstate_section *section)
{
	return kstate_in.shards[section->shard].mem;
}

/**
 * kstate_section_part - a section without its subsections
 * @section: the section
 *
 * Return: what kstate_section_parts() would hand out first.
 */
struct kstate_in_part kstate_section_part(const struct kstate_section *section)
{
	return (struct kstate_in_part){
		.key = section->key, .crc = section->crc, .node = section->node,
		.payload = { section->prop, section->len, section->where },
	};
}

/**
 * kstate_section_parts - go over a section and its subsections
 * @section: the section
 * @fn: called for the section, then for each subsection
 * @arg: for @fn
 *
 * Return: 0; what @fn says; -EBADMSG.
 */
int kstate_section_parts(const struct kstate_section *section, kstate_part_fn fn, void *arg)
{
	struct kstate_tag t;
	int err = kstate_tag_open(&t, kstate_section_tree(section), section->node);

	if (err || kstate_tag_next(&t) != FDT_BEGIN_NODE)
		return -EBADMSG;
	return kstate_parts_walk(&t, fn, arg);
}

/**
 * kstate_section_name - the name of a section's description
 * @section: the section
 *
 * Return: "<name>@<id>", or "?" if the description is damaged.
 */
const char *kstate_section_name(const struct kstate_section *section)
{
	const struct kstate_in_desc *in = kstate_in_desc(section->key.id);

	return in ? in->name : "?";
}

/**
 * kstate_payload_open - find the payload of a section or subsection
 * @payload: where it is
 * @r: the payload, at its start
 * @ool: its memory, if it is outside the tree; for kstate_extents_close()
 *
 * Return: 0; -ENODATA if the previous kernel could not save it; -EBADMSG;
 * -ENOMEM.
 */
int kstate_payload_open(const struct kstate_in_payload *payload, struct kstate_reader *r,
			struct kstate_ool *ool)
{
	int err;

	*r = (struct kstate_reader){ .buf = payload->prop, .len = payload->len };
	switch (payload->where) {
	case KSTATE_IN_TREE:
		return 0;
	case KSTATE_OUTSIDE:
		err = kstate_extents_map(payload->prop, payload->len, ool);
		*r = (struct kstate_reader){ .buf = ool->virt, .len = ool->len };
		return err;
	case KSTATE_LOST:
		return -ENODATA;
	default:
		return -EBADMSG;
	}
}

/**
 * kstate_payload_crc - check the checksum of a section or subsection
 * @part: the section or subsection
 * @in: its description
 * @r: its payload, at the start
 *
 * Return: 0 or -EBADMSG.
 */
int kstate_payload_crc(const struct kstate_in_part *part, const struct kstate_in_desc *in,
		       const struct kstate_reader *r)
{
	u32 crc;

	crc = kstate_crc_section(part->key.id, part->key.instance, part->key.version,
				 in->layout.fingerprint);
	crc = kstate_crc_add(crc, r->buf, r->len);
	return kstate_crc_finish(crc) == part->crc ? 0 : -EBADMSG;
}

/* Payload bytes, wherever they are, for people. */
static u64 kstate_payload_bytes(const struct kstate_in_payload *payload)
{
	u64 bytes = 0;

	if (payload->where == KSTATE_IN_TREE)
		return payload->len;
	if (payload->where != KSTATE_OUTSIDE)
		return 0;
	for (u32 at = 0; payload->len - at >= 16; at += 16)
		bytes += get_unaligned_be64(payload->prop + at + 8);
	return bytes;
}

/* Whether the node's name is that of the description, and the instance. */
static bool kstate_part_is_named(const struct kstate_in_part *part,
				 const struct kstate_in_desc *in)
{
	const size_t len = strcspn(in->name, "@");
	const char *p = part->name + len;
	u64 instance = 0;
	int digit;

	if (strncmp(part->name, in->name, len) || *p != '@')
		return false;
	while ((digit = hex_to_bin(*++p)) >= 0)
		instance = instance << 4 | digit;
	return !*p && instance == part->key.instance;
}

/*
 * With one bit of its header wrong, a section would be that of another driver, and its own
 * driver would be told that there is none. So where header and name differ, the checksum
 * decides: it is of what the header says.
 *
 * Return: 0; -EBADMSG; -ENOMEM.
 */
static int kstate_part_believe(const struct kstate_in_part *part)
{
	const struct kstate_in_desc *in = kstate_in_desc(part->key.id);
	struct kstate_ool ool = {};
	struct kstate_reader r;
	int err;

	if (!in || kstate_part_is_named(part, in))
		return 0;
	err = kstate_payload_open(&part->payload, &r, &ool);
	err = err ?: kstate_payload_crc(part, in, &r);
	kstate_extents_close(&ool);
	return err && err != -ENOMEM ? -EBADMSG : err;
}

/**
 * struct kstate_section_read - a section while it is read
 * @section: what is known of it so far
 * @err: the first error; what comes after it is looked at, too
 */
struct kstate_section_read {
	struct kstate_section *section;
	int err;
};

static int kstate_section_note(const struct kstate_in_part *part, void *arg)
{
	struct kstate_section_read *read = arg;
	struct kstate_section *section = read->section;
	int err;

	if (part->sub) {
		section->subs = true;
	} else {
		section->key = part->key;
		section->prop = part->payload.prop;
		section->len = part->payload.len;
		section->where = part->payload.where;
		section->node = part->node;
		section->crc = part->crc;
		read->err = part->err;
	}
	section->outside |= part->payload.where == KSTATE_OUTSIDE;
	section->bytes += kstate_payload_bytes(&part->payload);
	/* What has some of another's memory is not looked at. */
	err = kstate_taken_payload(&part->payload);
	read->err = read->err ?: err;
	if (!read->err && !part->sub)
		read->err = kstate_part_believe(part);
	return 0;
}

/* The walk is at the begin of the section. */
static int kstate_section_read(struct kstate_tag *t, struct kstate_section *section)
{
	struct kstate_section_read read = { .section = section };
	int err = kstate_parts_walk(t, kstate_section_note, &read);

	err = read.err ?: err;
	return err ?: kstate_index_add_with(&kstate_in.by_key, &section->key, section->prop);
}

/* Start a walk over the sections of a shard: kstate_sections_next() is the first one. */
static int kstate_sections_enter(struct kstate_tag *t, const void *fdt)
{
	int node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS);
	int err = kstate_tag_open(t, fdt, node);

	return err || kstate_tag_next(t) != FDT_BEGIN_NODE ? -EBADMSG : 0;
}

/*
 * To the next section of the shard, however much of the one before has been read, and
 * over properties that do not belong there. Those who count sections and those who read
 * them have the same ones by this.
 */
static bool kstate_sections_next(struct kstate_tag *t)
{
	const unsigned int depth = 1;
	u32 what;

	do {
		what = kstate_tag_item(t, depth);
	} while (what == FDT_PROP);
	return what == FDT_BEGIN_NODE;
}

static size_t kstate_sections_count(const void *fdt)
{
	struct kstate_tag t;
	size_t nr = 0;

	if (kstate_sections_enter(&t, fdt))
		return 0;
	while (kstate_sections_next(&t))
		nr++;
	return nr;
}

/* Read the sections of a shard; there is room for @room. */
static int kstate_sections_read(u32 shard, size_t room)
{
	struct kstate_tag t;

	if (kstate_sections_enter(&t, kstate_in.shards[shard].mem))
		return 0;
	while (room-- && kstate_sections_next(&t)) {
		struct kstate_section *section = &kstate_in.sections[kstate_in.nr];
		const char *name = t.name;
		int err;

		*section = (struct kstate_section){ .shard = shard };
		err = kstate_section_read(&t, section);
		if (!err) {
			kstate_in.nr++;
			kstate_in.lost += section->where == KSTATE_LOST;
		}
		/* Without a description it is listed, but nobody can restore it. */
		if (err || !kstate_in_desc(section->key.id))
			kstate_in_damaged("section", name, err ?: -EBADMSG);
		if (err == -ENOMEM)
			return err;
	}
	return 0;
}

/* What the shard says how many it has. */
static u64 kstate_sections_here(const void *fdt)
{
	int len;
	const void *here = kstate_fdt_prop(fdt, 0, KSTATE_PROP_SECTIONS_HERE, &len);

	return here && len == sizeof(u64) ? get_unaligned_be64(here) : 0;
}

/**
 * kstate_sections_open - read and index the sections of all shards
 *
 * They are counted first, so that none of them moves. Sets kstate_in.incomplete.
 *
 * Return: 0 or -ENOMEM.
 */
int kstate_sections_open(void)
{
	size_t nr = 0;
	int err;

	for (size_t i = 0; i < kstate_in.nr_shards; i++) {
		const void *fdt = kstate_in.shards[i].mem;
		size_t count = kstate_sections_count(fdt);
		u64 here = kstate_sections_here(fdt);

		if (here != count) {
			pr_err("incoming shard %zu has %zu sections of %llu\n", i, count,
			       here);
			kstate_in.incomplete = true;
		}
		nr += count;
	}
	kstate_in.sections = kvcalloc(nr ?: 1, sizeof(*kstate_in.sections), GFP_KERNEL);
	if (!kstate_in.sections)
		return -ENOMEM;
	err = kstate_index_reserve(&kstate_in.by_key, nr);
	for (size_t i = 0; !err && i < kstate_in.nr_shards; i++)
		err = kstate_sections_read(i, nr - kstate_in.nr);
	kstate_in.incomplete |= kstate_in.damaged;
	return err;
}

/* Ask for sections that are expected soon, and for their payloads, which are elsewhere. */
static void kstate_sections_prefetch(const struct kstate_section *section)
{
	if (kstate_in.expected + 2 * KSTATE_AHEAD > kstate_in.nr)
		return;
	prefetch(section[KSTATE_AHEAD].prop);
	prefetch(&section[2 * KSTATE_AHEAD]);
}

/**
 * kstate_section_find - look a section up
 * @id: description id
 * @instance: instance id
 *
 * Most drivers ask in the order in which they registered. Then the answer is next to
 * the last one, and the index is not needed: it is too large for any cache, and each
 * look-up in it would wait for memory.
 *
 * Return: the section, or NULL.
 */
struct kstate_section *kstate_section_find(u32 id, u64 instance)
{
	struct kstate_section *section = &kstate_in.sections[kstate_in.expected];
	struct kstate_key *key;

	if (kstate_in.expected >= kstate_in.nr || section->key.id != id ||
	    section->key.instance != instance) {
		key = kstate_index_find(&kstate_in.by_key, id, instance);
		if (!key)
			return NULL;
		section = container_of(key, struct kstate_section, key);
	}
	kstate_in.expected = section - kstate_in.sections + 1;
	kstate_sections_prefetch(section);
	return section;
}

/**
 * kstate_section_missing - a section that somebody asks for has not been found
 * @desc: the description
 * @instance: instance id
 *
 * A driver that is told of a cold boot comes up empty, and what it had is lost.
 *
 * Return: -ENOENT if there was none; -EBADMSG if it may be one that cannot be read. Who
 * releases a damaged image has done with it: from then on there is none.
 */
int kstate_section_missing(const struct kstate_description *desc, u64 instance)
{
	if (!kstate_in.incomplete || kstate_in.released)
		return -ENOENT;
	pr_err("restore: %s@%llx: not found, in an image that is damaged\n", desc->name,
	       instance);
	return -EBADMSG;
}
