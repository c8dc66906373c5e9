// SPDX-License-Identifier: GPL-2.0

/* How long each section took, the longest first, with bars. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "../common/text_value.h"

#define NAME_COLS	24
#define TIME_COLS	10

/**
 * struct times_view - the view
 * @image: index of the image
 * @sections: a copy of the image, with an order of its own
 * @sort: by the time of the save, or of the restore
 * @nr: sections that took any time, if @counted
 * @most: ns of the section that took longest
 */
struct times_view {
	struct view v;
	int image;
	struct image sections;
	enum sort sort;
	struct scroll rows;
	uint64_t nr;
	uint64_t most;
	bool counted;
};

static struct times_view *times_of(struct view *v)
{
	return (struct times_view *)v;
}

static uint64_t ns_of(const struct times_view *t, uint64_t row, char *name, size_t size)
{
	struct pinned_node h = { .nr = 0 };
	const struct kstd_node *n = pin_element(&h, kstd_index_sections(t->sections.index, true),
						 image_nr(&t->sections, row));
	uint64_t ns = member_u64(n, t->sort == SORT_SAVE ? "save_ns" : "restore_ns");

	if (name)
		member_text(n, "section", name, size);
	unpin(&h);
	return ns;
}

static void drop_order(struct times_view *t)
{
	free(t->sections.order.nr);
	free(t->sections.order.keys);
	t->sections.order = (struct order){ .on = false };
	t->counted = false;
	t->nr = t->most = 0;
}

static void start_count(struct times_view *t)
{
	struct session *m = &t->v.app->session;

	drop_order(t);
	if (!m->nr_images)
		return;
	t->image %= m->nr_images;
	t->sections = m->images[t->image];
	t->sections.order = (struct order){ .on = false };
	image_sort(&t->sections, t->sort, "");
}

/* Sections that took no time are the last ones of the order: find the first of them. */
static void count_sections(struct times_view *t)
{
	uint64_t low = 0, high = t->sections.order.count;

	t->counted = true;
	t->most = high ? ns_of(t, 0, NULL, 0) : 0;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (ns_of(t, middle, NULL, 0))
			low = middle + 1;
		else
			high = middle;
	}
	t->nr = low;
}

/* Once all sections are indexed, do a step of sorting them. */
static bool work(struct view *v)
{
	struct times_view *t = times_of(v);
	struct session *m = &v->app->session;

	if (!m->nr_images || !m->images[t->image].complete)
		return false;
	if (order_step(&t->sections))
		return true;
	if (!t->counted && t->sections.order.on)
		count_sections(t);
	return false;
}

static void put_ns(struct buf *b, uint64_t ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double v = ns;
	int i = 0;

	for (; v >= 1000 && i < 3; i++)
		v /= 1000;
	buf_printf(b, i ? "%.1f %s" : "%.0f %s", v, units[i]);
}

static void draw_row(struct times_view *t, struct canvas *c, int row, int cols, uint64_t nr)
{
	int name_cols = cols >= 60 ? NAME_COLS : cols / 3, bar;
	enum ink ink = nr == t->rows.cur ? INK_CURSOR : INK_NORMAL;
	struct buf b = { 0 };
	char name[160];
	uint64_t ns = ns_of(t, nr, name, sizeof(name));

	put_ns(&b, ns);
	canvas_fill(c, row, 0, name_cols + 1 + TIME_COLS, ink);
	canvas_str(c, row, 0, name_cols, ink, name);
	canvas_put(c, row, name_cols + 1 + TIME_COLS - (int)b.len, b.len, ink, b.p ? b.p : "",
		   b.len);
	bar = cols - name_cols - TIME_COLS - 2;
	if (bar > 0)
		canvas_bar(c, row, cols - bar, bar, INK_OWNER0, ns, t->most);
	buf_free(&b);
}

static void put_quantile(struct times_view *t, struct buf *b, const char *name,
			 unsigned int of_1000)
{
	buf_printf(b, "  %s ", name);
	put_ns(b, ns_of(t, (t->nr - 1) * (1000 - of_1000) / 1000, NULL, 0));
}

static void put_sum(struct times_view *t, struct buf *b)
{
	const struct kstd_node *node = t->sections.node;
	const struct kstd_node *saved = node ? kstd_node_get(node, "saved") : NULL;
	const struct kstd_node *ns = saved && kstd_node_type(saved) == KSTD_OBJECT ?
				     kstd_node_get(saved, "ns") : NULL;

	buf_printf(b, "%s (%s)", t->sort == SORT_SAVE ? "saving" : "restoring",
		   t->sections.side_name);
	if (t->sort == SORT_SAVE && ns && kstd_node_type(ns) == KSTD_NS) {
		buf_str(b, ", all of it: ");
		put_ns(b, kstd_node_u64(ns));
	}
	if (!t->nr)
		return;
	buf_str(b, "; sections: ");
	buf_count(b, t->nr);
	buf_char(b, ' ');
	put_quantile(t, b, "p50", 500);
	put_quantile(t, b, "p90", 900);
	put_quantile(t, b, "p99", 990);
	put_quantile(t, b, "max", 1000);
}

