// SPDX-License-Identifier: GPL-2.0
/*
 * test_kinds_more.c - pointers to structs, arrays of folios and pages, bitmaps of any
 * size, masks, counts of any integer type: their bytes, and what becomes of them
 */

#include "payload.h"

#define N4		0, 0, 0, 0
#define COUNT(n)	(n), 0, 0, 0, N4
#define PART(k)		2, 0, 0, 0, 4, 0, 0, 0, (k), 0, 0, 0	/* version, bytes, key */
#define PLACE		N4, N4					/* set by the test */
#define P		1
#define NONE		0

struct part {
	u32 key;
	u32 silent;
};

struct more {
	struct part *one;
	struct part *own;
	struct part *some[3];
	struct part *owned[2];
	struct folio *ring[3];
	int nr_pages;
	struct page **pages;
	s16 nr_bits;
	unsigned long *bits;
	u64 nr_set;
	unsigned long set[2];
	struct cpumask cpus;
	struct cpumask *far_cpus;
	nodemask_t nodes;
	s8 nr_small;
	u8 small[4];
};

static const struct kstate_description part_desc = {
	.name = "part", .id = 0x81, .version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct part, u32), KSTATE_END_OF_LIST() },
};

#define ONE	KSTATE_STRUCT_POINTER(one, struct more, struct part, &part_desc, KSTATE_CALLER)
#define OWN	KSTATE_STRUCT_POINTER(own, struct more, struct part, &part_desc, KSTATE_ALLOCATED)
#define SOME	KSTATE_ARRAY_OF_STRUCT_POINTER(some, struct more, struct part, &part_desc, \
					       KSTATE_CALLER)
#define OWNED	KSTATE_ARRAY_OF_STRUCT_POINTER(owned, struct more, struct part, &part_desc, \
					       KSTATE_ALLOCATED)
#define RING	KSTATE_FOLIO_ARRAY(ring, struct more)
#define PAGES	KSTATE_PAGE_VARRAY(pages, struct more, nr_pages, 9, KSTATE_ALLOCATED)
#define BITS	KSTATE_VARBITMAP(bits, struct more, nr_bits, 200, KSTATE_ALLOCATED)
#define SET	KSTATE_VARBITMAP(set, struct more, nr_set, 128, KSTATE_EMBEDDED)
#define CPUS	KSTATE_CPUMASK(cpus, struct more)
#define FAR	KSTATE_CPUMASK(far_cpus, struct more)
#define NODES	KSTATE_NODEMASK(nodes, struct more)
#define SMALL	KSTATE_VARRAY(small, struct more, u8, nr_small, 4, KSTATE_EMBEDDED)

#define KIND(_name, _id, _field)						\
static const struct kstate_description _name##_desc = {				\
	.name = "k-" #_name, .id = 0x90 + (_id), .version_id = 1,		\
	.flags = KSTATE_STABLE,							\
	.fields = (const struct kstate_field[]) { _field, KSTATE_END_OF_LIST() }, }

KIND(one, 0, ONE);
static const u8 one_wire[] = { P, PART(1) };

KIND(own, 1, OWN);
static const u8 own_wire[] = { P, PART(2) };

KIND(some, 2, SOME);
static const u8 some_wire[] = { P, PART(3), NONE, P, PART(4) };

KIND(owned, 3, OWNED);
static const u8 owned_wire[] = { NONE, P, PART(5) };

KIND(ring, 4, RING);
static u8 ring_wire[] = { COUNT(3), PLACE, N4, N4, N4, N4, PLACE, 1, 0, 0, 0 };

KIND(pages, 5, PAGES);
static u8 pages_wire[] = { COUNT(2), PLACE, N4, PLACE, N4 };

KIND(bits, 6, BITS);
static const u8 bits_wire[] = { COUNT(65), 1, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, N4 };

KIND(set, 7, SET);
static const u8 set_wire[] = { COUNT(3), 5, 0, 0, 0, N4 };

