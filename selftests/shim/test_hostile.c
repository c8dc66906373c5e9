// SPDX-License-Identifier: GPL-2.0
/*
 * test_hostile.c - images whose checksums are right and whose contents are not
 *
 * As from a previous kernel that had other rules, or an enemy. Found by the fuzz
 * target restore, for the most part.
 */

#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"
#include "handover.h"
#include "tokens.h"

struct card {
	struct list_head list;
	struct folio *folio;
	void *area;
	u32 val;
};

struct item {
	struct list_head link;
	u32 key;
};

static const struct kstate_description item_desc = DEV_DESC("item", 0x81,
	KSTATE_BASE_TYPE(key, struct item, u32));
static const struct kstate_description card_desc = DEV_DESC("card", 0x80,
	KSTATE_LIST(list, struct card, struct item, link, &item_desc, 10),
	KSTATE_FOLIO(folio, struct card));
static const struct kstate_description val_desc = DEV_DESC("val", 0x82,
	KSTATE_BASE_TYPE(val, struct card, u32));
static const struct kstate_description area_desc = DEV_DESC("area", 0x83,
	KSTATE_VMALLOC(area, struct card));

static struct item item;
static struct card saved, live;
static struct handover img;

static int setup(void **state)
{
	size_t bytes;
	const void *image;

	shim_setup(state);
	item.key = 5;
	INIT_LIST_HEAD(&saved.list);
	list_add_tail(&item.link, &saved.list);
	saved.folio = shim_folio_alloc(0);
	saved.area = shim_vmalloc(1);
	live = (struct card){};
	kstate_register(&card_desc, &saved, 0);
	kstate_register(&val_desc, &saved, 0);
	kstate_register(&val_desc, &saved, 1);
	kstate_register(&area_desc, &saved, 0);
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&bytes);
	img = (struct handover){ .nr = 1 };
	img.blocks[0] = (struct handover_block){ .p = malloc(bytes), .len = bytes };
	memcpy(img.blocks[0].p, image, bytes);
	shim_kexec();
	return 0;
}

static int teardown(void **state)
{
	handover_free(&img);
	return shim_teardown(state);
}

static void hand_over(void)
{
	handover_repair(&img);
	shim_hand_over(NULL, 0);
	for (unsigned int i = 0; i < img.nr; i++)
		shim_hand_over_at(HANDOVER_PHYS(i), img.blocks[i].p, img.blocks[i].len);
}

static int node_of(const char *path)
{
	int node = fdt_path_offset(img.blocks[0].p, path);

	assert_true(node >= 0);
	return node;
}

static u8 *payload_of(const char *path)
{
	int len;
	u8 *p = (u8 *)fdt_getprop(img.blocks[0].p, node_of(path), "data", &len);

	assert_non_null(p);
	return p;
}

static void release(void)
{
	guard(mutex)(&kstate_in.lock);
	kstate_in_release();
}

static void drop_list(void)
{
	while (live.list.next && !list_empty(&live.list)) {
		struct list_head *p = live.list.next;

		list_del(p);
		shim_free((void *)p - offsetof(struct item, link));
	}
}

static void a_whole_image_is_restored(void **state)
{
	hand_over();
	assert_int_equal(kstate_restore(&card_desc, &live, 0), 0);
	assert_int_equal(kstate_restore(&area_desc, &live, 0), 0);
	drop_list();
}

/* Whatever is missing, the log says that there was an image. */
static void an_image_without_descriptions_is_refused_and_told_of(void **state)
{
	void *fdt = handover_tree_open(&img.blocks[0], 4096);

	assert_int_equal(fdt_del_node(fdt, fdt_path_offset(fdt, "/descriptions")), 0);
	handover_tree_close(&img.blocks[0]);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	assert_logged("incoming image cannot be read: error -74");
}

