/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which physical memory is where in a file
 *
 * Program headers may overlap: the first one wins, as with other programs that
 * read cores. Ranges are added in file order. kstd_range_map_finish() sorts them, makes
 * them disjoint, and joins those that continue both in memory and in the file.
 */

#ifndef KSTD_RANGE_MAP_H
#define KSTD_RANGE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kstd_mapped_range - a range
 * @pa: physical address of its first byte
 * @len: bytes, not 0; @pa + @len - 1 does not overflow
 * @off: where it is in the file
 */
struct kstd_mapped_range {
	uint64_t pa;
	uint64_t len;
	uint64_t off;
};

/* Zero it before use. */
struct kstd_range_map {
	struct kstd_mapped_range *v;
	size_t nr;
	size_t room;
};

/* Add a range; false if memory is short. A length of 0 is passed over, a wild one is cut. */
bool kstd_range_map_add(struct kstd_range_map *s, uint64_t pa, uint64_t len, uint64_t off);

/* Add no more: sort and join, so that kstd_range_map_find() works. False if memory is short. */
bool kstd_range_map_finish(struct kstd_range_map *s);

/* The range that @pa is in, or the first one after it; NULL if there is none. */
const struct kstd_mapped_range *kstd_range_map_find(const struct kstd_range_map *s, uint64_t pa);

static inline bool kstd_mapped_range_has(const struct kstd_mapped_range *seg, uint64_t pa)
{
	return seg && seg->pa <= pa && pa - seg->pa < seg->len;
}

uint64_t kstd_range_map_bytes(const struct kstd_range_map *s);
void kstd_range_map_free(struct kstd_range_map *s);

#endif
