// SPDX-License-Identifier: GPL-2.0

/* Descriptions as nodes. */

#include "helpers.h"

#define LIVE	"selftests/data/live-update"

static const struct image_field fields[] = {
	{ "x", "value", "u8", "unsigned", 1, 4, 2, 5, "decimal", 0 },
};

static const struct image_desc desc = { "d", 0x1f, 6, 2, fields, 1 };

static void make(struct image *im)
{
	image_init(im);
	image_put(im, "", 0);
	one_section(im, &desc);
}

static void test_description_has_all_that_the_image_says(void **state)
{
	struct image im;
	struct view v;

	make(&im);
	view_image(&v, &im);
	view_schema(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"description\":\"d\",\"origin\":\"file\",\"version\":6,\"min_version\":2,\"id\":31,");
	assert_has(v.json, "\"name\":\"x\",\"kind\":\"value\",\"type\":\"u8\",\"sign\":\"unsigned\",\"size\":1,\"count\":\"4\",\"since\":2,\"until\":5,");
	view_close(&v);
	image_free(&im);
}

static void test_name_selects_one(void **state)
{
	struct view v;

	view_path(&v, LIVE);
	view_schema(&v, "test_v2");
	assert_has(v.json, "\"description\":\"test_v2\"");
	assert_has_not(v.json, "\"description\":\"test\"");
	view_close(&v);
}

static void test_unknown_name_is_not_found(void **state)
{
	struct view v;

	view_path(&v, LIVE);
	view_schema(&v, "tes");
	assert_int_equal(v.rc, -KSTD_NOT_FOUND);
	assert_string_equal(kstd_error_code(v.ctx), "no-description");
	view_close(&v);
}

static void test_subsections_are_named(void **state)
{
	struct view v;

	view_path(&v, LIVE);
	view_schema(&v, "test");
	assert_has(v.json, "\"subsections\":[\"test_v2\"]");
	view_close(&v);
}

static void test_catalog_alone_is_enough(void **state)
{
	struct view v;

	view_path(&v, LIVE "/kstate/catalog");
	view_schema(&v, NULL);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"origin\":\"file\"");
	assert_string_equal(v.defects, "[]");
	view_close(&v);
}

static void test_catalog_counts_as_of_neither_side(void **state)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = LIVE, .sides = KSTD_SIDE_IN };
	struct view v = { .ctx = kstd_ctx_new() };

	v.rc = kstd_open(v.ctx, &opts, &v.dump);
	assert_int_equal(v.rc, 0);
	view_schema(&v, NULL);
	assert_has(v.json, "\"origin\":\"in\"");
	assert_has_not(v.json, "\"origin\":\"catalog\"");
	view_close(&v);
}

/* Only the directory says that it is no image. */
static void test_catalog_of_a_flat_directory_is_no_image(void **state)
{
	struct view v;

	view_path(&v, LIVE "/kstate");
	view_list(&v);
	assert_has_not(v.json, "\"side\":\"file\"");
	view_schema(&v, NULL);
	assert_has(v.json, "\"origin\":\"catalog\"");
	view_close(&v);
}

static void test_damaged_catalog_is_a_defect(void **state)
{
	char dir[] = "/tmp/kstate-unit-XXXXXX", path[64];
	struct view v;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/catalog", dir);
	f = fopen(path, "w");
	fputs("nonsense", f);
	fclose(f);
	view_path(&v, dir);
	view_schema(&v, NULL);
	assert_int_not_equal(v.rc, 0);
	assert_has(v.defects, "\"path\":\"catalog\"");
	view_close(&v);
	remove(path);
	remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_description_has_all_that_the_image_says),
		cmocka_unit_test(test_name_selects_one),
		cmocka_unit_test(test_unknown_name_is_not_found),
		cmocka_unit_test(test_subsections_are_named),
		cmocka_unit_test(test_catalog_alone_is_enough),
		cmocka_unit_test(test_catalog_counts_as_of_neither_side),
		cmocka_unit_test(test_catalog_of_a_flat_directory_is_no_image),
		cmocka_unit_test(test_damaged_catalog_is_a_defect),
	};

	return RUN(tests);
}
