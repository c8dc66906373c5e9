/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: views
 *
 * A view is a const &struct view_ops and what it shows. It draws on a canvas, acts on
 * actions, and never talks to a terminal. Who shows which view is in app.c.
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
 * struct shown - what a view shows, as a command of kstate-dump would
 * @command: of kstate-dump
 * @name: of the member of the document, NULL if @node is all of it
 */
struct shown {
	const char *command;
	const char *name;
	const struct kstd_node *node;
};

/**
 * struct view_ops - a kind of view
 * @name: in the title
 * @draw: what is in @a, which is blank
 * @act: false: the action is none of this view's; then the application has its own
 * @click: at a place within @a of the last @draw; may be NULL
 * @work: do a little of what is left to do; false if that is nothing; may be NULL
 * @drop: nodes will be gone: let go of them
 * @renew: the model has others; the place stays as far as it can
 * @row: where the cursor is, from 0; a view without rows has none of the next four
 * @has_row: is there such a row?
 * @match: does a row have this text?
 * @go: put the cursor there
 * @filter: show only what has this text, everything if it is empty; may be NULL
 * @filter_of: the filter that there is, "" if none
 * @position: for the status line, as "3/10"
 * @title: what is shown, after the name; may be NULL
 * @text: all that the view has, for a file
 * @shown: the same as a node; false if there is none; may be NULL
 * @free: frees the view, too
 */
struct view_ops {
	const char *name;
	void (*draw)(struct view *v, struct canvas *c, const struct area *a);
	bool (*act)(struct view *v, enum action act);
	void (*click)(struct view *v, int row, int col);
	bool (*work)(struct view *v);
	void (*drop)(struct view *v);
	void (*renew)(struct view *v);
	uint64_t (*row)(struct view *v);
	bool (*has_row)(struct view *v, uint64_t row);
	bool (*match)(struct view *v, uint64_t row, const char *text);
	void (*go)(struct view *v, uint64_t row);
	void (*filter)(struct view *v, const char *text);
	const char *(*filter_of)(struct view *v);
	void (*position)(struct view *v, struct buf *b);
	void (*title)(struct view *v, struct buf *b);
	void (*text)(struct view *v, struct buf *b);
	bool (*shown)(struct view *v, struct shown *s);
	void (*free)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
};

/**
 * struct scroll - a cursor in rows that are more than the screen has
 */
struct scroll {
	uint64_t top;
	uint64_t cur;
	int height;
};

/* Put the cursor on a row, and have it seen. */
void scroll_to(struct scroll *s, uint64_t row);

/* Move as an action says; @has tells whether there is a row. False: it is no such action. */
bool scroll_act(struct scroll *s, enum action act, bool (*has)(void *arg, uint64_t row), void *arg);

/* Memory is short: NULL, and the user was told. */
struct view *view_tree(struct app *app);
struct view *view_hex_section(struct app *app, struct image *im, uint64_t nr, const char *path);
struct view *view_hex_memory(struct app *app, uint64_t address);
struct view *view_map(struct app *app, uint64_t address, bool has_address);
struct view *view_times(struct app *app);
struct view *view_defects(struct app *app);
struct view *view_diff(struct app *app);
struct view *view_notes(struct app *app);
struct view *view_help(struct app *app);

/* What the tree view is asked for by others. */
struct place;
bool tree_go_section(struct view *tree, const char *side, const char *section, const char *path);
bool tree_section(struct view *tree, struct image **im, uint64_t *nr, const char **path);

#endif
