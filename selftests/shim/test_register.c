// SPDX-License-Identifier: GPL-2.0
/* test_register.c - what may be registered, and what is refused and why */

#include <stdio.h>
#include <stdlib.h>

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

static void nothing(void *obj)
{
}

static const struct kstate_description other_id = DEV_DESC("other", DEV_ID, FIELD());
static const struct kstate_description other_name = DEV_DESC("dev", 77, FIELD());
static const struct kstate_description other_sub = DEV_DESC("other", DEV_SUB_ID, FIELD());

struct shelf {
	struct list_head list;
	struct shelf *inner;
};

static const struct kstate_description element = {
	.name = "element", .id = 0x41,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(key, u32, 0), KSTATE_END_OF_LIST() },
	.version_id = 1,
};

/* Its list changes whenever it likes. */
static const struct kstate_description loose = {
	.name = "loose", .id = 0x42,
	.fields = (const struct kstate_field[]) {
		KSTATE_LIST(list, struct shelf, struct shelf, list, &element, 9),
		KSTATE_END_OF_LIST() },
};

static const struct kstate_description of_loose[] = {
	{ .name = "nests", .id = 0x43,
	  .fields = (const struct kstate_field[]) {
		KSTATE_STRUCT_POINTER(inner, struct shelf, struct shelf, &loose, KSTATE_CALLER),
		KSTATE_END_OF_LIST() } },
	{ .name = "has-sub", .id = 0x44,
	  .fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(key, u32, 0), KSTATE_END_OF_LIST() },
	  .version_id = 1,
	  .subsections = (const struct kstate_description *[]) { &loose, NULL } },
};

/* A lock, or that the description is stable, is for all that saving the object follows. */
static void what_a_nested_struct_or_a_subsection_follows_is_kept_in_place_too(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_loose); i++) {
		struct kstate_description desc = of_loose[i];

		refuses(&of_loose[i], i ? "field list of loose: what it" : "field list of nests: what it");
		desc.lock = desc.unlock = nothing;
		assert_int_equal(kstate_register(&desc, &dev_a, 0), 0);
		kstate_unregister(&desc, &dev_a, 0);
	}
}

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

static void a_field_that_only_pretends_is_refused(void **state)
{
	refuses_field("its sign or its hint is unknown", .sign = 5);
	refuses_field("its sign or its hint is unknown", .hint = 200);
	refuses_field("it has a description, but holds no structs", .desc = &dev_state);
	refuses_field("it is deprecated, but has a description", .until = 0, .desc = &dev_state);
	refuses_field("it has no description", .kind = KSTATE_KIND_STRUCT, .size = 0);
	refuses_field("it lacks a callback", .kind = KSTATE_KIND_CUSTOM, .size = 0);
	refuses_field("its owner is unknown", .owner = 3);
}

static void a_kind_of_one_element_has_one(void **state)
{
	refuses_field("its kind has one element", .kind = KSTATE_KIND_FOLIO, .size = 12, .count = 2);
	refuses_field("its kind has one element", .kind = KSTATE_KIND_VMALLOC, .size = 16,
		      .count = 2);
	refuses_field("its kind has one element", .kind = KSTATE_KIND_ADDRESS, .size = 8, .count = 2);
	refuses_field("its kind has one element", .kind = KSTATE_KIND_PAGE, .size = 8, .count = 2);
	refuses_field("its kind has one element", .kind = KSTATE_KIND_CUSTOM, .size = 0, .count = 2);
	refuses_field("its kind has one element", .kind = KSTATE_KIND_STRUCT, .size = 0, .count = 2,
		      .desc = &dev_sub, .stride = 8);
}

static void a_counted_array_that_cannot_be_is_refused(void **state)
{
	const char *nr = "the member that counts cannot hold its maximum";

	refuses_field(nr, .kind = KSTATE_KIND_VARRAY, .nr_size = 0, .stride = 4);
	refuses_field(nr, .kind = KSTATE_KIND_VARRAY, .nr_size = 3, .stride = 4);
	refuses_field(nr, .kind = KSTATE_KIND_VARRAY, .nr_size = 1, .stride = 4, .count = 256);
	refuses_field(nr, .kind = KSTATE_KIND_VARRAY, .nr_size = 9, .stride = 4);
	refuses_field(nr, .kind = KSTATE_KIND_VARRAY, .nr_size = 1, .nr_signed = true, .stride = 4,
		      .count = 128);
	/* Restoring would allocate less than it writes. */
	refuses_field("its elements do not lie one after the other",
		      .kind = KSTATE_KIND_VARRAY, .nr_size = 4, .stride = 2);
}

