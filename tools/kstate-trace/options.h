/* SPDX-License-Identifier: GPL-2.0 */

/* The options of kstate-trace, from options.def. */

#ifndef KSTATE_TRACE_OPTIONS_H
#define KSTATE_TRACE_OPTIONS_H

#include "../common/optable.h"
#include "agg.h"
#include "trace_event.h"

#define X(sym, letter, name, arg, help, commands) TRACE_##sym,
enum trace_option {
#include "options.def"
	NR_TRACE_OPTIONS,
};
#undef X

extern const struct optable trace_options;

#define OPTIONS_TOP	20
#define OPTIONS_RING	(1U << 20)
#define OPTIONS_RING_MIN	4096U
#define OPTIONS_RING_MAX	(1U << 30)

/**
 * struct trace_opts - what the command line asks for
 * @line: which options were there, and what is wrong with the command line
 * @agg: the filters and limits are set in it
 * @summary: the table, and no line for each event
 * @interval, @duration, @budget: ns; 0: none
 * @top: rows to show, 0: all; @has_top: the option was given
 * @color: as of parse_color()
 * @ring: bytes, a power of two
 * @shown: the events that get a line, a bit for each enum record_kind; the filters in @agg say
 *         which
 *	events user space gets at all
 * @follow: of a directory, follow links that lead out of it, too
 * @trace_event: name of the file for trace viewers; NULL: none is written
 * @events: that file, while it is open
 * @replay: file with recorded events; NULL: trace the running kernel
 * @command: arguments of the program to run, NULL ends them; NULL: no program
 */
struct trace_opts {
	struct optable_result line;
	struct agg *agg;
	bool summary;
	bool histogram;
	bool timestamps;
	bool no_kho;
	bool json;
	bool quiet;
	bool verbose;
	bool kprobes;
	bool follow;
	bool version;
	bool help;
	bool has_top;
	int color;
	uint64_t top;
	uint64_t interval;
	uint64_t duration;
	uint64_t budget;
	uint32_t ring;
	uint32_t shown;
	const char *trace_event;
	struct trace_event *events;
	const char *replay;
	const char *sysroot;
	const char *list;
	char **command;
};

/*
 * Parse the command line; filters go to @agg. Afterwards argv + optind are the words that are no
 * options, @o->line.nr_words of them; those after "--" are @o->command.
 */
void options_read(struct trace_opts *o, struct agg *agg, int argc, char **argv);

#endif
