// SPDX-License-Identifier: GPL-2.0
/*
 * test_withdraw.c - the mark of a section whose object has left, store by store
 *
 * The kexec may stop the processor that writes it anywhere. Whatever the memory is then,
 * all other sections of the shard have to be found in it.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define MAX_SEEN	32

struct part {
	u32 key;
	u32 len;
	u8 *bytes;
};

static const struct kstate_description sub_desc = {
	.name = "sub", .id = 0xa2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct part, u32), KSTATE_END_OF_LIST() },
};

static const struct kstate_description small_desc = DEV_DESC("small", 0xa0,
	KSTATE_BASE_TYPE(key, struct part, u32));

static const struct kstate_description empty_desc = {
	.name = "empty", .id = 0xa3, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(gone, u16, 0), KSTATE_END_OF_LIST() },
};

static const struct kstate_description with_sub = {
	.name = "with-sub", .id = 0xa1, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct part, u32),
		KSTATE_VARRAY(bytes, struct part, u8, len, 1 << 20, KSTATE_ALLOCATED),
		KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &sub_desc, NULL },
};

static struct part parts[3];
static u8 bytes[1 << 17];
static u8 *seen[MAX_SEEN];
static size_t nr_seen, len;
static const struct kimage carried = { .carries = true };

static void look(void)
{
	const void *image = shim_outgoing(&len);

	assert_true(nr_seen < MAX_SEEN);
	seen[nr_seen] = malloc(len);
	memcpy(seen[nr_seen++], image, len);
}

static void forget(void)
{
	while (nr_seen)
		free(seen[--nr_seen]);
}

/* All three sections are there, those of the others with their payload. */
static void the_others_are_found(const void *image, const char *left)
{
	int sections, node, nr = 0;

	assert_int_equal(fdt_check_full(image, len), 0);
	sections = fdt_path_offset(image, "/sections");
	fdt_for_each_subnode(node, image, sections) {
		const char *name = fdt_get_name(image, node, NULL);

		nr++;
		if (strcmp(name, left))
			assert_non_null(fdt_getprop(image, node, "data", NULL));
	}
	assert_int_equal(nr, 3);
}

/* Between two stores that have an order, any of the bytes may have been written. */
static void whatever_was_written(const u8 *before, const u8 *after, const char *left)
{
	u8 *mixed = malloc(len);

	for (int garbage = 0; garbage < 3; garbage++) {
		memcpy(mixed, before, len);
		for (size_t i = 0; i < len; i++) {
			if (before[i] != after[i])
				mixed[i] = garbage == 2 ? after[i] : garbage ? 0xff : 0;
		}
		the_others_are_found(mixed, left);
	}
	free(mixed);
}

/* One store is one aligned cell. */
static void only_one_cell_differs(const u8 *before, const u8 *after)
{
	size_t first = SIZE_MAX, last = 0;

	for (size_t i = 0; i < len; i++) {
		if (before[i] == after[i])
			continue;
		first = first == SIZE_MAX ? i : first;
		last = i;
	}
	if (first != SIZE_MAX)
		assert_int_equal(first / 4, last / 4);
}

static void leaves_step_by_step(const struct kstate_description *desc, const char *left)
{
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(kstate_register(desc, &parts[i], i), 0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	look();
	shim_at_store = look;
	kstate_unregister(desc, &parts[1], 1);
	shim_at_store = NULL;
	look();
	assert_true(nr_seen > 2 && nr_seen % 2 == 0);
	for (size_t i = 0; i < nr_seen; i++)
		the_others_are_found(seen[i], left);
	for (size_t i = 0; i < nr_seen; i += 2)
		whatever_was_written(seen[i], seen[i + 1], left);
	for (size_t i = 1; i + 1 < nr_seen; i += 2)
		only_one_cell_differs(seen[i], seen[i + 1]);
	shim_kexec();
	assert_int_equal(kstate_restore(desc, &parts[1], 1), -ENODATA);
	kstate_out.withdrawn = 0;
}

static void one_with_a_small_payload(void **state)
{
	leaves_step_by_step(&small_desc, "small@1");
}

static void one_with_no_payload(void **state)
{
	leaves_step_by_step(&empty_desc, "empty@1");
}

static void one_with_a_subsection(void **state)
{
	leaves_step_by_step(&with_sub, "with-sub@1");
}

static void one_whose_payload_is_outside_of_the_tree(void **state)
{
	parts[1].len = sizeof(bytes);
	leaves_step_by_step(&with_sub, "with-sub@1");
}

static void (*in_freeze)(void);

static int freezes(void *obj)
{
	void (*hook)(void) = in_freeze;

	in_freeze = NULL;
	if (hook)
		hook();
	return 0;
}

static const struct kstate_description frozen_desc = {
	.name = "frozen", .id = 0xa4, .freeze = freezes,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct part, u32), KSTATE_END_OF_LIST() },
};

static void leaves_and_is_forced(void)
{
	kstate_unregister(&frozen_desc, &parts[2], 2);
	kstate_out.force = true;
}

static void leaves_and_is_not_forced(void)
{
	kstate_unregister(&frozen_desc, &parts[2], 2);
	kstate_out.force = false;
}

static int kexec_with(void (*hook)(void))
{
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(kstate_register(&frozen_desc, &parts[i], i), 0);
	in_freeze = hook;
	return kstate_kexec_save(&carried);
}

/* If it were for this kexec, it would drop all that can be saved. */
static void force_that_comes_in_the_middle_is_for_the_next_kexec(void **state)
{
	assert_int_equal(kexec_with(leaves_and_is_forced), -EBUSY);
	assert_null(shim_outgoing(&len));
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_non_null(shim_outgoing(&len));
	kstate_out.withdrawn = 0;
}

static void force_that_goes_in_the_middle_was_for_this_one(void **state)
{
	kstate_out.force = true;
	assert_int_equal(kexec_with(leaves_and_is_not_forced), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&frozen_desc, &parts[0], 0), 0);
	assert_int_equal(kstate_restore(&frozen_desc, &parts[1], 1), 0);
	kstate_out.withdrawn = 0;
}

static int setup(void **state)
{
	shim_setup(state);
	for (u32 i = 0; i < 3; i++)
		parts[i] = (struct part){ .key = i, .len = 100, .bytes = bytes };
	return 0;
}

static int teardown(void **state)
{
	forget();
	return shim_teardown(state);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_with_a_small_payload),
		test(one_with_no_payload),
		test(one_with_a_subsection),
		test(one_whose_payload_is_outside_of_the_tree),
		test(force_that_comes_in_the_middle_is_for_the_next_kexec),
		test(force_that_goes_in_the_middle_was_for_this_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
