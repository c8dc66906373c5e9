// SPDX-License-Identifier: GPL-2.0
/*
 * test_kinds_all.c - the bytes of arrays, structs, lists, strings, addresses and
 * custom fields; a payload that is not exactly that is refused
 */

#include "all.h"
#include "payload.h"

#define P	1		/* presence */
#define N4	0, 0, 0, 0
#define N8	N4, N4

#define KIND(_name, _id, _field)							\
static const struct kstate_description _name##_desc = {				\
	.name = "k-" #_name, .id = 0x40 + (_id), .version_id = 1,		\
	.flags = KSTATE_STABLE,							\
	.fields = (const struct kstate_field[]) { _field, KSTATE_END_OF_LIST() }, }

KIND(one, 0, ONE);
static const u8 one_wire[] = {
	3, 0, 0, 0,		/* version of the nested description */
	3, 0, 0, 0,		/* bytes of its stream */
	0x22, 0x11,		/* a */
	0x33,			/* b */
};

KIND(pair, 1, PAIR);
static const u8 pair_wire[] = {
	3, 0, 0, 0,  3, 0, 0, 0,  1, 0,  2,	/* pair[0] */
	3, 0, 0, 0,  3, 0, 0, 0,  3, 0,  4,	/* pair[1] */
};

KIND(small, 2, SMALL);
static const u8 small_wire[] = {
	3, 0, 0, 0, N4,		/* nr_small */
	7, 0,  8, 0,  9, 0,	/* that many of small */
};

KIND(big, 3, BIG);
static const u8 big_wire[] = {
	2, 0, 0, 0, N4,		/* nr_big */
	1, 0, 0, 0, 0, 0, 0, 1,
	2, 0, 0, 0, 0, 0, 0, 2,
};

KIND(items, 4, ITEMS);
static const u8 items_wire[] = {
	2, 0, 0, 0, N4,				/* nr_items */
	3, 0, 0, 0,  3, 0, 0, 0,  5, 0,  6,	/* items[0] */
	3, 0, 0, 0,  3, 0, 0, 0,  7, 0,  8,	/* items[1] */
};

KIND(targets, 5, TARGETS);
static const u8 targets_wire[] = {
	P, 0x78, 0x56, 0x34, 0x12,	/* *targets[0] */
	0,				/* targets[1] is NULL */
	P, 1, 0, 0, 0,			/* *targets[2] */
};

KIND(list, 6, LIST);
static const u8 list_wire[] = {
	2, 0, 0, 0, N4,					/* elements */
	N4,  16, 0, 0, 0,  1, 0, 0, 0,  N8, N4,		/* key 1, no folio */
	N4,  16, 0, 0, 0,  2, 0, 0, 0,  N8, N4,		/* key 2, no folio */
};

KIND(text, 7, TEXT);
static const u8 text_wire[] = {
	4, 0, 0, 0, N4,		/* length */
	'e', 't', 'h', '0',	/* without the NUL */
};

KIND(name, 8, NAME);
static const u8 name_wire[] = {
	5, 0, 0, 0, N4,
	'b', 'r', 'i', 'd', 'g',
};

KIND(bits, 9, BITS);
static const u8 bits_wire[] = {
	ALL_BITS, 0, 0, 0, N4,		/* bits */
	1, 0, 0, 0, 0, 0, 0, 0x80,	/* bits 0 and 63 */
	0x21, 0, 0, 0, N4,		/* bits 64 and 69; what is beyond is cleared */
};

KIND(linear, 10, LINEAR);
static const u8 linear_wire[] = {
	5, 0x10, 0, 0x40, N4,		/* physical address */
};

KIND(page, 11, PAGE);
static const u8 page_wire[] = {
	2, 0, 4, 0, N4,			/* page frame number */
};

KIND(area, 12, AREA);
static u8 area_wire[] = {
	N8,				/* first chunk, set by the test */
	2, 0, 0, 0,			/* pages */
	1, 0,				/* flags */
	0, 0,				/* order */
};

KIND(revision, 13, REVISION);
static const u8 revision_wire[] = {
	7, 0, 0, 0,
};

