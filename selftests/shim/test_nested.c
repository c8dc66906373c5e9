// SPDX-License-Identifier: GPL-2.0
/*
 * test_nested.c - what a driver does with kstate while one of its objects is restored
 *
 * A bus restores, and finds its devices by that; they restore in turn.
 */

#include "fixture.h"

struct part {
	u32 val;
	struct part *child;
	u8 *bytes;
	u32 nr;
};

static struct part parts[2], live[2];
static u8 payload[100 << 10];
static int inner, again;
static unsigned int nr_calls;

static int restore_child(void *obj, u32 version);
static int restore_itself(void *obj, u32 version);
static int release_all(void *obj, u32 version);

#define PART_DESC(_name, _id, ...) {						\
	.name = (_name), .id = (_id), .version_id = 1,				\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(val, struct part, u32), KSTATE_END_OF_LIST() },	\
	__VA_ARGS__ }

static const struct kstate_description part_desc = PART_DESC("part", 0x90);
static const struct kstate_description bus_desc = PART_DESC("part", 0x90,
	.post_restore = restore_child);
static const struct kstate_description selfish_desc = PART_DESC("part", 0x90,
	.pre_restore = restore_itself, .post_restore = restore_itself);
static const struct kstate_description big_desc = {
	.name = "big", .id = 0x91, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct part, u8, nr, sizeof(payload), KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};
static const struct kstate_description releasing_desc = {
	.name = "big", .id = 0x91, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct part, u8, nr, sizeof(payload), KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
	.pre_restore = release_all,
};

static int restore_child(void *obj, u32 version)
{
	struct part *part = obj;

	nr_calls++;
	inner = part->child ? kstate_restore(&part_desc, part->child, 1) : 0;
	return 0;
}

static int restore_itself(void *obj, u32 version)
{
	nr_calls++;
	again = kstate_restore(&selfish_desc, obj, 0);
	return 0;
}

static int release_all(void *obj, u32 version)
{
	nr_calls++;
	guard(mutex)(&kstate_in.lock);
	return kstate_in_release();
}

static int setup(void **state)
{
	shim_setup(state);
	nr_calls = inner = again = 0;
	for (unsigned int i = 0; i < 2; i++) {
		parts[i] = (struct part){ .val = 10 + i };
		live[i] = (struct part){};
		kstate_register(&part_desc, &parts[i], i);
	}
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	return 0;
}

static void a_callback_may_restore_another_section(void **state)
{
	live[0].child = &live[1];
	assert_int_equal(kstate_restore(&bus_desc, &live[0], 0), 0);
	assert_int_equal(nr_calls, 1);
	assert_int_equal(inner, 0);
	assert_int_equal(live[0].val, 10);
	assert_int_equal(live[1].val, 11);
	assert_int_equal(kstate_in.restored, 2);
}

static void the_section_itself_is_busy(void **state)
{
	assert_int_equal(kstate_restore(&selfish_desc, &live[0], 0), 0);
	assert_int_equal(nr_calls, 2);
	assert_int_equal(again, -EDEADLK);
	assert_int_equal(live[0].val, 10);
	assert_int_equal(kstate_restore(&part_desc, &live[0], 0), -EALREADY);
}

static void a_callback_may_register_and_unregister(void **state)
{
	live[0].child = NULL;
	assert_int_equal(kstate_register_restore(&bus_desc, &live[0], 0), 1);
	kstate_unregister(&bus_desc, &live[0], 0);
}

/* What is being restored stays until that has ended, and then goes by itself. */
static void a_release_in_the_middle_waits_for_what_is_restored(void **state)
{
	struct part big = { .bytes = payload, .nr = sizeof(payload) }, to = {};
	static u8 room[sizeof(payload)];
	size_t bytes;

	memset(payload, 0x5a, sizeof(payload));
	kstate_register(&big_desc, &big, 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	bytes = shim_incoming_bytes();
	to.bytes = room;
	assert_int_equal(kstate_restore(&releasing_desc, &to, 0), 0);
	assert_int_equal(nr_calls, 1);
	assert_memory_equal(room, payload, sizeof(room));
	assert_true(shim_incoming_bytes() + sizeof(payload) <= bytes);
	assert_logged("incoming image: released");
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_callback_may_restore_another_section),
		test(the_section_itself_is_busy),
		test(a_callback_may_register_and_unregister),
		test(a_release_in_the_middle_waits_for_what_is_restored),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
