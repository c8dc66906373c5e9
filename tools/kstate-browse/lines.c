// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>

#include "lines.h"
#include "session.h"
#include "../common/array.h"
#include "../common/text_value.h"
#include "../common/utf8.h"
#include "../common/short.h"

#define MAX_TEXT	(64UL << 20)
#define MEASURED	64	/* the first rows of a table decide the widths of its columns */
#define MAX_COLUMN	60
#define MAX_LABEL	32

enum frame_kind {
	ALL_MEMBERS,	/* a line for each member of an object */
	REST,		/* the same, without the members that are in the line above */
	ELEMENTS,
};

/**
 * struct lines_frame - a node that lines are made of, and how far they are made
 * @of: the node, with its iterator @it
 * @i: the elements that were made
 * @path: path of the fields in it
 * @widths: widths of the columns, if it is a table
 */
struct lines_frame {
	struct kstd_iter it;
	const struct kstd_node *of;
	enum frame_kind kind;
	unsigned int indent;
	uint64_t i;
	char path[LINES_PATH];
	uint16_t widths[LINES_COLUMNS];
};

static const struct text_style plain = { .units = true, .null = "-", .more = "x" };
static const struct text_style in_fields = { .units = true, .null = "NULL", .more = "x" };

static bool is_hidden(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_HIDDEN;
}

static bool is_table(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_TABLE || kstd_node_style(n) == KSTD_STYLE_LONG;
}

/* Does a list have lines of its own, and not a place in the line of its name? */
static bool is_big(const struct kstd_node *n)
{
	enum kstd_style style = kstd_node_style(n);

	return kstd_node_type(n) == KSTD_LIST && style != KSTD_STYLE_INLINE &&
	       style != KSTD_STYLE_SET && style != KSTD_STYLE_FLAGS;
}

void lines_begin(struct lines *l, const char *filter)
{
	*l = (struct lines){ 0 };
	snprintf(l->filter, sizeof(l->filter), "%s", filter);
	buf_char(&l->text, 0);
}

static void pop_frame(struct lines *l)
{
	kstd_iter_end(&l->stack[--l->depth].it);
}

void lines_free(struct lines *l)
{
	while (l->depth)
		pop_frame(l);
	free(l->stack);
	free(l->v);
	buf_free(&l->text);
	*l = (struct lines){ 0 };
}

uint32_t lines_keep(struct lines *l, const char *text)
{
	size_t at = l->text.len;

	if (!*text || at > MAX_TEXT)
		return 0;
	buf_add(&l->text, text, strlen(text) + 1);
	return l->text.failed ? 0 : at;
}

static uint32_t keep_buf(struct lines *l, struct buf *b)
{
	uint32_t at;

	buf_char(b, 0);
	at = b->failed ? 0 : lines_keep(l, b->p);
	b->len = 0;
	return at;
}

static void push_frame(struct lines *l, const struct kstd_node *n, enum frame_kind kind,
		       unsigned int indent, const char *path)
{
	struct lines_frame *f;

	if (!l->stack)
		l->stack = short_if_null(calloc(LINES_DEPTH, sizeof(*l->stack)));
	if (!l->stack || l->depth == LINES_DEPTH)
		return;
	f = &l->stack[l->depth++];
	*f = (struct lines_frame){ .of = n, .kind = kind, .indent = indent };
	snprintf(f->path, sizeof(f->path), "%s", path);
	kstd_iter_begin(&f->it, n);
}

void lines_node(struct lines *l, const struct kstd_node *n)
{
	push_frame(l, n, kstd_node_type(n) == KSTD_LIST ? ELEMENTS : ALL_MEMBERS, 0, "");
}

static struct line *new_line(struct lines *l)
{
	if (l->nr == MAX_LINES || l->text.len > MAX_TEXT) {
		l->cut = true;
		return NULL;
	}
	return array_fits(l->v, l->nr, l->room) ? &l->v[l->nr] : NULL;
}

bool line_matches(const struct lines *l, const struct line *line, const char *part)
{
	const uint32_t texts[] = { line->label, line->type, line->value };

	for (int i = 0; i < 3; i++)
		if (text_has(line_text(l, texts[i]), strlen(line_text(l, texts[i])), part))
			return true;
	return false;
}

static void widen(int *width, const char *text, int indent)
{
	int w = utf8_width(text, strlen(text)) + indent;

	if (w > *width)
		*width = w > MAX_LABEL ? MAX_LABEL : w;
}

/* Add a line if it matches the filter; NULL if it does not, or memory is short. */
static struct line *commit(struct lines *l, const struct line *filled)
{
	struct line *line = new_line(l);

	if (!line)
		return NULL;
	*line = *filled;
	if (*l->filter && !line_matches(l, line, l->filter))
		return NULL;
	l->nr++;
	if (line->value || line->type) {
		widen(&l->label_width, line_text(l, line->label), line->indent * 2);
		widen(&l->type_width, line_text(l, line->type), 0);
	}
	return line;
}

