// SPDX-License-Identifier: GPL-2.0

/*
 * Columns for programs that split lines, by their names in JSON: a line for each row, a tab between
 * two values, which are as in JSON; "-" is for null, "?" for what is not known. What has not all of
 * the columns has no line.
 */

#include <stdio.h>
#include <string.h>

#include "out.h"
#include "text_bare.h"
#include "text_value.h"

/* The name that begins at @p, and how long it is; the one after it begins behind a comma. */
static size_t name_len(const char *p)
{
	return strcspn(p, ",");
}

static const char *next_name(const char *p)
{
	p += name_len(p);
	return *p ? p + 1 : NULL;
}

static const struct kstd_node *value_of(const struct kstd_node *row, const char *name)
{
	char key[64];

	if (snprintf(key, sizeof(key), "%.*s", (int)name_len(name), name) >= (int)sizeof(key))
		return NULL;
	return kstd_node_get(row, key);
}

static bool has_all(const struct kstd_node *row, const char *names)
{
	const char *p;

	for (p = names; p; p = next_name(p))
		if (!value_of(row, p))
			return false;
	return true;
}

/* Text is escaped, so that no value ends a line or a column. */
static void put_value(struct out *out, const struct kstd_node *n)
{
	const void *p;
	size_t len;

	if (kstd_node_type(n) == KSTD_TEXT) {
		p = kstd_node_mem(n, &len);
		text_escaped(&out->b, p, len, 0);
	} else if (kstd_node_type(n) == KSTD_NULL) {
		buf_char(&out->b, kstd_node_style(n) == KSTD_STYLE_UNKNOWN ? '?' : '-');
	} else {
		text_bare(out, n);
	}
}

static void put_row(struct out *out, const struct kstd_node *row)
{
	const char *p;

	for (p = out->columns; p; p = next_name(p)) {
		if (p != out->columns)
			buf_char(&out->b, '\t');
		put_value(out, value_of(row, p));
	}
	buf_char(&out->b, '\n');
}

static void put_rows(struct out *out, const struct kstd_node *n)
{
	const struct kstd_node *member;
	struct kstd_iter it;

	if (kstd_node_type(n) != KSTD_LIST && kstd_node_type(n) != KSTD_OBJECT)
		return;
	if (kstd_node_type(n) == KSTD_OBJECT && has_all(n, out->columns)) {
		put_row(out, n);
		out->nr_rows++;
		return;
	}
	kstd_iter_begin(&it, n);
	while ((member = kstd_iter_next(&it)))
		put_rows(out, member);
	kstd_iter_end(&it);
}

static void begin(struct out *out, const char *command, const char *source)
{
}

static void node(struct out *out, const char *name, const struct kstd_node *n)
{
	put_rows(out, n);
}

/* The names are columns of the command, and no row here has all of them. */
static void end(struct out *out, struct kstd_dump *dump)
{
	out_text.end(out, dump);
	if (!out->nr_rows && !out->quiet)
		fprintf(stderr, "%s: note: nothing here has all of %s\n",
			out->program, out->columns);
}

static void fail(struct out *out, const char *command, const char *source,
		 const struct out_error *err)
{
	out_text.fail(out, command, source, err);
}

const struct out_ops out_columns = {
	.name = "columns",
	.begin = begin,
	.node = node,
	.end = end,
	.fail = fail,
};
