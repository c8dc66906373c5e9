// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

static int run_info(struct run *run)
{
	const struct kstd_node *root;
	int status = image_args_open(run);

	if (status)
		return status;
	if (kstd_info(run->dump, &root))
		return cmd_fail(run);
	return cmd_show(run, NULL, root);
}

const struct cmd cmd_info = {
	.name = "info",
	.args = "[IMAGE]",
	.help = "overview: who wrote it, subtrees, sections, bytes, results (the default)",
	.details =
		"One screen about an image or a machine: the subtrees of KHO with size and format,\n"
		"kstate's images with producer, totals and what became of their sections.\n"
		"Every checksum is verified.\n",
	.run = run_info,
};
