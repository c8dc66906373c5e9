// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static void help_all(const struct cmd_table *t, struct buf *b)
{
	buf_str(b, "Usage: kstate-dump [OPTIONS] COMMAND [IMAGE] ...\n\n");
	buf_str(b, "Shows what a kernel hands over to the next one: kstate's sections, and KHO.\n\n");
	buf_str(b, "IMAGE is a directory copied from /sys/kernel/debug (with cp -r, not with tar), a\n"
		   "single blob of it, a core with a machine's memory (vmcore, kdump, QEMU's\n"
		   "dump-guest-memory), or - for standard input. Without it: the live system, as root.\n\n");
	cmd_table_help(t, b);
	buf_str(b, "\n");
	optable_help(t->options, b, NULL);
	buf_str(b, "\nExit status:\n");
	status_help(b);
}

static int run_help(struct run *run)
{
	struct buf *b = &run->out->b;
	const struct cmd *cmd;

	if (run->argc > 1)
		return cmd_usage(run, "help takes one COMMAND");
	if (!run->argc) {
		help_all(&commands, b);
		return STATUS_DONE;
	}
	cmd = cmd_find(&commands, run->argv[0]);
	if (!cmd)
		return cmd_usage(run, "no command \"%s\"; try: kstate-dump help", run->argv[0]);
	cmd_table_help_one(&commands, b, cmd);
	return STATUS_DONE;
}

const struct cmd cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "this, or more about one command",
	.details = "Always text, whatever the options say.\n",
	.run = run_help,
};
