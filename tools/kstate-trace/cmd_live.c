// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "live.h"
#include "replay.h"

/* Show what comes after the last event; returns the exit status. */
static int finish(struct trace_opts *o, struct show *show)
{
	struct budget budget = { .limit = o->budget };

	if (o->agg->failed)
		show_note(show, "memory was short: some rows are missing");
	if (o->agg->not_ended)
		show_note(show, "saves or restores that began and have no end, so that how long they took is not known: %llu",
			  (unsigned long long)o->agg->not_ended);
	if (o->events)
		trace_event_note(o->events, show);
	budget_measure(&budget, o->agg);
	if (o->summary)
		show->ops->report(show, o->agg, &budget);
	else
		show->ops->end(show, o->agg, &budget);
	return budget_status(&budget);
}

static int fail(struct show *show, const struct env *env)
{
	show->ops->fail(show, env->code, env->text);
	return STATUS_ENVIRONMENT;
}

static int trace_kernel(struct trace_opts *o, struct show *show)
{
	struct live *live;
	struct env env;
	int err;

	show->source = "live";
	if (!env_check(&env, o->sysroot ? o->sysroot : ""))
		return fail(show, &env);
	live = live_open(o, show, &env);
	if (!live)
		return fail(show, &env);
	err = live_run(live);
	live_close(live);
	if (!err)
		return finish(o, show);
	show->ops->fail(show, "no-command", strerror(-err));
	return STATUS_ENVIRONMENT;
}

static int run_live(struct run *run)
{
	struct trace_opts *o = run->opts;
	struct show *show = run->show;
	int status;

	if (run->argc)
		return trace_usage(show, "live takes no words; a program to run comes after --");
	if (!o->replay)
		return trace_kernel(o, show);
	if (o->command || o->interval || o->duration)
		return trace_usage(show, "with --replay nothing runs: no program, --interval or --duration");
	status = replay(o, show);
	return status ? status : finish(o, show);
}

const struct cmd trace_live = {
	.name = "live",
	.args = "[-- PROGRAM ...]",
	.help = "saves and restores while they happen (the default)",
	.details =
		"A line for each section that is saved or restored, and for each image: its name and\n"
		"instance, version, bytes of payload, how long it took, and what became of it. It ends\n"
		"with SIGINT (Ctrl-C), after --duration, or with PROGRAM.\n"
		"\n"
		"With --summary nothing leaves the kernel before the end: it counts, and the table has a\n"
		"row for each section. A percentile may be up to 1/16 too large. Besides, functions of KHO\n"
		"and LUO are timed, within kstate's saves and restores and without, unless -k says that\n"
		"they are not.\n"
		"\n"
		"Filters (--name, --id, --min-ns, --failed) leave lines and rows out; sums, shares and\n"
		"--budget are always about everything. Events that did not fit into the buffer (--ring)\n"
		"are counted, and are in the sums.\n"
		"\n"
		"What counts for --budget is the longest save, all restores, and with --summary also the\n"
		"longest luo_session_serialize(). If there was nothing to measure, it was not kept; if\n"
		"events were lost, or a save or restore has begun and not ended, and the rest is within\n"
		"it, that is not known, exit status 6. Without a budget, too, it is 6 then.\n",
	.run = run_live,
};