static void memory_of_the_wrong_owner_is_refused(void **state)
{
	refuses_field("the elements of a list are allocated", .kind = KSTATE_KIND_LIST, .size = 0,
		      .desc = &dev_sub, .stride = 8, .owner = KSTATE_EMBEDDED);
	refuses_field("a string is embedded or allocated", .kind = KSTATE_KIND_STRING, .size = 1,
		      .owner = KSTATE_CALLER);
}

static const struct kstate_description pointer = DEV_DESC("pointer", 0x91,
	KSTATE_POINTER(counter, struct dev));
static const struct kstate_description equal = DEV_DESC("equal", 0x92,
	KSTATE_EQUAL(mode, struct dev, u32));

static void what_restore_allocates_needs_nothing_of_the_driver(void **state)
{
	const char *live = "it needs a live object, but restore allocates the struct";

	refuses_field(live, .kind = KSTATE_KIND_LIST, .size = 0, .stride = sizeof(struct dev),
		      .owner = KSTATE_ALLOCATED, .desc = &pointer);
	refuses_field(live, .kind = KSTATE_KIND_STRUCT_VARRAY, .size = 0,
		      .stride = sizeof(struct dev),
		      .nr_size = 4, .owner = KSTATE_ALLOCATED, .desc = &equal);
}

struct large {
	struct dev dev;
	u8 behind[64];
};

static const struct kstate_description large = DEV_DESC("large", 0x93,
	KSTATE_BASE_TYPE(behind, struct large, u8 [64]));
static const struct kstate_description flat = DEV_DESC("flat", 0x94,
	KSTATE_BASE_TYPE(mode, struct dev, u32));
static const struct kstate_description both = DEV_DESC("both", 0x95,
	KSTATE_BASE_TYPE(mode, struct dev, u32),
	KSTATE_BASE_TYPE(behind, struct large, u8 [64]));

/* The description of another struct would be followed beyond the member. */
static void a_nested_description_of_another_struct_is_refused(void **state)
{
	refuses_field("its description is that of another struct", .kind = KSTATE_KIND_STRUCT,
		      .size = 0, .stride = sizeof(struct dev), .desc = &large);
	refuses_field("its description is that of another struct",
		      .kind = KSTATE_KIND_LIST, .size = 0, .stride = sizeof(struct large),
		      .owner = KSTATE_ALLOCATED, .desc = &flat);
}

/* What begins with another struct may share the fields of that one. */
static void members_of_the_struct_that_one_begins_with_are_fields(void **state)
{
	assert_int_equal(kstate_desc_check(&both), 0);
}

/* A save would read beyond the object, and a restore write there. */
static void a_subsection_of_a_larger_struct_is_refused(void **state)
{
	struct kstate_description small = flat;

	small.subsections = (const struct kstate_description *[]) { &large, NULL };
	refuses(&small, "subsection large of flat is that of a larger struct");
}

static void one_of_the_struct_that_the_object_begins_with_is_not(void **state)
{
	struct kstate_description bigger = large;

	bigger.subsections = (const struct kstate_description *[]) { &flat, NULL };
	assert_int_equal(kstate_desc_check(&bigger), 0);
}

static void a_container_is_one_of_its_kind(void **state)
{
	const char *other = "its container is not one of its kind";

	refuses_field(other, .kind = KSTATE_KIND_LIST, .size = 0, .stride = sizeof(struct dev),
		      .owner = KSTATE_ALLOCATED, .desc = &dev_sub, .container = KSTATE_IN_XARRAY);
	refuses_field(other, .kind = KSTATE_KIND_MAP, .size = 0, .stride = sizeof(struct dev),
		      .owner = KSTATE_ALLOCATED, .desc = &dev_sub, .container = KSTATE_IN_LIST);
	refuses_field(other, .kind = KSTATE_KIND_FOLIO_MAP, .size = KSTATE_FOLIO_BYTES,
		      .container = KSTATE_IN_IDR + 1);
	refuses_field(other, .container = KSTATE_IN_XARRAY);
	refuses_field("nothing says in which order its elements are", .kind = KSTATE_KIND_LIST,
		      .size = 0, .stride = sizeof(struct dev), .owner = KSTATE_ALLOCATED,
		      .desc = &dev_sub, .container = KSTATE_IN_RBTREE);
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
	refuses(&nested, "subsections, lock or freeze of its own");
}

static void a_name_has_31_legal_characters_at_most(void **state)
{
	const struct kstate_description good = DEV_DESC("Az09,._+-abcdefghijklmnopqrstuv", 1, FIELD());
	const struct kstate_description longer = DEV_DESC("Az09,._+-abcdefghijklmnopqrstuvw", 1,
							   FIELD());
	char name[] = "x?";

	assert_int_equal(kstate_register(&good, &dev_a, 0), 0);
	kstate_unregister(&good, &dev_a, 0);
	refuses(&longer, "not a legal one");
	for (int c = 1; c < 256; c++) {
		const struct kstate_description desc = DEV_DESC(name, 1, FIELD());
		bool legal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || strchr(",._+-", c);

		name[1] = c;
		assert_int_equal(kstate_desc_check(&desc), legal ? 0 : -EINVAL);
	}
}

