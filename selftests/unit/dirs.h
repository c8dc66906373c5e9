/* SPDX-License-Identifier: GPL-2.0 */

/* A directory of blobs that lives as long as a test. */

#ifndef UNIT_DIRS_H
#define UNIT_DIRS_H

#include <sys/stat.h>
#include <unistd.h>

#include "helpers.h"

struct fixture {
	char dir[64];
	struct image im;
	struct view v;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/kstate-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	image_init(&f->im);
	image_example(&f->im);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	char cmd[128];

	view_close(&f->v);
	image_free(&f->im);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", f->dir);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

/* Write dir/name, and the directories in front of it. */
static inline void put(struct fixture *f, const char *name, const void *p, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	for (char *s = path + strlen(f->dir) + 1; (s = strchr(s, '/')); s++) {
		*s = 0;
		mkdir(path, 0755);
		*s = '/';
	}
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(p, 1, len, file), len);
	fclose(file);
}

static inline void put_str(struct fixture *f, const char *name, const char *text)
{
	put(f, name, text, strlen(text));
}

static inline void put_image(struct fixture *f, const char *name)
{
	put(f, name, f->im.fdt, f->im.len);
}

static inline void open_dir(struct fixture *f, const char *sub)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", f->dir, sub);
	view_path(&f->v, path);
}

#define HEADING	"name instance version bytes crc ns result\n"

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
