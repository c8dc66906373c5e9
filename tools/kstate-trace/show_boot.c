// SPDX-License-Identifier: GPL-2.0

/* The result of boot, as text. */

#include <string.h>

#include "../common/text_value.h"
#include "show_text.h"

static void put_total(struct buf *b, const struct boot *boot, const struct boot_sum *sum)
{
	buf_str(b, "saved     ");
	buf_count(b, sum->sections);
	buf_str(b, sum->sections == 1 ? " section, " : " sections, ");
	buf_count(b, sum->bytes);
	buf_str(b, " bytes");
	if (boot->has_save) {
		buf_str(b, ", in ");
		text_ns(b, boot->save_ns);
	}
	if (*boot->release) {
		buf_str(b, " by ");
		text_escaped(b, boot->release, strlen(boot->release), 0);
	}
	if (boot->generation)
		buf_printf(b, ", live update %llu", (unsigned long long)boot->generation);
	buf_str(b, "\nrestored  ");
	buf_count(b, sum->restored);
	buf_str(b, sum->restored == 1 ? " section in " : " sections in ");
	text_ns(b, sum->restore_ns);
	buf_str(b, "; ");
	buf_count(b, sum->failed);
	buf_str(b, " failed, ");
	buf_count(b, sum->unclaimed);
	buf_str(b, " unclaimed");
	if (sum->unknown) {
		buf_str(b, ", not known of ");
		buf_count(b, sum->unknown);
	}
	buf_char(b, '\n');
}

static void put_traced(struct buf *b, const struct boot *boot)
{
	if (!boot->traced)
		return;
	buf_str(b, "traced    ");
	buf_count(b, boot->stream.events);
	buf_str(b, boot->stream.events == 1 ? " event" : " events");
	if (boot->stream.lost) {
		buf_str(b, "; ");
		buf_count(b, boot->stream.lost);
		buf_str(b, " were overwritten: trace_buf_size= on the command line makes the buffer larger");
	}
	buf_char(b, '\n');
}

static void cell_ns(struct table *t, bool has, uint64_t ns)
{
	if (has)
		text_ns(table_text(t), ns);
	else
		buf_char(table_text(t), '-');
	table_cell(t, true);
}

static void cell_when(struct table *t, const struct boot_row *row)
{
	if (row->has_time)
		buf_printf(table_text(t), "%llu.%06u s", (unsigned long long)(row->time / 1000000000),
			   (unsigned int)(row->time % 1000000000 / 1000));
	else
		buf_char(table_text(t), '-');
	table_cell(t, true);
	if (row->events)
		text_escaped(table_text(t), row->comm, strlen(row->comm), 0);
	else
		buf_char(table_text(t), '-');
	table_cell(t, false);
}

static void cell_result(struct table *t, const struct boot_row *row)
{
	struct buf *b = table_text(t);
	char room[16];

	t->ink = ink_of(row->error);
	text_escaped(b, row->result, strlen(row->result), 0);
	if (row->error)
		buf_printf(b, ": %s (%s)", text_errno(row->error, room), strerror(-row->error));
	if (row->events > 1)
		buf_printf(b, ", attempt %llu", (unsigned long long)row->events);
	table_cell(t, false);
	t->ink = TABLE_PLAIN;
}

static void put_row(struct table *t, const struct boot_row *row, uint64_t whole)
{
	put_section(table_text(t), row->name, row->instance);
	table_cell(t, false);
	if (row->has_version)
		buf_printf(table_text(t), "%u", row->version);
	else
		buf_char(table_text(t), '-');
	table_cell(t, true);
	if (row->has_bytes)
		buf_count(table_text(t), row->bytes);
	else
		buf_char(table_text(t), '-');
	table_cell(t, true);
	cell_ns(t, row->has_save, row->save_ns);
	cell_ns(t, row->has_restore, row->restore_ns);
	put_bar_cells(t, count_sum(row->save_ns, row->restore_ns), whole);
	cell_when(t, row);
	cell_result(t, row);
	table_row(t);
}

static void put_headings(struct table *t)
{
	static const char *const names[] = { "section", "version", "bytes", "saved in",
		"restored in", "share", "", "at", "by", "result" };

	t->ink = TABLE_HEADING;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_str(table_text(t), names[i]);
		table_cell(t, false);
	}
	t->ink = TABLE_PLAIN;
	table_row(t);
}

static void put_rows(struct show *s, const struct boot *boot)
{
	static const uint8_t leave_out[] = { 7, 6, 9, 8, 2, 3, 4, 0 };
	uint64_t whole = 0, shown = s->top && s->top < boot->shown ? s->top : boot->shown;
	struct table t;

	for (size_t i = 0; i < boot->nr; i++) {
		whole = count_sum(whole, boot->rows[i].save_ns);
		whole = count_sum(whole, boot->rows[i].restore_ns);
	}
	buf_char(&s->b, '\n');
	begin_table(&t, s, 0, leave_out);
	put_headings(&t);
	for (size_t i = 0; i < shown; i++)
		put_row(&t, &boot->rows[i], whole);
	table_end(&t);
	if (shown == boot->shown)
		return;
	buf_count(&s->b, boot->shown - shown);
	buf_str(&s->b, boot->shown - shown == 1 ? " other\n" : " others\n");
}

void text_boot(struct show *s, const struct boot *boot, const struct budget *budget)
{
	put_total(&s->b, boot, &boot->sum);
	put_traced(&s->b, boot);
	if (boot->shown)
		put_rows(s, boot);
	put_budget(&s->b, budget);
	buf_flush(&s->b);
}
