/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: progress of long work
 *
 * A line on standard error that is written over again and again, and gone before
 * anything else is written. There is one standard error, and so one such line.
 */

#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdint.h>

/* From now on there is a line, if standard error is a terminal. */
void progress_start(const char *program);

/* For &struct kstd_open_opts: never cancels. */
int progress_show(void *arg, const char *what, uint64_t done, uint64_t total);

/* Something else will be written to @fd: the line goes; for good, if @fd is a terminal, on which it
 * would come amid what was written. */
void progress_clear(int fd);

#endif
