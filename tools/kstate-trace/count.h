/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Filtering and counting of events: the same code runs in the BPF program and, for recorded events,
 * in user space. It calls no library, and adds atomically.
 */

#ifndef KSTATE_TRACE_COUNT_H
#define KSTATE_TRACE_COUNT_H

#include <stdbool.h>

#include "record.h"

#define COUNT_INLINE	static inline __attribute__((always_inline))

/*
 * The highest bit that is set in @v, which is not 0; without a loop or branch for the BPF verifier.
 */
COUNT_INLINE __u32 count_log2(__u64 v)
{
	for (int shift = 1; shift < 64; shift *= 2)
		v |= v >> shift;
	v -= v >> 1 & 0x5555555555555555ULL;
	v = (v & 0x3333333333333333ULL) + (v >> 2 & 0x3333333333333333ULL);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (v * 0x0101010101010101ULL >> 56) - 1;
}

/* The bucket of a duration; below HIST_BUCKETS. */
COUNT_INLINE __u32 hist_bucket(__u64 ns)
{
	__u32 log;

	if (ns < HIST_STEPS)
		return ns;
	if (ns >> HIST_MAX_LOG)
		return HIST_BUCKETS - 1;
	log = count_log2(ns);
	return (log - HIST_STEPS_LOG + 1) * HIST_STEPS +
	       ((ns >> (log - HIST_STEPS_LOG)) & (HIST_STEPS - 1));
}

/* A sum that does not wrap: a file may have any numbers. */
COUNT_INLINE __u64 count_sum(__u64 a, __u64 b)
{
	return a + b < a ? ~0ULL : a + b;
}

/* Add to a sum. The kernel's own numbers do not wrap it, and come on many CPUs at once. */
COUNT_INLINE void count_add(__u64 *sum, __u64 v)
{
#ifdef __bpf__
	__sync_fetch_and_add(sum, v);
#else
	*sum = count_sum(*sum, v);
#endif
}

COUNT_INLINE void count_max(__u64 *max, __u64 v)
{
	__u64 old = *(volatile __u64 *)max;

	/* Other CPUs may raise it at the same time. The BPF verifier demands a bound. */
	for (int i = 0; i < 4 && old < v; i++) {
		__u64 seen = __sync_val_compare_and_swap(max, old, v);

		if (seen == old)
			break;
		old = seen;
	}
}

COUNT_INLINE void count_total(struct total *t, const struct record *r, __u64 wall)
{
	__sync_fetch_and_add(&t->count, 1);
	if (!r->done)
		__sync_fetch_and_add(&t->failed, 1);
	count_add(&t->ns, r->ns);
	count_add(&t->bytes, r->bytes);
	count_add(&t->wall, wall);
	count_max(&t->max, r->ns);
}

COUNT_INLINE void count_row(struct row *row, const struct record *r)
{
	__u32 bucket = hist_bucket(r->ns);

	__sync_fetch_and_add(&row->count, 1);
	if (!r->done)
		__sync_fetch_and_add(&row->failed, 1);
	count_add(&row->ns, r->ns);
	count_add(&row->bytes, r->bytes);
	count_max(&row->max, r->ns);
	if (r->error)
		row->error = r->error;
	row->version = r->version;
	if (bucket < HIST_BUCKETS)
		__sync_fetch_and_add(&row->hist[bucket], 1);
}

COUNT_INLINE bool count_is_begin(const struct record *r)
{
	return r->kind == RECORD_SAVE_BEGIN || r->kind == RECORD_RESTORE_BEGIN;
}

/* Is the event counted in a row of the table? Functions have rows of their own. */
COUNT_INLINE bool count_has_row(const struct record *r)
{
	return r->kind == RECORD_SECTION_SAVE || r->kind == RECORD_SECTION_RESTORE;
}

/* Do the settings let an event pass, apart from names and ids? */
COUNT_INLINE bool count_wants(const struct settings *s, const struct record *r)
{
	if (s->failures && (count_is_begin(r) || (r->done && !r->error)))
		return false;
	return !s->min_ns || (!count_is_begin(r) && r->ns >= s->min_ns);
}

#endif
