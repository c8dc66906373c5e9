/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: output
 *
 * Text for people, or JSON: a document in each line, with the outer members that all tools share.
 * The output shows what was counted before; it reads and measures nothing.
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
 * struct show_report - something that is damaged, or that could not be known
 * @damaged: else it could not be known
 * @code, @text, @path, @offset: as the library has them
 */
struct show_report {
	bool damaged;
	char code[32];
	char *text;
	char *path;
	uint64_t offset;
};

/**
 * struct show_ops - a format
 * @record: show an event
 * @report: show the table, at the end or after an interval
 * @end: show the sums after the events, if there is no table
 * @boot: show the result of boot
 * @fail: show the error for which there is no result
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
 * struct show - the output; zero it before use
 * @b: standard output
 * @command: name of the command that runs
 * @source: "live", or the file with the events
 * @realtime: ns to add to the time of an event, to get the time of day; 0: not known
 * @timestamps: show the time of each event
 * @histograms: show a histogram of each row
 * @color: text has colors
 * @columns: of the terminal; 0: it is none
 * @quiet: show no notes
 * @top: rows to show; 0: all
 * @shown: events that were shown
 * @reports: @nr_reports of them; there is room for @size_reports
 * @notes: @nr_notes of them, without duplicates
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
	bool color;
	unsigned int columns;
	bool quiet;
	uint64_t top;
	uint64_t shown;
	struct show_report *reports;
	size_t nr_reports;
	size_t size_reports;
	char *notes[SHOW_NOTES];
	unsigned int nr_notes;
};

/* Add a note. In text it is on standard error at once, in JSON in the last document. */
void show_note(struct show *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Add a defect, or with @damaged false what could not be known: a node of kstd_defects() or
 * kstd_unknowns(). In text it is on standard error at once, in JSON in the last document.
 */
void show_report(struct show *s, bool damaged, const struct kstd_node *report);
void show_free(struct show *s);

/* The name of an enum record_kind: "save", "restore" and so on. */
const char *show_kind(unsigned int kind);

/* The result of an event: "saved", "lost" and so on. */
const char *show_result(unsigned int kind, bool done);

/* A part of a whole in tenths of a percent, rounded; 0 of 0 is 0. */
unsigned int show_permille(uint64_t part, uint64_t whole);

#endif
