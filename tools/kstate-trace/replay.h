/* SPDX-License-Identifier: GPL-2.0 */

/* Recorded events, in place of those of the running kernel. */

#ifndef KSTATE_TRACE_REPLAY_H
#define KSTATE_TRACE_REPLAY_H

#include "options.h"
#include "show.h"

/* Count and show the events of @o->replay; 0, or an exit status, reported. */
int replay(struct trace_opts *o, struct show *show);

/*
 * Call @each for the events in the text of a trace buffer, "-" for standard input; 0, or an exit
 * status, reported.
 */
int replay_file(struct show *show, const char *path, struct trace_stream *s,
		void (*each)(void *arg, const struct trace_line *line), void *arg);

#endif
