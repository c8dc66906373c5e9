/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what a preserved-memory map does not say
 *
 * A page of the map that is not in the source, or is damaged, leaves open whether the
 * memory that it describes is preserved: a hole. Memory in a hole is preserved only
 * if another page of the map says so; else it is not known.
 */

#ifndef KSTD_MAP_HOLES_H
#define KSTD_MAP_HOLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kstd_hole - memory of which blocks of some orders may be preserved
 * @start: first byte
 * @last: last byte
 */
struct kstd_hole {
	uint64_t start;
	uint64_t last;
};

/**
 * struct kstd_holes - all of a map; zero it before use
 * @v: by address and apart from each other, after kstd_holes_settle(); @nr of them
 * @orders: bit n: blocks of order n are among them
 * @short_of: memory was short: everything is a hole
 */
struct kstd_holes {
	struct kstd_hole *v;
	size_t nr;
	size_t room;
	uint64_t orders;
	bool short_of;
};

/* Add the blocks of @order from @start to @last. @h may be NULL: nothing happens. */
void kstd_holes_add(struct kstd_holes *h, uint64_t start, uint64_t last, unsigned int order);

/* Add all memory, in blocks of any order. */
void kstd_holes_add_all(struct kstd_holes *h);

/* All were added. */
void kstd_holes_settle(struct kstd_holes *h);

/**
 * kstd_holes_at - is an address in a hole?
 * @last: set to the last address up to which the answer is the same
 */
bool kstd_holes_at(const struct kstd_holes *h, uint64_t pa, uint64_t *last);

void kstd_holes_free(struct kstd_holes *h);

#endif
