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
 * All functions run with kstate_in.lock held.
 */

#include <linux/errno.h>
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
	part->version = fdt32_to_cpu(header->version);
	part->crc = fdt32_to_cpu(header->crc);
	return 0;
}

/*
 * The properties of the node that the walk has just entered. It goes on to what
 * follows them: a child, or the end of the node. Of equal properties the first counts.
 */
static int kstate_part_props(struct kstate_tag *t, struct kstate_in_part *part)
{
	struct kstate_in_payload *payload = &part->payload;
	int err = -ENOENT;

	*part = (struct kstate_in_part){ .node = t->at };
	while (kstate_tag_next(t) == FDT_PROP) {
		enum kstate_where where = kstate_where_of(t);

		if (where > payload->where)
			*payload = (struct kstate_in_payload){ t->val, t->len, where };
		else if (err == -ENOENT && !strcmp(t->name, kstate_prop_name(KSTATE_PROP_HEADER)))
			err = kstate_part_header(t, part);
	}
	return err ? -EBADMSG : 0;
}

/**
 * kstate_part_read - read a section or subsection
 * @fdt: the shard
 * @node: offset of its node
 * @part: what is there; its payload is set on any return
 *
 * Return: 0, or -EBADMSG if its header is damaged.
 */
int kstate_part_read(const void *fdt, int node, struct kstate_in_part *part)
{
	struct kstate_tag t;
	int err = kstate_tag_open(&t, fdt, node);

	*part = (struct kstate_in_part){};
	if (err || kstate_tag_next(&t) != FDT_BEGIN_NODE)
		return -EBADMSG;
	return kstate_part_props(&t, part);
}

/**
 * kstate_sub_read - read a subsection
 * @section: the section
 * @desc: description of the subsection
 * @part: what is there
 *
 * Return: 0; -ENOENT if the section has none of that name; -EPROTO if it has one
 * of that id under another name, which may be damaged; -EBADMSG.
 */
int kstate_sub_read(const struct kstate_section *section,
		    const struct kstate_description *desc, struct kstate_in_part *part)
{
	struct kstate_tag t;
	int err = kstate_tag_open(&t, section->fdt, section->node);
	bool renamed = false;

	if (err || kstate_tag_next(&t) != FDT_BEGIN_NODE)
		return -EBADMSG;
	while (kstate_tag_next(&t) != FDT_END_NODE) {
		enum kstate_kinship kin;
		const char *name = t.name;

		if (t.what == FDT_END)
			return -EBADMSG;
		if (t.what != FDT_BEGIN_NODE)
			continue;
		err = kstate_part_props(&t, part);
		kin = kstate_compat_kin(desc->name, strlen(desc->name), desc->id, name,
					strlen(name), part->key.id);
		if (kin == KSTATE_SAME || kin == KSTATE_RENUMBERED)
			return err;
		renamed |= !err && kin == KSTATE_RENAMED;
		kstate_tag_leave(&t);
	}
	return renamed ? -EPROTO : -ENOENT;
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

	crc = kstate_crc_section(part->key.id, part->key.instance, part->version,
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

/* Go over the subsections of a section, all of them, also after an error. */
static int kstate_section_subs(struct kstate_tag *t, struct kstate_section *section)
{
	int err = 0;

	while (t->what == FDT_BEGIN_NODE) {
		struct kstate_in_part sub;

		section->subs = true;
		kstate_part_props(t, &sub);
		section->outside |= sub.payload.where == KSTATE_OUTSIDE;
		section->bytes += kstate_payload_bytes(&sub.payload);
		err = err ?: kstate_taken_payload(&sub.payload);
		if (kstate_tag_leave(t))
			return -EBADMSG;
		kstate_tag_next(t);
	}
	return t->what == FDT_END_NODE ? err : -EBADMSG;
}

/* The walk is at the begin of the section, and goes on to its end. */
static int kstate_section_read(struct kstate_tag *t, struct kstate_section *section)
{
	struct kstate_in_part part;
	int err, err2;

	err = kstate_part_props(t, &part);
	*section = (struct kstate_section){
		.key = part.key,
		.payload = part.payload,
		.node = part.node,
		.version = part.version,
		.crc = part.crc,
		.outside = part.payload.where == KSTATE_OUTSIDE,
		.bytes = kstate_payload_bytes(&part.payload),
	};
	err = err ?: kstate_taken_payload(&part.payload);
	err2 = kstate_section_subs(t, section);
	err = err ?: err2;
	return err ?: kstate_index_add(&kstate_in.by_key, &section->key);
}

/* Start a walk over the sections of a shard: kstate_tag_next() is the first one. */
static int kstate_sections_enter(struct kstate_tag *t, const void *fdt)
{
	int node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS);
	int err = kstate_tag_open(t, fdt, node);

	return err || kstate_tag_next(t) != FDT_BEGIN_NODE ? -EBADMSG : 0;
}

/* To the next section of the shard, over properties that do not belong there. */
static bool kstate_sections_next(struct kstate_tag *t)
{
	while (kstate_tag_next(t) == FDT_PROP)
		;
	return t->what == FDT_BEGIN_NODE;
}

static size_t kstate_sections_count(const void *fdt)
{
	struct kstate_tag t;
	size_t nr = 0;

	if (kstate_sections_enter(&t, fdt))
		return 0;
	while (kstate_sections_next(&t)) {
		nr++;
		kstate_tag_next(&t);
		kstate_tag_leave(&t);
	}
	return nr;
}

static int kstate_sections_read(const void *fdt)
{
	struct kstate_tag t;

	if (kstate_sections_enter(&t, fdt))
		return 0;
	while (kstate_sections_next(&t)) {
		struct kstate_section *section = &kstate_in.sections[kstate_in.nr];
		const char *name = t.name;
		int err = kstate_section_read(&t, section);

		section->fdt = fdt;
		if (!err)
			kstate_in.nr++;
		else
			pr_err("incoming section %s: error %d\n", name, err);
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
 * They are counted first, so that none of them moves.
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

		if (here != count)
			pr_err("incoming shard %zu has %zu sections of %llu\n", i, count,
			       here);
		nr += count;
	}
	kstate_in.sections = kvcalloc(nr ?: 1, sizeof(*kstate_in.sections), GFP_KERNEL);
	if (!kstate_in.sections)
		return -ENOMEM;
	err = kstate_index_reserve(&kstate_in.by_key, nr);
	for (size_t i = 0; !err && i < kstate_in.nr_shards; i++)
		err = kstate_sections_read(kstate_in.shards[i].mem);
	return err;
}

/* Ask for sections that are expected soon, and for their payloads, which are elsewhere. */
static void kstate_sections_prefetch(const struct kstate_section *section)
{
	if (kstate_in.expected + 2 * KSTATE_AHEAD > kstate_in.nr)
		return;
	prefetch(section[KSTATE_AHEAD].payload.prop);
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
