// SPDX-License-Identifier: GPL-2.0
/*
 * test_flips.c - any bit of an image may be wrong, and it may end anywhere
 *
 * The image has every kind of field, subsections, two shards, and payloads outside
 * the tree, of a section and of a subsection. Its drivers read it as it was saved
 * or from a newer version. Whatever is damaged: a driver gets what was saved, all
 * of it, or an error, and then its object is as it was. No error says that there was
 * nothing: the driver would start cold, and what was saved would be lost.
 */

#include "sample.h"

static const struct driver *readers;
static unsigned int nr_readers;
static unsigned long restored;

static void check_reader(const struct driver *d)
{
	struct object o;
	int err;

	object_prepare(&o, d->desc, d->bytes);
	object_remember(&o);
	err = kstate_restore(d->desc, o.mem, d->instance);
	restored += !err;
	assert_int_not_equal(err, -ENOENT);
	assert_int_not_equal(err, -EALREADY);
	assert_int_not_equal(err, -ENODATA);
	if (err)
		assert_true(object_unchanged(&o));
	else
		assert_true(object_equal(sample_saved_as(d), &o));
	object_free(&o);
}

static void check(void)
{
	restored = 0;
	sample_hand_over();
	for (unsigned int i = 0; i < nr_readers; i++)
		check_reader(&readers[i]);
	/* What is not found may be there. */
	assert_true(!kstate_in.released || restored == nr_readers);
	shim_log_clear();
}

static void read_by(const struct driver *drivers, unsigned int nr)
{
	readers = drivers;
	nr_readers = nr;
	check();
	assert_int_equal(restored, nr);
}

/* A flip in there is refused by the driver that it concerns. */
static void flip_bit(u8 *p, size_t bit)
{
	p[bit / 8] ^= 1 << bit % 8;
	check();
	p[bit / 8] ^= 1 << bit % 8;
	assert_true(restored < nr_readers);
}

static void flip_all(u8 *p, size_t len)
{
	for (size_t bit = 0; bit < len * 8; bit++)
		flip_bit(p, bit);
}

/* One bit of each byte in turn, once flip_all() has shown that the checksum covers all of them. */
static void flip_some(u8 *p, size_t len)
{
	for (size_t at = 0; at < len; at++)
		flip_bit(p, at * 8 + at % 8);
}

static void prop_bytes(const void *fdt, int node, const char *prop, int behind,
		       void (*each)(u8 *p, size_t len))
{
	int len;
	u8 *p = (u8 *)fdt_getprop(fdt, node, prop, &len);

	if (p)
		each(p, len - behind);
}

static void part_bytes(const void *fdt, int node, void (*each)(u8 *p, size_t len))
{
	/* The duration is not what is restored. */
	prop_bytes(fdt, node, "header", sizeof(u64), each);
	prop_bytes(fdt, node, "data", 0, each);
	prop_bytes(fdt, node, "data-extents", 0, each);
}

/* Every header and payload, of both shards and outside of them. */
static void section_bytes(void (*each)(u8 *p, size_t len))
{
	for (unsigned int i = 0; i < img.nr; i++) {
		const void *fdt = img.blocks[i].p;
		int node, sub;

		if (!handover_is_tree(&img.blocks[i])) {
			each(img.blocks[i].p, img.blocks[i].len);
			continue;
		}
		fdt_for_each_subnode(node, fdt, fdt_subnode_offset(fdt, 0, "sections")) {
			part_bytes(fdt, node, each);
			fdt_for_each_subnode(sub, fdt, node)
				part_bytes(fdt, sub, each);
		}
	}
}

static void a_flipped_bit_of_a_section_is_refused(void **state)
{
	read_by(sample_drivers, nr_sample_drivers);
	section_bytes(flip_all);
}

static void so_it_is_by_newer_drivers(void **state)
{
	read_by(newer_drivers, nr_newer_drivers);
	section_bytes(flip_some);
}

/* The bytes that flip_all() goes through, of which no bit is flipped once more. */
static struct {
	const u8 *p;
	size_t len;
} section_parts[64];
static unsigned int nr_section_parts;

static void add_section_part(u8 *p, size_t len)
{
	assert_true(nr_section_parts < ARRAY_SIZE(section_parts));
	section_parts[nr_section_parts].p = p;
	section_parts[nr_section_parts++].len = len;
}

static bool in_section_part(const u8 *p)
{
	for (unsigned int i = 0; i < nr_section_parts; i++)
		if (p >= section_parts[i].p && p < section_parts[i].p + section_parts[i].len)
			return true;
	return false;
}

/* Trees, their tables of fields, names of nodes: one bit of each byte in turn. */
static void flip_trees(void)
{
	nr_section_parts = 0;
	section_bytes(add_section_part);
	for (unsigned int i = 0; i < img.nr; i++) {
		struct handover_block *block = &img.blocks[i];

		for (size_t at = 0; at < block->len; at++) {
			u8 bit = 1 << at % 8;

			if (in_section_part(block->p + at))
				continue;
			block->p[at] ^= bit;
			check();
			block->p[at] ^= bit;
		}
	}
}

static void a_flipped_bit_of_a_tree_does_no_harm(void **state)
{
	read_by(sample_drivers, nr_sample_drivers);
	flip_trees();
}

static void nor_does_it_to_newer_drivers(void **state)
{
	read_by(newer_drivers, nr_newer_drivers);
	flip_trees();
}

/* Each block ends early, at every @step-th byte: at least one driver misses something. */
static void cut(size_t step)
{
	for (unsigned int i = 0; i < img.nr; i++) {
		struct handover_block *block = &img.blocks[i];
		size_t whole = block->len;

		for (size_t len = 0; len < whole; len += step) {
			block->len = len;
			check();
			assert_true(restored < nr_readers);
		}
		block->len = whole;
	}
}

static void an_image_that_is_cut_does_no_harm(void **state)
{
	read_by(sample_drivers, nr_sample_drivers);
	cut(1);
}

static void nor_does_one_that_newer_drivers_read(void **state)
{
	read_by(newer_drivers, nr_newer_drivers);
	cut(7);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, sample_setup, sample_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_flipped_bit_of_a_section_is_refused),
		test(so_it_is_by_newer_drivers),
		test(a_flipped_bit_of_a_tree_does_no_harm),
		test(nor_does_it_to_newer_drivers),
		test(an_image_that_is_cut_does_no_harm),
		test(nor_does_one_that_newer_drivers_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
