/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: progress of long work
 *
 * A function that may take long counts its work in a struct kstd_work, in units of
 * its own. After a number of units the library calls the caller's function, which may
 * cancel. Without such a function a unit costs an addition and two comparisons.
 *
 * Once the caller cancels, all work of the dump ends at its next unit, and later work
 * ends at once. kstd_work_on() and kstd_work_report() cannot fail: a function that can
 * fail returns kstd_cancelled() before it keeps or returns half of a result.
 */

#ifndef KSTD_PROGRESS_H
#define KSTD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct kstd_dump;

/**
 * struct kstd_progress - the caller's function for long work
 * @tell: as in &struct kstd_open_opts, or NULL
 * @arg: its first argument
 * @cancelled: it has returned non-zero
 */
struct kstd_progress {
	int (*tell)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *arg;
	bool cancelled;
};

/**
 * struct kstd_work - work of one kind that is being done
 * @cancelled: that of the dump
 * @what: a static string: what is being done
 * @done: units so far
 * @total: units in all, 0 if that is not known
 * @every: units between two calls
 * @next: the value of @done at which the function is called next
 * @reported: the value of @done at the last call
 */
struct kstd_work {
	struct kstd_dump *dump;
	const bool *cancelled;
	const char *what;
	uint64_t done;
	uint64_t total;
	uint64_t every;
	uint64_t next;
	uint64_t reported;
};

void kstd_work_begin(struct kstd_work *w, struct kstd_dump *dump, const char *what,
		     uint64_t total, uint64_t every);

/* Call the caller's function; false if all is to end. */
bool kstd_work_report(struct kstd_work *w);

/* @n more units are done; false if all is to end. */
static inline bool kstd_work_on(struct kstd_work *w, uint64_t n)
{
	w->done += n;
	return w->done < w->next ? !*w->cancelled : kstd_work_report(w);
}

/* All units are done: call the function a last time. Work that broke off needs no end. */
void kstd_work_end(struct kstd_work *w);

/* 0, or the error that the work was cancelled. */
int kstd_cancelled(struct kstd_dump *dump);

#endif
