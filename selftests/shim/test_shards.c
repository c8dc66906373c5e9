// SPDX-License-Identifier: GPL-2.0
/* test_shards.c - an image that is larger than one block of memory */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define NR	60000

static struct dev *devs;
static u64 counter;

static int setup(void **state)
{
	shim_setup(state);
	counter = 1;
	devs = calloc(NR, sizeof(*devs));
	for (u32 i = 0; i < NR; i++) {
		devs[i] = dev_make(&counter, NULL);
		devs[i].mode = i;
		if (kstate_register(&dev_state, &devs[i], i))
			return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	int err = shim_teardown(state);

	free(devs);
	return err;
}

static size_t count_restored(void)
{
	size_t nr = 0;

	for (u32 i = 0; i < NR; i++) {
		struct dev live = { .counter = &counter };

		if (kstate_restore(&dev_state, &live, i))
			continue;
		assert_int_equal(live.mode, i);
		nr++;
	}
	return nr;
}

static void every_shard_is_a_valid_tree(void **state)
{
	u64 sections = 0;

	assert_int_equal(locked_save(), 0);
	assert_true(kstate_out.nr_shards > 2);
	for (size_t i = 0; i < kstate_out.nr_shards; i++) {
		const struct kstate_shard *shard = &kstate_out.shards[i];

		assert_int_equal(fdt_check_full(shard->mem, shard->len), 0);
		sections += get_unaligned_be64(fdt_getprop(shard->mem, 0, "sections-here",
							   NULL));
	}
	assert_int_equal(sections, NR);
}

static void every_section_comes_back(void **state)
{
	assert_int_equal(locked_save(), 0);
	assert_true(kstate_out.nr_shards > 2);
	shim_kexec();
	assert_int_equal(count_restored(), NR);
}

static void smaller_blocks_do_where_large_ones_are_not_to_be_had(void **state)
{
	shim_limit_order(8);
	assert_int_equal(locked_save(), 0);
	assert_in_range(kstate_out.nr_shards, 10, 20);
	shim_kexec();
	assert_int_equal(count_restored(), NR);
}

/* A link to another shard than the next: the image is refused as a whole. */
static void a_chain_that_runs_in_a_circle_is_refused(void **state)
{
	const struct kstate_shard *shard;
	struct dev live = { .counter = &counter };
	u32 crc;

	assert_int_equal(locked_save(), 0);
	shard = &kstate_out.shards[1];
	fdt_setprop_inplace(shard->mem, 0, "next-shard",
			    fdt_getprop(kstate_out.shards[0].mem, 0, "next-shard", NULL), 16);
	assert_int_equal(kstate_crc_node(shard->mem, 0, &crc), 0);
	fdt_setprop_inplace_u32(shard->mem, 0, "crc", crc);
	shim_kexec();
	assert_int_equal(kstate_restore(&dev_state, &live, 0), -EBADMSG);
	assert_logged("shard 2");
}

static int release(void)
{
	guard(mutex)(&kstate_in.lock);
	return kstate_in_release();
}

static void all_shards_but_the_first_are_given_back(void **state)
{
	size_t first;

	assert_int_equal(locked_save(), 0);
	first = kstate_out.shards[0].cap;
	shim_kexec();
	assert_true(shim_incoming_bytes() > 2 * first);
	assert_int_equal(release(), 0);
	assert_int_equal(shim_incoming_bytes(), first);
}

static int release_now(void *obj, u32 version)
{
	return release();
}

static const struct kstate_description releasing = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.pre_restore = release_now,
};

/* It is read until the object is written, whoever releases the image meanwhile. */
static void a_later_shard_stays_while_a_section_of_it_is_restored(void **state)
{
	struct dev live = { .counter = &counter };
	size_t first, before;

	assert_int_equal(locked_save(), 0);
	first = kstate_out.shards[0].cap;
	shim_kexec();
	before = shim_incoming_bytes();
	assert_int_equal(kstate_restore(&releasing, &live, NR - 1), 0);
	assert_true(before > first);
	assert_int_equal(live.mode, NR - 1);
	assert_int_equal(shim_incoming_bytes(), first);
}

static void a_section_larger_than_a_shard_is_saved(void **state)
{
	static u8 huge[5 << 20];
	static const struct kstate_field fields[] = {
		{ .name = "huge", .type = "u8 [5 MiB]", .size = 1, .count = sizeof(huge),
		  .until = KSTATE_ABI_NO_UNTIL, .kind = KSTATE_KIND_VALUE },
		KSTATE_END_OF_LIST()
	};
	static const struct kstate_description desc = {
		.name = "huge", .id = 0x99, .fields = fields,
	};

	huge[sizeof(huge) - 1] = 0x5a;
	assert_int_equal(kstate_register(&desc, huge, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	huge[sizeof(huge) - 1] = 0;
	assert_int_equal(kstate_restore(&desc, huge, 0), 0);
	assert_int_equal(huge[sizeof(huge) - 1], 0x5a);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_shard_is_a_valid_tree),
		test(every_section_comes_back),
		test(smaller_blocks_do_where_large_ones_are_not_to_be_had),
		test(a_chain_that_runs_in_a_circle_is_refused),
		test(all_shards_but_the_first_are_given_back),
		test(a_later_shard_stays_while_a_section_of_it_is_restored),
		test(a_section_larger_than_a_shard_is_saved),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
