// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "many.h"

static int list_one(struct run *run, const char *image, void *arg)
{
	const struct kstd_node *root;
	int status = cmd_open(run, image);

	if (status)
		return status;
	if (kstd_list(run->dump, &root))
		return cmd_fail(run);
	return cmd_show(run, NULL, root);
}

static int run_list(struct run *run)
{
	if (many_wanted(run))
		return many_run(run, list_one, NULL);
	return list_one(run, run->argc ? run->argv[0] : NULL, NULL);
}

const struct cmd cmd_list = {
	.name = "list",
	.args = "[IMAGE ...]",
	.help = "tables of the sections, and of the files that LUO preserves",
	.details =
		"A line for each section: its name and instance, the side (in: handed over by the\n"
		"previous kernel; out: to be handed over; file: a lone file does not say), version,\n"
		"bytes of payload, checksum, how long saving it took, and what became of it where\n"
		"the source knows (restored, failed, unclaimed, released; saved, lost, withdrawn,\n"
		"registered).\n"
		"\n"
		"A line for each file that LUO, the Live Update Orchestrator, preserves: its session\n"
		"and token, its name and unit where systemd says so, its handler, bytes and folios of\n"
		"a memfd. A session without files has a line of its own. What is needed for that is\n"
		"the machine's memory: a core, or the live system. /dev/liveupdate is not opened.\n"
		"\n"
		"Where there is no kstate image, a note says so, and what KHO has is listed instead of\n"
		"sections, as info shows it.\n"
		"\n"
		"With -j, several IMAGEs may be named: a line of JSON for each, in their order, as many at a time\n"
		"as there are processors; the exit status is that of the worst: 4, 3, 1, 6, 0 in this order.\n",
	.run = run_list,
};
