// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static void put_commands(struct run *run)
{
	for (const struct cmd *const *c = run->table; *c; c++)
		buf_printf(&run->out->b, "  %-9s%-27s %s\n", (*c)->name, (*c)->args, (*c)->help);
}

static int help_all(struct run *run)
{
	struct buf *b = &run->out->b;

	buf_str(b, "Usage: kstate-dump [OPTIONS] COMMAND [IMAGE] ...\n\n");
	buf_str(b, "Shows what a kernel hands over to the next one: kstate's sections, and KHO.\n\n");
	buf_str(b, "IMAGE is a directory copied from /sys/kernel/debug (with cp -r, not with tar), a\n"
		   "single blob of it, a core with a machine's memory (vmcore, kdump, QEMU's\n"
		   "dump-guest-memory), or - for standard input. Without it: the live system, as root.\n\n");
	put_commands(run);
	buf_str(b, "\n");
	options_help(b, NULL);
	buf_str(b, "\nExit status: 0 done; 1 a finding (a defect, something not found); 2 usage;\n"
		   "3 nothing decoded (unreadable, corrupt, not ours); 4 environment (permission, no KHO,\n"
		   "no such file).\n");
	return STATUS_DONE;
}

static bool has_options(const struct cmd *cmd)
{
	for (int i = 0; i < NR_OPTIONS; i++)
		if (option_is_of(&option_defs[i], cmd->name))
			return true;
	return false;
}

static int run_help(struct run *run)
{
	struct buf *b = &run->out->b;
	const struct cmd *cmd;

	if (run->argc > 1)
		return cmd_usage(run, "help takes one COMMAND");
	if (!run->argc)
		return help_all(run);
	cmd = cmd_find(run->table, run->argv[0]);
	if (!cmd)
		return cmd_usage(run, "no command \"%s\"; try: kstate-dump help", run->argv[0]);
	buf_printf(b, "Usage: kstate-dump [OPTIONS] %s %s\n\n", cmd->name, cmd->args);
	buf_str(b, cmd->details);
	if (!has_options(cmd))
		return STATUS_DONE;
	buf_str(b, "\nOptions of this command:\n");
	options_help(b, cmd->name);
	return STATUS_DONE;
}

const struct cmd cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "this, or more about one command",
	.details = "Always text, whatever the options say.\n",
	.run = run_help,
};
