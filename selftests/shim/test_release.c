// SPDX-License-Identifier: GPL-2.0
/* test_release.c - unclaimed sections are given back, and nothing else */

#include <stdlib.h>

#include <libfdt.h>

#include "all.h"

struct big {
	u64 nr;
	u8 *bytes;
};

static const struct kstate_description all_desc = {
	.name = "all", .id = 0x30, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { ALL_FIELDS, KSTATE_END_OF_LIST() },
};

static const struct kstate_description big_desc = {
	.name = "big", .id = 0x50, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct big, u8, nr, 200000, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};

static struct dev a, b;
static u64 counter;
static struct node node;
static struct all all;
static u8 bytes[200000];
static struct big big = { .nr = sizeof(bytes), .bytes = bytes };

static int setup(void **state)
{
	shim_setup(state);
	a = dev_make(&counter, shim_folio_alloc(1));
	b = dev_make(&counter, shim_folio_alloc(2));
	all = (struct all){ .area = shim_vmalloc(2) };
	node.folio = shim_folio_alloc(0);
	INIT_LIST_HEAD(&all.list);
	list_add_tail(&node.link, &all.list);
	kstate_register(&dev_state, &a, 1);
	kstate_register(&dev_state, &b, 2);
	kstate_register(&all_desc, &all, 0);
	kstate_register(&big_desc, &big, 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	return 0;
}

static int try_release(void)
{
	guard(mutex)(&kstate_in.lock);
	return kstate_in_release();
}

static void release(void)
{
	assert_int_equal(try_release(), 0);
}

static int look(void)
{
	guard(mutex)(&kstate_in.lock);
	return kstate_in_open();
}

static void all_that_is_not_claimed_is_given_back(void **state)
{
	size_t before = shim_incoming_bytes();

	assert_int_equal(look(), 0);
	release();
	assert_int_equal(shim_folios(), 0);
	/* The payload outside the tree went, the first shard stays. */
	assert_true(shim_incoming_bytes() < before);
	assert_true(shim_incoming_bytes() > 0);
}

/* No driver has restored anything: the release is the first to look at the image. */
static void an_image_that_nobody_has_looked_at_is_given_back(void **state)
{
	struct dev live = { .counter = &counter };

	shim_fail_alloc(1);
	assert_int_equal(try_release(), -ENOMEM);
	shim_fail_alloc(0);
	assert_false(kstate_in.released);
	release();
	assert_int_equal(shim_folios(), 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 1), -ENOENT);
}

static void what_was_restored_stays(void **state)
{
	struct dev live = { .counter = &counter };

	assert_int_equal(kstate_restore(&dev_state, &live, 2), 0);
	release();
	assert_int_equal(shim_folios(), 1);
	assert_ptr_equal(live.ring, b.ring);
	assert_int_equal(live.ring->order, 2);
}

static void what_a_failed_restore_took_is_given_back(void **state)
{
	struct dev live = { .counter = &counter };

	b.ring->order = 1;
	assert_int_equal(kstate_restore(&dev_state, &live, 2), -EBADMSG);
	b.ring->order = 2;
	release();
	assert_int_equal(shim_folios(), 0);
}

static void what_failed_has_failed_afterwards_too(void **state)
{
	struct dev live = { .counter = &counter };

	b.ring->order = 1;
	assert_int_equal(kstate_restore(&dev_state, &live, 2), -EBADMSG);
	b.ring->order = 2;
	assert_int_equal(kstate_in_unclaimed(), 3);
	release();
	assert_int_equal(kstate_in.sections[0].result, KSTATE_RELEASED);
	assert_int_equal(kstate_in.sections[1].result, KSTATE_FAILED);
	assert_int_equal(kstate_in.failed, 1);
	assert_int_equal(kstate_in_unclaimed(), 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 2), -ENOENT);
	assert_int_equal(kstate_in.failed, 1);
}

static void nothing_is_restored_afterwards(void **state)
{
	struct dev live = { .counter = &counter };

	assert_int_equal(look(), 0);
	release();
	assert_int_equal(kstate_restore(&dev_state, &live, 1), -ENOENT);
	assert_null(live.ring);
	release();
}

