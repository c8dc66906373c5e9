// SPDX-License-Identifier: GPL-2.0

/* Text: a line for each event, and tables. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/text_value.h"
#include "show.h"
#include "show_text.h"

#define NS_PER_SECOND	1000000000ULL
#define SECTION_WIDTH	28
#define KIND_WIDTH	14
#define SECTION_LEAST	12
#define LINE_WIDTH	85	/* of a line with a section of SECTION_WIDTH that was restored */
#define TIME_WIDTH	17

void put_section(struct buf *b, const char *name, uint64_t instance)
{
	text_escaped(b, name, strnlen(name, RECORD_NAME), 0);
	buf_printf(b, "@%llx", (unsigned long long)instance);
}

void put_result(struct buf *b, unsigned int kind, bool done, int error)
{
	char room[16];

	buf_str(b, show_result(kind, done));
	if (error)
		buf_printf(b, ": %s (%s)", text_errno(error, room), strerror(abs(error)));
}

/* Pad what was added since @start; with @right, blanks come before it. */
static void pad(struct buf *b, size_t start, size_t width, bool right)
{
	size_t len = b->len - start, gap = len < width ? width - len : 0;

	buf_fill(b, ' ', gap);
	if (b->failed || !right)
		return;
	memmove(b->p + start + gap, b->p + start, len);
	memset(b->p + start, ' ', gap);
}

static void put_time(struct show *s, uint64_t time)
{
	uint64_t ns = time + s->realtime;
	time_t seconds = ns / NS_PER_SECOND;
	unsigned int us = ns % NS_PER_SECOND / 1000;
	char text[32];
	struct tm tm;

	if (s->realtime && localtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%T", &tm))
		buf_printf(&s->b, "%s.%06u  ", text, us);
	else
		buf_printf(&s->b, "%8llu.%06u  ", (unsigned long long)seconds, us);
}

/* On a terminal that is too narrow for lines of the usual width, names have less room. */
static int section_width(const struct show *s)
{
	int over = LINE_WIDTH + (s->timestamps ? TIME_WIDTH : 0) - (int)s->columns;

	if (!s->columns || over < 0)
		over = 0;
	return over > SECTION_WIDTH - SECTION_LEAST ? SECTION_LEAST : SECTION_WIDTH - over;
}

static void put_ink(struct show *s, struct buf *b, enum table_ink ink, bool begin)
{
	if (s->color)
		buf_str(b, begin ? table_ink_begin(ink) : table_ink_end(ink));
}

static void put_heading(struct show *s)
{
	put_ink(s, &s->b, TABLE_HEADING, true);
	if (s->timestamps)
		buf_printf(&s->b, "%-15s  ", "time");
	buf_printf(&s->b, "%-*s  %-*s  %7s  %10s  %8s  %s", section_width(s), "section", KIND_WIDTH,
		   "event", "version", "bytes", "in", "result");
	put_ink(s, &s->b, TABLE_HEADING, false);
	buf_char(&s->b, '\n');
}

/* A line is written as a whole, at once: users watch it on a terminal. */
static void text_record(struct show *s, const struct record *r)
{
	struct buf line = { 0 };

	if (!s->shown++)
		put_heading(s);
	if (s->timestamps && r->no_time)
		buf_printf(&s->b, "%15s  ", "-");
	else if (s->timestamps)
		put_time(s, r->time);
	put_section(&line, r->name, r->instance);
	pad(&line, 0, section_width(s), false);
	buf_printf(&line, "  %-*s  ", KIND_WIDTH, show_kind(r->kind));
	if (count_is_begin(r)) {
		while (line.len && line.p[line.len - 1] == ' ')
			line.len--;
	} else {
		size_t start;

		buf_printf(&line, "%7u  %10llu  ", r->version, (unsigned long long)r->bytes);
		start = line.len;
		text_ns(&line, r->ns);
		pad(&line, start, 8, true);
		buf_str(&line, "  ");
		put_ink(s, &line, ink_of(!r->done || r->error), true);
		put_result(&line, r->kind, r->done, r->error);
		put_ink(s, &line, ink_of(!r->done || r->error), false);
	}
	buf_char(&line, '\n');
	if (line.p)
		buf_add(&s->b, line.p, line.len);
	buf_free(&line);
}

void begin_table(struct table *t, struct show *s, unsigned int indent, const uint8_t *leave_out)
{
	table_begin(t, &s->b, indent);
	t->color = s->color;
	t->limit = s->columns;
	t->leave_out = leave_out;
}

enum table_ink ink_of(bool failed)
{
	return failed ? TABLE_BAD : TABLE_PLAIN;
}

void put_bar_cells(struct table *t, uint64_t part, uint64_t whole)
{
	unsigned int permille = show_permille(part, whole);

	buf_printf(table_text(t), "%u.%u %%", permille / 10, permille % 10);
	table_cell(t, true);
	table_bar(t, permille);
}

/* "1,000 sections: 990 saved, 10 lost" */
static void put_outcome(struct buf *b, const struct total *t, unsigned int kind)
{
	buf_count(b, t->count);
	buf_str(b, t->count == 1 ? " section: " : " sections: ");
	buf_count(b, t->count - t->failed);
	buf_printf(b, " %s", show_result(kind, true));
	if (t->failed) {
		buf_str(b, ", ");
		buf_count(b, t->failed);
		buf_printf(b, " %s", show_result(kind, false));
	}
	buf_str(b, "; ");
	buf_count(b, t->bytes);
	buf_str(b, " bytes in ");
	text_ns(b, t->ns);
}

static void put_saves(struct buf *b, const struct agg *a)
{
	const struct total *save = &a->totals[RECORD_SAVE_END];

	if (!save->count && !a->totals[RECORD_SECTION_SAVE].count)
		return;
	buf_str(b, "save     ");
	put_outcome(b, &a->totals[RECORD_SECTION_SAVE], RECORD_SECTION_SAVE);
	buf_str(b, "\n         ");
	buf_count(b, save->count);
	buf_str(b, save->count == 1 ? " image: " : " images: ");
	buf_count(b, save->bytes);
	buf_str(b, " bytes in ");
	text_ns(b, save->ns);
	if (save->wall > save->ns) {
		buf_str(b, ", with getting memory ");
		text_ns(b, save->wall);
	}
	if (save->failed) {
		buf_str(b, "; ");
		buf_count(b, save->failed);
		buf_str(b, " failed");
	}
	buf_char(b, '\n');
}

static void put_restores(struct buf *b, const struct agg *a)
{
	const struct total *calls = &a->totals[RECORD_RESTORE_END];

	if (!calls->count && !a->totals[RECORD_SECTION_RESTORE].count)
		return;
	buf_str(b, "restore  ");
	put_outcome(b, &a->totals[RECORD_SECTION_RESTORE], RECORD_SECTION_RESTORE);
	buf_str(b, "\n         ");
	buf_count(b, calls->count);
	buf_str(b, calls->count == 1 ? " call in " : " calls in ");
	text_ns(b, calls->ns);
	buf_char(b, '\n');
}

/* Why a budget is not known. */
static void put_missing(struct buf *b, const struct budget *budget)
{
	const struct {
		uint64_t nr;
		const char *one, *more;
	} why[] = {
		{ budget->lost, "event or call was lost", "events or calls were lost" },
		{ budget->unknown, "time could not be read", "times could not be read" },
		{ budget->damaged, "thing is damaged", "things are damaged" },
		{ budget->not_ended, "save or restore has no end", "saves or restores have no end" },
	};
	const char *between = "";

	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		if (!why[i].nr)
			continue;
		buf_str(b, between);
		buf_count(b, why[i].nr);
		buf_printf(b, " %s", why[i].nr == 1 ? why[i].one : why[i].more);
		between = ", ";
	}
}

