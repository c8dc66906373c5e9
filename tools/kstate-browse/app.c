// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "prompt.h"

#define SLICE_MS	6	/* work so long, then look for a key; tests set another time */
#define PROGRESS_AFTER_MS	250
#define PROGRESS_EVERY_MS	100

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

void app_message(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(app->message, sizeof(app->message), fmt, ap);
	va_end(ap);
	app->dirty = true;
}

struct view *app_top(struct app *app)
{
	return app->views[app->nr_views - 1];
}

/* If there are too many views, the oldest one above the tree is freed. */
void app_push(struct app *app, struct view *v)
{
	if (!v)
		return;
	if (app->nr_views == MAX_VIEWS) {
		view_free(app->views[1]);
		memmove(&app->views[1], &app->views[2], (MAX_VIEWS - 2) * sizeof(app->views[0]));
		app->nr_views--;
	}
	app->views[app->nr_views++] = v;
	app->search.active = false;
}

void app_pop(struct app *app)
{
	if (app->nr_views == 1)
		return;
	view_free(app->views[--app->nr_views]);
	app->search.active = false;
}

static void drop_all(struct app *app)
{
	for (int i = 0; i < app->nr_views; i++)
		app->views[i]->ops->drop(app->views[i]);
}

/* Read the source again: the views stay, and get new nodes. */
void app_refresh(struct app *app)
{
	uint64_t start = now_ms();
	struct row_hashes *before = app->before;

	if (!app->broken)
		drop_all(app);
	app->busy_since = start;
	app->broken = session_open(&app->session) != 0;
	app->refreshed = now_ms();
	app->refresh_ms = app->refreshed - start;
	app->dirty = true;
	if (app->broken)
		return;
	app->before = app->now;
	app->now = before;
	memset(app->now, 0, sizeof(*app->now));
	app->compares = true;
	for (int i = 0; i < app->nr_views; i++)
		app->views[i]->ops->renew(app->views[i]);
}

void app_failed(struct app *app)
{
	app_message(app, "%s", app->session.error);
	if (!app->session.cancelled)
		return;
	app_refresh(app);
	app_message(app, "stopped");
}

int app_progress(void *arg, const char *what, uint64_t done, uint64_t total)
{
	struct app *app = arg;
	uint64_t now = now_ms();
	char room[COUNT_TEXT];

	if (!app->busy_since)
		return 0;
	if (now - app->asked < PROGRESS_EVERY_MS && app->term->waits)
		return 0;
	app->asked = now;
	if (app->term->cancel())
		return 1;
	if (now - app->busy_since < PROGRESS_AFTER_MS)
		return 0;
	if (total)
		app_message(app, "%s: %.0f%%  Esc stops", what, 100.0 * done / total);
	else
		app_message(app, "%s: %s  Esc stops", what, count_text(done, room));
	app_draw_status(app);
	*app->message = 0;
	return 0;
}

/* Show a view if its nodes could be made; @rc is the error of making them. */
static void push_needed(struct app *app, int rc, struct view *(*make)(struct app *app))
{
	if (rc)
		app_failed(app);
	else
		app_push(app, make(app));
}

static void to_tree(struct app *app)
{
	while (app->nr_views > 1)
		app_pop(app);
}

/* What is no section has bytes where the source has memory, at the address that it is at. */
static void show_page(struct app *app)
{
	bool memory = kstd_has_memory(app->session.dump);
	uint64_t address;

	if (!tree_address(app->views[0], &address))
		app_message(app, "this has no bytes: choose a section%s", memory ?
			    ", or an address with the key :" : "");
	else if (memory)
		app_push(app, view_hex_memory(app, address));
	else
		app_message(app, "its bytes are in memory, which the source lacks: choose a section");
}

static void push_hex(struct app *app)
{
	struct image *im;
	const char *path;
	uint64_t nr;

	to_tree(app);	/* the index keeps the payloads of one section at a time */
	if (tree_section(app->views[0], &im, &nr, &path))
		app_push(app, view_hex_section(app, im, nr, path));
	else
		show_page(app);
}

static void push_whole(struct app *app)
{
	struct view *v = app_top(app);

	if (!v->ops->whole) {
		app_message(app, "this is the whole line");
		return;
	}
	v = view_whole(app, v);
	if (!v)
		app_message(app, "there is no line here");
	app_push(app, v);
}

static void show_view(struct app *app, enum action act)
{
	switch (act) {
	case ACT_TREE:
		to_tree(app);
		break;
	case ACT_HEX:
		push_hex(app);
		break;
	case ACT_MEMORY:
		app_push(app, view_map(app, 0, false));
		break;
	case ACT_TIMES:
		app_push(app, view_times(app));
		break;
	case ACT_DEFECTS:
		push_needed(app, session_need_findings(&app->session), view_defects);
		break;
	case ACT_DIFF:
		if (app->other)
			push_needed(app, session_need_diff(&app->session, app->other), view_diff);
		else
			prompt_open(app, PROMPT_DIFF, "");
		break;
	case ACT_NOTES:
		app_push(app, view_notes(app));
		break;
	case ACT_HELP:
		if (app_top(app)->ops->tab != ACT_HELP)
			app_push(app, view_help(app));
		break;
	case ACT_WHOLE:
		push_whole(app);
		break;
	default:
		app_message(app, "this key does nothing in this view; F1: help");
		break;
	}
}

/* Esc stops a search, or removes the filter, or leaves the view. */
static void cancel(struct app *app)
{
	struct view *v = app_top(app);

	if (app->search.active)
		app->search.active = false;
	else if (v->ops->filter && *v->ops->filter_of(v))
		v->ops->filter(v, "");
	else
		app_pop(app);
}

