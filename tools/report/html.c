// SPDX-License-Identifier: GPL-2.0

#include "../common/text_value.h"
#include "html.h"

#define MAX_DEPTH	8
#define ROWS_SHOWN	500

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void html_text(struct html *h, const char *text, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *e = entity(text[i]);

		if (!e)
			continue;
		buf_add(h->b, text + from, i - from);
		buf_str(h->b, e);
		from = i + 1;
	}
	buf_add(h->b, text + from, len - from);
}

void html_str(struct html *h, const char *text)
{
	html_text(h, text, strlen(text));
}

/* A script element ends at "</script", and "<!--" changes how it is read: no "<" is left in it. */
void html_json(struct html *h, const char *text, size_t len)
{
	buf_char(h->b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			buf_printf(h->b, "\\%c", c);
		else if (c < ' ' || c == '<' || c == '>' || c == '&')
			buf_printf(h->b, "\\u%04x", c);
		else
			buf_char(h->b, c);
	}
	buf_char(h->b, '"');
}

static bool is_hidden(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_HIDDEN;
}

void html_value(struct html *h, const struct kstd_node *n)
{
	static const struct text_style style = { .verbose = true, .units = true, .null = "-", .more = "" };

	h->scratch.len = 0;
	/* Where memory is short, a member may be missing. */
	if (!n)
		return;
	text_value(&h->scratch, &style, n);
}

static void put_scratch(struct html *h)
{
	if (h->scratch.len)
		html_text(h, h->scratch.p, h->scratch.len);
}

static bool is_right(uint64_t right, unsigned int column)
{
	return column < 64 && right >> column & 1;
}

/* Is it a list whose elements are objects? */
static bool is_rows(const struct kstd_node *n)
{
	const struct kstd_node *first;
	struct kstd_iter it;
	bool rows;

	if (kstd_node_type(n) != KSTD_LIST)
		return false;
	kstd_iter_begin(&it, n);
	first = kstd_iter_next(&it);
	rows = first && kstd_node_type(first) == KSTD_OBJECT;
	kstd_iter_end(&it);
	return rows;
}

/* Does the first element of a list have rows of its own? Then there is no room for it in a row. */
static bool is_blocks(const struct kstd_node *list)
{
	const struct kstd_node *first, *n;
	struct kstd_iter it, members;
	bool blocks = false;

	kstd_iter_begin(&it, list);
	first = kstd_iter_next(&it);
	if (first) {
		kstd_iter_begin(&members, first);
		while (!blocks && (n = kstd_iter_next(&members)))
			blocks = !is_hidden(n) && is_rows(n);
		kstd_iter_end(&members);
	}
	kstd_iter_end(&it);
	return blocks;
}

static void put_node(struct html *h, const struct kstd_node *n, unsigned int depth);

static void put_object(struct html *h, const struct kstd_node *object, unsigned int depth)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	buf_str(h->b, "<table class=\"kv\"><tbody>");
	kstd_iter_begin(&it, object);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n) || text_is_empty(n))
			continue;
		buf_str(h->b, "<tr><th scope=\"row\">");
		html_str(h, kstd_node_label(n));
		buf_str(h->b, "</th><td>");
		put_node(h, n, depth + 1);
		buf_str(h->b, "</td></tr>\n");
	}
	kstd_iter_end(&it);
	buf_str(h->b, "</tbody></table>");
}

static void put_blocks(struct html *h, const struct kstd_node *list, unsigned int depth)
{
	const struct kstd_node *n;
	struct kstd_iter it;

	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		put_node(h, n, depth + 1);
	kstd_iter_end(&it);
}

static void put_node(struct html *h, const struct kstd_node *n, unsigned int depth)
{
	if (depth < MAX_DEPTH && kstd_node_type(n) == KSTD_OBJECT)
		return put_object(h, n, depth);
	if (depth < MAX_DEPTH && is_rows(n) && is_blocks(n))
		return put_blocks(h, n, depth);
	if (depth < MAX_DEPTH && is_rows(n)) {
		html_table(h, n);
		return;
	}
	html_value(h, n);
	put_scratch(h);
}

void html_node(struct html *h, const struct kstd_node *n)
{
	put_node(h, n, 0);
}

/* Returns the columns of numbers, a bit for each. */
static uint64_t put_head(struct html *h, const struct kstd_node *row)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	uint64_t right = 0;
	unsigned int column = 0;

	buf_printf(h->b, "<div class=\"table\"><p class=\"filter\" hidden><label>Filter <input type=\"search\" "
		   "autocomplete=\"off\"></label> <output></output></p>\n"
		   "<table id=\"t%u\" class=\"rows\"><thead><tr>", h->nr_tables);
	kstd_iter_begin(&it, row);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n))
			continue;
		right |= column < 64 && text_is_number(n) ? 1ULL << column : 0;
		buf_str(h->b, is_right(right, column++) ? "<th scope=\"col\" class=\"r\">" : "<th scope=\"col\">");
		html_str(h, kstd_node_label(n));
		buf_str(h->b, "</th>");
	}
	kstd_iter_end(&it);
	buf_str(h->b, "</tr></thead>\n<tbody>\n");
	return right;
}

static void put_row(struct html *h, const struct kstd_node *row, uint64_t right)
{
	unsigned int column = 0;
	const struct kstd_node *n;
	struct kstd_iter it;

	buf_str(h->b, "<tr>");
	kstd_iter_begin(&it, row);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n))
			continue;
		buf_str(h->b, is_right(right, column++) ? "<td class=\"r\">" : "<td>");
		if (is_rows(n)) {
			put_node(h, n, MAX_DEPTH - 1);
		} else {
			html_value(h, n);
			put_scratch(h);
		}
		buf_str(h->b, "</td>");
	}
	kstd_iter_end(&it);
	buf_str(h->b, "</tr>\n");
}

static void put_data_row(struct html *h, const struct kstd_node *row)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool first = true;

	buf_char(h->b, '[');
	kstd_iter_begin(&it, row);
	while ((n = kstd_iter_next(&it))) {
		if (is_hidden(n))
			continue;
		if (!first)
			buf_char(h->b, ',');
		first = false;
		html_value(h, n);
		html_json(h, h->scratch.p, h->scratch.len);
	}
	kstd_iter_end(&it);
	buf_char(h->b, ']');
}

uint64_t html_table(struct html *h, const struct kstd_node *list)
{
	unsigned int id = h->nr_tables;
	const struct kstd_node *row;
	struct kstd_iter it;
	uint64_t nr = 0, right = 0;
	char room[COUNT_TEXT];

	kstd_iter_begin(&it, list);
	for (; nr < ROWS_SHOWN && (row = kstd_iter_next(&it)); nr++) {
		if (!nr) {
			right = put_head(h, row);
			h->nr_tables++;
		}
		put_row(h, row, right);
	}
	if (nr)
		buf_str(h->b, "</tbody></table>\n");
	for (; nr >= ROWS_SHOWN && (row = kstd_iter_next(&it)); nr++) {
		if (nr == ROWS_SHOWN)
			buf_printf(h->b, "<script type=\"application/json\" id=\"t%u-rest\">[", id);
		else
			buf_char(h->b, ',');
		put_data_row(h, row);
	}
	kstd_iter_end(&it);
	if (nr > ROWS_SHOWN)
		buf_printf(h->b, "]</script>\n<p class=\"cut\" data-rows=\"%llu\">The first %u of %s rows; the "
			   "filter looks through all of them.</p>\n", (unsigned long long)nr, ROWS_SHOWN,
			   count_text(nr, room));
	if (nr)
		buf_str(h->b, "</div>\n");
	return nr;
}
