/* SPDX-License-Identifier: GPL-2.0 */

/* Functions that the files of text output share. */

#ifndef KSTATE_TRACE_SHOW_TEXT_H
#define KSTATE_TRACE_SHOW_TEXT_H

#include "../common/text_table.h"
#include "show.h"

/* Put "name@instance". */
void put_section(struct buf *b, const char *name, uint64_t instance);

/* Put a result and its error: "lost: EIO (Input/output error)". */
void put_result(struct buf *b, unsigned int kind, bool done, int error);

/* Add two cells for a part of a whole: per cent, and a bar. */
void put_bar_cells(struct table *t, uint64_t part, uint64_t whole);

/* Begin a table as wide as the terminal; @leave_out as in &struct table. */
void begin_table(struct table *t, struct show *s, unsigned int indent, const uint8_t *leave_out);

/* What a failure is drawn with. */
enum table_ink ink_of(bool failed);

/* Put the line about the budget, if there is one. */
void put_budget(struct buf *b, const struct budget *budget);

/* Put the tables of rows, shares and functions, and the histograms. */
void put_tables(struct show *s, const struct agg *a);

void text_report(struct show *s, const struct agg *a, const struct budget *budget);
void text_boot(struct show *s, const struct boot *boot, const struct budget *budget);

#endif