KIND(cpus, 8, CPUS);
static const u8 cpus_wire[] = { COUNT(128), 2, 0, 0, 0, N4, 0, 0, 0, 0, 0, 0, 0, 0x80 };

KIND(far, 9, FAR);
static const u8 far_wire[] = { COUNT(128), 4, 0, 0, 0, N4, 0, 0, 0, 0, N4 };

KIND(nodes, 10, NODES);
static const u8 nodes_wire[] = { COUNT(64), 8, 0, 0, 0, 0, 0, 0, 0x80 };

KIND(small, 11, SMALL);
static const u8 small_wire[] = { COUNT(2), 7, 8 };

#define ALL_KINDS	ONE, OWN, SOME, OWNED, RING, PAGES, BITS, SET, CPUS, FAR, NODES, SMALL

static const struct kstate_description more_desc = {
	.name = "more", .id = 0x80, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { ALL_KINDS, KSTATE_END_OF_LIST() },
};

static struct part parts[5], live_parts[3];
static struct folio *mem[4];
static struct page *saved_pages[2];
static unsigned long saved_bits[2];
static struct cpumask saved_cpus, live_cpus;
static struct more saved, live;

static void place(u8 *at, const struct folio *folio)
{
	for (int i = 0; i < 8; i++)
		at[i] = folio->phys >> (8 * i);
}

static void set_live(void)
{
	live = (struct more){
		.one = &live_parts[0], .some = { &live_parts[1], &live_parts[1], &live_parts[2] },
		.far_cpus = &live_cpus, .ring = { (void *)8, (void *)8, (void *)8 },
	};
	for (int i = 0; i < 3; i++)
		live_parts[i] = (struct part){ .silent = 77 };
	memset(&live_cpus, 0xff, sizeof(live_cpus));
}

static int setup(void **state)
{
	shim_setup(state);
	nr_cpu_ids = 128;
	for (u32 i = 0; i < 5; i++)
		parts[i] = (struct part){ .key = i + 1, .silent = 9 };
	for (int i = 0; i < 4; i++)
		mem[i] = shim_folio_alloc(i == 1);
	saved_pages[0] = (struct page *)mem[2];
	saved_pages[1] = (struct page *)mem[3];
	saved_bits[0] = 1 | 1UL << 63;
	saved_bits[1] = 1 | 2;
	saved_cpus = (struct cpumask){ { 4 } };
	saved = (struct more){
		.one = &parts[0], .own = &parts[1], .some = { &parts[2], NULL, &parts[3] },
		.owned = { NULL, &parts[4] }, .ring = { mem[0], NULL, mem[1] },
		.nr_pages = 2, .pages = saved_pages, .nr_bits = 65, .bits = saved_bits,
		.nr_set = 3, .set = { 5 | 8, ~0UL }, .cpus = { { 2, 1UL << 63 } },
		.far_cpus = &saved_cpus, .nodes = { { 8 | 1UL << 63 } },
		.nr_small = 2, .small = { 7, 8, 9 },
	};
	place(ring_wire + 8, mem[0]);
	place(ring_wire + 32, mem[1]);
	place(pages_wire + 8, mem[2]);
	place(pages_wire + 20, mem[3]);
	set_live();
	return 0;
}

static void drop_live(void)
{
	shim_free(live.own);
	shim_free(live.owned[1]);
	shim_free(live.pages);
	shim_free(live.bits);
	set_live();
}

static void check_wire(const struct kstate_description *desc, const u8 *wire, size_t len)
{
	u8 *payload;
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	assert_int_equal(bytes, len);
	assert_memory_equal(payload, wire, len);
	free(image);
}

static void refuses(const struct kstate_description *desc, const void *image,
		    const void *payload, size_t bytes, int err)
{
	struct more before = live;

	hand_over_payload(desc, image, payload, bytes);
	assert_int_equal(kstate_restore(desc, &live, 0), err);
	assert_memory_equal(&live, &before, sizeof(live));
}

