// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "base/dump.h"

void kstd_work_begin(struct kstd_work *w, struct kstd_dump *dump, const char *what,
		     uint64_t total, uint64_t every)
{
	*w = (struct kstd_work){
		.dump = dump, .cancelled = &dump->progress.cancelled, .what = what,
		.total = total, .every = every,
		.next = dump->progress.tell ? every : UINT64_MAX,
	};
}

/* A caller may look ahead quietly; that the work was cancelled is noted all the same. */
static void cancel(struct kstd_dump *dump)
{
	unsigned int quiet = dump->quiet;

	dump->progress.cancelled = true;
	dump->quiet = 0;
	kstd_defect(dump, NULL, KSTD_E_CANCELLED, KSTD_NO_OFFSET, NULL);
	dump->quiet = quiet;
}

/* The total comes from the input and may be wrong: @done is never shown above it. */
bool kstd_work_report(struct kstd_work *w)
{
	struct kstd_progress *p = &w->dump->progress;
	uint64_t done = w->total && w->done > w->total ? w->total : w->done;

	w->next = w->done + w->every;
	w->reported = w->done;
	if (!p->cancelled && p->tell && p->tell(p->arg, w->what, done, w->total))
		cancel(w->dump);
	return !p->cancelled;
}

void kstd_work_end(struct kstd_work *w)
{
	if (w->done != w->reported)
		kstd_work_report(w);
}

int kstd_cancelled(struct kstd_dump *dump)
{
	return dump->progress.cancelled ?
	       kstd_err(dump->ctx, KSTD_E_CANCELLED, KSTD_NO_OFFSET, NULL) : 0;
}
