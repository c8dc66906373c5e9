// SPDX-License-Identifier: GPL-2.0

/* What is not known is neither yes nor no, is reported, and decides the outcome. */

#include "helpers.h"

#include "base/known.h"

static const struct kstd_answer yes = { KSTD_YES, NULL }, no = { KSTD_NO, NULL },
				unknown = { KSTD_NOT_KNOWN, "it was cut" };

static void open_example(struct view *v, struct image *im)
{
	struct image_field f = { "f", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 };
	struct image_desc d = { "d", 1, 1, 1, &f, 1 };

	image_init(im);
	image_put_int(im, 4, 7);
	one_section(im, &d);
	view_image(v, im);
	assert_int_equal(v->rc, 0);
}

static void test_what_is_zeroed_is_not_known(void **state)
{
	struct kstd_answer answer = { 0 };

	assert_int_equal(answer.is, KSTD_NOT_KNOWN);
}

static void test_both_are_so_only_if_each_is_known_to_be(void **state)
{
	assert_int_equal(kstd_both(yes, yes).is, KSTD_YES);
	assert_int_equal(kstd_both(yes, no).is, KSTD_NO);
	assert_int_equal(kstd_both(unknown, no).is, KSTD_NO);
	assert_int_equal(kstd_both(no, unknown).is, KSTD_NO);
	assert_int_equal(kstd_both(yes, unknown).is, KSTD_NOT_KNOWN);
	assert_string_equal(kstd_both(unknown, yes).why, "it was cut");
}

static void test_an_unknown_answer_is_null_and_reported(void **state)
{
	struct image im;
	struct view v;
	struct kstd_node *n;
	char *json;

	open_example(&v, &im);
	n = kstd_put(&v.dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_set_answer(v.dump, kstd_put(&v.dump->arena, n, KSTD_K_IS_PRESERVED, KSTD_NULL), NULL,
			"whether it is preserved", yes);
	assert_int_equal(kstd_all_well(v.dump), KSTD_YES);
	kstd_set_answer(v.dump, kstd_put(&v.dump->arena, n, KSTD_K_IS_PRESERVED, KSTD_NULL), NULL,
			"whether it is preserved", unknown);
	assert_int_equal(kstd_all_well(v.dump), KSTD_NOT_KNOWN);
	json = json_of(n);
	assert_string_equal(json, "{\"preserved\":true,\"preserved\":null}");
	free(json);
	json = json_of(kstd_unknowns(v.dump));
	assert_has(json, "\"code\":\"not-known\",\"text\":\"whether it is preserved: it was cut\"");
	free(json);
	json = json_of(kstd_defects(v.dump));
	assert_string_equal(json, "[]");
	free(json);
	view_close(&v);
	image_free(&im);
}

static void test_a_defect_weighs_more_than_what_is_not_known(void **state)
{
	struct image im;
	struct view v;

	open_example(&v, &im);
	kstd_defect(v.dump, NULL, KSTD_E_ABSENT, KSTD_NO_OFFSET, NULL);
	assert_int_equal(kstd_all_well(v.dump), KSTD_NOT_KNOWN);
	kstd_defect(v.dump, NULL, KSTD_E_CORRUPT, KSTD_NO_OFFSET, NULL);
	assert_int_equal(kstd_all_well(v.dump), KSTD_NO);
	view_close(&v);
	image_free(&im);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_zeroed_is_not_known),
		cmocka_unit_test(test_both_are_so_only_if_each_is_known_to_be),
		cmocka_unit_test(test_an_unknown_answer_is_null_and_reported),
		cmocka_unit_test(test_a_defect_weighs_more_than_what_is_not_known),
	};

	return RUN(tests);
}
