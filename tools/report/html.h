/* SPDX-License-Identifier: GPL-2.0 */

/*
 * HTML: whatever comes from an image is text, and no character of it is markup. Control characters
 * and what cannot be seen are shown as in text output.
 */

#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <kstate-dump.h>

#include "../common/buf.h"

/**
 * struct html - a page that is being written
 * @b: the page
 * @scratch: text of a value, before it is escaped
 * @nr_tables: tables so far that have a filter
 */
struct html {
	struct buf *b;
	struct buf scratch;
	unsigned int nr_tables;
};

/* Put text: a name, a value, a message. */
void html_text(struct html *h, const char *text, size_t len);
void html_str(struct html *h, const char *text);

/* Put text as a string of JSON within a script element. */
void html_json(struct html *h, const char *text, size_t len);

/* The value of a leaf or of what is shown in one line, in @h->scratch; "" if it is empty. */
void html_value(struct html *h, const struct kstd_node *n);

/* Put a value: a leaf as text, an object as a table of names, a list of objects as a table. */
void html_node(struct html *h, const struct kstd_node *n);

/*
 * Put a list of objects as a table with a filter. The first some hundred rows are HTML; the rest is
 * data in which the filter looks, too: so a page of any length opens at once. Returns the number of
 * rows.
 */
uint64_t html_table(struct html *h, const struct kstd_node *list);

#endif
