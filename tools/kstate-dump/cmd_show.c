// SPDX-License-Identifier: GPL-2.0

#include <unistd.h>

#include "commands.h"

/* The words after the command: an IMAGE, a SECTION, or both. */
struct words {
	const char *image;
	const char *section;
};

/*
 * Files named on the command line come before the live system: one word is an
 * IMAGE if it could only be one, or if such a file exists. --live says that it
 * is not.
 */
static bool is_image(const char *word)
{
	return !strcmp(word, "-") || strchr(word, '/') || !access(word, F_OK);
}

static int get_words(struct run *run, struct words *w)
{
	int max = run->opts->live ? 1 : 2;

	*w = (struct words){ NULL, NULL };
	if (run->argc > max)
		return cmd_usage(run, "show takes %s; try: kstate-dump help show",
				 max == 1 ? "one SECTION with --live" : "[IMAGE] [SECTION]");
	if (run->argc == 2) {
		w->image = run->argv[0];
		w->section = run->argv[1];
	} else if (run->argc == 1 && !run->opts->live && is_image(run->argv[0])) {
		w->image = run->argv[0];
	} else if (run->argc == 1) {
		w->section = run->argv[0];
	}
	return 0;
}

static int run_show(struct run *run)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;
	struct words words;
	int status = get_words(run, &words);

	if (!status)
		status = cmd_open(run, words.image);
	if (status)
		return status;
	opts.select = words.section;
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
