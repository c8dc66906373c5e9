/* SPDX-License-Identifier: GPL-2.0 */

/* Arrays that grow by one element at a time. */

#ifndef TOOLS_ARRAY_H
#define TOOLS_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "short.h"

#define ARRAY_FIRST	64	/* elements */

/* A larger array of elements of @size bytes with the contents of @v; NULL if memory is short. */
static inline void *array_grow(void *v, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : ARRAY_FIRST;
	void *bigger = *room > SIZE_MAX / 2 ? NULL : short_if_null(reallocarray(v, more, size));

	if (bigger)
		*room = more;
	return bigger;
}

/*
 * Have room for another element after the @nr elements of @v, an array from malloc() or NULL,
 * which has room for @room, a size_t. False if memory is short; then nothing has changed.
 */
#define array_fits(v, nr, room)	({							\
	void *bigger_ = (nr) < (room) ? (v) : array_grow(v, &(room), sizeof(*(v)));	\
	if (bigger_)									\
		(v) = bigger_;								\
	bigger_ != NULL; })

#endif
