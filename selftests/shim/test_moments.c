// SPDX-License-Identifier: GPL-2.0
/*
 * test_moments.c - what a driver promises, and what the engine promises it
 *
 * Each moment of an object's life, and what comes in between: objects that come and go
 * while an image is prepared, saved, or on its way.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

struct link {
	struct list_head list;
	u32 key;
};

struct card {
	u32 mode;
	struct list_head links;
	struct folio *ring;
	u32 nr;
	u8 *bytes;
};

static const struct kstate_description link_desc = {
	.name = "link", .id = 0x71,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct link, u32), KSTATE_END_OF_LIST() },
};

/* What was called, in order, one letter each, and the mode of the object. */
static char calls[256];
static size_t nr_calls;
static bool is_locked;
static int freeze_err;
static void (*in_freeze)(void), (*in_lock)(void);	/* the latter for object 2 */

static void called(char what, const struct card *card)
{
	calls[nr_calls++] = what;
	calls[nr_calls++] = '0' + card->mode;
	calls[nr_calls] = '\0';
}

static void card_lock(void *obj)
{
	void (*hook)(void) = ((struct card *)obj)->mode == 2 ? in_lock : NULL;

	assert_false(is_locked);
	assert_false(mutex_is_locked(&kstate_out.lock));
	is_locked = true;
	called('l', obj);
	if (!hook)
		return;
	in_lock = NULL;
	hook();
}

static void card_unlock(void *obj)
{
	assert_true(is_locked);
	assert_false(mutex_is_locked(&kstate_out.lock));
	is_locked = false;
	called('u', obj);
}

static int card_freeze(void *obj)
{
	void (*hook)(void) = in_freeze;

	assert_false(mutex_is_locked(&kstate_out.lock));
	called('f', obj);
	in_freeze = NULL;
	if (hook)
		hook();
	return ((struct card *)obj)->mode == 2 ? freeze_err : 0;
}

static void card_thaw(void *obj)
{
	assert_false(mutex_is_locked(&kstate_out.lock));
	called('t', obj);
}

static bool card_has_key(const void *obj)
{
	assert_true(is_locked);
	assert_false(mutex_is_locked(&kstate_out.lock));
	return false;
}

static const struct kstate_description key_desc = {
	.name = "key", .id = 0x72, .needed = card_has_key,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct card, u32), KSTATE_END_OF_LIST() },
};

#define CARD_FIELDS								\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(mode, struct card, u32),			\
		KSTATE_LIST(links, struct card, struct link, list, &link_desc, 100), \
		KSTATE_FOLIO(ring, struct card),				\
		KSTATE_VARRAY(bytes, struct card, u8, nr, 1 << 20, KSTATE_ALLOCATED), \
		KSTATE_END_OF_LIST()						\
	}

#define CARD_CALLS								\
	.lock = card_lock, .unlock = card_unlock, .freeze = card_freeze, .thaw = card_thaw

static const struct kstate_description card_desc = {
	.name = "card", .id = 0x70, .version_id = 1, CARD_FIELDS, CARD_CALLS,
	.subsections = (const struct kstate_description *[]) { &key_desc, NULL },
};

static const struct kstate_description spare_desc = {
	.name = "spare", .id = 0x73, .flags = KSTATE_OPTIONAL, CARD_FIELDS, CARD_CALLS,
};

static struct link links[3];
static struct card cards[4];
static const struct kimage carried = { .carries = true }, apart;

static int setup(void **state)
{
	shim_setup(state);
	nr_calls = 0;
	calls[0] = '\0';
	is_locked = false;
	freeze_err = 0;
	failing_err = 0;
	in_freeze = in_lock = NULL;
	for (u32 i = 0; i < ARRAY_SIZE(cards); i++) {
		cards[i] = (struct card){ .mode = i };
		INIT_LIST_HEAD(&cards[i].links);
	}
	for (u32 i = 0; i < ARRAY_SIZE(links); i++) {
		links[i].key = i;
		list_add_tail(&links[i].list, &cards[1].links);
	}
	return 0;
}

