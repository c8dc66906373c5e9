// SPDX-License-Identifier: GPL-2.0
/* test_roundtrip.c - an object with every kind of field, across a live update */

#include <stdlib.h>

#include <libfdt.h>

#include "all.h"

static const struct kstate_description all_desc = {
	.name = "all", .id = 0x30, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { ALL_FIELDS, KSTATE_END_OF_LIST() },
};

/* Version 2 of the driver has nothing of that any more. */
static const struct kstate_description nothing_left = {
	.name = "all", .id = 0x30, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_STRUCT_DEPRECATED(one, 1),
		KSTATE_STRUCT_ARRAY_DEPRECATED(pair, 2, 1),
		KSTATE_VARRAY_DEPRECATED(small, u16, 4, 1),
		KSTATE_VARRAY_DEPRECATED(big, u64, 100, 1),
		KSTATE_STRUCT_VARRAY_DEPRECATED(items, 10, 1),
		KSTATE_ARRAY_OF_POINTER_DEPRECATED(targets, u32, 3, 1),
		KSTATE_LIST_DEPRECATED(list, 1000, 1),
		KSTATE_STRING_DEPRECATED(text, 8, 1),
		KSTATE_STRING_DEPRECATED(name, 16, 1),
		KSTATE_BITMAP_DEPRECATED(bits, ALL_BITS, 1),
		KSTATE_ADDRESS_DEPRECATED(linear, void *, 1),
		KSTATE_ADDRESS_DEPRECATED(page, struct page *, 1),
		KSTATE_VMALLOC_DEPRECATED(area, 1),
		KSTATE_EQUAL_DEPRECATED(revision, u32, 1),
		KSTATE_CUSTOM_DEPRECATED(secret, 1),
		KSTATE_BASE_TYPE_V(nr_small, struct all, u8, 2),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description other_item = {
	.name = "item", .id = 0x31, .version_id = 3,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct item, u16), KSTATE_END_OF_LIST() },
};

static const struct kstate_description item_differs = {
	.name = "all", .id = 0x30, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_STRUCT(one, struct all, struct item, &other_item),
		PAIR, SMALL, BIG, ITEMS, TARGETS, LIST, TEXT, NAME, BITS, LINEAR, PAGE,
		AREA, REVISION, SECRET, KSTATE_END_OF_LIST()
	},
};

static struct item saved_items[] = { { 5, 6 }, { 7, 8 } };
static u64 saved_big[] = { 11, 12, 13 };
static u32 targets[] = { 21, 22 }, live_targets[3];
static struct node nodes[100];
static struct all saved, live;

static int setup(void **state)
{
	shim_setup(state);
	saved = (struct all){
		.one = { 0x1122, 0x33 }, .pair = { { 1, 2 }, { 3, 4 } },
		.nr_small = 3, .small = { 7, 8, 9, 10 },
		.nr_big = 3, .big = saved_big, .nr_items = 2, .items = saved_items,
		.targets = { &targets[0], NULL, &targets[1] },
		.text = "eth0", .name = "bridge", .revision = 7, .secret = 0xfeed,
		.bits = { 1 | 1UL << 63, 0x21 },
		.linear = shim_linear + 0x1005, .page = &shim_pages[2],
		.area = shim_vmalloc(2),
	};
	INIT_LIST_HEAD(&saved.list);
	for (int i = 0; i < 100; i++) {
		nodes[i] = (struct node){ .key = i };
		if (i % 10 == 0)
			nodes[i].folio = shim_folio_alloc(0);
		list_add_tail(&nodes[i].link, &saved.list);
	}
	memset(&live, 0, sizeof(live));
	for (int i = 0; i < 3; i++)
		live.targets[i] = &live_targets[i];
	live.revision = 7;
	INIT_LIST_HEAD(&live.list);
	return 0;
}

