// SPDX-License-Identifier: GPL-2.0
/*
 * test_handed_over.c - what a kexec hands over, and what it does while drivers stand still
 *
 * The next kernel frees what the image names: nothing else may stay preserved. What cannot
 * be saved is lost alone, where it may be, and what comes too late is told.
 */

#include <stdio.h>
#include <stdlib.h>

#include "payload.h"

#define ALLOCS_OF_KHO	1	/* for the subtree of its root */

static const struct kimage carries = { .carries = true };

/* ---- Memory that nothing refers to ---- */

struct big {
	u32 nr;
	u8 *bytes;
	u32 want;
};

static bool big_needed(const void *obj)
{
	return ((const struct big *)obj)->want;
}

#define BYTES	KSTATE_VARRAY(bytes, struct big, u8, nr, 64 << 20, KSTATE_ALLOCATED)

static const struct kstate_description big_desc = DEV_DESC("big", 0x70, BYTES);

static const struct kstate_description big_sub = {
	.name = "big-sub", .id = 0x72, .version_id = 1, .needed = big_needed,
	.fields = (const struct kstate_field[]) { BYTES, KSTATE_END_OF_LIST() },
};

static const struct kstate_description with_sub = {
	.name = "with-sub", .id = 0x73, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(want, struct big, u32), KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &big_sub, NULL },
};

static const struct kstate_description maybe_desc = {
	.name = "maybe", .id = 0x77, .version_id = 1, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { BYTES, FAILING, KSTATE_END_OF_LIST() },
};

static const struct kstate_description plain = DEV_DESC("plain", 0x71,
	KSTATE_BASE_TYPE(mode, struct dev, u32));

static struct big make_big(u32 nr)
{
	return (struct big){ .nr = nr, .bytes = calloc(1, nr) };
}

/* The first shard is KHO's subtree: no user of KHO can give that back. */
static size_t kexec_with_first(void)
{
	size_t first;

	assert_int_equal(kstate_kexec_save(&carries), 0);
	first = kstate_out.shards[0].cap;
	shim_kexec();
	return first;
}

