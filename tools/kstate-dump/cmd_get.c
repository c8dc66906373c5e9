// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

static int run_get(struct run *run)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *value;
	int status = image_args_open_part(run, true, &opts.select);

	if (status)
		return status;
	if (kstd_get(run->dump, &opts, &value))
		return cmd_fail(run);
	return cmd_show(run, NULL, value);
}

const struct cmd cmd_get = {
	.name = "get",
	.args = "[IMAGE] SECTION.FIELD",
	.help = "one bare value, for scripts",
	.details =
		"SECTION is as for show; it may be a name alone if only one section has the value.\n"
		"FIELD leads to the value: a field, SUBSECTION.FIELD, the field of a struct\n"
		"(FIELD.FIELD), an element of a list (FIELD[3], from 0 on), or a part of a value\n"
		"(an enum has .value and .name, flags have .value and .names, a folio has .address,\n"
		".order and .bytes). -j shows what there is.\n"
		"\n"
		"LUO.SESSION.TOKEN.MEMBER is a value of what a file's handler keeps, by the kernel's type\n"
		"information, as show has it: a member, as hdr.count, items[3].bdf.\n"
		"\n"
		"Text is printed without quotation marks and escapes (on a terminal, control\n"
		"characters are escaped), numbers in decimal, or in hex if the field says so,\n"
		"durations in ns, bytes as hex digits, a NULL pointer as an empty line, an array\n"
		"with an element a line. Of a value with parts it is the name of an enum, the names\n"
		"of flags, the address of a folio, page or area, the ranges of a bitmap. A struct is\n"
		"shown as show does.\n"
		"\n"
		"What is not there is exit status 1, or 3 where not all could be read; a value that could not be\n"
		"decoded is 1.\n",
	.run = run_get,
};