static void draw(struct view *v, struct canvas *c, const struct area *a)
{
	struct times_view *t = times_of(v);
	struct buf b = { 0 };
	bool more;

	if (!v->app->session.nr_images) {
		canvas_str(c, a->row, 0, a->cols, INK_DIM,
			   session_unknowns(&v->app->session) ||
			   session_defects(&v->app->session, &more) ?
			   "whether there are sections is not known: 5 says why" :
			   "no sections here");
		return;
	}
	put_sum(t, &b);
	canvas_put(c, a->row, 0, a->cols, INK_LABEL, b.p ? b.p : "", b.len);
	buf_free(&b);
	if (!t->nr) {
		canvas_str(c, a->row + 1, 0, a->cols, INK_DIM, t->counted ?
			   "the source does not say how long it took" : "sorting ...");
		return;
	}
	t->rows.height = a->rows - 1;
	if (t->rows.cur >= t->nr)
		t->rows.cur = t->nr - 1;
	scroll_to(&t->rows, t->rows.cur);
	for (int i = 0; i < t->rows.height && t->rows.top + i < t->nr; i++)
		draw_row(t, c, a->row + 1 + i, a->cols, t->rows.top + i);
}

static bool has_row(struct view *v, uint64_t row)
{
	return row < times_of(v)->nr;
}

static void go_section(struct times_view *t)
{
	char side[8], name[160];

	if (!t->nr)
		return;
	ns_of(t, t->rows.cur, name, sizeof(name));
	snprintf(side, sizeof(side), "%s", t->sections.side_name);
	app_go_section(t->v.app, side, name, "");
}

static bool act(struct view *v, enum action act)
{
	struct times_view *t = times_of(v);

	if (view_scroll(v, act))
		return true;
	switch (act) {
	case ACT_PANE:
		t->image++;
		start_count(t);
		return true;
	case ACT_SORT:
	case ACT_ZOOM_IN:
	case ACT_ZOOM_OUT:
		t->sort = t->sort == SORT_SAVE ? SORT_RESTORE : SORT_SAVE;
		start_count(t);
		return true;
	case ACT_OPEN:
	case ACT_FOLLOW:
		go_section(t);
		return true;
	default:
		return false;
	}
}

static void click(struct view *v, int row, int col)
{
	view_click_row(v, row - 1);
}

static void drop(struct view *v)
{
	drop_order(times_of(v));
}

static void renew(struct view *v)
{
	start_count(times_of(v));
}

static bool match(struct view *v, uint64_t row, const char *text)
{
	char name[160];

	ns_of(times_of(v), row, name, sizeof(name));
	return text_has(name, strlen(name), text);
}

static void position(struct view *v, struct buf *b)
{
	struct times_view *t = times_of(v);

	buf_count(b, t->nr ? t->rows.cur + 1 : 0);
	buf_char(b, '/');
	buf_count(b, t->nr);
}

static void title(struct view *v, struct buf *b)
{
	struct times_view *t = times_of(v);

	buf_printf(b, "%s, the longest first", t->sort == SORT_SAVE ? "saving" : "restoring");
}

static void text(struct view *v, struct buf *b)
{
	struct times_view *t = times_of(v);
	char name[160];

	put_sum(t, b);
	buf_char(b, '\n');
	for (uint64_t i = 0; i < t->nr; i++) {
		uint64_t ns = ns_of(t, i, name, sizeof(name));

		buf_printf(b, "%-32s %12llu ns\n", name, (unsigned long long)ns);
	}
}

static void whole(struct view *v, struct buf *b)
{
	struct times_view *t = times_of(v);
	char name[160];
	uint64_t ns;

	if (!t->nr)
		return;
	ns = ns_of(t, t->rows.cur, name, sizeof(name));
	buf_printf(b, "%s  ", name);
	put_ns(b, ns);
}

static bool shown(struct view *v, struct shown *s)
{
	*s = (struct shown){ "list", NULL, NULL };
	return !kstd_list(v->app->session.dump, &s->node);
}

static const enum action bar[] = {
	ACT_OPEN, ACT_SORT, ACT_PANE, ACT_SEARCH, ACT_WHOLE, ACT_EXPORT, ACT_NONE
};

static const struct view_ops times_ops = {
	.name = "times",
	.tab = ACT_TIMES,
	.bar = bar,
	.draw = draw,
	.act = act,
	.click = click,
	.work = work,
	.drop = drop,
	.renew = renew,
	.has_row = has_row,
	.match = match,
	.position = position,
	.title = title,
	.text = text,
	.shown = shown,
	.whole = whole,
};

struct view *view_times(struct app *app)
{
	struct times_view *t = view_new(sizeof(*t), &times_ops, app);

	if (!t)
		return NULL;
	t->v.scroll = &t->rows;
	t->sort = SORT_SAVE;
	start_count(t);
	return &t->v;
}
