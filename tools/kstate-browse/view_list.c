// SPDX-License-Identifier: GPL-2.0

/* Views that are a list of lines: defects, differences, notes, help, a line that is too long. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "lines.h"
#include "../common/short.h"

/**
 * struct list_view - such a view
 * @fill: makes the lines
 * @shown: the node that is shown, for export
 * @long_line: the text that the lines are parts of, @cols columns wide, if it is one line
 */
struct list_view {
	struct view v;
	void (*fill)(struct list_view *l);
	struct lines lines;
	struct scroll rows;
	struct shown shown;
	struct buf long_line;
	int cols;
	char filter[FILTER_MAX];
};

static struct list_view *list_of(struct view *v)
{
	return (struct list_view *)v;
}

static bool has_row(struct view *v, uint64_t row)
{
	return lines_has(&list_of(v)->lines, row);
}

static void refill(struct list_view *l)
{
	lines_free(&l->lines);
	lines_begin(&l->lines, l->filter);
	l->fill(l);
}

static void draw(struct view *v, struct canvas *c, const struct area *a)
{
	struct list_view *l = list_of(v);

	if (l->long_line.p && l->cols != a->cols) {
		l->cols = a->cols;
		refill(l);
	}
	l->rows.height = a->rows;
	while (l->rows.cur && !has_row(v, l->rows.cur))
		l->rows.cur = l->lines.nr ? l->lines.nr - 1 : 0;
	scroll_to(&l->rows, l->rows.cur);
	lines_has(&l->lines, l->rows.top + a->rows);
	for (int i = 0; i < a->rows; i++) {
		uint64_t nr = l->rows.top + i;

		if (has_row(v, nr))
			line_draw(&l->lines, &l->lines.v[nr], c, a->row + i, a->col, a->cols,
				  nr == l->rows.cur ? INK_CURSOR : INK_NORMAL);
	}
}

static void follow_cursor(struct list_view *l)
{
	const struct line *line;

	if (!lines_has(&l->lines, l->rows.cur))
		return;
	line = &l->lines.v[l->rows.cur];
	if (line->path && app_go_place(l->v.app, line_text(&l->lines, line->path)))
		return;
	if (line->has_address)
		app_go_address(l->v.app, line->address);
	else
		app_message(l->v.app, "this leads nowhere");
}

static bool act(struct view *v, enum action act)
{
	struct list_view *l = list_of(v);

	if (view_scroll(v, act))
		return true;
	if (act != ACT_OPEN && act != ACT_FOLLOW)
		return false;
	follow_cursor(l);
	return true;
}

static void click(struct view *v, int row, int col)
{
	view_click_row(v, row);
}

static void drop(struct view *v)
{
	lines_free(&list_of(v)->lines);
}

static void renew(struct view *v)
{
	refill(list_of(v));
}

static bool match(struct view *v, uint64_t row, const char *text)
{
	struct list_view *l = list_of(v);

	return line_matches(&l->lines, &l->lines.v[row], text);
}

static void filter(struct view *v, const char *text)
{
	struct list_view *l = list_of(v);

	snprintf(l->filter, sizeof(l->filter), "%s", text);
	l->rows = (struct scroll){ .height = l->rows.height };
	refill(l);
}

static const char *filter_of(struct view *v)
{
	return list_of(v)->filter;
}

static void position(struct view *v, struct buf *b)
{
	struct list_view *l = list_of(v);

	buf_count(b, l->lines.nr ? l->rows.cur + 1 : 0);
	buf_char(b, '/');
	buf_count(b, l->lines.nr);
	if (l->lines.depth)
		buf_char(b, '+');
	if (*l->filter)
		buf_printf(b, " with \"%s\"", l->filter);
}

static void text(struct view *v, struct buf *b)
{
	lines_text(&list_of(v)->lines, b);
}

static void whole(struct view *v, struct buf *b)
{
	struct list_view *l = list_of(v);

	if (lines_has(&l->lines, l->rows.cur))
		line_put(b, &l->lines, &l->lines.v[l->rows.cur]);
}

static bool shown(struct view *v, struct shown *s)
{
	*s = list_of(v)->shown;
	return s->node;
}

static const enum action bar[] = {
	ACT_OPEN, ACT_SEARCH, ACT_FILTER, ACT_WHOLE, ACT_EXPORT, ACT_GOTO, ACT_NONE
};

static const enum action help_bar[] = { ACT_SEARCH, ACT_FILTER, ACT_EXPORT, ACT_NONE };

#define LIST_OPS(sym, name_, tab_, bar_)				\
	static const struct view_ops sym = {				\
		.name = name_, .tab = tab_, .bar = bar_,		\
		.draw = draw, .act = act, .click = click, .whole = whole, \
		.drop = drop, .renew = renew, .has_row = has_row,	\
		.match = match, .filter = filter, .filter_of = filter_of, \
		.position = position, .text = text, .shown = shown,	\
	}

LIST_OPS(defects_ops, "defects", ACT_DEFECTS, bar);
LIST_OPS(diff_ops, "diff", ACT_DIFF, bar);
LIST_OPS(notes_ops, "notes", ACT_NOTES, bar);
LIST_OPS(help_ops, "keys", ACT_HELP, help_bar);

static struct view *make(struct app *app, const struct view_ops *ops,
			 void (*fill)(struct list_view *l))
{
	struct list_view *l = view_new(sizeof(*l), ops, app);

	if (!l)
		return NULL;
	l->v.scroll = &l->rows;
	l->fill = fill;
	refill(l);
	return &l->v;
}

