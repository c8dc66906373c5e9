// SPDX-License-Identifier: GPL-2.0

/* What is not known is neither yes nor no, is reported, and decides the outcome. */

#include "dirs.h"

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

static void info_of_table(struct fixture *f, const char *side, const char *text)
{
	char name[64];

	snprintf(name, sizeof(name), "kstate/%s/sections", side);
	put_str(f, name, text);
	open_dir(f, "");
	view_info(&f->v);
	assert_int_equal(f->v.rc, 0);
}

static void test_every_result_of_a_table_is_counted(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "in", HEADING
		"a 0x0 1 1 - 7 restored\nb 0x0 1 1 - 7 failed:-1\nc 0x0 1 1 - 0 unclaimed\n"
		"d 0x0 1 1 - 0 released\ne 0x0 1 1 - 1 saved\nf 0x0 1 0 - 0 lost:-12\n"
		"g 0x0 1 0 - 0 withdrawn\nh 0x0 1 1 - 0 registered\ni 0x0 1 1 - 0 released\n");
	assert_has(f->v.json, "\"outcome\":{\"restored\":\"1\",\"restore_ns\":15,\"failed\":\"1\","
			      "\"unclaimed\":\"1\",\"released\":\"2\",\"saved\":\"1\",\"lost\":\"1\","
			      "\"withdrawn\":\"1\",\"registered\":\"1\"}");
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_YES);
}

/* One report, and no number of sections with a result. */
static void outcome_is_not_known(struct fixture *f, const char *why)
{
	assert_has(f->v.json, "\"outcome\":{\"restored\":null,\"restore_ns\":null,\"failed\":null,"
			      "\"unclaimed\":null,\"released\":null,\"saved\":null,\"lost\":null,"
			      "\"withdrawn\":null,\"registered\":null}");
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_NOT_KNOWN);
	assert_int_equal(f->v.dump->reports[KSTD_SAYS_UNKNOWN].nr, 1);
	assert_has(f->v.defects, why);
}

static void test_word_that_is_no_result_is_not_known(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "in", HEADING "a 0x0 1 1 - 7 restored\nb 0x1f 1 1 - 7 restoredx\n");
	outcome_is_not_known(f, "what became of b@1f: the table says \\\"restoredx\\\", which is no result");
}

static void test_line_without_a_result_is_not_known(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "in", HEADING "a 0x0 1 1 - 7\nb 0x0 1 1 - 7\n");
	outcome_is_not_known(f, "what became of 2 sections, the first of which is a@0: its line in the table has no result");
}

static void test_table_without_results_is_not_known(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "in", "name instance\na 0x0\nb 0x0\n");
	outcome_is_not_known(f, "it has no column \\\"result\\\"");
}

static void test_section_without_a_line_is_not_known(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	info_of_table(f, "in", HEADING "more 0x0 1 1 - 7 restored\n");
	outcome_is_not_known(f, "what became of test@0: the table has no line of it");
	view_list(&f->v);
	assert_has(f->v.json, "\"save_ns\":2100,\"result\":null");
	assert_int_equal(f->v.dump->reports[KSTD_SAYS_UNKNOWN].nr, 1);
}

static void test_table_of_a_heading_alone_says_nothing_of_an_image(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/in/image");
	info_of_table(f, "in", HEADING);
	outcome_is_not_known(f, "what became of test@0: the table has no line of it");
}

/* Nothing of that line is taken for a word: it could be the beginning of one. */
static void test_table_whose_last_line_has_no_end_is_cut(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "out", HEADING "a 0x0 1 10 - 0 registered\nb 0x1 1 10 - 0 registered");
	outcome_is_not_known(f, "it is cut, for its last line has no end");
	assert_has(f->v.json, "\"contents\":{\"sections\":null,");
	assert_has(f->v.json, "\"payload_bytes\":null}");
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"a@0\"");
	assert_null(strstr(f->v.json, "\"section\":\"b@1\""));
}

static void test_table_with_more_than_the_image_is_known(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/out/image");
	info_of_table(f, "out", HEADING "test 0x0 1 31 - 5 saved\nnet 0x0 1 1 - 0 registered\n");
	assert_has(f->v.json, "\"saved\":\"1\",\"lost\":\"0\",\"withdrawn\":\"0\",\"registered\":\"1\"}");
	assert_int_equal(kstd_all_well(f->v.dump), KSTD_YES);
}

static void test_times_that_are_too_long_add_up_to_the_longest(void **state)
{
	struct fixture *f = *state;

	info_of_table(f, "in", HEADING "a 0x0 1 1 - 18446744073709551615 restored\n"
		      "b 0x0 1 1 - 2 restored\n");
	assert_has(f->v.json, "\"restore_ns\":18446744073709551615,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_zeroed_is_not_known),
		cmocka_unit_test(test_both_are_so_only_if_each_is_known_to_be),
		cmocka_unit_test(test_an_unknown_answer_is_null_and_reported),
		cmocka_unit_test(test_a_defect_weighs_more_than_what_is_not_known),
		TEST(test_every_result_of_a_table_is_counted),
		TEST(test_word_that_is_no_result_is_not_known),
		TEST(test_line_without_a_result_is_not_known),
		TEST(test_table_without_results_is_not_known),
		TEST(test_section_without_a_line_is_not_known),
		TEST(test_table_of_a_heading_alone_says_nothing_of_an_image),
		TEST(test_table_whose_last_line_has_no_end_is_cut),
		TEST(test_table_with_more_than_the_image_is_known),
		TEST(test_times_that_are_too_long_add_up_to_the_longest),
	};

	return RUN(tests);
}
