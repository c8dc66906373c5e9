/* SPDX-License-Identifier: GPL-2.0 */
/* read.h - an image that the engine has saved, read by the library */
#ifndef READ_H
#define READ_H

#include <stdio.h>
#include <stdlib.h>

#include <kstate-dump.h>

#include "../shim/fixture.h"

/* selftests/unit/helpers.c */
char *json_of(const struct kstd_node *n);

/**
 * struct read - what the library makes of the image
 * @it: its current element is @section, which lives as long
 */
static struct {
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	struct kstd_iter it;
	const struct kstd_node *section;
	void *image;
} rd;

static inline int teardown(void **state)
{
	if (rd.section)
		kstd_iter_end(&rd.it);
	kstd_close(rd.dump);
	kstd_ctx_free(rd.ctx);
	free(rd.image);
	return shim_teardown(state);
}

static inline void open_image(const char *path, const char *select)
{
	struct kstd_sections_opts which = { .sz = sizeof(which), .select = select };
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = path };
	const struct kstd_node *list;
	const void *image;
	size_t len;

	if (!path) {
		image = shim_outgoing(&len);
		rd.image = malloc(len);
		memcpy(rd.image, image, len);
		opts.buf = rd.image;
		opts.buf_len = len;
	}
	rd.ctx = kstd_ctx_new();
	assert_int_equal(kstd_open(rd.ctx, &opts, &rd.dump), 0);
	assert_int_equal(kstd_sections(rd.dump, &which, &list), 0);
	kstd_iter_begin(&rd.it, list);
	rd.section = kstd_iter_next(&rd.it);
	assert_non_null(rd.section);
}

static inline void save_and_open(const struct kstate_description *desc, void *obj, const char *select)
{
	assert_int_equal(kstate_register(desc, obj, 9), 0);
	assert_int_equal(locked_save(), 0);
	open_image(NULL, select);
}

static inline void assert_no_defects(void)
{
	char *defects = json_of(kstd_defects(rd.dump));

	assert_string_equal(defects, "[]");
	assert_int_equal(kstd_all_well(rd.dump), KSTD_YES);
	free(defects);
}

/* A field's node, by its name. */
static inline const struct kstd_node *field(const char *name)
{
	const struct kstd_node *n, *text;
	struct kstd_iter it;
	const void *p;
	size_t len;

	kstd_iter_begin(&it, kstd_node_get(rd.section, "fields"));
	while ((n = kstd_iter_next(&it))) {
		text = kstd_node_get(n, "name");
		p = kstd_node_mem(text, &len);
		if (len == strlen(name) && !memcmp(p, name, len))
			break;
	}
	kstd_iter_end(&it);
	if (!n)
		fail_msg("no field %s", name);
	return n;
}

static inline const struct kstd_node *value(const char *name)
{
	return kstd_node_get(field(name), "value");
}

static inline void assert_json(const struct kstd_node *n, const char *want)
{
	char *json = json_of(n);

	assert_string_equal(json, want);
	free(json);
}

#define assert_value(name, ...) do {					\
	char want_[1024];						\
	snprintf(want_, sizeof(want_), __VA_ARGS__);			\
	assert_json(value(name), want_);				\
} while (0)

#endif /* READ_H */