void put_budget(struct buf *b, const struct budget *budget)
{
	if (!budget || !budget->limit)
		return;
	switch (budget_verdict(budget)) {
	case BUDGET_NOTHING:
		buf_str(b, "budget   not kept: there was no save and no restore to measure\n");
		return;
	case BUDGET_NOT_KNOWN:
		buf_str(b, "budget   not known: ");
		put_missing(b, budget);
		buf_str(b, budget->damaged ? "; it says " : "; at least ");
		break;
	case BUDGET_EXCEEDED:
		buf_str(b, "budget   exceeded: ");
		break;
	default:
		buf_str(b, "budget   kept: ");
	}
	text_ns(b, budget_used(budget));
	buf_str(b, " of ");
	text_ns(b, budget->limit);
	buf_str(b, " (save ");
	text_ns(b, budget->save);
	buf_str(b, ", restore ");
	text_ns(b, budget->restore);
	if (budget->serialize) {
		buf_str(b, ", LUO ");
		text_ns(b, budget->serialize);
	}
	buf_str(b, ")\n");
}

static void put_lost(struct buf *b, const struct agg *a)
{
	if (a->lost.ring) {
		buf_count(b, a->lost.ring);
		buf_str(b, a->recorded ? " events were lost before they were recorded\n" :
			   " events were lost: --ring makes their buffer larger\n");
	}
	if (a->lost.rows) {
		buf_count(b, a->lost.rows);
		buf_str(b, " events have no row: --rows allows more; the sums above count them\n");
	}
	if (a->lost.missed) {
		buf_count(b, a->lost.missed);
		buf_str(b, " events were missed: they came while another one was looked at\n");
	}
	if (a->lost.calls) {
		buf_count(b, a->lost.calls);
		buf_str(b, " calls of KHO or LUO were not timed\n");
	}
}

void text_report(struct show *s, const struct agg *a, const struct budget *budget)
{
	struct buf *b = &s->b;

	if (s->timestamps && s->realtime) {
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC, &now);
		put_time(s, now.tv_sec * NS_PER_SECOND + now.tv_nsec);
		buf_char(b, '\n');
	}
	put_saves(b, a);
	put_restores(b, a);
	if (!a->totals[RECORD_SAVE_END].count && !a->totals[RECORD_RESTORE_END].count &&
	    !a->totals[RECORD_SECTION_SAVE].count && !a->totals[RECORD_SECTION_RESTORE].count)
		buf_str(b, "no save and no restore was seen\n");
	put_lost(b, a);
	put_tables(s, a);
	put_budget(b, budget);
	buf_flush(b);
}

static void text_end(struct show *s, const struct agg *a, const struct budget *budget)
{
	struct buf *b = &s->b;

	if (s->shown)
		buf_char(b, '\n');
	buf_count(b, s->shown);
	buf_str(b, s->shown == 1 ? " event" : " events");
	buf_str(b, a->lost.ring ? "; " : "\n");
	put_lost(b, a);
	put_budget(b, budget);
	buf_flush(b);
}

static void text_fail(struct show *s, const char *code, const char *text)
{
	buf_flush(&s->b);
	text_to_stderr("kstate-trace", text);
}

const struct show_ops show_text = {
	.record = text_record,
	.report = text_report,
	.end = text_end,
	.boot = text_boot,
	.fail = text_fail,
};
