/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_lifecycle_kunit.h - the objects and helpers of kstate_lifecycle_kunit.c
 */
#ifndef _KSTATE_LIFECYCLE_KUNIT_H
#define _KSTATE_LIFECYCLE_KUNIT_H

#include <kunit/test.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/kstate.h>
#include <linux/libfdt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include "../../kernel/liveupdate/kstate_internal.h"

#define LIFE_ID(n)	(KSTATE_ID_VENDOR + 0x6b00 + (n))
#define LIFE_MAX	(64 << 10)

struct life_obj {
	u32 value;
	u32 extra;
	u32 nr;
	u8 *bytes;
	struct folio *folio;
	void *area;

	bool has_extra;
	int nr_lock;
	int nr_unlock;
};

static bool life_extra_needed(const void *obj)
{
	return ((const struct life_obj *)obj)->has_extra;
}

static void life_lock(void *obj)
{
	((struct life_obj *)obj)->nr_lock++;
}

static void life_unlock(void *obj)
{
	((struct life_obj *)obj)->nr_unlock++;
}

static const struct kstate_description life_extra = {
	.name = "kunit-extra", .id = LIFE_ID(1), .needed = life_extra_needed,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct life_obj, u32),
		KSTATE_END_OF_LIST()
	},
};

#define LIFE_FIELDS							\
	.fields = (const struct kstate_field[]) {			\
		KSTATE_BASE_TYPE(value, struct life_obj, u32),		\
		KSTATE_VARRAY(bytes, struct life_obj, u8, nr, LIFE_MAX, KSTATE_CALLER), \
		KSTATE_FOLIO(folio, struct life_obj),			\
		KSTATE_VMALLOC(area, struct life_obj),			\
		KSTATE_END_OF_LIST()					\
	},								\
	.subsections = (const struct kstate_description *[]) { &life_extra, NULL }, \
	.lock = life_lock, .unlock = life_unlock

static const struct kstate_description life_state = {
	.name = "kunit-life", .id = LIFE_ID(0), .version_id = 1, LIFE_FIELDS,
};

static const struct kstate_description life_optional = {
	.name = "kunit-optional", .id = LIFE_ID(2), .version_id = 1, .flags = KSTATE_OPTIONAL,
	LIFE_FIELDS,
};

#define LIFE_VALUE	0x600df00d

/* With the engine's lock, as kstate_internal.h wants it. */
static int life_prepare(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_prepare();
}

static int life_save(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_save();
}

static void life_abort(void *unused)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_abort();
}

static enum kstate_phase life_phase(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_out.phase;
}

/* Whether nothing of an image is left. */
static bool life_nothing_left(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_out.phase == KSTATE_IDLE && !kstate_out.nr_shards &&
	       !kstate_out.shards && !kstate_out.kept.nr && !kstate_out.prepared.nr;
}

/**
 * struct life - what a test registered
 * @desc: the description
 * @obj: the object
 * @instance: its instance
 */
struct life {
	const struct kstate_description *desc;
	struct life_obj *obj;
	u64 instance;
};

static void life_unregister(void *data)
{
	struct life *life = data;

	kstate_unregister(life->desc, life->obj, life->instance);
}

/* Registered until the test ends. */
static struct life_obj *life_register(struct kunit *test,
				      const struct kstate_description *desc, u64 instance)
{
	struct life_obj *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);
	struct life *life = kunit_kzalloc(test, sizeof(*life), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	KUNIT_ASSERT_NOT_NULL(test, life);
	o->value = LIFE_VALUE;
	*life = (struct life){ .desc = desc, .obj = o, .instance = instance };
	KUNIT_ASSERT_EQ(test, kstate_register(desc, o, instance), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, life_unregister, life), 0);
	return o;
}

static void life_bytes(struct kunit *test, struct life_obj *o, u32 nr)
{
	o->nr = nr;
	o->bytes = kunit_kzalloc(test, LIFE_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o->bytes);
	memset(o->bytes, 0x5a, nr);
}

/* A copy of the shard that has the tests' sections, or NULL. */
static void *life_copy(struct kunit *test, const char *section)
{
	guard(kstate_out)(&kstate_out.lock);
	if (kstate_out.phase != KSTATE_SAVED)
		return NULL;
	for (size_t i = 0; i < kstate_out.nr_shards; i++) {
		const struct kstate_shard *shard = &kstate_out.shards[i];
		int parent = shard->len ? fdt_subnode_offset(shard->mem, 0,
							     KSTATE_NODE_SECTIONS) : -1;
		void *copy;

		if (parent < 0 || fdt_subnode_offset(shard->mem, parent, section) < 0)
			continue;
		copy = kunit_kmalloc(test, shard->len, GFP_KERNEL);
		return copy ? memcpy(copy, shard->mem, shard->len) : NULL;
	}
	return NULL;
}

static int life_section(struct kunit *test, const void *fdt, const char *name)
{
	int node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_SECTIONS);

	KUNIT_ASSERT_GE(test, node, 0);
	node = fdt_subnode_offset(fdt, node, name);
	KUNIT_ASSERT_GE(test, node, 0);
	return node;
}

static struct kstate_section_ser life_header(struct kunit *test, const void *fdt, int node)
{
	struct kstate_section_ser header = {};
	const void *val;
	int len;

	val = kstate_fdt_prop(fdt, node, KSTATE_PROP_HEADER, &len);
	KUNIT_ASSERT_NOT_NULL(test, val);
	KUNIT_ASSERT_EQ(test, len, sizeof(header));
	memcpy(&header, val, sizeof(header));
	return header;
}

#endif /* _KSTATE_LIFECYCLE_KUNIT_H */
