// SPDX-License-Identifier: GPL-2.0
/* test_restore.c - what comes back, and that nothing is half restored */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

static u64 counter, live_counter;
static struct dev dev, live;
static int pre_err, post_err;
static u32 seen_version;

static int check_pre(void *obj, u32 version)
{
	seen_version = version;
	return pre_err;
}

static int check_post(void *obj, u32 version)
{
	return post_err;
}

static const struct kstate_description hooked = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.pre_restore = check_pre, .post_restore = check_post,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
};

static const struct kstate_description too_new = {
	.name = "dev", .id = DEV_ID, .version_id = 3, .min_version_id = 2,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
};

static const struct kstate_description renamed = {
	.name = "vde", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
};

static const struct kstate_description other_layout = DEV_DESC("dev", DEV_ID,
	KSTATE_BASE_TYPE(mode, struct dev, u32));

/* Version 2 of the driver: temp is gone, extra is a field. */
static const struct kstate_description evolved = {
	.name = "dev", .id = DEV_ID, .version_id = 2, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_V(extra, struct dev, u32, 2),
		KSTATE_FOLIO(ring, struct dev),
		KSTATE_POINTER(counter, struct dev),
		KSTATE_BASE_TYPE(name, struct dev, char [8]),
		KSTATE_BASE_TYPE_DEPRECATED(temp, s16, 1),
		KSTATE_BASE_TYPE(mode, struct dev, u32),
		KSTATE_BASE_TYPE(on, struct dev, bool),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description without_folio = {
	.name = "dev", .id = DEV_ID, .version_id = 2, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(name, struct dev, char [8]),
		KSTATE_BASE_TYPE(mode, struct dev, u32),
		KSTATE_BASE_TYPE(temp, struct dev, s16),
		KSTATE_BASE_TYPE(on, struct dev, bool),
		KSTATE_POINTER(counter, struct dev),
		KSTATE_FOLIO_DEPRECATED(ring, 1),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description optional = {
	.name = "optional", .id = 0x21, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), FAILING, KSTATE_END_OF_LIST() },
};

static int setup(void **state)
{
	shim_setup(state);
	counter = 0x1122334455667788ULL;
	live_counter = 0;
	dev = dev_make(&counter, shim_folio_alloc(2));
	live = (struct dev){ .counter = &live_counter, .extra = 99 };
	pre_err = post_err = failing_err = 0;
	seen_version = 0;
	return 0;
}

static void update(const struct kstate_description *desc, void *obj, u64 instance)
{
	assert_int_equal(kstate_register(desc, obj, instance), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void is_untouched(void)
{
	struct dev before = { .counter = &live_counter, .extra = 99 };

	assert_memory_equal(&live, &before, sizeof(live));
	assert_int_equal(live_counter, 0);
}

static void refuses(const struct kstate_description *desc, int err, const char *why)
{
	assert_int_equal(kstate_restore(desc, &live, 0), err);
	if (why)
		assert_logged(why);
	is_untouched();
}

static void everything_comes_back(void **state)
{
	struct folio *ring = dev.ring;

	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_string_equal(live.name, "eth0");
	assert_int_equal(live.mode, 0x11223344);
	assert_int_equal(live.temp, -5);
	assert_true(live.on);
	assert_ptr_equal(live.counter, &live_counter);
	assert_true(live_counter == counter);
	assert_ptr_equal(live.ring, ring);
	assert_int_equal(live.extra, 0xabcd);
}

static void a_null_pointer_comes_back_as_null(void **state)
{
	dev.counter = NULL;
	dev.ring = NULL;
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_null(live.counter);
	assert_null(live.ring);
}

static void three_live_updates_in_a_row_keep_the_state(void **state)
{
	struct dev objs[4] = { dev };

	for (int i = 0; i < 3; i++) {
		objs[i + 1].counter = &live_counter;
		update(&dev_state, &objs[i], 5);
		assert_int_equal(kstate_restore(&dev_state, &objs[i + 1], 5), 0);
		assert_int_equal(kstate_in.generation, i + 1);
	}
	assert_int_equal(objs[3].mode, dev.mode);
	assert_ptr_equal(objs[3].ring, dev.ring);
}

static void sections_come_back_in_any_order(void **state)
{
	static struct dev devs[50];

	for (int i = 0; i < 50; i++) {
		devs[i] = (struct dev){ .mode = i };
		kstate_register(&dev_state, &devs[i], i);
	}
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	for (int i = 49; i >= 0; i--) {
		assert_int_equal(kstate_restore(&dev_state, &live, i), 0);
		assert_int_equal(live.mode, i);
	}
	assert_int_equal(kstate_in.restored, 50);
}

static void without_an_image_there_is_nothing(void **state)
{
	refuses(&dev_state, -ENOENT, NULL);
}

static void an_unknown_instance_is_not_there(void **state)
{
	update(&dev_state, &dev, 1);
	refuses(&dev_state, -ENOENT, NULL);
}

static void a_section_restores_once(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), -EALREADY);
}

