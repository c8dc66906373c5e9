// SPDX-License-Identifier: GPL-2.0
/*
 * test_shared.c - memory that is referred to twice
 *
 * A folio or an area belongs to one object, which may have as many pointers to it as it
 * likes. What other kinds point to is copied, once for each pointer.
 */

#include <stdlib.h>

#include "payload.h"

struct pair {
	struct folio *first;
	struct folio *second;
	void *area;
	void *same;
	struct list_head list;
};

struct link {
	struct list_head link;
	struct folio *folio;
};

#define PAIR_FIELDS								\
	KSTATE_FOLIO(first, struct pair), KSTATE_FOLIO(second, struct pair),	\
	KSTATE_VMALLOC(area, struct pair), KSTATE_VMALLOC(same, struct pair)

static const struct kstate_description mandatory = DEV_DESC("mandatory", 0x60, PAIR_FIELDS);

static const struct kstate_description optional = {
	.name = "optional", .id = 0x61, .version_id = 1, .flags = KSTATE_OPTIONAL,
	.fields = (const struct kstate_field[]) { PAIR_FIELDS, KSTATE_END_OF_LIST() },
};

static const struct kstate_description second_part = DEV_DESC("second-part", 0x63,
	KSTATE_FOLIO(second, struct pair), KSTATE_VMALLOC(same, struct pair));

static const struct kstate_description two_parts = {
	.name = "two-parts", .id = 0x62, .version_id = 1,
	.fields = (const struct kstate_field[]) { KSTATE_FOLIO(first, struct pair),
		KSTATE_VMALLOC(area, struct pair), KSTATE_END_OF_LIST() },
	.subsections = (const struct kstate_description *[]) { &second_part, NULL },
};

static const struct kstate_description link_desc =
	DEV_DESC("link", 0x65, KSTATE_FOLIO(folio, struct link));

static const struct kstate_description with_list = DEV_DESC("with-list", 0x64,
	KSTATE_LIST(list, struct pair, struct link, link, &link_desc, 10));

static const struct kstate_description with_many = DEV_DESC("with-many", 0x66,
	KSTATE_LIST(list, struct pair, struct link, link, &link_desc, 1 << 20));

static struct pair a, b, live;

static int setup(void **state)
{
	shim_setup(state);
	a = b = live = (struct pair){};
	a.first = shim_folio_alloc(0);
	a.area = shim_vmalloc(3);
	INIT_LIST_HEAD(&a.list);
	INIT_LIST_HEAD(&live.list);
	return 0;
}

static void share(void)
{
	a.second = a.first;
	a.same = a.area;
}