static int teardown(void **state)
{
	assert_false(is_locked);
	return shim_teardown(state);
}

static void add(const struct kstate_description *desc, u32 nr)
{
	assert_int_equal(kstate_register(desc, &cards[nr], nr), 0);
}

static void forget_calls(void)
{
	nr_calls = 0;
	calls[0] = '\0';
}

static int section(const char *name)
{
	size_t len;
	const void *image = shim_outgoing(&len);

	assert_non_null(image);
	assert_int_equal(fdt_check_full(image, len), 0);
	return fdt_subnode_offset(image, fdt_path_offset(image, "/sections"), name);
}

static const void *prop(const char *name, const char *what)
{
	size_t len;

	return fdt_getprop(shim_outgoing(&len), section(name), what, NULL);
}

/* The next kernel, whose drivers come with empty objects. */
static int comes_back(const struct kstate_description *desc, u32 nr)
{
	INIT_LIST_HEAD(&cards[nr].links);
	cards[nr].mode = 9;
	return kstate_restore(desc, &cards[nr], nr);
}

static void every_look_at_an_object_is_locked(void **state)
{
	struct kstate_entry *entry;

	add(&card_desc, 1);
	assert_string_equal(calls, "");
	entry = list_first_entry(&kstate_out.entries, struct kstate_entry, list);
	kstate_out.lock.held = 1;
	assert_int_equal(kstate_entry_bytes(entry), 4 + 8 + 3 * (8 + 4) + 12 + 8);
	kstate_out.lock.held = 0;
	assert_string_equal(calls, "l1u1");
	forget_calls();
	assert_int_equal(locked_prepare(), 0);
	assert_string_equal(calls, "l1u1");
	forget_calls();
	assert_int_equal(locked_save(), 0);
	assert_string_equal(calls, "l1u1");
}

static void what_follows_a_shape_says_how_it_is_kept(void **state)
{
	struct kstate_description desc = card_desc;

	desc.lock = NULL;
	desc.unlock = NULL;
	assert_int_equal(kstate_register(&desc, &cards[1], 1), -EINVAL);
	assert_logged("description card (id 0x70), field links of card: what it follows may change");
	desc.flags = KSTATE_STABLE;
	assert_int_equal(kstate_register(&desc, &cards[1], 1), 0);
	kstate_unregister(&desc, &cards[1], 1);
	desc.lock = card_lock;
	assert_int_equal(kstate_register(&desc, &cards[1], 1), -EINVAL);
	assert_logged("it has one of lock and unlock only");
}

static void all_are_frozen_before_any_is_saved(void **state)
{
	add(&card_desc, 1);
	add(&spare_desc, 2);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	/* Once prepared, once saved; and nothing thaws. */
	assert_string_equal(calls, "f1f2l1u1l2u2l1u1l2u2");
}

static void a_freeze_that_fails_refuses_the_kexec(void **state)
{
	size_t len;

	add(&card_desc, 1);
	add(&spare_desc, 2);
	add(&card_desc, 3);
	freeze_err = -EIO;
	assert_int_equal(kstate_kexec_save(&carried), -EIO);
	assert_string_equal(calls, "f1f2t1");
	assert_logged("freeze: spare@2: error -5");
	assert_logged("kexec refused");
	assert_null(shim_outgoing(&len));
}

static void who_refuses_later_thaws_all_the_other_way_round(void **state)
{
	size_t len;

	add(&card_desc, 1);
	add(&spare_desc, 2);
	add(&card_desc, 3);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	forget_calls();
	kstate_kexec_abort();
	assert_string_equal(calls, "t3t2t1");
	assert_null(shim_outgoing(&len));
	/* And again. */
	forget_calls();
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_memory_equal(calls, "f1f2f3", 6);
}

static void a_save_that_fails_thaws_all(void **state)
{
	add(&card_desc, 1);
	add(&card_desc, 2);
	cards[2].nr = (1 << 20) + 1;
	assert_int_equal(kstate_kexec_save(&carried), -E2BIG);
	assert_string_equal(calls + nr_calls - 4, "t2t1");
}