static void register_restore_tells_what_happened(void **state)
{
	assert_int_equal(kstate_register_restore(&dev_state, &live, 0), 0);
	kstate_unregister(&dev_state, &live, 0);
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_register_restore(&dev_state, &live, 0), 1);
	assert_false(list_empty(&kstate_out.entries));
	kstate_unregister(&dev_state, &live, 0);
	/* As when a driver is loaded again: its state has been taken. */
	assert_int_equal(kstate_register_restore(&dev_state, &live, 0), 0);
}

static void register_restore_registers_nothing_if_it_fails(void **state)
{
	update(&dev_state, &dev, 0);
	live.counter = NULL;
	assert_int_equal(kstate_register_restore(&dev_state, &live, 0), -EFAULT);
	assert_true(list_empty(&kstate_out.entries));
}

static unsigned int nr_looks;
static const struct kstate_description *obj_desc;

static u64 saved_sections(void)
{
	size_t bytes;
	const void *image = shim_outgoing(&bytes);

	return get_unaligned_be64(fdt_getprop(image, 0, "sections-here", NULL));
}

/* While it is restored, its place is taken, and it is neither prepared nor saved. */
static int look_around(void *obj, u32 version)
{
	assert_int_equal(kstate_register(&dev_state, obj, 0), -EEXIST);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(saved_sections(), 0);
	locked_abort();
	/* It is not registered yet. */
	kstate_unregister(obj_desc, obj, 0);
	nr_looks++;
	return 0;
}

static const struct kstate_description looking = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.pre_restore = look_around, .post_restore = look_around,
};

static void register_restore_is_one_step(void **state)
{
	update(&dev_state, &dev, 0);
	obj_desc = &looking;
	assert_int_equal(kstate_register_restore(&looking, &live, 0), 1);
	assert_int_equal(nr_looks, 2);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(saved_sections(), 1);
	locked_abort();
}

static void what_cannot_be_registered_is_not_restored(void **state)
{
	static struct dev other;

	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_register(&dev_state, &other, 0), 0);
	assert_int_equal(kstate_register_restore(&dev_state, &live, 0), -EEXIST);
	is_untouched();
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
}

static void a_target_for_a_null_pointer_is_refused(void **state)
{
	update(&dev_state, &dev, 0);
	live.counter = NULL;
	assert_int_equal(kstate_restore(&dev_state, &live, 0), -EFAULT);
	assert_logged("dev@0: field counter at offset 15 of 36 bytes");
	assert_int_equal(live.mode, 0);
	live.counter = &live_counter;
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_int_equal(kstate_in.failed, 0);
}

static void an_older_version_is_refused(void **state)
{
	update(&dev_state, &dev, 0);
	refuses(&too_new, -EOPNOTSUPP, "older than this kernel accepts: 1, not in 2 to 3");
}

static void another_layout_is_refused_and_the_field_named(void **state)
{
	update(&dev_state, &dev, 0);
	refuses(&other_layout, -EPROTO, "field name is in the data but not in");
}

/* A description is known by its id; its name is for people, in the kernel log. */
static void a_description_under_another_name_is_the_same(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&renamed, &live, 0), 0);
	assert_int_equal(live.mode, 0x11223344);
	assert_logged("dev@10 in the image");
}

