/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the application
 *
 * The application keeps a stack of views and hands actions to the view on top. Actions that are the
 * same in every view are here: searching, prompts, export, refresh.
 */

#ifndef BROWSE_APP_H
#define BROWSE_APP_H

#include "term.h"
#include "view.h"

#define MAX_VIEWS	64
#define PROMPT_MAX	256

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_GOTO,
	PROMPT_EXPORT,
	PROMPT_DIFF,
};

/**
 * struct search - a search, of which a part is done between two keys
 * @text: the text to find; "" if there was no search yet
 * @active: the search goes on
 * @back: towards the first row
 * @from: the row of the cursor when the search began
 * @at: the next row to look at
 * @wrapped: it passed the last row, and continued from the other end
 * @failed: the text was not found
 */
struct search {
	char text[PROMPT_MAX];
	bool active;
	bool back;
	bool wrapped;
	bool failed;
	uint64_t from;
	uint64_t at;
};

#define ROW_HASHES	8192

/**
 * struct row_hashes - hashes of rows that were drawn, to mark those that have changed
 * @where: which row it is, by a hash of its place; a later row may replace it
 * @text: hash of its text
 */
struct row_hashes {
	uint64_t where[ROW_HASHES];
	uint64_t text[ROW_HASHES];
};

/**
 * struct app - see above
 * @views: the stack, @nr_views of them, the top last; the first is the tree
 * @area: the part of the screen that the view has
 * @message: shown in the status line until the next key
 * @prompt: the question that is open in the status line
 * @proposed: the text of the prompt is a proposal: what is typed replaces it
 * @other: the image to compare with; NULL if none
 * @broken: the source could not be read again: there are no nodes
 * @dirty: the screen must be drawn
 * @now: the rows that were drawn since the last refresh
 * @before: those before it, if @compares
 * @working: work was left when the last slice ended
 * @drawn: when the screen was drawn last, in ms, as are the next four
 * @refreshed: when the source was read last
 * @refresh_ms: how long that took
 * @asked: when the terminal was asked last whether to cancel
 * @busy_since: when the work of an action began; 0 if none goes on
 */
struct app {
	const struct term_ops *term;
	const struct options *opts;
	struct canvas canvas;
	struct session session;
	struct view *views[MAX_VIEWS];
	int nr_views;
	struct area area;
	char message[400];
	enum prompt_kind prompt;
	char prompt_text[PROMPT_MAX];
	bool proposed;
	struct search search;
	char *other;
	bool broken;
	bool quit;
	bool dirty;
	struct row_hashes *now;
	struct row_hashes *before;
	bool compares;
	bool working;
	uint64_t drawn;
	uint64_t refreshed;
	uint64_t refresh_ms;
	uint64_t asked;
	uint64_t busy_since;
};

void app_message(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put a view on top of the stack; NULL does nothing. */
void app_push(struct app *app, struct view *v);

/* Free the view on top and go back to the one below; the tree stays. */
void app_pop(struct app *app);
struct view *app_top(struct app *app);

/* Go back to the tree, and show a section in it; @path: one of its fields, or "". */
void app_go_section(struct app *app, const char *side, const char *section, const char *path);

/*
 * Go to the section and field of a place, in the form that defects and owners have:
 * "kho/in/sub_fdts/kstate: dev@7b/ring". False if the place is no section.
 */
bool app_go_place(struct app *app, const char *place);

/* Go to a physical address: to its bytes, or without memory to its owner. */
void app_go_address(struct app *app, uint64_t address);

/* Has the text of a row changed with the last refresh? @where is a hash of the row's place. */
bool app_changed(struct app *app, uint64_t where, const char *text, size_t len);
uint64_t hash_bytes(uint64_t h, const void *p, size_t len);

/* Show the library's error; if it was cancelled, open the source again. */
void app_failed(struct app *app);

/* The progress callback for the library: it draws the progress, and asks the terminal to cancel. */
int app_progress(void *arg, const char *what, uint64_t done, uint64_t total);

/* Handle events until the user leaves; returns the exit status. */
int app_run(struct app *app);

/* Draw the screen. */
void app_draw(struct app *app);

/* Draw the status line alone: this calls no function of the library. */
void app_draw_status(struct app *app);

void app_event(struct app *app, const struct event *e);

/* Do a little of the work that is left; false if there is none. */
bool app_work(struct app *app);

/* Read the source again. */
void app_refresh(struct app *app);

/* Write what the view shows to a new file. */
void app_export(struct app *app, const char *path);

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t now_ms(void);

#endif
