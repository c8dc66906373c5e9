// SPDX-License-Identifier: GPL-2.0
/*
 * test_flips.c - any bit of an image may be wrong, and it may end anywhere
 *
 * The image has every kind of field, subsections, two shards, and payloads outside
 * the tree, of a section and of a subsection. Its drivers read it as it was saved
 * or from a newer version. Whatever is damaged: a driver gets what was saved, all
 * of it, or an error, and then its object is as it was.
 */

#include <stdlib.h>

#include <libfdt.h>

#include "../fuzz/drivers.h"
#include "../fuzz/object.h"
#include "fixture.h"
#include "handover.h"

#define MAX_OBJECTS	8

static struct object saved[MAX_OBJECTS];
static unsigned int nr_saved;
static struct handover img;
static const struct driver *readers;
static unsigned int nr_readers;
static unsigned long restored;

static int section(const char *name)
{
	int parent = fdt_path_offset(img.blocks[0].p, "/sections");
	int node = fdt_subnode_offset(img.blocks[0].p, parent, name);

	assert_true(node >= 0);
	return node;
}

static void arrange(void)
{
	int label;

	assert_true(handover_move_payload(&img, 0, section("all"), 0));
	label = fdt_subnode_offset(img.blocks[0].p, section("card"), "card-label");
	assert_true(handover_move_payload(&img, 0, label, 0));
	assert_true(handover_move_section(&img, section("deep3")));
	handover_repair(&img);
}

static int setup(void **state)
{
	struct fuzz_in in = fuzz_in(NULL, 0);
	size_t bytes;
	const void *image;

	shim_setup(state);
	handover_memory(false);
	nr_saved = 0;
	for (unsigned int i = 0; i < nr_sample_drivers; i++) {
		const struct driver *d = &sample_drivers[i];

		object_fill(&saved[nr_saved], d->desc, d->bytes, &in);
		assert_int_equal(kstate_register(d->desc, saved[nr_saved++].mem, d->instance), 0);
	}
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&bytes);
	img = (struct handover){ .nr = 1 };
	img.blocks[0] = (struct handover_block){ .p = malloc(bytes), .len = bytes };
	memcpy(img.blocks[0].p, image, bytes);
	arrange();
	shim_kexec();
	return 0;
}

static int teardown(void **state)
{
	shim_hand_over(NULL, 0);
	while (nr_saved)
		object_free(&saved[--nr_saved]);
	handover_free(&img);
	return shim_teardown(state);
}

static void hand_over(void)
{
	shim_hand_over(NULL, 0);
	handover_memory(true);
	for (unsigned int i = 0; i < img.nr; i++)
		shim_hand_over_at(HANDOVER_PHYS(i), img.blocks[i].p, img.blocks[i].len);
}

static const struct object *saved_as(const struct driver *d)
{
	for (unsigned int i = 0; i < nr_saved; i++) {
		if (sample_drivers[i].desc->id == d->desc->id)
			return &saved[i];
	}
	return NULL;
}

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
		assert_true(object_equal(saved_as(d), &o));
	object_free(&o);
}

static void check(void)
{
	restored = 0;
	hand_over();
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

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

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
