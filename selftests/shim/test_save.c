// SPDX-License-Identifier: GPL-2.0
/* test_save.c - the life of the outgoing image: prepare, save, abort, failures */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

static u64 counter;
static struct dev dev;
static bool extra_needed(const void *obj)
{
	return ((const struct dev *)obj)->extra;
}

static const struct kstate_description hooked = {
	.name = "hooked", .id = 0x20, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), FAILING, KSTATE_END_OF_LIST() },
};

static const struct kstate_description optional = {
	.name = "optional", .id = 0x21, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), FAILING, KSTATE_END_OF_LIST() },
};

static const struct kstate_description extra_if_needed = {
	.name = "extra", .id = 0x23, .needed = extra_needed,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct dev, u32), KSTATE_END_OF_LIST() },
};

static const struct kstate_description with_needed = {
	.name = "with-needed", .id = 0x22,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &extra_if_needed, NULL },
};

static int setup(void **state)
{
	shim_setup(state);
	counter = 7;
	dev = dev_make(&counter, shim_folio_alloc(1));
	failing_err = 0;
	return 0;
}

static const void *saved_image(void)
{
	size_t len;
	const void *image;

	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&len);
	assert_non_null(image);
	assert_int_equal(fdt_check_full(image, len), 0);
	assert_int_equal(fdt_totalsize(image), len);
	return image;
}

static void nothing_is_preserved(void)
{
	size_t len;

	assert_null(shim_outgoing(&len));
	assert_int_equal(shim_preserved_bytes(), 0);
	assert_int_equal(shim_preserved_folios(), 0);
}

static u32 cell(const void *fdt, int node, const char *name, int i)
{
	const fdt32_t *p = fdt_getprop(fdt, node, name, NULL);

	assert_non_null(p);
	return fdt32_to_cpu(p[i]);
}

static void an_image_says_who_made_it(void **state)
{
	const void *image = saved_image();
	int node = fdt_path_offset(image, "/producer");

	assert_string_equal(fdt_getprop(image, 0, "compatible", NULL), "kstate-v1");
	assert_string_equal(fdt_getprop(image, node, "release", NULL), "7.3.4-shim");
	assert_int_equal(cell(image, node, "page-size", 0), 4096);
	assert_int_equal(cell(image, node, "generation", 1), 1);
	locked_abort();
}

static void a_section_carries_its_header(void **state)
{
	const void *image;
	int node;

	kstate_register(&dev_state, &dev, 0x7b00000000ULL);
	image = saved_image();
	node = fdt_path_offset(image, "/sections/dev@7b00000000");
	assert_true(node > 0);
	assert_int_equal(cell(image, node, "header", 0), DEV_ID);
	assert_int_equal(cell(image, node, "header", 1), 0x7b);
	assert_int_equal(cell(image, node, "header", 2), 0);
	assert_int_equal(cell(image, node, "header", 3), 1);
	assert_true(fdt_subnode_offset(image, node, "dev-extra") > 0);
}

static void a_description_stands_once_for_all_instances(void **state)
{
	struct dev other = dev_make(&counter, NULL);
	const void *image;
	int node, nr = 0;

	kstate_register(&dev_state, &dev, 1);
	kstate_register(&dev_state, &other, 2);
	image = saved_image();
	fdt_for_each_subnode(node, image, fdt_path_offset(image, "/descriptions"))
		nr++;
	assert_int_equal(nr, 2);
	assert_true(fdt_path_offset(image, "/descriptions/dev-extra@11/fields/extra") > 0);
}

static void a_subsection_is_saved_only_if_needed(void **state)
{
	const void *image;

	kstate_register(&with_needed, &dev, 0);
	dev.extra = 0;
	image = saved_image();
	assert_int_equal(fdt_path_offset(image, "/sections/with-needed@0/extra"),
			 -FDT_ERR_NOTFOUND);
	dev.extra = 1;
	image = saved_image();
	assert_true(fdt_path_offset(image, "/sections/with-needed@0/extra") > 0);
}

static void abort_gives_back_every_page(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	saved_image();
	assert_int_equal(shim_preserved_folios(), 1);
	locked_abort();
	nothing_is_preserved();
}

static void a_save_that_fails_keeps_what_was_prepared(void **state)
{
	size_t bytes;

	kstate_register(&hooked, &dev, 0);
	assert_int_equal(locked_prepare(), 0);
	bytes = shim_preserved_bytes();
	failing_err = -EIO;
	assert_int_equal(locked_save(), -EIO);
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	assert_int_equal(shim_preserved_bytes(), bytes);
	failing_err = 0;
	shim_fail_alloc(0);
	saved_image();
	assert_int_equal(shim_allocs(), 1);
}

