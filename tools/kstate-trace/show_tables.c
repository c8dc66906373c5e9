// SPDX-License-Identifier: GPL-2.0

/* The tables of text output. */

#include <stdlib.h>
#include <string.h>

#include "../common/text_value.h"
#include "show_text.h"

static void cell(struct table *t, const char *text, bool right)
{
	buf_str(table_text(t), text);
	table_cell(t, right);
}

static void cell_count(struct table *t, uint64_t n)
{
	buf_count(table_text(t), n);
	table_cell(t, true);
}

static void cell_ns(struct table *t, uint64_t ns)
{
	text_ns(table_text(t), ns);
	table_cell(t, true);
}

static void headings(struct table *t, const char *const *names)
{
	t->ink = TABLE_HEADING;
	for (; *names; names++)
		cell(t, *names + (**names == '>'), **names == '>');
	t->ink = TABLE_PLAIN;
	table_row(t);
}

static void cell_times(struct table *t, const struct row *row)
{
	cell_ns(t, row->ns);
	cell_ns(t, agg_percentile(row, 50));
	cell_ns(t, agg_percentile(row, 90));
	cell_ns(t, agg_percentile(row, 99));
	cell_ns(t, row->max);
}

static void cell_name(struct table *t, const struct agg *a, const struct agg_row *r)
{
	if (a->settings.by_name)
		text_escaped(table_text(t), r->key.name, strnlen(r->key.name, RECORD_NAME), 0);
	else
		put_section(table_text(t), r->key.name, r->key.instance);
	table_cell(t, false);
}

static void cell_failed(struct table *t, uint64_t failed)
{
	t->ink = ink_of(failed);
	cell_count(t, failed);
	t->ink = TABLE_PLAIN;
}

static void cell_error(struct table *t, const struct agg_row *r)
{
	t->ink = ink_of(r->row.error);
	if (r->row.error)
		put_result(table_text(t), r->key.kind, !r->row.failed, r->row.error);
	table_cell(t, false);
	t->ink = TABLE_PLAIN;
}

static void put_row(struct table *t, const struct agg *a, const struct agg_row *r, uint64_t whole)
{
	cell_name(t, a, r);
	cell(t, show_kind(r->key.kind), false);
	cell_count(t, r->row.count);
	cell_failed(t, r->row.failed);
	cell_count(t, r->row.bytes);
	cell_times(t, &r->row);
	put_bar_cells(t, r->row.ns, whole);
	cell_error(t, r);
	table_row(t);
}

/* Put one row for all that are not shown. */
static void put_others(struct table *t, const struct row *others, uint64_t nr, uint64_t whole)
{
	buf_count(table_text(t), nr);
	buf_str(table_text(t), nr == 1 ? " other" : " others");
	table_cell(t, false);
	cell(t, "", false);
	cell_count(t, others->count);
	cell_failed(t, others->failed);
	cell_count(t, others->bytes);
	cell_times(t, others);
	put_bar_cells(t, others->ns, whole);
	table_row(t);
}

static void add_row(struct row *sum, const struct row *row)
{
	sum->count += row->count;
	sum->failed += row->failed;
	sum->bytes = count_sum(sum->bytes, row->bytes);
	sum->ns = count_sum(sum->ns, row->ns);
	sum->max = row->max > sum->max ? row->max : sum->max;
	for (uint32_t i = 0; i < HIST_BUCKETS; i++)
		sum->hist[i] += row->hist[i];
}

static bool is_call(const struct agg_row *r)
{
	return r->key.kind == RECORD_CALL;
}

static void put_sections(struct show *s, const struct agg *a, struct agg_row **rows)
{
	static const char *const names[] = { "section", "event", ">n", ">failed", ">bytes", ">total",
		">p50", ">p90", ">p99", ">max", ">share", "", "error", NULL };
	static const uint8_t leave_out[] = { 12, 11, 7, 8, 9, 5, 2, 10, 0 };
	struct row others = { 0 };
	uint64_t whole = 0, nr = 0;
	struct table t;

	for (struct agg_row **r = rows; *r; r++)
		whole += is_call(*r) ? 0 : (*r)->row.ns;
	begin_table(&t, s, 0, leave_out);
	for (struct agg_row **r = rows; *r; r++) {
		if (is_call(*r))
			continue;
		if (!nr++)
			headings(&t, names);
		if (!s->top || nr <= s->top)
			put_row(&t, a, *r, whole);
		else
			add_row(&others, &(*r)->row);
	}
	if (others.count)
		put_others(&t, &others, nr - s->top, whole);
	table_end(&t);
}

