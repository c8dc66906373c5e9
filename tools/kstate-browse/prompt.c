// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prompt.h"
#include "../common/short.h"

#define ROWS_A_STEP	64

const char *prompt_label(const struct app *app)
{
	static const char *const labels[] = {
		[PROMPT_SEARCH] = "/", [PROMPT_FILTER] = "& ", [PROMPT_GOTO] = "address: ",
		[PROMPT_EXPORT] = "write to: ", [PROMPT_DIFF] = "compare with: ",
	};

	return labels[app->prompt];
}

bool prompt_is_path(const struct app *app)
{
	return app->prompt == PROMPT_EXPORT || app->prompt == PROMPT_DIFF;
}

void prompt_open(struct app *app, enum prompt_kind kind, const char *text)
{
	app->prompt = kind;
	app->proposed = kind == PROMPT_EXPORT;
	snprintf(app->prompt_text, sizeof(app->prompt_text), "%s", text);
}

static bool can_search(struct app *app)
{
	return app_top(app)->ops->match && !app->broken;
}

static void search_start(struct app *app, uint64_t at, bool back)
{
	app->search.active = *app->search.text;
	app->search.back = back;
	app->search.wrapped = false;
	app->search.failed = false;
	app->search.at = at;
}

void search_open(struct app *app)
{
	struct view *v = app_top(app);

	if (!can_search(app))
		return;
	app->search.from = view_row(v);
	prompt_open(app, PROMPT_SEARCH, "");
}

/* Search again, from the row before or after the cursor. */
void search_again(struct app *app, bool back)
{
	struct view *v = app_top(app);
	uint64_t row;

	if (!can_search(app) || !*app->search.text)
		return;
	row = view_row(v);
	app->search.from = row;
	search_start(app, back ? row - 1 : row + 1, back);
}

static uint64_t last_row(struct view *v)
{
	uint64_t low = 0, high = 1;

	while (v->ops->has_row(v, high) && high < 1ULL << 40) {
		low = high;
		high *= 2;
	}
	return view_last_row(v, low, high);
}

/* The search passed the last row: continue from the other end, once. */
static bool wrap(struct app *app, struct view *v)
{
	struct search *s = &app->search;

	if (s->wrapped) {
		s->active = false;
		s->failed = true;
		app_message(app, "not found: %s", s->text);
		return false;
	}
	s->wrapped = true;
	s->at = s->back ? last_row(v) : 0;
	return true;
}

static void search_one(struct app *app, struct view *v)
{
	struct search *s = &app->search;

	if (!v->ops->has_row(v, s->at) && !wrap(app, v))
		return;
	if (v->ops->match(v, s->at, s->text)) {
		view_go(v, s->at);
		s->active = false;
		if (s->wrapped)
			app_message(app, "went on from the other end");
		return;
	}
	if (s->wrapped && s->at == s->from)
		wrap(app, v);
	else
		s->at += s->back ? -1 : 1;
}

bool search_step(struct app *app)
{
	struct view *v = app_top(app);
	char room[COUNT_TEXT];

	if (!app->search.active)
		return false;
	for (int i = 0; i < ROWS_A_STEP && app->search.active; i++)
		search_one(app, v);
	if (app->search.active)
		app_message(app, "searching: row %s", count_text(app->search.at, room));
	else if (!strncmp(app->message, "searching", 9))
		*app->message = 0;
	return true;
}

static void search_typed(struct app *app)
{
	struct view *v = app_top(app);

	snprintf(app->search.text, sizeof(app->search.text), "%s", app->prompt_text);
	view_go(v, app->search.from);
	search_start(app, app->search.from, false);
}

static void go_address(struct app *app)
{
	unsigned long long address;
	char *end;

	errno = 0;
	address = strtoull(app->prompt_text, &end, 0);
	if (end == app->prompt_text || *end || errno || *app->prompt_text == '-')
		app_message(app, "no address: %s; as in 0x1234000, or a decimal number",
			    app->prompt_text);
	else
		app_go_address(app, address);
}

static void compare(struct app *app)
{
	if (!*app->prompt_text)
		return;
	free(app->other);
	app->other = short_if_null(strdup(app->prompt_text));
	if (app->other && !session_need_diff(&app->session, app->other)) {
		app_push(app, view_diff(app));
		return;
	}
	free(app->other);
	app->other = NULL;
	app_failed(app);
}

