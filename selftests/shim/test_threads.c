// SPDX-License-Identifier: GPL-2.0
/*
 * test_threads.c - drivers come and go while images are saved and restored
 *
 * Built with SHIM_THREADS: the engine's locks are real, and TSAN watches; once more with
 * ASAN. Each thread does a bounded number of steps; what holds after each is checked.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define STEPS		600
#define NR_IN		40
#define NR_EACH		12
#define NR_DRIVERS	2
#define NR_RESTORERS	2

/* cmocka's assertions are for the thread that runs the test. */
#define check(cond)	do {							\
	if (!(cond)) {								\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		abort();							\
	}									\
} while (0)

static u64 counter = 7;
static struct dev sources[NR_IN];
static unsigned long restored[NR_RESTORERS];
static pthread_barrier_t start;

static unsigned int next(unsigned int *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 16;
}

/* Registers and unregisters objects of its own, of descriptions that all share. */
static void *driver(void *arg)
{
	unsigned int id = (size_t)arg, state = id + 1;
	struct dev devs[NR_EACH];
	bool there[NR_EACH] = {};

	pthread_barrier_wait(&start);
	for (int step = 0; step < STEPS * 4; step++) {
		unsigned int i = next(&state) % NR_EACH;
		u64 instance = 0x1000 * (id + 1) + i;

		if (there[i]) {
			kstate_unregister(&dev_state, &devs[i], instance);
			there[i] = false;
			continue;
		}
		devs[i] = dev_make(&counter, NULL);
		devs[i].mode = instance;
		shim_fail_alloc(next(&state) % 4 ? 0 : 1 + next(&state) % 8);
		there[i] = !kstate_register(&dev_state, &devs[i], instance);
		check(there[i] || shim_alloc_failed());
		shim_fail_alloc(0);
	}
	for (unsigned int i = 0; i < NR_EACH; i++)
		kstate_unregister(&dev_state, &devs[i], 0x1000 * (id + 1) + i);
	return NULL;
}

static bool seen_before(const u64 *seen, size_t nr, u64 instance)
{
	for (size_t i = 0; i < nr; i++) {
		if (seen[i] == instance)
			return true;
	}
	return false;
}

/* Those that were registered, or left, while it was made are not in it, or are lost there. */
static size_t nr_saved(void)
{
	struct kstate_entry *entry;
	size_t nr = 0;

	list_for_each_entry(entry, &kstate_out.entries, list)
		nr += entry->saved;
	return nr;
}

/* The lock is held: what is saved is valid, and has each object once. */
static void check_image(void)
{
	size_t bytes, nr = 0;
	const void *fdt = shim_outgoing(&bytes);
	u64 seen[NR_DRIVERS * NR_EACH];
	int node;

	check(!fdt_check_full(fdt, bytes));
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/sections")) {
		const u8 *header = fdt_getprop(fdt, node, "header", NULL);
		u64 instance = get_unaligned_be64(header + 4);

		check(nr < ARRAY_SIZE(seen) && !seen_before(seen, nr, instance));
		seen[nr++] = instance;
	}
	check(nr == nr_saved());
}

static void save_and_check(void)
{
	int err;

	guard(kstate_out)(&kstate_out.lock);
	err = kstate_save();
	check(!err || shim_alloc_failed());
	if (!err)
		check_image();
	else
		check(kstate_out.phase != KSTATE_SAVED);
}

/* What kexec and its user do. */
static void *saver(void *arg)
{
	struct kimage image = { .carries = true };
	unsigned int state = 77;

	pthread_barrier_wait(&start);
	for (int step = 0; step < STEPS; step++) {
		shim_fail_alloc(next(&state) % 4 ? 0 : 1 + next(&state) % 20);
		switch (next(&state) % 5) {
		case 0:
			kstate_kexec_loaded(next(&state) % 2 ? &image : NULL);
			break;
		case 1:
			kstate_kexec_abort();
			break;
		case 2:
			kstate_kexec_save(&image);
			break;
		default:
			save_and_check();
		}
		shim_fail_alloc(0);
	}
	kstate_kexec_abort();
	return NULL;
}

