// SPDX-License-Identifier: GPL-2.0
/* test_ool.c - payloads that are kept outside the tree */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define MAX_BYTES	(9UL << 20)

struct big {
	u64 nr;
	u64 nr_in_sub;
	u8 *bytes;
	u32 mark;
};

static const struct kstate_description big_sub = {
	.name = "big-sub", .id = 0x51,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct big, u8, nr_in_sub, MAX_BYTES, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description big_desc = {
	.name = "big", .id = 0x50, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mark, struct big, u32),
		KSTATE_VARRAY(bytes, struct big, u8, nr, MAX_BYTES, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) { &big_sub, NULL },
};

static struct big big, live;

static int setup(void **state)
{
	shim_setup(state);
	big = (struct big){ .bytes = malloc(MAX_BYTES), .mark = 0xb16 };
	live = (struct big){ .bytes = calloc(1, MAX_BYTES) };
	for (size_t i = 0; i < MAX_BYTES; i++)
		big.bytes[i] = i * 2654435761U >> 13;
	return 0;
}

static int teardown(void **state)
{
	free(big.bytes);
	free(live.bytes);
	return shim_teardown(state);
}

static int section(const void *image)
{
	int node = fdt_path_offset(image, "/sections/big@0");

	assert_true(node > 0);
	return node;
}

static const void *save(size_t bytes)
{
	const void *image;
	size_t len;

	big.nr = big.nr_in_sub = bytes;
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&len);
	assert_int_equal(fdt_check_full(image, len), 0);
	return image;
}

static void comes_back(void)
{
	shim_kexec();
	assert_int_equal(kstate_restore(&big_desc, &live, 0), 0);
	assert_int_equal(live.nr, big.nr);
	assert_int_equal(live.mark, 0xb16);
	assert_memory_equal(live.bytes, big.bytes, big.nr);
}

static void a_payload_at_the_limit_stays_in_the_tree(void **state)
{
	const void *image;

	kstate_register(&big_desc, &big, 0);
	image = save(KSTATE_INLINE_MAX - sizeof(u32) - sizeof(u64));
	assert_non_null(fdt_getprop(image, section(image), "data", NULL));
	assert_null(fdt_getprop(image, section(image), "data-extents", NULL));
	comes_back();
}

static void a_payload_over_the_limit_is_outside(void **state)
{
	const void *image;
	int len;

	kstate_register(&big_desc, &big, 0);
	image = save(KSTATE_INLINE_MAX - sizeof(u32) - sizeof(u64) + 1);
	assert_null(fdt_getprop(image, section(image), "data", NULL));
	assert_non_null(fdt_getprop(image, section(image), "data-extents", &len));
	assert_int_equal(len, 16);
	comes_back();
}

static void a_payload_of_several_blocks_comes_back(void **state)
{
	const void *image;
	int len;

	kstate_register(&big_desc, &big, 0);
	image = save(MAX_BYTES - 5);
	assert_non_null(fdt_getprop(image, section(image), "data-extents", &len));
	assert_int_equal(len, 3 * 16);
	comes_back();
}

/* It is copied and summed in steps, of which the first and the last are shorter. */
static void a_payload_of_any_length_comes_back(void **state)
{
	for (size_t bytes = KSTATE_INLINE_MAX + 1; bytes < KSTATE_INLINE_MAX + 8192; bytes += 509) {
		shim_teardown(NULL);
		shim_setup(NULL);
		kstate_register(&big_desc, &big, 0);
		save(bytes);
		comes_back();
	}
}

static void smaller_blocks_do_where_large_ones_are_not_to_be_had(void **state)
{
	kstate_register(&big_desc, &big, 0);
	shim_limit_order(6);
	save(1 << 20);
	comes_back();
}

/* Each request that cannot be met may look for memory all over the machine. */
static void large_blocks_are_asked_for_once_and_not_for_each(void **state)
{
	kstate_register(&big_desc, &big, 0);
	shim_limit_order(6);
	save(4 << 20);
	/* Orders 10 to 7, for the section and for its subsection. */
	assert_int_equal(shim_too_large(), 2 * 4);
}

static void abort_gives_back_every_page(void **state)
{
	kstate_register(&big_desc, &big, 0);
	save(MAX_BYTES);
	locked_abort();
	assert_int_equal(shim_preserved_bytes(), 0);
}

static void a_payload_that_grew_since_prepare_is_saved(void **state)
{
	kstate_register(&big_desc, &big, 0);
	big.nr = big.nr_in_sub = 100000;
	assert_int_equal(locked_prepare(), 0);
	save(6 << 20);
	comes_back();
}