static void unused_blocks_of_a_payload_come_back(void **state)
{
	struct big b = make_big(32 << 20), live = {};
	size_t first;

	assert_int_equal(kstate_register(&big_desc, &b, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	b.nr = 100 << 10;
	first = kexec_with_first();
	assert_int_equal(kstate_restore(&big_desc, &live, 0), 0);
	assert_int_equal(live.nr, 100 << 10);
	assert_int_equal(shim_incoming_bytes(), first);
	shim_free(live.bytes);
	free(b.bytes);
}

static void a_subsection_that_is_not_needed_leaves_nothing(void **state)
{
	struct big b = make_big(16 << 20), live = {};
	size_t first;

	b.want = 1;
	assert_int_equal(kstate_register(&with_sub, &b, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	b.want = 0;
	first = kexec_with_first();
	assert_int_equal(kstate_restore(&with_sub, &live, 0), 0);
	assert_int_equal(shim_incoming_bytes(), first);
	free(b.bytes);
}

static void a_lost_section_leaves_nothing(void **state)
{
	struct big b = make_big(16 << 20), live = {};
	size_t first;

	assert_int_equal(kstate_register(&maybe_desc, &b, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	failing_err = -EIO;
	first = kexec_with_first();
	failing_err = 0;
	assert_int_equal(kstate_restore(&maybe_desc, &live, 0), -ENODATA);
	scoped_guard(mutex, &kstate_in.lock)
		assert_int_equal(kstate_in_release(), 0);
	assert_int_equal(shim_incoming_bytes(), first);
	free(b.bytes);
}

#define NR_MANY	100000

static void unused_shards_come_back(void **state)
{
	static struct dev many[NR_MANY];
	struct dev live = {};
	size_t first;

	for (int i = 0; i < NR_MANY; i++)
		assert_int_equal(kstate_register(&plain, &many[i], i), 0);
	assert_int_equal(locked_prepare(), 0);
	for (int i = 1; i < NR_MANY; i++)
		kstate_unregister(&plain, &many[i], i);
	first = kexec_with_first();
	assert_int_equal(kstate_restore(&plain, &live, 0), 0);
	assert_int_equal(shim_incoming_bytes(), first);
}

static void a_refused_kexec_has_its_memory_again(void **state)
{
	struct big b = make_big(32 << 20);
	unsigned long allocs;

	assert_int_equal(kstate_register(&big_desc, &b, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	b.nr = 100 << 10;
	assert_int_equal(kstate_kexec_save(&carries), 0);
	b.nr = 32 << 20;
	kstate_kexec_abort();
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	allocs = shim_allocs();
	assert_int_equal(kstate_kexec_save(&carries), 0);
	assert_int_equal(shim_allocs(), allocs + ALLOCS_OF_KHO);
	kstate_kexec_abort();
	kstate_unregister(&big_desc, &b, 0);
	free(b.bytes);
}

/* ---- A section that fits in no shard ---- */

#define NR_SUBS	70

struct fat {
	u8 b[60000];
};

static struct fat fat;
static const struct kstate_field fat_fields[] = {
	KSTATE_BASE_TYPE(b, struct fat, u8 [60000]), KSTATE_END_OF_LIST()
};
static struct kstate_description fat_subs[NR_SUBS];
static const struct kstate_description *fat_list[NR_SUBS + 1];
static const struct kstate_description fat_desc = {
	.name = "fat", .id = 0x1000, .version_id = 1, .flags = KSTATE_OPTIONAL,
	.fields = fat_fields, .subsections = fat_list,
};
static const struct kstate_description fat_needed = {
	.name = "fat-needed", .id = 0x1001, .version_id = 1, .fields = fat_fields,
	.subsections = fat_list,
};

static void make_fat(void)
{
	static char names[NR_SUBS][16];

	for (int i = 0; i < NR_SUBS; i++) {
		snprintf(names[i], sizeof(names[i]), "fat-%d", i);
		fat_subs[i] = (struct kstate_description){
			.name = names[i], .id = 0x2000 + i, .version_id = 1, .fields = fat_fields,
		};
		fat_list[i] = &fat_subs[i];
	}
}

static void an_optional_section_that_fits_nowhere_is_lost_alone(void **state)
{
	struct dev d = { .mode = 5 }, live = {};
	struct fat live_fat;

	make_fat();
	assert_int_equal(kstate_register(&fat_desc, &fat, 0), 0);
	assert_int_equal(kstate_register(&plain, &d, 0), 0);
	assert_int_equal(kstate_kexec_save(&carries), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&plain, &live, 0), 0);
	assert_int_equal(live.mode, 5);
	assert_int_equal(kstate_restore(&fat_desc, &live_fat, 0), -ENODATA);
}

static void a_mandatory_section_that_fits_nowhere_is_named(void **state)
{
	make_fat();
	assert_int_equal(kstate_register(&fat_needed, &fat, 0), 0);
	assert_int_equal(kstate_kexec_save(&carries), -E2BIG);
	assert_logged("fat-needed@0 cannot be saved");
}

static void forced_it_is_lost_alone_too(void **state)
{
	struct dev d = { .mode = 5 }, live = {};

	make_fat();
	assert_int_equal(kstate_register(&plain, &d, 0), 0);
	assert_int_equal(kstate_register(&fat_needed, &fat, 0), 0);
	kstate_out.force = true;
	assert_int_equal(kstate_kexec_save(&carries), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&plain, &live, 0), 0);
	assert_int_equal(live.mode, 5);
}

/* ---- What a kexec does once drivers stand still ---- */

static unsigned long allocs_at_freeze;

static int disk_freeze(void *obj)
{
	allocs_at_freeze = shim_allocs();
	mutex_lock(&kstate_in.lock);
	return 0;
}

static void disk_thaw(void *obj)
{
	mutex_unlock(&kstate_in.lock);
}

static const struct kstate_description disk_desc = {
	.name = "disk", .id = 0x79, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), KSTATE_END_OF_LIST() },
	.freeze = disk_freeze, .thaw = disk_thaw,
};

/* A thread that restores may hold the incoming side's lock, and wait for a disk that is frozen. */
static void the_incoming_side_is_left_alone_while_drivers_stand_still(void **state)
{
	struct dev src = { .mode = 1 }, disk = {};

	assert_int_equal(kstate_register(&plain, &src, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_register(&disk_desc, &disk, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	assert_int_equal(kstate_kexec_save(&carries), 0);
	assert_int_equal(shim_allocs(), allocs_at_freeze + ALLOCS_OF_KHO);
	assert_int_equal(kstate_out.generation, 2);
	kstate_kexec_abort();
}

static void what_comes_too_late_is_told_also_if_it_is_the_first(void **state)
{
	u64 before = kstate_out.withdrawn;
	struct dev d = {};

	assert_int_equal(kstate_kexec_save(&carries), 0);
	assert_int_equal(kstate_register(&plain, &d, 0), 0);
	assert_logged("plain@0 comes in the middle of the kexec");
	assert_int_equal(kstate_out.withdrawn, before + 1);
}

#define test(_function) cmocka_unit_test_setup_teardown(_function, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(unused_blocks_of_a_payload_come_back),
		test(a_subsection_that_is_not_needed_leaves_nothing),
		test(a_lost_section_leaves_nothing),
		test(unused_shards_come_back),
		test(a_refused_kexec_has_its_memory_again),
		test(an_optional_section_that_fits_nowhere_is_lost_alone),
		test(a_mandatory_section_that_fits_nowhere_is_named),
		test(forced_it_is_lost_alone_too),
		test(the_incoming_side_is_left_alone_while_drivers_stand_still),
		test(what_comes_too_late_is_told_also_if_it_is_the_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