KIND(secret, 14, SECRET);
static const u8 secret_wire[] = {
	4, 0, 0, 0, N4,			/* length */
	0xf0, 0xff, 0xff, 0xff,		/* what the driver writes */
};

static struct item saved_items[] = { { 5, 6 }, { 7, 8 } };
static u64 saved_big[] = { 0x0100000000000001ULL, 0x0200000000000002ULL };
static u32 targets[] = { 0x12345678, 0, 1 };
static struct node nodes[2];
static struct all saved;

static int setup(void **state)
{
	shim_setup(state);
	nodes[0] = (struct node){ .key = 1 };
	nodes[1] = (struct node){ .key = 2 };
	saved = (struct all){
		.one = { 0x1122, 0x33 }, .pair = { { 1, 2 }, { 3, 4 } },
		.nr_small = 3, .small = { 7, 8, 9, 10 },
		.nr_big = 2, .big = saved_big, .nr_items = 2, .items = saved_items,
		.targets = { &targets[0], NULL, &targets[2] },
		.text = "eth0", .name = "bridg", .revision = 7, .secret = 0xf,
		.bits = { 1 | 1UL << 63, 0x21 | 1UL << 6 },
		.linear = shim_linear + 0x1005, .page = &shim_pages[2],
		.area = shim_vmalloc(2),
	};
	INIT_LIST_HEAD(&saved.list);
	list_add_tail(&nodes[0].link, &saved.list);
	list_add_tail(&nodes[1].link, &saved.list);
	for (int i = 0; i < 8; i++)
		area_wire[i] = shim_area(saved.area)->phys >> (8 * i);
	return 0;
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
	static u32 three[3];
	static struct all obj, before;

	memset(&obj, 0, sizeof(obj));
	for (int i = 0; i < 3; i++)
		obj.targets[i] = &three[i];
	obj.revision = 7;
	INIT_LIST_HEAD(&obj.list);
	memcpy(&before, &obj, sizeof(obj));
	hand_over_payload(desc, image, payload, bytes);
	assert_int_equal(kstate_restore(desc, &obj, 0), err);
	assert_memory_equal(&obj, &before, sizeof(obj));
}

/* Cut at every byte, one byte too many, and every 32-bit word inflated. */
static void check_lengths(const struct kstate_description *desc, const u8 *wire, size_t len)
{
	u8 *payload, *other = calloc(1, len + 1);
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	memcpy(other, wire, len);
	for (size_t cut = 0; cut < len; cut++) {
		/* A driver's own bytes may be cut where its check does not mind. */
		refuses(desc, image, other, cut, -EBADMSG);
	}
	refuses(desc, image, other, len + 1, -EBADMSG);
	free(other);
	free(image);
}

#define KIND_TESTS(_kind)							\
static void _kind##_has_these_bytes(void **state)			\
{									\
	check_wire(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire));	\
}									\
static void _kind##_of_another_length_is_refused(void **state)		\
{									\
	check_lengths(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire)); \
}

KIND_TESTS(one)
KIND_TESTS(pair)
KIND_TESTS(small)
KIND_TESTS(big)
KIND_TESTS(items)
KIND_TESTS(targets)
KIND_TESTS(list)
KIND_TESTS(text)
KIND_TESTS(name)
KIND_TESTS(bits)
KIND_TESTS(linear)
KIND_TESTS(page)
KIND_TESTS(area)
KIND_TESTS(revision)
KIND_TESTS(secret)

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
	refuses_change(small, 0, 5, -EBADMSG);
	refuses_change(small, 7, 0xff, -EBADMSG);
	refuses_change(big, 0, 101, -EBADMSG);
	refuses_change(big, 7, 0x20, -EBADMSG);
	refuses_change(items, 0, 11, -EBADMSG);
	refuses_change(list, 2, 1, -EBADMSG);
	refuses_change(text, 0, 8, -EBADMSG);
	refuses_change(name, 0, 16, -EBADMSG);
}

