/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the canvas
 *
 * A screen in memory. Views draw on it; a terminal (term.h) shows it. The text of a cell is always
 * safe to print: control characters, and characters without a width, are drawn as escapes.
 */

#ifndef BROWSE_CANVAS_H
#define BROWSE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_BYTES	8

/* The inks: X(symbol, name in screens that are printed as text). */
#define INKS(X)							\
	X(NORMAL, "")						\
	X(TITLE, "title")					\
	X(STATUS, "status")					\
	X(CURSOR, "cursor")					\
	X(PALE, "pale")		/* the cursor of the pane that has no focus */ \
	X(DIM, "dim")						\
	X(LABEL, "label")					\
	X(GOOD, "good")						\
	X(BAD, "bad")						\
	X(CHANGED, "changed")					\
	X(FIELD, "field")	/* the bytes of the field under the cursor */ \
	X(OWNER0, "owner")	/* the first owner has the first ink, and so on */ \
	X(OWNER1, "owner1")					\
	X(OWNER2, "owner2")					\
	X(OWNER3, "owner3")					\
	X(OWNER4, "owner4")					\
	X(OWNER5, "owner5")

#define NR_OWNER_INKS	6

#define X(sym, name) INK_##sym,
enum ink {
	INKS(X)
	NR_INKS,
};
#undef X

/**
 * struct cell - a character on the screen
 * @text: UTF-8, @len bytes; with @len 0, it is the right half of the wide character before it
 */
struct cell {
	char text[CELL_BYTES];
	uint8_t len;
	uint8_t ink;
};

/**
 * struct canvas - a screen in memory
 * @ascii: only ASCII characters may be drawn
 * @caret_row: row of the terminal's cursor; -1: the cursor is hidden
 * @caret_col: its column
 */
struct canvas {
	int rows;
	int cols;
	bool ascii;
	struct cell *cells;
	int caret_row;
	int caret_col;
};

/**
 * struct area - a part of a canvas
 */
struct area {
	int row;
	int col;
	int rows;
	int cols;
};

enum glyph {
	GLYPH_VERTICAL,
	GLYPH_OPEN,
	GLYPH_CLOSED,
	GLYPH_BAR,
	GLYPH_HALF,
	GLYPH_MORE,
	NR_GLYPHS,
};

/* Set the size, and make all cells blank; false if memory is short: it has no cells then. */
bool canvas_resize(struct canvas *c, int rows, int cols);
void canvas_clear(struct canvas *c);
void canvas_free(struct canvas *c);

/* Write at most @cols columns; returns the columns that were used. Cells outside are not drawn. */
int canvas_put(struct canvas *c, int row, int col, int cols, enum ink ink, const void *text,
	       size_t len);
int canvas_str(struct canvas *c, int row, int col, int cols, enum ink ink, const char *text);
int canvas_fmt(struct canvas *c, int row, int col, int cols, enum ink ink, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* Write blanks. */
void canvas_fill(struct canvas *c, int row, int col, int cols, enum ink ink);

/* Change the ink of cells, and not their text. */
void canvas_ink(struct canvas *c, int row, int col, int cols, enum ink ink);
void canvas_glyph(struct canvas *c, int row, int col, enum ink ink, enum glyph glyph);

/*
 * Draw a bar that is @part / @of of @cols columns long; half a column at least if @part is not 0.
 */
void canvas_bar(struct canvas *c, int row, int col, int cols, enum ink ink, uint64_t part,
		uint64_t of);

/*
 * How many of @len bytes have room in @cols columns: up to a blank if there is one, one character
 * at least.
 */
size_t canvas_fit(const struct canvas *c, const void *text, size_t len, int cols);

/* The columns that @len bytes take when they are drawn. */
int canvas_width(const struct canvas *c, const void *text, size_t len);

extern const char *const ink_names[NR_INKS];

#endif
