// SPDX-License-Identifier: GPL-2.0

#include "text_table.h"
#include "utf8.h"

#define KEEP_ROWS	512
#define KEEP_BYTES	(1UL << 20)
#define GAP		2

void table_begin(struct table *t, struct buf *out, unsigned int indent)
{
	*t = (struct table){ .out = out, .indent = indent };
}

struct buf *table_text(struct table *t)
{
	return &t->text;
}

static struct table_cell *row_of(const struct table *t, size_t row)
{
	return (struct table_cell *)t->cells.p + row * TABLE_COLUMNS;
}

static bool start_row(struct table *t)
{
	size_t bytes = TABLE_COLUMNS * sizeof(struct table_cell);

	if (t->column)
		return true;
	buf_fill(&t->cells, 0, bytes);
	return !t->cells.failed;
}

void table_cell(struct table *t, bool right)
{
	struct table_cell *cell;
	size_t start, width;

	if (t->column >= TABLE_COLUMNS || !start_row(t))
		return;
	start = t->used;
	cell = &row_of(t, t->nr_rows)[t->column];
	width = utf8_width(t->text.p + start, t->text.len - start);
	*cell = (struct table_cell){ start, t->text.len - start, width };
	if (width > t->width[t->column])
		t->width[t->column] = width;
	t->used = t->text.len;
	t->right[t->column] |= right;
	t->column++;
	if (t->column > t->nr_columns)
		t->nr_columns = t->column;
}

/* Blanks and a cell, for which there is room at @p; returns the end. */
static char *put_cell(const struct table *t, char *p, const struct table_cell *cell,
		      unsigned int c, bool last)
{
	size_t pad = t->width[c] - cell->width;

	for (size_t i = c ? GAP : 0; i; i--)
		*p++ = ' ';
	for (size_t i = t->right[c] ? pad : 0; i; i--)
		*p++ = ' ';
	if (cell->len)
		memcpy(p, t->text.p + cell->start, cell->len);
	p += cell->len;
	for (size_t i = !t->right[c] && !last ? pad : 0; i; i--)
		*p++ = ' ';
	return p;
}

static void put_row(struct table *t, const struct table_cell *row, unsigned int n)
{
	size_t room = t->indent + 1;
	char *p;

	for (unsigned int c = 0; c < n; c++)
		room += GAP + t->width[c] + row[c].len;
	p = buf_reserve(t->out, room);
	if (!p)
		return;
	memset(p, ' ', t->indent);
	p += t->indent;
	for (unsigned int c = 0; c < n; c++)
		p = put_cell(t, p, &row[c], c, c == n - 1);
	*p++ = '\n';
	t->out->len = p - t->out->p;
}

static unsigned int used_columns(const struct table *t, const struct table_cell *row)
{
	unsigned int n = t->nr_columns;

	while (n && !row[n - 1].len)
		n--;
	return n;
}

void table_flush(struct table *t)
{
	for (size_t r = 0; r < t->nr_rows; r++)
		put_row(t, row_of(t, r), used_columns(t, row_of(t, r)));
	t->nr_rows = 0;
	t->text.len = 0;
	t->used = 0;
	t->cells.len = 0;
}

void table_row(struct table *t)
{
	if (!t->column)
		return;
	t->column = 0;
	t->nr_rows++;
	if (t->nr_rows >= KEEP_ROWS || t->text.len >= KEEP_BYTES)
		table_flush(t);
}

void table_widen(struct table *t, unsigned int column)
{
	size_t width = utf8_width(t->text.p + t->used, t->text.len - t->used);

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
