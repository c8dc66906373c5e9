/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sample.h - an image with everything in it: every kind of field, subsections, two
 * shards, and payloads outside the tree, of a section and of a subsection
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdlib.h>

#include <libfdt.h>

#include "../fuzz/drivers.h"
#include "../fuzz/object.h"
#include "fixture.h"
#include "handover.h"

#define SAMPLE_MAX	8

static struct object saved[SAMPLE_MAX];
static unsigned int nr_saved;
static struct handover img;

static inline int sample_section(const char *name)
{
	int parent = fdt_path_offset(img.blocks[0].p, "/sections");
	int node = fdt_subnode_offset(img.blocks[0].p, parent, name);

	assert_true(node >= 0);
	return node;
}

static inline void sample_arrange(void)
{
	int label;

	assert_true(handover_move_payload(&img, 0, sample_section("all"), 0));
	label = fdt_subnode_offset(img.blocks[0].p, sample_section("card"), "card-label");
	assert_true(handover_move_payload(&img, 0, label, 0));
	assert_true(handover_move_section(&img, sample_section("deep3")));
	handover_repair(&img);
}

/* One object of each sample driver, not registered. */
static inline void sample_fill(void)
{
	struct fuzz_in in = fuzz_in(NULL, 0);

	handover_memory(false);
	for (nr_saved = 0; nr_saved < nr_sample_drivers; nr_saved++) {
		const struct driver *d = &sample_drivers[nr_saved];

		object_fill(&saved[nr_saved], d->desc, d->bytes, &in);
	}
}

static inline void sample_register(void)
{
	for (unsigned int i = 0; i < nr_sample_drivers; i++)
		assert_int_equal(kstate_register(sample_drivers[i].desc, saved[i].mem,
						 sample_drivers[i].instance), 0);
}

/* Setup: the image is made, and the machine has kexec'd. */
static inline int sample_setup(void **state)
{
	size_t bytes;
	const void *image;

	shim_setup(state);
	sample_fill();
	sample_register();
	assert_int_equal(locked_save(), 0);
	image = shim_outgoing(&bytes);
	img = (struct handover){ .nr = 1 };
	img.blocks[0] = (struct handover_block){ .p = malloc(bytes), .len = bytes };
	memcpy(img.blocks[0].p, image, bytes);
	sample_arrange();
	shim_kexec();
	return 0;
}

static inline int sample_teardown(void **state)
{
	shim_hand_over(NULL, 0);
	while (nr_saved)
		object_free(&saved[--nr_saved]);
	handover_free(&img);
	return shim_teardown(state);
}

static inline void sample_hand_over(void)
{
	shim_hand_over(NULL, 0);
	handover_memory(true);
	for (unsigned int i = 0; i < img.nr; i++)
		shim_hand_over_at(HANDOVER_PHYS(i), img.blocks[i].p, img.blocks[i].len);
}

static inline const struct object *sample_saved_as(const struct driver *d)
{
	for (unsigned int i = 0; i < nr_saved; i++) {
		if (sample_drivers[i].desc->id == d->desc->id)
			return &saved[i];
	}
	return NULL;
}

#endif /* SAMPLE_H */
