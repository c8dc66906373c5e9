/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* How a capture is made. Its format: memory/capture_format.h. */

#ifndef KSTD_CAPTURE_H
#define KSTD_CAPTURE_H

#include <stdio.h>

#include <nettle/sha2.h>

#include "fdt/fdt_view.h"
#include "kho/refs.h"
#include "memory/capture_format.h"
#include "memory/phys.h"

/**
 * struct kstd_captured - bytes that were written
 * @pa: physical address; of a file, meaningless
 * @bytes: their number
 * @at: offset in the capture
 */
struct kstd_captured {
	uint64_t pa;
	uint64_t bytes;
	uint64_t at;
	uint8_t sha256[SHA256_DIGEST_SIZE];
};

/**
 * struct kstd_left - memory that was not
 * @owner: who refers to it
 */
struct kstd_left {
	uint64_t pa;
	uint64_t bytes;
	enum kstd_reason reason;
	const char *owner;
};

/**
 * struct kstd_capture_run - a capture that is being made
 * @want: what to take along, whole pages, sorted, disjoint
 * @ranges: what was taken
 * @files: one for each blob that is not physical memory, in the order of the dump
 * @left: what was not taken
 * @front: offset of the data; before it, headers and note have room
 * @f: the file; @at is the next offset to write
 * @sha: of what is being written
 * @page: bytes of a page
 * @work: in bytes, whether they can be read or not
 */
struct kstd_capture_run {
	struct kstd_dump *dump;
	bool contents;
	uint32_t page;
	bool big;
	uint16_t machine;
	struct kstd_refs want;
	struct kstd_captured *ranges;
	size_t nr_ranges, room_ranges;
	struct kstd_captured *files;
	size_t nr_files, room_files;
	uint64_t files_at, files_end;
	struct kstd_left *left;
	size_t nr_left, room_left;
	uint64_t front;
	FILE *f;
	uint64_t at;
	struct sha256_ctx sha;
	struct kstd_work work;
};

/* All of these: 0, or a negative class with the context's error set. */
/* What machine it is of: from the memory, else from what an image says, else this one. */
void kstd_capture_machine(struct kstd_capture_run *c);
int kstd_capture_plan(struct kstd_capture_run *c);
int kstd_capture_data(struct kstd_capture_run *c);
int kstd_capture_leave(struct kstd_capture_run *c, uint64_t pa, uint64_t bytes,
		       enum kstd_reason reason, const char *owner);
/* The FDT of the note, malloc()ed. */
int kstd_capture_fdt(struct kstd_capture_run *c, void **fdt, size_t *len);
/* Note, program headers, section header 0, ELF header. */
int kstd_capture_elf(struct kstd_capture_run *c, const void *fdt, size_t len);
int kstd_capture_put(struct kstd_capture_run *c, const void *p, size_t len);
/* Go on at an offset. */
int kstd_capture_seek(struct kstd_capture_run *c, uint64_t at);
int kstd_capture_pad(struct kstd_capture_run *c, uint64_t to);

#endif