static void a_rehearsal_freezes_nothing(void **state)
{
	add(&card_desc, 1);
	assert_int_equal(kstate_command("save"), 0);
	assert_string_equal(calls, "l1u1l1u1");
}

static void a_refused_kexec_stays_prepared(void **state)
{
	size_t bytes;

	cards[1].ring = shim_folio_alloc(1);
	add(&card_desc, 1);
	kstate_kexec_loaded(&carried);
	bytes = shim_preserved_bytes();
	assert_int_equal(kstate_kexec_save(&carried), 0);
	kstate_kexec_abort();
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	assert_int_equal(shim_preserved_bytes(), bytes);
	assert_int_equal(shim_preserved_folios(), 1);
	shim_fail_alloc(0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	/* KHO's own, to show its root. */
	assert_int_equal(shim_allocs(), 1);
}

static void who_leaves_after_prepare_takes_its_own_share(void **state)
{
	for (u32 i = 0; i < 4; i++) {
		cards[i].ring = shim_folio_alloc(0);
		add(&card_desc, i);
	}
	kstate_kexec_loaded(&carried);
	kstate_unregister(&card_desc, &cards[2], 2);
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	assert_int_equal(shim_preserved_folios(), 3);
	shim_fail_alloc(0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_int_equal(shim_allocs(), 1);
	assert_true(section("card@1") > 0);
	assert_int_equal(section("card@2"), -FDT_ERR_NOTFOUND);
	assert_true(section("card@3") > 0);
	assert_int_equal(shim_preserved_folios(), 3);
}

static void who_leaves_a_kexec_withdraws_its_section(void **state)
{
	u64 before = ktime_get_real_ns();

	cards[1].ring = shim_folio_alloc(0);
	add(&card_desc, 1);
	add(&card_desc, 2);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	shim_fail_alloc(1);
	kstate_unregister(&card_desc, &cards[1], 1);
	assert_false(shim_alloc_failed());
	shim_fail_alloc(0);
	assert_logged("card@1 leaves in the middle of the kexec: its state is lost");
	assert_int_equal(kstate_out.withdrawn, 1);
	assert_int_equal(get_unaligned_be32(prop("card@1", "lost")), ESHUTDOWN);
	assert_true(get_unaligned_be64(prop("card@1", "withdrawn")) >= before);
	assert_null(prop("card@1", "data"));
	assert_non_null(prop("card@2", "data"));
	assert_int_equal(shim_preserved_folios(), 0);
	shim_kexec();
	assert_int_equal(comes_back(&card_desc, 1), -ENODATA);
	assert_int_equal(cards[1].mode, 9);
	assert_int_equal(comes_back(&card_desc, 2), 0);
	assert_int_equal(cards[2].mode, 2);
	kstate_out.withdrawn = 0;
}

static const struct kstate_description tiny_desc = {
	.name = "t", .id = 0x74,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_DEPRECATED(k, u16, 0), KSTATE_END_OF_LIST() },
	.version_id = 1,
};

/* What marks a section has room, even if it has no payload at all. */
static void what_is_tiny_can_be_withdrawn(void **state)
{
	add(&tiny_desc, 1);
	add(&tiny_desc, 2);
	assert_int_equal(locked_save(), 0);
	kstate_unregister(&tiny_desc, &cards[1], 1);
	assert_int_equal(get_unaligned_be32(prop("t@1", "lost")), ESHUTDOWN);
	assert_non_null(prop("t@1", "withdrawn"));
	assert_non_null(prop("t@2", "data"));
	shim_kexec();
	assert_int_equal(kstate_restore(&tiny_desc, &cards[1], 1), -ENODATA);
	assert_int_equal(kstate_restore(&tiny_desc, &cards[2], 2), 0);
}

static void what_is_outside_the_tree_goes_with_its_object(void **state)
{
	size_t small;

	add(&card_desc, 2);
	assert_int_equal(locked_save(), 0);
	small = shim_preserved_bytes();
	cards[1].nr = 100000;
	cards[1].bytes = shim_driver_alloc(cards[1].nr);
	add(&card_desc, 1);
	assert_int_equal(locked_save(), 0);
	assert_true(shim_preserved_bytes() > small + 100000);
	kstate_unregister(&card_desc, &cards[1], 1);
	assert_true(shim_preserved_bytes() <= small + PAGE_SIZE);
	assert_int_equal(kstate_out.phase, KSTATE_SAVED);
	shim_free(cards[1].bytes);
}

static void register_again(void)
{
	kstate_unregister(&card_desc, &cards[1], 1);
	add(&card_desc, 1);
}

/* In the callback of another object; the walk may be before it or after it. */
static void objects_come_and_go_while_others_are_looked_at(void **state)
{
	cards[1].ring = shim_folio_alloc(0);
	cards[3].ring = shim_folio_alloc(0);
	for (int i = 0; i < 2; i++) {
		add(&card_desc, i ? 1 : 2);
		add(&card_desc, i ? 2 : 1);
		add(&card_desc, 3);
		assert_int_equal(locked_prepare(), 0);
		in_lock = register_again;
		assert_int_equal(locked_save(), 0);
		assert_true(section("card@2") > 0 && section("card@3") > 0);
		assert_true(section("card@1") < 0 || prop("card@1", "lost"));
		assert_int_equal(shim_preserved_folios(), 1);
		assert_int_equal(locked_save(), 0);
		assert_non_null(prop("card@1", "data"));
		assert_int_equal(shim_preserved_folios(), 2);
		for (u32 n = 1; n < 4; n++)
			kstate_unregister(&card_desc, &cards[n], n);
		locked_abort();
	}
}

static void leave_now(void)
{
	kstate_unregister(&card_desc, &cards[2], 2);
}

static void leave_spare(void)
{
	kstate_unregister(&spare_desc, &cards[2], 2);
}

static void come_now(void)
{
	add(&card_desc, 3);
}

static void a_mandatory_object_that_leaves_refuses_the_kexec(void **state)
{
	add(&card_desc, 1);
	add(&card_desc, 2);
	in_freeze = leave_now;
	assert_int_equal(kstate_kexec_save(&carried), -EBUSY);
	assert_string_equal(calls + nr_calls - 2, "t1");
	assert_int_equal(kstate_kexec_save(&carried), 0);
	kstate_out.withdrawn = 0;
}

static void an_optional_one_does_not(void **state)
{
	add(&card_desc, 1);
	add(&spare_desc, 2);
	in_freeze = leave_spare;
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_logged("spare@2 leaves in the middle of the kexec: its state is not handed over");
	assert_int_equal(section("spare@2"), -FDT_ERR_NOTFOUND);
	assert_non_null(prop("card@1", "data"));
	kstate_out.withdrawn = 0;
}

static void what_comes_too_late_refuses_it(void **state)
{
	add(&card_desc, 1);
	in_freeze = come_now;
	assert_int_equal(kstate_kexec_save(&carried), -EBUSY);
	assert_logged("card@3 came in the middle of the kexec");
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_non_null(prop("card@3", "data"));
}

static void an_image_that_kho_does_not_reach_is_refused(void **state)
{
	add(&spare_desc, 2);
	assert_int_equal(kstate_kexec_save(&apart), 0);
	add(&card_desc, 1);
	assert_int_equal(kstate_kexec_save(&apart), -EOPNOTSUPP);
	assert_logged("kexec refused: KHO does not reach the next kernel, and state would be lost");
	assert_string_equal(calls, "");
	kstate_out.force = true;
	assert_int_equal(kstate_kexec_save(&apart), 0);
	assert_logged("kexec_force: no state refuses this kexec");
}

static void force_saves_what_can_be_saved(void **state)
{
	add(&card_desc, 1);
	add(&card_desc, 2);
	add(&card_desc, 3);
	freeze_err = -EIO;
	cards[3].nr = (1 << 20) + 1;
	kstate_out.force = true;
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_non_null(prop("card@1", "data"));
	/* It goes on changing. */
	assert_int_equal(get_unaligned_be32(prop("card@2", "lost")), EIO);
	assert_int_equal(get_unaligned_be32(prop("card@3", "lost")), E2BIG);
	assert_logged("freeze: card@2: error -5");
	forget_calls();
	kstate_kexec_abort();
	assert_string_equal(calls, "t3t1");
}

static void force_goes_without_any_state_if_it_must(void **state)
{
	size_t len;

	add(&card_desc, 1);
	kstate_out.force = true;
	shim_limit_memory(0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_null(shim_outgoing(&len));
	assert_logged("kexec_force: state is lost: error -12");
}

static void the_engine_follows_what_is_loaded(void **state)
{
	add(&card_desc, 1);
	kstate_kexec_loaded(&carried);
	assert_int_equal(kstate_out.phase, KSTATE_PREPARED);
	kstate_kexec_loaded(&apart);
	assert_int_equal(kstate_out.phase, KSTATE_IDLE);
	kstate_kexec_loaded(&carried);
	kstate_kexec_loaded(NULL);
	assert_int_equal(kstate_out.phase, KSTATE_IDLE);
	assert_int_equal(shim_preserved_bytes(), 0);
}

static void what_is_preserved_is_held(void **state)
{
	struct folio *ring = shim_folio_alloc(1);

	cards[1].ring = ring;
	add(&card_desc, 1);
	assert_int_equal(locked_prepare(), 0);
	/* The driver has another one now; KHO still has the first. */
	shim_folio_free(ring);
	cards[1].ring = shim_folio_alloc(1);
	assert_true(shim_folio_is_live(ring));
	assert_int_equal(locked_save(), 0);
	assert_false(shim_folio_is_live(ring));
	assert_int_equal(shim_preserved_folios(), 1);
}

static void a_folio_beyond_the_page_allocator_comes_back(void **state)
{
	struct folio *ring = shim_folio_alloc(MAX_PAGE_ORDER + 2);

	cards[0].ring = ring;
	add(&card_desc, 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	cards[0].ring = NULL;
	assert_int_equal(comes_back(&card_desc, 0), 0);
	assert_ptr_equal(cards[0].ring, ring);
}

static void modules_are_pinned_from_freezing_on(void **state)
{
	shim_module = true;
	add(&card_desc, 1);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_pins, 0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	assert_int_not_equal(shim_pins, 0);
	kstate_kexec_abort();
	assert_int_equal(shim_pins, 0);
	assert_int_equal(kstate_kexec_save(&carried), 0);
	kstate_unregister(&card_desc, &cards[1], 1);
	assert_int_equal(shim_pins, 0);
	kstate_out.withdrawn = 0;
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_look_at_an_object_is_locked),
		test(what_follows_a_shape_says_how_it_is_kept),
		test(all_are_frozen_before_any_is_saved),
		test(a_freeze_that_fails_refuses_the_kexec),
		test(who_refuses_later_thaws_all_the_other_way_round),
		test(a_save_that_fails_thaws_all),
		test(a_rehearsal_freezes_nothing),
		test(a_refused_kexec_stays_prepared),
		test(who_leaves_after_prepare_takes_its_own_share),
		test(who_leaves_a_kexec_withdraws_its_section),
		test(what_is_tiny_can_be_withdrawn),
		test(what_is_outside_the_tree_goes_with_its_object),
		test(objects_come_and_go_while_others_are_looked_at),
		test(a_mandatory_object_that_leaves_refuses_the_kexec),
		test(an_optional_one_does_not),
		test(what_comes_too_late_refuses_it),
		test(an_image_that_kho_does_not_reach_is_refused),
		test(force_saves_what_can_be_saved),
		test(force_goes_without_any_state_if_it_must),
		test(the_engine_follows_what_is_loaded),
		test(what_is_preserved_is_held),
		test(a_folio_beyond_the_page_allocator_comes_back),
		test(modules_are_pinned_from_freezing_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