/* Whoever makes an image may damage any number: what the kernel said before is not to be lost. */
static void the_log_names_a_few_of_many_damaged_sections(void **state)
{
	void *fdt = handover_tree_open(&img.blocks[0], 1 << 16);
	char name[16];
	int lines = 0;

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "bad@%x", i);
		assert_true(fdt_add_subnode(fdt, fdt_path_offset(fdt, "/sections"), name) >= 0);
	}
	handover_tree_close(&img.blocks[0]);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), 0);
	for (const char *p = shim_log_text(); (p = strstr(p, "incoming section bad@")); p++)
		lines++;
	assert_int_equal(lines, 16);
	assert_logged("incoming image: 84 more that cannot be read");
}

/* The second would be committed over the first, whose elements were lost. */
static void a_field_that_is_there_twice_is_refused(void **state)
{
	void *fdt = handover_tree_open(&img.blocks[0], 4096);
	int fields = node_of("/descriptions/card/fields");
	int folio = fdt_subnode_offset(fdt, fields, "folio");

	assert_int_equal(fdt_set_name(fdt, folio, "list"), 0);
	handover_tree_close(&img.blocks[0]);
	hand_over();
	assert_int_equal(kstate_restore(&card_desc, &live, 0), -EBADMSG);
	assert_logged("incoming description card@80: error");
}

static void a_field_of_no_bytes_is_refused(void **state)
{
	int field = node_of("/descriptions/val/fields/val");

	fdt_setprop_inplace_u64(img.blocks[0].p, field, "size", 0);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	assert_logged("incoming description val@82: error");
}

static void a_description_of_too_many_fields_is_refused(void **state)
{
	void *fdt = handover_tree_open(&img.blocks[0], 1 << 20);
	int fields = node_of("/descriptions/val/fields");
	char name[16];

	for (int i = 0; i < KSTATE_FIELDS_MAX; i++) {
		snprintf(name, sizeof(name), "f%x", i);
		assert_true(fdt_add_subnode(fdt, fields, name) >= 0);
	}
	handover_tree_close(&img.blocks[0]);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	assert_logged("incoming description val@82: error");
}

/* Folio, area and payload at the address of something else of the image. */

static void a_folio_in_a_shard_is_refused(void **state)
{
	u64 phys = HANDOVER_PHYS(0);
	u8 *p = payload_of("/sections/card");

	/* After the list: number, one element of 12 bytes. */
	memcpy(p + 20, &phys, sizeof(phys));
	hand_over();
	assert_int_equal(kstate_restore(&card_desc, &live, 0), -ENXIO);
	release();
}

/* KHO has nothing against it: what an area consists of is in a page without a checksum. */
static void an_area_that_has_a_page_of_the_image_is_refused(void **state)
{
	assert_true(handover_move_payload(&img, 0, node_of("/sections/val"), 0));
	shim_area(saved.area)->alias = HANDOVER_PHYS(1);
	hand_over();
	assert_int_equal(kstate_restore(&area_desc, &live, 0), -ENXIO);
	assert_null(live.area);
	assert_int_equal(kstate_restore(&val_desc, &live, 0), 0);
	release();
	shim_area(saved.area)->alias = 0;
}

static void an_area_in_a_payload_is_refused(void **state)
{
	u64 phys = HANDOVER_PHYS(1);

	assert_true(handover_move_payload(&img, 0, node_of("/sections/val"), 0));
	memcpy(payload_of("/sections/area"), &phys, sizeof(phys));
	hand_over();
	assert_int_equal(kstate_restore(&area_desc, &live, 0), -ENXIO);
	assert_int_equal(kstate_restore(&val_desc, &live, 0), 0);
	release();
}

static void move_extent(const char *path, u64 phys)
{
	int len;
	u8 *p = (u8 *)fdt_getprop(img.blocks[0].p, node_of(path), "data-extents", &len);

	assert_non_null(p);
	put_unaligned_be64(phys, p);
}

static void a_payload_in_a_shard_is_refused(void **state)
{
	assert_true(handover_move_section(&img, node_of("/sections/area")));
	assert_true(handover_move_payload(&img, 0, node_of("/sections/val"), 0));
	move_extent("/sections/val", HANDOVER_PHYS(1));
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	release();
}

