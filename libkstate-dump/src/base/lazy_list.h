/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: lists whose elements are made one at a time
 *
 * A list of a type is a node of the model. Each iteration over it has a state of its own,
 * with an arena for the current element, which lives until the next one is asked for. When
 * memory is short, that is a defect, and the iteration ends early.
 */

#ifndef KSTD_LAZY_LIST_H
#define KSTD_LAZY_LIST_H

#include "base/dump.h"

/**
 * struct kstd_list_iter - the state of an iteration: the first member of a larger one
 * @of: what the list is made from
 * @where: the place of the list for the defect when memory is short, may be NULL
 * @arena: for the current element; reset before each one
 */
struct kstd_list_iter {
	struct kstd_dump *dump;
	const void *of;
	const struct kstd_where *where;
	struct kstd_arena arena;
};

/**
 * struct kstd_list_type - how a list is iterated over
 * @bytes: size of the state, all zeroes at the start but for its first member
 * @begin: go to the place before the first element; may be NULL
 * @next: make the next element; NULL after the last
 * @end: free what the state holds, but for the arena; may be NULL
 * @seek: after @begin: go to the place before element @nr; NULL if elements must be made for that
 * @count: the number of elements; NULL if it is not known
 * @cut: after the last: are elements missing that could not be read, which was reported? NULL: none
 */
struct kstd_list_type {
	size_t bytes;
	void (*begin)(struct kstd_list_iter *it);
	struct kstd_node *(*next)(struct kstd_list_iter *it);
	void (*end)(struct kstd_list_iter *it);
	void (*seek)(struct kstd_list_iter *it, uint64_t nr);
	uint64_t (*count)(const void *of);
	bool (*cut)(const struct kstd_list_iter *it);
};

/**
 * struct kstd_list_args - a list: a type, and what it is made from
 *
 * See &struct kstd_list_iter and &struct kstd_list_type. @of lives as long as the list.
 */
struct kstd_list_args {
	struct kstd_dump *dump;
	const struct kstd_list_type *type;
	const void *of;
	const struct kstd_where *where;
};

/**
 * kstd_list_put - add a list
 * @a: holds the list; @list and the place in it are copied
 *
 * Return: the list's node; NULL if memory is short.
 */
struct kstd_node *kstd_list_put(struct kstd_arena *a, struct kstd_node *parent,
				enum kstd_key_index key, struct kstd_list_args list);

#endif
