// SPDX-License-Identifier: GPL-2.0

/* Paths to values. */

#include "helpers.h"

static const struct image_field inner_fields[] = {
	{ "x", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "x.y", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_desc inner = { "inner", 2, 1, 1, inner_fields, 2 };

static const struct image_field fields[] = {
	{ "a", "struct", "struct inner", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0, &inner },
	{ "a.x", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "b.c", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "list", "list", "list of struct inner", "opaque", 0, 9, IMAGE_ALWAYS, "bytes", 0, &inner },
};

static const struct image_desc top = { "top", 1, 1, 1, fields, 4 };
static const struct image_desc sub = { "b", 3, 1, 1, inner_fields, 2 };

static void put_inner(struct image *im, int x)
{
	size_t begin = image_stream(im, 1);

	image_put_int(im, 1, x);
	image_put_int(im, 1, x + 1);
	image_end_stream(im, begin);
}

static void put_section(struct image *im, uint64_t instance)
{
	put_inner(im, 10);
	image_put_int(im, 1, 20);
	image_put_int(im, 1, 30);
	image_put_int(im, 8, 3);
	for (int i = 4; i < 7; i++)
		put_inner(im, 10 * i);
	image_section(im, &top, instance, 0);
	image_put(im, "\x46\x47", 2);
	image_subsection(im, &sub, instance);
	image_end_section(im);
	image_end_section(im);
}

struct fixture {
	struct view v;
	struct image im;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	image_init(&f->im);
	image_begin(&f->im);
	image_desc(&f->im, &top);
	image_desc(&f->im, &inner);
	image_desc(&f->im, &sub);
	image_sections(&f->im);
	put_section(&f->im, 0);
	put_section(&f->im, 1);
	image_finish(&f->im);
	view_image(&f->v, &f->im);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	image_free(&f->im);
	free(f);
	return 0;
}

static void check(void **state, const char *select, const char *value)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *root;
	struct view *v = *state;
	char *json;

	assert_int_equal(kstd_get(v->dump, &opts, &root), 0);
	json = json_of(kstd_node_get(root, "value"));
	assert_string_equal(json, value);
	free(json);
}

static void check_error(void **state, const char *select, int rc, const char *code)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *root;
	struct view *v = *state;

	assert_int_equal(kstd_get(v->dump, &opts, &root), rc);
	assert_null(root);
	assert_string_equal(kstd_error_code(v->ctx), code);
}

static void test_field_of_struct_goes_before_dotted_name(void **state)
{
	check(state, "top@0.a.x", "10");
}

static void test_longer_name_is_tried_too(void **state)
{
	check(state, "top@0.a.x.y", "11");
}

static void test_dotted_field_goes_before_subsection(void **state)
{
	check(state, "top@0.b.c", "30");
}

static void test_subsection_is_found_behind_dotted_field(void **state)
{
	check(state, "top@0.b.x", "70");
}

static void test_elements_live_together(void **state)
{
	struct kstd_get_opts first = { .sz = sizeof(first), .select = "top@0.list[0].x" };
	const struct kstd_node *root;
	struct view *v = *state;

	assert_int_equal(kstd_get(v->dump, &first, &root), 0);
	check(state, "top@1.list[2].x.y", "61");
	assert_int_equal(kstd_node_u64(kstd_node_get(root, "value")), 40);
}

static void test_value_of_two_sections_is_ambiguous(void **state)
{
	struct view *v = *state;

	check_error(state, "top.a.x", -KSTD_USAGE, "ambiguous");
	assert_has(kstd_error_text(v->ctx), "top@0 (file), top@1 (file)");
}

static void test_paths_that_lead_nowhere(void **state)
{
	static const char *const paths[] = {
		"top@0", "top@0.", "top@0.a.", "top@0.a.x.", "top@0.a[0]", "top@0.list[3]",
		"top@0.list[]", "top@0.list[0", "top@0.list[-1]", "top@0.list[99999999999999999999]",
		"top@0.list[0]x", "top@0.list.x", "top@0.a.x[0]", "top@0.b.y", "top@0.a.fields",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		check_error(state, paths[i], -KSTD_NOT_FOUND, "no-field");
}

static void test_path_of_brackets_ends(void **state)
{
	char path[5000] = "top@0.list";

	for (size_t i = strlen(path); i + 3 < sizeof(path); i += 3)
		memcpy(path + i, "[0]", 4);
	check_error(state, path, -KSTD_NOT_FOUND, "no-field");
}

static void test_no_select_is_usage(void **state)
{
	check_error(state, NULL, -KSTD_USAGE, "options");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_field_of_struct_goes_before_dotted_name),
		TEST(test_longer_name_is_tried_too),
		TEST(test_dotted_field_goes_before_subsection),
		TEST(test_subsection_is_found_behind_dotted_field),
		TEST(test_elements_live_together),
		TEST(test_value_of_two_sections_is_ambiguous),
		TEST(test_paths_that_lead_nowhere),
		TEST(test_path_of_brackets_ends),
		TEST(test_no_select_is_usage),
	};

	return RUN(tests);
}
