// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Opening and closing. A function that makes more than memory registers it with
 * kstd_arena_own(), so kstd_close() frees the arena and nothing else.
 */

#include <stddef.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "source/source.h"
#include "subtree/decoder.h"
#include "typed/handlers.h"
#include "vmlinux/btf.h"
#include "vmlinux/types.h"

const char *kstd_version(void)
{
	return KSTD_VERSION;
}

static struct kstd_dump *new_dump(struct kstd_ctx *ctx)
{
	struct kstd_dump *dump = kstd_calloc(1, sizeof(*dump));

	if (!dump)
		return NULL;
	dump->ctx = ctx;
	dump->images_rc = 1;
	dump->tree = -1;
	dump->last_blob = &dump->blobs;
	for (int i = 0; i < KSTD_NR_SAYS; i++)
		dump->reports[i].list = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_LIST);
	dump->of_source.list = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_LIST);
	dump->notes = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_LIST);
	if (!dump->arena.short_of)
		return dump;
	kstd_close(dump);
	return NULL;
}

static int get_opts(struct kstd_ctx *ctx, const struct kstd_open_opts *user,
		    struct kstd_open_opts *opts)
{
	int rc;

	*opts = (struct kstd_open_opts){ .sz = sizeof(*opts) };
	rc = kstd_opts(ctx, "kstd_open", user, offsetof(struct kstd_open_opts, buf), opts,
		       sizeof(*opts));
	if (rc)
		return rc;
	if (opts->path && opts->buf)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"kstd_open: both a path and a buffer");
	if (opts->page_size && (opts->page_size < 4096 || opts->page_size > 65536 ||
				opts->page_size & (opts->page_size - 1)))
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"a page of %u bytes: not a power of two from 4096 to 65536",
				opts->page_size);
	if ((opts->nr_parts || opts->raw) && !opts->path)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"%s, and no file", opts->raw ? "raw memory" : "parts of a dump");
	if (opts->raw && opts->raw_base % 4096)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"raw memory from 0x%llx on: not a multiple of 4096",
				(unsigned long long)opts->raw_base);
	if (!opts->sides)
		opts->sides = KSTD_SIDE_IN | KSTD_SIDE_OUT | KSTD_SIDE_FILE;
	return 0;
}

/* A lone blob has to be of a known format; the blobs of a capture or a kernel need not. */
static int probe_lone(struct kstd_dump *dump)
{
	struct kstd_blob *b = dump->blobs;
	struct kstd_where where;

	if (!dump->lone || dump->core || dump->kernel)
		return 0;
	where = KSTD_AT(NULL, b->path, strlen(b->path));
	return kstd_err_at(dump->ctx, &where, kstd_decoder_probe(dump, b));
}

/* What is reported meanwhile is of the source itself. */
static int open_source(struct kstd_dump *dump, const struct kstd_open_opts *opts)
{
	int rc;

	dump->sourcing++;
	rc = kstd_source_open(dump, opts) ?: probe_lone(dump);
	dump->sourcing--;
	return rc;
}

int kstd_open(struct kstd_ctx *ctx, const struct kstd_open_opts *user, struct kstd_dump **out)
{
	struct kstd_open_opts opts;
	struct kstd_dump *dump;
	int rc = get_opts(ctx, user, &opts);

	*out = NULL;
	if (rc)
		return rc;
	if (!ctx->dumps)
		kstd_whole_again(ctx);
	dump = new_dump(ctx);
	if (!dump)
		return kstd_nomem(ctx);
	dump->counted = true;
	ctx->dumps++;
	dump->sides = opts.sides;
	dump->captured_sides = KSTD_SIDE_IN | KSTD_SIDE_OUT | KSTD_SIDE_FILE;
	dump->follow = opts.follow;
	dump->progress = (struct kstd_progress){ opts.progress, opts.progress_arg, false };
	rc = kstd_btf_file(dump, opts.vmlinux) ?:
	     kstd_types_files(dump, opts.btf, opts.nr_btf) ?:
	     kstd_handlers_file(dump, opts.handlers) ?: open_source(dump, &opts);
	/* Which roots there are, and of which side, is not guessed after a read that failed. */
	if (!kstd_is_whole(ctx))
		rc = kstd_whole(ctx);
	if (rc)
		kstd_close(dump);
	else
		*out = dump;
	return rc;
}

void kstd_close(struct kstd_dump *dump)
{
	if (!dump)
		return;
	dump->ctx->dumps -= dump->counted;
	kstd_arena_free(&dump->arena);
	free(dump);
}
