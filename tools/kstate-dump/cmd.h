/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: commands
 *
 * A command is a const object in a file of its own; a program has a table of
 * them. The list, the help and the completion come from the table.
 */

#ifndef KSTATE_DUMP_CMD_H
#define KSTATE_DUMP_CMD_H

#include "../common/out.h"
#include "../common/status.h"
#include "options.h"

struct run;

/**
 * struct cmd - a command
 * @name: matched exactly
 * @args: for the usage line
 * @help: one line
 * @details: what "help NAME" says below the usage line; ends in a newline
 * @run: returns an exit status
 */
struct cmd {
	const char *name;
	const char *args;
	const char *help;
	const char *details;
	int (*run)(struct run *run);
};

/**
 * struct run - one run of a command
 * @argv: arguments after the command's name, @argc of them
 * @source: what messages call the source once it is known, else NULL
 */
struct run {
	const struct cmd *cmd;
	const struct cmd *const *table;
	struct options *opts;
	struct out *out;
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	int argc;
	char **argv;
	const char *source;
};

/* NULL if there is none of that name. */
const struct cmd *cmd_find(const struct cmd *const *table, const char *name);

/* Report a usage error; returns the exit status. */
int cmd_usage(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Report the library's last error; returns the exit status. */
int cmd_fail(struct run *run);

/*
 * Open @image, or the live system if it is NULL, which is told to save first if
 * the options say so; 0 or an exit status, reported.
 */
int cmd_open(struct run *run, const char *image);

/*
 * The same as @dump, which the caller closes; messages are then about it. --save
 * is not wrong if this is an image: another may be the live system.
 */
int cmd_open_as(struct run *run, const char *image, struct kstd_dump **dump);

/* Show a result and end the output; returns the exit status. */
int cmd_show(struct run *run, const char *name, const struct kstd_node *node);

#endif