static void a_payload_that_shrank_since_prepare_is_saved(void **state)
{
	kstate_register(&big_desc, &big, 0);
	big.nr = big.nr_in_sub = 6 << 20;
	assert_int_equal(locked_prepare(), 0);
	save(10);
	comes_back();
}

static void nothing_is_left_when_memory_is_short(void **state)
{
	kstate_register(&big_desc, &big, 0);
	big.nr = big.nr_in_sub = 5 << 20;
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = locked_save();
		if (!shim_alloc_failed())
			break;
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(shim_preserved_bytes(), 0);
	}
}

static void short_memory_leaves_the_object_and_may_be_tried_again(void **state)
{
	kstate_register(&big_desc, &big, 0);
	save(MAX_BYTES);
	shim_kexec();
	/* A release that fails does not fail the restore. */
	kstate_in_keep = true;
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = kstate_restore(&big_desc, &live, 0);
		if (!shim_alloc_failed()) {
			assert_int_equal(err, 0);
			break;
		}
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(live.nr, 0);
	}
	assert_memory_equal(live.bytes, big.bytes, big.nr);
}

static const struct kstate_description optional_desc = {
	.name = "big", .id = 0x50, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct big, u8, nr, MAX_BYTES, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};

static u64 counter;
static struct dev dev = { .name = "dev", .counter = &counter };

/* An optional object that memory may lack for, and one that must be saved. */
static void register_both(void)
{
	big.nr = big.nr_in_sub = 5 << 20;
	assert_int_equal(kstate_register(&optional_desc, &big, 0), 0);
	assert_int_equal(kstate_register(&dev_state, &dev, 0), 0);
}

static void an_optional_one_is_lost_where_memory_is_short(void **state)
{
	register_both();
	shim_limit_memory(1 << 20);
	assert_int_equal(locked_prepare(), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&optional_desc, &live, 0), -ENODATA);
	assert_int_equal(kstate_restore(&dev_state, &dev, 0), 0);
}

static void an_optional_one_is_saved_if_there_is_memory_by_then(void **state)
{
	register_both();
	shim_limit_memory(1 << 20);
	assert_int_equal(locked_prepare(), 0);
	shim_limit_memory(SIZE_MAX);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&optional_desc, &live, 0), 0);
	assert_memory_equal(live.bytes, big.bytes, big.nr);
}

/* The first extent of the image, as the engine wrote it. */
static u8 *extents(void)
{
	size_t len;
	const void *image = shim_outgoing(&len);

	return (u8 *)fdt_getprop(image, section(image), "data-extents", NULL);
}

static void is_refused(void)
{
	shim_kexec();
	assert_int_equal(kstate_restore(&big_desc, &live, 0), -EBADMSG);
	assert_int_equal(live.nr, 0);
	assert_int_equal(live.mark, 0);
}

static void a_flipped_bit_outside_the_tree_is_refused(void **state)
{
	struct kstate_entry *entry;

	kstate_register(&big_desc, &big, 0);
	save(MAX_BYTES);
	entry = list_first_entry(&kstate_out.entries, struct kstate_entry, list);
	((u8 *)kstate_ool_find(entry, 0)->virt)[MAX_BYTES / 2] ^= 1;
	is_refused();
}

static void an_extent_elsewhere_is_refused(void **state)
{
	kstate_register(&big_desc, &big, 0);
	save(200000);
	extents()[5] ^= 0x10;
	is_refused();
}

static void an_extent_of_another_length_is_refused(void **state)
{
	kstate_register(&big_desc, &big, 0);
	save(200000);
	extents()[15]--;
	is_refused();
}

static void an_extent_that_is_far_too_long_is_refused(void **state)
{
	kstate_register(&big_desc, &big, 0);
	save(200000);
	extents()[8] = 0xff;
	is_refused();
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_payload_at_the_limit_stays_in_the_tree),
		test(a_payload_over_the_limit_is_outside),
		test(a_payload_of_several_blocks_comes_back),
		test(a_payload_of_any_length_comes_back),
		test(smaller_blocks_do_where_large_ones_are_not_to_be_had),
		test(large_blocks_are_asked_for_once_and_not_for_each),
		test(abort_gives_back_every_page),
		test(a_payload_that_grew_since_prepare_is_saved),
		test(a_payload_that_shrank_since_prepare_is_saved),
		test(nothing_is_left_when_memory_is_short),
		test(an_optional_one_is_lost_where_memory_is_short),
		test(an_optional_one_is_saved_if_there_is_memory_by_then),
		test(short_memory_leaves_the_object_and_may_be_tried_again),
		test(a_flipped_bit_outside_the_tree_is_refused),
		test(an_extent_elsewhere_is_refused),
		test(an_extent_of_another_length_is_refused),
		test(an_extent_that_is_far_too_long_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
