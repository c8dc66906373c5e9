/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: progress of long work
 *
 * Whoever does work that may take long counts it in a struct kstd_work, in units of
 * its own. Every so many units the caller's function is told, and may cancel; without
 * one, it costs an addition and two comparisons a unit.
 *
 * Cancelled is cancelled: all work of the dump ends at its next unit, and so does what
 * starts afterwards. kstd_work_on() and kstd_work_tell() cannot fail; who can, hands on
 * kstd_cancelled() before it keeps or returns what may be half of a result.
 */

#ifndef KSTD_PROGRESS_H
#define KSTD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct kstd_dump;

/**
 * struct kstd_progress - whom to tell
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
 * @next: the value of @done at which to tell
 * @told: the value of @done that was told last
 */
struct kstd_work {
	struct kstd_dump *dump;
	const bool *cancelled;
	const char *what;
	uint64_t done;
	uint64_t total;
	uint64_t every;
	uint64_t next;
	uint64_t told;
};

void kstd_work_begin(struct kstd_work *w, struct kstd_dump *dump, const char *what,
		     uint64_t total, uint64_t every);

/* Call the caller's function; false if all is to end. */
bool kstd_work_tell(struct kstd_work *w);

/* @n more units are done; false if all is to end. */
static inline bool kstd_work_on(struct kstd_work *w, uint64_t n)
{
	w->done += n;
	return w->done < w->next ? !*w->cancelled : kstd_work_tell(w);
}

/* All is done: tell what was not told yet. Work that is not over needs no end. */
void kstd_work_end(struct kstd_work *w);

/* 0, or the error that the work was cancelled. */
int kstd_cancelled(struct kstd_dump *dump);

#endif
