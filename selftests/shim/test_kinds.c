// SPDX-License-Identifier: GPL-2.0
/*
 * test_kinds.c - the bytes of each kind are pinned, and a payload that is not
 * exactly that is refused
 */

#include "payload.h"

/* One kind of field: the object that is saved, and its bytes on a little-endian machine. */
struct kind_case {
	const struct kstate_description *desc;
	const u8 *wire;
	size_t bytes;
};

static const struct kstate_description value_desc = DEV_DESC("k-value", 1,
	KSTATE_BASE_TYPE(mode, struct dev, u32),
	KSTATE_BASE_TYPE(temp, struct dev, s16),
	KSTATE_BASE_TYPE(on, struct dev, bool));
static const u8 value_wire[] = {
	0x44, 0x33, 0x22, 0x11,		/* mode */
	0xfb, 0xff,			/* temp */
	0x01,				/* on */
};

static const struct kstate_description array_desc = DEV_DESC("k-array", 2,
	KSTATE_BASE_TYPE(name, struct dev, char [8]));
static const u8 array_wire[] = {
	'e', 't', 'h', '0', 0, 0, 0, 0,	/* name, to its end */
};

static const struct kstate_description pointer_desc = DEV_DESC("k-pointer", 3,
	KSTATE_POINTER(counter, struct dev));
static const u8 pointer_wire[] = {
	0x01,				/* present */
	8, 7, 6, 5, 4, 3, 2, 1,		/* *counter */
};
static const u8 null_wire[] = {
	0x00,				/* NULL */
};

static const struct kstate_description folio_desc = DEV_DESC("k-folio", 4,
	KSTATE_FOLIO(ring, struct dev));
static u8 folio_wire[] = {
	0, 0, 0, 0, 0, 0, 0, 0,		/* physical address, set by the test */
	0x02, 0x00, 0x00, 0x00,		/* order */
};
static const u8 no_folio_wire[] = {
	0, 0, 0, 0, 0, 0, 0, 0,		/* no address */
	0, 0, 0, 0,			/* no order */
};

static struct dev saved_dev;
static u64 saved_counter;

static int setup(void **state)
{
	shim_setup(state);
	saved_counter = 0x0102030405060708ULL;
	saved_dev = dev_make(&saved_counter, shim_folio_alloc(2));
	for (int i = 0; i < 8; i++)
		folio_wire[i] = saved_dev.ring->phys >> (8 * i);
	return 0;
}

static void check_wire(const struct kind_case *c)
{
	u8 *payload;
	int bytes;
	void *copy = save_and_find(c->desc, &saved_dev, &payload, &bytes);

	assert_int_equal(bytes, c->bytes);
	assert_memory_equal(payload, c->wire, c->bytes);
	free(copy);
}

static void refuses_payload(const struct kstate_description *desc, const void *image,
			    const void *payload, size_t bytes)
{
	u64 counter = 1;
	struct dev obj = { .counter = &counter }, before = obj;

	hand_over_payload(desc, image, payload, bytes);
	assert_int_equal(kstate_restore(desc, &obj, 0), -EBADMSG);
	assert_memory_equal(&obj, &before, sizeof(obj));
	assert_int_equal(counter, 1);
}

/* Nothing, the half, all but one byte, one byte too many. */
static void check_lengths(const struct kind_case *c)
{
	u8 *payload, *longer = calloc(1, c->bytes + 1);
	int bytes;
	void *image = save_and_find(c->desc, &saved_dev, &payload, &bytes);

	memcpy(longer, c->wire, c->bytes);
	refuses_payload(c->desc, image, longer, 0);
	if (c->bytes > 1)
		refuses_payload(c->desc, image, longer, c->bytes / 2);
	refuses_payload(c->desc, image, longer, c->bytes - 1);
	refuses_payload(c->desc, image, longer, c->bytes + 1);
	free(longer);
	free(image);
}

#define KIND_TESTS(_kind, _wire)						\
static void _kind##_has_these_bytes(void **state)			\
{									\
	check_wire(&(struct kind_case){ &_kind##_desc, _wire, sizeof(_wire) }); \
}									\
static void _kind##_of_another_length_is_refused(void **state)		\
{									\
	check_lengths(&(struct kind_case){ &_kind##_desc, _wire, sizeof(_wire) }); \
}

KIND_TESTS(value, value_wire)
KIND_TESTS(array, array_wire)
KIND_TESTS(pointer, pointer_wire)
KIND_TESTS(folio, folio_wire)

static void a_null_pointer_is_one_byte(void **state)
{
	saved_dev.counter = NULL;
	check_wire(&(struct kind_case){ &pointer_desc, null_wire, sizeof(null_wire) });
}

static void no_folio_is_all_zero(void **state)
{
	saved_dev.ring = NULL;
	check_wire(&(struct kind_case){ &folio_desc, no_folio_wire, sizeof(no_folio_wire) });
}

static void a_presence_byte_that_is_neither_is_refused(void **state)
{
	u8 *payload, wrong[sizeof(pointer_wire)];
	int bytes;
	void *image = save_and_find(&pointer_desc, &saved_dev, &payload, &bytes);

	memcpy(wrong, pointer_wire, sizeof(wrong));
	wrong[0] = 2;
	refuses_payload(&pointer_desc, image, wrong, sizeof(wrong));
	free(image);
}

static void refuses_folio(void *image, u64 phys, u32 order)
{
	u8 wire[12];

	memcpy(wire, &phys, sizeof(phys));
	memcpy(wire + 8, &order, sizeof(order));
	refuses_payload(&folio_desc, image, wire, sizeof(wire));
}

static void a_folio_that_cannot_be_is_refused(void **state)
{
	phys_addr_t phys = saved_dev.ring->phys;
	u8 *payload;
	int bytes;
	void *image = save_and_find(&folio_desc, &saved_dev, &payload, &bytes);

	refuses_folio(image, 0, 1);			/* no folio, but an order */
	refuses_folio(image, phys + 1, 0);		/* not at a page */
	refuses_folio(image, phys + PAGE_SIZE, 2);	/* not aligned to its size */
	refuses_folio(image, 0, MAX_FOLIO_ORDER + 1);
	refuses_folio(image, 1ULL << 40, MAX_FOLIO_ORDER + 1);
	refuses_folio(image, 1ULL << 40, ~0U);
	free(image);
}

#define kind_test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kind_test(value_has_these_bytes),
		kind_test(value_of_another_length_is_refused),
		kind_test(array_has_these_bytes),
		kind_test(array_of_another_length_is_refused),
		kind_test(pointer_has_these_bytes),
		kind_test(pointer_of_another_length_is_refused),
		kind_test(folio_has_these_bytes),
		kind_test(folio_of_another_length_is_refused),
		kind_test(a_null_pointer_is_one_byte),
		kind_test(no_folio_is_all_zero),
		kind_test(a_presence_byte_that_is_neither_is_refused),
		kind_test(a_folio_that_cannot_be_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
