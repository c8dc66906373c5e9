/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: progress of long work
 *
 * A line on standard error, which is overwritten while work goes on and erased before anything else
 * is written. A program has one standard error, and so one such line.
 */

#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdint.h>

/* Allow the line from now on, if standard error is a terminal. */
void progress_start(const char *program);

/* No line from now on: a child process leaves standard error to its parent. */
void progress_off(void);

/* The progress callback for &struct kstd_open_opts; it never cancels. */
int progress_show(void *arg, const char *what, uint64_t done, uint64_t total);

/*
 * Erase the line, as something else will be written to @fd. If @fd is a terminal, there is no line
 * after that: it would come between the lines of output.
 */
void progress_clear(int fd);

#endif
