// SPDX-License-Identifier: GPL-2.0
/*
 * test_copies.c - a description in a header: each file that includes it has a copy of
 * its own, and all of them are one description
 */

#include <libfdt.h>

#include "fixture.h"

/* What a header with a nested description and a subsection makes of each of two files. */
#define COPY(n)									\
static const struct kstate_description inner_##n =				\
	DEV_DESC("inner", 0x71, KSTATE_BASE_TYPE(mode, struct dev, u32));	\
static const struct kstate_description sub_##n =				\
	DEV_DESC("sub", 0x72, KSTATE_BASE_TYPE(extra, struct dev, u32));	\
static const struct kstate_description outer_##n = {				\
	.name = "outer", .id = 0x70, .version_id = 1,				\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(extra, struct pair, u32),			\
		KSTATE_STRUCT(dev, struct pair, struct dev, &inner_##n),	\
		KSTATE_END_OF_LIST() },						\
	.subsections = (const struct kstate_description *[]) { &sub_##n, NULL }, \
}

struct pair {
	struct dev dev;
	u32 extra;
};

COPY(a);
COPY(b);

static struct pair obj_a, obj_b, back;

static int nodes_in(const char *path)
{
	size_t bytes;
	const void *fdt = shim_outgoing(&bytes);
	int parent = fdt_path_offset(fdt, path), node, nr = 0;

	fdt_for_each_subnode(node, fdt, parent)
		nr++;
	return nr;
}

static void objects_of_two_copies_are_of_one_description(void **state)
{
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	assert_int_equal(kstate_register(&outer_b, &obj_b, 2), 0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(nodes_in("/descriptions"), 3);
	assert_int_equal(nodes_in("/sections"), 2);
}

static void an_instance_of_one_copy_is_taken_for_the_other(void **state)
{
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	assert_int_equal(kstate_register(&outer_b, &obj_b, 1), -EEXIST);
	assert_logged("outer@1 is registered already");
}

static void one_copy_unregisters_what_the_other_registered(void **state)
{
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	kstate_unregister(&outer_b, &obj_b, 1);
	assert_false(list_empty(&kstate_out.entries));
	kstate_unregister(&outer_b, &obj_a, 1);
	assert_true(list_empty(&kstate_out.entries));
	assert_true(list_empty(&kstate_out.families));
}

static void the_description_stays_while_one_copy_is_used(void **state)
{
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	assert_int_equal(kstate_register(&outer_b, &obj_b, 2), 0);
	kstate_unregister(&outer_a, &obj_a, 1);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(nodes_in("/descriptions"), 3);
	assert_int_equal(nodes_in("/sections"), 1);
}

static void one_copy_restores_what_the_other_saved(void **state)
{
	obj_a = (struct pair){ .extra = 5, .dev.mode = 6, };
	obj_b = (struct pair){ .extra = 7, .dev.mode = 8, };
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	assert_int_equal(kstate_register(&outer_b, &obj_b, 2), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&outer_a, &back, 2), 0);
	assert_int_equal(back.extra, 7);
	assert_int_equal(back.dev.mode, 8);
	assert_int_equal(kstate_restore(&outer_b, &back, 1), 0);
	assert_int_equal(back.extra, 5);
	assert_int_equal(back.dev.mode, 6);
}

/* Registers a copy of outer that has been changed. */
static void differs(const struct kstate_description *desc, const char *how)
{
	shim_log_clear();
	assert_int_equal(kstate_register(desc, &obj_b, 2), -EEXIST);
	assert_logged(how);
	assert_int_equal(kstate_out.by_key.nr, 1);
}

static void another_description_of_the_same_id_is_refused_and_says_how_it_differs(void **state)
{
	const struct kstate_description other_inner =
		DEV_DESC("other", 0x79, KSTATE_BASE_TYPE(mode, struct dev, u32));
	const struct kstate_description other_fields[] = {
		DEV_DESC("outer", 0x70, KSTATE_BASE_TYPE(extra, struct pair, u32)),
		DEV_DESC("outer", 0x70, KSTATE_BASE_TYPE(extra, struct pair, u32),
			 KSTATE_STRUCT(dev, struct pair, struct dev, &other_inner)),
	};
	struct kstate_description desc = outer_b;

	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	desc.version_id = 2;
	differs(&desc, "outer (id 0x70) collides with outer (id 0x70): their versions differ");
	desc = outer_b;
	desc.flags = KSTATE_OPTIONAL;
	differs(&desc, "one of them is optional");
	desc = outer_b;
	desc.subsections = NULL;
	differs(&desc, "their subsections differ");
	for (int i = 0; i < 2; i++) {
		desc = outer_b;
		desc.fields = other_fields[i].fields;
		differs(&desc, "their fields differ");
	}
	desc = outer_b;
	desc.name = "another";
	differs(&desc, "another (id 0x70) collides with outer (id 0x70): an id and a name belong to one");
}

/* An image says nothing of these. */
static void callbacks_and_stability_of_copies_may_differ(void **state)
{
	struct kstate_description desc = outer_b;

	desc.flags = KSTATE_STABLE;
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	assert_int_equal(kstate_register(&desc, &obj_b, 2), 0);
	kstate_unregister(&desc, &obj_b, 2);
}

static void a_nested_description_that_differs_is_refused(void **state)
{
	const struct kstate_description inner =
		DEV_DESC("inner", 0x71, KSTATE_BASE_TYPE(mode, struct dev, u32),
			 KSTATE_BASE_TYPE(tail, struct dev, u32));
	const struct kstate_description user = DEV_DESC("user", 0x78,
		KSTATE_STRUCT(dev, struct pair, struct dev, &inner));

	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	shim_log_clear();
	assert_int_equal(kstate_register(&user, &obj_b, 1), -EEXIST);
	assert_logged("inner (id 0x71) collides with inner (id 0x71): their fields differ");
	assert_int_equal(kstate_out.by_id.nr, 3);
}

static void nothing_is_left_of_a_copy_when_memory_is_short(void **state)
{
	assert_int_equal(kstate_register(&outer_a, &obj_a, 1), 0);
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = kstate_register(&outer_b, &obj_b, 2);
		if (!shim_alloc_failed())
			break;
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(kstate_out.by_id.nr, 3);
	}
	kstate_unregister(&outer_b, &obj_b, 2);
	kstate_unregister(&outer_a, &obj_a, 1);
	assert_true(list_empty(&kstate_out.families));
}

#define test(f)	cmocka_unit_test_setup_teardown(f, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(objects_of_two_copies_are_of_one_description),
		test(an_instance_of_one_copy_is_taken_for_the_other),
		test(one_copy_unregisters_what_the_other_registered),
		test(the_description_stays_while_one_copy_is_used),
		test(one_copy_restores_what_the_other_saved),
		test(another_description_of_the_same_id_is_refused_and_says_how_it_differs),
		test(callbacks_and_stability_of_copies_may_differ),
		test(a_nested_description_that_differs_is_refused),
		test(nothing_is_left_of_a_copy_when_memory_is_short),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
