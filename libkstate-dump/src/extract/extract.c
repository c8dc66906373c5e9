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

static int make_file(struct kstd_extract_run *run, const char *path,
		     int (*fill)(struct kstd_extract_run *run, const void *of), const void *of)
{
	struct kstd_ctx *ctx = run->dump->ctx;
	struct kstd_new_file file;
	int rc = kstd_new_file_begin(ctx, path, 0600, &file);	/* only root may read memory */

	if (rc)
		return rc;
	run->fd = file.fd;
	rc = fill(run, of) ?: kstd_extract_flush(run);
	if (!rc && ftruncate(run->fd, run->at))
		rc = kstd_errno(ctx, path, errno);
	return kstd_new_file_end(ctx, &file, rc ?: kstd_whole(ctx));
}

int kstd_extract_make(struct kstd_extract_run *run, const char *path,
		      int (*fill)(struct kstd_extract_run *run, const void *of), const void *of)
{
	int rc;

	run->memory = kstd_malloc(KSTD_EXTRACT_BUFFER + KSTD_EXTRACT_ALIGN);
	if (!run->memory)
		return kstd_nomem(run->dump->ctx);
	run->buf = (uint8_t *)run->memory +
		   (-(uintptr_t)run->memory & (KSTD_EXTRACT_ALIGN - 1));
	sha256_init(&run->sha);
	kstd_work_begin(&run->work, run->dump, "extracting", 0, 64UL << 20);
	rc = make_file(run, path, fill, of);
	if (rc)
		kstd_extract_end(run);
	return rc;
}

void kstd_extract_end(struct kstd_extract_run *run)
{
	free(run->missing);
	free(run->memory);
}

void kstd_extract_put_missing(struct kstd_extract_run *run, const char *name,
			      struct kstd_node *list)
{
	struct kstd_arena *a = &run->dump->arena;

	for (size_t i = 0; i < run->nr_missing; i++) {
		struct kstd_node *m = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

		if (name)
			kstd_put_str(a, m, KSTD_K_NAME, name);
		kstd_put_num(a, m, KSTD_K_MISSING_AT, KSTD_U64, run->missing[i].off);
		if (run->missing[i].pa)
			kstd_put_num(a, m, KSTD_K_ADDRESS, KSTD_ADDRESS, run->missing[i].pa);
		else
			kstd_put(a, m, KSTD_K_ADDRESS, KSTD_NULL);
		kstd_put_num(a, m, KSTD_K_BYTES, KSTD_SIZE, run->missing[i].bytes);
	}
}

static void put_sha256(struct kstd_extract_run *run, struct kstd_node *n)
{
	struct kstd_arena *a = &run->dump->arena;
	uint8_t digest[SHA256_DIGEST_SIZE];
	char hex[2 * SHA256_DIGEST_SIZE + 1];

	sha256_digest(&run->sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	kstd_put_str(a, n, KSTD_K_SHA256, kstd_arena_str(a, hex, strlen(hex)));
}

void kstd_extract_put(struct kstd_extract_run *run, const char *path, struct kstd_node *n)
{
	struct kstd_arena *a = &run->dump->arena;

	kstd_put_num(a, n, KSTD_K_EXTRACT_BYTES, KSTD_SIZE, run->at);
	kstd_put_num(a, n, KSTD_K_EXTRACT_HOLES, KSTD_SIZE, run->holes);
	kstd_put_num(a, n, KSTD_K_MISSING_BYTES, KSTD_SIZE, run->missing_bytes);
	if (run->hash)
		put_sha256(run, n);
	if (run->missing_bytes)
		kstd_unknown(run->dump, NULL, "%s: %llu of %llu bytes are not in %s, and holes",
			     path, (unsigned long long)run->missing_bytes,
			     (unsigned long long)run->at, run->dump->source);
}

static int fill_what(struct kstd_extract_run *run, const void *of)
{
	const struct kstd_extract_opts *opts = of;

	return kstd_extract_what(run, opts->what, opts->token);
}

int kstd_extract(struct kstd_dump *dump, const struct kstd_extract_opts *user,
		 const struct kstd_node **result)
{
	struct kstd_extract_opts opts = { .sz = sizeof(opts) };
	struct kstd_extract_run run = { .dump = dump };
	int rc = kstd_opts(dump->ctx, "kstd_extract", user,
			   offsetof(struct kstd_extract_opts, token), &opts, sizeof(opts));
	struct kstd_arena *a = &dump->arena;
	struct kstd_node *n;

	*result = NULL;
	if (!rc && (!opts.what || !opts.path || !*opts.path))
		rc = kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
			      "kstd_extract: nothing to extract, or no path");
	run.lax = opts.sparse_missing;
	run.hash = opts.sha256;
	if (!rc)
		rc = kstd_extract_make(&run, opts.path, fill_what, &opts);
	if (rc)
		return rc;
	n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_NESTED);
	kstd_put_fmt(a, n, KSTD_K_EXTRACT_PATH, "%s", opts.path);
	kstd_extract_put(&run, opts.path, n);
	kstd_extract_put_missing(&run, NULL, kstd_put(a, n, KSTD_K_MISSING, KSTD_LIST));
	kstd_extract_end(&run);
	*result = a->short_of ? NULL : n;
	return *result ? 0 : kstd_nomem(dump->ctx);
}
