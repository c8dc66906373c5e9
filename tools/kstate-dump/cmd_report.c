// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../common/short.h"
#include "../report/report.h"
#include "commands.h"
#include "image_args.h"
#include "replace_file.h"

#define MODE	0600	/* as a capture: it shows much of a machine */

struct page {
	struct kstd_ctx *ctx;
	const struct report *report;
	enum kstd_truth truth;
};

static void put_page(void *arg, struct buf *b)
{
	struct page *page = arg;

	page->truth = report_put(page->report, b);
	/* Something was not read that is there: that is no page. */
	if (short_of_memory() && !b->failed)
		b->failed = ENOMEM;
	if (kstd_status(page->ctx) && !b->failed)
		b->failed = EIO;
}

static int run_report(struct run *run)
{
	static struct report report;
	struct page page = { run->ctx, &report, KSTD_NOT_KNOWN };
	const char *path = run->opts->output;
	int status;

	if (run->argc > 1)
		return cmd_usage(run, "report takes one IMAGE; try: kstate-dump help report");
	if (run->out->ops != &out_text)
		return cmd_usage(run, "report has one format, HTML");
	if (!path && run->out->terminal)
		return cmd_usage(run, "a report is for a browser: report -o FILE.html");
	status = image_args_open(run);
	if (status)
		return status;
	if (report_read(&report, run->ctx, run->dump))
		return cmd_fail(run);
	if (!path || !strcmp(path, "-"))
		put_page(&page, &run->out->b);
	else if (replace_file(run, path, MODE, put_page, &page))
		return STATUS_ENVIRONMENT;
	return status_of_truth(page.truth);
}

const struct cmd cmd_report = {
	.name = "report",
	.args = "[-o FILE.html] [IMAGE]",
	.help = "all of it as one page for a browser, to attach to a ticket",
	.details =
		"What is wrong and what is not known come first, then an overview, sections and how long\n"
		"they took, files of LUO, and a map of preserved memory. Tables can be filtered. The page\n"
		"is one file that loads nothing from anywhere, and prints on paper. Without -o it goes to\n"
		"standard output; FILE.html is replaced when the page is whole, and is readable for its\n"
		"owner alone.\n"
		"\n"
		"Exit status 0: nothing is wrong, and all is known; 1: there are findings; 3: nothing could\n"
		"be decoded, and there is no page; 6: nothing is wrong, but not all could be known.\n",
	.run = run_report,
};
