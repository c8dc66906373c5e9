// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

/* Without a second IMAGE, the live system is the second. */
static int open_second(struct run *run, struct kstd_dump **other)
{
	const char *image = run->argc > 1 ? run->argv[1] : NULL, *first = run->source;
	int status = cmd_open_as(run, image, other);

	if (!status)
		run->source = first;
	return status;
}

static int show(struct run *run, struct kstd_dump *other)
{
	struct kstd_diff_opts opts = {
		.sz = sizeof(opts), .all = run->opts->all, .contents = run->opts->contents,
		.handed_over = run->opts->handed_over,
	};
	const struct kstd_node *root;
	int status, found = STATUS_DONE;

	if (kstd_diff(run->dump, other, &opts, &root))
		return cmd_fail(run);
	status = cmd_show(run, NULL, root);
	switch (kstd_diff_found(root)) {
	case KSTD_YES:
		found = STATUS_FINDING;
		break;
	case KSTD_NOT_KNOWN:
		found = STATUS_NOT_KNOWN;
		break;
	default:
		break;
	}
	return status_of_both(status, found);
}

static int run_diff(struct run *run)
{
	struct kstd_dump *other = NULL;
	int status;

	if (run->argc < 1 || run->argc > 2)
		return cmd_usage(run, "diff takes IMAGE [IMAGE]; try: kstate-dump help diff");
	if (run->argc == 2 && !strcmp(run->argv[0], "-") && !strcmp(run->argv[1], "-"))
		return cmd_usage(run, "standard input can be read only once");
	if (run->argc == 2 && run->opts->save)
		return cmd_usage(run, "both --save and two images: only a live system can save");
	status = cmd_open_as(run, run->argv[0], &run->dump);
	if (!status)
		status = open_second(run, &other);
	if (!status)
		status = show(run, other);
	kstd_close(other);
	return status;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.args = "IMAGE [IMAGE]",
	.help = "what differs, field by field; exit status 1 if anything does",
	.details =
		"Compares two images, or one with the live system: before and after a live update,\n"
		"two hosts, two kernels. Sections are matched by name and instance, fields by name,\n"
		"LUO's sessions by name and their files by token, KHO's other subtrees by name; the\n"
		"version of KHO's root counts, too. Addresses, durations and the order of things do not,\n"
		"unless -a asks for them.\n"
		"\n"
		"What was handed over is compared with what was handed over, and what will be with\n"
		"what will be. But if the second image was handed what the first was to hand over,\n"
		"that is what is compared; a note says so. --handed-over asks for that, also where\n"
		"nothing was saved yet. What only one of them has a side of is not known, neither added\n"
		"nor removed, and so is all of it where nothing can be compared. To choose yourself, name\n"
		"the directories: kstate-dump diff BEFORE/kstate/out AFTER/kstate/in. Catalogs hold no\n"
		"state: check compares what kernels read.\n"
		"\n"
		"What memfds and other preserved memory hold is compared with --contents, and a line\n"
		"of a difference then has the range in which all bytes that differ are, and the first\n"
		"of them; what cannot be compared is named, and not known. Without it, a note says of how\n"
		"many bytes of memfds that is not known. extract writes what a memfd holds.\n"
		"\n"
		"Of a split dump (--part) and of another that is to be compared with it, make a\n"
		"capture each: capture --contents --part PART -o FILE PART.\n"
		"\n"
		"A line for each difference: where it is, the first value and the second one; or what\n"
		"else it is: added, removed, type, kind, version, elements (their number), result,\n"
		"state (saved or only registered), order, bytes (of what cannot be decoded), contents.\n",
	.run = run_diff,
};
