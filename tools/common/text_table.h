/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Aligned columns. Rows are kept until there are enough to know the widths, so
 * that a table of any length takes constant memory and starts at once.
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
 * @out: where rows go
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

/* The buffer for the next cell; then call table_cell(). */
struct buf *table_text(struct table *t);

/* What was added to table_text() since the last cell is a cell. */
void table_cell(struct table *t, bool right);
void table_row(struct table *t);

/* What was added to table_text() is no cell: the column is to be as wide as it. */
void table_widen(struct table *t, unsigned int column);

/* Write the rows so far; columns stay as wide as they were. */
void table_flush(struct table *t);
void table_end(struct table *t);

#endif
