// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

static int run_schema(struct run *run)
{
	struct kstd_schema_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;
	int status = image_args_open_part(run, false, &opts.select);

	if (status)
		return status;
	if (kstd_schema(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "descriptions", list);
}

const struct cmd cmd_schema = {
	.name = "schema",
	.args = "[IMAGE] [DESCRIPTION]",
	.help = "descriptions and their fields, of images and of the catalog",
	.details =
		"What an image says about the layout of its sections: for each description its\n"
		"version, the oldest version that its kernel reads, id, flags, subsections and a\n"
		"fingerprint of the fields; for each field its kind, C type, sign, size in bytes and\n"
		"number of elements, the first and last version that has it, and how to show it.\n"
		"Images without sections are fine: kstate/catalog is one, with what the running\n"
		"kernel can read; it counts as of neither side.\n"
		"\n"
		"DESCRIPTION is a name, which must match exactly.\n",
	.run = run_schema,
};
