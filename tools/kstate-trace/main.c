// SPDX-License-Identifier: GPL-2.0

/* kstate-trace: where a live update spends its time. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "commands.h"

#define PROGRAM	"kstate-trace"

/* The command is the first word that is not an option, before "--". */
static int choose(struct trace_opts *o, struct show *show, int words, char **argv)
{
	const char *word = words ? argv[0] : trace_commands[0]->name;
	const struct option_def *misplaced;
	const struct trace_cmd *cmd;

	if (*o->error)
		return trace_usage(show, "%s; try: " PROGRAM " help", o->error);
	if (o->list)
		return trace_list(o, show);
	if (o->help)
		return trace_help.run(o, show, words ? 1 : 0, argv);
	if (o->version)
		return trace_version.run(o, show, 0, argv);
	cmd = trace_command(word);
	if (!cmd)
		return trace_usage(show, "no command \"%s\"; try: " PROGRAM " help", word);
	show->command = cmd->name;
	misplaced = optable_misplaced(&trace_options, o->given, word);
	if (misplaced)
		return trace_usage(show, "--%s is not for %s, but for: %s", misplaced->name, word,
				   misplaced->commands);
	return cmd->run(o, show, words ? words - 1 : 0, argv + 1);
}

/* What could not be written is an error, even after all went well. */
static int finish(struct show *show, int status)
{
	buf_flush(&show->b);
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
	int words, status;

	options_read(&opts, &agg, argc, argv);
	words = (opts.command ? opts.command - argv - 1 : argc) - optind;
	show.ops = opts.json ? &show_json : &show_text;
	show.quiet = opts.quiet;
	show.timestamps = opts.timestamps;
	show.histograms = opts.histogram;
	show.top = opts.top;
	buf_open(&show.b, STDOUT_FILENO);
	status = choose(&opts, &show, words, argv + optind);
	agg_free(&agg);
	return finish(&show, status);
}
