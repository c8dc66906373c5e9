// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>

#include "commands.h"

static int run_catalog(struct run *run)
{
	size_t nr = run->argc ? run->argc - 1 : 0;
	struct kstd_dump **more = calloc(nr + 1, sizeof(*more));
	struct kstd_catalog_opts opts = { .sz = sizeof(opts), .more = more, .nr_more = nr };
	const struct kstd_node *root;
	const char *first;
	int status;

	if (!more)
		return cmd_no_memory(run);
	status = cmd_open(run, run->argc ? run->argv[0] : NULL);
	first = run->source;
	for (size_t i = 0; !status && i < nr; i++)
		status = cmd_open_as(run, run->argv[i + 1], &more[i]);
	if (!status) {
		run->source = first;
		if (kstd_catalog(run->dump, &opts, &root) ||
		    (run->opts->output && kstd_catalog_save(run->dump, &opts, run->opts->output)))
			status = cmd_fail(run);
		else
			status = cmd_show(run, NULL, root);
	}
	for (size_t i = 0; i < nr; i++)
		kstd_close(more[i]);
	free(more);
	return status;
}

const struct cmd cmd_catalog = {
	.name = "catalog",
	.args = "[FILE ...]",
	.help = "what a kernel can read: its descriptions, its versions of KHO and LUO",
	.details =
		"FILE is a kernel (vmlinux or bzImage), a module of it (.ko), either compressed or not,\n"
		"stripped or not; kstate/catalog of debugfs; or an image, of which the descriptions are\n"
		"shown that it has. Several are taken as of one kernel: vmlinux and its modules. Without\n"
		"FILE it is what the live system can read.\n"
		"\n"
		"No kernel is booted and no source is needed: the kernel build keeps a catalog in the\n"
		"kernel and in each module. Versions are those that the catalog names; in a kernel without\n"
		"one they are looked for among its strings.\n"
		"\n"
		"-o puts all of it into one file, which is a catalog itself: kept beside a driver's source,\n"
		"it says what a later kernel must still read. A file of that name is not replaced.\n",
	.run = run_catalog,
};
