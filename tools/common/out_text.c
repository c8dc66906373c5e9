// SPDX-License-Identifier: GPL-2.0

/*
 * Text for people. The style of a node decides its form: a list of objects is a table, or a block
 * for each object; an object is a headline of the members that have a phrase, then a line for each
 * other member.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "progress.h"
#include "text_bare.h"
#include "text_hex.h"
#include "text_table.h"
#include "text_value.h"

#define INDENT		2
#define MAX_REPORTS	20	/* without -v: of each kind */
#define MAX_ROWS	16	/* without -v: of tables that may be long */
#define MAX_NUMBERED	8	/* without -v: elements that take lines of their own */

static void put_object(struct out *out, const struct kstd_node *object, unsigned int indent);
static void put_headline(struct out *out, const char *label, const struct kstd_node *object,
			 unsigned int indent);

static bool is_hidden(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_HIDDEN;
}

/* Does a list have lines of its own, and not a place in the line of its name? */
static bool is_big(const struct kstd_node *n)
{
	return kstd_node_type(n) == KSTD_LIST && kstd_node_style(n) != KSTD_STYLE_INLINE &&
	       kstd_node_style(n) != KSTD_STYLE_FLAGS;
}

static bool begins(const struct kstd_node *n, const char *with)
{
	size_t len = 0;
	const char *p = kstd_node_type(n) == KSTD_TEXT ? kstd_node_mem(n, &len) : NULL;

	return p && len >= strlen(with) && !memcmp(p, with, strlen(with));
}

/* What failed, was lost or is damaged is bad; what is not known, or nobody asked for, may be. */
static enum table_ink ink_of(const struct kstd_node *n)
{
	const char *name = kstd_node_name(n) ? kstd_node_name(n) : "";

	if (kstd_node_style(n) == KSTD_STYLE_UNKNOWN)
		return TABLE_DOUBT;
	if (!strcmp(name, "crc"))
		return begins(n, "bad") ? TABLE_BAD : TABLE_PLAIN;
	if (strcmp(name, "result"))
		return TABLE_PLAIN;
	return begins(n, "failed") || begins(n, "lost") ? TABLE_BAD :
	       begins(n, "unclaimed") ? TABLE_DOUBT : TABLE_PLAIN;
}

static void put_headings(struct table *t, const struct kstd_node *element)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	t->ink = TABLE_HEADING;
	kstd_iter_begin(&it, element);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n))
			continue;
		buf_str(table_text(t), kstd_node_label(n));
		table_cell(t, text_is_number(n));
	}
	kstd_iter_end(&it);
	t->ink = TABLE_PLAIN;
	table_row(t);
}

static bool is_long(const struct kstd_node *list)
{
	return kstd_node_style(list) == KSTD_STYLE_LONG;
}

/* Put how many rows come after those that were shown, if the list knows its length. */
static void put_more(struct out *out, const struct kstd_node *list, uint64_t shown,
		     unsigned int indent)
{
	uint64_t nr = kstd_node_count(list);
	char room[COUNT_TEXT];

	buf_fill(&out->b, ' ', indent);
	if (nr == KSTD_NO_COUNT)
		buf_str(&out->b, "... -v shows all\n");
	else
		buf_printf(&out->b, "... %s more, -v shows all\n", count_text(nr - shown, room));
}

static void put_table(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	struct text_style style = { .verbose = out->verbose, .null = "-" };
	uint64_t max = is_long(list) && !out->verbose ? MAX_ROWS : UINT64_MAX, shown = 0;
	const struct kstd_node *element, *n;
	struct kstd_iter rows, it;
	struct table t;

	table_begin(&t, &out->b, indent);
	t.color = out->color;
	kstd_iter_begin(&rows, list);
	for (; (element = kstd_iter_next(&rows)) && shown < max; shown++) {
		if (!shown)
			put_headings(&t, element);
		kstd_iter_begin(&it, element);
		while ((n = kstd_iter_next(&it))) {
			if (is_hidden(n))
				continue;
			text_value(table_text(&t), &style, n);
			t.ink = t.color ? ink_of(n) : TABLE_PLAIN;
			table_cell(&t, text_is_number(n));
		}
		t.ink = TABLE_PLAIN;
		kstd_iter_end(&it);
		table_row(&t);
	}
	kstd_iter_end(&rows);
	table_end(&t);
	if (element)
		put_more(out, list, shown, indent);
}

