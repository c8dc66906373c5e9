/* SPDX-License-Identifier: GPL-2.0 */

/* The preserved memory of a side, for the memory view. */

#ifndef BROWSE_RANGES_H
#define BROWSE_RANGES_H

#include "../common/buf.h"
#include "session.h"

#define MAX_RANGES	1000000
#define MAX_GROUPS	26

/**
 * struct range - memory of one owner, [@start, @end)
 * @owner: its name, as an offset in &struct ranges.names; 0: no known owner
 * @group: index of its group
 */
struct range {
	uint64_t start;
	uint64_t end;
	uint32_t owner;
	uint8_t group;
};

/**
 * struct group - the owners of one subtree
 * @name: offset in &struct ranges.names
 * @bytes: preserved memory of the owners
 */
struct group {
	uint32_t name;
	uint64_t bytes;
};

/**
 * struct ranges - the preserved memory of a side
 * @v: the ranges, @nr of them, ascending; there is room for @room
 * @names: names of owners and groups, NUL-terminated
 * @cut: there are more, which are left out (%MAX_RANGES) or could not be read
 * @side: name of the side, as in "out"
 * @why: the reason for which the preserved-memory map is not known; "" if it is known
 */
struct ranges {
	struct range *v;
	size_t nr;
	size_t room;
	struct buf names;
	struct group groups[MAX_GROUPS];
	int nr_groups;
	bool cut;
	char side[16];
	char why[256];
};

/*
 * Take the ranges of side number @side of the result of kstd_mem(); false: there is no such side.
 */
bool ranges_load(struct ranges *r, const struct kstd_node *mem, unsigned int side);
void ranges_free(struct ranges *r);

static inline const char *ranges_name(const struct ranges *r, uint32_t at)
{
	return at ? r->names.p + at : "no owner";
}

/* The first range that ends after an address; @r->nr if there is none. */
size_t ranges_at(const struct ranges *r, uint64_t address);

#endif