static void a_stream_of_another_version_or_length_is_refused(void **state)
{
	refuses_change(one, 0, 2, -EBADMSG);
	refuses_change(one, 4, 2, -EBADMSG);
	refuses_change(one, 4, 4, -EBADMSG);
	refuses_change(one, 7, 0xff, -EBADMSG);
	refuses_change(list, 12, 15, -EBADMSG);
}

static void a_nul_in_a_string_is_refused(void **state)
{
	refuses_change(text, 9, 0, -EBADMSG);
	refuses_change(name, 9, 0, -EBADMSG);
}

static void a_bitmap_of_another_shape_is_refused(void **state)
{
	refuses_change(bits, 0, ALL_BITS - 1, -EBADMSG);
	refuses_change(bits, 16, 0x61, -EBADMSG);
}

static void an_address_that_is_not_there_is_refused(void **state)
{
	refuses_change(linear, 3, 0x50, -EBADMSG);
	refuses_change(page, 0, 4, -EBADMSG);
}

static void another_revision_is_refused(void **state)
{
	refuses_change(revision, 0, 8, -ENODEV);
}

static void what_the_driver_refuses_is_refused(void **state)
{
	u8 *payload, other[9] = { 1, 0, 0, 0, 0, 0, 0, 0, 5 };
	int bytes;
	void *image = save_and_find(&secret_desc, &saved, &payload, &bytes);

	refuses(&secret_desc, image, other, sizeof(other), -EINVAL);
	free(image);
}

static void an_area_that_cannot_be_is_refused(void **state)
{
	refuses_change(area, 0, 1, -EBADMSG);	/* not at a page */
	refuses_change(area, 8, 0, -EBADMSG);	/* no pages */
	refuses_change(area, 14, 99, -EBADMSG);	/* no such order */
}

static void refuses_to_save(const struct kstate_description *desc, int err)
{
	assert_int_equal(kstate_register(desc, &saved, 0), 0);
	assert_int_equal(locked_save(), err);
	kstate_unregister(desc, &saved, 0);
	assert_int_equal(shim_preserved_bytes(), 0);
}

static void an_object_that_breaks_its_description_is_not_saved(void **state)
{
	saved.nr_small = 5;
	refuses_to_save(&small_desc, -E2BIG);
	saved.big = NULL;
	refuses_to_save(&big_desc, -EFAULT);
	saved.name = "a string of more than sixteen bytes";
	refuses_to_save(&name_desc, -E2BIG);
	saved.linear = &saved;
	refuses_to_save(&linear_desc, -EFAULT);
	saved.area = shim_linear;
	refuses_to_save(&area_desc, -EINVAL);
}

static void an_array_without_nul_is_cut(void **state)
{
	static const u8 wire[] = { 7, 0, 0, 0, N4, 'a', 'b', 'c', 'd', 'e', 'f', 'g' };

	memcpy(saved.text, "abcdefgh", 8);
	check_wire(&text_desc, wire, sizeof(wire));
}

static void no_string_is_not_an_empty_one(void **state)
{
	static const u8 wire[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	saved.name = NULL;
	check_wire(&name_desc, wire, sizeof(wire));
}

#define kind_test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)
#define kind_tests(k)	kind_test(k##_has_these_bytes), kind_test(k##_of_another_length_is_refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kind_tests(one), kind_tests(pair), kind_tests(small), kind_tests(big),
		kind_tests(items), kind_tests(targets), kind_tests(list), kind_tests(text),
		kind_tests(name), kind_tests(bits), kind_tests(linear), kind_tests(page),
		kind_tests(area), kind_tests(revision), kind_tests(secret),
		kind_test(a_number_beyond_the_maximum_is_refused),
		kind_test(a_stream_of_another_version_or_length_is_refused),
		kind_test(a_nul_in_a_string_is_refused),
		kind_test(a_bitmap_of_another_shape_is_refused),
		kind_test(an_address_that_is_not_there_is_refused),
		kind_test(another_revision_is_refused),
		kind_test(what_the_driver_refuses_is_refused),
		kind_test(an_area_that_cannot_be_is_refused),
		kind_test(an_object_that_breaks_its_description_is_not_saved),
		kind_test(an_array_without_nul_is_cut),
		kind_test(no_string_is_not_an_empty_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