static bool is_nested(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_NESTED;
}

/* Put a value into its cell; of a nested value, a summary: its members follow below the row. */
static void put_cell(struct table *t, const struct text_style *style, const struct kstd_node *n)
{
	uint64_t nr = kstd_node_count(n);
	char room[COUNT_TEXT];

	if (!is_nested(n))
		text_value(table_text(t), style, n);
	else if (kstd_node_type(n) == KSTD_LIST)
		buf_printf(table_text(t), "%s element%s", count_text(nr, room), nr == 1 ? "" : "s");
	else
		text_phrases(table_text(t), style, n, true);
}

/*
 * Put a row. A member with a phrase continues the cell before it. Returns the nested value of the
 * row, or NULL.
 */
static const struct kstd_node *put_row(struct table *t, const struct text_style *style,
				       const struct kstd_node *element)
{
	const struct kstd_node *n, *nested = NULL;
	struct kstd_iter it;
	bool pending = false;

	kstd_iter_begin(&it, element);
	while ((n = kstd_iter_next(&it))) {
		bool goes_on = pending && kstd_node_phrase(n);

		if (is_hidden(n))
			continue;
		if (pending && !goes_on)
			table_cell(t, false);
		if (goes_on)
			text_phrase(table_text(t), style, n, false);
		else
			put_cell(t, style, n);
		if (is_nested(n))
			nested = n;
		pending = true;
	}
	kstd_iter_end(&it);
	if (pending)
		table_cell(t, false);
	table_row(t);
	return nested;
}

/* Nested values separate the rows of a table: make the columns as wide as all rows need. */
static void measure_rows(struct table *t, const struct text_style *style,
			 const struct kstd_node *list)
{
	const struct kstd_node *element, *n;
	struct kstd_iter rows, it;

	kstd_iter_begin(&rows, list);
	while ((element = kstd_iter_next(&rows))) {
		unsigned int column = 0;

		kstd_iter_begin(&it, element);
		while ((n = kstd_iter_next(&it))) {
			if (is_hidden(n) || kstd_node_type(n) != KSTD_TEXT ||
			    (column && kstd_node_phrase(n)))
				continue;
			text_value(table_text(t), style, n);
			table_widen(t, column++);
		}
		kstd_iter_end(&it);
	}
	kstd_iter_end(&rows);
}

static bool any_nested(const struct kstd_node *list)
{
	const struct kstd_node *element, *n;
	struct kstd_iter rows, it;
	bool any = false;

	kstd_iter_begin(&rows, list);
	while (!any && (element = kstd_iter_next(&rows))) {
		kstd_iter_begin(&it, element);
		while ((n = kstd_iter_next(&it)))
			any |= is_nested(n);
		kstd_iter_end(&it);
	}
	kstd_iter_end(&rows);
	return any;
}

/* Put the elements of a list, each with its number. */
static void put_numbered(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	const struct kstd_node *element;
	unsigned long long i = 0;
	struct kstd_iter it;
	char number[32];

	kstd_iter_begin(&it, list);
	for (; (element = kstd_iter_next(&it)); i++) {
		if (i == MAX_NUMBERED && !out->verbose) {
			put_more(out, list, i, indent);
			break;
		}
		snprintf(number, sizeof(number), "[%llu]", i);
		if (kstd_node_type(element) == KSTD_NULL) {
			buf_fill(&out->b, ' ', indent);
			buf_printf(&out->b, "%s  NULL\n", number);
			continue;
		}
		put_headline(out, number, element, indent);
		put_object(out, element, indent + INDENT);
	}
	kstd_iter_end(&it);
}

static void put_nested(struct out *out, const struct kstd_node *n, unsigned int indent)
{
	if (kstd_node_type(n) == KSTD_LIST)
		put_numbered(out, n, indent);
	else
		put_object(out, n, indent);
}

static void put_rows(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	struct text_style style = { .verbose = out->verbose, .units = true, .null = "NULL" };
	const struct kstd_node *element, *nested;
	struct kstd_iter it;
	struct table t;

	table_begin(&t, &out->b, indent);
	if (any_nested(list))
		measure_rows(&t, &style, list);
	kstd_iter_begin(&it, list);
	while ((element = kstd_iter_next(&it))) {
		nested = put_row(&t, &style, element);
		if (!nested)
			continue;
		table_flush(&t);
		put_nested(out, nested, indent + INDENT);
	}
	kstd_iter_end(&it);
	table_end(&t);
}

