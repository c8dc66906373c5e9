// SPDX-License-Identifier: GPL-2.0
/*
 * test_tries.c - another try to restore many elements is about as much work as the first
 *
 * The section keeps what a try has taken, but for the driver's own elements. The next
 * one finds it again, also if it wants less, or has its subsections in another order.
 */

#include <stdlib.h>

#include "fixture.h"

#define NR_ITEMS	2000

struct item {
	struct list_head link;
	u32 key;
	char *text;
};

struct holder {
	struct list_head first;
	struct list_head second;
	struct folio *mine;
	struct folio *missing;
};

static void *item_alloc(void *obj)
{
	return shim_driver_alloc(sizeof(struct item));
}

static void item_free(void *item)
{
	shim_free(item);
}

#define ITEM(_name, _id, ...) {						\
	.name = (_name), .id = (_id), .alloc = item_alloc, .free = item_free,	\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(key, struct item, u32), ##__VA_ARGS__, KSTATE_END_OF_LIST() } }

static const struct kstate_description item_desc =
	ITEM("item", 0xb1, KSTATE_STRING(text, struct item, 16));
static const struct kstate_description bare_desc = ITEM("bare-item", 0xb2);

#define ITEMS(_list)	KSTATE_LIST(_list, struct holder, struct item, link, &item_desc, NR_ITEMS)
#define BARE(_list)	KSTATE_LIST(_list, struct holder, struct item, link, &bare_desc, NR_ITEMS)
#define MISSING		KSTATE_FOLIO(missing, struct holder)

#define SUB(_name, _id, ...) {							\
	.name = (_name), .id = (_id),						\
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() } }

static const struct kstate_description sub_first = SUB("sub-first", 0xb3, ITEMS(first));
static const struct kstate_description sub_second =
	SUB("sub-second", 0xb4, KSTATE_FOLIO(mine, struct holder), ITEMS(second));
static const struct kstate_description sub_missing = SUB("sub-missing", 0xb5, MISSING);

#define HOLDER(_version, _subs, ...) {						\
	.name = "holder", .id = 0xb0, .flags = KSTATE_STABLE, .version_id = (_version), \
	.min_version_id = 1, .subsections = (_subs),				\
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() } }
#define SUBS(...)	((const struct kstate_description *[]) { __VA_ARGS__, NULL })

static const struct kstate_description whole = HOLDER(1, NULL, ITEMS(first), ITEMS(second), MISSING);
static const struct kstate_description less =
	HOLDER(2, NULL, KSTATE_LIST_DEPRECATED(first, NR_ITEMS, 1), ITEMS(second), MISSING);
static const struct kstate_description parts =
	HOLDER(1, SUBS(&sub_second, &sub_missing), BARE(first));
static const struct kstate_description ordered =
	HOLDER(1, SUBS(&sub_first, &sub_second, &sub_missing), KSTATE_FOLIO(mine, struct holder));
static const struct kstate_description reordered =
	HOLDER(1, SUBS(&sub_missing, &sub_second, &sub_first), KSTATE_FOLIO(mine, struct holder));

static struct item items[2][NR_ITEMS];
static struct holder saved, live;
static unsigned long first_steps;

static int setup(void **state)
{
	struct list_head *lists[] = { &saved.first, &saved.second };

	shim_setup(state);
	saved = live = (struct holder){};
	saved.mine = shim_folio_alloc(1);
	saved.missing = shim_folio_alloc(0);
	for (int list = 0; list < 2; list++) {
		INIT_LIST_HEAD(lists[list]);
		for (int i = 0; i < NR_ITEMS; i++) {
			items[list][i] = (struct item){ .key = i, .text = (char *)"text" };
			list_add_tail(&items[list][i].link, lists[list]);
		}
	}
	return 0;
}

/* The first try takes all but the folio that is missing. */
static void update_and_fail(const struct kstate_description *desc)
{
	unsigned long before;

	assert_int_equal(kstate_register(desc, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	saved.missing->handed_over = false;
	before = shim_steps();
	assert_int_equal(kstate_restore(desc, &live, 0), -ENXIO);
	first_steps = shim_steps() - before;
	saved.missing->handed_over = true;
	/* It is counted at all. */
	assert_true(first_steps > NR_ITEMS);
}

/* The second one also hands out what it has: twice as much, and a bit. */
static void restore_in_few_steps(const struct kstate_description *desc)
{
	const unsigned long before = shim_steps();

	assert_int_equal(kstate_restore(desc, &live, 0), 0);
	assert_in_range(shim_steps() - before, 1, 3 * first_steps);
}

static void drop_items(struct list_head *list, bool texts)
{
	struct item *item, *next;
	u32 key = 0;

	list_for_each_entry_safe(item, next, list, link) {
		assert_int_equal(item->key, key++);
		if (texts)
			assert_string_equal(item->text, "text");
		shim_free(item->text);
		shim_free(item);
	}
	assert_int_equal(key, NR_ITEMS);
}

static void a_second_try_is_as_much_work_as_the_first(void **state)
{
	update_and_fail(&whole);
	restore_in_few_steps(&whole);
	drop_items(&live.first, true);
	drop_items(&live.second, true);
}

static void what_is_not_wanted_any_more_is_passed_over_once(void **state)
{
	update_and_fail(&whole);
	restore_in_few_steps(&less);
	assert_null(live.first.next);
	drop_items(&live.second, true);
}

static void what_a_subsection_took_is_not_searched_for_the_section(void **state)
{
	update_and_fail(&parts);
	restore_in_few_steps(&parts);
	assert_ptr_equal(live.mine, saved.mine);
	drop_items(&live.first, false);
	drop_items(&live.second, true);
}

static void subsections_may_come_in_another_order(void **state)
{
	update_and_fail(&ordered);
	restore_in_few_steps(&reordered);
	assert_ptr_equal(live.mine, saved.mine);
	drop_items(&live.first, true);
	drop_items(&live.second, true);
}

/* What the second try has no use for, the third one has. */
static void what_was_passed_over_is_found_by_the_try_after(void **state)
{
	unsigned long allocs;

	update_and_fail(&whole);
	saved.missing->handed_over = false;
	assert_int_equal(kstate_restore(&less, &live, 0), -ENXIO);
	saved.missing->handed_over = true;
	allocs = shim_allocs();
	restore_in_few_steps(&whole);
	/* A claim for each of the driver's elements; the texts and theirs are there. */
	assert_in_range(shim_allocs() - allocs, 2 * NR_ITEMS, 2 * NR_ITEMS + 100);
	drop_items(&live.first, true);
	drop_items(&live.second, true);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_second_try_is_as_much_work_as_the_first),
		test(what_is_not_wanted_any_more_is_passed_over_once),
		test(what_a_subsection_took_is_not_searched_for_the_section),
		test(subsections_may_come_in_another_order),
		test(what_was_passed_over_is_found_by_the_try_after),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
