// SPDX-License-Identifier: GPL-2.0
/* test_index.c - objects are found by (id, instance), whatever came and went */

#include <stdlib.h>

#include "shim.h"

#define NR	5000

static struct kstate_key keys[NR];

static void fill(struct kstate_index *index)
{
	for (size_t i = 0; i < NR; i++) {
		keys[i] = (struct kstate_key){ .id = i % 7, .instance = i * i };
		assert_int_equal(kstate_index_add(index, &keys[i]), 0);
	}
}

static void finds_every_key_that_was_added(void **state)
{
	struct kstate_index index = {};

	fill(&index);
	for (size_t i = 0; i < NR; i++)
		assert_ptr_equal(kstate_index_find(&index, i % 7, i * i), &keys[i]);
	assert_null(kstate_index_find(&index, 8, 0));
	kstate_index_free(&index);
}

static void finds_the_others_after_a_deletion(void **state)
{
	struct kstate_index index = {};

	fill(&index);
	for (size_t i = 0; i < NR; i += 2)
		kstate_index_del(&index, &keys[i]);
	for (size_t i = 0; i < NR; i++)
		assert_ptr_equal(kstate_index_find(&index, i % 7, i * i),
				 i % 2 ? &keys[i] : NULL);
	assert_int_equal(index.nr, NR / 2);
	kstate_index_free(&index);
}

static void refuses_a_second_equal_key(void **state)
{
	struct kstate_key a = { .id = 1, .instance = 2 }, b = a;
	struct kstate_index index = {};

	assert_int_equal(kstate_index_add(&index, &a), 0);
	assert_int_equal(kstate_index_add(&index, &b), -EEXIST);
	assert_ptr_equal(kstate_index_find(&index, 1, 2), &a);
	kstate_index_free(&index);
}

/* The most slots in a row that are taken: what a look-up may have to go over. */
static size_t longest_run(const struct kstate_index *index)
{
	size_t run = 0, most = 0;

	for (size_t i = 0; i < 2 * index->nr_slots; i++) {
		run = index->slots[i % index->nr_slots].key ? run + 1 : 0;
		most = max(run, most);
	}
	return most;
}

/* Instances are numbers of devices: in a row, or with their lowest bits all zero. */
static void no_distance_of_instances_makes_long_runs(void **state)
{
	for (unsigned int shift = 0; shift < 50; shift++) {
		struct kstate_index index = {};

		for (size_t i = 0; i < NR; i++) {
			keys[i] = (struct kstate_key){ .id = 1, .instance = (u64)i << shift };
			assert_int_equal(kstate_index_add(&index, &keys[i]), 0);
		}
		assert_in_range(longest_run(&index), 1, 200);
		kstate_index_free(&index);
	}
}

/* The number by which an odd one is multiplied to give one. */
static u64 inverse(u64 odd)
{
	u64 inv = odd;

	for (int i = 0; i < 6; i++)
		inv *= 2 - odd * inv;
	return inv;
}

/* An instance whose hash ends in 32 bits that are zero, if nothing else goes into it. */
static bool chosen(u64 high, u64 *instance)
{
	u64 hash = (high << 32 | high) * inverse(0xd6e8feb86659fd93ULL);

	hash ^= hash >> 32;
	hash = (hash - 1) * inverse(0x9e3779b97f4a7c15ULL);
	*instance = hash * 16;
	return hash < 1ULL << 60;
}

/* An image may have any instances, and all of them are added before a driver gets one. */
static void no_choice_of_instances_makes_long_runs(void **state)
{
	struct kstate_index index = {};
	u64 high = 1;

	for (size_t i = 0; i < NR; i++) {
		keys[i] = (struct kstate_key){ .id = 1 };
		while (!chosen(high++, &keys[i].instance))
			;
		assert_int_equal(kstate_index_add(&index, &keys[i]), 0);
	}
	assert_in_range(longest_run(&index), 1, 200);
	kstate_index_free(&index);
}

static void is_as_it_was_when_memory_is_short(void **state)
{
	struct kstate_key a = { .id = 1 };
	struct kstate_index index = {};

	shim_fail_alloc(1);
	assert_int_equal(kstate_index_add(&index, &a), -ENOMEM);
	shim_fail_alloc(0);
	assert_int_equal(index.nr, 0);
	assert_null(kstate_index_find(&index, 1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_key_that_was_added),
		cmocka_unit_test(finds_the_others_after_a_deletion),
		cmocka_unit_test(refuses_a_second_equal_key),
		cmocka_unit_test(no_distance_of_instances_makes_long_runs),
		cmocka_unit_test(no_choice_of_instances_makes_long_runs),
		cmocka_unit_test(is_as_it_was_when_memory_is_short),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shim_setup, shim_teardown);
}
