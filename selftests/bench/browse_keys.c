// SPDX-License-Identifier: GPL-2.0

/*
 * kstate-browse on a terminal that presses keys as fast as it gets screens, and prints at the
 * end how long that took, for bench_browse: seconds until the first screen; of a key until its
 * screen the median, p99 and maximum; KiB of memory.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "../../tools/kstate-browse/browse.h"

#define KEYS	4000

static struct {
	double opened;
	double first;
	double pressed;
	double took[KEYS];
	int nr;
	bool coming;
	bool waiting;
} b;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static const char *bench_open(struct term_opts *opts)
{
	(void)opts;
	b.opened = now();
	return NULL;
}

static void bench_size(int *rows, int *cols)
{
	*rows = 50;
	*cols = 160;
}

/* Until the source is open, there is nothing but a status line. */
static bool has_view(const struct canvas *c)
{
	for (int i = 0; c->rows > 2 && i < c->cols; i++)
		if (*c->cells[c->cols + i].text != ' ')
			return true;
	return false;
}

static void bench_show(const struct canvas *c)
{
	if (!b.first && has_view(c))
		b.first = now();
	if (b.waiting)
		b.took[b.nr++] = now() - b.pressed;
	b.waiting = false;
}

/* Moves all over the place, into sections and out of them, with some of every other view. */
static uint32_t some_key(int i)
{
	static const uint32_t keys[] = {
		K_DOWN, K_PGDN, K_END, K_UP, K_TAB, K_DOWN, K_PGDN, K_TAB, K_HOME, K_PGDN,
		K_PGDN, K_PGDN, 'x', K_DOWN, K_RIGHT, 'q', K_END, K_PGUP, K_PGUP, K_ENTER,
		K_DOWN, K_LEFT, '?', 'q', K_PGUP, K_PGUP, K_DOWN, K_DOWN, K_DOWN, K_DOWN,
	};

	return keys[i % (sizeof(keys) / sizeof(keys[0]))];
}

/* A key comes when a piece of work between keys has just begun, which is the worst moment. */
static void bench_next(struct event *e, int ms)
{
	(void)ms;
	*e = (struct event){ .type = EVENT_NONE };
	if (!b.coming) {
		b.coming = true;
		b.pressed = now();
		return;
	}
	b.coming = false;
	b.waiting = b.nr < KEYS;
	e->type = b.waiting ? EVENT_KEY : EVENT_END;
	e->key = some_key(b.nr);
}

static int by_value(const void *a, const void *c)
{
	double x = *(const double *)a, y = *(const double *)c;

	return x < y ? -1 : x > y;
}

static int bench_close(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	qsort(b.took, b.nr, sizeof(b.took[0]), by_value);
	printf("%.6f %.6f %.6f %.6f %ld\n", b.first - b.opened, b.nr ? b.took[b.nr / 2] : 0,
	       b.nr ? b.took[b.nr * 99 / 100] : 0, b.nr ? b.took[b.nr - 1] : 0,
	       usage.ru_maxrss);
	return 0;
}

static bool bench_cancel(void)
{
	return false;
}

static void bench_redraw(void)
{
}

static const struct term_ops term_bench = {
	.open = bench_open,
	.close = bench_close,
	.size = bench_size,
	.show = bench_show,
	.next = bench_next,
	.cancel = bench_cancel,
	.redraw = bench_redraw,
	.waits = true,
};

int main(int argc, char **argv)
{
	return browse_main(argc, argv, &term_bench);
}