static void put_functions(struct show *s, struct agg_row **rows)
{
	static const char *const names[] = { "function", ">n", ">failed", ">total", ">p50", ">p90",
		">p99", ">max", "error", NULL };
	static const uint8_t leave_out[] = { 5, 6, 7, 8, 0 };
	struct table t;
	bool any = false;

	begin_table(&t, s, 0, leave_out);
	for (; *rows; rows++) {
		if (!is_call(*rows))
			continue;
		if (!any) {
			buf_char(&s->b, '\n');
			headings(&t, names);
		}
		any = true;
		cell(&t, (*rows)->key.name, false);
		cell_count(&t, (*rows)->row.count);
		cell_failed(&t, (*rows)->row.failed);
		cell_times(&t, &(*rows)->row);
		cell_error(&t, *rows);
		table_row(&t);
	}
	table_end(&t);
}

static void put_part(struct table *t, const char *what, uint64_t n, uint64_t ns, uint64_t whole)
{
	if (!n)
		return;
	cell(t, what, false);
	cell_count(t, n);
	cell_ns(t, ns);
	put_bar_cells(t, ns, whole);
	table_row(t);
}

static void put_share(struct table *t, const char *what, const struct share *s, uint64_t whole)
{
	put_part(t, what, s->calls, s->ns, whole);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Put the time of kstate, and that of KHO and LUO within saves and restores and outside of them. */
static void put_shares(struct show *s, const struct agg *a)
{
	static const char *const names[] = { "where the time went", ">n", ">total", ">share", "", NULL };
	static const uint8_t leave_out[] = { 5, 4, 0 };
	const struct total *save = &a->totals[RECORD_SAVE_END];
	const struct total *restore = &a->totals[RECORD_RESTORE_END];
	uint64_t whole = agg_whole(a);
	struct table t;

	if (!whole)
		return;
	buf_char(&s->b, '\n');
	begin_table(&t, s, 0, leave_out);
	headings(&t, names);
	put_part(&t, "saves of kstate", save->count, larger(save->wall, save->ns), whole);
	put_share(&t, "  of it in KHO", &a->shares[WHERE_SAVE][GROUP_KHO], whole);
	put_part(&t, "restores of kstate", restore->count, restore->ns, whole);
	put_share(&t, "  of it in KHO", &a->shares[WHERE_RESTORE][GROUP_KHO], whole);
	put_share(&t, "LUO", &a->shares[WHERE_OUTSIDE][GROUP_LUO], whole);
	put_share(&t, "KHO, for others", &a->shares[WHERE_OUTSIDE][GROUP_KHO], whole);
	table_end(&t);
}

#define OCTAVES	(HIST_BUCKETS / HIST_STEPS)

/* Add up the eight buckets of each power of two; returns the largest sum. */
static uint64_t octaves(const struct row *row, uint64_t *counts)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < OCTAVES; i++) {
		counts[i] = 0;
		for (uint32_t j = 0; j < HIST_STEPS; j++)
			counts[i] += row->hist[i * HIST_STEPS + j];
		most = counts[i] > most ? counts[i] : most;
	}
	return most;
}

static void put_octave(struct table *t, uint32_t i, uint64_t n, uint64_t most)
{
	uint64_t from, below, unused;

	agg_bucket(i * HIST_STEPS, &from, &unused);
	agg_bucket(i * HIST_STEPS + HIST_STEPS - 1, &unused, &below);
	cell_ns(t, from);
	if (below == UINT64_MAX)
		cell(t, "and more", true);
	else
		cell_ns(t, below);
	cell_count(t, n);
	table_bar(t, show_permille(n, most));
	table_row(t);
}

static void put_histogram(struct show *s, const struct agg *a, const struct agg_row *r)
{
	static const char *const names[] = { ">from", ">below", ">n", "", NULL };
	static const uint8_t leave_out[] = { 4, 0 };
	uint64_t counts[OCTAVES], most = octaves(&r->row, counts);
	uint32_t first = 0, last = OCTAVES - 1;
	struct table t;

	while (first < last && !counts[first])
		first++;
	while (last > first && !counts[last])
		last--;
	buf_char(&s->b, '\n');
	if (a->settings.by_name || is_call(r))
		text_escaped(&s->b, r->key.name, strnlen(r->key.name, RECORD_NAME), 0);
	else
		put_section(&s->b, r->key.name, r->key.instance);
	buf_printf(&s->b, ", %s\n", show_kind(r->key.kind));
	begin_table(&t, s, 2, leave_out);
	headings(&t, names);
	for (uint32_t i = first; i <= last; i++)
		put_octave(&t, i, counts[i], most);
	table_end(&t);
}

static void put_histograms(struct show *s, const struct agg *a, struct agg_row **rows)
{
	uint64_t nr = 0;

	for (; *rows && (!s->top || nr < s->top); rows++, nr++)
		put_histogram(s, a, *rows);
}

void put_tables(struct show *s, const struct agg *a)
{
	struct agg_row **rows = agg_sorted(a);

	if (!rows) {
		show_note(s, "no memory for the table");
		return;
	}
	if (*rows)
		buf_char(&s->b, '\n');
	put_sections(s, a, rows);
	if (a->calls_timed) {
		put_shares(s, a);
		put_functions(s, rows);
	}
	if (s->histograms)
		put_histograms(s, a, rows);
	free(rows);
}
