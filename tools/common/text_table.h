/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Aligned columns. Some hundred rows are kept to find the widths of the columns, then they are
 * written: a table of any length takes constant memory.
 */

#ifndef TOOLS_TEXT_TABLE_H
#define TOOLS_TEXT_TABLE_H

#include "buf.h"

#define TABLE_COLUMNS	16
#define TABLE_BAR	20	/* columns of the longest bar */

enum table_ink {
	TABLE_PLAIN,
	TABLE_HEADING,
	TABLE_BAD,
	TABLE_DOUBT,	/* it is not known, or may be bad */
};

/**
 * struct table_cell - a cell of a row that is kept
 * @start: offset of its text
 * @len: bytes of it
 * @width: characters of it
 * @last: the row ends with this cell
 * @ink: an &enum table_ink
 * @bar: one more than the per mille of a bar, which has no text; 0: it is no bar
 */
struct table_cell {
	size_t start;
	size_t len;
	size_t width;
	bool last;
	uint8_t ink;
	uint16_t bar;
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
 * @color: inks are written, as escapes; set it after table_begin(), and so the next three
 * @ink: of the cells that come next
 * @limit: columns that a row may have; 0: any number
 * @leave_out: columns of the table to leave out where there is no room, the first one first; they
 *             count from 1, and 0 ends them
 * @left_out: columns that are left out
 * @nr_columns: columns of the longest row so far
 * @bar_column: the column with bars, which counts from 1; 0: there is none
 * @bar_most: per mille of the longest bar
 * @bar: columns of a bar of 1000 per mille
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
	bool color;
	enum table_ink ink;
	unsigned int limit;
	const uint8_t *leave_out;
	bool left_out[TABLE_COLUMNS];
	unsigned int nr_columns;
	unsigned int bar_column;
	unsigned int bar_most;
	unsigned int bar;
};

void table_begin(struct table *t, struct buf *out, unsigned int indent);

/* The buffer into which the text of the next cell is put. */
struct buf *table_text(struct table *t);

/* Make a cell of the text that was put into table_text() since the cell before. */
void table_cell(struct table *t, bool right);
void table_row(struct table *t);

/*
 * Make a cell with a bar, which gets shorter where @limit leaves no room; a table has one such
 * column.
 */
void table_bar(struct table *t, unsigned int permille);

/* The escape that begins an ink, and the one that ends it, for text outside of tables. */
const char *table_ink_begin(enum table_ink ink);
const char *table_ink_end(enum table_ink ink);

/* Make a column at least as wide as the text in table_text(), and drop the text. */
void table_widen(struct table *t, unsigned int column);

/* Write the rows so far; columns stay as wide as they were. */
void table_flush(struct table *t);
void table_end(struct table *t);

#endif
