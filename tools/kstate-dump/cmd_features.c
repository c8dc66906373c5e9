// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static int run_features(struct run *run)
{
	struct kstd_features_opts opts = { .sz = sizeof(opts), .sysroot = run->opts->sysroot };
	const struct kstd_node *list;

	if (run->argc)
		return cmd_usage(run, "features takes no arguments");
	run->source = "live";
	if (kstd_features(run->ctx, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "features", list);
}

const struct cmd cmd_features = {
	.name = "features",
	.args = "",
	.help = "what this system offers, and how to get what is missing",
	.details =
		"A line for each thing that a live update or the look at one needs: whether it is\n"
		"here (\"not known\" if so, as without permission), what or where it is, and\n"
		"how to get it. Nothing is written, and no device is opened. Exit status 0, whatever\n"
		"is missing.\n",
	.run = run_features,
};
