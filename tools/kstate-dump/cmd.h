/* SPDX-License-Identifier: GPL-2.0 */

/* What the commands of kstate-dump have in common: opening, showing, errors. */

#ifndef KSTATE_DUMP_CMD_H
#define KSTATE_DUMP_CMD_H

#include "../common/cmd_table.h"
#include "../common/out.h"
#include "../common/status.h"
#include "options.h"

/**
 * struct run - one run of a command
 * @cmd: NULL until the command is known
 * @dump: what cmd_open() opened; main() closes it
 * @argv: the words after the command's name, @argc of them
 * @source: the name that messages use for the source; NULL until it is known
 * @not_file: a word that was meant as no file, for there is none of that name; NULL if there is
 *            no such word
 */
struct run {
	const struct cmd *cmd;
	struct options *opts;
	struct out *out;
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	int argc;
	char **argv;
	const char *source;
	const char *not_file;
};

/* Report a usage error; returns the exit status. */
int cmd_usage(struct run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Report that memory is short; returns the exit status. */
int cmd_no_memory(struct run *run);

/* Report the library's last error; returns the exit status. */
int cmd_fail(struct run *run);

/*
 * Open @image as @run->dump; NULL is the live system, which saves an image first if --save was
 * given. Returns 0, or an exit status, reported.
 */
int cmd_open(struct run *run, const char *image);

/*
 * Open @image as *@dump, which the caller closes; messages are about it from then on. As for
 * cmd_open(), except that --save is accepted with an image: another one may be the live system.
 */
int cmd_open_as(struct run *run, const char *image, struct kstd_dump **dump);

/*
 * The exit status of a command that ended with @status: if memory was short or a read failed
 * meanwhile, something is missing, and nothing is all right, whatever it made of what it read.
 */
int cmd_if_whole(struct run *run, int status);

/* Show a result and end the output; returns the exit status. */
int cmd_show(struct run *run, const char *name, const struct kstd_node *node);

#endif