static void add_part(struct lines *l, const struct kstd_node *finding, const char *name,
		     const char *place, enum ink ink)
{
	char value[512];
	struct line *line;

	if (!*member_text(finding, name, value, sizeof(value)))
		return;
	line = lines_add(l, name, value, ink, 1);
	if (line)
		line->path = lines_keep(l, place);
}

/* Add a finding: its text, its place, its meaning. Enter goes to the place from each line. */
static void add_finding(struct lines *l, const struct kstd_node *finding)
{
	const struct kstd_node *offset = kstd_node_get(finding, "offset");
	char text[512], code[64], place[512], at[40];
	struct line *line;

	member_text(finding, "text", text, sizeof(text));
	member_text(finding, "path", place, sizeof(place));
	line = lines_add(l, member_text(finding, "code", code, sizeof(code)), text, INK_BAD, 0);
	if (line)
		line->path = lines_keep(l, place);
	add_part(l, finding, "path", place, INK_NORMAL);
	if (offset && kstd_node_type(offset) != KSTD_NULL) {
		snprintf(at, sizeof(at), "0x%llx", (unsigned long long)kstd_node_u64(offset));
		line = lines_add(l, "offset", at, INK_NORMAL, 1);
		if (line)
			line->path = lines_keep(l, place);
	}
	add_part(l, finding, "means", place, INK_DIM);
}

/* Add the findings of the list @name, below a heading if there are any. */
static void add_findings(struct list_view *v, const char *name, const char *heading)
{
	const struct kstd_node *list = kstd_node_get(v->v.app->session.findings, name), *n;
	struct kstd_iter it;

	if (*heading && kstd_node_count(list))
		lines_add(&v->lines, heading, "", INK_BAD, 0);
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		add_finding(&v->lines, n);
	kstd_iter_end(&it);
}

static void fill_defects(struct list_view *v)
{
	struct session *session = &v->v.app->session;

	v->shown = (struct shown){ "verify", NULL, NULL };
	if (session_need_findings(session)) {
		lines_add(&v->lines, session->error, "", INK_BAD, 0);
		return;
	}
	v->shown.node = session->findings;
	add_findings(v, "findings", "");
	if (!v->lines.nr && !*v->filter)
		lines_add(&v->lines, "nothing wrong was found", "", INK_GOOD, 0);
	add_findings(v, "not_known", "not known:");
	lines_add(&v->lines, "", "", INK_NORMAL, 0);
	lines_node(&v->lines, kstd_node_get(session->findings, "checked"));
}

struct view *view_defects(struct app *app)
{
	return make(app, &defects_ops, fill_defects);
}

static void fill_diff(struct list_view *v)
{
	struct session *session = &v->v.app->session;

	v->shown = (struct shown){ "diff", NULL, NULL };
	if (session_need_diff(session, v->v.app->other)) {
		lines_add(&v->lines, session->error, "", INK_BAD, 0);
		return;
	}
	v->shown.node = session->diff;
	lines_node(&v->lines, session->diff);
}

struct view *view_diff(struct app *app)
{
	return make(app, &diff_ops, fill_diff);
}

static void fill_notes(struct list_view *v)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	const void *p;
	char text[512];
	size_t len;

	kstd_iter_begin(&it, kstd_notes(v->v.app->session.dump));
	while ((n = kstd_iter_next(&it))) {
		p = kstd_node_mem(n, &len);
		snprintf(text, sizeof(text), "%.*s", (int)(len < 500 ? len : 500),
			 p ? (const char *)p : "");
		lines_add(&v->lines, text, "", INK_NORMAL, 0);
	}
	kstd_iter_end(&it);
	if (!v->lines.nr && !*v->filter)
		lines_add(&v->lines, "no notes", "", INK_DIM, 0);
}

struct view *view_notes(struct app *app)
{
	return make(app, &notes_ops, fill_notes);
}

static void fill_help(struct list_view *v)
{
	const char *group = "";

	for (int i = 1; i < NR_ACTIONS; i++) {
		if (strcmp(group, key_defs[i].group))
			lines_add(&v->lines, key_defs[i].group, "", INK_DIM, 0);
		group = key_defs[i].group;
		lines_add(&v->lines, key_defs[i].keys, key_defs[i].help, INK_NORMAL, 1);
	}
}

struct view *view_help(struct app *app)
{
	return make(app, &help_ops, fill_help);
}

static void fill_long_line(struct list_view *v)
{
	const struct canvas *c = &v->v.app->canvas;
	const char *p = v->long_line.p;
	size_t left = v->long_line.len, n;
	char *part;

	for (; left && v->cols; p += n, left -= n) {
		n = canvas_fit(c, p, left, v->cols);
		part = short_if_null(strndup(p, n));
		if (!part)
			break;
		lines_add(&v->lines, part, "", INK_NORMAL, 0);
		free(part);
	}
}

static void whole_line_text(struct view *v, struct buf *b)
{
	buf_add(b, list_of(v)->long_line.p, list_of(v)->long_line.len);
	buf_char(b, '\n');
}

static void free_long_line(struct view *v)
{
	buf_free(&list_of(v)->long_line);
}

/* The lines are parts of a text that stays as it is when the source is read again. */
static const struct view_ops long_line_ops = {
	.name = "whole line", .bar = help_bar, .draw = draw, .act = act, .click = click,
	.drop = drop, .renew = renew, .has_row = has_row, .match = match, .filter = filter,
	.filter_of = filter_of, .position = position, .text = whole_line_text,
	.free = free_long_line,
};

struct view *view_whole(struct app *app, struct view *of)
{
	struct buf b = { 0 };
	struct view *v;

	of->ops->whole(of, &b);
	v = b.len ? make(app, &long_line_ops, fill_long_line) : NULL;
	if (!v) {
		buf_free(&b);
		return NULL;
	}
	list_of(v)->long_line = b;
	return v;
}