static void an_evolved_description_takes_old_data(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&evolved, &live, 0), 0);
	assert_string_equal(live.name, "eth0");
	assert_int_equal(live.mode, 0x11223344);
	assert_int_equal(live.temp, 0);
	assert_int_equal(live.extra, 99);
	assert_true(live_counter == counter);
	assert_ptr_equal(live.ring, dev.ring);
}

/* The mode was a u32 and is a u64 now: the tail has the new one. */
struct wide {
	u64 mode;
	u64 *counter;
};

static const struct kstate_description narrow_desc = DEV_DESC("retyped", 0x40,
	KSTATE_BASE_TYPE(mode, struct dev, u32));
static const struct kstate_description wide_desc = {
	.name = "retyped", .id = 0x40, .version_id = 2, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(mode, u32, 1),
		KSTATE_BASE_TYPE_V(mode, struct wide, u64, 2),
		KSTATE_END_OF_LIST()
	},
};

static void a_member_may_change_its_type_and_keep_its_name(void **state)
{
	struct wide wide = { .mode = 7 };
	size_t bytes;
	const void *image;

	update(&narrow_desc, &dev, 0);
	assert_int_equal(kstate_restore(&wide_desc, &wide, 0), 0);
	assert_int_equal(wide.mode, 7);
	wide.mode = 1ULL << 40;
	assert_int_equal(kstate_register(&wide_desc, &wide, 0), 0);
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&bytes);
	assert_true(fdt_path_offset(image, "/descriptions/retyped/fields/mode@0") > 0);
	assert_true(fdt_path_offset(image, "/descriptions/retyped/fields/mode@2") > 0);
	shim_kexec();
	wide.mode = 0;
	assert_int_equal(kstate_restore(&wide_desc, &wide, 0), 0);
	assert_true(wide.mode == 1ULL << 40);
}

static const struct kstate_description twins = {
	.name = "twins", .id = 0x41, .version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(mode, u32, 1),
		KSTATE_BASE_TYPE_V(mode, struct wide, u64, 1),
		KSTATE_END_OF_LIST()
	},
};

static void two_fields_of_a_name_in_one_version_are_refused(void **state)
{
	assert_int_equal(kstate_register(&twins, &live, 0), -EINVAL);
	assert_logged("there are two of that name in one version");
}

static void an_old_description_refuses_evolved_data(void **state)
{
	update(&evolved, &dev, 0);
	refuses(&dev_state, -EOPNOTSUPP, "newer than this kernel understands");
}

static void an_unknown_subsection_is_ignored(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&hooked, &live, 0), 0);
	assert_int_equal(live.extra, 99);
}

static const struct kstate_description sub_renamed = {
	.name = "dev-other", .id = DEV_SUB_ID,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct dev, u32), KSTATE_END_OF_LIST() },
};

static const struct kstate_description with_renamed = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &sub_renamed, NULL },
};

/* Or a flipped bit in its name would hide it. */
static void a_subsection_under_another_name_is_the_same(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&with_renamed, &live, 0), 0);
	assert_int_equal(live.extra, 0xabcd);
}

static const struct kstate_description namesake = DEV_DESC("dev-extra", 0x1f,
	KSTATE_BASE_TYPE(extra, struct dev, u32));
static const struct kstate_description with_namesake = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &namesake, NULL },
};

static void a_subsection_of_an_unknown_id_is_ignored_whatever_its_name(void **state)
{
	update(&dev_state, &dev, 0);
	assert_int_equal(kstate_restore(&with_namesake, &live, 0), 0);
	assert_int_equal(live.extra, 99);
}

