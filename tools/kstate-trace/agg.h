/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: what was counted
 *
 * The BPF program counts events in the kernel; recorded events are counted here, by the same
 * functions (count.h). Both give a struct agg, and the output is made of that alone.
 */

#ifndef KSTATE_TRACE_AGG_H
#define KSTATE_TRACE_AGG_H

#include <stddef.h>
#include <stdint.h>

#include "count.h"

#define AGG_FILTERS	64
#define AGG_ROWS	16384	/* unless the user says otherwise */
#define AGG_ROWS_MAX	4194304
#define AGG_BEGUN	4096	/* saves and restores that run at once, at most */

/**
 * struct agg_row - a row of the table
 */
struct agg_row {
	struct row_key key;
	struct row row;
};

/**
 * struct begun - a save or restore that has begun
 * @key: of its begin
 * @pid: the thread; 64 bits, so that there are no holes
 */
struct begun {
	struct row_key key;
	uint64_t pid;
};

/**
 * struct agg - zero it before use, and set @settings, the filters and @max_rows
 * @settings: filters, with the numbers of @names and @ids
 * @rows: @nr of them, in no order, @max_rows at most; there is room for @size
 * @slots: hash table: index of a row plus one; 0: free. Only agg_add() uses it
 * @began: when the save that has not ended began, in ns; 0: there is none, or that is not known
 * @begun: saves and restores of which no end was seen, @nr_begun of them; there is room for
 *	@size_begun. Only agg_add() uses it
 * @not_ended: the number of saves and restores of which the begin was seen, and no end
 * @shares: time in KHO and LUO, by enum record_where and enum record_group
 * @lost: events that were not counted or not shown
 * @calls_timed: functions were timed, so that @shares and the rows of functions are known
 * @recorded: the events are from a file, and not from the running kernel
 * @unread: recorded events that could not be read, or are not there
 * @failed: memory was short, so that rows are missing
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
	struct begun *begun;
	size_t nr_begun;
	size_t size_begun;
	uint64_t not_ended;
	struct total totals[NR_RECORD_KINDS];
	struct share shares[NR_WHERE][NR_GROUPS];
	struct lost lost;
	uint64_t unread;
	bool calls_timed;
	bool recorded;
	bool failed;
};

/* Count an event; false if a filter excludes it from the rows. */
bool agg_add(struct agg *a, const struct record *r);

/* Add a row that the kernel counted; false if memory is short. */
bool agg_put(struct agg *a, const struct row_key *key, const struct row *row);

/* Forget rows and counters, keep the settings. */
void agg_reset(struct agg *a);
void agg_free(struct agg *a);

/*
 * Sort the rows: the longest sum first; rows with the same sum by name, instance and kind. The
 * pointers are into @a->rows; NULL ends the array, and the caller frees it. NULL if memory is
 * short.
 */
struct agg_row **agg_sorted(const struct agg *a);

/**
 * agg_percentile - a percentile of a row's durations
 * @row: of which @count is not 0
 * @percent: 1 to 100
 *
 * Return: ns: @row->max if the percentile is the longest event, as it is of few events; else the
 * middle of the bucket that has it, so that it differs by 1/16 of the true one at most; never more
 * than @row->max.
 */
uint64_t agg_percentile(const struct row *row, unsigned int percent);

/* The bounds of a bucket, in ns: durations of *@from and more, less than *@below. */
void agg_bucket(uint32_t bucket, uint64_t *from, uint64_t *below);

/* The time in ns that is 100 %: of saves, of restores, and of KHO and LUO outside of these. */
uint64_t agg_whole(const struct agg *a);

#endif
