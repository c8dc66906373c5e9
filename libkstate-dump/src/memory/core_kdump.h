/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: compressed kernel dumps, whole and in parts
 *
 * makedumpfile --split writes one dump as several files. Each has header and bitmaps of
 * the whole dump, and pages of one range of page frames, whose descriptors begin with
 * those of that range. Each part is read as a dump of its own; the first one that was
 * given knows the others, and is the memory of them all.
 */

#ifndef KSTD_CORE_KDUMP_H
#define KSTD_CORE_KDUMP_H

#include <libkdumpfile/kdumpfile.h>

#include "memory/core.h"

#define KSTD_KDUMP_HEADER	464	/* bytes of the header up to what has no fixed length */
#define KSTD_MAX_PARTS		1024	/* makedumpfile writes one for each processor */

/**
 * struct kstd_kdump - a compressed dump
 * @ctx: libkdumpfile's
 * @fd: a copy of a caller's buffer, for libkdumpfile; -1 if there is none
 * @header: its first bytes
 * @block: bytes of the blocks that the file is counted in; makedumpfile's are pages
 * @memory: where the bitmap of pages that were memory is in the file
 * @dumped: the bitmap of pages that were written
 * @descs: their descriptors
 * @split: the file is one part of a split dump
 * @first: the first page that this part of a split dump has; 0 if the dump is whole
 * @end: the page after the last one
 * @skipped: pages that are dumped in the parts before
 * @bytes: of one bitmap
 * @before: how many pages are dumped before each chunk of the bitmap
 * @chunks: entries in @before but the last, which is for all
 * @parts: all parts of a split dump that were given, this one too, by their first page:
 *         @nr_parts of them; none if this is the only one
 */
struct kstd_kdump {
	kdump_ctx_t *ctx;
	int fd;
	uint8_t header[KSTD_KDUMP_HEADER];
	uint32_t block;
	uint64_t memory;
	uint64_t dumped;
	uint64_t descs;
	bool split;
	uint64_t first;
	uint64_t end;
	uint64_t skipped;
	uint64_t bytes;
	uint64_t *before;
	size_t chunks;
	struct kstd_core **parts;
	size_t nr_parts;
	size_t room_parts;
};

/* Set @nr to how many pages are dumped before @pfn, in all parts. False if that cannot be read. */
bool kstd_kdump_before(const struct kstd_core *core, uint64_t pfn, uint64_t *nr);

#endif