static void restore_one(unsigned int id, u64 instance)
{
	u64 target = 0;
	struct dev live = { .counter = &target };
	int err = kstate_restore(&dev_state, &live, instance);

	check(!err || err == -EALREADY || err == -EDEADLK ||
	      (err == -ENOMEM && shim_alloc_failed()));
	check(err ? !live.mode : live.mode == instance && target == counter);
	restored[id] += !err;
}

/* All of them want the same sections; each of them goes to one. */
static void *restorer(void *arg)
{
	unsigned int id = (size_t)arg, state = id + 100;

	pthread_barrier_wait(&start);
	for (int step = 0; step < STEPS; step++) {
		shim_fail_alloc(next(&state) % 4 ? 0 : 1 + next(&state) % 6);
		restore_one(id, next(&state) % NR_IN + 1);
		shim_fail_alloc(0);
		if (step % 16 == 0)
			kstate_plans_forget();
	}
	for (u64 instance = 1; instance <= NR_IN; instance++)
		restore_one(id, instance);
	return NULL;
}

static void make_incoming(void)
{
	for (u64 i = 0; i < NR_IN; i++) {
		sources[i] = dev_make(&counter, NULL);
		sources[i].mode = i + 1;
		assert_int_equal(kstate_register(&dev_state, &sources[i], i + 1), 0);
	}
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void run_all(void)
{
	pthread_t threads[NR_DRIVERS + NR_RESTORERS + 1];
	size_t nr = 0;

	pthread_barrier_init(&start, NULL, ARRAY_SIZE(threads));
	for (size_t i = 0; i < NR_DRIVERS; i++)
		pthread_create(&threads[nr++], NULL, driver, (void *)i);
	for (size_t i = 0; i < NR_RESTORERS; i++)
		pthread_create(&threads[nr++], NULL, restorer, (void *)i);
	pthread_create(&threads[nr++], NULL, saver, NULL);
	while (nr)
		pthread_join(threads[--nr], NULL);
	pthread_barrier_destroy(&start);
}

static void drivers_savers_and_restorers_do_not_disturb_each_other(void **state)
{
	make_incoming();
	memset(restored, 0, sizeof(restored));
	run_all();
	assert_int_equal(restored[0] + restored[1], NR_IN);
	assert_int_equal(kstate_in.restored, NR_IN);
	assert_true(list_empty(&kstate_out.entries));
	assert_true(list_empty(&kstate_out.families));
}

/* Each of them is in its callback until the other is, too. */
static int meet(void *obj, u32 version)
{
	pthread_barrier_wait(&start);
	return 0;
}

static const struct kstate_description meeting = {
	.name = "dev", .id = DEV_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
	.post_restore = meet,
};

static void *restore_and_meet(void *arg)
{
	u64 instance = (size_t)arg, target = 0;
	struct dev live = { .counter = &target };

	check(!kstate_restore(&meeting, &live, instance));
	check(live.mode == instance);
	return NULL;
}

static void sections_of_different_objects_are_restored_at_the_same_time(void **state)
{
	pthread_t threads[2];

	make_incoming();
	pthread_barrier_init(&start, NULL, ARRAY_SIZE(threads));
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, restore_and_meet, (void *)(i + 1));
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	assert_int_equal(kstate_in.restored, 2);
}

static void *release(void *arg)
{
	pthread_barrier_wait(&start);
	guard(mutex)(&kstate_in.lock);
	kstate_in_release();
	return NULL;
}

static void *restore_some(void *arg)
{
	pthread_barrier_wait(&start);
	for (u64 instance = 1; instance <= NR_IN; instance++) {
		u64 target = 0;
		struct dev live = { .counter = &target };
		int err = kstate_restore(&dev_state, &live, instance);

		check(!err || err == -EALREADY || err == -ENOENT || err == -EDEADLK);
		check(err ? !live.mode : live.mode == instance);
	}
	return NULL;
}

static void a_release_does_not_disturb_those_who_restore(void **state)
{
	pthread_t threads[3];

	make_incoming();
	pthread_barrier_init(&start, NULL, ARRAY_SIZE(threads));
	for (size_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, restore_some, NULL);
	pthread_create(&threads[2], NULL, release, NULL);
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(drivers_savers_and_restorers_do_not_disturb_each_other),
		test(sections_of_different_objects_are_restored_at_the_same_time),
		test(a_release_does_not_disturb_those_who_restore),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