static void two_payloads_in_one_place_are_refused(void **state)
{
	assert_true(handover_move_payload(&img, 0, node_of("/sections/val@0"), 0));
	assert_true(handover_move_payload(&img, 0, node_of("/sections/val@1"), 0));
	move_extent("/sections/val@1", HANDOVER_PHYS(1));
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), 0);
	assert_int_equal(kstate_restore(&val_desc, &live, 1), -EBADMSG);
	release();
}

/* Nothing is restored from it, so it is there for those who want to know what happened. */
static void a_damaged_shard_is_there_to_be_looked_at(void **state)
{
	fdt_setprop_inplace_u32(img.blocks[0].p, 0, "shard", 7);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	assert_int_equal(kstate_in.nr_shards, 1);
	assert_int_equal(kstate_in.shards[0].len, img.blocks[0].len);
	assert_memory_equal(kstate_in.shards[0].mem, img.blocks[0].p, img.blocks[0].len);
}

static void without_sections(u64 here, int err)
{
	void *fdt = handover_tree_open(&img.blocks[0], 64);

	fdt_del_node(fdt, node_of("/sections"));
	fdt_setprop_inplace_u64(fdt, 0, "sections-here", here);
	handover_tree_close(&img.blocks[0]);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), err);
	assert_int_equal(kstate_in.nr, 0);
	release();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -ENOENT);
}

static void an_image_without_sections_has_none(void **state)
{
	without_sections(0, -ENOENT);
}

static void unless_it_says_that_there_were_some(void **state)
{
	without_sections(1, -EBADMSG);
}

/*
 * Sections that begin inside of another one: behind a property that comes after a child. It
 * counted as one section and was read as many, each written behind the last.
 */
static void what_comes_after_a_late_property_is_no_section(void **state)
{
	struct tokens t, child = {};
	size_t at, nr;
	u8 *instance;

	assert_true(tokens_load(&t, img.blocks[0].p, img.blocks[0].len));
	at = tokens_find(&t, tokens_find(&t, 0, "sections"), "val@0");
	nr = tokens_behind(&t, at) - at;
	tokens_insert(&child, 0, &t.v[at], nr);
	/* A child, a late property, and a hundred more children of other instances. */
	for (u64 i = 0; i <= 100; i++) {
		if (i == 1)
			tokens_insert(&t, tokens_end(&t, at), &t.v[at + 1], 1);
		/* Behind the property's length, its name, and the id. */
		instance = child.v[1].bytes + 12;
		put_unaligned_be64(100 + i, instance);
		tokens_insert(&t, tokens_end(&t, at), child.v, child.nr);
	}
	tokens_free(&child);
	free(img.blocks[0].p);
	img.blocks[0].p = tokens_emit(&t, &img.blocks[0].len);
	tokens_free(&t);
	hand_over();
	assert_int_equal(kstate_restore(&val_desc, &live, 0), -EBADMSG);
	assert_int_equal(kstate_restore(&val_desc, &live, 1), 0);
	assert_int_equal(kstate_restore(&val_desc, &live, 150), -EBADMSG);
	assert_int_equal(kstate_in.nr, 3);
	assert_logged("incoming section val@0: error");
	release();
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_whole_image_is_restored),
		test(an_image_without_descriptions_is_refused_and_told_of),
		test(the_log_names_a_few_of_many_damaged_sections),
		test(a_field_that_is_there_twice_is_refused),
		test(a_field_of_no_bytes_is_refused),
		test(a_description_of_too_many_fields_is_refused),
		test(a_folio_in_a_shard_is_refused),
		test(an_area_in_a_payload_is_refused),
		test(an_area_that_has_a_page_of_the_image_is_refused),
		test(a_payload_in_a_shard_is_refused),
		test(two_payloads_in_one_place_are_refused),
		test(a_damaged_shard_is_there_to_be_looked_at),
		test(an_image_without_sections_has_none),
		test(unless_it_says_that_there_were_some),
		test(what_comes_after_a_late_property_is_no_section),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
