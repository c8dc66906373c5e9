/* SPDX-License-Identifier: GPL-2.0 */

/*
 * What the BPF program and user space hand to each other. Both sides are of the same
 * build and run on the same machine: native byte order, natural alignment, no holes.
 */

#ifndef KSTATE_TRACE_RECORD_H
#define KSTATE_TRACE_RECORD_H

#include <linux/types.h>

/* A description's name has at most 31 bytes (KSTATE_ABI_NAME_MAX), a function's here as well. */
#define RECORD_NAME	32

/* The six events of include/trace/events/kstate.h, in its order, and a function's call. */
enum record_kind {
	RECORD_SAVE_BEGIN,
	RECORD_SECTION_SAVE,
	RECORD_SAVE_END,
	RECORD_RESTORE_BEGIN,
	RECORD_SECTION_RESTORE,
	RECORD_RESTORE_END,
	RECORD_CALL,
	NR_RECORD_KINDS,
};

/**
 * struct record - an event
 * @time: ns of CLOCK_MONOTONIC; of the trace buffer's clock in recorded events
 * @no_time: 1: @time is not known, as the trace buffer's clock does not count ns
 * @instance, @bytes, @ns, @id, @version, @error, @done: as the event has them
 * @kind: enum record_kind
 * @pid: whose thread it was, in the initial name space
 * @name: NUL-terminated, the rest is 0
 */
struct record {
	__u64 time;
	__u64 instance;
	__u64 bytes;
	__u64 ns;
	__u32 id;
	__u32 version;
	__s32 error;
	__u32 pid;
	__u16 kind;
	__u16 done;
	__u32 no_time;
	char name[RECORD_NAME];
};

/* What a row of the table is about. @instance is 0 where rows are by name. */
struct row_key {
	char name[RECORD_NAME];
	__u64 instance;
	__u32 id;
	__u32 kind;
};

/*
 * Durations are counted in buckets: those below 8 ns exactly, then eight for each power
 * of two, so that a bucket is at most an eighth wide; the last one also holds what takes
 * longer than 2^40 ns, which are 18 minutes.
 */
#define HIST_STEPS_LOG	3
#define HIST_STEPS	(1 << HIST_STEPS_LOG)
#define HIST_MAX_LOG	40
#define HIST_BUCKETS	((HIST_MAX_LOG - HIST_STEPS_LOG + 1) * HIST_STEPS)

/**
 * struct row - what was seen of one key
 * @count: events
 * @failed: those of them that are not done
 * @ns: sum; @max: the largest
 * @bytes: sum
 * @error: of the last failure, 0 if there was none; a done one may have an error, too
 * @version: of the last event
 * @hist: number of events, by hist_bucket() of their ns
 */
struct row {
	__u64 count;
	__u64 failed;
	__u64 ns;
	__u64 max;
	__u64 bytes;
	__s32 error;
	__u32 version;
	__u32 hist[HIST_BUCKETS];
};

/* Functions that are timed, in the order of functions.def. */
enum {
#define X(name, group, failure) FN_##name,
#include "functions.def"
#undef X
	NR_FUNCTIONS,
};

/* Where KHO or LUO was called from: @WHERE_SAVE is between save_begin and save_end. */
enum record_where {
	WHERE_OUTSIDE,
	WHERE_SAVE,
	WHERE_RESTORE,
	NR_WHERE,
};

/* Whose function it is. */
enum record_group {
	GROUP_KHO,
	GROUP_LUO,
	NR_GROUPS,
};

/* Time in calls that are not within another call that is timed. */
struct share {
	__u64 calls;
	__u64 ns;
};

/**
 * struct total - what was seen of one kind of event, filters or not
 * @wall: for @RECORD_SAVE_END, ns since its begin, memory that was prepared included
 */
struct total {
	__u64 count;
	__u64 failed;
	__u64 ns;
	__u64 max;
	__u64 bytes;
	__u64 wall;
};

/**
 * struct lost - what could not be told
 * @ring: events for which the ring buffer had no room
 * @rows: events for which the table had no row
 * @calls: calls that could not be timed
 * @missed: events that came in a thread that interrupted one which was being told of; user
 *          space asks the kernel for their number
 */
struct lost {
	__u64 ring;
	__u64 rows;
	__u64 calls;
	__u64 missed;
};

/**
 * struct settings - what the BPF program is to do; constant once it is loaded
 * @min_ns: events that took less, and those without a duration, are left out; 0: none is
 * @names, @ids: how many there are in the maps of the same names; 0: all pass
 * @kinds: which events go into the ring buffer, a bit for each enum record_kind
 * @failures: only events that are not done, or have an error
 * @rows: count in the table
 * @by_name: a row for all instances of a description
 */
struct settings {
	__u64 min_ns;
	__u32 names;
	__u32 ids;
	__u32 kinds;
	__u8 failures;
	__u8 rows;
	__u8 by_name;
	__u8 pad;
};

#endif
