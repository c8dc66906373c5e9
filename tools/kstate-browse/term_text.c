// SPDX-License-Identifier: GPL-2.0

/*
 * A terminal for tests. Keys come from a script: characters, and names in angle brackets, as in
 * "jj<Enter>"; blanks and line ends are skipped. A script may also have
 *
 *     <Screen>             print the screen as text
 *     <Size:COLSxROWS>     change the size of the terminal
 *     <Click:COL,ROW>      click with the mouse; also <WheelUp:COL,ROW>, <WheelDown:COL,ROW>
 *     <Tick>               read the live system again
 *     <Cancel>             cancel the work that the key before it started
 *
 * A screen is printed as its lines between two rulers, then the places of the cursor and of marks.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "term.h"

#define TOKEN_MAX	64

static struct {
	FILE *file;
	const char *text;
	int rows;
	int cols;
	int pending;
	int failed;		/* errno of the first failure to print */
	bool shown;
	bool wanted;
	bool ended;
	bool cancels;
	struct event next;
	bool has_next;
} t;

static int next_byte(void)
{
	int c;

	if (t.pending) {
		c = t.pending;
		t.pending = 0;
		return c;
	}
	if (t.file)
		return getc(t.file);
	return *t.text ? (unsigned char)*t.text++ : EOF;
}

static const char *text_open(struct term_opts *opts)
{
	bool stdin_ = !opts->script || !strcmp(opts->script, "-");

	t.file = stdin_ ? stdin : NULL;
	t.text = opts->script;
	t.rows = opts->rows;
	t.cols = opts->cols;
	return NULL;
}

static int text_close(void)
{
	return t.failed;
}

static void text_size(int *rows, int *cols)
{
	*rows = t.rows;
	*cols = t.cols;
}

static void put_row(const struct canvas *c, int row)
{
	const struct cell *cells = &c->cells[(size_t)row * c->cols];
	int end = c->cols;

	while (end && cells[end - 1].len == 1 && *cells[end - 1].text == ' ')
		end--;
	for (int col = 0; col < end; col++)
		fwrite(cells[col].text, 1, cells[col].len, stdout);
	putchar('\n');
}

/* Is an ink printed? Those of the cursor, of marks and of errors are; other inks mean nothing. */
static bool is_printed(enum ink ink)
{
	return ink == INK_CURSOR || ink == INK_PALE || ink == INK_FIELD || ink == INK_BAD ||
	       ink == INK_GOOD || ink == INK_CHANGED;
}

static void put_inks(const struct canvas *c, int row)
{
	const struct cell *cells = &c->cells[(size_t)row * c->cols];

	for (int col = 0, n; col < c->cols; col += n) {
		enum ink ink = cells[col].ink;

		for (n = 1; col + n < c->cols && cells[col + n].ink == ink; n++)
			;
		if (is_printed(ink))
			printf("  %d:%d+%d %s\n", row, col, n, ink_names[ink]);
	}
}

static void print(const struct canvas *c)
{
	printf("---- %dx%d ----\n", c->cols, c->rows);
	for (int row = 0; row < c->rows; row++)
		put_row(c, row);
	puts("----");
	for (int row = 0; row < c->rows; row++)
		put_inks(c, row);
	if ((fflush(stdout) || ferror(stdout)) && !t.failed)
		t.failed = errno ? errno : EIO;
}

static void text_show(const struct canvas *c)
{
	if (!t.wanted)
		return;
	t.wanted = false;
	t.shown = true;
	print(c);
}

static bool read_token(char *token)
{
	size_t len = 0;
	int c;

	while ((c = next_byte()) != EOF && c != '>')
		if (len < TOKEN_MAX - 1)
			token[len++] = c;
	token[len] = 0;
	return c == '>';
}

static bool mouse_token(const char *token, struct event *e)
{
	int col, row;

	if (sscanf(token, "Click:%d,%d", &col, &row) == 2)
		e->type = EVENT_CLICK;
	else if (sscanf(token, "WheelUp:%d,%d", &col, &row) == 2 ||
		 sscanf(token, "WheelDown:%d,%d", &col, &row) == 2)
		e->type = EVENT_WHEEL;
	else
		return false;
	e->row = row;
	e->col = col;
	e->up = token[5] == 'U';
	return true;
}

/* Read an event between angle brackets. */
static void named(struct event *e)
{
	char token[TOKEN_MAX];
	int cols, rows;

	if (!read_token(token)) {
		e->type = EVENT_END;
	} else if (!strcmp(token, "Screen")) {
		t.wanted = true;
		e->type = EVENT_NONE;
	} else if (!strcmp(token, "Tick")) {
		e->type = EVENT_TICK;
	} else if (!strcmp(token, "Cancel")) {
		e->type = EVENT_NONE;
		t.cancels = true;
	} else if (sscanf(token, "Size:%dx%d", &cols, &rows) == 2) {
		t.rows = rows;
		t.cols = cols;
		e->type = EVENT_RESIZE;
	} else if (!mouse_token(token, e)) {
		e->type = EVENT_KEY;
		e->key = key_of_name(token, strlen(token));
	}
}

/* Read the rest of a UTF-8 character. */
static uint32_t wide(int first)
{
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
	uint32_t v = more ? first & (0x3f >> more) : first;

	while (more--) {
		int c = next_byte();

		if (c == EOF || (c & 0xc0) != 0x80) {
			t.pending = c == EOF ? 0 : c;
			return 0xfffd;
		}
		v = v << 6 | (c & 0x3f);
	}
	return v;
}

static void read_event(struct event *e)
{
	int c;

	*e = (struct event){ .type = EVENT_KEY };
	do
		c = next_byte();
	while (c != EOF && isspace(c));
	if (c == EOF)
		e->type = EVENT_END;
	else if (c == '<')
		named(e);
	else
		e->key = wide(c);
}

/* At the end of the script, the screen is printed if no <Screen> follows the last key. */
static void text_next(struct event *e, int ms)
{
	(void)ms;
	if (t.has_next)
		*e = t.next;
	else
		read_event(e);
	t.has_next = false;
	if (e->type != EVENT_END) {
		t.shown = t.shown && t.wanted;
		return;
	}
	if (t.ended || t.shown)
		return;
	t.ended = true;
	t.wanted = true;
	e->type = EVENT_NONE;
}

/* <Cancel> must follow the key that starts the work. */
static bool text_cancel(void)
{
	if (!t.has_next && !t.file) {
		read_event(&t.next);
		t.has_next = !t.cancels;
	}
	if (!t.cancels)
		return false;
	t.cancels = false;
	return true;
}

static void text_redraw(void)
{
}

const struct term_ops term_text = {
	.open = text_open,
	.close = text_close,
	.size = text_size,
	.show = text_show,
	.next = text_next,
	.cancel = text_cancel,
	.redraw = text_redraw,
	.waits = false,
};
