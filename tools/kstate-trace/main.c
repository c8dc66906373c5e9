// SPDX-License-Identifier: GPL-2.0

/* kstate-trace: where a live update spends its time. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/short.h"
#include "../common/terminal.h"
#include "../common/utf8.h"
#include "commands.h"

#define PROGRAM	"kstate-trace"

static int cannot_write(struct show *show, const char *path, int err)
{
	char text[300];

	snprintf(text, sizeof(text), "%.200s: %s", path, strerror(err));
	show->ops->fail(show, err == EACCES ? "no-permission" : "io", text);
	return STATUS_ENVIRONMENT;
}

/* Run a command that writes a file for trace viewers besides. */
static int run_with_events(const struct cmd *cmd, struct run *run)
{
	static struct trace_event events;
	struct trace_opts *o = run->opts;
	const struct lost *lost = &o->agg->lost;
	int err = trace_event_open(&events, o->trace_event), status;

	if (err)
		return cannot_write(run->show, o->trace_event, err);
	o->events = &events;
	status = cmd->run(run);
	err = trace_event_close(&events, lost->ring + lost->missed + lost->calls + o->agg->unread,
				o->agg->not_ended);
	return err ? cannot_write(run->show, o->trace_event, err) : status;
}

/* Run what the command line asks for. The command is the first word that is not an option. */
static int run_command(struct run *run)
{
	struct trace_opts *o = run->opts;
	struct show *show = run->show;
	const char *word = run->argc ? run->argv[0] : trace_commands.cmds[0]->name;
	const struct option_def *misplaced;
	const struct cmd *cmd;

	if (*o->line.error)
		return trace_usage(show, "%s; try: " PROGRAM " help", o->line.error);
	if (o->list)
		return cmd_table_list(&trace_commands, &show->b, o->list) ? STATUS_DONE :
		       trace_usage(show, "no list \"%s\"", o->list);
	if (o->help || o->version) {
		run->argc = o->help && run->argc;
		return o->help ? trace_help.run(run) : trace_version.run(run);
	}
	cmd = cmd_find(&trace_commands, word);
	if (!cmd && cmd_nearest(&trace_commands, word))
		return trace_usage(show, "no command \"%s\"; did you mean \"%s\"?", word,
				   cmd_nearest(&trace_commands, word));
	if (!cmd)
		return trace_usage(show, "no command \"%s\"; try: " PROGRAM " help", word);
	show->command = cmd->name;
	misplaced = optable_misplaced(&trace_options, o->line.given, word);
	if (misplaced)
		return trace_usage(show, "--%s is not for %s, but for: %s", misplaced->name, word,
				   misplaced->commands);
	if (run->argc) {
		run->argc--;
		run->argv++;
	}
	return o->trace_event ? run_with_events(cmd, run) : cmd->run(run);
}

/* What could not be written is an error, even if all went well before. */
static int finish(struct show *show, int status)
{
	buf_flush(&show->b);
	if (short_of_memory() && !show->b.failed)
		show->b.failed = ENOMEM;
	if (!show->b.failed && close(STDOUT_FILENO))
		show->b.failed = errno;
	if (show->b.failed) {
		fprintf(stderr, PROGRAM ": standard output: %s\n", strerror(show->b.failed));
		status = STATUS_ENVIRONMENT;
	}
	show_free(show);
	return status;
}

int main(int argc, char **argv)
{
	struct trace_opts opts;
	struct agg agg = { 0 };
	struct show show = { .command = "live" };
	struct run run = { .opts = &opts, .show = &show };
	int status;

	options_read(&opts, &agg, argc, argv);
	run.argc = opts.line.nr_words;
	run.argv = argv + optind;
	show.ops = opts.json ? &show_json : &show_text;
	show.quiet = opts.quiet;
	show.timestamps = opts.timestamps;
	show.histograms = opts.histogram;
	show.top = opts.top;
	show.color = want_color(opts.color, isatty(STDOUT_FILENO));
	show.columns = terminal_columns(STDOUT_FILENO);
	utf8_set_locale("");
	buf_open(&show.b, STDOUT_FILENO);
	status = run_command(&run);
	agg_free(&agg);
	return finish(&show, status);
}
