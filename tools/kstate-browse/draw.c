// SPDX-License-Identifier: GPL-2.0

/* The screen: a title, the view, a status line; with tabs above and keys below on a tall one. */

#include <string.h>

#include "bars.h"
#include "prompt.h"

#define MIN_ROWS	3
#define MIN_COLS	10

uint64_t hash_bytes(uint64_t h, const void *mem, size_t len)
{
	const uint8_t *p = mem;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ULL;
	return h;
}

static void keep_hash(struct row_hashes *s, uint64_t where, uint64_t text)
{
	s->where[where % ROW_HASHES] = where;
	s->text[where % ROW_HASHES] = text;
}

/* A row that was not drawn before the refresh has not changed. */
bool app_changed(struct app *app, uint64_t where, const char *text, size_t len)
{
	uint64_t h = hash_bytes(0x9e3779b97f4a7c15ULL, text, len);

	keep_hash(app->now, where, h);
	return app->compares && app->before->where[where % ROW_HASHES] == where &&
	       app->before->text[where % ROW_HASHES] != h;
}

static void draw_title(struct app *app, struct canvas *c)
{
	struct view *v = app->broken || !app->nr_views ? NULL : app_top(app);
	bool help = !has_bars(c) && c->cols >= 60;
	int row = app->area.row - 1;
	struct buf b = { 0 };

	canvas_fill(c, row, 0, c->cols, INK_TITLE);
	if (v) {
		buf_str(&b, v->ops->name);
		if (v->ops->title) {
			buf_str(&b, ": ");
			v->ops->title(v, &b);
		}
	} else {
		buf_str(&b, "kstate-browse");
	}
	canvas_put(c, row, 1, c->cols - (help ? 9 : 1), INK_TITLE, b.p ? b.p : "", b.len);
	if (help)
		canvas_str(c, row, c->cols - 7, 7, INK_TITLE, "? help");
	buf_free(&b);
}

static void put_status(struct app *app, struct buf *b)
{
	struct view *v = app_top(app);
	uint64_t defects, unknown;
	bool more;

	if (v->ops->position)
		v->ops->position(v, b);
	defects = session_defects(&app->session, &more);
	buf_str(b, "  defects: ");
	buf_count(b, defects);
	if (more)
		buf_char(b, '+');
	unknown = session_unknowns(&app->session);
	if (unknown) {
		buf_str(b, "  not known: ");
		buf_count(b, unknown);
	}
	if (app->session.findings)
		buf_str(b, " (verified)");
}

/* A proposal is marked, as what is typed replaces it. Paths that may be meant are behind it. */
static void draw_prompt(struct app *app, struct canvas *c, int row)
{
	int col = canvas_str(c, row, 0, c->cols, INK_STATUS, prompt_label(app));

	col += canvas_str(c, row, col, c->cols - col, app->proposed ? INK_CURSOR : INK_STATUS,
			  app->prompt_text);
	c->caret_row = row;
	c->caret_col = col < c->cols ? col : c->cols - 1;
	if (prompt_is_path(app))
		canvas_str(c, row, col + 2, c->cols - col - 2, INK_STATUS, app->message);
}

/* If there is no room for all, the name of the source on the left is cut. */
static void draw_status(struct app *app, struct canvas *c)
{
	const char *source = app->session.path ? app->session.path : "live";
	struct buf b = { 0 };
	int row = app->area.row + app->area.rows, width;

	canvas_fill(c, row, 0, c->cols, INK_STATUS);
	if (app->prompt) {
		draw_prompt(app, c, row);
		return;
	}
	if (*app->message) {
		canvas_str(c, row, 1, c->cols - 2, INK_STATUS, app->message);
		return;
	}
	if (app->broken || !app->nr_views)
		return;
	put_status(app, &b);
	width = canvas_width(c, b.p ? b.p : "", b.len);
	canvas_put(c, row, c->cols - width - 1, width, INK_STATUS, b.p ? b.p : "", b.len);
	canvas_str(c, row, 1, c->cols - width - 4, INK_STATUS, source);
	buf_free(&b);
}

static void draw_broken(struct app *app, struct canvas *c)
{
	int col = 0, row = app->area.row, cols;
	const char *p = app->session.error;

	for (; *p && row < app->area.row + app->area.rows - 1; row++) {
		cols = c->cols;
		canvas_put(c, row, col, cols, INK_BAD, p, strnlen(p, cols));
		p += strnlen(p, cols);
	}
	canvas_str(c, row, 0, c->cols, INK_NORMAL, "r tries again, q quits");
}

void app_draw(struct app *app)
{
	struct canvas *c = &app->canvas;
	struct view *v;
	int rows, cols;

	app->term->size(&rows, &cols);
	if (!canvas_resize(c, rows, cols))
		return;
	app->area = has_bars(c) ? (struct area){ 2, 0, c->rows - 4, c->cols } :
				  (struct area){ 1, 0, c->rows - 2, c->cols };
	if (c->rows < MIN_ROWS || c->cols < MIN_COLS) {
		canvas_str(c, 0, 0, c->cols, INK_NORMAL, "too small");
	} else {
		if (app->broken) {
			draw_broken(app, c);
		} else if (app->nr_views) {
			v = app_top(app);
			v->ops->draw(v, c, &app->area);
		}
		draw_title(app, c);
		draw_status(app, c);
		if (has_bars(c)) {
			draw_tabs(app, c);
			draw_keys(app, c);
		}
	}
	app->term->show(c);
	app->drawn = now_ms();
	app->dirty = false;
}

void app_draw_status(struct app *app)
{
	struct canvas *c = &app->canvas;

	if (c->rows < MIN_ROWS || !*app->message)
		return;
	draw_status(app, c);
	app->term->show(c);
}
