// SPDX-License-Identifier: GPL-2.0

/* kstate-dump: shows what one kernel hands over to the next. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"

#define PROGRAM	"kstate-dump"

static bool want_color(const struct options *o)
{
	if (o->color >= 0)
		return o->color;
	return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

static int list_commands(struct run *run)
{
	for (const struct cmd *const *c = commands; *c; c++)
		buf_printf(&run->out->b, "%s\n", (*c)->name);
	return EXIT_DONE;
}

/* The command is the first word that is not an option. */
static int choose(struct run *run)
{
	struct options *o = run->opts;
	const char *word = run->argc ? run->argv[0] : commands[0]->name;
	const struct option_def *misplaced;

	if (*o->error)
		return cmd_usage(run, "%s; try: " PROGRAM " help", o->error);
	if (o->list_commands)
		return list_commands(run);
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
	if (!out->b.failed && close(STDOUT_FILENO))
		out->b.failed = errno;
	if (out->b.failed) {
		fprintf(stderr, PROGRAM ": standard output: %s\n", strerror(out->b.failed));
		status = EXIT_ENVIRONMENT;
	}
	buf_free(&out->b);
	return status;
}

static const struct out_ops *const formats[] = {
	[FORMAT_TEXT] = &out_text,
	[FORMAT_JSON] = &out_json,
	[FORMAT_YAML] = &out_yaml,
	[FORMAT_DTS] = &out_dts,
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
	run.ctx = kstd_ctx_new();
	if (!run.ctx) {
		fprintf(stderr, PROGRAM ": out of memory\n");
		return EXIT_ENVIRONMENT;
	}
	status = choose(&run);
	kstd_close(run.dump);
	kstd_ctx_free(run.ctx);
	return finish(&out, status);
}
