/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: output
 *
 * Text for people, or JSON: a document in each line, in the envelope that all tools share.
 * What is shown was counted before; nothing is read or timed here.
 */

#ifndef KSTATE_TRACE_SHOW_H
#define KSTATE_TRACE_SHOW_H

#include <time.h>

#include "../common/json.h"
#include "agg.h"
#include "boot.h"
#include "budget.h"

#define SHOW_SCHEMA	"kstate-trace/1"
#define SHOW_NOTES	32

struct show;

/**
 * struct show_ops - a format
 * @record: an event
 * @report: the table, at the end or every interval
 * @end: after the events, where there was no table
 * @boot: what boot found
 * @fail: instead of all this: why there is nothing to show
 */
struct show_ops {
	void (*record)(struct show *s, const struct record *r);
	void (*report)(struct show *s, const struct agg *a, const struct budget *b);
	void (*end)(struct show *s, const struct agg *a, const struct budget *b);
	void (*boot)(struct show *s, const struct boot *boot, const struct budget *b);
	void (*fail)(struct show *s, const char *code, const char *text);
};

extern const struct show_ops show_text;
extern const struct show_ops show_json;

/**
 * struct show - where and how; zero it before use
 * @b: standard output
 * @command: which is run
 * @source: "live", or the file that events come from
 * @realtime: ns to add to an event's time for the time of day; 0: it has none
 * @timestamps: with the time of each event
 * @histograms: of each row
 * @quiet: no notes
 * @top: rows to show; 0: all
 * @shown: events that were shown
 * @notes: @nr_notes of them, each once
 */
struct show {
	const struct show_ops *ops;
	struct buf b;
	struct json json;
	const char *command;
	const char *source;
	uint64_t realtime;
	bool timestamps;
	bool histograms;
	bool quiet;
	uint64_t top;
	uint64_t shown;
	char *notes[SHOW_NOTES];
	unsigned int nr_notes;
};

/* Something good to know. In text it goes to standard error at once, in JSON into the last document. */
void show_note(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void show_free(struct show *s);

/* "EIO", or "error 599" in @room, for a negative errno or its absolute value. */
const char *show_errno(int error, char room[16]);

/* "save", "restore": what an event or a row is about. */
const char *show_kind(unsigned int kind);

/* "saved", "lost" and so on: what became of it. */
const char *show_result(unsigned int kind, bool done);

/* A part of a whole in tenths of a percent, rounded; 0 of 0 is 0. */
unsigned int show_permille(uint64_t part, uint64_t whole);

#endif
