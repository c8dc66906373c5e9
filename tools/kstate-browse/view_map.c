// SPDX-License-Identifier: GPL-2.0

/* A picture of preserved memory: each cell is a number of bytes, a letter names their owner. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "ranges.h"
#include "../common/text_value.h"

#define PAGE		4096ULL
#define MAX_LEGEND	6
#define ZOOM		4

/**
 * struct map_view - the view
 * @side: number of the side in the result of kstd_mem()
 * @at: the address under the cursor
 * @low: the first address on the screen
 * @cell: bytes of a cell, a multiple of the page size
 * @span: bytes on the screen; 0: all preserved memory
 * @rows, @cols: cells on the screen
 */
struct map_view {
	struct view v;
	struct ranges ranges;
	unsigned int side;
	uint64_t at;
	uint64_t low;
	uint64_t cell;
	uint64_t span;
	int rows;
	int cols;
};

static struct map_view *map_of(struct view *v)
{
	return (struct map_view *)v;
}

static uint64_t first_of(const struct map_view *m)
{
	return m->ranges.nr ? m->ranges.v[0].start & ~(PAGE - 1) : 0;
}

static uint64_t end_of(const struct map_view *m)
{
	return m->ranges.nr ? m->ranges.v[m->ranges.nr - 1].end : 0;
}

/* Choose the bytes of a cell and the first address, so that the cursor is on the screen. */
static void frame(struct map_view *m)
{
	uint64_t cells = (uint64_t)m->rows * m->cols, all = end_of(m) - first_of(m), screen;
	uint64_t span = m->span && m->span < all ? m->span : all;

	m->cell = span / cells + (span % cells != 0);
	m->cell = (m->cell + PAGE - 1) & ~(PAGE - 1);
	if (!m->cell)
		m->cell = PAGE;
	if (__builtin_mul_overflow(m->cell, cells, &screen))
		screen = UINT64_MAX;
	if (m->at < m->low || m->at - m->low >= screen || !m->span || m->low % m->cell) {
		m->low = !m->span ? first_of(m) : m->at > screen / 2 ? m->at - screen / 2 : 0;
		m->low -= m->low % m->cell;
	}
}

/*
 * The group that owns most of [@start, @end); -1: nothing of it is preserved. *@full: all of it is
 * preserved. *@next: a range before @start; it is moved forward for the next cell.
 */
static int group_in(const struct map_view *m, uint64_t start, uint64_t end, size_t *next,
		    bool *full)
{
	const struct ranges *r = &m->ranges;
	uint64_t bytes[MAX_GROUPS] = { 0 }, all = 0, best = 0;
	int group = -1;

	while (*next < r->nr && r->v[*next].end <= start)
		(*next)++;
	for (size_t i = *next; i < r->nr && r->v[i].start < end; i++) {
		uint64_t from = r->v[i].start > start ? r->v[i].start : start;
		uint64_t to = r->v[i].end < end ? r->v[i].end : end;

		if (to <= from)
			continue;
		bytes[r->v[i].group] += to - from;
		all += to - from;
		if (bytes[r->v[i].group] > best) {
			best = bytes[r->v[i].group];
			group = r->v[i].group;
		}
	}
	*full = all >= end - start;
	return group;
}

static enum ink ink_of(int group)
{
	return INK_OWNER0 + group % NR_OWNER_INKS;
}

static void draw_cell(struct map_view *m, struct canvas *c, int row, int col, uint64_t start,
		      size_t *next)
{
	uint64_t end = start + m->cell < start ? UINT64_MAX : start + m->cell;
	bool full, here = m->at >= start && m->at < end;
	int group = group_in(m, start, end, next, &full);
	char text[2] = { group < 0 ? '.' : (full ? 'A' : 'a') + group, 0 };

	if (here)
		canvas_str(c, row, col, 1, INK_CURSOR, text);
	else
		canvas_str(c, row, col, 1, group < 0 ? INK_DIM : ink_of(group), text);
}