/* Cut at every byte, and one byte too many. */
static void check_lengths(const struct kstate_description *desc, const u8 *wire, size_t len)
{
	u8 *payload, *other = calloc(1, len + 1);
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	memcpy(other, wire, len);
	for (size_t cut = 0; cut < len; cut++)
		refuses(desc, image, other, cut, -EBADMSG);
	refuses(desc, image, other, len + 1, -EBADMSG);
	free(other);
	free(image);
}

#define KIND_TESTS(_kind)							\
static void _kind##_has_these_bytes(void **state)				\
{										\
	check_wire(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire));		\
}										\
static void _kind##_of_another_length_is_refused(void **state)			\
{										\
	check_lengths(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire));	\
}

KIND_TESTS(one)
KIND_TESTS(own)
KIND_TESTS(some)
KIND_TESTS(owned)
KIND_TESTS(ring)
KIND_TESTS(pages)
KIND_TESTS(bits)
KIND_TESTS(set)
KIND_TESTS(cpus)
KIND_TESTS(far)
KIND_TESTS(nodes)
KIND_TESTS(small)

/* The payload with one byte changed. */
static void refuses_byte(const struct kstate_description *desc, const u8 *wire, size_t len,
			 size_t at, u8 byte, int err)
{
	u8 *payload, *other = malloc(len);
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	memcpy(other, wire, len);
	other[at] = byte;
	refuses(desc, image, other, len, err);
	free(other);
	free(image);
	kstate_unregister(desc, &saved, 0);
}

#define refuses_change(_kind, _at, _byte, _err)					\
	refuses_byte(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire), _at, _byte, _err)

static void a_number_beyond_the_maximum_is_refused(void **state)
{
	refuses_change(pages, 0, 10, -EBADMSG);
	refuses_change(ring, 0, 4, -EBADMSG);
	refuses_change(bits, 0, 201, -EBADMSG);
	refuses_change(set, 0, 129, -EBADMSG);
	refuses_change(cpus, 2, 2, -EBADMSG);	/* more than 65,536 */
	refuses_change(small, 0, 5, -EBADMSG);
}

static void a_presence_byte_is_zero_or_one(void **state)
{
	refuses_change(one, 0, 2, -EBADMSG);
	refuses_change(some, 13, 0xff, -EBADMSG);
}

static void a_bit_beyond_the_last_is_refused(void **state)
{
	refuses_change(bits, 16, 2, -EBADMSG);
	refuses_change(set, 8, 8, -EBADMSG);
}

static void a_folio_that_cannot_be_is_refused(void **state)
{
	refuses_change(ring, 8, 1, -EBADMSG);	/* not at a page */
	refuses_change(ring, 40, 99, -EBADMSG);	/* no such order */
	refuses_change(ring, 28, 1, -EBADMSG);	/* an order of nothing */
}

