/* SPDX-License-Identifier: GPL-2.0 */

/* Preserved memory of a side, for the picture of it. */

#ifndef BROWSE_RANGES_H
#define BROWSE_RANGES_H

#include "../common/buf.h"
#include "session.h"

#define MAX_RANGES	1000000
#define MAX_GROUPS	26

/**
 * struct range - memory of one owner
 * @owner: offset in &struct ranges.names; 0: nobody's
 * @group: what the owner belongs to
 */
struct range {
	uint64_t start;
	uint64_t end;
	uint32_t owner;
	uint8_t group;
};

/**
 * struct group - owners of one subtree
 * @name: offset in &struct ranges.names
 */
struct group {
	uint32_t name;
	uint64_t bytes;
};

/**
 * struct ranges - by address
 * @side: as in "out"
 * @why: why the map is not known, "" if it is
 * @cut: there are more than %MAX_RANGES
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

/* Those of side number @side of what kstd_mem() gave; false: there is no such side. */
bool ranges_load(struct ranges *r, const struct kstd_node *mem, unsigned int side);
void ranges_free(struct ranges *r);

static inline const char *ranges_name(const struct ranges *r, uint32_t at)
{
	return at ? r->names.p + at : "nobody";
}

/* The first range that ends behind an address; @nr if there is none. */
size_t ranges_at(const struct ranges *r, uint64_t address);

#endif
