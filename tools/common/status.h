/* SPDX-License-Identifier: GPL-2.0 */

/* The exit statuses of kstate-dump, kstate-browse and kstate-trace: see status.def. */

#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

#include <kstate-dump.h>

#include "buf.h"

#define X(sym, nr, text) STATUS_##sym = nr,
enum status {
#include "status.def"
};
#undef X

/* The exit status for an error of the library, of class &enum kstd_class. */
int status_of_class(int class);

/* The exit status for the answer to "is all well?". */
enum status status_of_truth(enum kstd_truth truth);

/* The status of two results: a finding before what is not known, that before what would be lost. */
enum status status_of_both(enum status a, enum status b);

/*
 * The status of two images that were asked one by one. No answer for an image outweighs all: first
 * what the environment did not allow, then what could not be decoded; then as status_of_both().
 */
enum status status_of_many(enum status a, enum status b);

/* Put a line for each of them. */
void status_help(struct buf *b);

/* Put all of them as items of an mdoc list. */
void status_man(struct buf *b);

#endif