static void accept(struct app *app)
{
	enum prompt_kind kind = app->prompt;
	struct view *v = app_top(app);

	app->prompt = PROMPT_NONE;
	app->busy_since = now_ms();
	switch (kind) {
	case PROMPT_SEARCH:
		if (app->search.failed)
			app_message(app, "not found: %s", app->search.text);
		break;
	case PROMPT_FILTER:
		v->ops->filter(v, app->prompt_text);
		break;
	case PROMPT_GOTO:
		go_address(app);
		break;
	case PROMPT_EXPORT:
		app_export(app, app->prompt_text);
		break;
	case PROMPT_DIFF:
		compare(app);
		break;
	default:
		break;
	}
	app->busy_since = 0;
}

/* When a search is given up, the cursor goes back to where it was. */
static void give_up(struct app *app)
{
	struct view *v = app_top(app);

	if (app->prompt == PROMPT_SEARCH) {
		app->search.active = false;
		view_go(v, app->search.from);
	}
	app->prompt = PROMPT_NONE;
}

static void erase(char *text)
{
	size_t len = strlen(text);

	while (len && (text[--len] & 0xc0) == 0x80)
		;
	text[len] = 0;
}

static void type(char *text, uint32_t key)
{
	size_t len = strlen(text);

	if (key < ' ' || key == 0x7f || key >= K_BACKSPACE || len + 5 > PROMPT_MAX)
		return;
	len += key_utf8(key, text + len);
	text[len] = 0;
}

/* How many of @len bytes two paths begin with, both of them whole characters. */
static size_t common_len(const char *a, const char *b, size_t len)
{
	size_t n = 0;

	while (n < len && a[n] && a[n] == b[n])
		n++;
	while (n && (a[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* The last part of a path, which may end in a slash. */
static const char *last_part(const char *path)
{
	const char *part = path;

	for (; *path; path++)
		if (*path == '/' && path[1])
			part = path + 1;
	return part;
}

static void take_matches(struct app *app, const glob_t *found)
{
	size_t len = strlen(found->gl_pathv[0]), at = 0;
	char *names = app->message;

	for (size_t i = 1; i < found->gl_pathc; i++)
		len = common_len(found->gl_pathv[0], found->gl_pathv[i], len);
	if (len >= sizeof(app->prompt_text)) {
		app_message(app, "too long");
		return;
	}
	memcpy(app->prompt_text, found->gl_pathv[0], len);
	app->prompt_text[len] = 0;
	for (size_t i = 0; found->gl_pathc > 1 && i < found->gl_pathc; i++) {
		if (at >= sizeof(app->message))
			break;
		at += snprintf(names + at, sizeof(app->message) - at, " %s",
			       last_part(found->gl_pathv[i]));
	}
}

/* Complete a path as far as all files agree that begin so; if there are several, name them. */
static void complete(struct app *app)
{
	char pattern[2 * PROMPT_MAX + 2];
	size_t len = 0;
	glob_t found;
	int rc;

	if (app->proposed)
		*app->prompt_text = 0;
	app->proposed = false;
	for (const char *p = app->prompt_text; *p; p++) {
		if (strchr("*?[\\", *p))
			pattern[len++] = '\\';
		pattern[len++] = *p;
	}
	memcpy(pattern + len, "*", 2);
	rc = glob(pattern, GLOB_MARK, NULL, &found);
	if (!rc)
		take_matches(app, &found);
	else
		app_message(app, rc == GLOB_NOMATCH ? "no such file" : "out of memory");
	globfree(&found);
}

void prompt_key(struct app *app, uint32_t key)
{
	if (app->broken || key == K_ESC || key == CTRL('c')) {
		give_up(app);
		return;
	}
	if (key == K_ENTER) {
		accept(app);
		return;
	}
	if (key == K_TAB && prompt_is_path(app)) {
		complete(app);
		return;
	}
	if (key == CTRL('u') || app->proposed)
		*app->prompt_text = 0;
	app->proposed = false;
	if (key == K_BACKSPACE)
		erase(app->prompt_text);
	else
		type(app->prompt_text, key);
	if (app->prompt == PROMPT_SEARCH)
		search_typed(app);
}
