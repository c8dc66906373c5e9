// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

static int run_hexdump(struct run *run)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;
	int status = image_args_open_part(run, true, &opts.select);

	if (status)
		return status;
	if (kstd_hexdump(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "payloads", list);
}

const struct cmd cmd_hexdump = {
	.name = "hexdump",
	.args = "[IMAGE] SECTION[.FIELD]",
	.help = "the bytes of payloads, and which field they belong to",
	.details =
		"A line has the offset in the payload, then that in the file, or the physical address\n"
		"if it is known, up to 16 bytes in hex and as characters, and the field that begins\n"
		"there; \"{\" marks what surrounds the fields within a field: counts, versions, lengths.\n"
		"SECTION and FIELD are as for get, but FIELD may be left out, and does not lead to\n"
		"parts of values. Subsections follow their section.\n",
	.run = run_hexdump,
};
