// SPDX-License-Identifier: GPL-2.0
/* test_register.c - what may be registered, and what is refused and why */

#include "fixture.h"

static struct dev dev_a, dev_b;

#define FIELD(...)	{ .name = "f", .type = "u32", .size = 4, .count = 1, \
			  .until = KSTATE_ABI_NO_UNTIL, .kind = KSTATE_KIND_VALUE, ##__VA_ARGS__ }

static void refuses(const struct kstate_description *desc, const char *why)
{
	shim_log_clear();
	assert_int_equal(kstate_register(desc, &dev_a, 0), -EINVAL);
	assert_logged(why);
	assert_true(list_empty(&kstate_out.entries));
}

#define refuses_field(why, ...) do {						\
	const struct kstate_description desc_ = DEV_DESC("x", 1, FIELD(__VA_ARGS__)); \
										\
	refuses(&desc_, why);							\
} while (0)

static const struct kstate_description other_id = DEV_DESC("other", DEV_ID, FIELD());
static const struct kstate_description other_name = DEV_DESC("dev", 77, FIELD());
static const struct kstate_description other_sub = DEV_DESC("other", DEV_SUB_ID, FIELD());

static void instances_of_a_description_are_registered(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	assert_int_equal(kstate_register(&dev_state, &dev_b, ~0ULL), 0);
}

static void a_second_equal_instance_is_refused(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	assert_int_equal(kstate_register(&dev_state, &dev_b, 1), -EEXIST);
	assert_logged("dev@1 is registered already");
}

static void an_id_of_another_name_is_refused_and_both_are_named(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	assert_int_equal(kstate_register(&other_id, &dev_b, 1), -EEXIST);
	assert_logged("other (id 0x10) collides with dev (id 0x10)");
}

static void a_name_of_another_id_is_refused(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	assert_int_equal(kstate_register(&other_name, &dev_b, 1), -EEXIST);
}

static void a_subsections_id_is_taken_too(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	assert_int_equal(kstate_register(&other_sub, &dev_b, 1), -EEXIST);
}

static void an_id_is_free_again_after_unregistering(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	kstate_unregister(&dev_state, &dev_a, 1);
	assert_int_equal(kstate_register(&other_id, &dev_b, 1), 0);
}

static void only_the_registered_object_is_unregistered(void **state)
{
	assert_int_equal(kstate_register(&dev_state, &dev_a, 1), 0);
	kstate_unregister(&dev_state, &dev_b, 1);
	kstate_unregister(&dev_state, &dev_a, 2);
	assert_false(list_empty(&kstate_out.entries));
}

static void a_field_that_makes_no_sense_is_refused(void **state)
{
	refuses_field("field f: it is newer than version_id", .since = 2);
	refuses_field("version_id has not been raised", .until = 1);
	refuses_field("its last version is before its first", .since = 1, .until = 0);
	refuses_field("its kind is unknown", .kind = 200);
	refuses_field("its size makes no sense", .size = 0);
	refuses_field("its size makes no sense", .size = SIZE_MAX, .count = 2);
	refuses_field("its size is not that of its kind", .kind = KSTATE_KIND_FOLIO);
	refuses_field("not a legal one", .name = "a/b");
	refuses_field("not a legal one", .name = "a23456789b123456789c123456789d12");
}

static void a_description_that_makes_no_sense_is_refused(void **state)
{
	const struct kstate_description no_id = DEV_DESC("x", 0, FIELD());
	const struct kstate_description no_name = DEV_DESC("", 1, FIELD());
	const struct kstate_description twice = DEV_DESC("x", 1, FIELD(), FIELD());
	struct kstate_description range = DEV_DESC("x", 1, FIELD());
	struct kstate_description nested = dev_state;

	range.min_version_id = 2;
	nested.subsections = (const struct kstate_description *[]) { &dev_state, NULL };
	refuses(&no_id, "it has no id");
	refuses(&no_name, "not a legal one");
	refuses(&twice, "two of that name");
	refuses(&range, "min_version_id is above version_id");
	refuses(&nested, "subsections of its own");
}

static void nothing_is_left_when_memory_is_short(void **state)
{
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = kstate_register(&dev_state, &dev_a, 1);
		if (!shim_alloc_failed())
			break;
		assert_int_equal(err, -ENOMEM);
		assert_true(list_empty(&kstate_out.entries));
		assert_true(list_empty(&kstate_out.classes));
	}
}

#define test(f)	cmocka_unit_test_setup_teardown(f, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(instances_of_a_description_are_registered),
		test(a_second_equal_instance_is_refused),
		test(an_id_of_another_name_is_refused_and_both_are_named),
		test(a_name_of_another_id_is_refused),
		test(a_subsections_id_is_taken_too),
		test(an_id_is_free_again_after_unregistering),
		test(only_the_registered_object_is_unregistered),
		test(a_field_that_makes_no_sense_is_refused),
		test(a_description_that_makes_no_sense_is_refused),
		test(nothing_is_left_when_memory_is_short),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
