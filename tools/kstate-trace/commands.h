/* SPDX-License-Identifier: GPL-2.0 */

#ifndef KSTATE_TRACE_COMMANDS_H
#define KSTATE_TRACE_COMMANDS_H

#include "../common/status.h"
#include "options.h"
#include "show.h"

/**
 * struct trace_cmd - a command
 * @name: matched exactly
 * @args: for the usage line
 * @help: one line
 * @details: what "help NAME" says; ends in a newline
 * @run: @words of them are its arguments; returns an exit status
 */
struct trace_cmd {
	const char *name;
	const char *args;
	const char *help;
	const char *details;
	int (*run)(struct trace_opts *o, struct show *show, int words, char **argv);
};

/* The first is the default; a NULL ends it. */
extern const struct trace_cmd *const trace_commands[];

extern const struct trace_cmd trace_live, trace_boot, trace_help, trace_version;

const struct trace_cmd *trace_command(const char *name);

/* Report a wrong command line; returns the exit status. */
int trace_usage(struct show *show, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What was asked for with --list, for the manual page and the completion; an exit status. */
int trace_list(struct trace_opts *o, struct show *show);

#endif