struct line *lines_add(struct lines *l, const char *label, const char *value, enum ink ink,
		       unsigned int indent)
{
	return commit(l, &(struct line){ .label = lines_keep(l, label),
					 .value = lines_keep(l, value), .ink = ink,
					 .indent = indent });
}

static void set_address(struct line *line, const struct kstd_node *value)
{
	const struct kstd_node *bare = kstd_node_bare(value);

	if (kstd_node_type(bare) != KSTD_ADDRESS)
		return;
	line->has_address = true;
	line->address = kstd_node_u64(bare);
}

/* Add "label  value": a member, or an element with its number as label. */
static void add_value(struct lines *l, const char *label, const struct kstd_node *n,
		      const struct text_style *style, unsigned int indent)
{
	struct line line = { .label = lines_keep(l, label), .indent = indent };
	struct buf b = { 0 };

	if (kstd_node_type(n) == KSTD_OBJECT)
		text_phrases(&b, style, n, true);
	else
		text_value(&b, style, n);
	line.value = keep_buf(l, &b);
	set_address(&line, n);
	commit(l, &line);
	buf_free(&b);
}

static void add_heading(struct lines *l, const struct kstd_node *list, unsigned int indent)
{
	uint64_t nr = kstd_node_count(list);
	char value[COUNT_TEXT] = "";

	if (nr != KSTD_NO_COUNT)
		count_text(nr, value);
	lines_add(l, kstd_node_label(list) ? kstd_node_label(list) : "", value, INK_LABEL, indent);
}

/* Do the elements of a list have headlines with names, as in "KHO (in)"? */
static bool is_trees(const struct kstd_node *list)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool is;

	kstd_iter_begin(&it, list);
	n = kstd_iter_next(&it);
	is = n && kstd_node_style(n) == KSTD_STYLE_TREE;
	kstd_iter_end(&it);
	return is;
}

static void add_member(struct lines *l, struct lines_frame *f, const struct kstd_node *n)
{
	if (is_hidden(n))
		return;
	if (is_big(n)) {
		bool heading = (f->kind == ALL_MEMBERS && !is_trees(n)) || is_table(n);

		if (text_is_empty(n))
			return;
		if (heading)
			add_heading(l, n, f->indent);
		push_frame(l, n, ELEMENTS, f->indent + heading, f->path);
		return;
	}
	if (f->kind == REST && kstd_node_phrase(n))
		return;
	add_value(l, kstd_node_label(n) ? kstd_node_label(n) : "", n, &plain, f->indent);
	if (kstd_node_type(n) == KSTD_OBJECT)
		push_frame(l, n, REST, f->indent + 1, f->path);
}

static void pad(struct buf *b, size_t start, int width)
{
	int w = utf8_width(b->p ? b->p + start : "", b->len - start);

	buf_fill(b, ' ', w < width ? width - w : 0);
	buf_str(b, "  ");
}

static void put_cell(struct buf *b, const struct kstd_node *n)
{
	static const struct text_style style = { .null = "-", .more = "x" };

	text_value(b, &style, n);
}

static void measure_row(struct lines_frame *f, const struct kstd_node *element)
{
	const struct kstd_node *n;
	struct buf b = { 0 };
	struct kstd_iter it;
	int col = 0;

	kstd_iter_begin(&it, element);
	while ((n = kstd_iter_next(&it)) && col < LINES_COLUMNS) {
		size_t w, label = kstd_node_label(n) ? strlen(kstd_node_label(n)) : 0;

		if (is_hidden(n))
			continue;
		b.len = 0;
		put_cell(&b, n);
		w = utf8_width(b.p ? b.p : "", b.len);
		w = w > label ? w : label;
		if (w > f->widths[col])
			f->widths[col] = w > MAX_COLUMN ? MAX_COLUMN : w;
		col++;
	}
	kstd_iter_end(&it);
	buf_free(&b);
}

static void measure(struct lines_frame *f)
{
	const struct kstd_node *element;
	struct kstd_iter it;
	int rows = 0;

	kstd_iter_begin(&it, f->of);
	while (rows++ < MEASURED && (element = kstd_iter_next(&it)))
		measure_row(f, element);
	kstd_iter_end(&it);
}

static void add_columns(struct lines *l, struct lines_frame *f, const struct kstd_node *element,
			bool headings)
{
	struct line line = { .indent = f->indent, .ink = headings ? INK_DIM : INK_NORMAL };
	const struct kstd_node *n;
	struct buf b = { 0 };
	struct kstd_iter it;
	int col = 0;

	kstd_iter_begin(&it, element);
	while ((n = kstd_iter_next(&it)) && col < LINES_COLUMNS) {
		size_t start = b.len;

		if (is_hidden(n))
			continue;
		if (headings)
			buf_str(&b, kstd_node_label(n) ? kstd_node_label(n) : "");
		else
			put_cell(&b, n);
		if (!headings && !line.has_address)
			set_address(&line, n);
		pad(&b, start, f->widths[col++]);
	}
	kstd_iter_end(&it);
	line.label = keep_buf(l, &b);
	commit(l, &line);
	buf_free(&b);
}

