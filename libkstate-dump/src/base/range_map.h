/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: which physical memory is where in a file
 *
 * Program headers may overlap: the first one wins, as with other programs that
 * read cores. Ranges are collected in file order, then sealed: sorted, disjoint,
 * and what continues in memory and file alike is one.
 */

#ifndef KSTD_SEGS_H
#define KSTD_SEGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kstd_seg - a range
 * @pa: physical address of its first byte
 * @len: bytes, not 0; @pa + @len - 1 does not overflow
 * @off: where it is in the file
 */
struct kstd_seg {
	uint64_t pa;
	uint64_t len;
	uint64_t off;
};

/* Zero it before use. */
struct kstd_segs {
	struct kstd_seg *v;
	size_t nr;
	size_t room;
};

/* Add a range; false if memory is short. A length of 0 is passed over, a wild one is cut. */
bool kstd_segs_add(struct kstd_segs *s, uint64_t pa, uint64_t len, uint64_t off);

/* Make it ready for kstd_segs_find(); false if memory is short. */
bool kstd_segs_seal(struct kstd_segs *s);

/* The range that @pa is in, or the first one after it; NULL if there is none. */
const struct kstd_seg *kstd_segs_find(const struct kstd_segs *s, uint64_t pa);

static inline bool kstd_seg_has(const struct kstd_seg *seg, uint64_t pa)
{
	return seg && seg->pa <= pa && pa - seg->pa < seg->len;
}

uint64_t kstd_segs_bytes(const struct kstd_segs *s);
void kstd_segs_free(struct kstd_segs *s);

#endif
