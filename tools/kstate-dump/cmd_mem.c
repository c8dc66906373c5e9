// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

/* Is the address preserved on any side? */
static enum kstd_truth is_preserved(const struct kstd_node *root)
{
	const struct kstd_node *side, *preserved;
	enum kstd_truth truth = KSTD_NO;
	struct kstd_iter it;

	kstd_iter_begin(&it, kstd_node_get(root, "who"));
	while ((side = kstd_iter_next(&it))) {
		preserved = kstd_node_get(side, "preserved");
		if (kstd_node_type(preserved) == KSTD_NULL)
			truth = truth == KSTD_YES ? KSTD_YES : KSTD_NOT_KNOWN;
		else if (kstd_node_u64(preserved))
			truth = KSTD_YES;
	}
	kstd_iter_end(&it);
	return truth;
}

static int show_who(struct run *run, uint64_t address)
{
	const struct kstd_node *root;
	int status;

	if (kstd_mem_who(run->dump, address, &root))
		return cmd_fail(run);
	status = cmd_show(run, NULL, root);
	return status_of_both(status, status_of_truth(is_preserved(root)));
}

static int run_mem(struct run *run)
{
	const char *who = run->opts->who;
	const struct kstd_node *root;
	uint64_t address = 0;
	int status;

	if (who && !parse_address(who, &address))
		return cmd_usage(run, "\"%.60s\" is no address, as 0x1f000 is", who);
	status = image_args_open(run);
	if (status)
		return status;
	if (who)
		return show_who(run, address);
	if (kstd_mem(run->dump, &root))
		return cmd_fail(run);
	return cmd_show(run, NULL, root);
}

const struct cmd cmd_mem = {
	.name = "mem",
	.args = "[IMAGE]",
	.help = "preserved memory, by order and by owner; who preserves an address",
	.details =
		"What KHO's preserved-memory map of each side holds, set against everything that\n"
		"refers to memory: the subtrees of KHO and what they lead to (LUO's sessions and\n"
		"files, a memfd's folios, reserve_mem regions, kho_test), kstate's image and its\n"
		"fields. Memory is preserved in blocks: who refers to a byte of a block owns all of it.\n"
		"\n"
		"  unowned        preserved, and nothing that is known here refers to it: a leak, or a\n"
		"                 user of KHO that keeps no record of it until the kexec, as LUO does\n"
		"                 (not known where a file or FLB of LUO is not decoded: it may be theirs)\n"
		"  not preserved  referred to, and not in the map: gone after the kexec\n"
		"  the map itself what the map takes, which is not in the map; chunks of vmalloc areas\n"
		"                 and the root are of KHO, too\n"
		"\n"
		"Ranges are adjacent blocks of one order and one owner. Text shows the first of them,\n"
		"-v all; JSON always has all.\n"
		"\n"
		"With --who: whether the address is preserved, in which block, and who refers to that\n"
		"block. An address that is not preserved is exit status 1, one of\n"
		"which that cannot be known 6.\n"
		"\n"
		"The map is followed where the source has memory: a core, a capture, and what a live\n"
		"system will hand over, through /proc/kcore. What a kernel was handed over by the\n"
		"previous one is not followed once it has booted: it frees that map and uses its pages\n"
		"for other things.\n",
	.run = run_mem,
};
