// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kstate-dump.h>

#include "base/alloc.h"
#include "base/file.h"
#include "extract/extract.h"

static int file_error(struct kstd_extract_run *run, const char *path, int err)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));

	if (err == EEXIST)
		return kstd_err_at(run->dump->ctx, &where,
				   kstd_err(run->dump->ctx, KSTD_E_IO, KSTD_NO_OFFSET,
					    "there is such a file; extract replaces none"));
	return kstd_errno(run->dump->ctx, path, err);
}

/* Give the file its size and its name once all of it is on the disk. */
static int name_file(struct kstd_extract_run *run, const char *tmp, const char *path)
{
	if (ftruncate(run->fd, run->at) || fsync(run->fd))
		return file_error(run, path, errno);
	if (!link(tmp, path))
		return 0;
	/* This file system has no links. A file that appears after access() is replaced. */
	if (errno == EEXIST || !access(path, F_OK))
		return file_error(run, path, EEXIST);
	return rename(tmp, path) ? file_error(run, path, errno) : 0;
}

static int write_file(struct kstd_extract_run *run, const struct kstd_extract_opts *opts)
{
	char tmp[PATH_MAX];
	int rc;

	if (!access(opts->path, F_OK))
		return file_error(run, opts->path, EEXIST);
	if (snprintf(tmp, sizeof(tmp), "%s.XXXXXX", opts->path) >= (int)sizeof(tmp))
		return file_error(run, opts->path, ENAMETOOLONG);
	run->fd = mkostemp(tmp, O_CLOEXEC);	/* mode 0600: only root may read memory */
	if (run->fd < 0)
		return file_error(run, opts->path, errno);
	rc = kstd_extract_what(run, opts->what, opts->token);
	if (!rc)
		rc = name_file(run, tmp, opts->path);
	close(run->fd);
	unlink(tmp);
	return rc;
}

static void put_missing(struct kstd_extract_run *run, struct kstd_node *n)
{
	struct kstd_arena *a = &run->dump->arena;
	struct kstd_node *list = kstd_put(a, n, KSTD_K_MISSING, KSTD_LIST);

	for (size_t i = 0; i < run->nr_missing; i++) {
		struct kstd_node *m = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

		kstd_put_num(a, m, KSTD_K_MISSING_AT, KSTD_U64, run->missing[i].off);
		kstd_put_num(a, m, KSTD_K_ADDRESS, KSTD_ADDRESS, run->missing[i].pa);
		kstd_put_num(a, m, KSTD_K_BYTES, KSTD_SIZE, run->missing[i].bytes);
	}
}

static int put_result(struct kstd_extract_run *run, const struct kstd_extract_opts *opts,
		      const struct kstd_node **result)
{
	struct kstd_arena *a = &run->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_NESTED);
	uint8_t digest[SHA256_DIGEST_SIZE];
	char hex[2 * SHA256_DIGEST_SIZE + 1];

	sha256_digest(&run->sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	kstd_put_fmt(a, n, KSTD_K_EXTRACT_PATH, "%s", opts->path);
	kstd_put_num(a, n, KSTD_K_EXTRACT_BYTES, KSTD_SIZE, run->at);
	kstd_put_num(a, n, KSTD_K_EXTRACT_HOLES, KSTD_SIZE, run->holes);
	kstd_put_num(a, n, KSTD_K_MISSING_BYTES, KSTD_SIZE, run->missing_bytes);
	kstd_put_str(a, n, KSTD_K_SHA256, kstd_arena_str(a, hex, strlen(hex)));
	put_missing(run, n);
	if (run->missing_bytes)
		kstd_unknown(run->dump, NULL, "%s: %llu of %llu bytes are not in %s, and holes",
			     opts->path, (unsigned long long)run->missing_bytes,
			     (unsigned long long)run->at, run->dump->source);
	*result = a->short_of ? NULL : n;
	return *result ? 0 : kstd_nomem(run->dump->ctx);
}

int kstd_extract(struct kstd_dump *dump, const struct kstd_extract_opts *user,
		 const struct kstd_node **result)
{
	struct kstd_extract_opts opts = { .sz = sizeof(opts) };
	struct kstd_extract_run run = { .dump = dump, .fd = -1 };
	int rc = kstd_opts(dump->ctx, "kstd_extract", user,
			   offsetof(struct kstd_extract_opts, token), &opts, sizeof(opts));

	*result = NULL;
	if (!rc && (!opts.what || !opts.path || !*opts.path))
		rc = kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_extract: nothing to extract, or no path");
	if (rc)
		return rc;
	run.lax = opts.sparse_missing;
	run.buf = kstd_malloc(KSTD_EXTRACT_BUFFER);
	if (!run.buf)
		return kstd_nomem(dump->ctx);
	sha256_init(&run.sha);
	kstd_work_begin(&run.work, dump, "extracting", 0, 64UL << 20);
	rc = write_file(&run, &opts);
	if (!rc)
		rc = put_result(&run, &opts, result);
	free(run.missing);
	free(run.buf);
	return rc;
}
