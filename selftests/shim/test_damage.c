// SPDX-License-Identifier: GPL-2.0
/*
 * test_damage.c - a damaged image is refused, or restores just what was saved
 *
 * Every bit of an image is flipped, and the image is cut at every byte. Whatever
 * the engine makes of it, an object is either as saved or as it was. The image is
 * a block of exactly its size, so ASAN sees a read beyond it.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define NR	3

static u64 counters[NR];
static struct dev devs[NR];
static void *image;
static size_t bytes;
static unsigned long restored, cold;

/* An image without folios: those can be taken back once only. */
static int make_image(void **state)
{
	const void *saved;

	shim_setup(state);
	for (int i = 0; i < NR; i++) {
		counters[i] = i + 1000;
		devs[i] = dev_make(&counters[i], NULL);
		kstate_register(&dev_state, &devs[i], 0x100 + i);
	}
	assert_int_equal(locked_save(), 0);
	saved = shim_outgoing(&bytes);
	image = malloc(bytes);
	memcpy(image, saved, bytes);
	for (int i = 0; i < NR; i++)
		kstate_unregister(&dev_state, &devs[i], 0x100 + i);
	return 0;
}

static int free_image(void **state)
{
	free(image);
	return shim_teardown(state);
}

static void check_one(u64 instance, const struct dev *saved, u64 saved_counter)
{
	u64 counter = 5;
	struct dev live = { .counter = &counter }, before = live, after = *saved;
	int err = kstate_restore(&dev_state, &live, instance);

	after.counter = &counter;
	/* A flip in the subsection's node may have hidden it; the rest is whole. */
	if (!err && live.extra == before.extra)
		after.extra = before.extra;
	if (err)
		after = before;
	assert_memory_equal(&live, &after, sizeof(live));
	assert_true(counter == (err ? 5 : saved_counter));
	restored += !err;
	cold += err == -ENOENT;
}

static void check_all(void)
{
	for (int i = 0; i < NR; i++)
		check_one(0x100 + i, &devs[i], counters[i]);
	/* An instance that was never saved must not come out of a flip. */
	for (int bit = 0; bit < 64; bit++) {
		u64 counter = 5;
		struct dev live = { .counter = &counter };
		u64 instance = 0x100 ^ 1ULL << bit;

		if (instance - 0x100 < NR)
			continue;
		assert_int_not_equal(kstate_restore(&dev_state, &live, instance), 0);
	}
	shim_log_clear();
}

static void a_whole_image_is_restored(void **state)
{
	restored = 0;
	shim_hand_over(image, bytes);
	check_all();
	assert_int_equal(restored, NR);
}

static void any_flipped_bit_is_refused_or_does_no_harm(void **state)
{
	u8 *p = image;

	for (size_t bit = 0; bit < bytes * 8; bit++) {
		p[bit / 8] ^= 1 << bit % 8;
		shim_hand_over(image, bytes);
		cold = 0;
		check_all();
		assert_int_equal(cold, 0);
		p[bit / 8] ^= 1 << bit % 8;
	}
}

static void any_truncation_is_refused_or_does_no_harm(void **state)
{
	for (size_t len = 0; len < bytes; len++) {
		restored = 0;
		shim_hand_over(image, len);
		check_all();
		assert_int_equal(restored, 0);
	}
}

/* Every bit of a section's header and payload, the subsection's too. */
static void any_flipped_bit_of_a_section_is_refused(void **state)
{
	int sections = fdt_path_offset(image, "/sections");
	int node = fdt_first_subnode(image, sections), sub = fdt_first_subnode(image, node);
	const int nodes[] = { node, node, sub, sub };
	const char *const props[] = { "header", "data", "header", "data" };

	for (int i = 0; i < 4; i++) {
		int len;
		u8 *p = (u8 *)fdt_getprop(image, nodes[i], props[i], &len);

		/* The duration is no part of what is restored. */
		if (i % 2 == 0)
			len -= sizeof(u64);
		for (int bit = 0; bit < len * 8; bit++) {
			restored = 0;
			p[bit / 8] ^= 1 << bit % 8;
			shim_hand_over(image, bytes);
			check_one(0x100, &devs[0], counters[0]);
			p[bit / 8] ^= 1 << bit % 8;
			assert_int_equal(restored, 0);
		}
	}
}

static const struct kstate_description plain = DEV_DESC("plain", 0x60,
	KSTATE_BASE_TYPE(mode, struct dev, u32));

/* Without a subsection: only the checksum covers the instance. */
static void a_flipped_instance_does_not_restore_into_another(void **state)
{
	struct dev obj = { .mode = 7 }, live;
	const void *saved;
	u8 *header;
	size_t len;
	int node;

	kstate_register(&plain, &obj, 0);
	assert_int_equal(locked_save(), 0);
	saved = shim_outgoing(&len);
	node = fdt_path_offset(saved, "/sections/plain@0");
	header = (u8 *)fdt_getprop(saved, node, "header", NULL);
	for (int bit = 0; bit < 64; bit++) {
		header[4 + (63 - bit) / 8] ^= 1 << bit % 8;
		shim_hand_over(saved, len);
		live.mode = 0;
		assert_int_equal(kstate_restore(&plain, &live, 1ULL << bit), -EBADMSG);
		assert_int_equal(live.mode, 0);
		header[4 + (63 - bit) / 8] ^= 1 << bit % 8;
	}
}

static int image_section(void)
{
	return fdt_first_subnode(image, fdt_path_offset(image, "/sections"));
}

static int come_up(int i)
{
	static u64 counter;
	static struct dev live;

	counter = 5;
	live = (struct dev){ .counter = &counter };
	return kstate_register_restore(&dev_state, &live, 0x100 + i);
}

