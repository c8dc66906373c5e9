// SPDX-License-Identifier: GPL-2.0
/*
 * test_flips.c - any bit of an image may be wrong, and it may end anywhere
 *
 * The image has every kind of field, subsections, two shards, and payloads outside
 * the tree, of a section and of a subsection. Its drivers read it as it was saved
 * or from a newer version. Whatever is damaged: a driver gets what was saved, all
 * of it, or an error, and then its object is as it was.
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
	shim_log_clear();
}

static void read_by(const struct driver *drivers, unsigned int nr)
{
	readers = drivers;
	nr_readers = nr;
	check();
	assert_int_equal(restored, nr);
}

/* Whether a flip somewhere in there is refused by whoever it concerns. */
static void flip_all(u8 *p, size_t len, bool one_is_refused)
{
	for (size_t bit = 0; bit < len * 8; bit++) {
		p[bit / 8] ^= 1 << bit % 8;
		check();
		p[bit / 8] ^= 1 << bit % 8;
		if (one_is_refused)
			assert_true(restored < nr_readers);
	}
}

static void flip_prop(const void *fdt, int node, const char *prop, int behind)
{
	int len;
	u8 *p = (u8 *)fdt_getprop(fdt, node, prop, &len);

	if (p)
		flip_all(p, len - behind, true);
}

static void flip_part(const void *fdt, int node)
{
	/* The duration is not what is restored. */
	flip_prop(fdt, node, "header", sizeof(u64));
	flip_prop(fdt, node, "data", 0);
	flip_prop(fdt, node, "data-extents", 0);
}

/* Every header and payload, of both shards and outside of them. */
static void flip_sections(void)
{
	for (unsigned int i = 0; i < img.nr; i++) {
		const void *fdt = img.blocks[i].p;
		int node, sub;

		if (!handover_is_tree(&img.blocks[i])) {
			flip_all(img.blocks[i].p, img.blocks[i].len, true);
			continue;
		}
		fdt_for_each_subnode(node, fdt, fdt_subnode_offset(fdt, 0, "sections")) {
			flip_part(fdt, node);
			fdt_for_each_subnode(sub, fdt, node)
				flip_part(fdt, sub);
		}
	}
}

static void a_flipped_bit_of_a_section_is_refused(void **state)
{
	read_by(sample_drivers, nr_sample_drivers);
	flip_sections();
}

static void so_it_is_by_newer_drivers(void **state)
{
	read_by(newer_drivers, nr_newer_drivers);
	flip_sections();
}

/* Trees, their tables of fields, names of nodes: one bit of each byte in turn. */
static void flip_trees(void)
{
	for (unsigned int i = 0; i < img.nr; i++) {
		struct handover_block *block = &img.blocks[i];

		for (size_t at = 0; at < block->len; at++) {
			u8 bit = 1 << at % 8;

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

/* Each block ends at each byte: at least one driver misses something. */
static void cut(void)
{
	for (unsigned int i = 0; i < img.nr; i++) {
		struct handover_block *block = &img.blocks[i];
		size_t whole = block->len;

		for (block->len = 0; block->len < whole; block->len++) {
			check();
			assert_true(restored < nr_readers);
		}
	}
}

static void an_image_that_is_cut_does_no_harm(void **state)
{
	read_by(sample_drivers, nr_sample_drivers);
	cut();
}

static void nor_does_one_that_newer_drivers_read(void **state)
{
	read_by(newer_drivers, nr_newer_drivers);
	cut();
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