static void draw_picture(struct map_view *m, struct canvas *c, const struct area *a)
{
	size_t next = ranges_at(&m->ranges, m->low);
	int digits = a->cols - m->cols;

	for (int row = 0; row < m->rows; row++)
		for (int col = 0; col < m->cols; col++) {
			uint64_t i = (uint64_t)row * m->cols + col, start;

			if (__builtin_mul_overflow(i, m->cell, &start) ||
			    __builtin_add_overflow(start, m->low, &start))
				return;
			if (!col && digits)
				canvas_fmt(c, a->row + row, 0, digits, INK_DIM, "%0*llx",
					   digits - 1, (unsigned long long)start);
			draw_cell(m, c, a->row + row, digits + col, start, &next);
		}
}

static void put_size(struct buf *b, uint64_t v)
{
	static const char units[] = "KMGTPE";
	int i = -1;

	if (v < 1024) {
		buf_printf(b, "%llu bytes", (unsigned long long)v);
		return;
	}
	for (; v >= 1024 && i < 5; i++) {
		if (v % 1024 && v < 10240) {
			buf_printf(b, "%.1f %ciB", v / 1024.0, units[i + 1]);
			return;
		}
		v /= 1024;
	}
	buf_printf(b, "%llu %ciB", (unsigned long long)v, units[i]);
}

/* What is to be said of memory that is in no range. */
static const char *of_no_range(const struct map_view *m)
{
	if (*m->ranges.why)
		return "no known owner";
	return m->ranges.cut ? "not known: not all ranges are here" : "not preserved";
}

/* Put the range and the owner under the cursor. */
static void put_cursor(struct map_view *m, struct buf *b)
{
	size_t i = ranges_at(&m->ranges, m->at);
	const struct range *r = i < m->ranges.nr ? &m->ranges.v[i] : NULL;

	buf_printf(b, "0x%llx: ", (unsigned long long)m->at);
	if (r && m->at < r->start && r->start - m->at < m->cell - (m->at - m->low) % m->cell)
		buf_printf(b, "from 0x%llx on ", (unsigned long long)r->start);
	else if (!r || m->at < r->start)
		r = NULL;
	if (!r) {
		buf_str(b, of_no_range(m));
		return;
	}
	put_size(b, r->end - r->start);
	buf_printf(b, " of %s", ranges_name(&m->ranges, r->owner));
}

static void draw_legend(struct map_view *m, struct canvas *c, const struct area *a, int row,
			int lines)
{
	struct buf b = { 0 };

	put_cursor(m, &b);
	canvas_put(c, row++, 0, a->cols, INK_LABEL, b.p ? b.p : "", b.len);
	for (int i = 0; i < lines && i < m->ranges.nr_groups; i++, row++) {
		b.len = 0;
		buf_printf(&b, "%c  %s  ", 'A' + i, ranges_name(&m->ranges,
								 m->ranges.groups[i].name));
		put_size(&b, m->ranges.groups[i].bytes);
		if (i == lines - 1 && m->ranges.nr_groups > lines)
			buf_printf(&b, "  and %d more", m->ranges.nr_groups - lines);
		canvas_put(c, row, 0, a->cols, ink_of(i), b.p, b.len);
	}
	buf_free(&b);
}

static void draw(struct view *v, struct canvas *c, const struct area *a)
{
	struct map_view *m = map_of(v);
	int legend = m->ranges.nr_groups < MAX_LEGEND ? m->ranges.nr_groups : MAX_LEGEND;

	if (!m->ranges.nr) {
		canvas_str(c, a->row, 0, a->cols, INK_DIM, *m->ranges.why ? m->ranges.why :
			   "no memory is preserved");
		return;
	}
	if (legend > a->rows / 3)
		legend = a->rows / 3;
	m->rows = a->rows - legend - 1;
	m->rows = m->rows < 1 ? 1 : m->rows;
	m->cols = a->cols >= 60 ? a->cols - 13 : a->cols;
	frame(m);
	draw_picture(m, c, a);
	draw_legend(m, c, a, a->row + m->rows, legend);
}