static void put_headline(struct out *out, const char *label, const struct kstd_node *object,
			 unsigned int indent)
{
	struct text_style style = { .verbose = out->verbose, .units = true, .null = "-" };
	struct buf line = { 0 };

	if (label)
		buf_str(&line, label);
	text_phrases(&line, &style, object, !label);
	buf_fill(&out->b, ' ', indent);
	if (out->color)
		buf_str(&out->b, "\033[1m");
	buf_add(&out->b, line.p ? line.p : "", line.len);
	if (out->color)
		buf_str(&out->b, "\033[m");
	buf_char(&out->b, '\n');
	buf_free(&line);
}

static void put_elements(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	const struct kstd_node *element;
	struct kstd_iter it;
	bool first = true;

	kstd_iter_begin(&it, list);
	while ((element = kstd_iter_next(&it))) {
		bool tree = kstd_node_style(element) == KSTD_STYLE_TREE;

		if (is_hidden(element))
			continue;
		if (!first && !indent)
			buf_char(&out->b, '\n');
		put_headline(out, tree ? kstd_node_label(list) : NULL, element, indent);
		put_object(out, element, indent + INDENT);
		first = false;
	}
	kstd_iter_end(&it);
}

static void put_list(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	if (kstd_node_style(list) == KSTD_STYLE_TABLE || is_long(list))
		put_table(out, list, indent);
	else if (is_nested(list))
		put_numbered(out, list, indent);
	else if (kstd_node_style(list) == KSTD_STYLE_ROWS)
		put_rows(out, list, indent);
	else if (kstd_node_style(list) == KSTD_STYLE_HEXDUMP)
		text_hexdump(&out->b, list, indent);
	else
		put_elements(out, list, indent);
}

static void put_line(struct table *t, const struct text_style *style, const struct kstd_node *n)
{
	if (text_is_empty(n))
		return;
	buf_str(table_text(t), kstd_node_label(n));
	table_cell(t, false);
	text_value(table_text(t), style, n);
	table_cell(t, false);
	table_row(t);
}

/* Put a list; a table gets a line with its name above it, other lists have headlines. */
static void put_member_list(struct out *out, const struct kstd_node *list, unsigned int indent)
{
	if (text_is_empty(list))
		return;
	if (kstd_node_style(list) == KSTD_STYLE_TABLE || is_long(list)) {
		buf_fill(&out->b, ' ', indent);
		buf_str(&out->b, kstd_node_label(list));
		buf_char(&out->b, '\n');
		indent += INDENT;
	}
	put_list(out, list, indent);
}

/* Put the members that are not in the headline. */
static void put_object(struct out *out, const struct kstd_node *object, unsigned int indent)
{
	struct text_style style = { .verbose = out->verbose, .units = true, .null = "-" };
	const struct kstd_node *n;
	struct kstd_iter it;
	struct table t;

	table_begin(&t, &out->b, indent);
	kstd_iter_begin(&it, object);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n) || (kstd_node_phrase(n) && !is_big(n)))
			continue;
		if (!is_big(n)) {
			put_line(&t, &style, n);
			continue;
		}
		table_end(&t);
		put_member_list(out, n, indent);
		table_begin(&t, &out->b, indent);
	}
	kstd_iter_end(&it);
	table_end(&t);
}

/* Is an object one line, its headline? */
static bool is_line(const struct kstd_node *n)
{
	return kstd_node_type(n) == KSTD_OBJECT && kstd_node_style(n) == KSTD_STYLE_BLOCK;
}

/* Put the members of a result that is an object, with a blank line between them. */
static void put_result(struct out *out, const struct kstd_node *object)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool first = true;

	kstd_iter_begin(&it, object);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n) || (!is_big(n) && !is_line(n)) || text_is_empty(n))
			continue;
		if (!first)
			buf_char(&out->b, '\n');
		if (is_big(n))
			put_list(out, n, 0);
		else
			put_headline(out, NULL, n, 0);
		first = false;
	}
	kstd_iter_end(&it);
	if (first)
		put_object(out, object, 0);
}

static void begin(struct out *out, const char *command, const char *source)
{
}

