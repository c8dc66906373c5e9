// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "many.h"

/* The answer in a line, for people; in a document it is the lists above and the exit status. */
static int put_verdict(struct run *run, int status)
{
	struct buf *b = &run->out->b;

	if (run->out->ops != &out_text)
		return status;
	if (status == STATUS_DONE)
		buf_str(b, "\nnothing is wrong, and all that was looked for is known\n");
	else if (status == STATUS_FINDING)
		buf_str(b, "\nwrong: see the findings\n");
	else if (status == STATUS_NOT_KNOWN)
		buf_str(b, "\nnothing wrong was found, but not all is known\n");
	return status;
}

static int verify_one(struct run *run, const char *image, void *arg)
{
	const struct kstd_node *root;
	int status = cmd_open(run, image);

	if (status)
		return status;
	if (kstd_verify(run->dump, &root))
		return cmd_fail(run);
	return put_verdict(run, cmd_show(run, NULL, root));
}

static int run_verify(struct run *run)
{
	if (many_wanted(run))
		return many_run(run, verify_one, NULL);
	return verify_one(run, run->argc ? run->argv[0] : NULL, NULL);
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args = "[IMAGE ...]",
	.help = "look for what is wrong, and say what it means",
	.details =
		"Decodes everything, and compares what different places say:\n"
		"\n"
		"  - structure, checksums and descriptions of images, the tables beside them, what\n"
		"    became of sections: unclaimed, failed, lost\n"
		"  - the root of KHO with the files of subtrees; counters of live updates\n"
		"  - references with the preserved-memory map: memory that is referred to and that is\n"
		"    not preserved, is preserved twice, lies in a scratch area, or has two owners\n"
		"\n"
		"A finding has a code for scripts, the place, and what it means; so has what could not be\n"
		"known. Below is a list of what was checked, and of what was not and why. What a kernel is\n"
		"known to do is a note.\n"
		"\n"
		"With -j, several IMAGEs may be named: a line of JSON for each, in their order, as many at a time\n"
		"as there are processors; the exit status is that of the worst: 4, 3, 1, 6, 0 in this order.\n"
		"\n"
		"Exit status 0: all was checked, and nothing was found; 1: there are findings; 3: nothing\n"
		"could be decoded; 6: nothing was found, but not all could be known.\n",
	.run = run_verify,
};
