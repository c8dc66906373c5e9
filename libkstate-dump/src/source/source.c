// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <sys/stat.h>

#include "source/source.h"

static int set_source(struct kstd_dump *dump, const char *name)
{
	dump->source = kstd_arena_str(&dump->arena, name, strlen(name));
	return dump->source ? 0 : kstd_nomem(dump->ctx);
}

static int by_path(struct kstd_dump *dump, const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return set_source(dump, "standard input") ?: kstd_source_stdin(dump);
	if (stat(path, &st))
		return kstd_errno(dump->ctx, path, errno);
	if (set_source(dump, path))
		return -KSTD_ENVIRONMENT;
	if (S_ISDIR(st.st_mode) && (dump->raw || dump->nr_parts))
		return kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%s is a directory, and not %s", path,
				dump->raw ? "raw memory" : "one part of a split dump");
	return S_ISDIR(st.st_mode) ? kstd_source_dir(dump, path) : kstd_source_file(dump, path);
}

/* Blobs and kernels have no parts. */
static int check_parts(struct kstd_dump *dump)
{
	if (!dump->nr_parts || dump->core)
		return 0;
	return kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			"%s is not one part of a split dump: no further part belongs to it",
			dump->source);
}

int kstd_source_open(struct kstd_dump *dump, const struct kstd_open_opts *opts)
{
	int rc;

	dump->page_size = opts->page_size;
	dump->parts = opts->parts;
	dump->nr_parts = opts->nr_parts;
	dump->raw = opts->raw;
	dump->raw_base = opts->raw_base;
	if (opts->path) {
		rc = by_path(dump, opts->path) ?: check_parts(dump);
		dump->parts = NULL;
		dump->nr_parts = 0;
		return rc;
	}
	if (opts->buf)
		return set_source(dump, "memory") ?:
		       kstd_source_mem(dump, opts->buf, opts->buf_len);
	return set_source(dump, "live") ?: kstd_source_live(dump, opts->sysroot);
}

int kstd_source_extents(struct kstd_dump *dump, unsigned int side, const char *path)
{
	struct kstd_extents_dir *x = kstd_arena_get(&dump->arena, sizeof(*x));

	if (!x)
		return kstd_nomem(dump->ctx);
	*x = (struct kstd_extents_dir){
		.next = dump->extents_dirs, .side = side,
		.path = kstd_arena_str(&dump->arena, path, strlen(path)),
	};
	if (!x->path)
		return kstd_nomem(dump->ctx);
	dump->extents_dirs = x;
	return 0;
}
