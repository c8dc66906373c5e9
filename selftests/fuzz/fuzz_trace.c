// SPDX-License-Identifier: GPL-2.0
/* fuzz_trace.c - the text of a trace buffer: read, counted, and shown in every way */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../tools/kstate-trace/show.h"
#include "fuzz.h"

struct both {
	struct agg agg;
	struct boot boot;
	struct show *show;
};

static void one(void *arg, const struct trace_line *line)
{
	struct both *b = arg;

	agg_add(&b->agg, &line->record);
	boot_event(&b->boot, line);
	b->show->ops->record(b->show, &line->record);
}

/* Standard output, in memory. */
static int output(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("output", MFD_CLOEXEC);
	fuzz_assert(fd >= 0 && !ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET));
	return fd;
}

/* No control character reaches a terminal. */
static void check_output(struct buf *b)
{
	char text[4096];
	ssize_t n;

	buf_flush(b);
	fuzz_assert(!b->failed && !lseek(b->fd, 0, SEEK_SET));
	while ((n = read(b->fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++)
			fuzz_assert((unsigned char)text[i] >= ' ' || text[i] == '\n');
}

static uint64_t counted(const struct agg *a)
{
	uint64_t sum = 0;

	for (int i = 0; i < NR_RECORD_KINDS; i++)
		sum += a->totals[i].count;
	return sum;
}

static void run(FILE *f, const struct show_ops *ops, bool by_name)
{
	struct show show = { .ops = ops, .command = "live", .quiet = true, .histograms = true,
			     .timestamps = true };
	struct both b = { .agg = { .max_rows = 8, .settings.by_name = by_name }, .show = &show };
	struct budget budget = { .limit = 1 };
	struct trace_stream s;

	buf_open(&show.b, output());
	rewind(f);
	fuzz_assert(!trace_text_read(f, &s, one, &b));
	fuzz_assert(counted(&b.agg) == s.events && show.shown == s.events);
	fuzz_assert(b.agg.nr <= b.agg.max_rows);
	budget_measure(&budget, &b.agg);
	boot_finish(&b.boot);
	ops->report(&show, &b.agg, &budget);
	ops->end(&show, &b.agg, &budget);
	ops->boot(&show, &b.boot, &budget);
	check_output(&show.b);
	agg_free(&b.agg);
	boot_free(&b.boot);
	show_free(&show);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!f)
		return 0;
	run(f, &show_text, size & 1);
	run(f, &show_json, size & 2);
	fclose(f);
	return 0;
}
