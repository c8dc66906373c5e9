// SPDX-License-Identifier: GPL-2.0

#include "commands.h"

static int run_capture(struct run *run)
{
	struct kstd_capture_opts opts = {
		.sz = sizeof(opts), .path = run->opts->output, .contents = run->opts->contents,
	};
	const struct kstd_node *result;
	int status;

	if (run->argc > 1)
		return cmd_usage(run, "capture takes one IMAGE; try: kstate-dump help capture");
	if (!opts.path)
		return cmd_usage(run, "capture needs -o FILE; try: kstate-dump help capture");
	if (!strcmp(opts.path, "-"))
		return cmd_usage(run, "a capture is written to a file, not to standard output");
	status = cmd_open(run, run->argc ? run->argv[0] : NULL);
	if (status)
		return status;
	if (kstd_capture(run->dump, &opts, &result))
		return cmd_fail(run);
	return cmd_show(run, NULL, result);
}

const struct cmd cmd_capture = {
	.name = "capture",
	.args = "-o FILE [IMAGE]",
	.help = "everything that can be reached, into one file that opens anywhere",
	.details =
		"FILE can be given to every command as its IMAGE, on any machine. It is an ELF core:\n"
		"the memory of the blobs, images, lists and tables, each range with its SHA-256 (verify\n"
		"checks them), and a note that says what it is and what was left out and why.\n"
		"\n"
		"What preserved folios hold, and with it guest memory, is left out unless --contents\n"
		"is given. FILE is readable for its owner alone. A file of that name is not replaced.\n",
	.run = run_capture,
};