static void move(struct map_view *m, bool down, uint64_t cells)
{
	uint64_t by, last = end_of(m) ? end_of(m) - 1 : 0;

	if (__builtin_mul_overflow(cells, m->cell ? m->cell : PAGE, &by))
		by = UINT64_MAX;
	if (down)
		m->at = last > m->at && last - m->at > by ? m->at + by : last;
	else
		m->at = m->at > first_of(m) && m->at - first_of(m) > by ? m->at - by : first_of(m);
}

static void zoom(struct map_view *m, bool in)
{
	uint64_t all = end_of(m) - first_of(m), span = m->span ? m->span : all;
	uint64_t least = PAGE * (m->rows > 0 ? m->rows : 1) * (m->cols > 0 ? m->cols : 1);

	if (in && span > least)
		m->span = span / ZOOM > least ? span / ZOOM : least;
	else if (!in)
		m->span = span < all / ZOOM ? span * ZOOM : 0;
	m->low = UINT64_MAX;	/* the cursor is not on the screen then, and frame() centers it */
	if (in && span <= least)
		app_message(m->v.app, "a cell has a page: there is nothing smaller");
}

static void load_ranges(struct map_view *m)
{
	struct session *session = &m->v.app->session;
	char room[COUNT_TEXT];

	ranges_free(&m->ranges);
	if (session->mem && !ranges_load(&m->ranges, session->mem, m->side) && m->side) {
		m->side = 0;
		ranges_load(&m->ranges, session->mem, 0);
	}
	if (m->ranges.cut)
		app_message(m->v.app, "only the first %s ranges are shown",
			    count_text(m->ranges.nr, room));
}

static void next_side(struct map_view *m)
{
	m->side++;
	load_ranges(m);
	m->span = 0;
	m->at = first_of(m);
}

static void follow_cursor(struct map_view *m)
{
	size_t i = ranges_at(&m->ranges, m->at);

	if (i < m->ranges.nr && m->at < m->ranges.v[i].start &&
	    m->ranges.v[i].start - m->at < m->cell)
		m->at = m->ranges.v[i].start;
	if (kstd_has_memory(m->v.app->session.dump))
		app_push(m->v.app, view_hex_memory(m->v.app, m->at));
	else
		app_message(m->v.app, "the source has no memory to show");
}

/* Go to the section that owns the memory under the cursor. */
static void go_owner(struct map_view *m)
{
	size_t i = ranges_at(&m->ranges, m->at);
	char owner[400];

	if (i < m->ranges.nr && m->ranges.v[i].start < m->at + m->cell) {
		snprintf(owner, sizeof(owner), "%s",
			 ranges_name(&m->ranges, m->ranges.v[i].owner));
		if (app_go_place(m->v.app, owner))
			return;
	}
	follow_cursor(m);
}

static bool act(struct view *v, enum action act)
{
	struct map_view *m = map_of(v);
	uint64_t row = m->cols > 0 ? m->cols : 1, page = row * (m->rows > 0 ? m->rows : 1);

	switch (act) {
	case ACT_LEFT:
	case ACT_RIGHT:
		move(m, act == ACT_RIGHT, 1);
		return true;
	case ACT_UP:
	case ACT_DOWN:
		move(m, act == ACT_DOWN, row);
		return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		move(m, act == ACT_PAGE_DOWN, page);
		return true;
	case ACT_HOME:
		m->at = first_of(m);
		return true;
	case ACT_END:
		move(m, true, UINT64_MAX);
		return true;
	case ACT_ZOOM_IN:
	case ACT_ZOOM_OUT:
		zoom(m, act == ACT_ZOOM_IN);
		return true;
	case ACT_PANE:
		next_side(m);
		return true;
	case ACT_FOLLOW:
		follow_cursor(m);
		return true;
	case ACT_OPEN:
		go_owner(m);
		return true;
	default:
		return false;
	}
}

