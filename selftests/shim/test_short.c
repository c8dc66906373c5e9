// SPDX-License-Identifier: GPL-2.0
/*
 * test_short.c - every allocation may fail, of everything that the engine does
 *
 * The nth allocation fails, and all after it, for every n that there is. Then
 * nothing is left behind, and the same works once there is memory.
 */

#include "sample.h"

static int setup(void **state)
{
	shim_setup(state);
	sample_fill();
	return 0;
}

static int teardown(void **state)
{
	locked_abort();
	shim_hand_over(NULL, 0);
	while (nr_saved)
		object_free(&saved[--nr_saved]);
	return shim_teardown(state);
}

static bool nothing_is_registered(void)
{
	return list_empty(&kstate_out.entries) && list_empty(&kstate_out.families);
}

static void registering_leaves_nothing(void **state)
{
	for (unsigned int i = 0; i < nr_sample_drivers; i++) {
		const struct driver *d = &sample_drivers[i];
		int err = -ENOMEM;

		for (unsigned long n = 1; err; n++) {
			shim_fail_alloc(n);
			err = kstate_register(d->desc, saved[i].mem, d->instance);
			assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 0);
			assert_true(!err || nothing_is_registered());
		}
		shim_fail_alloc(0);
		kstate_unregister(d->desc, saved[i].mem, d->instance);
	}
}

static void nothing_is_preserved(void)
{
	assert_int_equal(kstate_out.phase, KSTATE_IDLE);
	assert_int_equal(shim_preserved_bytes(), 0);
	assert_int_equal(shim_preserved_folios(), 0);
}

static void preparing_leaves_nothing(void **state)
{
	int err = -ENOMEM;

	sample_register();
	for (unsigned long n = 1; err; n++) {
		shim_fail_alloc(n);
		err = locked_prepare();
		assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 0);
		if (err)
			nothing_is_preserved();
	}
	shim_fail_alloc(0);
	assert_int_equal(locked_save(), 0);
}

/* Other folios, longer lists, payloads that go out of the tree. */
static void grow(void)
{
	struct fuzz_in in = fuzz_in((const u8 *)"grow", 4);

	for (unsigned int i = 0; i < nr_saved; i++)
		object_refill(&saved[i], &in);
}

static struct big {
	u32 nr;
	u8 *bytes;
} big;

static const struct kstate_description big_desc = DEV_DESC("big", 0x99,
	KSTATE_VARRAY(bytes, struct big, u8, nr, 1 << 20, KSTATE_CALLER));

static void saving_what_grew_leaves_nothing(void **state)
{
	int err = -ENOMEM;

	big.bytes = calloc(1, 1 << 20);
	sample_register();
	assert_int_equal(kstate_register(&big_desc, &big, 0), 0);
	for (unsigned long n = 1; err; n++) {
		big.nr = 10;
		assert_int_equal(locked_prepare(), 0);
		grow();
		big.nr = 1 << 20;
		shim_fail_alloc(n);
		err = locked_save();
		assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 0);
		if (err)
			nothing_is_preserved();
		shim_fail_alloc(0);
	}
	locked_abort();
	kstate_unregister(&big_desc, &big, 0);
	free(big.bytes);
}

/* Until it works, with the object as it was each time that it does not. */
static void restore_short(const struct driver *d)
{
	struct object o;
	int err = -ENOMEM;

	/* A release that fails does not fail the restore. */
	kstate_in_keep = true;
	object_prepare(&o, d->desc, d->bytes);
	object_remember(&o);
	for (unsigned long n = 1; err; n++) {
		shim_fail_alloc(n);
		err = kstate_restore(d->desc, o.mem, d->instance);
		assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 0);
		assert_true(!err || object_unchanged(&o));
	}
	shim_fail_alloc(0);
	assert_true(object_equal(sample_saved_as(d), &o));
	object_free(&o);
}

/* The first of them opens the image, too. */
static void restoring_leaves_the_object(void **state)
{
	sample_hand_over();
	for (unsigned int i = 0; i < nr_sample_drivers; i++)
		restore_short(&sample_drivers[i]);
}

static void so_it_does_with_newer_drivers(void **state)
{
	sample_hand_over();
	for (unsigned int i = 0; i < nr_newer_drivers; i++)
		restore_short(&newer_drivers[i]);
}

static void registering_and_restoring_leaves_nothing(void **state)
{
	sample_hand_over();
	kstate_in_keep = true;
	for (unsigned int i = 0; i < nr_sample_drivers; i++) {
		const struct driver *d = &sample_drivers[i];
		struct object o;
		int err = -ENOMEM;

		object_prepare(&o, d->desc, d->bytes);
		object_remember(&o);
		for (unsigned long n = 1; err != 1; n++) {
			shim_fail_alloc(n);
			err = kstate_register_restore(d->desc, o.mem, d->instance);
			assert_int_equal(err, shim_alloc_failed() ? -ENOMEM : 1);
			assert_true(err == 1 || (nothing_is_registered() && object_unchanged(&o)));
		}
		shim_fail_alloc(0);
		kstate_unregister(d->desc, o.mem, d->instance);
		object_free(&o);
	}
}

static struct object taken[SAMPLE_MAX];

static void own(struct folio *folio)
{
	folio->owned = true;
}

/* Half of the drivers have their state back; the others never ask. */
static void release_short(unsigned long n)
{
	sample_hand_over();
	for (unsigned int i = 0; i < nr_sample_drivers; i += 2) {
		const struct driver *d = &sample_drivers[i];

		object_prepare(&taken[i], d->desc, d->bytes);
		assert_int_equal(kstate_restore(d->desc, taken[i].mem, d->instance), 0);
	}
	shim_fail_alloc(n);
	{
		guard(mutex)(&kstate_in.lock);
		kstate_in_release();
	}
	for (unsigned int i = 0; i < nr_sample_drivers; i += 2) {
		object_owns(&taken[i], own);
		object_free(&taken[i]);
	}
}

/* What cannot be freed without memory stays with KHO; it is freed once at most. */
static void releasing_loses_nothing(void **state)
{
	bool failed = true;

	for (unsigned long n = 1; failed; n++) {
		release_short(n);
		failed = shim_alloc_failed();
		shim_fail_alloc(0);
		assert_int_equal(shim_folios_lost(), 0);
		shim_hand_over(NULL, 0);
		shim_folios_drop();
	}
}

#define test(f)		cmocka_unit_test_setup_teardown(f, setup, teardown)
#define test_in(f)	cmocka_unit_test_setup_teardown(f, sample_setup, sample_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(registering_leaves_nothing),
		test(preparing_leaves_nothing),
		test(saving_what_grew_leaves_nothing),
		test_in(restoring_leaves_the_object),
		test_in(so_it_does_with_newer_drivers),
		test_in(registering_and_restoring_leaves_nothing),
		test_in(releasing_loses_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
