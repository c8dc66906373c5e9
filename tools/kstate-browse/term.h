/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: terminals
 *
 * A terminal shows screens and reads keys: the real one through ncurses (term_curses.c, the only
 * file that calls it), or one that reads a script and prints text (term_text.c).
 */

#ifndef BROWSE_TERM_H
#define BROWSE_TERM_H

#include "canvas.h"
#include "keys.h"

enum event_type {
	EVENT_NONE,	/* nothing came in time */
	EVENT_KEY,
	EVENT_RESIZE,
	EVENT_CLICK,
	EVENT_WHEEL,
	EVENT_TICK,	/* from a script: read the live system again */
	EVENT_END,	/* no more keys will come */
};

/**
 * struct event - an event
 * @key: for EVENT_KEY, see keys.h
 * @row, @col: for EVENT_CLICK and EVENT_WHEEL: the cell
 * @up: for EVENT_WHEEL: it was turned up
 */
struct event {
	enum event_type type;
	uint32_t key;
	int row;
	int col;
	bool up;
};

/**
 * struct term_opts - how to open a terminal
 * @color: use colors
 * @ascii: show no other characters
 * @script: the keys, for term_text; NULL or "-": standard input
 * @rows, @cols: the size, for term_text
 */
struct term_opts {
	bool color;
	bool ascii;
	const char *script;
	int rows;
	int cols;
};

/**
 * struct term_ops - a kind of terminal
 * @open: open the terminal; returns NULL, or an error text
 * @close: restore the terminal as it was before; may be called twice. Returns 0, or the errno of
 *         what could not be written
 * @size: get the rows and columns
 * @show: show a screen
 * @next: get the next event; waits for @ms milliseconds, forever if that is negative
 * @cancel: does the user cancel the work that goes on? Does not wait
 * @redraw: at the next @show, draw every cell
 * @waits: a user waits for answers: work is done bit by bit between keys; false: at once
 */
struct term_ops {
	const char *(*open)(struct term_opts *opts);
	int (*close)(void);
	void (*size)(int *rows, int *cols);
	void (*show)(const struct canvas *c);
	void (*next)(struct event *event, int ms);
	bool (*cancel)(void);
	void (*redraw)(void);
	bool waits;
};

extern const struct term_ops term_curses;
extern const struct term_ops term_text;

#endif