static void click(struct view *v, int row, int col)
{
	struct map_view *m = map_of(v);
	int digits = m->cols ? v->app->area.cols - m->cols : 0;
	uint64_t at;

	if (row >= m->rows || col < digits ||
	    __builtin_mul_overflow((uint64_t)row * m->cols + col - digits, m->cell, &at) ||
	    __builtin_add_overflow(at, m->low, &at))
		return;
	if (at < end_of(m))
		m->at = at;
}

static uint64_t row_of(struct view *v)
{
	struct map_view *m = map_of(v);

	return ranges_at(&m->ranges, m->at);
}

static bool has_row(struct view *v, uint64_t row)
{
	return row < map_of(v)->ranges.nr;
}

static bool match(struct view *v, uint64_t row, const char *text)
{
	const struct ranges *r = &map_of(v)->ranges;
	const char *name = ranges_name(r, r->v[row].owner);

	return text_has(name, strlen(name), text);
}

static void go(struct view *v, uint64_t row)
{
	if (has_row(v, row))
		map_of(v)->at = map_of(v)->ranges.v[row].start;
}

static void position(struct view *v, struct buf *b)
{
	struct map_view *m = map_of(v);

	buf_str(b, "a cell: ");
	put_size(b, m->cell);
}

static void title(struct view *v, struct buf *b)
{
	struct map_view *m = map_of(v);

	buf_printf(b, "preserved (%s), ranges: ", m->ranges.side);
	buf_count(b, m->ranges.nr);
	if (*m->ranges.why && m->ranges.nr)
		buf_printf(b, "; map not known: %s", m->ranges.why);
}

static void text(struct view *v, struct buf *b)
{
	const struct ranges *r = &map_of(v)->ranges;

	for (size_t i = 0; i < r->nr; i++)
		buf_printf(b, "0x%016llx  %12llu  %s\n", (unsigned long long)r->v[i].start,
			   (unsigned long long)(r->v[i].end - r->v[i].start),
			   ranges_name(r, r->v[i].owner));
}

static void whole(struct view *v, struct buf *b)
{
	put_cursor(map_of(v), b);
}

static bool shown(struct view *v, struct shown *s)
{
	*s = (struct shown){ "mem", NULL, v->app->session.mem };
	return s->node;
}

static void drop(struct view *v)
{
	ranges_free(&map_of(v)->ranges);
}

static void renew(struct view *v)
{
	if (session_need_mem(&v->app->session))
		app_message(v->app, "%s", v->app->session.error);
	load_ranges(map_of(v));
}

static const enum action bar[] = {
	ACT_OPEN, ACT_ZOOM_IN, ACT_ZOOM_OUT, ACT_FOLLOW, ACT_PANE, ACT_SEARCH, ACT_WHOLE,
	ACT_EXPORT, ACT_NONE
};

static const struct view_ops map_ops = {
	.name = "memory",
	.tab = ACT_MEMORY,
	.bar = bar,
	.draw = draw,
	.act = act,
	.click = click,
	.drop = drop,
	.renew = renew,
	.row = row_of,
	.has_row = has_row,
	.match = match,
	.go = go,
	.position = position,
	.title = title,
	.text = text,
	.shown = shown,
	.whole = whole,
};

/* With an address, the view is zoomed in: a cell is a page. */
struct view *view_map(struct app *app, uint64_t address, bool has_address)
{
	struct map_view *m;

	if (session_need_mem(&app->session)) {
		app_failed(app);
		return NULL;
	}
	m = view_new(sizeof(*m), &map_ops, app);
	if (!m)
		return NULL;
	load_ranges(m);
	m->at = has_address ? address : first_of(m);
	if (has_address && (address < first_of(m) || address >= end_of(m))) {
		app_message(app, *m->ranges.why || m->ranges.cut ?
			    "whether 0x%llx is preserved is not known" :
			    "0x%llx is not among what is preserved", (unsigned long long)address);
		m->at = first_of(m);
	} else if (has_address) {
		m->span = 1;
	}
	return &m->v;
}
