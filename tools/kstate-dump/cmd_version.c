// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static int run_version(struct run *run)
{
	if (run->argc)
		return cmd_usage(run, "version takes no arguments");
	if (run->out->ops == &out_text)
		buf_str(&run->out->b, "kstate-dump     " KSTD_VERSION "\n");
	return cmd_show(run, NULL, kstd_about());
}

const struct cmd cmd_version = {
	.name = "version",
	.args = "",
	.help = "version of the program and of the formats that it reads",
	.details = "The formats are the compatible strings of KHO's blobs.\n",
	.run = run_version,
};
