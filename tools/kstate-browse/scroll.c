// SPDX-License-Identifier: GPL-2.0

/* What views have in common: their rows, the cursor in them, making and freeing. */

#include <stdlib.h>

#include "view.h"
#include "../common/short.h"

#define FAR	(1ULL << 40)	/* more rows than any view has */

void *view_new(size_t size, const struct view_ops *ops, struct app *app)
{
	struct view *v = short_if_null(calloc(1, size));

	if (v)
		*v = (struct view){ .ops = ops, .app = app };
	return v;
}

void view_free(struct view *v)
{
	v->ops->drop(v);
	if (v->ops->free)
		v->ops->free(v);
	free(v);
}

void scroll_to(struct scroll *s, uint64_t row)
{
	uint64_t height = s->height > 0 ? s->height : 1;

	s->cur = row;
	if (row < s->top)
		s->top = row;
	if (row >= s->top + height)
		s->top = row - height + 1;
}

uint64_t view_last_row(struct view *v, uint64_t low, uint64_t high)
{
	while (low + 1 < high) {
		uint64_t middle = low + (high - low) / 2;

		if (v->ops->has_row(v, middle))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The last row at or before @row; the view has the cursor's row. */
static uint64_t last_row(struct view *v, uint64_t row)
{
	return v->ops->has_row(v, row) ? row : view_last_row(v, v->scroll->cur, row);
}

bool view_scroll(struct view *v, enum action act)
{
	struct scroll *s = v->scroll;
	uint64_t page = s->height > 1 ? s->height - 1 : 1;
	uint64_t by = act == ACT_UP || act == ACT_DOWN ? 1 : page;

	switch (act) {
	case ACT_UP:
	case ACT_PAGE_UP:
		scroll_to(s, s->cur < by ? 0 : s->cur - by);
		return true;
	case ACT_DOWN:
	case ACT_PAGE_DOWN:
		scroll_to(s, last_row(v, s->cur + by));
		return true;
	case ACT_HOME:
		scroll_to(s, 0);
		return true;
	case ACT_END:
		scroll_to(s, last_row(v, FAR));
		return true;
	default:
		return false;
	}
}

bool view_click_row(struct view *v, int row)
{
	if (row < 0 || !v->ops->has_row(v, v->scroll->top + row))
		return false;
	v->scroll->cur = v->scroll->top + row;
	return true;
}

uint64_t view_row(struct view *v)
{
	return v->ops->row ? v->ops->row(v) : v->scroll->cur;
}

void view_go(struct view *v, uint64_t row)
{
	if (v->ops->go)
		v->ops->go(v, row);
	else
		scroll_to(v->scroll, row);
}
