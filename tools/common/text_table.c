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
	*cell = (struct table_cell){ t->used, len, width, false };
	t->cells.len += sizeof(*cell);
	if (width > t->width[t->column])
		t->width[t->column] = width;
	t->used = t->text.len;
	t->right[t->column] |= right;
	t->column++;
}

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

/* Write a row; returns the cell after it. */
static const struct table_cell *put_row(struct table *t, const struct table_cell *row)
{
	const struct table_cell *end = row;
	size_t room = t->indent + 1 + SHORT;
	char *p;

	do
		room += GAP + t->width[end - row] + end->len;
	while (!end++->last);
	p = buf_reserve(t->out, room);
	if (!p)
		return end;
	p = put_blanks(p, t->indent);
	for (const struct table_cell *cell = row; cell < end; cell++) {
		size_t pad = t->width[cell - row] - cell->width;

		if (end == row + 1 && !cell->len)
			break;
		if (cell > row)
			p = put_blanks(p, GAP);
		if (t->right[cell - row])
			p = put_blanks(p, pad);
		p = put_text(p, t->text.p + cell->start, cell->len);
		if (!t->right[cell - row] && !cell->last)
			p = put_blanks(p, pad);
	}
	*p++ = '\n';
	t->out->len = p - t->out->p;
	return end;
}

void table_flush(struct table *t)
{
	const struct table_cell *row = (const void *)t->cells.p;

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
	for (last--; t->column > 1 && !last->len; last--, t->column--)
		t->cells.len -= sizeof(*last);
	last->last = true;
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
