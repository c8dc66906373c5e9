// SPDX-License-Identifier: GPL-2.0

/* kstate-dump: shows what one kernel hands over to the next. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "save.h"
#include "commands.h"
#include "lists.h"
#include "../common/progress.h"

#define PROGRAM	"kstate-dump"

static bool want_color(const struct options *o)
{
	if (o->color >= 0)
		return o->color;
	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

static int list(struct run *run)
{
	static const struct {
		const char *name;
		int (*list)(struct run *run);
	} lists[] = {
		{ "commands", list_commands },
		{ "completion", list_completion },
		{ "man-commands", list_man_commands },
		{ "man-options", list_man_options },
	};

	if (run->opts->list_commands)
		return list_commands(run);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].name, run->opts->list))
			return lists[i].list(run);
	return cmd_usage(run, "no list \"%s\"", run->opts->list);
}

/* The command is the first word that is not an option. */
static int choose(struct run *run)
{
	struct options *o = run->opts;
	const char *word = run->argc ? run->argv[0] : commands[0]->name;
	const struct option_def *misplaced;

	if (*o->error)
		return cmd_usage(run, "%s; try: " PROGRAM " help", o->error);
	if (o->list_commands || o->list)
		return list(run);
	if (o->help && run->argc)
		run->argc = 1;
	if (o->help || o->version) {
		run->cmd = o->help ? &cmd_help : &cmd_version;
		return run->cmd->run(run);
	}
	run->cmd = cmd_find(commands, word);
	if (!run->cmd)
		return cmd_usage(run, "no command \"%s\"; try: " PROGRAM " %s", word,
				 access(word, F_OK) ? "help" : "info IMAGE, or help");
	misplaced = options_misplaced(o, word);
	if (misplaced)
		return cmd_usage(run, "--%s is not for %s, but for: %s", misplaced->name, word,
				 misplaced->commands);
	if (run->argc) {
		run->argc--;
		run->argv++;
	}
	return run->cmd->run(run);
}

/* What could not be written is an error, even after all went well. */
static int finish(struct out *out, int status)
{
	buf_flush(&out->b);
	progress_clear(STDERR_FILENO);
	if (!out->b.failed && close(STDOUT_FILENO))
		out->b.failed = errno;
	if (out->b.failed) {
		fprintf(stderr, PROGRAM ": standard output: %s\n", strerror(out->b.failed));
		status = STATUS_ENVIRONMENT;
	}
	buf_free(&out->b);
	return status;
}

static const struct out_ops *const formats[] = {
	[FORMAT_TEXT] = &out_text,
	[FORMAT_JSON] = &out_json,
	[FORMAT_YAML] = &out_yaml,
};

int main(int argc, char **argv)
{
	struct options opts;
	struct out out = { .program = PROGRAM };
	struct run run = { .table = commands, .opts = &opts, .out = &out };
	int status;

	options_parse(&opts, argc, argv);
	run.argc = argc - optind;
	run.argv = argv + optind;
	out.ops = formats[opts.format];
	out.pretty = opts.pretty;
	out.quiet = opts.quiet;
	out.verbose = opts.verbose;
	out.raw = opts.raw;
	out.terminal = isatty(STDOUT_FILENO);
	out.color = want_color(&opts);
	buf_open(&out.b, STDOUT_FILENO);
	if (!opts.quiet)
		progress_start(PROGRAM);
	run.ctx = kstd_ctx_new();
	if (!run.ctx) {
		fprintf(stderr, PROGRAM ": out of memory\n");
		return STATUS_ENVIRONMENT;
	}
	status = save_end(&run, choose(&run));
	free(opts.next);
	kstd_close(run.dump);
	kstd_ctx_free(run.ctx);
	return finish(&out, status);
}
