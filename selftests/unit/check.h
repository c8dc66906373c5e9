/* SPDX-License-Identifier: GPL-2.0 */

/* A check of an image against a catalog, both made up, and what was said. */

#ifndef SELFTESTS_CHECK_H
#define SELFTESTS_CHECK_H

#include "helpers.h"
#include "../lib/make_kernel.h"

static const struct image_field one[] = {
	{ "a", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal" },
};

static const struct image_field wide[] = {
	{ "a", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal" },
};

static const struct image_desc dev = { "dev", 0x10, 1, 1, one, 1 };
static const struct image_desc dev_wide = { "dev", 0x10, 1, 1, wide, 1 };
static const struct image_desc cache = { "cache", 0x11, 1, 1, one, 1, .flags = 1 };
static const struct image_desc cache_wide = { "cache", 0x11, 1, 1, wide, 1, .flags = 1 };

#define ABIS	"kstate-v1\0kho-v4\0luo-v5\0memfd-v2"

/**
 * struct checked - a check, and what it said
 * @im: what is saved, @next what reads it
 * @root: the result
 * @result: its status, asked for before anything of @root was iterated over
 */
struct checked {
	struct image im;
	struct image next;
	struct view v;
	struct kstd_dump *other;
	const struct kstd_node *root;
	enum kstd_check_result result;
};

static void save_sections(struct image *im, const struct image_desc *const *descs, size_t nr)
{
	image_init(im);
	image_begin(im);
	for (size_t i = 0; i < nr; i++)
		image_desc(im, descs[i]);
	image_sections(im);
	for (size_t i = 0; i < nr; i++) {
		image_put_int(im, 4, 0x5ec0de77);
		image_section(im, descs[i], 0x1a, 0);
		image_end_section(im);
	}
	image_finish(im);
}

static void make_catalog(struct image *im, const struct image_desc *const *descs, size_t nr,
			 const char *abis, size_t abis_len)
{
	image_init(im);
	im->abis = abis;
	im->abis_len = abis_len;
	image_begin(im);
	for (size_t i = 0; i < nr; i++)
		image_desc(im, descs[i]);
	image_sections(im);
	image_finish(im);
}

/* The check alone: nothing of its result is read. */
static void begin_check(struct checked *c, struct kstd_check_opts opts)
{
	struct kstd_open_opts open = { .sz = sizeof(open), .buf = c->next.fdt, .buf_len = c->next.len };

	view_image(&c->v, &c->im);
	opts.sz = sizeof(opts);
	opts.next = &c->other;
	opts.nr_next = 1;
	c->other = NULL;
	c->root = NULL;
	if (!c->v.rc)
		c->v.rc = kstd_open(c->v.ctx, &open, &c->other);
	if (!c->v.rc)
		c->v.rc = kstd_check(c->v.dump, &opts, &c->root);
}

static void render_check(struct checked *c)
{
	if (c->v.rc)
		return;
	c->result = kstd_check_status(c->root);
	c->v.json = json_of(c->root);
	c->v.defects = json_reports(c->v.dump);
	c->v.notes = json_of(kstd_notes(c->v.dump));
}

static inline void check_opts(struct checked *c, struct kstd_check_opts opts)
{
	begin_check(c, opts);
	render_check(c);
}

static void end_check(struct checked *c)
{
	kstd_close(c->other);
	view_close(&c->v);
	image_free(&c->im);
	image_free(&c->next);
}

#endif
