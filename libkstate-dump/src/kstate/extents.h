/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: payloads outside the tree
 *
 * A payload over a threshold is kept in memory of its own, in one or more
 * extents. debugfs has a file for each, kstate/{in,out}/extents/ADDRESS, in
 * lower-case hex, of its raw bytes. A source with the machine's memory has them
 * there. A lone file does not have them: they are absent then, never zero.
 */

#ifndef KSTD_EXTENTS_H
#define KSTD_EXTENTS_H

#include "base/dump.h"
#include "base/visited.h"

#define KSTD_MAX_EXTENTS	(4UL << 20)	/* extents of a side, in memory */
#define KSTD_MAX_PAYLOAD	(4ULL << 30)	/* bytes of a payload in memory */

/**
 * struct kstd_extent - a file with an extent
 * @address: physical
 * @owner: offset of the node that it belongs to; %KSTD_NO_OFFSET before one read
 *         it. Nothing is read for two: or a small source could take forever
 */
struct kstd_extent {
	uint64_t address;
	uint64_t owner;
};

/**
 * struct kstd_extents - the extents of a side
 * @path: the same for messages
 * @files: sorted by address
 * @in_memory: there are no files, but memory
 * @seen: the extents in memory that were read, each with its owner
 */
struct kstd_extents {
	struct kstd_extents *next;
	unsigned int side;
	const char *path;
	struct kstd_extent *files;
	size_t nr;
	bool in_memory;
	struct kstd_visited seen;
};

/**
 * kstd_extents_of - the extents of a side
 *
 * They are looked for at the first call: in the directory that the source noted, else
 * in memory, where that may be followed (kstd_phys_follows(); what a capture has was
 * right when it was made, and may be).
 *
 * Return: NULL if the source has none, or if they cannot be listed, which is a defect.
 */
struct kstd_extents *kstd_extents_of(struct kstd_dump *dump, unsigned int side);

/* A list of the extents of every side that has them in files, and of the sides asked for. */
struct kstd_extents *kstd_extents_all(struct kstd_dump *dump);

/* The first extent of @x at or after @address; NULL if there is none. */
const struct kstd_extent *kstd_extents_from(const struct kstd_extents *x, uint64_t address);

/* All bytes of the extent at @address, which @a holds; else an error with its path. */
int kstd_extents_file(struct kstd_dump *dump, struct kstd_arena *a, const struct kstd_extents *x,
		      uint64_t address, struct kstd_span *out);

/**
 * kstd_extents_load - have a payload in one piece
 * @a: holds it, or what holds it
 * @x: where its extents are
 * @list: address and bytes of each, as in the property; not empty
 * @owner: as in &struct kstd_extent
 * @out: the payload; offsets in it are those from its start
 *
 * Return: 0; -KSTD_INPUT: an extent is absent, of another size, or another's;
 * -KSTD_ENVIRONMENT: cannot be read.
 */
int kstd_extents_load(struct kstd_dump *dump, struct kstd_arena *a, struct kstd_extents *x,
		      struct kstd_span list, uint64_t owner, struct kstd_span *out);

#endif
