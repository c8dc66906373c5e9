// SPDX-License-Identifier: GPL-2.0
/*
 * test_retry.c - a section that failed is tried again with another description
 *
 * As when a module is loaded again after it has been fixed. What the first try
 * took belongs to the section, and may not fit the second one.
 */

#include <stdlib.h>

#include "fixture.h"

struct small {
	struct list_head link;
	u32 key;
};

struct large {
	struct list_head link;
	u32 key;
	u8 more[200];
};

struct owner {
	struct list_head small;
	struct list_head large;
	struct folio *first;
	struct folio *second;
	struct folio *missing;
	char *label;
};

#define ELEMENT(_type) {							\
	.name = "element", .id = 0x71,						\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(key, _type, u32), KSTATE_END_OF_LIST() } }

static const struct kstate_description small_desc = ELEMENT(struct small);
static const struct kstate_description large_desc = ELEMENT(struct large);

/* The list is called small in the image, whatever the new driver makes of it. */
#define LARGE_LIST {								\
	__KSTATE_COMMON(KSTATE_KIND_LIST, "small", "list", 0, KSTATE_ABI_NO_UNTIL), \
	.offset = offsetof(struct owner, large), .link = offsetof(struct large, link), \
	.count = 10, .stride = sizeof(struct large), .desc = &large_desc,	\
	.owner = KSTATE_ALLOCATED }

#define OWNER_DESC(_version, ...) {						\
	.name = "owner", .id = 0x70, .flags = KSTATE_STABLE, .version_id = (_version), .min_version_id = 1,	\
	.fields = (const struct kstate_field[]) { __VA_ARGS__,			\
		KSTATE_FOLIO(missing, struct owner), KSTATE_END_OF_LIST() } }

#define SMALL_LIST	KSTATE_LIST(small, struct owner, struct small, link, &small_desc, 10)
#define FIRST		KSTATE_FOLIO(first, struct owner)
#define SECOND		KSTATE_FOLIO(second, struct owner)

static const struct kstate_description with_small = OWNER_DESC(1, SMALL_LIST, FIRST, SECOND);
static const struct kstate_description with_large = OWNER_DESC(1, LARGE_LIST, FIRST, SECOND);
static const struct kstate_description without_first =
	OWNER_DESC(2, SMALL_LIST, KSTATE_FOLIO_DEPRECATED(first, 1), SECOND);
static const struct kstate_description without_list =
	OWNER_DESC(2, KSTATE_LIST_DEPRECATED(small, 10, 1), FIRST, SECOND);

static struct small elements[2];
static struct owner saved, live;
static struct folio *missing;

static int setup(void **state)
{
	shim_setup(state);
	INIT_LIST_HEAD(&saved.small);
	for (int i = 0; i < 2; i++) {
		elements[i].key = i + 1;
		list_add_tail(&elements[i].link, &saved.small);
	}
	saved.first = shim_folio_alloc(0);
	saved.second = shim_folio_alloc(1);
	saved.missing = missing = shim_folio_alloc(0);
	saved.label = NULL;
	live = (struct owner){};
	return 0;
}