static void a_prepared_save_allocates_only_to_publish(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	assert_int_equal(locked_prepare(), 0);
	/* The one is KHO's, which shows its root in debugfs. */
	shim_fail_alloc(0);
	saved_image();
	assert_int_equal(shim_allocs(), 1);
	shim_fail_alloc(0);
	saved_image();
	assert_int_equal(shim_allocs(), 1);
}

static void a_save_replaces_the_one_before(void **state)
{
	const void *image;

	kstate_register(&dev_state, &dev, 0);
	saved_image();
	dev.mode = 5;
	image = saved_image();
	assert_int_equal(((const u8 *)fdt_getprop(image,
		fdt_path_offset(image, "/sections/dev@0"), "data", NULL))[8], 5);
	assert_int_equal(shim_preserved_folios(), 1);
}

static void objects_that_came_after_prepare_are_saved(void **state)
{
	static struct dev many[300];
	const void *image;

	kstate_register(&dev_state, &dev, 0);
	assert_int_equal(locked_prepare(), 0);
	for (int i = 0; i < 300; i++) {
		many[i] = dev_make(&counter, NULL);
		kstate_register(&dev_state, &many[i], i + 1);
	}
	image = saved_image();
	assert_true(fdt_path_offset(image, "/sections/dev@12c") > 0);
}

static void folios_follow_the_objects(void **state)
{
	struct folio *a = dev.ring, *b = shim_folio_alloc(0);
	struct dev other = dev_make(&counter, b);

	kstate_register(&dev_state, &dev, 1);
	kstate_register(&dev_state, &other, 2);
	assert_int_equal(locked_prepare(), 0);
	assert_true(a->preserved && b->preserved);
	dev.ring = NULL;
	saved_image();
	assert_true(!a->preserved && b->preserved);
	other.ring = a;
	dev.ring = b;
	saved_image();
	assert_true(a->preserved && b->preserved);
}

static void a_mandatory_section_that_fails_refuses_the_save(void **state)
{
	kstate_register(&hooked, &dev, 0);
	failing_err = -EIO;
	assert_int_equal(locked_save(), -EIO);
	assert_logged("hooked@0 cannot be saved");
	nothing_is_preserved();
	failing_err = 0;
	saved_image();
}

static void an_optional_section_that_fails_is_recorded_as_lost(void **state)
{
	const void *image;
	int node;

	kstate_register(&optional, &dev, 3);
	failing_err = -EIO;
	image = saved_image();
	node = fdt_path_offset(image, "/sections/optional@3");
	assert_int_equal(cell(image, node, "lost", 0), EIO);
	assert_null(fdt_getprop(image, node, "data", NULL));
}

static void a_folio_in_scratch_memory_is_refused(void **state)
{
	dev.ring->in_scratch = true;
	kstate_register(&dev_state, &dev, 0);
	assert_int_equal(locked_save(), -EINVAL);
	assert_logged("field ring");
	nothing_is_preserved();
}

static void nothing_is_left_when_memory_is_short(void **state)
{
	struct dev other = dev_make(&counter, shim_folio_alloc(0));

	kstate_register(&dev_state, &dev, 0);
	kstate_register(&dev_state, &other, 1);
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = locked_save();
		if (!shim_alloc_failed())
			break;
		assert_int_equal(err, -ENOMEM);
		nothing_is_preserved();
	}
}

static void a_resave_that_fails_leaves_no_image(void **state)
{
	size_t len;

	kstate_register(&hooked, &dev, 0);
	saved_image();
	failing_err = -EIO;
	assert_int_equal(locked_save(), -EIO);
	assert_null(shim_outgoing(&len));
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
}

static void without_kho_nothing_is_saved(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	shim_kho_off();
	assert_int_equal(locked_prepare(), -EOPNOTSUPP);
	assert_int_equal(locked_save(), -EOPNOTSUPP);
	nothing_is_preserved();
}

static void kexec_saves_when_kho_reaches_the_next_kernel(void **state)
{
	struct kimage with = { .carries = true }, without = {};
	size_t len;

	assert_int_equal(kstate_kexec_save(&with), 0);
	assert_null(shim_outgoing(&len));
	kstate_kexec_abort();
	kstate_register(&optional, &dev, 0);
	assert_int_equal(kstate_kexec_save(&without), 0);
	assert_logged("KHO does not reach the next kernel: state is not saved");
	assert_null(shim_outgoing(&len));
	assert_int_equal(kstate_kexec_save(&with), 0);
	assert_non_null(shim_outgoing(&len));
	kstate_kexec_abort();
	assert_null(shim_outgoing(&len));
}

