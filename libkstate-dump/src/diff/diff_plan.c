// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Finds out which images of two dumps are compared, and which of their sides. */

#include "diff/diff.h"

static struct kstd_image *image_of(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_image *image = dump->images;

	while (image && image->side != side)
		image = image->next;
	return image;
}

/* An image that was saved, not only a table of what is registered. */
static struct kstd_image *saved_image(struct kstd_dump *dump, unsigned int side)
{
	struct kstd_image *image = image_of(dump, side);

	return image && image->blob ? image : NULL;
}

static bool same_generation(const struct kstd_image *x, const struct kstd_image *y)
{
	return x && y && x->producer.present && y->producer.present &&
	       x->producer.generation == y->producer.generation;
}

static void add_pair(struct kstd_diff_plan *d, struct kstd_image *x, struct kstd_image *y)
{
	d->pairs[d->nr++] = (struct kstd_diff_pair){ .a = x, .b = y };
}

/* Without an image, a source that has something of its side has no sections there. */
static bool has_side(struct kstd_dump *dump, unsigned int side)
{
	return image_of(dump, side) || kstd_diff_has_subtrees(dump, side);
}

/* Is what @out is to hand over not saved yet? Then it may be what came into @in. */
static bool is_too_early(struct kstd_dump *out, struct kstd_dump *in)
{
	const struct kstd_image *image = image_of(out, KSTD_SIDE_OUT);

	return image && !image->blob && saved_image(in, KSTD_SIDE_IN);
}

#define TOO_EARLY	"its sections are registered, and not saved yet: differences would mean nothing, and --handed-over compares which sections there are"

/*
 * What came into @out itself, if anything did, is compared with what came into @in: that is another
 * question, and where there is nothing of it, no difference means anything.
 */
static bool report_too_early(struct kstd_diff_plan *d, struct kstd_dump *out, struct kstd_dump *in)
{
	const struct kstd_image *before = saved_image(out, KSTD_SIDE_IN);
	const struct kstd_image *after = saved_image(in, KSTD_SIDE_IN);

	if (!is_too_early(out, in))
		return false;
	if (!image_of(out, KSTD_SIDE_IN))
		kstd_unknown(d->a, NULL, "whether what %s is to hand over is what came into %s: "
			     TOO_EARLY, out->source, in->source);
	else if (before && before->producer.present && after->producer.present &&
		 after->producer.generation == before->producer.generation + 1)
		kstd_note(d->a, "what %s was to hand over is not compared with what came into %s: "
			  TOO_EARLY, out->source, in->source);
	return !image_of(out, KSTD_SIDE_IN);
}

/* An image that has no other to be compared with; @told: why was said. */
static void add_alone(struct kstd_diff_plan *d, struct kstd_image *x, struct kstd_image *y,
		      bool told)
{
	unsigned int side = (x ? x : y)->side;

	if (has_side(x ? d->b : d->a, side)) {
		add_pair(d, x, y);
		return;
	}
	d->pairs[d->nr++] = (struct kstd_diff_pair){ .a = x, .b = y, .alone = true };
	if (!told)
		kstd_unknown(d->a, NULL, "whether the sections of %s on side \"%s\" are the same: %s has nothing of that side",
			     (x ? d->a : d->b)->source, kstd_side_name(side),
			     (x ? d->b : d->a)->source);
}

/* If the image that b was given is the one that a saved, only these two are compared. */
static bool pair_across_update(struct kstd_diff_plan *d)
{
	struct kstd_image *out = saved_image(d->a, KSTD_SIDE_OUT);
	struct kstd_image *in = saved_image(d->b, KSTD_SIDE_IN);

	if (!same_generation(out, in) ||
	    same_generation(saved_image(d->a, KSTD_SIDE_IN), in))
		return false;
	kstd_note(d->a, "what %s was to hand over is compared with what was handed over to %s: live update %llu",
		  d->a->source, d->b->source, (unsigned long long)in->producer.generation);
	add_pair(d, out, in);
	return true;
}

/* The saved image of a dump that has one saved image; else NULL. */
static struct kstd_image *only_image(struct kstd_dump *dump)
{
	struct kstd_image *found = NULL;

	for (struct kstd_image *image = dump->images; image; image = image->next) {
		if (image->blob && found)
			return NULL;
		if (image->blob)
			found = image;
	}
	return found;
}

/* Two dumps with one image each, of different sides: only these are compared. */
static bool pair_only_images(struct kstd_diff_plan *d)
{
	struct kstd_image *x = only_image(d->a), *y = only_image(d->b);

	if (!x || !y || x->side == y->side)
		return false;
	kstd_note(d->a, "%s of %s is compared with %s of %s", kstd_side_name(x->side),
		  d->a->source, kstd_side_name(y->side), d->b->source);
	add_pair(d, x, y);
	return true;
}

/* What the first was to hand over, saved or not, and what the second was given. */
static void pair_handed_over(struct kstd_diff_plan *d)
{
	struct kstd_image *out = image_of(d->a, KSTD_SIDE_OUT), *in = image_of(d->b, KSTD_SIDE_IN);

	if (out && (in || kstd_diff_has_subtrees(d->b, KSTD_SIDE_IN))) {
		add_pair(d, out, in);
	} else if (out || in) {
		add_pair(d, out, in);
		d->pairs[0].alone = true;
		kstd_unknown(d->a, NULL, "whether the sections of %s were handed over: nothing of the other side is in %s",
			     (out ? d->a : d->b)->source, (out ? d->b : d->a)->source);
	}
	if (out && !out->blob)
		kstd_note(d->a, "values of sections are not compared: nothing was saved yet in %s",
			  d->a->source);
}

static void pair_by_side(struct kstd_diff_plan *d)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	bool told = report_too_early(d, d->a, d->b);

	told |= report_too_early(d, d->b, d->a);
	if (pair_only_images(d))
		return;
	for (size_t i = 0; i < KSTD_DIFF_PAIRS; i++) {
		struct kstd_image *x = image_of(d->a, sides[i]), *y = image_of(d->b, sides[i]);

		if (x && y)
			add_pair(d, x, y);
		else if (x || y)
			add_alone(d, x, y, told);
	}
}

static void add_sides(struct kstd_diff_plan *d, unsigned int x, unsigned int y)
{
	d->sides[d->nr_sides++] = (struct kstd_diff_sides){ .a = x, .b = y };
}

/* All else is compared between the sides of the images, or else side by side. */
static void find_sides(struct kstd_diff_plan *d, bool handed_over)
{
	const struct kstd_diff_pair *p = d->pairs;

	if (handed_over) {
		add_sides(d, KSTD_SIDE_OUT, KSTD_SIDE_IN);
	} else if (d->nr == 1 && p->a && p->b && p->a->side != p->b->side) {
		add_sides(d, p->a->side, p->b->side);
	} else {
		add_sides(d, KSTD_SIDE_IN, KSTD_SIDE_IN);
		add_sides(d, KSTD_SIDE_OUT, KSTD_SIDE_OUT);
		add_sides(d, KSTD_SIDE_FILE, KSTD_SIDE_FILE);
	}
}

void kstd_diff_plan(struct kstd_dump *a, struct kstd_dump *b, bool handed_over,
		    struct kstd_diff_plan *plan)
{
	*plan = (struct kstd_diff_plan){ .a = a, .b = b };
	if (handed_over)
		pair_handed_over(plan);
	else if (!pair_across_update(plan))
		pair_by_side(plan);
	find_sides(plan, handed_over);
}
