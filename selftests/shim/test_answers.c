// SPDX-License-Identifier: GPL-2.0
/* test_answers.c - what callbacks of a driver return, and what becomes of it */

#include "fixture.h"

#define SECTION_ID	0x90

struct inner {
	u32 key;
};

struct box {
	u32 mode;
	struct inner inner;
};

static int pre, post, inner_post, save, check, freeze;

static int box_pre(void *obj, u32 version)
{
	return pre;
}

static int box_post(void *obj, u32 version)
{
	return post;
}

static int box_inner_post(void *obj, u32 version)
{
	return inner_post;
}

static int box_freeze(void *obj)
{
	return freeze;
}

static void box_thaw(void *obj)
{
}

static int box_save(const void *obj, struct kstate_writer *w)
{
	return save;
}

static int box_check(const void *obj, const void *data, size_t len)
{
	return check;
}

static void box_apply(void *obj, const void *data, size_t len)
{
}

static const struct kstate_description inner_desc = {
	.name = "inner", .id = SECTION_ID + 1, .version_id = 1, .post_restore = box_inner_post,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct inner, u32), KSTATE_END_OF_LIST() },
};

static const struct kstate_description box_desc = {
	.name = "box", .id = SECTION_ID, .version_id = 1, .flags = KSTATE_STABLE,
	.freeze = box_freeze, .thaw = box_thaw, .pre_restore = box_pre, .post_restore = box_post,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct box, u32),
		KSTATE_STRUCT(inner, struct box, struct inner, &inner_desc),
		KSTATE_CUSTOM(custom, box_save, box_check, box_apply),
		KSTATE_END_OF_LIST() },
};

static struct box box, live;
static const struct kimage carried = { .carries = true };

static int setup(void **state)
{
	shim_setup(state);
	box = (struct box){ .mode = 7 };
	live = (struct box){};
	pre = post = inner_post = save = check = freeze = 0;
	return 0;
}

static void update(void)
{
	assert_int_equal(kstate_register(&box_desc, &box, 1), 0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	shim_kexec();
}

static bool is_registered(void)
{
	return !list_empty(&kstate_out.entries);
}

/* Before the object is written: it stays as it was, and is not registered. */
static void a_positive_answer_refuses(int *answer, const char *who)
{
	update();
	*answer = 1;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), -EINVAL);
	assert_logged(who);
	assert_false(is_registered());
	assert_int_equal(live.mode, 0);
	*answer = 0;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), 1);
	assert_int_equal(live.mode, 7);
}

static void a_positive_pre_restore_is_an_error(void **state)
{
	a_positive_answer_refuses(&pre, "box: a callback returns 1, which is no error number");
}

static void a_positive_check_is_an_error(void **state)
{
	a_positive_answer_refuses(&check, "custom: a callback returns 1, which is no error");
}

static void a_positive_post_restore_is_an_error(void **state)
{
	update();
	post = 1;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), -EINVAL);
	assert_false(is_registered());
}

static void so_is_one_of_a_nested_struct(void **state)
{
	update();
	inner_post = 1;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), -EINVAL);
	assert_logged("inner: a callback returns 1, which is no error number");
	assert_false(is_registered());
}

static void a_positive_freeze_refuses_the_kexec(void **state)
{
	assert_int_equal(kstate_register(&box_desc, &box, 1), 0);
	freeze = 5;
	assert_int_equal(kstate_kexec_save(&carried), -EINVAL);
	assert_logged("box: a callback returns 5, which is no error number");
}

static void a_positive_save_refuses_the_kexec(void **state)
{
	assert_int_equal(kstate_register(&box_desc, &box, 1), 0);
	save = 5;
	assert_int_equal(kstate_kexec_save(&carried), -EINVAL);
	assert_logged("custom: a callback returns 5, which is no error number");
}

/* An error that is none would also be cut to fewer bits, where it may be 0. */
static void what_is_below_all_errors_is_an_error_of_its_own(void **state)
{
	update();
	pre = -4096;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), -EINVAL);
	assert_false(is_registered());
}

static const int of_the_image[] = { -ENOENT, -EALREADY, -ENODATA };

/* To say "there is nothing to restore" is not the driver's: there is. */
static void what_a_driver_says_is_no_news_of_the_image(void **state)
{
	update();
	for (size_t i = 0; i < ARRAY_SIZE(of_the_image); i++) {
		pre = of_the_image[i];
		assert_int_equal(kstate_register_restore(&box_desc, &live, 1), pre);
		assert_false(is_registered());
	}
	pre = 0;
	post = -ENOENT;
	assert_int_equal(kstate_register_restore(&box_desc, &live, 1), -ENOENT);
	assert_false(is_registered());
}

static void where_there_is_nothing_the_object_is_registered(void **state)
{
	update();
	assert_int_equal(kstate_register_restore(&box_desc, &live, 2), 0);
	assert_true(is_registered());
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_positive_pre_restore_is_an_error),
		test(a_positive_check_is_an_error),
		test(a_positive_post_restore_is_an_error),
		test(so_is_one_of_a_nested_struct),
		test(a_positive_freeze_refuses_the_kexec),
		test(a_positive_save_refuses_the_kexec),
		test(what_is_below_all_errors_is_an_error_of_its_own),
		test(what_a_driver_says_is_no_news_of_the_image),
		test(where_there_is_nothing_the_object_is_registered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