static void user_space_prepares_saves_and_aborts(void **state)
{
	size_t len;

	kstate_register(&hooked, &dev, 0);
	assert_int_equal(kstate_command("prepare\n"), 0);
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	assert_int_equal(kstate_command("save"), 0);
	assert_non_null(shim_outgoing(&len));
	assert_int_equal(kstate_command("abort\n"), 0);
	nothing_is_preserved();
	assert_int_equal(kstate_command("saved"), -EINVAL);
	assert_int_equal(kstate_command(""), -EINVAL);
}

/* Say, a tool that saved to look at the image, and gives it back. */
static void nobody_touches_the_image_of_a_kexec(void **state)
{
	static const char *const commands[] = { "prepare", "save", "abort" };
	struct kimage image = { .carries = true };
	size_t len;

	kstate_register(&hooked, &dev, 0);
	assert_int_equal(kstate_kexec_save(&image), 0);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		assert_int_equal(kstate_command(commands[i]), -EBUSY);
	assert_non_null(shim_outgoing(&len));
	kstate_kexec_abort();
	assert_null(shim_outgoing(&len));
	assert_int_equal(kstate_command("save"), 0);
}

/* LUO may have agreed by then: it can be told only. */
static void what_comes_when_all_is_saved_is_told_and_counted(void **state)
{
	const struct kimage image = { .carries = true };

	kstate_register(&hooked, &dev, 0);
	assert_int_equal(kstate_kexec_save(&image), 0);
	kstate_register(&hooked, &dev, 1);
	assert_logged("hooked@1 comes in the middle of the kexec: its state is lost");
	kstate_register(&optional, &dev, 2);
	assert_logged("optional@2 comes in the middle of the kexec: its state is not handed over");
	assert_int_equal(kstate_out.withdrawn, 2);
	/* User space may still run on another processor. */
	assert_int_equal(kstate_command("prepare"), -EBUSY);
	kstate_unregister(&hooked, &dev, 1);
	assert_int_equal(kstate_out.withdrawn, 2);
	kstate_kexec_abort();
	shim_log_clear();
	kstate_register(&hooked, &dev, 1);
	assert_string_equal(shim_log_text(), "");
	kstate_out.withdrawn = 0;
}

static void a_kexec_that_is_refused_leaves_the_commands(void **state)
{
	struct kimage image = { .carries = true };

	kstate_register(&hooked, &dev, 0);
	failing_err = -EIO;
	assert_int_equal(kstate_kexec_save(&image), -EIO);
	failing_err = 0;
	assert_int_equal(kstate_command("save"), 0);
}

static void kexec_is_refused_when_mandatory_state_cannot_be_saved(void **state)
{
	struct kimage image = { .carries = true };

	kstate_register(&hooked, &dev, 0);
	failing_err = -EIO;
	assert_int_equal(kstate_kexec_save(&image), -EIO);
	assert_logged("kexec refused");
	nothing_is_preserved();
}

static void the_estimate_is_what_is_saved(void **state)
{
	struct kstate_entry *entry;
	u64 bytes;

	kstate_register(&dev_state, &dev, 0);
	entry = list_first_entry(&kstate_out.entries, struct kstate_entry, list);
	bytes = kstate_entry_bytes(entry);
	nothing_is_preserved();
	saved_image();
	assert_int_equal(entry->bytes, bytes);
	assert_int_equal(bytes, 8 + 4 + 2 + 1 + 9 + 12 + 4);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_image_says_who_made_it),
		test(a_section_carries_its_header),
		test(a_description_stands_once_for_all_instances),
		test(a_subsection_is_saved_only_if_needed),
		test(abort_gives_back_every_page),
		test(a_save_that_fails_keeps_what_was_prepared),
		test(a_prepared_save_allocates_only_to_publish),
		test(a_save_replaces_the_one_before),
		test(objects_that_came_after_prepare_are_saved),
		test(folios_follow_the_objects),
		test(a_mandatory_section_that_fails_refuses_the_save),
		test(an_optional_section_that_fails_is_recorded_as_lost),
		test(a_folio_in_scratch_memory_is_refused),
		test(nothing_is_left_when_memory_is_short),
		test(a_resave_that_fails_leaves_no_image),
		test(without_kho_nothing_is_saved),
		test(kexec_saves_when_kho_reaches_the_next_kernel),
		test(user_space_prepares_saves_and_aborts),
		test(nobody_touches_the_image_of_a_kexec),
		test(what_comes_when_all_is_saved_is_told_and_counted),
		test(a_kexec_that_is_refused_leaves_the_commands),
		test(kexec_is_refused_when_mandatory_state_cannot_be_saved),
		test(the_estimate_is_what_is_saved),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
