// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kstate-dump.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/new_file.h"
#include "extract/extract.h"

static int write_file(struct kstd_extract_run *run, const struct kstd_extract_opts *opts)
{
	struct kstd_ctx *ctx = run->dump->ctx;
	struct kstd_new_file file;
	int rc = kstd_new_file_begin(ctx, opts->path, 0600, &file);	/* only root may read memory */

	if (rc)
		return rc;
	run->fd = file.fd;
	rc = kstd_extract_what(run, opts->what, opts->token);
	if (!rc && ftruncate(run->fd, run->at))
		rc = kstd_errno(ctx, opts->path, errno);
	return kstd_new_file_end(ctx, &file, rc ?: kstd_whole(ctx));
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
