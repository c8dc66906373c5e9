// SPDX-License-Identifier: GPL-2.0

/* The tabs of the views and the bar of keys, on a screen that has lines for them. */

#include <string.h>

#include "bars.h"
#include "prompt.h"

#define TALL	20

static const enum action tabs[] = {
	ACT_TREE, ACT_HEX, ACT_MEMORY, ACT_TIMES, ACT_DEFECTS, ACT_DIFF, ACT_NOTES, ACT_HELP,
	ACT_NONE
};

bool has_bars(const struct canvas *c)
{
	return c->rows >= TALL;
}

/* The columns of a tab, with a bracket or a blank on each side. */
static int put_tab(struct buf *b, enum action action, bool current, bool word)
{
	const struct key_def *def = &key_defs[action];
	size_t before = b->len;

	buf_char(b, current ? '[' : ' ');
	buf_add(b, def->keys, strcspn(def->keys, " "));
	if (word)
		buf_printf(b, " %s", def->word);
	buf_char(b, current ? ']' : ' ');
	return b->len - before;
}

/* Where the words of all tabs have no room, that of the current one alone is drawn. */
void draw_tabs(struct app *app, struct canvas *c)
{
	enum action now = app->broken || !app->nr_views ? ACT_NONE : app_top(app)->ops->tab;
	struct buf b = { 0 };
	int cols = 0, col = 0;

	for (int i = 0; tabs[i]; i++)
		cols += put_tab(&b, tabs[i], false, true);
	canvas_fill(c, 0, 0, c->cols, INK_STATUS);
	for (int i = 0; tabs[i] && !b.failed; i++) {
		bool current = tabs[i] == now;

		b.len = 0;
		put_tab(&b, tabs[i], current, current || cols <= c->cols);
		col += canvas_put(c, 0, col, c->cols - col, current ? INK_TITLE : INK_STATUS, b.p,
				  b.len);
	}
	buf_free(&b);
}

/* Draw a key and what it does, if there is room; returns the column for the next. */
static int draw_key(struct canvas *c, int col, const char *keys, const char *word)
{
	int key = strcspn(keys, " "), row = c->rows - 1;
	int end = col + key + 1 + (int)strlen(word);

	if (end >= c->cols)
		return col;
	canvas_put(c, row, col, key, INK_LABEL, keys, key);
	canvas_str(c, row, col + key + 1, c->cols, INK_NORMAL, word);
	return end + 2;
}

static int draw_action(struct canvas *c, int col, enum action action)
{
	return draw_key(c, col, key_defs[action].keys, key_defs[action].word);
}

static void draw_prompt_keys(struct app *app, struct canvas *c)
{
	int col = draw_key(c, 1, "Enter", "accept");

	col = draw_key(c, col, "Esc", "give up");
	col = draw_key(c, col, "^U", "empty");
	if (prompt_is_path(app))
		draw_key(c, col, "Tab", "complete");
}

void draw_keys(struct app *app, struct canvas *c)
{
	const enum action *bar;
	int col;

	if (app->prompt) {
		draw_prompt_keys(app, c);
		return;
	}
	if (app->broken || !app->nr_views)
		return;
	col = draw_action(c, 1, ACT_HELP);
	col = draw_action(c, col, ACT_QUIT);
	for (bar = app_top(app)->ops->bar; *bar; bar++)
		col = draw_action(c, col, *bar);
}
