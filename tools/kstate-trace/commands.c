// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

static const struct cmd *const cmds[] = {
	&trace_live,
	&trace_boot,
	&trace_help,
	&trace_version,
	NULL,
};

const struct cmd_table trace_commands = { "kstate-trace", 17, cmds, &trace_options };

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

static void help_all(const struct cmd_table *t, struct buf *b)
{
	buf_str(b, "Usage: kstate-trace [OPTIONS] [COMMAND] [-- PROGRAM [ARGUMENT...]]\n\n"
		   "Shows where a live update spends its time: saves and restores of kstate, section by\n"
		   "section, and what KHO and LUO do for them.\n\n");
	cmd_table_help(t, b);
	buf_char(b, '\n');
	optable_help(t->options, b, NULL);
	buf_str(b, "\nOptions of live:\n");
	optable_help(t->options, b, trace_live.name);
	buf_str(b, "\nExit status: 0 done; 1 the budget was exceeded, or nothing was there to measure;\n"
		   "2 usage; 3 input that cannot be read; 4 environment (no permission, no type\n"
		   "information, a kernel without kstate, no such file); 6 events were lost or could not\n"
		   "be read, so that not all is known, or whether the budget was kept.\n");
}

static int run_help(struct run *run)
{
	struct buf *b = &run->show->b;
	const struct cmd *cmd;

	if (run->argc > 1)
		return trace_usage(run->show, "help takes one COMMAND");
	if (!run->argc) {
		help_all(&trace_commands, b);
		return STATUS_DONE;
	}
	cmd = cmd_find(&trace_commands, run->argv[0]);
	if (!cmd)
		return trace_usage(run->show, "no command \"%s\"; try: kstate-trace help", run->argv[0]);
	cmd_table_help_one(&trace_commands, b, cmd);
	return STATUS_DONE;
}

const struct cmd trace_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "this, or more about one command",
	.details = "Always text, whatever the options say.\n",
	.run = run_help,
};

static int run_version(struct run *run)
{
	if (run->argc)
		return trace_usage(run->show, "version takes no arguments");
	buf_printf(&run->show->b, "kstate-trace %s\n", kstd_version());
	return STATUS_DONE;
}

const struct cmd trace_version = {
	.name = "version",
	.args = "",
	.help = "version of the program",
	.details = "Always text, whatever the options say.\n",
	.run = run_version,
};
