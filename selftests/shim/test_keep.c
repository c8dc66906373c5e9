// SPDX-License-Identifier: GPL-2.0
/*
 * test_keep.c - folios that objects gain, lose and pass on between walks
 *
 * Whoever leaves lets go of all that it had, and of nothing that is somebody else's by then.
 */

#include <stdio.h>
#include <stdlib.h>

#include "payload.h"

struct holder {
	struct folio *a;
	struct folio *b;
};

static const struct kstate_description holder_desc = DEV_DESC("holder", 0x74,
	KSTATE_FOLIO(a, struct holder), KSTATE_FOLIO(b, struct holder));

static void hold(struct holder *holder, u64 instance)
{
	assert_int_equal(kstate_register(&holder_desc, holder, instance), 0);
}

static void an_object_that_gained_a_folio_lets_go_of_it(void **state)
{
	struct holder first = { .a = shim_folio_alloc(0) }, second = { .a = shim_folio_alloc(0) };
	struct holder third = { .a = shim_folio_alloc(0) };
	const struct kimage image = { .carries = true };

	hold(&first, 1);
	hold(&second, 2);
	hold(&third, 3);
	assert_int_equal(locked_prepare(), 0);
	kstate_unregister(&holder_desc, &second, 2);
	first.b = shim_folio_alloc(0);
	assert_int_equal(kstate_kexec_save(&image), 0);
	assert_true(first.b->preserved);
	kstate_kexec_abort();
	kstate_unregister(&holder_desc, &first, 1);
	assert_false(first.a->preserved);
	assert_false(first.b->preserved);
	assert_true(third.a->preserved);
}

static void an_object_before_a_gap_lets_go(void **state)
{
	struct holder first = { .a = shim_folio_alloc(0) }, second = {};
	struct holder third = { .a = shim_folio_alloc(0) };

	hold(&first, 1);
	hold(&second, 2);
	hold(&third, 3);
	assert_int_equal(locked_prepare(), 0);
	kstate_unregister(&holder_desc, &third, 3);
	second.a = shim_folio_alloc(0);
	assert_int_equal(locked_save(), 0);
	assert_true(second.a->preserved);
	kstate_unregister(&holder_desc, &second, 2);
	assert_false(second.a->preserved);
}

/* KHO has a bit for each page: whoever clears it does not know who has set it. */
static void what_another_user_of_kho_preserves_stays_preserved(void **state)
{
	struct holder first = { .a = shim_folio_alloc(0) }, second = { .a = shim_folio_alloc(0) };
	struct folio *gained = shim_folio_alloc(0);
	bool still;

	hold(&first, 1);
	hold(&second, 2);
	assert_int_equal(locked_prepare(), 0);
	kstate_unregister(&holder_desc, &second, 2);
	first.b = gained;
	assert_int_equal(locked_prepare(), 0);
	kstate_unregister(&holder_desc, &first, 1);
	gained->preserved = true;
	locked_prepare();
	still = gained->preserved;
	gained->preserved = false;
	assert_true(still);
}

static struct holder giver, taker;
static bool gives;

/* The giver is removed, as by another thread, and the taker gets its folio. */
static void taker_lock(void *obj)
{
	if (!gives)
		return;
	gives = false;
	taker.a = giver.a;
	kstate_unregister(&holder_desc, &giver, 1);
}

static void taker_unlock(void *obj)
{
}

#define TAKER(_name, _id, _flags) {						\
	.name = _name, .id = _id, .version_id = 1, .flags = _flags,		\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_FOLIO(a, struct holder), KSTATE_END_OF_LIST() },		\
	.lock = taker_lock, .unlock = taker_unlock,				\
}

static const struct kstate_description may_take = TAKER("may-take", 0x75, KSTATE_OPTIONAL);
static const struct kstate_description must_take = TAKER("must-take", 0x76, 0);

static void make_giver(const struct kstate_description *desc)
{
	giver = (struct holder){ .a = shim_folio_alloc(0) };
	taker = (struct holder){};
	hold(&giver, 1);
	assert_int_equal(kstate_register(desc, &taker, 0), 0);
}

static void who_is_given_a_folio_is_saved_with_it(void **state)
{
	const struct kstate_entry *entry;

	make_giver(&may_take);
	assert_int_equal(locked_prepare(), 0);
	gives = true;
	assert_int_equal(locked_save(), 0);
	entry = list_last_entry(&kstate_out.entries, struct kstate_entry, list);
	assert_int_equal(entry->err, 0);
	assert_true(taker.a->preserved);
	/* All is well, so there is nothing to say. */
	assert_string_equal(shim_log_text(), "");
}

static void who_is_given_a_folio_meanwhile_is_prepared(void **state)
{
	make_giver(&must_take);
	gives = true;
	assert_int_equal(locked_prepare(), 0);
	assert_true(taker.a->preserved);
}

#define NR_GIVERS	3

static struct holder givers[NR_GIVERS];
static int nr_givers;

/* One after the other: each time that the taker is looked at, it has another one's folio. */
static void heir_lock(void *obj)
{
	if (!nr_givers)
		return;
	nr_givers--;
	taker.a = givers[nr_givers].a;
	kstate_unregister(&holder_desc, &givers[nr_givers], nr_givers);
}

static const struct kstate_description heir = {
	.name = "heir", .id = 0x77, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_FOLIO(a, struct holder), KSTATE_END_OF_LIST() },
	.lock = heir_lock, .unlock = taker_unlock,
};

static void make_givers(int nr)
{
	taker = (struct holder){};
	for (int i = 0; i < nr; i++) {
		givers[i] = (struct holder){ .a = shim_folio_alloc(0) };
		hold(&givers[i], i);
	}
	assert_int_equal(kstate_register(&heir, &taker, 0), 0);
}

static void who_is_given_folios_again_and_again_is_prepared_later(void **state)
{
	make_givers(NR_GIVERS);
	nr_givers = NR_GIVERS;
	assert_int_equal(locked_prepare(), -EAGAIN);
	assert_logged("memory passes from object to object");
	assert_int_equal(kstate_out.phase, KSTATE_IDLE);
	assert_int_equal(shim_preserved_folios(), 0);
	assert_int_equal(locked_prepare(), 0);
	assert_true(taker.a->preserved);
	assert_int_equal(shim_preserved_folios(), 1);
}

static void a_save_ends_that_folios_overtake(void **state)
{
	make_givers(NR_GIVERS);
	assert_int_equal(locked_prepare(), 0);
	nr_givers = NR_GIVERS;
	assert_int_equal(locked_save(), -EAGAIN);
	assert_logged("objects change faster than they are saved");
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_preserved_folios(), 1);
}

#define test(_function) cmocka_unit_test_setup_teardown(_function, shim_setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_object_that_gained_a_folio_lets_go_of_it),
		test(an_object_before_a_gap_lets_go),
		test(what_another_user_of_kho_preserves_stays_preserved),
		test(who_is_given_a_folio_is_saved_with_it),
		test(who_is_given_a_folio_meanwhile_is_prepared),
		test(who_is_given_folios_again_and_again_is_prepared_later),
		test(a_save_ends_that_folios_overtake),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
