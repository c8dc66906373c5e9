/* SPDX-License-Identifier: GPL-2.0 */

/* What the files of text output share. */

#ifndef KSTATE_TRACE_SHOW_TEXT_H
#define KSTATE_TRACE_SHOW_TEXT_H

#include "show.h"

/* "name@instance" */
void put_section(struct buf *b, const char *name, uint64_t instance);

/* "lost: EIO (Input/output error)" */
void put_result(struct buf *b, unsigned int kind, bool done, int error);

/* A part of a whole, as a bar. */
void put_bar(struct buf *b, uint64_t part, uint64_t whole);

/* A number with commas. */
void put_count(struct buf *b, uint64_t n);

/* A line, if there is a budget. */
void put_budget(struct buf *b, const struct budget *budget);

/* Rows, functions, shares and histograms. */
void put_tables(struct show *s, const struct agg *a);

void text_report(struct show *s, const struct agg *a, const struct budget *budget);
void text_boot(struct show *s, const struct boot *boot, const struct budget *budget);

#endif
