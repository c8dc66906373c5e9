// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "words.h"

static int run_show(struct run *run)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;
	struct words words;
	int status = words_get(run, &words);

	if (!status)
		status = cmd_open(run, words.image);
	if (status)
		return status;
	opts.select = words.part;
	if (kstd_sections(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "sections", list);
}

const struct cmd cmd_show_section = {
	.name = "show",
	.args = "[IMAGE] [SECTION[.FIELD]]",
	.help = "sections, fields and values, decoded through the field table in the image",
	.details =
		"SECTION is a name, as in \"test\", for every instance of it, or a name and an\n"
		"instance in hex, as in \"test@7b\". FIELD is the name of a field or a subsection, or\n"
		"SUBSECTION.FIELD. Names must match exactly; without SECTION everything is shown.\n"
		"What is not there is exit status 1.\n"
		"\n"
		"Structs stand indented below their field, elements of lists with their number. Long\n"
		"values are cut: bytes after 32, arrays after 16 elements, lists of structs after 8;\n"
		"what follows says how many there are. -v shows all of them. JSON is never cut.\n"
		"\n"
		"One word is taken as an IMAGE if it is \"-\", has a \"/\", or is the name of a file\n"
		"that exists; else as a SECTION of the live system. With --live it is a SECTION.\n",
	.run = run_show,
};