/* Is it an array? Bare, it has a line for each element. */
static bool is_array(const struct kstd_node *n)
{
	return kstd_node_type(n) == KSTD_LIST && kstd_node_style(n) == KSTD_STYLE_INLINE;
}

static void put_bare(struct out *out, const struct kstd_node *value)
{
	if (is_nested(value)) {
		put_nested(out, value, 0);
		return;
	}
	if (is_array(value) && text_is_empty(value))
		return;
	text_bare(out, value);
	if (!out->raw)
		buf_char(&out->b, '\n');
}

static void node(struct out *out, const char *name, const struct kstd_node *n)
{
	if (kstd_node_style(n) == KSTD_STYLE_BARE)
		put_bare(out, kstd_node_get(n, "value"));
	else if (kstd_node_type(n) == KSTD_OBJECT && kstd_node_style(n) == KSTD_STYLE_NESTED)
		put_object(out, n, 0);
	else if (kstd_node_type(n) == KSTD_OBJECT)
		put_result(out, n);
	else
		put_list(out, n, 0);
}

static void print_text(const struct kstd_node *n)
{
	struct buf line = { 0 };
	const void *p;
	size_t len;

	p = kstd_node_mem(n, &len);
	text_message(&line, p, len);
	fprintf(stderr, "%.*s", (int)line.len, line.p ? line.p : "");
	buf_free(&line);
}

static void print_report(const struct out *out, const char *what, const struct kstd_node *report)
{
	const struct kstd_node *path = kstd_node_get(report, "path");
	const struct kstd_node *offset = kstd_node_get(report, "offset");
	const struct kstd_node *text = kstd_node_get(report, "text");
	size_t len;

	progress_clear(STDERR_FILENO);
	fprintf(stderr, "%s: %s: ", out->program, what);
	kstd_node_mem(path, &len);
	if (len) {
		print_text(path);
		fputs(": ", stderr);
	}
	if (kstd_node_type(offset) != KSTD_NULL)
		fprintf(stderr, "offset 0x%llx: ", (unsigned long long)kstd_node_u64(offset));
	print_text(text);
	fputc('\n', stderr);
}

/* Print all of one kind; @what it is, for one, and @plural. */
static void print_reports(const struct out *out, const char *what, const char *plural,
			  const struct kstd_node *reports)
{
	const struct kstd_node *n;
	char room[COUNT_TEXT];
	struct kstd_iter it;
	size_t count = 0;

	kstd_iter_begin(&it, reports);
	while ((n = kstd_iter_next(&it))) {
		if (count++ < MAX_REPORTS || out->verbose)
			print_report(out, what, n);
	}
	kstd_iter_end(&it);
	if (count > MAX_REPORTS && !out->verbose)
		fprintf(stderr, "%s: %s more %s; -v shows them\n", out->program,
			count_text(count - MAX_REPORTS, room), plural);
}

static void print_notes(const struct out *out, const struct kstd_node *notes)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, notes);
	while ((n = kstd_iter_next(&it))) {
		progress_clear(STDERR_FILENO);
		fprintf(stderr, "%s: note: ", out->program);
		print_text(n);
		fputc('\n', stderr);
	}
	kstd_iter_end(&it);
}

/* Standard output is flushed first: on a terminal the reports then come after it. */
static void end(struct out *out, struct kstd_dump *dump)
{
	buf_flush(&out->b);
	if (!dump)
		return;
	print_reports(out, "defect", "defects", kstd_defects(dump));
	print_reports(out, "not known", "things that are not known", kstd_unknowns(dump));
	if (!out->quiet)
		print_notes(out, kstd_notes(dump));
}

static void fail(struct out *out, const char *command, const char *source,
		 const struct out_error *err)
{
	struct buf line = { 0 };

	if (*err->path) {
		text_message(&line, err->path, strlen(err->path));
		buf_str(&line, ": ");
	}
	if (err->offset != KSTD_NO_OFFSET)
		buf_printf(&line, "offset 0x%llx: ", (unsigned long long)err->offset);
	text_message(&line, err->text, strlen(err->text));
	progress_clear(STDERR_FILENO);
	fprintf(stderr, "%s: %.*s\n", out->program, (int)line.len, line.p ? line.p : "");
	buf_free(&line);
}

const struct out_ops out_text = {
	.name = "text",
	.begin = begin,
	.node = node,
	.end = end,
	.fail = fail,
};