static void a_subsection_that_is_not_there_is_left_alone(void **state)
{
	update(&hooked, &dev, 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_int_equal(live.extra, 99);
}

static void a_skipped_folio_stays_where_it_is(void **state)
{
	update(&dev_state, &dev, 0);
	kstate_in_keep = true;
	assert_int_equal(kstate_restore(&without_folio, &live, 0), 0);
	assert_true(dev.ring->handed_over);
}

static void pre_restore_may_refuse(void **state)
{
	update(&dev_state, &dev, 0);
	pre_err = -EBUSY;
	refuses(&hooked, -EBUSY, "pre_restore refuses it");
	assert_int_equal(seen_version, 1);
	pre_err = 0;
	assert_int_equal(kstate_restore(&hooked, &live, 0), 0);
}

static void post_restore_cannot_undo(void **state)
{
	update(&dev_state, &dev, 0);
	post_err = -EIO;
	assert_int_equal(kstate_restore(&hooked, &live, 0), -EIO);
	assert_int_equal(live.mode, 0x11223344);
	assert_int_equal(kstate_restore(&hooked, &live, 0), -EALREADY);
}

static void a_folio_that_was_not_preserved_is_refused(void **state)
{
	update(&dev_state, &dev, 0);
	dev.ring->handed_over = false;
	refuses(&dev_state, -ENXIO, "field ring at offset 24 of 36 bytes: its memory cannot be taken");
}

static void a_folio_is_kept_for_a_second_try(void **state)
{
	update(&dev_state, &dev, 0);
	shim_fail_alloc(0);
	/* A folio of another order than the image says is taken, then refused. */
	dev.ring->order = 1;
	refuses(&dev_state, -EBADMSG, NULL);
	assert_false(dev.ring->handed_over);
	dev.ring->order = 2;
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	assert_ptr_equal(live.ring, dev.ring);
}

static void a_lost_section_says_so(void **state)
{
	failing_err = -EIO;
	update(&optional, &dev, 0);
	refuses(&optional, -ENODATA, "the previous kernel could not save it");
}

static void short_memory_leaves_the_object_and_may_be_tried_again(void **state)
{
	update(&dev_state, &dev, 0);
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = kstate_restore(&dev_state, &live, 0);
		if (!shim_alloc_failed()) {
			assert_int_equal(err, 0);
			break;
		}
		assert_int_equal(err, -ENOMEM);
		is_untouched();
	}
	assert_ptr_equal(live.ring, dev.ring);
	assert_int_equal(live.extra, 0xabcd);
}

static void a_plan_is_made_anew_when_descriptions_went_away(void **state)
{
	static struct kstate_description reused;

	kstate_register(&dev_state, &dev, 0);
	kstate_register(&dev_state, &live, 1);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	reused = dev_state;
	reused.subsections = NULL;
	assert_int_equal(kstate_restore(&reused, &live, 0), 0);
	reused = other_layout;
	kstate_plans_forget();
	assert_int_equal(kstate_restore(&reused, &live, 1), -EPROTO);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(everything_comes_back),
		test(a_null_pointer_comes_back_as_null),
		test(three_live_updates_in_a_row_keep_the_state),
		test(sections_come_back_in_any_order),
		test(without_an_image_there_is_nothing),
		test(an_unknown_instance_is_not_there),
		test(a_section_restores_once),
		test(register_restore_tells_what_happened),
		test(register_restore_registers_nothing_if_it_fails),
		test(register_restore_is_one_step),
		test(what_cannot_be_registered_is_not_restored),
		test(a_target_for_a_null_pointer_is_refused),
		test(an_older_version_is_refused),
		test(another_layout_is_refused_and_the_field_named),
		test(a_description_under_another_name_is_the_same),
		test(an_evolved_description_takes_old_data),
		test(a_member_may_change_its_type_and_keep_its_name),
		test(two_fields_of_a_name_in_one_version_are_refused),
		test(an_old_description_refuses_evolved_data),
		test(an_unknown_subsection_is_ignored),
		test(a_subsection_that_is_not_there_is_left_alone),
		test(a_subsection_under_another_name_is_the_same),
		test(a_subsection_of_an_unknown_id_is_ignored_whatever_its_name),
		test(a_skipped_folio_stays_where_it_is),
		test(pre_restore_may_refuse),
		test(post_restore_cannot_undo),
		test(a_folio_that_was_not_preserved_is_refused),
		test(a_folio_is_kept_for_a_second_try),
		test(a_lost_section_says_so),
		test(short_memory_leaves_the_object_and_may_be_tried_again),
		test(a_plan_is_made_anew_when_descriptions_went_away),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
