/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Aligned columns. Some hundred rows are kept to find the widths of the columns, then they are
 * written: a table of any length takes constant memory.
 */

#ifndef TOOLS_TEXT_TABLE_H
#define TOOLS_TEXT_TABLE_H

#include "buf.h"

#define TABLE_COLUMNS	16

/**
 * struct table_cell - a cell of a row that is kept
 * @start: offset of its text
 * @len: bytes of it
 * @width: characters of it
 * @last: the row ends with this cell
 */
struct table_cell {
	size_t start;
	size_t len;
	size_t width;
	bool last;
};

/**
 * struct table - columns that are being written
 * @out: the rows are written here
 * @text: the cells of the rows that are kept
 * @used: bytes of it that belong to cells
 * @cells: the cells, row by row
 * @nr_rows: rows that are kept
 * @width: of each column so far
 * @right: columns that are aligned to the right
 * @column: cells of the row that is being made
 * @indent: blanks before each row
 */
struct table {
	struct buf *out;
	struct buf text;
	size_t used;
	struct buf cells;
	size_t nr_rows;
	size_t width[TABLE_COLUMNS];
	bool right[TABLE_COLUMNS];
	unsigned int column;
	unsigned int indent;
};

void table_begin(struct table *t, struct buf *out, unsigned int indent);

/* The buffer into which the text of the next cell is put. */
struct buf *table_text(struct table *t);

/* Make a cell of the text that was put into table_text() since the cell before. */
void table_cell(struct table *t, bool right);
void table_row(struct table *t);

/* Make a column at least as wide as the text in table_text(), and drop the text. */
void table_widen(struct table *t, unsigned int column);

/* Write the rows so far; columns stay as wide as they were. */
void table_flush(struct table *t);
void table_end(struct table *t);

#endif