static bool common_act(struct app *app, enum action act)
{
	switch (act) {
	case ACT_SEARCH:
		search_open(app);
		return true;
	case ACT_NEXT:
	case ACT_PREV:
		search_again(app, act == ACT_PREV);
		return true;
	case ACT_FILTER:
		if (!app_top(app)->ops->filter)
			return false;
		prompt_open(app, PROMPT_FILTER, app_top(app)->ops->filter_of(app_top(app)));
		return true;
	case ACT_GOTO:
		prompt_open(app, PROMPT_GOTO, "");
		return true;
	case ACT_EXPORT:
		prompt_open(app, PROMPT_EXPORT, "kstate-browse.txt");
		return true;
	case ACT_CANCEL:
		cancel(app);
		return true;
	case ACT_BACK:
		app_pop(app);
		return true;
	case ACT_QUIT:
		if (app->nr_views == 1)
			app->quit = true;
		else
			app_pop(app);
		return true;
	default:
		return false;
	}
}

/* When the source cannot be read any more, only refreshing and leaving are possible. */
static void act_broken(struct app *app, enum action act)
{
	if (act == ACT_REFRESH)
		app_refresh(app);
	else if (act == ACT_QUIT || act == ACT_CANCEL)
		app->quit = true;
}

static void act(struct app *app, enum action act)
{
	struct view *v = app_top(app);

	app->busy_since = now_ms();
	if (act == ACT_REDRAW)
		app->term->redraw();
	else if (app->broken)
		act_broken(app, act);
	else if (act == ACT_REFRESH)
		app_refresh(app);
	else if (!v->ops->act(v, act) && !common_act(app, act))
		show_view(app, act);
	app->busy_since = 0;
}

static void press(struct app *app, uint32_t key)
{
	enum action action = key_action(key);
	char name[KEY_NAME];

	if (action)
		act(app, action);
	else if (*name_of_key(key, name))
		app_message(app, "no such key: %s; F1: help", name_of_key(key, name));
	else
		app_message(app, "no such key; F1: help");
}

static void click(struct app *app, const struct event *e)
{
	struct view *v = app_top(app);
	int row = e->row - app->area.row, col = e->col - app->area.col;

	if (!app->broken && v->ops->click && row >= 0 && row < app->area.rows && col >= 0 &&
	    col < app->area.cols)
		v->ops->click(v, row, col);
}

static void wheel(struct app *app, bool up)
{
	for (int i = 0; i < 3; i++)
		act(app, up ? ACT_UP : ACT_DOWN);
}

void app_event(struct app *app, const struct event *e)
{
	app->dirty = true;
	if (e->type == EVENT_NONE || e->type == EVENT_RESIZE)
		return;
	*app->message = 0;
	switch (e->type) {
	case EVENT_KEY:
		if (app->prompt)
			prompt_key(app, e->key);
		else
			press(app, e->key);
		break;
	case EVENT_CLICK:
		click(app, e);
		break;
	case EVENT_WHEEL:
		wheel(app, e->up);
		break;
	case EVENT_TICK:
		app_refresh(app);
		break;
	case EVENT_END:
		app->quit = true;
		break;
	default:
		break;
	}
}

bool app_work(struct app *app)
{
	struct view *v = app->broken ? NULL : app_top(app);

	if (!v)
		return false;
	return search_step(app) || session_step(&app->session) || (v->ops->work && v->ops->work(v));
}

static uint64_t slice_ms(void)
{
	const char *ms = getenv("KSTATE_BROWSE_SLICE_MS");

	return ms ? strtoul(ms, NULL, 10) : SLICE_MS;
}

/*
 * Work until a key may have come; on a terminal that does not wait, until all is done. The progress
 * is drawn every PROGRESS_EVERY_MS, and the end of the work always. Returns whether work is left.
 */
static bool work(struct app *app)
{
	uint64_t end = now_ms() + slice_ms();
	bool worked = app->working;

	while ((app->working = app_work(app))) {
		worked = true;
		if (app->term->waits && now_ms() >= end)
			break;
	}
	if (worked && (!app->working || now_ms() - app->drawn >= PROGRESS_EVERY_MS))
		app->dirty = true;
	return app->working;
}

/*
 * Milliseconds until the live system is read again; -1: never. Reading takes a tenth of the time at
 * most, so that keys are answered.
 */
static int until_refresh(const struct app *app)
{
	uint64_t every = app->opts->refresh * 1000ULL, now = now_ms(), due;

	if (app->session.path || !every)
		return -1;
	if (every < 10 * app->refresh_ms)
		every = 10 * app->refresh_ms;
	due = app->refreshed + every;
	return due <= now ? 0 : (int)(due - now);
}

/* Wait for an event, and handle it; returns whether something came. */
static bool wait(struct app *app, bool more)
{
	int ms = until_refresh(app);
	struct event e;

	if (!ms && !app->prompt && !more && app->term->waits) {
		app_refresh(app);
		return true;
	}
	app->term->next(&e, more || !ms ? 0 : ms);
	if (e.type == EVENT_NONE && app->term->waits)
		return false;
	app_event(app, &e);
	return true;
}

/* Keys come first: work goes on when there is none. */
int app_run(struct app *app)
{
	bool more = true;

	app->dirty = true;
	while (!app->quit) {
		if (!app->term->waits)
			work(app);
		if (app->dirty)
			app_draw(app);
		more = wait(app, more) || work(app);
	}
	return 0;
}
