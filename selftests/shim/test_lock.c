// SPDX-License-Identifier: GPL-2.0
/*
 * test_lock.c - the engine's lock and a driver's
 *
 * The driver's one may be a lock for which memory reclaim waits. That whoever holds the
 * engine's lock gets memory without I/O is held by shim_may_alloc(), in every test.
 */

#include "fixture.h"

struct disk {
	u32 sectors;
};

static struct disk disk;
static bool is_locked, is_held_elsewhere, shall_be_held;
static char calls[16];

static void disk_lock(void *obj)
{
	assert_false(is_locked);
	is_locked = true;
	strcat(calls, "l");
	if (!shall_be_held)
		return;
	/* Another thread takes the engine's lock, and has it until disk_unlock(). */
	shall_be_held = false;
	is_held_elsewhere = true;
	kstate_out.lock.held = 1;
}

static void disk_unlock(void *obj)
{
	assert_true(is_locked);
	is_locked = false;
	strcat(calls, "u");
	if (is_held_elsewhere)
		kstate_out.lock.held = 0;
	is_held_elsewhere = false;
}

static const struct kstate_description disk_desc = {
	.name = "disk", .id = 0x7a, .version_id = 1,
	.lock = disk_lock, .unlock = disk_unlock,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(sectors, struct disk, u32), KSTATE_END_OF_LIST() },
};

static int setup(void **state)
{
	shim_setup(state);
	calls[0] = '\0';
	return kstate_register(&disk_desc, &disk, 0);
}

static void a_look_at_an_object_is_locked(void **state)
{
	assert_int_equal(locked_prepare(), 0);
	assert_string_equal(calls, "lu");
}

static void the_engines_lock_is_not_waited_for_with_the_drivers_held(void **state)
{
	shall_be_held = true;
	assert_int_equal(locked_prepare(), 0);
	assert_string_equal(calls, "lulu");
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_look_at_an_object_is_locked),
		test(the_engines_lock_is_not_waited_for_with_the_drivers_held),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