static void release(void)
{
	guard(mutex)(&kstate_in.lock);
	assert_int_equal(kstate_in_release(), 0);
}

/* They are not seen at all; what is before them is restored, and then all seems to be. */
static void sections_behind_a_damaged_tag_are_not_a_cold_boot(void **state)
{
	int node = fdt_next_subnode(image, image_section());

	((u8 *)image)[fdt_off_dt_struct(image) + node + 3] ^= 0x40;
	shim_hand_over(image, bytes);
	assert_int_equal(come_up(0), 1);
	assert_int_equal(come_up(1), -EBADMSG);
	assert_int_equal(come_up(2), -EBADMSG);
	assert_logged("incoming shard 0 has 1 sections of 3");
	assert_logged("incoming image is damaged: who asks for a section that is not found");
	assert_logged("restore: dev@102: not found, in an image that is damaged");
}

static void a_damaged_image_stays_until_somebody_releases_it(void **state)
{
	sections_behind_a_damaged_tag_are_not_a_cold_boot(state);
	assert_false(kstate_in.released);
	release();
	assert_true(kstate_in.released);
	/* It has been looked at, and given up. */
	assert_int_equal(come_up(1), 0);
}

/* A bit of the header, so many bytes in: the node's name says what it was. */
static void check_misnamed(size_t at)
{
	u8 *header = (u8 *)fdt_getprop(image, image_section(), "header", NULL);

	header[at] ^= 0x40;
	shim_hand_over(image, bytes);
	assert_int_equal(come_up(0), -EBADMSG);
	assert_logged("incoming section dev@100: error -74");
	assert_int_equal(kstate_in.damaged, 1);
	assert_int_equal(come_up(1), 1);
	assert_int_equal(come_up(2), 1);
	assert_false(kstate_in.released);
}

static void a_flipped_instance_is_not_a_cold_boot(void **state)
{
	check_misnamed(4 + 7);
}

static void nor_is_a_flipped_id(void **state)
{
	check_misnamed(3);
}

/* It would be there twice, and the other one would be lost, too. */
static void nor_does_it_cost_the_instance_that_it_becomes(void **state)
{
	u8 *header = (u8 *)fdt_getprop(image, image_section(), "header", NULL);

	header[4 + 7] ^= 1;
	shim_hand_over(image, bytes);
	assert_int_equal(come_up(0), -EBADMSG);
	assert_int_equal(come_up(1), 1);
}

/* The checksum says that the header is right. */
static void a_damaged_name_of_a_section_costs_nothing(void **state)
{
	char *name = (char *)fdt_get_name(image, image_section(), NULL);

	for (int at = 0; name[at]; at++) {
		name[at] ^= 8;
		shim_hand_over(image, bytes);
		restored = 0;
		check_one(0x100, &devs[0], counters[0]);
		assert_int_equal(restored, 1);
		assert_int_equal(kstate_in.damaged, 0);
		name[at] ^= 8;
	}
}

/* A number in the tree that is far too large must not be believed. */
static void any_inflated_cell_is_refused_or_does_no_harm(void **state)
{
	u8 *p = image, old[4];

	for (size_t at = 0; at + 4 <= bytes; at += 4) {
		memcpy(old, p + at, 4);
		memset(p + at, 0xff, 4);
		shim_hand_over(image, bytes);
		check_all();
		memset(p + at, 0x7f, 4);
		shim_hand_over(image, bytes);
		check_all();
		memcpy(p + at, old, 4);
	}
}

static void another_compatible_is_refused_and_named(void **state)
{
	u64 counter = 5;
	struct dev live = { .counter = &counter };
	char *compatible = (char *)fdt_getprop(image, 0, "compatible", NULL);

	memcpy(compatible, "kstate-v9", 9);
	shim_hand_over(image, bytes);
	assert_int_equal(kstate_restore(&dev_state, &live, 0x100), -EOPNOTSUPP);
	assert_logged("incoming image is 'kstate-v9', this kernel reads 'kstate-v1'");
}

static void another_machine_is_refused(const char *prop, const char *what)
{
	u64 counter = 5;
	struct dev live = { .counter = &counter };
	int node = fdt_path_offset(image, "/producer");
	u32 crc;

	fdt_setprop_inplace_u32(image, node, prop, 3);
	assert_int_equal(kstate_crc_node(image, node, &crc), 0);
	fdt_setprop_inplace_u32(image, node, "crc", crc);
	shim_hand_over(image, bytes);
	assert_int_equal(kstate_restore(&dev_state, &live, 0x100), -EOPNOTSUPP);
	assert_logged(what);
}

static void another_page_size_is_refused(void **state)
{
	another_machine_is_refused("page-size", "another page size");
}

static void another_word_size_is_refused(void **state)
{
	another_machine_is_refused("word-size", "another word size");
}

#define test(f)	cmocka_unit_test_setup_teardown(f, make_image, free_image)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_whole_image_is_restored),
		test(any_flipped_bit_is_refused_or_does_no_harm),
		test(any_truncation_is_refused_or_does_no_harm),
		test(any_flipped_bit_of_a_section_is_refused),
		test(a_flipped_instance_does_not_restore_into_another),
		test(sections_behind_a_damaged_tag_are_not_a_cold_boot),
		test(a_damaged_image_stays_until_somebody_releases_it),
		test(a_flipped_instance_is_not_a_cold_boot),
		test(nor_is_a_flipped_id),
		test(nor_does_it_cost_the_instance_that_it_becomes),
		test(a_damaged_name_of_a_section_costs_nothing),
		test(any_inflated_cell_is_refused_or_does_no_harm),
		test(another_compatible_is_refused_and_named),
		test(another_page_size_is_refused),
		test(another_word_size_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
