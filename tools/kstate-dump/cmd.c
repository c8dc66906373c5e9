// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/progress.h"
#include "cmd.h"
#include "save.h"

static const char *command_name(const struct run *run)
{
	return run->cmd ? run->cmd->name : "";
}

int cmd_usage(struct run *run, const char *fmt, ...)
{
	char text[900];
	struct out_error err = { "usage", text, "", KSTD_NO_OFFSET };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run->out->ops->fail(run->out, command_name(run), run->source, &err);
	return STATUS_USAGE;
}

int cmd_no_memory(struct run *run)
{
	struct out_error err = { "no-memory", "out of memory", "", KSTD_NO_OFFSET };

	run->out->ops->fail(run->out, command_name(run), run->source, &err);
	return STATUS_ENVIRONMENT;
}

int cmd_fail(struct run *run)
{
	struct kstd_ctx *ctx = run->ctx;
	struct out_error err = {
		kstd_error_code(ctx), kstd_error_text(ctx), kstd_error_path(ctx),
		kstd_error_offset(ctx),
	};

	run->out->ops->fail(run->out, command_name(run), run->source, &err);
	return status_of_class(kstd_error_class(ctx));
}

int cmd_if_whole(struct run *run, int status)
{
	if (status == STATUS_USAGE || status == STATUS_INPUT || status == STATUS_ENVIRONMENT ||
	    !kstd_status(run->ctx))
		return status;
	buf_flush(&run->out->b);
	fprintf(stderr, "%s: %s: what is shown is not complete\n", run->out->program,
		kstd_error_message(run->ctx));
	return STATUS_ENVIRONMENT;
}

/* The user may have meant a file by the word: the error says that there is none, too. */
static int fail_live(struct run *run)
{
	struct kstd_ctx *ctx = run->ctx;
	const char *code = kstd_error_code(ctx);
	bool none = !strcmp(code, "no-kho") || !strcmp(code, "no-debugfs");
	char text[700];
	struct out_error err = { code, text, kstd_error_path(ctx), kstd_error_offset(ctx) };

	if (!run->not_file)
		return cmd_fail(run);
	snprintf(text, sizeof(text), "%s%s; and there is no file \"%.100s\"",
		 none ? "there is no live KHO here: " : "", kstd_error_text(ctx), run->not_file);
	run->out->ops->fail(run->out, command_name(run), run->source, &err);
	return status_of_class(kstd_error_class(ctx));
}

static int no_sysroot(struct run *run, const char *sysroot)
{
	struct out_error err = { "no-file", strerror(errno), sysroot, KSTD_NO_OFFSET };

	run->out->ops->fail(run->out, command_name(run), run->source, &err);
	return STATUS_ENVIRONMENT;
}

static int open_live(struct run *run, const struct kstd_open_opts *opts, struct kstd_dump **dump)
{
	int status = 0;

	if (opts->sysroot && access(opts->sysroot, F_OK))
		return no_sysroot(run, opts->sysroot);
	if (run->opts->save)
		status = save_begin(run);

	if (status)
		return status;
	if (kstd_open(run->ctx, opts, dump))
		return fail_live(run);
	/* cmd_show() shows the notes of the first dump alone. */
	if (save_was_there())
		kstd_add_note(run->dump ? run->dump : *dump,
			      "out/control: an image was saved already: it is shown, and it stays");
	return 0;
}

int cmd_open_as(struct run *run, const char *image, struct kstd_dump **dump)
{
	struct kstd_open_opts opts = {
		.sz = sizeof(opts), .path = image, .sysroot = run->opts->sysroot,
		.sides = run->opts->sides, .page_size = run->opts->page_size,
		.vmlinux = run->opts->vmlinux, .progress = progress_show,
		.follow = run->opts->follow,
		/* Of two images, one may be the live system. */
		.raw = image && run->opts->raw, .raw_base = run->opts->raw_base,
		.parts = run->opts->parts, .nr_parts = run->opts->nr_parts,
		.btf = run->opts->btf, .nr_btf = run->opts->nr_btf,
		.handlers = run->opts->handlers,
	};
	int status = 0;

	if (image && run->opts->live)
		return cmd_usage(run, "both --live and an image, \"%s\"", image);
	if (image && !*image)
		return cmd_usage(run, "an IMAGE has no name: \"\"");
	run->source = image ? image : "live";
	if (!image)
		status = open_live(run, &opts, dump);
	else if (kstd_open(run->ctx, &opts, dump))
		status = cmd_fail(run);
	if (!status)
		run->source = kstd_source(*dump);
	return status;
}

int cmd_open(struct run *run, const char *image)
{
	if (image && run->opts->save)
		return cmd_usage(run, "both --save and an image, \"%s\": only a live system can save",
				 image);
	return cmd_open_as(run, image, &run->dump);
}

/* What an answer cost: a running system's memory is not read for nothing. */
static void say_memory_read(const struct run *run)
{
	uint64_t bytes = run->dump ? kstd_memory_read(run->dump) : 0;
	char room[COUNT_TEXT];

	if (bytes && run->opts->verbose && !run->opts->quiet)
		fprintf(stderr, "%s: memory read of %s: %s bytes\n", run->out->program, run->source,
			count_text(bytes, room));
}

int cmd_show(struct run *run, const char *name, const struct kstd_node *node)
{
	const struct out_ops *ops = run->out->ops;

	ops->begin(run->out, run->cmd->name, run->source);
	ops->node(run->out, name, node);
	ops->end(run->out, run->dump);
	say_memory_read(run);
	return run->dump ? status_of_truth(kstd_all_well(run->dump)) : STATUS_DONE;
}
