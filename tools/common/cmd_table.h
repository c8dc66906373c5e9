/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: commands
 *
 * A command is a const object in a file of its own, and a program has a table of them. The help,
 * the manual page and the completion are made from the tables of commands and options.
 */

#ifndef TOOLS_CMD_TABLE_H
#define TOOLS_CMD_TABLE_H

#include "optable.h"

/* What a command is run with: each program defines its own. */
struct run;

/**
 * struct cmd - a command
 * @name: the word on the command line
 * @args: its arguments, for the usage line; "" if it takes none
 * @help: one line
 * @details: what "help NAME" prints below the usage line; ends in a newline
 * @run: returns an &enum status
 */
struct cmd {
	const char *name;
	const char *args;
	const char *help;
	const char *details;
	int (*run)(struct run *run);
};

/**
 * struct cmd_table - the commands and options of a program
 * @program: its name
 * @args_width: columns that the help has for the arguments of a command
 * @cmds: in the order of the help, the default first; NULL after the last one. A program without
 *        commands has a table with NULL alone
 * @options: its options
 */
struct cmd_table {
	const char *program;
	int args_width;
	const struct cmd *const *cmds;
	const struct optable *options;
};

/* The command of a name; NULL if there is none. */
const struct cmd *cmd_find(const struct cmd_table *t, const char *name);

/* The name of the command that is nearest to a word that is none; NULL if none is near. */
const char *cmd_nearest(const struct cmd_table *t, const char *name);

/* Put a line of help for each command. */
void cmd_table_help(const struct cmd_table *t, struct buf *b);

/* Put the help for one command: usage, details, its own options. */
void cmd_table_help_one(const struct cmd_table *t, struct buf *b, const struct cmd *cmd);

/**
 * cmd_table_list - put a list for the build or for a shell
 * @what: "commands": a name in each line; "completion": shell variables with the commands and the
 *        options; "man-commands", "man-options", "man-statuses": items of an mdoc list
 *
 * Return: false if there is no such list.
 */
bool cmd_table_list(const struct cmd_table *t, struct buf *b, const char *what);

#endif
