/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Arrays that grow by one element at a time, and searching sorted ones. */

#ifndef KSTD_ARRAY_H
#define KSTD_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

#define KSTD_ARRAY_FIRST	64	/* elements */

/* A larger array of elements of @size bytes with the contents of @v; NULL if memory is short. */
static inline void *kstd_array_grow(void *v, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : KSTD_ARRAY_FIRST;
	void *bigger = *room > SIZE_MAX / 2 ? NULL : kstd_reallocarray(v, more, size);

	if (bigger)
		*room = more;
	return bigger;
}

/**
 * kstd_array_fits - have room for another element
 * @v: an array from malloc(), or NULL; replaced if it grows
 * @nr: how many elements it has
 * @room: how many fit, a size_t; changed if it grows
 *
 * Return: false if memory is short; then nothing has changed.
 */
#define kstd_array_fits(v, nr, room)	\
	((nr) < (room) || kstd_array_take(v, kstd_array_grow(v, &(room), sizeof(*(v)))))

#define kstd_array_take(v, bigger)	\
	({ void *bigger_ = (bigger); if (bigger_) (v) = bigger_; bigger_ != NULL; })

/* In @v, sorted by @member, the index of the first element whose @member is at least @key. */
#define kstd_lower_bound(v, nr, member, key)	({				\
	size_t low_ = 0, high_ = (nr);						\
	while (low_ < high_) {							\
		size_t mid_ = low_ + (high_ - low_) / 2;			\
		if ((v)[mid_].member < (key))					\
			low_ = mid_ + 1;					\
		else								\
			high_ = mid_;						\
	}									\
	low_; })

#endif