static void update(void)
{
	assert_int_equal(kstate_register(&more_desc, &saved, 9), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void check_pointers(void)
{
	assert_ptr_equal(live.one, &live_parts[0]);
	assert_int_equal(live.one->key, 1);
	assert_int_equal(live.one->silent, 77);
	assert_int_equal(live.own->key, 2);
	assert_int_equal(live.own->silent, 0);
	assert_int_equal(live.some[0]->key, 3);
	assert_null(live.some[1]);
	assert_int_equal(live.some[2]->key, 4);
	assert_null(live.owned[0]);
	assert_int_equal(live.owned[1]->key, 5);
}

static void check_live(void)
{
	check_pointers();
	assert_ptr_equal(live.ring[0], mem[0]);
	assert_null(live.ring[1]);
	assert_ptr_equal(live.ring[2], mem[1]);
	assert_int_equal(live.nr_pages, 2);
	assert_memory_equal(live.pages, saved_pages, sizeof(saved_pages));
	assert_int_equal(live.nr_bits, 65);
	assert_int_equal(live.bits[0], saved_bits[0]);
	assert_int_equal(live.bits[1], 1);
	assert_int_equal(live.nr_set, 3);
	assert_int_equal(live.set[0], 5);
	assert_int_equal(live.set[1], 0);
	assert_memory_equal(&live.cpus, &saved.cpus, sizeof(live.cpus));
	assert_int_equal(live_cpus.bits[0], 4);
	assert_int_equal(live_cpus.bits[1], 0);
	assert_int_equal(live.nodes.bits[0], 8 | 1UL << 63);
	assert_int_equal(live.nr_small, 2);
	assert_memory_equal(live.small, "\7\10\0", 4);
}

static void every_kind_comes_back(void **state)
{
	update();
	assert_int_equal(kstate_restore(&more_desc, &live, 9), 0);
	check_live();
	drop_live();
}

static void nothing_comes_back_as_nothing(void **state)
{
	saved = (struct more){ .far_cpus = &saved_cpus };
	update();
	assert_int_equal(kstate_restore(&more_desc, &live, 9), 0);
	assert_null(live.one);
	assert_null(live.own);
	assert_null(live.ring[0]);
	assert_null(live.pages);
	assert_null(live.bits);
	assert_int_equal(live.nr_bits, 0);
}

static void a_live_pointer_is_there_or_not_as_its_owner_says(void **state)
{
	update();
	live.one = NULL;
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EFAULT);
	assert_logged("field one");
	set_live();
	live.some[2] = NULL;
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EFAULT);
	assert_logged("field some");
	set_live();
	live.own = &live_parts[0];
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EEXIST);
	assert_logged("field own");
	set_live();
	live.owned[0] = &live_parts[0];
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EEXIST);
	assert_logged("field owned");
	set_live();
	live.bits = saved_bits;
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EEXIST);
	assert_logged("field bits");
	set_live();
	live.far_cpus = NULL;
	assert_int_equal(kstate_restore(&more_desc, &live, 9), -EFAULT);
	assert_logged("field far_cpus");
	set_live();
	assert_int_equal(kstate_restore(&more_desc, &live, 9), 0);
	check_live();
	drop_live();
}

static bool restores_after_shortage(unsigned long n)
{
	struct more before = live;
	bool failed;
	int err;

	update();
	shim_fail_alloc(n);
	err = kstate_restore(&more_desc, &live, 9);
	failed = shim_alloc_failed();
	shim_fail_alloc(0);
	assert_int_equal(err, failed ? -ENOMEM : 0);
	if (failed) {
		assert_memory_equal(&live, &before, sizeof(live));
		assert_int_equal(kstate_restore(&more_desc, &live, 9), 0);
	}
	check_live();
	drop_live();
	return failed;
}

static void short_memory_leaves_the_object_and_may_be_tried_again(void **state)
{
	for (unsigned long n = 1; restores_after_shortage(n); n++) {
		shim_teardown(state);
		setup(state);
	}
}

static const struct kstate_description nothing_left = {
	.name = "more", .id = 0x80, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_STRUCT_POINTER_DEPRECATED(one, 1),
		KSTATE_STRUCT_POINTER_DEPRECATED(own, 1),
		KSTATE_ARRAY_OF_STRUCT_POINTER_DEPRECATED(some, 3, 1),
		KSTATE_ARRAY_OF_STRUCT_POINTER_DEPRECATED(owned, 2, 1),
		KSTATE_FOLIO_ARRAY_DEPRECATED(ring, 3, 1),
		KSTATE_PAGE_VARRAY_DEPRECATED(pages, 9, 1),
		KSTATE_VARBITMAP_DEPRECATED(bits, 200, 1),
		KSTATE_VARBITMAP_DEPRECATED(set, 128, 1),
		KSTATE_CPUMASK_DEPRECATED(cpus, 1),
		KSTATE_CPUMASK_DEPRECATED(far_cpus, 1),
		KSTATE_NODEMASK_DEPRECATED(nodes, 1),
		KSTATE_VARRAY_DEPRECATED(small, u8, 4, 1),
		KSTATE_END_OF_LIST()
	},
};

