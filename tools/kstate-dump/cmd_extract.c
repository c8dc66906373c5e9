// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

/* Words are [IMAGE] WHAT [TOKEN]; of two, the first is an IMAGE if it can be one. */
static bool has_image(const struct run *run)
{
	if (run->opts->live)
		return false;
	return run->argc == 3 || (run->argc == 2 && image_args_is_image(run->argv[0]));
}

/* Words are [IMAGE]. */
static int run_criu(struct run *run)
{
	struct kstd_extract_criu_opts opts = {
		.sz = sizeof(opts), .dir = run->opts->criu, .path = run->opts->output,
		.sparse_missing = run->opts->sparse_missing, .sha256 = run->opts->sha256,
	};
	const struct kstd_node *result;
	int status;

	if (run->argc > 1)
		return cmd_usage(run, "extract --criu takes one IMAGE; try: kstate-dump help extract");
	if (!opts.path || !strcmp(opts.path, "-"))
		return cmd_usage(run, "extract --criu needs -o DIR; try: kstate-dump help extract");
	status = cmd_open(run, run->argc ? run->argv[0] : NULL);
	if (status)
		return status;
	if (kstd_extract_criu(run->dump, &opts, &result))
		return cmd_fail(run);
	return cmd_show(run, NULL, result);
}

static int run_extract(struct run *run)
{
	struct kstd_extract_opts opts = {
		.sz = sizeof(opts), .path = run->opts->output,
		.sparse_missing = run->opts->sparse_missing, .sha256 = run->opts->sha256,
	};
	const struct kstd_node *result;
	bool image = has_image(run);
	int words = run->argc - image, status;

	if (run->opts->criu)
		return run_criu(run);
	if (words < 1 || words > 2)
		return cmd_usage(run, "extract takes [IMAGE] and SESSION TOKEN; try: kstate-dump help extract");
	if (!opts.path)
		return cmd_usage(run, "extract needs -o FILE; try: kstate-dump help extract");
	if (!strcmp(opts.path, "-"))
		return cmd_usage(run, "what is extracted is written to a file, not to standard output");
	opts.what = run->argv[image];
	opts.token = words == 2 ? run->argv[image + 1] : NULL;
	status = cmd_open(run, image ? run->argv[0] : NULL);
	if (status)
		return status;
	if (kstd_extract(run->dump, &opts, &result))
		return cmd_fail(run);
	return cmd_show(run, NULL, result);
}

const struct cmd cmd_extract = {
	.name = "extract",
	.args = "-o FILE [IMAGE] WHAT",
	.help = "what a preserved memfd, a subtree or a folio holds, as a file",
	.details =
		"WHAT is two words for a file of LUO: SESSION TOKEN, as \"list\" shows them, or UNIT NAME, as\n"
		"systemd calls it. One word is a subtree of KHO (\"memblock\"), SESSION.TOKEN, or a folio of\n"
		"a section (\"vm@1.page\").\n"
		"\n"
		"FILE has the exact size, is sparse where it is zero, and readable for its owner alone: it\n"
		"may be guest memory. A file of that name is not replaced. What the source does not have,\n"
		"as a capture without --contents has none, is refused; with --sparse-missing it is a hole\n"
		"and listed, and the exit status is 6. With --sha256 its SHA-256 is printed, which takes\n"
		"longer than making it.\n"
		"\n"
		"With --criu DIR -o DIR [IMAGE] all images that \"criu dump --memfd-images\" keeps in a session\n"
		"become files of the directory -o, which is made if need be, under their names: luo-metadata.img\n"
		"has them, in the directory that was CRIU's -D. If one cannot be had, none is made. CRIU's\n"
		"option is in no release: the number that luo-metadata.img begins with after that of all\n"
		"images is not settled, and is not compared.\n",
	.run = run_extract,
};
