// SPDX-License-Identifier: GPL-2.0

/*
 * Damaged input: nothing crashes, nothing loops. Each input is a malloc() of its
 * exact length, so that the sanitizers see the first byte beyond it.
 */

#include <libfdt.h>

#include "helpers.h"

static void try(const void *p, size_t len)
{
	void *copy = malloc(len ? len : 1);

	memcpy(copy, p, len);
	view_all(copy, len);
	free(copy);
}

static void each_truncation(const uint8_t *p, size_t len)
{
	for (size_t n = 0; n < len; n++)
		try(p, n);
}

/* Shorter, but the header says so: the tree itself is cut. */
static void each_cut(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len);

	for (size_t n = FDT_V17_SIZE; n < len; n++) {
		memcpy(copy, p, n);
		fdt_set_totalsize(copy, n);
		try(copy, n);
	}
	free(copy);
}

static void each_bit(const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len);

	memcpy(copy, p, len);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		copy[bit / 8] ^= 1 << bit % 8;
		try(copy, len);
		copy[bit / 8] ^= 1 << bit % 8;
	}
	free(copy);
}

/* Every aligned word, as any of its bytes may be a length. */
static void each_word_inflated(const uint8_t *p, size_t len)
{
	static const uint32_t values[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc };
	uint8_t *copy = malloc(len);

	memcpy(copy, p, len);
	for (size_t at = 0; at + 4 <= len; at += 4)
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			fdt32_t raw = cpu_to_fdt32(values[i]);

			memcpy(copy + at, &raw, 4);
			try(copy, len);
			memcpy(copy + at, p + at, 4);
		}
	free(copy);
}

static void example(struct image *im)
{
	image_init(im);
	image_example(im);
}

static void test_truncated_image_survives(void **state)
{
	struct image im;

	example(&im);
	each_truncation(im.fdt, im.len);
	image_free(&im);
}

static void test_image_cut_short_survives(void **state)
{
	struct image im;

	example(&im);
	each_cut(im.fdt, im.len);
	image_free(&im);
}

static void test_flipped_bits_survive(void **state)
{
	struct image im;

	example(&im);
	each_bit(im.fdt, im.len);
	image_free(&im);
}

static void test_inflated_words_survive(void **state)
{
	struct image im;

	example(&im);
	each_word_inflated(im.fdt, im.len);
	image_free(&im);
}

/* A flipped bit is never silent: an error, a defect, or padding that nobody reads. */
static void test_flipped_bits_of_values_are_noticed(void **state)
{
	struct image im;
	uint8_t *value;

	example(&im);
	value = memmem(im.fdt, im.len, "abcdefghi", 10);
	for (size_t bit = 0; bit < 8 * 31; bit++) {
		struct view v;

		value[bit / 8] ^= 1 << bit % 8;
		view_image(&v, &im);
		view_sections(&v, NULL);
		assert_has(v.defects, "\"code\":\"checksum\"");
		view_close(&v);
		value[bit / 8] ^= 1 << bit % 8;
	}
	image_free(&im);
}

static void each_damage(uint8_t *p, size_t len)
{
	each_truncation(p, len);
	each_bit(p, len);
	free(p);
}

static void test_damaged_root_survives(void **state)
{
	static const char *const names[] = { "kstate", "LUO" };
	static const uint64_t sizes[] = { 1000, 32 };
	uint8_t *p;
	size_t len = image_kho_root(&p, false, "kho-v4", names, sizes, 2);

	each_damage(p, len);
}

static void test_damaged_memblock_survives(void **state)
{
	uint8_t *p;
	size_t len = image_memblock(&p, false);

	each_damage(p, len);
}

static void test_damaged_metadata_survives(void **state)
{
	uint8_t *p;
	size_t len = image_metadata(&p, false);

	each_damage(p, len);
}

static void test_damaged_luo_survives(void **state)
{
	uint8_t *p;
	size_t len = image_luo(&p, false);

	each_damage(p, len);
}

static void test_many_defects_are_bounded(void **state)
{
	struct image im;
	struct view v;
	const char *p;
	int count = 0;

	image_init(&im);
	image_begin(&im);
	image_sections(&im);
	for (int i = 0; i < 3000; i++) {
		image_section(&im, &image_test, i, 0);
		image_end_section(&im);
	}
	image_finish(&im);
	view_image(&v, &im);
	view_list(&v);
	for (p = v.defects; (p = strstr(p, "\"code\"")); p++)
		count++;
	assert_int_equal(count, 1001);
	assert_has(v.defects, "2000 more defects were found");
	view_close(&v);
	image_free(&im);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated_image_survives),
		cmocka_unit_test(test_image_cut_short_survives),
		cmocka_unit_test(test_flipped_bits_survive),
		cmocka_unit_test(test_inflated_words_survive),
		cmocka_unit_test(test_flipped_bits_of_values_are_noticed),
		cmocka_unit_test(test_damaged_root_survives),
		cmocka_unit_test(test_damaged_memblock_survives),
		cmocka_unit_test(test_damaged_metadata_survives),
		cmocka_unit_test(test_damaged_luo_survives),
		cmocka_unit_test(test_many_defects_are_bounded),
	};

	return RUN(tests);
}
