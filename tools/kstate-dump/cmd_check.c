// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>

#include "../common/progress.h"
#include "commands.h"
#include "many.h"

/*
 * Open the files of --next; returns an exit status, reported. They come before IMAGE, which may be
 * the live system: errors on the command line are shown first.
 */
static int open_all(struct run *run, struct kstd_dump **next)
{
	const char *image = run->source;
	/* The options about sides, pages and sysroot are for IMAGE, not for the next kernel. */
	struct kstd_open_opts opts = { .sz = sizeof(opts), .progress = progress_show };

	for (size_t i = 0; i < run->opts->nr_next; i++) {
		opts.path = run->source = run->opts->next[i];
		if (kstd_open(run->ctx, &opts, &next[i]))
			return cmd_fail(run);
	}
	run->source = image;
	return 0;
}

static int show(struct run *run, struct kstd_dump **next)
{
	static const int statuses[] = {
		[KSTD_CHECK_PASSES] = STATUS_DONE,
		[KSTD_CHECK_LOSES] = STATUS_LOSES,
		[KSTD_CHECK_FAILS] = STATUS_FINDING,
		[KSTD_CHECK_NOT_KNOWN] = STATUS_NOT_KNOWN,
	};
	struct kstd_check_opts opts = {
		.sz = sizeof(opts), .next = next, .nr_next = run->opts->nr_next,
		.reverse = run->opts->reverse, .waivers = run->opts->waivers,
		.assume_unknown = run->opts->assume_unknown,
		.next_cmdline = run->opts->next_cmdline,
	};
	const struct kstd_node *root;
	enum kstd_truth well;

	if (kstd_check(run->dump, &opts, &root))
		return cmd_fail(run);
	well = kstd_all_well(run->dump);
	cmd_show(run, NULL, root);
	/* The verdict counts what was reported before it. */
	return status_of_both(statuses[kstd_check_status(root)],
			      kstd_all_well(run->dump) == well ? STATUS_DONE : STATUS_NOT_KNOWN);
}

static int check_one(struct run *run, const char *image, void *next)
{
	int status = cmd_open(run, image);

	return status ? status : show(run, next);
}

static int run_check(struct run *run)
{
	size_t nr = run->opts->nr_next;
	struct kstd_dump **next;
	int status = 0;

	if (!nr)
		status = cmd_usage(run, "check needs --next FILE; try: kstate-dump help check");
	if (status)
		return status;
	next = calloc(nr, sizeof(*next));
	if (!next)
		return cmd_no_memory(run);
	status = open_all(run, next);
	if (!status && many_wanted(run))
		status = many_run(run, check_one, next);
	else if (!status)
		status = check_one(run, run->argc ? run->argv[0] : NULL, next);
	for (size_t i = 0; i < nr; i++)
		kstd_close(next[i]);
	free(next);
	return status;
}

const struct cmd cmd_check = {
	.name = "check",
	.args = "[IMAGE ...] --next FILE ...",
	.help = "will the next kernel take it? what it will refuse, skip or leave behind",
	.details =
		"IMAGE is what is to be handed over: by default the live system's, saved or only\n"
		"registered; or a catalog (kstate-dump catalog -o), of which every description is looked\n"
		"at. --next names the kernel that is to read it: vmlinux, bzImage, a unified kernel image,\n"
		"arm64's Image, Image.gz or vmlinuz.efi, and one --next more for each module whose driver\n"
		"is to restore; or a catalog of that kernel, and modules. Two kernels are an error, and so is\n"
		"a kernel with a catalog that has what neither it nor its modules have. Nothing is booted.\n"
		"The rules are the kernel's own, compiled from the same source.\n"
		"\n"
		"First a line for each thing that is in use of KHO: its root, the form of the memory map,\n"
		"LUO, the handler of every file in a session, FLBs, memblock, other subtrees:\n"
		"\n"
		"  same          the next kernel reads what is written\n"
		"  reads         the same, and other versions, too\n"
		"  refused       it refuses what is written\n"
		"  lost          it has nothing that would read it, or it was refused as a whole\n"
		"  not-known     what the next kernel does could not be found out; this never passes\n"
		"\n"
		"How that was found: catalog (the kernel's list of what it reads), table (its struct of\n"
		"callbacks is in the file), section (.liveupdate_versions), string (enough for versions of\n"
		"KHO, LUO and memblock, which kernels compare; not for a handler or an FLB, since it may be\n"
		"part of a message), version, release, blob. A name that is nowhere in the kernel's file\n"
		"is lost. A file without a handler costs every session, not only its own: LUO gives up.\n"
		"\n"
		"Then a line for each section, with its verdict:\n"
		"\n"
		"  loads         all of it is restored\n"
		"  loads-partly  it is restored, and deprecated fields or unknown subsections are skipped\n"
		"  refused       nothing of it is restored; why, and what to do\n"
		"  unclaimed     no description in the files that were named reads it\n"
		"  lost          it is optional and could not be saved\n"
		"  not-known     its description is not in IMAGE\n"
		"\n"
		"Below is every finding: first those that make a kernel refuse, then what is not known, then\n"
		"those that it accepts; then the verdict on all of it.\n"
		"\n"
		"What the next kernel is booted with decides, too: --next-cmdline is that line, as in\n"
		"--next-cmdline \"$(cat /proc/cmdline)\" for kexec --reuse-cmdline. Without kho=on and\n"
		"liveupdate=on there, LUO's sessions are lost. A note says so if the line is not given.\n"
		"\n"
		"IMAGE may also be the file of a kernel: then what it would write is looked at, and nothing\n"
		"passes if it has no KHO, or if only its modules are named.\n"
		"\n"
		"--reverse asks whether the kernel that IMAGE is of would read what the next one saves: the\n"
		"way back. --waivers names a file of lines \"CODE NAME[.PATH] [REASON...]\": what they name is\n"
		"shown and does not count. Those that waive nothing are listed.\n"
		"\n"
		"With -j, several IMAGEs may be named: a line of JSON for each, in their order, as many at a time\n"
		"as there are processors; the exit status is that of the worst: 4, 3, 1, 6, 5, 0 in this order.\n"
		"\n"
		"Exit status 0: it passes; 1: it would fail; 5: it passes, but optional state would be lost:\n"
		"an optional section, or a subsection that the next kernel does not know; 6: all that is\n"
		"known is good, and something is not known, which --assume-unknown=ok accepts; but not a\n"
		"defect of IMAGE or of the next kernel's files, as in a dump that was cut: it is 6 with that\n"
		"option, too. 3: a file that is no kernel, no module and no image, or is damaged.\n",
	.run = run_check,
};
