/* SPDX-License-Identifier: GPL-2.0 */

#ifndef KSTATE_TRACE_COMMANDS_H
#define KSTATE_TRACE_COMMANDS_H

#include "../common/cmd_table.h"
#include "../common/status.h"
#include "options.h"
#include "show.h"

/**
 * struct run - one run of a command
 * @argv: the words after the command's name, @argc of them
 */
struct run {
	struct trace_opts *opts;
	struct show *show;
	int argc;
	char **argv;
};

/* The commands and options of kstate-trace. */
extern const struct cmd_table trace_commands;

extern const struct cmd trace_live, trace_boot, trace_help, trace_version;

/* Report a usage error; returns the exit status. */
int trace_usage(struct show *show, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
