// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "text_table.h"
#include "utf8.h"

#define KEEP_ROWS	512
#define KEEP_BYTES	(1UL << 20)
#define GAP		2
#define BAR_LEAST	6

void table_begin(struct table *t, struct buf *out, unsigned int indent)
{
	*t = (struct table){ .out = out, .indent = indent, .bar = TABLE_BAR };
}

struct buf *table_text(struct table *t)
{
	return &t->text;
}

/* The width of the text since the last cell; there may be no text yet. */
static size_t width_after(const struct table *t)
{
	return t->text.len > t->used ? utf8_width(t->text.p + t->used, t->text.len - t->used) : 0;
}

void table_cell(struct table *t, bool right)
{
	struct table_cell *cell = (void *)buf_reserve(&t->cells, sizeof(*cell));
	size_t len = t->text.len - t->used, width = width_after(t);

	if (t->column >= TABLE_COLUMNS || !cell)
		return;
	*cell = (struct table_cell){ .start = t->used, .len = len, .width = width, .ink = t->ink };
	t->cells.len += sizeof(*cell);
	if (width > t->width[t->column])
		t->width[t->column] = width;
	t->used = t->text.len;
	t->right[t->column] |= right;
	t->column++;
}

/* Eighths of a column, or without UTF-8 whole columns, in eighths too. */
static unsigned int bar_eighths(unsigned int permille, unsigned int cols)
{
	unsigned int n = permille * cols * 8 / 1000;

	return utf8_wanted() ? n : (n + 4) / 8 * 8;
}

static unsigned int bar_cols(unsigned int permille, unsigned int cols)
{
	return (bar_eighths(permille, cols) + 7) / 8;
}

void table_bar(struct table *t, unsigned int permille)
{
	unsigned int column = t->column;
	struct table_cell *end;

	if (permille > 1000)
		permille = 1000;
	table_cell(t, false);
	if (t->column == column)
		return;
	end = (void *)(t->cells.p + t->cells.len);
	if (bar_cols(permille, TABLE_BAR))
		end[-1].bar = permille + 1;
	t->bar_column = t->column;
	if (permille > t->bar_most)
		t->bar_most = permille;
}

const char *table_ink_begin(enum table_ink ink)
{
	static const char *const begins[] = { "", "\033[1m", "\033[1;31m", "\033[33m" };

	return begins[ink];
}

const char *table_ink_end(enum table_ink ink)
{
	return ink ? "\033[m" : "";
}

#define INK_ROOM	16	/* for both escapes */
#define SHORT	16	/* so many bytes are copied with one or two instructions */

static inline char *put_blanks(char *p, size_t n)
{
	if (n <= SHORT)
		memcpy(p, "                ", SHORT);
	else
		memset(p, ' ', n);
	return p + n;
}

static inline char *put_text(char *p, const char *text, size_t len)
{
	memcpy(p, text, len <= SHORT ? SHORT : len);
	return p + len;
}

static char *put_escape(char *p, const char *escape)
{
	size_t len = strlen(escape);

	memcpy(p, escape, len);
	return p + len;
}

static char *put_bar(char *p, unsigned int permille, unsigned int cols)
{
	static const char *const parts[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	unsigned int n = bar_eighths(permille, cols);

	for (unsigned int i = 0; i < n / 8; i++)
		p = put_escape(p, utf8_wanted() ? "█" : "#");
	return put_escape(p, parts[n % 8]);
}

/* Write a cell into a column; the last one of a row is not padded. */
static char *put_cell(const struct table *t, char *p, const struct table_cell *cell, size_t column)
{
	size_t width = cell->bar ? bar_cols(cell->bar - 1, t->bar) : cell->width;
	size_t pad = t->width[column] > width ? t->width[column] - width : 0;
	bool colored = t->color && cell->ink && cell->len;

	if (t->right[column])
		p = put_blanks(p, pad);
	if (colored)
		p = put_escape(p, table_ink_begin(cell->ink));
	if (cell->bar)
		p = put_bar(p, cell->bar - 1, t->bar);
	else
		p = put_text(p, t->text.p + cell->start, cell->len);
	if (colored)
		p = put_escape(p, table_ink_end(cell->ink));
	return t->right[column] || cell->last ? p : put_blanks(p, pad);
}

/* Write a row; returns the cell after it. */
static const struct table_cell *put_row(struct table *t, const struct table_cell *row)
{
	const struct table_cell *end = row;
	size_t room = t->indent + 1 + SHORT;
	bool first = true;
	char *p, *start;

	do
		room += GAP + t->width[end - row] + end->len + INK_ROOM +
			(end->bar ? TABLE_BAR * sizeof("█") : 0);
	while (!end++->last);
	p = buf_reserve(t->out, room);
	if (!p)
		return end;
	p = start = put_blanks(p, t->indent);
	for (const struct table_cell *cell = row; cell < end; cell++) {
		if (t->left_out[cell - row] || (end == row + 1 && !cell->len && !cell->bar))
			continue;
		if (!first)
			p = put_blanks(p, GAP);
		first = false;
		p = put_cell(t, p, cell, cell - row);
	}
	while (t->limit && p > start && p[-1] == ' ')
		p--;
	*p++ = '\n';
	t->out->len = p - t->out->p;
	return end;
}

/* The columns of the terminal that the longest row takes. */
static size_t row_width(const struct table *t)
{
	size_t width = t->indent;

	for (unsigned int i = 0; i < t->nr_columns; i++)
		if (!t->left_out[i])
			width += t->width[i] + GAP;
	return width - GAP;
}

static void set_bar(struct table *t, unsigned int cols)
{
	t->bar = cols;
	t->width[t->bar_column - 1] = bar_cols(t->bar_most, cols);
}

/* Make bars shorter until a row has room, then leave columns out. */
static void fit(struct table *t)
{
	if (t->bar_column)
		set_bar(t, t->bar);
	if (!t->limit)
		return;
	while (t->bar_column && t->bar > BAR_LEAST && row_width(t) > t->limit)
		set_bar(t, t->bar - 1);
	for (const uint8_t *column = t->leave_out; column && *column; column++)
		if (row_width(t) > t->limit)
			t->left_out[*column - 1] = true;
}

void table_flush(struct table *t)
{
	const struct table_cell *row = (const void *)t->cells.p;

	fit(t);
	/* So that SHORT bytes can be read from the start of the last cell, too. */
	if (t->nr_rows && buf_reserve(&t->text, SHORT))
		for (; t->nr_rows; t->nr_rows--)
			row = put_row(t, row);
	t->nr_rows = 0;
	t->text.len = 0;
	t->used = 0;
	t->cells.len = 0;
}

void table_row(struct table *t)
{
	struct table_cell *last = (void *)(t->cells.p + t->cells.len);

	if (!t->column)
		return;
	for (last--; t->column > 1 && !last->len && !last->bar; last--, t->column--)
		t->cells.len -= sizeof(*last);
	last->last = true;
	if (t->column > t->nr_columns)
		t->nr_columns = t->column;
	t->column = 0;
	t->nr_rows++;
	if (t->nr_rows >= KEEP_ROWS || t->text.len >= KEEP_BYTES)
		table_flush(t);
}

void table_widen(struct table *t, unsigned int column)
{
	size_t width = width_after(t);

	t->text.len = t->used;
	if (column < TABLE_COLUMNS && width > t->width[column])
		t->width[column] = width;
}

void table_end(struct table *t)
{
	table_flush(t);
	buf_free(&t->text);
	buf_free(&t->cells);
}