static void update(const struct kstate_description *desc)
{
	assert_int_equal(kstate_register(desc, &a, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void nothing_is_preserved(void)
{
	assert_int_equal(kstate_out.phase, KSTATE_IDLE);
	assert_int_equal(shim_preserved_bytes(), 0);
	assert_int_equal(shim_preserved_folios(), 0);
}

static void live_is_shared(void)
{
	assert_ptr_equal(live.first, a.first);
	assert_ptr_equal(live.second, a.first);
	assert_ptr_equal(live.area, a.area);
	assert_ptr_equal(live.same, a.area);
	assert_true(shim_folio_is_live(live.first));
	assert_true(shim_folio_is_live(shim_area(live.area)));
}

static void two_fields_get_one_folio_and_one_area(void **state)
{
	share();
	update(&mandatory);
	assert_int_equal(kstate_restore(&mandatory, &live, 0), 0);
	live_is_shared();
}

static void so_do_a_section_and_its_subsection(void **state)
{
	share();
	update(&two_parts);
	assert_int_equal(kstate_restore(&two_parts, &live, 0), 0);
	live_is_shared();
}

static void so_do_elements_of_a_list(void **state)
{
	struct link links[3], *link;
	int nr = 0;

	for (int i = 0; i < 3; i++) {
		links[i].folio = a.first;
		list_add_tail(&links[i].link, &a.list);
	}
	update(&with_list);
	assert_int_equal(kstate_restore(&with_list, &live, 0), 0);
	while (!list_empty(&live.list)) {
		link = list_first_entry(&live.list, struct link, link);
		assert_ptr_equal(link->folio, a.first);
		list_del(&link->link);
		shim_free(link);
		nr++;
	}
	assert_int_equal(nr, 3);
}

/* As many as a section may have, without going over all of them for each. */
static void so_do_as_many_elements_as_there_may_be(void **state)
{
	enum { NR = 200000 };
	struct link *links = calloc(NR, sizeof(*links)), *link;
	u32 nr = 0;

	for (u32 i = 0; i < NR; i++) {
		links[i].folio = a.first;
		list_add_tail(&links[i].link, &a.list);
	}
	update(&with_many);
	assert_int_equal(kstate_restore(&with_many, &live, 0), 0);
	while (!list_empty(&live.list)) {
		link = list_first_entry(&live.list, struct link, link);
		nr += link->folio == a.first;
		list_del(&link->link);
		shim_free(link);
	}
	assert_int_equal(nr, NR);
	free(links);
}

static void what_is_shared_is_preserved_once(void **state)
{
	share();
	assert_int_equal(kstate_register(&mandatory, &a, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	assert_int_equal(kstate_out.kept.nr, 2);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(kstate_out.kept.nr, 2);
	locked_abort();
	nothing_is_preserved();
}

static void a_prepared_save_of_it_allocates_only_to_publish(void **state)
{
	share();
	assert_int_equal(kstate_register(&mandatory, &a, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	shim_fail_alloc(0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_allocs(), 1);
}

static void it_stays_preserved_while_one_field_needs_it(void **state)
{
	share();
	assert_int_equal(kstate_register(&mandatory, &a, 0), 0);
	assert_int_equal(locked_prepare(), 0);
	a.first = NULL;
	a.area = NULL;
	assert_int_equal(locked_save(), 0);
	assert_true(a.second->preserved);
	assert_true(shim_area(a.same)->preserved);
	a.second = NULL;
	a.same = NULL;
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_preserved_folios(), 0);
}

static void two_objects_with_one_folio_are_refused(void **state)
{
	b.second = a.first;
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(kstate_register(&mandatory, &b, 0x2f), 0);
	assert_int_equal(locked_save(), -EEXIST);
	assert_logged("mandatory@1 and mandatory@2f refer to the same folio");
	assert_logged("field second");
	nothing_is_preserved();
	b.second = NULL;
	assert_int_equal(locked_save(), 0);
}

static void two_objects_with_one_area_are_refused(void **state)
{
	b.area = a.area;
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(kstate_register(&optional, &b, 2), 0);
	assert_int_equal(locked_prepare(), 0);
	assert_logged("mandatory@1 and optional@2 refer to the same vmalloc area");
	kstate_unregister(&optional, &b, 2);
	assert_int_equal(kstate_register(&mandatory, &b, 2), 0);
	assert_int_equal(locked_prepare(), -EEXIST);
	nothing_is_preserved();
}

static void a_folio_that_comes_to_be_shared_is_refused_by_the_save(void **state)
{
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(kstate_register(&mandatory, &b, 2), 0);
	assert_int_equal(locked_prepare(), 0);
	b.first = a.first;
	assert_int_equal(locked_save(), -EEXIST);
	nothing_is_preserved();
}

static void a_folio_may_change_hands(void **state)
{
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(kstate_register(&mandatory, &b, 2), 0);
	assert_int_equal(locked_prepare(), 0);
	b.first = a.first;
	a.first = NULL;
	b.area = a.area;
	a.area = NULL;
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_preserved_folios(), 2);
}

/* The next kernel would never find it, and it would never be freed. */
static void what_a_lost_section_has_is_not_preserved(void **state)
{
	b.first = shim_folio_alloc(1);
	b.second = a.first;
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(kstate_register(&optional, &b, 2), 0);
	assert_int_equal(locked_save(), 0);
	assert_false(b.first->preserved);
	assert_true(a.first->preserved);
	assert_int_equal(shim_preserved_folios(), 2);
	shim_kexec();
	assert_int_equal(kstate_restore(&optional, &live, 2), -ENODATA);
	assert_int_equal(kstate_restore(&mandatory, &live, 1), 0);
}

static void what_is_lost_for_once_is_preserved_again(void **state)
{
	struct folio *other = shim_folio_alloc(0);

	b.first = shim_folio_alloc(1);
	assert_int_equal(kstate_register(&optional, &b, 2), 0);
	assert_int_equal(kstate_register(&mandatory, &a, 1), 0);
	assert_int_equal(locked_prepare(), 0);
	b.second = other;
	other->in_scratch = true;
	assert_int_equal(locked_save(), 0);
	assert_false(b.first->preserved);
	assert_int_equal(shim_preserved_folios(), 2);
	other->in_scratch = false;
	assert_int_equal(locked_save(), 0);
	assert_true(b.first->preserved && other->preserved);
	assert_int_equal(shim_preserved_folios(), 4);
}

/* A section that no shard has room for any more is written again, into the next one. */
static void sections_at_the_end_of_a_shard_keep_their_memory_once(void **state)
{
	enum { NR = 1000 };
	static struct pair many[NR];

	shim_limit_order(4);
	for (u32 i = 0; i < NR; i++) {
		many[i] = (struct pair){ .first = shim_folio_alloc(0), .area = shim_vmalloc(1) };
		assert_int_equal(kstate_register(&mandatory, &many[i], i), 0);
	}
	assert_int_equal(locked_prepare(), 0);
	assert_true(kstate_out.nr_shards > 1);
	assert_int_equal(kstate_out.kept.nr, 2 * NR);
	shim_fail_alloc(0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_allocs(), 1);
	assert_int_equal(kstate_out.kept.nr, 2 * NR);
	locked_abort();
	nothing_is_preserved();
}

static void shared_memory_that_nobody_wants_is_freed_once(void **state)
{
	share();
	update(&mandatory);
	{
		guard(mutex)(&kstate_in.lock);
		assert_int_equal(kstate_in_open(), 0);
		assert_int_equal(kstate_in_release(), 0);
	}
	assert_int_equal(shim_folios(), 0);
}

/* A first try takes all but a folio that is missing; then a newer driver comes. */
struct trio {
	void *area;
	void *same;
	struct folio *missing;
};

#define SAME	KSTATE_VMALLOC(same, struct trio)
#define MISSING	KSTATE_FOLIO(missing, struct trio)

static const struct kstate_description trio = DEV_DESC("trio", 0x66,
	KSTATE_VMALLOC(area, struct trio), SAME, MISSING);

static const struct kstate_description without_area = {
	.name = "trio", .id = 0x66, .version_id = 2, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_VMALLOC_DEPRECATED(area, 1), SAME, MISSING, KSTATE_END_OF_LIST() },
};

static void fail_and_try(const struct kstate_description *first,
			 const struct kstate_description *then, struct trio *to)
{
	struct trio from = { a.area, a.area, shim_folio_alloc(0) };
	struct folio *missing = from.missing;

	assert_int_equal(kstate_register(&trio, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	missing->handed_over = false;
	assert_int_equal(kstate_restore(first, to, 0), -ENXIO);
	missing->handed_over = true;
	assert_int_equal(kstate_restore(then, to, 0), 0);
}

static void a_shared_area_stays_with_the_field_that_is_left(void **state)
{
	struct trio to = {};

	fail_and_try(&trio, &without_area, &to);
	assert_null(to.area);
	assert_non_null(shim_area(to.same));
	assert_int_equal(shim_folios(), 2);
}

static void a_shared_area_is_found_by_a_field_that_comes_again(void **state)
{
	struct trio to = {};

	fail_and_try(&without_area, &trio, &to);
	assert_non_null(shim_area(to.same));
	assert_ptr_equal(to.area, to.same);
}

/* Damaged, with a checksum that is right: one descriptor, and two sizes. */
static void a_shared_area_of_two_sizes_is_refused(void **state)
{
	struct trio from = { a.area, a.area, NULL }, to = {};
	u8 *payload;
	int bytes;
	void *image = save_and_find(&trio, &from, &payload, &bytes);

	kstate_unregister(&trio, &from, 0);
	payload[KSTATE_VMALLOC_BYTES + offsetof(struct kstate_vmalloc_ser, pages)]++;
	hand_over_payload(&trio, image, payload, bytes);
	free(image);
	shim_area(a.area)->handed_over = true;
	assert_int_equal(kstate_restore(&trio, &to, 0), -ENXIO);
	assert_logged("field same");
	assert_null(to.area);
}

/* Other kinds have copies. */
struct values {
	u64 *counter;
	u64 *same;
	u32 nr;
	u32 *array;
	u32 *same_array;
};

static const struct kstate_description values_desc = DEV_DESC("values", 0x67,
	KSTATE_POINTER(counter, struct values), KSTATE_POINTER(same, struct values),
	KSTATE_BASE_TYPE(nr, struct values, u32),
	KSTATE_VARRAY(array, struct values, u32, nr, 8, KSTATE_ALLOCATED),
	KSTATE_VARRAY(same_array, struct values, u32, nr, 8, KSTATE_ALLOCATED));

static void what_two_pointers_share_is_copied_twice(void **state)
{
	u32 array[3] = { 1, 2, 3 };
	u64 counter = 7, first = 0, second = 0;
	struct values from = { &counter, &counter, 3, array, array };
	struct values to = { .counter = &first, .same = &second };

	assert_int_equal(kstate_register(&values_desc, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&values_desc, &to, 0), 0);
	assert_int_equal(first, 7);
	assert_int_equal(second, 7);
	assert_ptr_not_equal(to.array, to.same_array);
	assert_memory_equal(to.array, array, sizeof(array));
	assert_memory_equal(to.same_array, array, sizeof(array));
	shim_free(to.array);
	shim_free(to.same_array);
}

static void one_value_may_have_two_pointers_on_both_sides(void **state)
{
	u64 counter = 7, live_counter = 0;
	struct values from = { &counter, &counter }, to = { &live_counter, &live_counter };

	assert_int_equal(kstate_register(&values_desc, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&values_desc, &to, 0), 0);
	assert_int_equal(live_counter, 7);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(two_fields_get_one_folio_and_one_area),
		test(so_do_a_section_and_its_subsection),
		test(so_do_elements_of_a_list),
		test(so_do_as_many_elements_as_there_may_be),
		test(what_is_shared_is_preserved_once),
		test(a_prepared_save_of_it_allocates_only_to_publish),
		test(it_stays_preserved_while_one_field_needs_it),
		test(two_objects_with_one_folio_are_refused),
		test(two_objects_with_one_area_are_refused),
		test(a_folio_that_comes_to_be_shared_is_refused_by_the_save),
		test(a_folio_may_change_hands),
		test(what_a_lost_section_has_is_not_preserved),
		test(what_is_lost_for_once_is_preserved_again),
		test(sections_at_the_end_of_a_shard_keep_their_memory_once),
		test(shared_memory_that_nobody_wants_is_freed_once),
		test(a_shared_area_stays_with_the_field_that_is_left),
		test(a_shared_area_is_found_by_a_field_that_comes_again),
		test(a_shared_area_of_two_sizes_is_refused),
		test(what_two_pointers_share_is_copied_twice),
		test(one_value_may_have_two_pointers_on_both_sides),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
