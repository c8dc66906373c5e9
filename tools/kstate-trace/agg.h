/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what was seen so far
 *
 * The kernel counts while it runs; a recorded stream of events is counted here, by the
 * same functions (count.h). Either way this is the result, and all that output is made of.
 */

#ifndef KSTATE_TRACE_AGG_H
#define KSTATE_TRACE_AGG_H

#include <stddef.h>
#include <stdint.h>

#include "count.h"

#define AGG_FILTERS	64
#define AGG_ROWS	16384	/* unless the user says otherwise */
#define AGG_ROWS_MAX	4194304

/* A row of the table. */
struct agg_row {
	struct row_key key;
	struct row row;
};

/**
 * struct agg - zero it before use, but for @settings, filters and @max_rows
 * @settings: what is wanted; its counters of filters are those of @names and @ids
 * @rows: @nr of them, in no order; no more than @max_rows
 * @slots: index of rows, plus one, by hash; 0 is free. Only agg_add() uses it
 * @began: when the last save began
 * @shares: time in KHO and LUO, by enum record_where and enum record_group
 * @calls_timed: whether @shares and rows of functions mean anything
 * @recorded: the events are from a file, and not from the running kernel
 * @unread: recorded events that could not be read
 * @failed: there was no memory
 */
struct agg {
	struct settings settings;
	char names[AGG_FILTERS][RECORD_NAME];
	uint32_t ids[AGG_FILTERS];
	size_t max_rows;
	struct agg_row *rows;
	size_t nr;
	size_t size;
	uint32_t *slots;
	size_t nr_slots;
	uint64_t began;
	struct total totals[NR_RECORD_KINDS];
	struct share shares[NR_WHERE][NR_GROUPS];
	struct lost lost;
	uint64_t unread;
	bool calls_timed;
	bool recorded;
	bool failed;
};

/* Count an event, if the filters let it pass; false if they do not. */
bool agg_add(struct agg *a, const struct record *r);

/* Put in a row that was counted elsewhere; false if there is no memory. */
bool agg_put(struct agg *a, const struct row_key *key, const struct row *row);

/* Forget rows and counters, keep the settings. */
void agg_reset(struct agg *a);
void agg_free(struct agg *a);

/*
 * Rows with the longest sum first, rows with the same sum by name, instance and kind.
 * Pointers into @a; the caller frees the array, which ends in NULL. NULL: no memory.
 */
struct agg_row **agg_sorted(const struct agg *a);

/**
 * agg_percentile - a percentile of a row's durations
 * @row: of which @count is not 0
 * @percent: 1 to 100
 *
 * Return: ns: the middle of the bucket in which it is, so within 1/16 of the true one,
 * and never more than the largest one seen.
 */
uint64_t agg_percentile(const struct row *row, unsigned int percent);

/* The bounds of a bucket: from @from on, below @below; both in ns. */
void agg_bucket(uint32_t bucket, uint64_t *from, uint64_t *below);

/* Time that the table's parts are shares of: saves, restores, and KHO and LUO outside of these. */
uint64_t agg_whole(const struct agg *a);

#endif