static void every_kind_can_be_deprecated(void **state)
{
	struct more before = live;

	update();
	kstate_in_keep = true;
	assert_int_equal(kstate_restore(&nothing_left, &live, 9), 0);
	assert_memory_equal(&live, &before, sizeof(live));
	assert_true(mem[0]->handed_over && mem[2]->handed_over);
}

static void folios_that_nobody_wants_are_released(void **state)
{
	update();
	guard(mutex)(&kstate_in.lock);
	assert_int_equal(kstate_in_release(), 0);
	for (int i = 0; i < 4; i++)
		assert_false(shim_folio_is_live(mem[i]));
}

static void a_kernel_with_fewer_processors_takes_what_it_has(void **state)
{
	saved.cpus.bits[1] = 0;
	assert_int_equal(kstate_register(&cpus_desc, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	nr_cpu_ids = 64;
	memset(&live.cpus, 0xff, sizeof(live.cpus));
	assert_int_equal(kstate_restore(&cpus_desc, &live, 0), 0);
	assert_int_equal(live.cpus.bits[0], 2);
}

static void a_processor_that_cannot_be_there_is_refused(void **state)
{
	assert_int_equal(kstate_register(&cpus_desc, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	nr_cpu_ids = 127;
	assert_int_equal(kstate_restore(&cpus_desc, &live, 0), -ERANGE);
	assert_logged("field cpus");
	nr_cpu_ids = 256;
	memset(&live.cpus, 0xff, sizeof(live.cpus));
	assert_int_equal(kstate_restore(&cpus_desc, &live, 0), 0);
	assert_memory_equal(&live.cpus, &saved.cpus, sizeof(live.cpus));
}

static void refuses_to_save(const struct kstate_description *desc, int err)
{
	assert_int_equal(kstate_register(desc, &saved, 0), 0);
	assert_int_equal(locked_save(), err);
	kstate_unregister(desc, &saved, 0);
}

static void an_object_that_breaks_its_description_is_not_saved(void **state)
{
	saved.nr_pages = -1;
	refuses_to_save(&pages_desc, -E2BIG);
	saved.nr_small = -128;
	refuses_to_save(&small_desc, -E2BIG);
	saved.nr_bits = -1;
	refuses_to_save(&bits_desc, -E2BIG);
	saved.nr_bits = 201;
	refuses_to_save(&bits_desc, -E2BIG);
	saved.nr_bits = 1;
	saved.bits = NULL;
	refuses_to_save(&bits_desc, -EFAULT);
	saved.far_cpus = NULL;
	refuses_to_save(&far_desc, -EFAULT);
}

#define kind_test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)
#define kind_tests(k)	kind_test(k##_has_these_bytes), kind_test(k##_of_another_length_is_refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kind_tests(one), kind_tests(own), kind_tests(some), kind_tests(owned),
		kind_tests(ring), kind_tests(pages), kind_tests(bits), kind_tests(set),
		kind_tests(cpus), kind_tests(far), kind_tests(nodes), kind_tests(small),
		kind_test(a_number_beyond_the_maximum_is_refused),
		kind_test(a_presence_byte_is_zero_or_one),
		kind_test(a_bit_beyond_the_last_is_refused),
		kind_test(a_folio_that_cannot_be_is_refused),
		kind_test(every_kind_comes_back),
		kind_test(nothing_comes_back_as_nothing),
		kind_test(a_live_pointer_is_there_or_not_as_its_owner_says),
		kind_test(short_memory_leaves_the_object_and_may_be_tried_again),
		kind_test(every_kind_can_be_deprecated),
		kind_test(folios_that_nobody_wants_are_released),
		kind_test(a_kernel_with_fewer_processors_takes_what_it_has),
		kind_test(a_processor_that_cannot_be_there_is_refused),
		kind_test(an_object_that_breaks_its_description_is_not_saved),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
