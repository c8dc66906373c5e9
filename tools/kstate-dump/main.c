// SPDX-License-Identifier: GPL-2.0

/* kstate-dump: shows what one kernel hands over to the next. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../common/progress.h"
#include "../common/short.h"
#include "columns.h"
#include "commands.h"
#include "image_args.h"
#include "save.h"

#define PROGRAM	"kstate-dump"

static int unknown_command(struct run *run, const char *word)
{
	const char *nearest = cmd_nearest(&commands, word);

	if (nearest)
		return cmd_usage(run, "no command \"%s\", and no file; did you mean \"%s\"?", word, nearest);
	return cmd_usage(run, "no command \"%s\", and no file; try: " PROGRAM " help", word);
}

/* Run what the command line asks for. The command is the first word that is not an option. */
static int run_command(struct run *run)
{
	struct options *o = run->opts;
	const char *word = run->argc ? run->argv[0] : commands.cmds[0]->name;
	const struct option_def *misplaced;
	bool image;

	if (*o->line.error)
		return cmd_usage(run, "%s; try: " PROGRAM " help", o->line.error);
	if (o->list)
		return cmd_table_list(&commands, &run->out->b, o->list) ? STATUS_DONE :
		       cmd_usage(run, "no list \"%s\"", o->list);
	if (o->help && run->argc)
		run->argc = 1;
	if (o->help || o->version) {
		run->cmd = o->help ? &cmd_help : &cmd_version;
		return run->cmd->run(run);
	}
	run->cmd = cmd_find(&commands, word);
	/* An image without a command is for the default one. */
	image = !run->cmd && image_args_is_image(word);
	if (image)
		run->cmd = commands.cmds[0];
	if (!run->cmd)
		return unknown_command(run, word);
	word = run->cmd->name;
	misplaced = optable_misplaced(&options_table, o->line.given, word);
	if (misplaced)
		return cmd_usage(run, "--%s is not for %s, but for: %s", misplaced->name, word,
				 misplaced->commands);
	if (o->columns && columns_check(run))
		return STATUS_USAGE;
	if (run->argc && !image) {
		run->argc--;
		run->argv++;
	}
	return run->cmd->run(run);
}

/* What could not be written is an error, even if all went well before. */
static int finish(struct out *out, int status)
{
	buf_flush(&out->b);
	progress_clear(STDERR_FILENO);
	if (short_of_memory() && !out->b.failed)
		out->b.failed = ENOMEM;
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
	[FORMAT_COLUMNS] = &out_columns,
};

int main(int argc, char **argv)
{
	struct options opts;
	struct out out = { .program = PROGRAM };
	struct run run = { .opts = &opts, .out = &out };
	int status;

	options_parse(&opts, argc, argv);
	run.argc = opts.line.nr_words;
	run.argv = argv + optind;
	out.ops = formats[opts.format];
	out.pretty = opts.pretty;
	out.columns = opts.columns;
	out.quiet = opts.quiet;
	out.verbose = opts.verbose;
	out.raw = opts.as_is;
	out.terminal = isatty(STDOUT_FILENO);
	out.color = want_color(opts.color, out.terminal);
	buf_open(&out.b, STDOUT_FILENO);
	if (!opts.quiet)
		progress_start(PROGRAM);
	run.ctx = kstd_ctx_new();
	if (!run.ctx) {
		fprintf(stderr, PROGRAM ": out of memory\n");
		options_free(&opts);
		buf_free(&out.b);
		return STATUS_ENVIRONMENT;
	}
	if (opts.output)
		save_file_begin();
	status = save_end(&run, cmd_if_whole(&run, run_command(&run)));
	options_free(&opts);
	kstd_close(run.dump);
	kstd_ctx_free(run.ctx);
	return finish(&out, status);
}
