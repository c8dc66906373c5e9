/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: terminals
 *
 * Where screens are shown and keys come from: a real terminal through ncurses
 * (term_curses.c, the only file that calls it), or a script and text (term_text.c).
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
	EVENT_TICK,	/* a script says: time has passed */
	EVENT_END,	/* no more keys will come */
};

/**
 * struct event - what came
 * @key: of a key
 * @row: of a click or a turn of the wheel, as is @col
 * @up: the wheel was turned up
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
 * @color: 0 for none
 * @ascii: no other characters
 * @script: keys, for a terminal of text; NULL or "-": standard input
 * @rows: for a terminal of text, as is @cols
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
 * @open: returns NULL, or what is wrong
 * @close: the terminal is as it was before; may be called twice
 * @size: rows and columns now
 * @show: show a screen
 * @next: the next event; waits for @ms, forever if that is negative
 * @cancel: would somebody stop what is being done? Does not wait, and takes no other key
 *          than one that means it
 * @redraw: everything is drawn anew at the next @show
 * @waits: false: there is no need to have work done bit by bit between keys
 */
struct term_ops {
	const char *(*open)(struct term_opts *opts);
	void (*close)(void);
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