static void versions_and_flags_have_limits(void **state)
{
	struct kstate_description desc = DEV_DESC("x", 1, FIELD());

	desc.version_id = KSTATE_ABI_NO_UNTIL - 1;
	assert_int_equal(kstate_desc_check(&desc), 0);
	desc.version_id = KSTATE_ABI_NO_UNTIL;
	refuses(&desc, "version_id is too large");
	desc.version_id = 0;
	desc.flags = KSTATE_OPTIONAL << 1;
	refuses(&desc, "it has unknown flags");
}

static void a_description_has_a_limited_number_of_fields(void **state)
{
	struct kstate_field *fields = calloc(KSTATE_FIELDS_MAX + 2, sizeof(*fields));
	const struct kstate_description desc = { .name = "x", .id = 1, .fields = fields };
	char (*names)[8] = calloc(KSTATE_FIELDS_MAX + 1, sizeof(*names));

	for (int i = 0; i <= KSTATE_FIELDS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		fields[i] = (struct kstate_field)FIELD(.name = names[i]);
	}
	refuses(&desc, "it has too many fields");
	fields[KSTATE_FIELDS_MAX].name = NULL;
	assert_int_equal(kstate_desc_check(&desc), 0);
	free(fields);
	free(names);
}

/* KSTATE_ABI_DEPTH streams, the section's own included. */
static void structs_nest_to_a_limit(void **state)
{
	struct kstate_description descs[KSTATE_ABI_DEPTH + 1];
	struct kstate_field fields[KSTATE_ABI_DEPTH + 1][2] = {};

	for (int i = 0; i <= KSTATE_ABI_DEPTH; i++) {
		descs[i] = (struct kstate_description){ .name = "x", .id = i + 1, .fields = fields[i] };
		fields[i][0] = (struct kstate_field)FIELD();
		if (i)
			fields[i][0] = (struct kstate_field)FIELD(.kind = KSTATE_KIND_STRUCT,
				.size = 0, .stride = 8, .desc = &descs[i - 1]);
	}
	assert_int_equal(kstate_desc_check(&descs[KSTATE_ABI_DEPTH - 1]), 0);
	refuses(&descs[KSTATE_ABI_DEPTH], "descriptions nest too deep");
}

static void a_nested_description_has_no_callbacks(void **state)
{
	struct kstate_description inner = DEV_DESC("inner", 2, FIELD());
	const struct kstate_description outer = DEV_DESC("outer", 1,
		FIELD(.kind = KSTATE_KIND_STRUCT, .size = 0, .stride = 8, .desc = &inner));

	assert_int_equal(kstate_desc_check(&outer), 0);
	inner.thaw = nothing;
	refuses(&outer, "nested, it has no subsections; of callbacks post_restore, alloc, free");
	inner.thaw = NULL;
	inner.subsections = (const struct kstate_description *[]) { NULL };
	refuses(&outer, "nested, it has no subsections; of callbacks post_restore, alloc, free");
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
		assert_true(list_empty(&kstate_out.families));
	}
}

#define test(f)	cmocka_unit_test_setup_teardown(f, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_a_nested_struct_or_a_subsection_follows_is_kept_in_place_too),
		test(instances_of_a_description_are_registered),
		test(a_second_equal_instance_is_refused),
		test(an_id_of_another_name_is_refused_and_both_are_named),
		test(a_name_of_another_id_is_refused),
		test(a_subsections_id_is_taken_too),
		test(an_id_is_free_again_after_unregistering),
		test(only_the_registered_object_is_unregistered),
		test(a_field_that_makes_no_sense_is_refused),
		test(a_field_that_only_pretends_is_refused),
		test(a_kind_of_one_element_has_one),
		test(a_counted_array_that_cannot_be_is_refused),
		test(memory_of_the_wrong_owner_is_refused),
		test(what_restore_allocates_needs_nothing_of_the_driver),
		test(a_nested_description_of_another_struct_is_refused),
		test(members_of_the_struct_that_one_begins_with_are_fields),
		test(a_subsection_of_a_larger_struct_is_refused),
		test(one_of_the_struct_that_the_object_begins_with_is_not),
		test(a_container_is_one_of_its_kind),
		test(a_description_that_makes_no_sense_is_refused),
		test(a_name_has_31_legal_characters_at_most),
		test(versions_and_flags_have_limits),
		test(a_description_has_a_limited_number_of_fields),
		test(structs_nest_to_a_limit),
		test(a_nested_description_has_no_callbacks),
		test(nothing_is_left_when_memory_is_short),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
