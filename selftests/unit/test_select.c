// SPDX-License-Identifier: GPL-2.0

/* Which sections a selector selects. */

#include "helpers.h"

static const struct image_field fields[] = {
	{ "x", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "y.z", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_desc a = { "a", 1, 1, 1, fields, 2 };
static const struct image_desc ax = { "a.x", 2, 1, 1, fields, 2 };
static const struct image_desc b = { "b", 3, 1, 1, fields, 2 };
static const struct image_desc sub = { "sub", 4, 1, 1, fields, 2 };

struct fixture {
	struct image im;
	struct view v;
};

static void add(struct image *im, const struct image_desc *d, uint64_t instance, const char *data,
		bool with_sub)
{
	image_put(im, data, 2);
	image_section(im, d, instance, 0);
	if (with_sub) {
		image_put(im, "\7\10", 2);
		image_subsection(im, &sub, instance);
		image_end_section(im);
	}
	image_end_section(im);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	image_init(&f->im);
	image_begin(&f->im);
	image_desc(&f->im, &a);
	image_desc(&f->im, &b);
	image_desc(&f->im, &sub);
	if (*state)
		image_desc(&f->im, &ax);
	image_sections(&f->im);
	add(&f->im, &a, 0, "\1\2", false);
	add(&f->im, &a, 0x1f, "\3\4", true);
	add(&f->im, &b, 0, "\5\6", false);
	if (*state)
		add(&f->im, &ax, 0, "\1\1", false);
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

static struct view *ask(void **state, const char *select)
{
	struct fixture *f = *state;

	view_sections(&f->v, select);
	return &f->v;
}

static void test_name_selects_every_instance(void **state)
{
	struct view *v = ask(state, "a");

	assert_has(v->json, "\"section\":\"a@0\"");
	assert_has(v->json, "\"section\":\"a@1f\"");
	assert_has_not(v->json, "\"section\":\"b@0\"");
}

static void test_instance_selects_one(void **state)
{
	struct view *v = ask(state, "a@1f");

	assert_has_not(v->json, "\"section\":\"a@0\"");
	assert_has(v->json, "\"section\":\"a@1f\"");
}

static void test_field_selects_only_it(void **state)
{
	struct view *v = ask(state, "a@0.x");

	assert_has(v->json, "\"name\":\"x\"");
	assert_has_not(v->json, "\"name\":\"y.z\"");
}

static void test_field_with_dot_is_found(void **state)
{
	struct view *v = ask(state, "a@0.y.z");

	assert_has(v->json, "\"name\":\"y.z\"");
	assert_has_not(v->json, "\"name\":\"x\"");
}

static void test_field_without_instance_is_found(void **state)
{
	struct view *v = ask(state, "a.x");

	assert_has(v->json, "\"section\":\"a@0\"");
	assert_has(v->json, "\"section\":\"a@1f\"");
	assert_has(v->json, "\"name\":\"x\"");
}

static void test_description_with_dot_goes_before_field(void **state)
{
	struct view *v = ask(state, "a.x");

	assert_has(v->json, "\"section\":\"a.x@0\"");
	assert_has_not(v->json, "\"section\":\"a@0\"");
}

static void test_subsection_is_found(void **state)
{
	struct view *v = ask(state, "a.sub");

	assert_has(v->json, "\"section\":\"a@1f\"");
	assert_has(v->json, "\"section\":\"sub\"");
	assert_has(v->json, "\"fields\":[],\"subsections\":[{");
	assert_has_not(v->json, "\"section\":\"a@0\"");
}

static void test_field_of_subsection_is_found(void **state)
{
	struct view *v = ask(state, "a@1f.sub.x");

	assert_has(v->json, "\"value\":7}");
	assert_has_not(v->json, "\"name\":\"y.z\"");
}

static void check_error(void **state, const char *select, int rc, const char *code)
{
	struct view *v = ask(state, select);

	assert_int_equal(v->rc, rc);
	assert_string_equal(kstd_error_code(v->ctx), code);
}

static void test_unknown_section_is_not_found(void **state)
{
	check_error(state, "nosuch", -KSTD_NOT_FOUND, "no-section");
}

static void test_prefix_is_not_enough(void **state)
{
	check_error(state, "su", -KSTD_NOT_FOUND, "no-section");
}

static void test_unknown_instance_is_not_found(void **state)
{
	check_error(state, "a@2", -KSTD_NOT_FOUND, "no-section");
}

static void test_unknown_field_is_not_found(void **state)
{
	check_error(state, "a@0.nosuch", -KSTD_NOT_FOUND, "no-field");
}

static void test_instance_that_is_not_hex_is_usage(void **state)
{
	check_error(state, "a@0xg", -KSTD_USAGE, "selector");
}

static void test_no_instance_after_at_is_usage(void **state)
{
	check_error(state, "a@", -KSTD_USAGE, "selector");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define DOTTED(name) { #name, name, set_up, tear_down, (void *)1 }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_name_selects_every_instance),
		TEST(test_instance_selects_one),
		TEST(test_field_selects_only_it),
		TEST(test_field_with_dot_is_found),
		TEST(test_field_without_instance_is_found),
		DOTTED(test_description_with_dot_goes_before_field),
		TEST(test_subsection_is_found),
		TEST(test_field_of_subsection_is_found),
		TEST(test_unknown_section_is_not_found),
		TEST(test_prefix_is_not_enough),
		TEST(test_unknown_instance_is_not_found),
		TEST(test_unknown_field_is_not_found),
		TEST(test_instance_that_is_not_hex_is_usage),
		TEST(test_no_instance_after_at_is_usage),
	};

	return RUN(tests);
}
