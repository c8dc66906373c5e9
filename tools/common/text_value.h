/* SPDX-License-Identifier: GPL-2.0 */

/* Values as text for people: no control character gets through. */

#ifndef TOOLS_TEXT_VALUE_H
#define TOOLS_TEXT_VALUE_H

#include <kstate-dump.h>

#include "buf.h"

/**
 * struct text_style - how to write values
 * @verbose: all of long values
 * @units: sizes with a unit, not as a bare number
 * @null: what nothing looks like
 * @more: what shows all of a value that was cut, NULL for "-v"
 */
struct text_style {
	bool verbose;
	bool units;
	const char *null;
	const char *more;
};

void text_value(struct buf *b, const struct text_style *style, const struct kstd_node *n);

/**
 * text_phrases - the members of an object that have a phrase, in one line
 * @at_start: nothing stands before them in the line
 *
 * Return: whether anything was added.
 */
bool text_phrases(struct buf *b, const struct text_style *style, const struct kstd_node *object,
		  bool at_start);

/* One member by its phrase; at the start of a line without the separator. */
void text_phrase(struct buf *b, const struct text_style *style, const struct kstd_node *n,
		 bool at_start);

/* Nothing, or a list or object without members. */
bool text_is_empty(const struct kstd_node *n);

/* A duration in ns, rounded down, with a unit: "1.2 ms". */
void text_ns(struct buf *b, uint64_t v);

/* Some bytes, with escapes for what is not printable, and for @quote unless 0. */
void text_escaped(struct buf *b, const void *p, size_t len, char quote);

#endif