static void update(void)
{
	assert_int_equal(kstate_register(&all_desc, &saved, 9), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void drop_live(void)
{
	while (live.list.next && !list_empty(&live.list)) {
		struct node *node = list_first_entry(&live.list, struct node, link);

		list_del(&node->link);
		shim_free(node);
	}
	shim_free(live.big);
	shim_free(live.items);
	shim_free(live.name);
}

static void check_list(void)
{
	struct node *node;
	u32 key = 0;

	list_for_each_entry(node, &live.list, link) {
		assert_int_equal(node->key, key);
		assert_int_equal(!!node->folio, key % 10 == 0);
		if (node->folio)
			assert_ptr_equal(node->folio, nodes[key].folio);
		key++;
	}
	assert_int_equal(key, 100);
}

static void check_live(void)
{
	assert_memory_equal(&live.one, &saved.one, sizeof(live.one));
	assert_memory_equal(live.pair, saved.pair, sizeof(live.pair));
	assert_int_equal(live.nr_small, 3);
	assert_memory_equal(live.small, saved.small, 3 * sizeof(u16));
	assert_int_equal(live.small[3], 0);
	assert_int_equal(live.nr_big, 3);
	assert_memory_equal(live.big, saved_big, sizeof(saved_big));
	assert_int_equal(live.nr_items, 2);
	assert_memory_equal(live.items, saved_items, sizeof(saved_items));
	assert_int_equal(*live.targets[0], 21);
	assert_null(live.targets[1]);
	assert_int_equal(*live.targets[2], 22);
	check_list();
	assert_string_equal(live.text, "eth0");
	assert_string_equal(live.name, "bridge");
	assert_memory_equal(live.bits, saved.bits, sizeof(live.bits));
	assert_ptr_equal(live.linear, saved.linear);
	assert_ptr_equal(live.page, saved.page);
	assert_ptr_equal(live.area, saved.area);
	assert_int_equal(live.secret, 0xfeed);
}

static void every_kind_comes_back(void **state)
{
	update();
	assert_int_equal(kstate_restore(&all_desc, &live, 9), 0);
	check_live();
	drop_live();
}

/* To publish, as KHO does. */
static void a_prepared_save_of_every_kind_allocates_only_to_publish(void **state)
{
	assert_int_equal(kstate_register(&all_desc, &saved, 9), 0);
	assert_int_equal(locked_prepare(), 0);
	shim_fail_alloc(0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_allocs(), 1);
}

static void empty_arrays_and_lists_come_back_empty(void **state)
{
	saved.nr_small = saved.nr_big = saved.nr_items = 0;
	saved.big = NULL;
	saved.items = NULL;
	saved.name = NULL;
	saved.area = NULL;
	saved.linear = NULL;
	saved.page = NULL;
	INIT_LIST_HEAD(&saved.list);
	update();
	assert_int_equal(kstate_restore(&all_desc, &live, 9), 0);
	assert_null(live.big);
	assert_null(live.items);
	assert_null(live.name);
	assert_null(live.area);
	assert_null(live.linear);
	assert_null(live.page);
	assert_true(list_empty(&live.list));
}

static void a_pointer_that_would_be_lost_is_refused(void **state)
{
	u64 mine;

	update();
	live.big = &mine;
	assert_int_equal(kstate_restore(&all_desc, &live, 9), -EEXIST);
	assert_logged("field big");
	live.big = NULL;
	live.name = (char *)"mine";
	assert_int_equal(kstate_restore(&all_desc, &live, 9), -EEXIST);
	live.name = NULL;
	list_add_tail(&nodes[0].link, &live.list);
	assert_int_equal(kstate_restore(&all_desc, &live, 9), -EEXIST);
	assert_logged("field list");
	INIT_LIST_HEAD(&live.list);
	assert_int_equal(kstate_restore(&all_desc, &live, 9), 0);
	drop_live();
}

static void a_field_inside_a_list_is_named(void **state)
{
	update();
	nodes[50].folio->handed_over = false;
	assert_int_equal(kstate_restore(&all_desc, &live, 9), -ENXIO);
	assert_logged("restore: all@9: field folio at offset");
	/* What was taken before stays with the section, and is given back with it. */
	assert_false(nodes[0].folio->handed_over);
	nodes[50].folio->handed_over = true;
	assert_int_equal(kstate_restore(&all_desc, &live, 9), 0);
	check_live();
	drop_live();
}

/* Memory gets short at the nth allocation; then there is some again. */
static bool restores_after_shortage(unsigned long n)
{
	static struct all before;
	bool failed;
	int err;

	memcpy(&before, &live, sizeof(live));
	update();
	shim_fail_alloc(n);
	err = kstate_restore(&all_desc, &live, 9);
	failed = shim_alloc_failed();
	shim_fail_alloc(0);
	assert_int_equal(err, failed ? -ENOMEM : 0);
	if (failed) {
		assert_memory_equal(&live, &before, sizeof(live));
		assert_int_equal(kstate_restore(&all_desc, &live, 9), 0);
	}
	check_live();
	drop_live();
	return failed;
}

static void short_memory_leaves_the_object_and_may_be_tried_again(void **state)
{
	for (unsigned long n = 1; restores_after_shortage(n); n++) {
		shim_teardown(state);
		setup(state);
	}
}

static void every_kind_can_be_deprecated(void **state)
{
	update();
	kstate_in_keep = true;
	assert_int_equal(kstate_restore(&nothing_left, &live, 9), 0);
	assert_int_equal(live.one.a, 0);
	assert_null(live.big);
	assert_true(nodes[0].folio->handed_over);
	assert_true(shim_area(saved.area)->handed_over);
}

static void a_nested_description_that_differs_is_refused(void **state)
{
	update();
	assert_int_equal(kstate_restore(&item_differs, &live, 9), -EPROTO);
	assert_logged("field b is in the data but not in this kernel's description");
	assert_logged("field one holds structs whose description differs");
}

static void a_nested_description_is_in_the_image_once(void **state)
{
	const void *image;
	size_t len;
	int node, nr = 0;

	assert_int_equal(kstate_register(&all_desc, &saved, 9), 0);
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&len);
	fdt_for_each_subnode(node, image, fdt_path_offset(image, "/descriptions"))
		nr++;
	assert_int_equal(nr, 3);
	assert_true(fdt_path_offset(image, "/descriptions/item@31/fields/b") > 0);
	assert_true(fdt_path_offset(image, "/descriptions/node@32/fields/folio") > 0);
}

static const struct kstate_description long_list = {
	.name = "list", .id = 0x77, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_LIST(list, struct all, struct node, link, &node_desc, 100000),
		KSTATE_END_OF_LIST()
	},
};

static void a_hundred_thousand_list_elements_are_restored(void **state)
{
	struct node *many = calloc(100000, sizeof(*many));

	INIT_LIST_HEAD(&saved.list);
	for (u32 i = 0; i < 100000; i++)
		list_add_tail(&many[i].link, &saved.list);
	assert_int_equal(kstate_register(&long_list, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&long_list, &live, 0), 0);
	drop_live();
	free(many);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_kind_comes_back),
		test(a_prepared_save_of_every_kind_allocates_only_to_publish),
		test(empty_arrays_and_lists_come_back_empty),
		test(a_pointer_that_would_be_lost_is_refused),
		test(a_field_inside_a_list_is_named),
		test(short_memory_leaves_the_object_and_may_be_tried_again),
		test(every_kind_can_be_deprecated),
		test(a_nested_description_that_differs_is_refused),
		test(a_nested_description_is_in_the_image_once),
		test(a_hundred_thousand_list_elements_are_restored),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
