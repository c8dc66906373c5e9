// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <kstate-dump.h>

#include "canvas.h"
#include "../common/short.h"

#define X(sym, name) [INK_##sym] = name,
const char *const ink_names[NR_INKS] = { INKS(X) };
#undef X

bool canvas_resize(struct canvas *c, int rows, int cols)
{
	rows = rows < 1 ? 1 : rows > 1000 ? 1000 : rows;
	cols = cols < 1 ? 1 : cols > 1000 ? 1000 : cols;
	if (!c->cells || rows != c->rows || cols != c->cols) {
		free(c->cells);
		c->cells = short_if_null(calloc((size_t)rows * cols, sizeof(*c->cells)));
	}
	c->rows = c->cells ? rows : 0;
	c->cols = c->cells ? cols : 0;
	canvas_clear(c);
	return c->cells;
}

void canvas_free(struct canvas *c)
{
	free(c->cells);
	c->cells = NULL;
}

void canvas_clear(struct canvas *c)
{
	c->caret_row = -1;
	for (int row = 0; row < c->rows; row++)
		canvas_fill(c, row, 0, c->cols, INK_NORMAL);
}

static struct cell *cell_at(struct canvas *c, int row, int col)
{
	bool inside = row >= 0 && row < c->rows && col >= 0 && col < c->cols;

	return inside ? &c->cells[(size_t)row * c->cols + col] : NULL;
}

static void set_cells(struct canvas *c, int row, int col, enum ink ink, const char *text,
		      size_t len)
{
	struct cell *cell = cell_at(c, row, col);

	if (!cell)
		return;
	memcpy(cell->text, text, len);
	cell->len = len;
	cell->ink = ink;
}

static uint32_t decode(const unsigned char *p, size_t len)
{
	uint32_t v = len == 1 ? *p : *p & (0x7fu >> len);

	for (size_t i = 1; i < len; i++)
		v = v << 6 | (p[i] & 0x3f);
	return v;
}

/**
 * next_char - make the text that is drawn for the next character
 * @out: becomes its bytes, or an escape of at most CELL_BYTES * 2 bytes
 * @width: becomes its columns; 0 for an escape, which has a column for each byte
 *
 * Return: the number of bytes of @p that the character has.
 */
static size_t next_char(const struct canvas *c, const unsigned char *p, size_t len, char *out,
			size_t *out_len, int *width)
{
	size_t n = kstd_utf8(p, len);
	uint32_t v = n ? decode(p, n) : *p;

	*width = n == 1 ? 1 : n && !c->ascii ? wcwidth(v) : -1;
	if (*width > 0) {
		memcpy(out, p, n);
		*out_len = n;
		return n;
	}
	*out_len = n ? sprintf(out, "\\u%04x", v) : sprintf(out, "\\x%02x", v);
	*width = 0;
	return n ? n : 1;
}

static int put_one(struct canvas *c, int row, int col, int left, enum ink ink, const char *text,
		   size_t len, int width)
{
	if (!width) {
		for (size_t i = 0; i < len && (int)i < left; i++)
			set_cells(c, row, col + i, ink, text + i, 1);
		return len;
	}
	if (width > left)
		return width;
	set_cells(c, row, col, ink, text, len);
	for (int i = 1; i < width; i++)
		set_cells(c, row, col + i, ink, "", 0);
	return width;
}

int canvas_put(struct canvas *c, int row, int col, int cols, enum ink ink, const void *text,
	       size_t len)
{
	const unsigned char *p = text;
	char out[2 * CELL_BYTES];
	size_t out_len;
	int used = 0, width;

	if (col + cols > c->cols)
		cols = c->cols - col;
	while (len && used < cols) {
		size_t n = next_char(c, p, len, out, &out_len, &width);

		used += put_one(c, row, col + used, cols - used, ink, out, out_len, width);
		p += n;
		len -= n;
	}
	if (len && cols > 0)
		canvas_glyph(c, row, col + cols - 1, ink, GLYPH_MORE);
	return used < cols ? used : cols > 0 ? cols : 0;
}

int canvas_str(struct canvas *c, int row, int col, int cols, enum ink ink, const char *text)
{
	return canvas_put(c, row, col, cols, ink, text, strlen(text));
}

int canvas_fmt(struct canvas *c, int row, int col, int cols, enum ink ink, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return canvas_str(c, row, col, cols, ink, text);
}

size_t canvas_fit(const struct canvas *c, const void *text, size_t len, int cols)
{
	const unsigned char *p = text;
	size_t at = 0, blank = 0, n, out_len;
	char out[2 * CELL_BYTES];
	int used = 0, width;

	while (at < len) {
		n = next_char(c, p + at, len - at, out, &out_len, &width);
		used += width ? width : (int)out_len;
		if (used > cols)
			return blank ? blank : at ? at : n;
		at += n;
		if (p[at - 1] == ' ')
			blank = at;
	}
	return len;
}

int canvas_width(const struct canvas *c, const void *text, size_t len)
{
	const unsigned char *p = text;
	char out[2 * CELL_BYTES];
	size_t out_len;
	int used = 0, width;

	while (len) {
		size_t n = next_char(c, p, len, out, &out_len, &width);

		used += width ? width : (int)out_len;
		p += n;
		len -= n;
	}
	return used;
}

void canvas_fill(struct canvas *c, int row, int col, int cols, enum ink ink)
{
	for (int i = 0; i < cols; i++)
		set_cells(c, row, col + i, ink, " ", 1);
}

void canvas_ink(struct canvas *c, int row, int col, int cols, enum ink ink)
{
	for (int i = 0; i < cols; i++) {
		struct cell *cell = cell_at(c, row, col + i);

		if (cell)
			cell->ink = ink;
	}
}

static const char *glyph_text(const struct canvas *c, enum glyph glyph)
{
	static const char *const glyphs[NR_GLYPHS][2] = {
		[GLYPH_VERTICAL] = { "│", "|" }, [GLYPH_OPEN] = { "▾", "-" },
		[GLYPH_CLOSED] = { "▸", "+" }, [GLYPH_BAR] = { "█", "#" },
		[GLYPH_HALF] = { "▌", "=" }, [GLYPH_MORE] = { "…", ">" },
	};

	return glyphs[glyph][c->ascii];
}

void canvas_glyph(struct canvas *c, int row, int col, enum ink ink, enum glyph glyph)
{
	const char *text = glyph_text(c, glyph);
	struct cell *cell = cell_at(c, row, col);

	/* This overwrites the right half of a wide character: blank its left half. */
	if (cell && !cell->len && col)
		set_cells(c, row, col - 1, ink, " ", 1);
	set_cells(c, row, col, ink, text, strlen(text));
}

void canvas_bar(struct canvas *c, int row, int col, int cols, enum ink ink, uint64_t part,
		uint64_t of)
{
	int halves = of ? (int)((double)part / of * cols * 2 + 0.5) : 0;

	if (part && !halves)
		halves = 1;
	for (int i = 0; i < halves / 2 && i < cols; i++)
		canvas_glyph(c, row, col + i, ink, GLYPH_BAR);
	if (halves % 2 && halves / 2 < cols)
		canvas_glyph(c, row, col + halves / 2, ink, GLYPH_HALF);
}
