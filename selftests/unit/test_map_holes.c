// SPDX-License-Identifier: GPL-2.0

/* kho/map_holes.c: which addresses a map leaves open, and up to where an answer is the same. */

#include "helpers.h"

#include "kho/map_holes.h"

static void is_hole(const struct kstd_holes *h, uint64_t pa, uint64_t up_to)
{
	uint64_t last;

	assert_true(kstd_holes_at(h, pa, &last));
	assert_int_equal(last, up_to);
}

static void is_known(const struct kstd_holes *h, uint64_t pa, uint64_t up_to)
{
	uint64_t last;

	assert_false(kstd_holes_at(h, pa, &last));
	assert_int_equal(last, up_to);
}

static void test_without_holes_all_is_known(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_settle(&h);
	is_known(&h, 0, UINT64_MAX);
	is_known(&h, UINT64_MAX, UINT64_MAX);
}

static void test_answers_reach_to_the_edges_of_holes(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_add(&h, 0x8000, 0x8fff, 0);
	kstd_holes_add(&h, 0x2000, 0x3fff, 1);
	kstd_holes_settle(&h);
	is_known(&h, 0, 0x1fff);
	is_known(&h, 0x1fff, 0x1fff);
	is_hole(&h, 0x2000, 0x3fff);
	is_hole(&h, 0x3fff, 0x3fff);
	is_known(&h, 0x4000, 0x7fff);
	is_hole(&h, 0x8000, 0x8fff);
	is_known(&h, 0x9000, UINT64_MAX);
	assert_int_equal(h.orders, 3);
	kstd_holes_free(&h);
}

static void test_holes_that_touch_or_overlap_are_one(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_add(&h, 0x3000, 0x3fff, 0);
	kstd_holes_add(&h, 0x1000, 0x2fff, 0);
	kstd_holes_add(&h, 0x2000, 0x2fff, 0);
	kstd_holes_add(&h, 0x3800, 0x47ff, 0);
	kstd_holes_add(&h, 0x5000, 0x5fff, 0);
	kstd_holes_settle(&h);
	assert_int_equal(h.nr, 2);
	is_hole(&h, 0x1000, 0x47ff);
	is_known(&h, 0x4800, 0x4fff);
	is_hole(&h, 0x5000, 0x5fff);
	kstd_holes_free(&h);
}

static void test_a_hole_may_reach_to_the_last_address(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_add(&h, 0x5000, UINT64_MAX, 0);
	kstd_holes_add(&h, 0x7000, 0x7fff, 0);
	kstd_holes_settle(&h);
	assert_int_equal(h.nr, 1);
	is_known(&h, 0x4fff, 0x4fff);
	is_hole(&h, 0x6000, UINT64_MAX);
	is_hole(&h, UINT64_MAX, UINT64_MAX);
	kstd_holes_free(&h);
}

static void test_all_memory_in_blocks_of_any_order(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_add(&h, 0x5000, 0x5fff, 3);
	kstd_holes_add_all(&h);
	kstd_holes_settle(&h);
	assert_int_equal(h.orders, UINT64_MAX);
	is_hole(&h, 0, UINT64_MAX);
	kstd_holes_free(&h);
}

static void test_an_order_that_no_block_has_is_no_bit(void **state)
{
	struct kstd_holes h = { 0 };

	kstd_holes_add(&h, 0x5000, 0x5fff, 64);
	kstd_holes_settle(&h);
	assert_int_equal(h.orders, 0);
	is_hole(&h, 0x5000, 0x5fff);
	kstd_holes_free(&h);
}

static void test_if_memory_was_short_nothing_is_known(void **state)
{
	struct kstd_holes h = { .short_of = true };

	is_hole(&h, 0, UINT64_MAX);
	is_hole(&h, 0x5000, UINT64_MAX);
}

static void test_nobody_may_ask_for_holes(void **state)
{
	kstd_holes_add(NULL, 0, 0xfff, 0);
	kstd_holes_add_all(NULL);
}

/* Against a plain look at all of them. */
static void test_many_holes_in_any_order(void **state)
{
	struct kstd_holes h = { 0 };
	bool open[4096] = { false };
	uint64_t x = 1, last;

	for (int i = 0; i < 300; i++) {
		uint64_t first, pages;

		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		first = (x >> 33) % 4000;
		pages = 1 + (x >> 50) % 5;
		kstd_holes_add(&h, first << 12, ((first + pages) << 12) - 1, 0);
		memset(open + first, true, pages);
	}
	kstd_holes_settle(&h);
	for (uint64_t page = 0; page < 4096; page++) {
		uint64_t end = page;

		while (end + 1 < 4096 && open[end + 1] == open[page])
			end++;
		assert_int_equal(kstd_holes_at(&h, page << 12, &last), open[page]);
		assert_int_equal(last, end == 4095 && !open[page] ? UINT64_MAX : (end << 12) + 4095);
	}
	kstd_holes_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_holes_all_is_known),
		cmocka_unit_test(test_answers_reach_to_the_edges_of_holes),
		cmocka_unit_test(test_holes_that_touch_or_overlap_are_one),
		cmocka_unit_test(test_a_hole_may_reach_to_the_last_address),
		cmocka_unit_test(test_all_memory_in_blocks_of_any_order),
		cmocka_unit_test(test_an_order_that_no_block_has_is_no_bit),
		cmocka_unit_test(test_if_memory_was_short_nothing_is_known),
		cmocka_unit_test(test_nobody_may_ask_for_holes),
		cmocka_unit_test(test_many_holes_in_any_order),
	};

	return RUN(tests);
}
