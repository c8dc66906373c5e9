/* SPDX-License-Identifier: GPL-2.0 */

/*
 * The records and tables that the BPF program and user space share. Both are of the same build and
 * run on the same machine: native byte order, natural alignment, no holes.
 */

#ifndef KSTATE_TRACE_RECORD_H
#define KSTATE_TRACE_RECORD_H

#include <linux/types.h>

/* Names of descriptions have 31 bytes at most (KSTATE_ABI_NAME_MAX), those of functions too. */
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
 * @instance, @bytes, @ns, @id, @version, @error, @done: as the event has them; @id of a call is the
 *	function's number, and of the others it has @time, @ns, @error, @done and @pid
 * @kind: enum record_kind
 * @pid: number of the thread, in the initial pid namespace
 * @name: NUL-terminated; the bytes after that are 0
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

/**
 * struct row_key - which events are counted in a row
 * @instance: 0 if a row is for all instances of a name
 */
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
 * struct row - the events of one key
 * @count: their number
 * @failed: the number of those that are not done
 * @ns: sum of their durations; @max: the longest
 * @bytes: sum of their bytes
 * @error: the last error, 0 if there was none; an event that is done may have an error, too
 * @version: version of the last event
 * @hist: numbers of events, by hist_bucket() of their durations
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

/* When KHO or LUO was called: @WHERE_SAVE is between save_begin and save_end of the thread. */
enum record_where {
	WHERE_OUTSIDE,
	WHERE_SAVE,
	WHERE_RESTORE,
	NR_WHERE,
};

/* The subsystem that a function belongs to. */
enum record_group {
	GROUP_KHO,
	GROUP_LUO,
	NR_GROUPS,
};

/**
 * struct share - calls that are not within another call that is timed
 * @ns: sum of their durations
 */
struct share {
	__u64 calls;
	__u64 ns;
};

/**
 * struct total - all events of one kind, those that filters exclude as well
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
 * struct lost - what could not be counted or shown
 * @ring: events for which the ring buffer had no room; the totals have them
 * @rows: events for which the table had no row; the totals have them
 * @calls: calls that could not be timed
 * @missed: events that no program saw, as they interrupted a run of the same program on that CPU;
 *          user space reads their number from the kernel
 */
struct lost {
	__u64 ring;
	__u64 rows;
	__u64 calls;
	__u64 missed;
};

/**
 * struct task - a thread that is in a save, a restore or a call
 * @outer: when the outermost of its open calls began, in ns
 * @began: when the save or restore began, in ns
 * @depth: the number of its open calls
 * @where: enum record_where
 */
struct task {
	__u64 outer;
	__u64 began;
	__u32 depth;
	__u32 where;
};

/**
 * struct settings - the settings of the BPF program; constant once it is loaded
 * @min_ns: events that took less, and those without a duration, are excluded; 0: none are
 * @names, @ids: numbers of entries in the maps of these names; 0: there is no such filter
 * @kinds: events that go into the ring buffer, a bit for each enum record_kind
 * @failures: exclude events that are done and have no error
 * @rows: count events in the table
 * @by_name: a row is for all instances of a description
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
