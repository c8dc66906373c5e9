/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: building compressed kernel dumps for tests
 *
 * The format of makedumpfile, with pages that are not compressed: little-endian,
 * x86-64, pages of 4 KiB if nothing else is asked for. Failures abort.
 */

#ifndef SELFTESTS_KDUMP_H
#define SELFTESTS_KDUMP_H

#include "make_memory.h"

/**
 * struct kdump - zero it, then set what differs
 * @machine: its name in the header; NULL: "x86_64"
 * @block: bytes of a block, a power of two from 4096 on, which "page" means below; 0: 4096
 * @max: number of pages that the machine may have, those without memory included
 * @left_out: a page that is memory and was not written; 0 for none
 * @status: of the header
 * @split: the dump is one part of several
 * @first: the first page of that part
 * @end: the page after its last one; 0 for @max
 * @vmcoreinfo: its text; NULL for none
 * @file: the dump, @len bytes; malloc()ed
 * @descs: where the page descriptors are in it
 * @pages: where the pages are in it
 */
struct kdump {
	const char *machine;
	size_t block;
	uint64_t max;
	uint64_t left_out;
	uint32_t status;
	bool split;
	uint64_t first;
	uint64_t end;
	const char *vmcoreinfo;
	uint8_t *file;
	size_t len;
	size_t descs;
	size_t pages;
};

/* Write all of @m that is there. */
void kdump_write(struct kdump *k, struct memory *m);

/* The same dump as a stream of records of up to @record bytes; malloc()ed, @len bytes. */
uint8_t *kdump_flatten(const struct kdump *k, size_t record, size_t *len);

#endif
