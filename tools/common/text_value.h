/* SPDX-License-Identifier: GPL-2.0 */

/* Values as text for people, without control characters. */

#ifndef TOOLS_TEXT_VALUE_H
#define TOOLS_TEXT_VALUE_H

#include <kstate-dump.h>

#include "buf.h"

/**
 * struct text_style - how to write values
 * @verbose: long values are not cut
 * @units: sizes have a unit, and are no bare numbers
 * @null: the text for null
 * @more: the option or key that shows all of a value that was cut; NULL for "-v"
 * @bare: numbers of bytes and of things are digits alone, for programs
 */
struct text_style {
	bool verbose;
	bool units;
	const char *null;
	const char *more;
	bool bare;
};

/* Put a value. A result has the name of its error: "failed:-5" of the source is "failed: EIO". */
void text_value(struct buf *b, const struct text_style *style, const struct kstd_node *n);

/**
 * text_phrases - put the members of an object that have a phrase, in one line
 * @at_start: they begin the line
 *
 * Return: whether anything was added.
 */
bool text_phrases(struct buf *b, const struct text_style *style, const struct kstd_node *object,
		  bool at_start);

/* Put one member by its phrase; at the start of a line without the separator. */
void text_phrase(struct buf *b, const struct text_style *style, const struct kstd_node *n,
		 bool at_start);

/* Is it null, or a list or object without members? */
bool text_is_empty(const struct kstd_node *n);

/* Put a duration in ns, rounded down, with a unit: "1.2 ms". */
void text_ns(struct buf *b, uint64_t v);

/* The name of an errno, negative or not: "EIO"; if it has none, "error 599" in @room. */
const char *text_errno(int error, char room[16]);

/* Put bytes, with escapes for those that are not printable and for @quote, unless it is 0. */
void text_escaped(struct buf *b, const void *p, size_t len, char quote);

/*
 * The same for messages, without an escape for the backslash: paths of the library are escaped
 * already. Words of the command line are not.
 */
void text_message(struct buf *b, const char *text, size_t len);

/* Print a line on standard error: the program, and a message as above. */
void text_to_stderr(const char *program, const char *text);

/* Is a value a number? It is aligned at the right of its column. */
bool text_is_number(const struct kstd_node *n);

#endif
