/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: selecting sections
 *
 * "NAME", "NAME@INSTANCE", and either with "." and what is wanted of the section: a field
 * or a subsection. Names may have dots themselves.
 */

#ifndef KSTD_SELECT_H
#define KSTD_SELECT_H

#include "kstate/section.h"

/**
 * struct kstd_select - which sections, by name
 * @text: all of it; NULL for every section
 * @exact: @text is the name of a description as a whole, though it has a "."
 * @has_instance: it was "name@instance"
 * @name_len: of the name, if there is an instance
 * @field: what follows the instance, may be empty
 */
struct kstd_select {
	const char *text;
	size_t len;
	bool exact;
	bool has_instance;
	size_t name_len;
	uint64_t instance;
	struct kstd_span field;
};

/* Take @text apart, which must outlive @sel. Returns 0 or -KSTD_USAGE. */
int kstd_select_parse(struct kstd_ctx *ctx, const char *text, struct kstd_select *sel);

/*
 * Open the images that are searched for @sel. Where all else of KHO is there, and no image, what is
 * searched for is not there: returns -KSTD_NOT_FOUND, or why that is not known. Other errors are
 * those of kstd_images().
 */
int kstd_select_images(struct kstd_dump *dump, const struct kstd_select *sel);

/* What a message says of values of a section that only the table has. */
#define KSTD_NOT_SAVED	\
	" (its section is listed alone: registered and not saved yet, or its image is not here)"

/* Does a section match, and which part of it is wanted? Empty @field: all of it. */
bool kstd_select_match(const struct kstd_select *sel, const char *name, size_t len,
		       uint64_t instance, struct kstd_span *field);

/* Is the whole text the name of a description, though it may have a "."? */
bool kstd_select_is_desc(const struct kstd_dump *dump, const struct kstd_select *sel);

/**
 * kstd_select_next - the next selected section of a walk
 * @in_table: also those that only the table has
 * @field: as kstd_select_match() has it
 *
 * Return: false after the last.
 */
bool kstd_select_next(struct kstd_walk *walk, const struct kstd_select *sel, bool in_table,
		      struct kstd_step *step, struct kstd_span *field);

/**
 * kstd_select_check - an error instead of an empty list
 * @list: made from what @sel selects
 * @matched: counted by an iteration over @list: the sections that were selected
 * @saved: set by it, if one of them is in an image
 *
 * Return: 0 if @list has an element; else -KSTD_NOT_FOUND, or why that is not known.
 */
int kstd_select_check(struct kstd_dump *dump, const struct kstd_select *sel,
		      const struct kstd_node *list, const size_t *matched, const bool *saved);

#endif
