/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Events from the text of tracefs (/sys/kernel/tracing/trace, or a copy), in the form in which
 * include/trace/events/kstate.h prints them. Other lines are skipped.
 */

#ifndef KSTATE_TRACE_TRACE_TEXT_H
#define KSTATE_TRACE_TRACE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "record.h"

#define TRACE_COMM	16

/**
 * struct trace_line - one line
 * @record: the event; its time is that of the trace buffer's clock
 * @comm: name of the task, NUL-terminated; control characters are replaced
 * @lost: for %TRACE_TEXT_LOST: the number of events that were overwritten
 */
struct trace_line {
	struct record record;
	char comm[TRACE_COMM];
	uint64_t lost;
};

enum trace_text {
	TRACE_TEXT_OTHER,	/* no event of kstate */
	TRACE_TEXT_EVENT,
	TRACE_TEXT_LOST,	/* only @lost is set */
	TRACE_TEXT_BAD,		/* an event of kstate that cannot be read */
};

/* Parse one line, with or without its newline. */
enum trace_text trace_text_parse(const char *text, struct trace_line *line);

/**
 * struct trace_stream - what trace_text_read() found
 * @events: number of events
 * @lost: events that were overwritten in the trace buffer
 * @bad: lines that are events of kstate, or may have been before they were cut, and could not be
 *       read
 * @missing: events, of kstate or not, that the buffer had by the header, and that have no line
 * @is_trace: there was a line that tracefs writes, of kstate or not
 * @ticks: the trace clock counts ticks, not ns: the times of events are not known
 */
struct trace_stream {
	uint64_t events;
	uint64_t lost;
	uint64_t bad;
	uint64_t missing;
	bool is_trace;
	bool ticks;
};

/* Call @each for every event in @f; 0 or an errno. Lines may have any length. */
int trace_text_read(FILE *f, struct trace_stream *s,
		    void (*each)(void *arg, const struct trace_line *line), void *arg);

#endif
