// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "replay.h"

#define TRACE_FILE	"/sys/kernel/tracing/trace"
#define TRACE_FILE_OLD	"/sys/kernel/debug/tracing/trace"
#define PATH_ROOM	512

static int library_fails(struct show *show, struct kstd_ctx *ctx)
{
	char text[500];

	/* The context has the text, and the next call may change it. */
	snprintf(text, sizeof(text), "%s", kstd_error_message(ctx));
	show->ops->fail(show, kstd_error_code(ctx), text);
	return status_of_class(kstd_error_class(ctx));
}

/* Show all of a list of reports; their number. */
static uint64_t take_reports(struct show *show, bool damaged, const struct kstd_node *reports)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	uint64_t nr = 0;

	kstd_iter_begin(&it, reports);
	for (; (n = kstd_iter_next(&it)); nr++)
		show_report(show, damaged, n);
	kstd_iter_end(&it);
	return nr;
}

/* Make notes of a list, from element @from on, of texts, or of reports; longer ones are cut. */
static void take_notes(struct show *show, const char *what, const struct kstd_node *list,
		       uint64_t from)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	const void *p;
	size_t len;

	kstd_iter_begin(&it, list);
	for (uint64_t i = 0; (n = kstd_iter_next(&it)); i++) {
		if (i < from)
			continue;
		p = kstd_node_mem(*what ? kstd_node_get(n, "text") : n, &len);
		show_note(show, "%s%.*s", what, (int)(len < 400 ? len : 400), (const char *)p);
	}
	kstd_iter_end(&it);
}

/* The sections, then what else there is: errors are those of the overview, which knows more. */
static int ask(struct show *show, struct boot *boot, struct kstd_dump *dump)
{
	int err = boot_image(boot, dump);

	if (err)
		return boot_producer(boot, dump) ?: boot_image(boot, dump);
	boot->unknowns = take_reports(show, false, kstd_unknowns(dump));
	err = boot_producer(boot, dump);
	if (err)
		return err;
	boot->defects = take_reports(show, true, kstd_defects(dump));
	take_notes(show, "not known: ", kstd_unknowns(dump), boot->unknowns);
	take_notes(show, "", kstd_notes(dump), 0);
	return 0;
}

static int read_image(struct trace_opts *o, struct show *show, struct boot *boot, const char *image)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = image, .sysroot = o->sysroot,
				       .sides = KSTD_SIDE_IN, .follow = o->follow };
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_dump *dump = NULL;
	int status = 0;

	if (!ctx) {
		show->ops->fail(show, "no-memory", "no memory");
		return STATUS_ENVIRONMENT;
	}
	if (kstd_open(ctx, &opts, &dump) || ask(show, boot, dump))
		status = library_fails(show, ctx);
	if (!status && kstd_status(ctx))
		status = library_fails(show, ctx);
	kstd_close(dump);
	kstd_ctx_free(ctx);
	return status;
}

/* The name of the live system's trace buffer; NULL if there is none that can be read. */
static const char *trace_file(const struct trace_opts *o, char *path)
{
	static const char *const files[] = { TRACE_FILE, TRACE_FILE_OLD };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, PATH_ROOM, "%s%s", o->sysroot ? o->sysroot : "", files[i]);
		if (!access(path, R_OK))
			return path;
	}
	return NULL;
}

static int read_events(struct trace_opts *o, struct show *show, struct boot *boot,
		       const char *image)
{
	char path[PATH_ROOM];
	const char *file = o->replay;
	int status;

	if (!file && !image)
		file = trace_file(o, path);
	if (!file) {
		if (!image)
			show_note(show, "tracefs cannot be read: it is not known when sections were restored");
		return 0;
	}
	boot->traced = true;
	status = replay_file(show, file, &boot->stream, boot_event, boot);
	if (!status && !boot->stream.events)
		show_note(show, "no events of the boot: boot with trace_event=kstate:* to see when sections were restored");
	return status;
}

static void only_failures(struct boot *boot)
{
	size_t nr = 0;

	for (size_t i = 0; i < boot->nr; i++)
		if (boot->rows[i].error || !strcmp(boot->rows[i].result, "failed"))
			boot->rows[nr++] = boot->rows[i];
	boot->shown = nr;
}

static int show_boot(struct trace_opts *o, struct show *show, struct boot *boot)
{
	struct budget budget = { .limit = o->budget };

	if (boot->failed)
		show_note(show, "memory was short: some sections are missing");
	if (boot->cut)
		show_note(show, "not known: not all sections of the image could be read: those that are missing are in no sum");
	boot_finish(boot);
	budget.save = boot->save_ns;
	budget.restore = boot->sum.restore_ns;
	budget.nothing = !boot->has_save && !boot->image && !boot->nr;
	budget.damaged = boot->defects;
	budget.unknown = boot->sum.unknown + boot->unknowns + boot->cut + boot->failed +
			 ((boot->image || boot->nr) && !boot->has_save);
	/*
	 * Of sections that the image does not list, the restores are known from events alone; when
	 * the others were restored, and how often that was tried, matters to no budget.
	 */
	if (boot->nr > boot->known || !o->budget)
		budget.lost = boot->stream.lost + boot->stream.bad + boot->stream.missing;
	if (o->agg->settings.failures)
		only_failures(boot);
	o->agg->lost.ring = boot->stream.lost;
	o->agg->unread = boot->stream.bad + boot->stream.missing;
	if (o->events) {
		trace_event_boot(o->events, boot);
		trace_event_note(o->events, show);
	}
	show->ops->boot(show, boot, &budget);
	return status_of_both(budget_status(&budget), boot->defects ? STATUS_FINDING : STATUS_DONE);
}

static int run_boot(struct run *run)
{
	struct trace_opts *o = run->opts;
	struct show *show = run->show;
	const char *image = run->argc ? run->argv[0] : NULL;
	struct boot boot = { 0 };
	int status;

	if (run->argc > 1 || o->command)
		return trace_usage(show, "boot takes one IMAGE");
	show->source = image ? image : "live";
	if (!o->has_top)
		show->top = 0;
	status = read_image(o, show, &boot, image);
	if (!status)
		status = read_events(o, show, &boot, image);
	if (!status)
		status = show_boot(o, show, &boot);
	boot_free(&boot);
	return status;
}

const struct cmd trace_boot = {
	.name = "boot",
	.args = "[IMAGE]",
	.help = "what was saved before the kexec, and restored before user space",
	.details =
		"No program runs when the old kernel saves last and the new one restores first. But the\n"
		"image has how long each section took to be saved, and debugfs how long the last attempt\n"
		"to restore it took; and a kernel that was booted with trace_event=kstate:* has the events\n"
		"of all attempts in its trace buffer, with the task: swapper/0 is the kernel before user\n"
		"space. All of it is put together here, a row for each section. BPF is not needed.\n"
		"\n"
		"IMAGE is a directory that was copied from /sys/kernel/debug, or what kstate-dump(8) takes\n"
		"besides; --replay is a copy of the trace buffer then. Without it: the live system.\n"
		"\n"
		"What counts for --budget is the save of the image and the last attempts to restore. Of an\n"
		"image that is damaged it is not known whether it was kept, and the exit status is 1.\n",
	.run = run_boot,
};