/* The first try takes all but the folio that is missing. */
static void update_and_fail(const struct kstate_description *desc)
{
	assert_int_equal(kstate_register(&with_small, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	missing->handed_over = false;
	assert_int_equal(kstate_restore(desc, &live, 0), -ENXIO);
	missing->handed_over = true;
}

static void drop_list(struct list_head *head, size_t link)
{
	while (head->next && !list_empty(head)) {
		struct list_head *p = head->next;

		list_del(p);
		shim_free((void *)p - link);
	}
}

static void larger_elements_have_room(void **state)
{
	struct large *element;
	u32 key = 0;

	update_and_fail(&with_small);
	assert_int_equal(kstate_restore(&with_large, &live, 0), 0);
	list_for_each_entry(element, &live.large, link) {
		assert_int_equal(element->key, ++key);
		memset(element->more, 1, sizeof(element->more));
	}
	assert_int_equal(key, 2);
	drop_list(&live.large, offsetof(struct large, link));
}

static void larger_elements_may_lack_memory(void **state)
{
	update_and_fail(&with_small);
	shim_fail_alloc(1);
	assert_int_equal(kstate_restore(&with_large, &live, 0), -ENOMEM);
	shim_fail_alloc(0);
	assert_int_equal(kstate_restore(&with_large, &live, 0), 0);
	drop_list(&live.large, offsetof(struct large, link));
}

static void a_folio_that_is_not_wanted_any_more_is_freed(void **state)
{
	struct folio *first = saved.first;

	update_and_fail(&with_small);
	assert_false(first->handed_over);
	assert_int_equal(kstate_restore(&without_first, &live, 0), 0);
	assert_false(shim_folio_is_live(first));
	assert_ptr_equal(live.second, saved.second);
	drop_list(&live.small, offsetof(struct small, link));
}

static void memory_that_is_not_wanted_any_more_is_freed(void **state)
{
	update_and_fail(&with_small);
	/* The teardown counts allocations. */
	assert_int_equal(kstate_restore(&without_list, &live, 0), 0);
	assert_null(live.small.next);
	assert_ptr_equal(live.first, saved.first);
}

static void a_shared_folio_stays_with_the_field_that_is_left(void **state)
{
	saved.second = saved.first;
	update_and_fail(&with_small);
	assert_int_equal(kstate_restore(&without_first, &live, 0), 0);
	assert_true(shim_folio_is_live(live.second));
	assert_ptr_equal(live.second, saved.first);
	drop_list(&live.small, offsetof(struct small, link));
}

static void a_shared_folio_is_found_by_a_field_that_comes_again(void **state)
{
	saved.second = saved.first;
	update_and_fail(&without_first);
	assert_int_equal(kstate_restore(&with_small, &live, 0), 0);
	assert_ptr_equal(live.first, saved.first);
	assert_ptr_equal(live.second, saved.first);
	drop_list(&live.small, offsetof(struct small, link));
}

/* Subsections of one size, so that what is where in them is the same. */
#define SUB_DESC(_name, _id, ...) {						\
	.name = (_name), .id = (_id),						\
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() } }

static const struct kstate_description sub_folio = SUB_DESC("sub-folio", 0x73, FIRST);
static const struct kstate_description sub_label =
	SUB_DESC("sub-label", 0x74, KSTATE_STRING(label, struct owner, 8));
static const struct kstate_description sub_missing =
	SUB_DESC("sub-missing", 0x75, KSTATE_FOLIO(missing, struct owner));

#define HOLDER_DESC(...) {							\
	.name = "holder", .id = 0x72, .flags = KSTATE_STABLE,						\
	.fields = (const struct kstate_field[]) { SECOND, KSTATE_END_OF_LIST() }, \
	.subsections = (const struct kstate_description *[]) { __VA_ARGS__, NULL } }

static const struct kstate_description holder = HOLDER_DESC(&sub_folio, &sub_label, &sub_missing);
static const struct kstate_description holder_less = HOLDER_DESC(&sub_label, &sub_missing);

static void other_subsections_do_not_mix_what_was_taken(void **state)
{
	saved.label = (char *)"label";
	assert_int_equal(kstate_register(&holder, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	missing->handed_over = false;
	assert_int_equal(kstate_restore(&holder, &live, 0), -ENXIO);
	missing->handed_over = true;
	assert_int_equal(kstate_restore(&holder_less, &live, 0), 0);
	assert_string_equal(live.label, "label");
	shim_free(live.label);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(larger_elements_have_room),
		test(larger_elements_may_lack_memory),
		test(a_folio_that_is_not_wanted_any_more_is_freed),
		test(memory_that_is_not_wanted_any_more_is_freed),
		test(a_shared_folio_stays_with_the_field_that_is_left),
		test(a_shared_folio_is_found_by_a_field_that_comes_again),
		test(other_subsections_do_not_mix_what_was_taken),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
