// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "words.h"

static int run_list(struct run *run)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = true };
	const struct kstd_node *list;
	const char *image;
	int status = words_image(run, &image);

	if (!status)
		status = cmd_open(run, image);
	if (status)
		return status;
	if (kstd_sections(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "sections", list);
}

const struct cmd cmd_list = {
	.name = "list",
	.args = "[IMAGE]",
	.help = "a table of the sections",
	.details =
		"A line for each section: its name and instance, the side (in: handed over by the\n"
		"previous kernel; out: to be handed over; file: a lone file does not say), version,\n"
		"bytes of payload, checksum, how long saving it took, and what became of it where\n"
		"the source knows (restored, failed, unclaimed; saved, lost, registered).\n",
	.run = run_list,
};
