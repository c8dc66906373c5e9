/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the application
 *
 * Keeps the views that were opened, the innermost on top, hands actions to it, and has
 * those that are the same in every view: searching, prompts, export, refresh.
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
 * struct search - a search, which goes on between keys
 * @text: what for; empty if there was none yet
 * @back: towards the first row
 * @from: where the cursor was when it started
 * @at: the next row to look at
 * @wrapped: it went past the end
 * @failed: there was nothing
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

/**
 * struct row_hashes - what rows looked like, to mark what has changed
 */
#define ROW_HASHES	8192
struct row_hashes {
	uint64_t where[ROW_HASHES];
	uint64_t text[ROW_HASHES];
};

/**
 * struct app - see above
 * @views: @nr_views of them, the innermost last; the first is the tree
 * @area: of the view on the screen
 * @message: for the status line, until the next key
 * @broken: the source cannot be read any more: there are no nodes
 * @now: what rows look like, @before: what they looked like before the last refresh
 * @working: there was more to do when the last slice of work ended
 * @drawn: when the screen was drawn last, in ms
 * @refreshed: when that was, in ms, and @refresh_ms: how long it took
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
	uint64_t told;
	uint64_t busy_since;
};

void app_message(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Show a view on top; NULL does nothing. */
void app_push(struct app *app, struct view *v);

/* Back to the view before; the last one stays. */
void app_pop(struct app *app);
struct view *app_top(struct app *app);

/* Back to the tree, which shows the section; the view that is left can be gone back to. */
void app_go_section(struct app *app, const char *side, const char *section, const char *path);

/* Go to what is at a place as defects and owners have it: "kho/in/sub_fdts/kstate: dev@7b/ring". */
bool app_go_place(struct app *app, const char *place);

/* Go to what is at an address: its bytes, or who has it. */
void app_go_address(struct app *app, uint64_t address);

/* Does a row look different from before the last refresh? @where tells rows apart. */
bool app_changed(struct app *app, uint64_t where, const char *text, size_t len);
uint64_t hash_bytes(uint64_t h, const void *p, size_t len);

/* Work of the library failed: say why, and recover if it was cancelled. */
void app_failed(struct app *app);

/* The library is about to work for long: what it tells goes to the screen. */
int app_progress(void *arg, const char *what, uint64_t done, uint64_t total);

/* 0, or an exit status with a message on standard error. */
int app_run(struct app *app);

/* Draw the screen; or the status line alone, which asks nothing of the library. */
void app_draw(struct app *app);
void app_draw_status(struct app *app);
void app_event(struct app *app, const struct event *e);
bool app_work(struct app *app);
void app_refresh(struct app *app);

/* Write what is shown to a file. */
void app_export(struct app *app, const char *path);

uint64_t now_ms(void);

#endif
