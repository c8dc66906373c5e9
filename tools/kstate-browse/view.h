/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: views
 *
 * A view is a const &struct view_ops and what it shows. It draws on a canvas, acts on
 * actions, and never calls a terminal. app.c decides which view is shown.
 */

#ifndef BROWSE_VIEW_H
#define BROWSE_VIEW_H

#include "../common/buf.h"
#include "canvas.h"
#include "keys.h"
#include "session.h"

struct app;
struct view;

/**
 * struct shown - what a view shows, as a command of kstate-dump shows it
 * @command: the command of kstate-dump
 * @name: the document's member for @node; NULL if @node is the whole result
 */
struct shown {
	const char *command;
	const char *name;
	const struct kstd_node *node;
};

/**
 * struct view_ops - a kind of view
 * @name: for the title
 * @tab: the action that leads here, whose tab is marked; %ACT_NONE if there is none
 * @bar: what the bar of keys has beside help and leaving, the most useful first; %ACT_NONE ends it
 * @draw: draw the view into @a, which is blank
 * @act: do what an action means in this view; false: the application does what it means elsewhere
 * @click: a click at a place within @a of the last @draw; may be NULL
 * @work: do a little of the work that is left; false if there is none; may be NULL
 * @drop: forget every node, and free what was made from nodes: they will be gone
 * @renew: the session has new nodes; the cursor stays where it is, as far as that place is there
 * @row: the row that the cursor is on, from 0; NULL if @scroll of the view has it
 * @go: put the cursor on a row; NULL as for @row
 * @has_row: is there such a row?
 * @match: does a row have this text? Only for rows that are there
 * @filter: show only what has this text, everything if it is empty; may be NULL
 * @filter_of: the filter that is set, "" if none; NULL if @filter is
 * @position: where the cursor is, for the status line, as in "3/10"
 * @title: what is shown, for the title after the name; may be NULL
 * @text: put all that the view has, for a file
 * @shown: the same as a node; false if there is none; may be NULL
 * @whole: put all of the line under the cursor, of which the screen may show a part
 * @free: free what @drop keeps; NULL if that is nothing
 */
struct view_ops {
	const char *name;
	enum action tab;
	const enum action *bar;
	void (*draw)(struct view *v, struct canvas *c, const struct area *a);
	bool (*act)(struct view *v, enum action act);
	void (*click)(struct view *v, int row, int col);
	bool (*work)(struct view *v);
	void (*drop)(struct view *v);
	void (*renew)(struct view *v);
	uint64_t (*row)(struct view *v);
	void (*go)(struct view *v, uint64_t row);
	bool (*has_row)(struct view *v, uint64_t row);
	bool (*match)(struct view *v, uint64_t row, const char *text);
	void (*filter)(struct view *v, const char *text);
	const char *(*filter_of)(struct view *v);
	void (*position)(struct view *v, struct buf *b);
	void (*title)(struct view *v, struct buf *b);
	void (*text)(struct view *v, struct buf *b);
	bool (*shown)(struct view *v, struct shown *s);
	void (*whole)(struct view *v, struct buf *b);
	void (*free)(struct view *v);
};

/**
 * struct scroll - a cursor in rows, of which the screen shows some
 * @top: the first row on the screen
 * @cur: the row of the cursor
 * @height: rows on the screen
 */
struct scroll {
	uint64_t top;
	uint64_t cur;
	int height;
};

/**
 * struct view - what all views have; the first member of each kind of view
 * @scroll: the cursor that keys move now; NULL if the view moves its cursor itself
 */
struct view {
	const struct view_ops *ops;
	struct app *app;
	struct scroll *scroll;
};

/* A view of @size bytes, zeroed but for &struct view; NULL if memory is short. */
void *view_new(size_t size, const struct view_ops *ops, struct app *app);
void view_free(struct view *v);

/* Put the cursor on a row, and scroll until the row is on the screen. */
void scroll_to(struct scroll *s, uint64_t row);

/* The last row below @high, of a view that has row @low and not row @high. */
uint64_t view_last_row(struct view *v, uint64_t low, uint64_t high);

/* Move the cursor of @v->scroll as an action says; false if it is no such action. */
bool view_scroll(struct view *v, enum action act);

/* Put the cursor of @v->scroll on the row that is @row rows below the top of the screen. */
bool view_click_row(struct view *v, int row);

/* The row of the cursor, and moving it to a row, in any view that has rows. */
uint64_t view_row(struct view *v);
void view_go(struct view *v, uint64_t row);

/* These make a view; NULL if memory is short. */
struct view *view_tree(struct app *app);
struct view *view_hex_section(struct app *app, struct image *im, uint64_t nr, const char *path);
struct view *view_hex_memory(struct app *app, uint64_t address);
struct view *view_map(struct app *app, uint64_t address, bool has_address);
struct view *view_times(struct app *app);
struct view *view_defects(struct app *app);
struct view *view_diff(struct app *app);
struct view *view_notes(struct app *app);
struct view *view_help(struct app *app);

/* All of the line under the cursor of @of, in as many lines as it takes. */
struct view *view_whole(struct app *app, struct view *of);

/* Show a section in the tree, and a field of it if @path is not ""; false if it is not there. */
bool tree_go_section(struct view *tree, const char *side, const char *section, const char *path);
/* The address that the tree's cursor is about, as "follow" takes it; false if there is none. */
bool tree_address(struct view *tree, uint64_t *address);
/* The section and field that the tree's cursor is on; false if it is on no section. */
bool tree_section(struct view *tree, struct image **im, uint64_t *nr, const char **path);

#endif
