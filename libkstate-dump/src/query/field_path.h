/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: one value of a section
 *
 * A path leads from a section to a value: names of a subsection, fields of structs
 * and parts of values, with "." before each, and "[number]" for an element of a
 * list. Names may have dots themselves: they are tried in the order of the section.
 */

#ifndef KSTD_FIELD_PATH_H
#define KSTD_FIELD_PATH_H

#include "kstate/section.h"

/* Elements of elements of ... */
#define KSTD_MAX_PICKED	(2 * KSTATE_ABI_DEPTH)

/**
 * struct kstd_field_path - a value that was found
 * @arena: holds the section
 * @section: its node
 * @field: the innermost field that the path leads through
 * @node: the value
 * @iters: open ones, @nr of them: elements live as long as these
 */
struct kstd_field_path {
	struct kstd_arena arena;
	const struct kstd_node *section;
	const struct kstd_node *field;
	const struct kstd_node *node;
	struct kstd_iter iters[KSTD_MAX_PICKED];
	size_t nr;
};

/**
 * kstd_field_path_find - follow a path
 * @pick: @section is set; @field and @node are filled
 * @path: not empty
 *
 * Return: whether it leads anywhere.
 */
bool kstd_field_path_find(struct kstd_field_path *pick, struct kstd_span path);

/* From malloc(), and all that it holds. */
void kstd_field_path_free(struct kstd_field_path *pick);

#endif