static bool is_nested(const struct kstd_node *n)
{
	return kstd_node_style(n) == KSTD_STYLE_NESTED;
}

static void put_field_value(struct buf *b, const struct kstd_node *n)
{
	char room[COUNT_TEXT];

	if (is_nested(n) && kstd_node_type(n) == KSTD_LIST)
		buf_printf(b, "%s elements", count_text(kstd_node_count(n), room));
	else if (is_nested(n))
		text_phrases(b, &in_fields, n, true);
	else
		text_value(b, &in_fields, n);
}

/* Add a field: its name, type and value, and a defect after the value. */
static void add_field(struct lines *l, struct lines_frame *f, const struct kstd_node *field)
{
	const struct kstd_node *value = kstd_node_get(field, "value");
	const struct kstd_node *defect = kstd_node_get(field, "defect");
	struct line line = { .indent = f->indent };
	struct buf b = { 0 };
	char text[LINES_PATH], name[64];

	line.label = lines_keep(l, member_text(field, "name", text, sizeof(text)));
	line.type = lines_keep(l, member_text(field, "type", text, sizeof(text)));
	snprintf(text, sizeof(text), "%.120s%s%s", f->path,
		 *f->path && f->path[strlen(f->path) - 1] != '.' ? "." : "",
		 member_text(field, "name", name, sizeof(name)));
	line.path = lines_keep(l, text);
	if (value) {
		put_field_value(&b, value);
		set_address(&line, value);
	}
	if (defect && kstd_node_type(defect) != KSTD_NULL) {
		text_phrase(&b, &plain, defect, false);
		line.ink = INK_BAD;
	}
	line.value = keep_buf(l, &b);
	commit(l, &line);
	buf_free(&b);
	if (value && is_nested(value))
		push_frame(l, value, kstd_node_type(value) == KSTD_LIST ? ELEMENTS : REST,
			   f->indent + 1, text);
}

static void put_block_headline(const struct lines_frame *f, const struct kstd_node *element,
			       struct buf *b)
{
	bool tree = kstd_node_style(element) == KSTD_STYLE_TREE && kstd_node_label(f->of);

	if (tree)
		buf_str(b, kstd_node_label(f->of));
	if (!text_phrases(b, &plain, element, !tree) && !tree)
		buf_printf(b, "[%llu]", (unsigned long long)f->i);
}

/* Add an object as a headline, with its members below; most of these are subsections. */
static void add_block(struct lines *l, struct lines_frame *f, const struct kstd_node *element)
{
	char name[64], path[LINES_PATH];
	struct line line = { .indent = f->indent, .ink = INK_LABEL };
	struct buf b = { 0 };

	put_block_headline(f, element, &b);
	line.label = keep_buf(l, &b);
	commit(l, &line);
	buf_free(&b);
	member_text(element, "section", name, sizeof(name));
	snprintf(path, sizeof(path), "%.150s%s%s", f->path, name, *name ? "." : "");
	if (kstd_node_type(element) == KSTD_OBJECT)
		push_frame(l, element, REST, f->indent + 1, path);
}

static void add_element(struct lines *l, struct lines_frame *f, const struct kstd_node *n)
{
	char number[32], path[LINES_PATH];

	snprintf(number, sizeof(number), "[%llu]", (unsigned long long)f->i);
	if (!f->i && kstd_node_type(n) == KSTD_OBJECT && is_table(f->of)) {
		measure(f);
		add_columns(l, f, n, true);
	}
	if (kstd_node_type(n) != KSTD_OBJECT) {
		add_value(l, number, n, &plain, f->indent);
	} else if (is_table(f->of)) {
		add_columns(l, f, n, false);
	} else if (kstd_node_style(f->of) == KSTD_STYLE_ROWS && kstd_node_get(n, "value")) {
		add_field(l, f, n);
	} else if (is_nested(f->of)) {
		snprintf(path, sizeof(path), "%.200s%s", f->path, number);
		add_value(l, number, n, &in_fields, f->indent);
		push_frame(l, n, REST, f->indent + 1, path);
	} else {
		add_block(l, f, n);
	}
	f->i++;
}

static void next_line(struct lines *l)
{
	struct lines_frame *f = &l->stack[l->depth - 1];
	const struct kstd_node *n = l->cut ? NULL : kstd_iter_next(&f->it);

	if (!n)
		pop_frame(l);
	else if (f->kind == ELEMENTS)
		add_element(l, f, n);
	else
		add_member(l, f, n);
}

bool lines_has(struct lines *l, uint64_t row)
{
	while (row >= l->nr && l->depth)
		next_line(l);
	return row < l->nr;
}
