/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: a file for trace viewers
 *
 * The Trace Event Format, JSON array form, which Perfetto and chrome://tracing open. Times are
 * microseconds with three decimals. The last bracket may be missing, so a file is valid for as long
 * as it is written.
 *
 * A kernel is a process there: 1 is the running one, 2 the one that saved before it. A thread has a
 * track for saves, one for restores, one for functions of KHO and LUO, so that slices of a track
 * nest.
 */

#ifndef KSTATE_TRACE_EVENT_H
#define KSTATE_TRACE_EVENT_H

#include "../common/json.h"
#include "boot.h"

struct show;

#define TRACE_EVENT_TRACKS	256

/**
 * struct trace_event_track - what came on a track
 * @id: kernel, thread and kind of the track
 * @began: ns, the begin of what has not ended; 0: nothing, or that is not known
 * @start, @end: ns, the last slice
 */
struct trace_event_track {
	uint64_t id;
	uint64_t began;
	uint64_t start;
	uint64_t end;
};

/**
 * struct trace_event - zero it before trace_event_open()
 * @last: ns, the end of the last slice
 * @unplaced: events that are not in the file, since their times are not known
 * @tracks: @nr_tracks of them; later ones have no name, and their slices may overlap
 */
struct trace_event {
	struct buf b;
	struct json json;
	uint64_t last;
	uint64_t unplaced;
	struct trace_event_track tracks[TRACE_EVENT_TRACKS];
	unsigned int nr_tracks;
};

/* Begin the file @path, whose contents are lost. Returns 0 or an errno. */
int trace_event_open(struct trace_event *t, const char *path);

/* Add an event of the running kernel. */
void trace_event_record(struct trace_event *t, const struct record *r);

/*
 * Add a live update. The image has durations of saves and not their times, so they are put one
 * after another, and the clock of the running kernel begins where they end; the file says so.
 */
void trace_event_boot(struct trace_event *t, const struct boot *boot);

/* Note how many events are not in the file, if any are. Before the last document is shown. */
void trace_event_note(const struct trace_event *t, struct show *show);

/*
 * End the file; @lost events are missing in it, and @not_ended saves and restores have no end.
 * Returns 0 or an errno.
 */
int trace_event_close(struct trace_event *t, uint64_t lost, uint64_t not_ended);

#endif
