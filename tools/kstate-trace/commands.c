// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../common/mdoc.h"
#include "commands.h"

const struct trace_cmd *const trace_commands[] = {
	&trace_live,
	&trace_boot,
	&trace_help,
	&trace_version,
	NULL,
};

const struct trace_cmd *trace_command(const char *name)
{
	for (const struct trace_cmd *const *c = trace_commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

int trace_usage(struct show *show, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	show->ops->fail(show, "usage", text);
	return STATUS_USAGE;
}

static void put_commands(struct buf *b)
{
	for (const struct trace_cmd *const *c = trace_commands; *c; c++)
		buf_printf(b, "  %-9s%-17s %s\n", (*c)->name, (*c)->args, (*c)->help);
}

static void help_all(struct buf *b)
{
	buf_str(b, "Usage: kstate-trace [OPTIONS] [COMMAND] [-- PROGRAM [ARGUMENT...]]\n\n"
		   "Shows where a live update spends its time: saves and restores of kstate, section by\n"
		   "section, and what KHO and LUO do for them.\n\n");
	put_commands(b);
	buf_char(b, '\n');
	optable_help(&trace_options, b, NULL);
	buf_str(b, "\nOptions of live:\n");
	optable_help(&trace_options, b, trace_commands[0]->name);
	buf_str(b, "\nExit status: 0 done; 1 the budget was exceeded, or nothing was there to measure;\n"
		   "2 usage; 3 input that cannot be read; 4 environment (no permission, no type\n"
		   "information, a kernel without kstate, no such file).\n");
}

static int run_help(struct trace_opts *o, struct show *show, int words, char **argv)
{
	struct buf *b = &show->b;
	const struct trace_cmd *cmd;

	if (words > 1)
		return trace_usage(show, "help takes one COMMAND");
	if (!words) {
		help_all(b);
		return STATUS_DONE;
	}
	cmd = trace_command(argv[0]);
	if (!cmd)
		return trace_usage(show, "no command \"%s\"; try: kstate-trace help", argv[0]);
	buf_printf(b, "Usage: kstate-trace [OPTIONS] %s %s\n\n", cmd->name, cmd->args);
	buf_str(b, cmd->details);
	if (cmd->run == run_help || cmd == &trace_version)
		return STATUS_DONE;
	buf_str(b, "\nOptions of this command:\n");
	optable_help(&trace_options, b, cmd->name);
	return STATUS_DONE;
}

const struct trace_cmd trace_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "this, or more about one command",
	.details = "Always text, whatever the options say.\n",
	.run = run_help,
};

static int run_version(struct trace_opts *o, struct show *show, int words, char **argv)
{
	if (words)
		return trace_usage(show, "version takes no arguments");
	buf_printf(&show->b, "kstate-trace %s\n", kstd_version());
	return STATUS_DONE;
}

const struct trace_cmd trace_version = {
	.name = "version",
	.args = "",
	.help = "version of the program",
	.details = "Always text, whatever the options say.\n",
	.run = run_version,
};

static void list_completion(struct buf *b)
{
	buf_str(b, "_kstate_trace_commands=\"\n");
	for (const struct trace_cmd *const *c = trace_commands; *c; c++)
		buf_printf(b, "%s:%s\n", (*c)->name, (*c)->args);
	buf_str(b, "\"\n_kstate_trace_options=\"\n");
	optable_completion(&trace_options, b);
	buf_str(b, "\"\n");
}

static void list_man_commands(struct buf *b)
{
	for (const struct trace_cmd *const *c = trace_commands; *c; c++) {
		buf_printf(b, ".It Ic %s %s%s\n", (*c)->name, *(*c)->args ? "Ar " : "", (*c)->args);
		mdoc_line(b, (*c)->help, strlen((*c)->help));
		buf_str(b, ".Pp\n");
		mdoc_text(b, (*c)->details);
		optable_man(&trace_options, b, (*c)->name);
	}
}

int trace_list(struct trace_opts *o, struct show *show)
{
	struct buf *b = &show->b;

	if (!strcmp(o->list, "completion"))
		list_completion(b);
	else if (!strcmp(o->list, "man-commands"))
		list_man_commands(b);
	else if (!strcmp(o->list, "man-options"))
		optable_man(&trace_options, b, NULL);
	else
		return trace_usage(show, "no list \"%s\"", o->list);
	return STATUS_DONE;
}
