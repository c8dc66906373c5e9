// SPDX-License-Identifier: GPL-2.0

/* base/hash_map.c: values by key, several of one key, growth, and keys that all collide. */

#include "helpers.h"

#include "base/hash_map.h"

static void test_a_key_that_was_not_added_has_no_value(void **state)
{
	struct kstd_hash_map map = { 0 };

	assert_null(kstd_hash_next(&map, 7, NULL));
	assert_int_equal(kstd_hash_add(&map, 7, 70), KSTD_HASH_ADDED);
	assert_null(kstd_hash_next(&map, 8, NULL));
	kstd_hash_free(&map);
}

static void test_values_are_found_after_the_table_has_grown(void **state)
{
	struct kstd_hash_map map = { 0 };

	/* Pages, as a walk over memory visits them. */
	for (uint64_t i = 1; i <= 100000; i++)
		assert_int_equal(kstd_hash_add(&map, i << 12, i), KSTD_HASH_ADDED);
	assert_int_equal(map.nr, 100000);
	for (uint64_t i = 1; i <= 100000; i++)
		assert_int_equal(kstd_hash_next(&map, i << 12, NULL)->value, i);
	kstd_hash_free(&map);
}

static void test_a_key_has_every_value_that_was_added(void **state)
{
	const struct kstd_hash_slot *slot = NULL;
	struct kstd_hash_map map = { 0 };
	uint64_t sum = 0;

	for (uint64_t i = 0; i < 200; i++) {
		assert_int_equal(kstd_hash_add(&map, 5, i), KSTD_HASH_ADDED);
		assert_int_equal(kstd_hash_add(&map, 6 + i, 1000), KSTD_HASH_ADDED);
	}
	while ((slot = kstd_hash_next(&map, 5, slot)))
		sum += slot->value;
	assert_int_equal(sum, 199 * 200 / 2);
	kstd_hash_free(&map);
}

static void test_keys_that_all_collide_end_with_full(void **state)
{
	struct kstd_hash_map map = { 0 };

	for (uint64_t i = 0; i < KSTD_MAX_PROBES; i++)
		assert_int_equal(kstd_hash_add(&map, 9, i), KSTD_HASH_ADDED);
	assert_int_equal(kstd_hash_add(&map, 9, 0), KSTD_HASH_FULL);
	assert_int_equal(kstd_hash_add(&map, 10, 0), KSTD_HASH_ADDED);
	assert_int_equal(kstd_hash_next(&map, 10, NULL)->value, 0);
	kstd_hash_free(&map);
}

static void test_hashes_differ_by_text_and_by_number(void **state)
{
	assert_true(kstd_hash_of("ab", 2, 1) == kstd_hash_of("abc", 2, 1));
	assert_true(kstd_hash_of("ab", 2, 1) != kstd_hash_of("ab", 2, 2));
	assert_true(kstd_hash_of("ab", 2, 1) != kstd_hash_of("ba", 2, 1));
	assert_true(kstd_hash_of(NULL, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_key_that_was_not_added_has_no_value),
		cmocka_unit_test(test_values_are_found_after_the_table_has_grown),
		cmocka_unit_test(test_a_key_has_every_value_that_was_added),
		cmocka_unit_test(test_keys_that_all_collide_end_with_full),
		cmocka_unit_test(test_hashes_differ_by_text_and_by_number),
	};

	return RUN(tests);
}