/* Wherever memory gets short, and stays short until the next try. */
static void short_of_memory_it_can_be_repeated(void **state)
{
	unsigned long n = 0;
	size_t before;
	int err;

	assert_int_equal(look(), 0);
	before = shim_incoming_bytes();
	do {
		shim_fail_alloc(++n);
		err = try_release();
		assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 0);
	} while (err);
	shim_fail_alloc(0);
	assert_true(n > 2);
	assert_int_equal(shim_folios(), 0);
	assert_true(shim_incoming_bytes() < before);
	release();
}

static void restore_all(void)
{
	static u8 room[sizeof(bytes)];
	struct dev live[2] = { { .counter = &counter }, { .counter = &counter } };
	struct big to = { .bytes = room };
	struct all back = {};

	INIT_LIST_HEAD(&back.list);
	assert_int_equal(kstate_restore(&dev_state, &live[0], 1), 0);
	assert_int_equal(kstate_restore(&dev_state, &live[1], 2), 0);
	assert_int_equal(kstate_restore(&all_desc, &back, 0), 0);
	assert_false(kstate_in.released);
	assert_int_equal(kstate_restore(&big_desc, &to, 0), 0);
	while (!list_empty(&back.list)) {
		struct node *n = list_first_entry(&back.list, struct node, link);

		list_del(&n->link);
		shim_free(n);
	}
}

static void when_all_is_restored_it_is_released(void **state)
{
	size_t before = shim_incoming_bytes();

	restore_all();
	assert_true(kstate_in.released);
	assert_logged("incoming image: released");
	assert_true(shim_incoming_bytes() + sizeof(bytes) <= before);
	assert_int_equal(kstate_in_unclaimed(), 0);
}

/* Whoever asks for the lost one after the last of the others, gets the answer of before. */
static void what_was_lost_is_lost_afterwards_too(void **state)
{
	struct big gone = {}, later = {};

	kstate_unregister(&dev_state, &a, 1);
	kstate_register(&big_desc, &gone, 1);
	kstate_register(&big_desc, &later, 2);
	assert_int_equal(locked_save(), 0);
	kstate_unregister(&big_desc, &gone, 1);
	shim_kexec();
	assert_int_equal(kstate_restore(&big_desc, &later, 2), 0);
	assert_true(kstate_in.released);
	assert_int_equal(kstate_restore(&big_desc, &gone, 1), -ENODATA);
	assert_int_equal(kstate_restore(&big_desc, &gone, 3), -ENOENT);
}

static void who_wants_to_look_at_it_can_keep_it(void **state)
{
	size_t before = shim_incoming_bytes();

	kstate_in_keep = true;
	restore_all();
	assert_false(kstate_in.released);
	assert_int_equal(shim_incoming_bytes(), before);
	release();
	assert_true(shim_incoming_bytes() < before);
}

/* Its first shard says that it is of a later version; what it has in common is believed. */
static void an_image_of_another_version_is_shown_and_released(void **state)
{
	size_t before = shim_incoming_bytes(), len;
	struct dev live = { .counter = &counter };
	void *image = shim_incoming(&len);
	u32 crc;

	fdt_setprop_inplace(image, 0, "compatible", "kstate-v9", sizeof("kstate-v9"));
	assert_int_equal(kstate_crc_node(image, 0, &crc), 0);
	fdt_setprop_inplace_u32(image, 0, "crc", crc);
	assert_int_equal(kstate_restore(&dev_state, &live, 1), -EOPNOTSUPP);
	assert_int_equal(kstate_in.nr_shards, 1);
	assert_ptr_equal(kstate_in.shards[0].mem, image);
	assert_int_equal(kstate_in.nr, 4);
	assert_int_equal(kstate_in_unclaimed(), 4);
	release();
	assert_true(shim_incoming_bytes() + sizeof(bytes) <= before);
	/* How payloads name folios may have changed: they stay. */
	assert_int_equal(shim_folios(), 4);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(all_that_is_not_claimed_is_given_back),
		test(an_image_that_nobody_has_looked_at_is_given_back),
		test(what_was_restored_stays),
		test(what_a_failed_restore_took_is_given_back),
		test(what_failed_has_failed_afterwards_too),
		test(nothing_is_restored_afterwards),
		test(short_of_memory_it_can_be_repeated),
		test(when_all_is_restored_it_is_released),
		test(what_was_lost_is_lost_afterwards_too),
		test(who_wants_to_look_at_it_can_keep_it),
		test(an_image_of_another_version_is_shown_and_released),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
