/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Events from the text of tracefs (/sys/kernel/tracing/trace, or a copy), as
 * include/trace/events/kstate.h prints them. Lines that are not about kstate are passed over.
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
 * @record: the event; its time is that of the trace buffer, in ns
 * @comm: the task's name, NUL-terminated; control characters are replaced
 * @lost: instead of an event: so many were overwritten before
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

/* One line, without or with its newline. */
enum trace_text trace_text_parse(const char *text, struct trace_line *line);

/**
 * struct trace_stream - what trace_text_read() found
 * @events: number of events
 * @lost: events that the buffer had no room for
 * @bad: lines that are events of kstate, and could not be read
 * @is_trace: there was a line that tracefs writes, of kstate or not
 * @ticks: the trace clock counts ticks, not ns: the times of events are not known
 */
struct trace_stream {
	uint64_t events;
	uint64_t lost;
	uint64_t bad;
	bool is_trace;
	bool ticks;
};

/* Call @each for every event in @f; 0 or an errno. Lines of any length are survived. */
int trace_text_read(FILE *f, struct trace_stream *s,
		    void (*each)(void *arg, const struct trace_line *line), void *arg);

#endif
