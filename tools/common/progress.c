// SPDX-License-Identifier: GPL-2.0

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define DELAY_ENV	"KSTATE_DUMP_PROGRESS_MS"
#define DELAY_MS	500
#define INTERVAL_MS	100

/**
 * struct line - the line
 * @program: begins the line; NULL: no line is written
 * @next: the time from which on it may be written, in ms
 * @interval: the time until it may be written again, in ms
 * @len: characters that are on the terminal now
 */
static struct line {
	const char *program;
	uint64_t next;
	uint64_t interval;
	int len;
} line;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

static unsigned long delay_ms(void)
{
	const char *text = getenv(DELAY_ENV);
	char *end;
	unsigned long ms = text ? strtoul(text, &end, 10) : 0;

	return text && *text && !*end ? ms : DELAY_MS;
}

void progress_start(const char *program)
{
	unsigned long delay = delay_ms();

	if (!isatty(STDERR_FILENO))
		return;
	line = (struct line){
		.program = program, .next = now_ms() + delay,
		.interval = delay < INTERVAL_MS ? delay : INTERVAL_MS,
	};
}

void progress_off(void)
{
	line.program = NULL;
}

/* A count without an end: only that it grows is of interest. */
static void shorten(char *text, size_t size, uint64_t n)
{
	static const char *const units[] = { "", " thousand", " million", " billion" };
	double v = n;
	int i = 0;

	for (; v >= 1000 && i < 3; i++)
		v /= 1000;
	snprintf(text, size, i ? "%.1f%s" : "%.0f%s", v, units[i]);
}

/* Blanks overwrite the rest of a line that was longer. */
static void draw(const char *what, uint64_t done, uint64_t total)
{
	char amount[32], text[160];
	int len;

	if (total)
		snprintf(amount, sizeof(amount), "%3.0f%%", 100.0 * done / total);
	else
		shorten(amount, sizeof(amount), done);
	len = snprintf(text, sizeof(text), "%s: %s %s", line.program, what, amount);
	fprintf(stderr, "\r%-*s", line.len, text);
	fflush(stderr);
	line.len = len;
}

int progress_show(void *arg, const char *what, uint64_t done, uint64_t total)
{
	uint64_t now;

	(void)arg;
	if (!line.program)
		return 0;
	now = now_ms();
	if (now < line.next)
		return 0;
	draw(what, done, total);
	line.next = now + line.interval;
	return 0;
}

void progress_clear(int fd)
{
	if (!line.program)
		return;
	if (line.len)
		fprintf(stderr, "\r%*s\r", line.len, "");
	line.len = 0;
	if (isatty(fd))
		line.program = NULL;
}
