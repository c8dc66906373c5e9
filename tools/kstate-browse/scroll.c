// SPDX-License-Identifier: GPL-2.0

#include "view.h"

#define FAR	(1ULL << 40)

void scroll_to(struct scroll *s, uint64_t row)
{
	uint64_t height = s->height > 0 ? s->height : 1;

	s->cur = row;
	if (row < s->top)
		s->top = row;
	if (row >= s->top + height)
		s->top = row - height + 1;
}

/* The last row at or before @row, if those at or before @sure are there. */
static uint64_t last_row(uint64_t sure, uint64_t row, bool (*has)(void *arg, uint64_t row), void *arg)
{
	if (has(arg, row))
		return row;
	while (sure + 1 < row) {
		uint64_t middle = sure + (row - sure) / 2;

		if (has(arg, middle))
			sure = middle;
		else
			row = middle;
	}
	return sure;
}

static void move(struct scroll *s, int64_t by, bool (*has)(void *arg, uint64_t row), void *arg)
{
	if (by < 0)
		scroll_to(s, s->cur < (uint64_t)-by ? 0 : s->cur + by);
	else
		scroll_to(s, last_row(s->cur, s->cur + by, has, arg));
}

bool scroll_act(struct scroll *s, enum action act, bool (*has)(void *arg, uint64_t row), void *arg)
{
	int page = s->height > 1 ? s->height - 1 : 1;

	switch (act) {
	case ACT_UP:
		move(s, -1, has, arg);
		return true;
	case ACT_DOWN:
		move(s, 1, has, arg);
		return true;
	case ACT_PAGE_UP:
		move(s, -page, has, arg);
		return true;
	case ACT_PAGE_DOWN:
		move(s, page, has, arg);
		return true;
	case ACT_HOME:
		scroll_to(s, 0);
		return true;
	case ACT_END:
		scroll_to(s, last_row(s->cur, FAR, has, arg));
		return true;
	default:
		return false;
	}
}
