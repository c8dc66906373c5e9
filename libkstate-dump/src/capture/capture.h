/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Making a capture. The format is in memory/capture_format.h. */

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
 * @pa: physical address; not used for files
 * @bytes: their number
 * @at: offset in the capture
 * @sha256: their checksum
 */
struct kstd_captured {
	uint64_t pa;
	uint64_t bytes;
	uint64_t at;
	uint8_t sha256[SHA256_DIGEST_SIZE];
};

/**
 * struct kstd_left - memory that was left out
 * @owner: name of the owner that refers to it
 */
struct kstd_left {
	uint64_t pa;
	uint64_t bytes;
	enum kstd_reason reason;
	const char *owner;
};

/**
 * struct kstd_unread - a blob that is no memory and could not be read
 */
struct kstd_unread {
	const struct kstd_blob *blob;
	struct kstd_report why;
};

/**
 * struct kstd_capture_run - a capture that is being made
 * @contents: the caller asked for the contents of folios, too
 * @page: bytes of a page
 * @big: the machine is big-endian
 * @machine: EM_* of the ELF header
 * @want: memory to capture: whole pages, sorted, disjoint
 * @ranges: memory that was written
 * @files: one for each blob that is not physical memory, in the order of the dump
 * @files_at: offset of the first file, @files_end of the end of the last one
 * @unread: blobs that could not be read, which are not among @files
 * @left: memory that was left out
 * @front: offset of the data; the headers and the note have room in front of it
 * @f: the file; @at is the next offset to write
 * @sha: state of the checksum of the range that is being written
 * @work: progress in bytes, which also counts bytes that cannot be read
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
	struct kstd_unread *unread;
	size_t nr_unread, room_unread;
	struct kstd_left *left;
	size_t nr_left, room_left;
	uint64_t front;
	FILE *f;
	uint64_t at;
	struct sha256_ctx sha;
	struct kstd_work work;
};

/*
 * Fill in @c->page, @c->machine and @c->big: from the memory, or else from an image, or else
 * those of the machine that runs this.
 */
void kstd_capture_machine(struct kstd_capture_run *c);

/* The rest returns 0, or a negative class with the error of the context set. */

/* Find the memory to capture. */
int kstd_capture_plan(struct kstd_capture_run *c);

/* Write the data, with room in front of it. */
int kstd_capture_data(struct kstd_capture_run *c);

/* Note that memory is left out; @owner is kept. */
int kstd_capture_leave(struct kstd_capture_run *c, uint64_t pa, uint64_t bytes,
		       enum kstd_reason reason, const char *owner);

/* Make the FDT of the note, which the caller frees. */
int kstd_capture_fdt(struct kstd_capture_run *c, void **fdt, size_t *len);

/* Write the note, the program headers, section header 0 and the ELF header. */
int kstd_capture_elf(struct kstd_capture_run *c, const void *fdt, size_t len);

/* Write @len bytes at @c->at. */
int kstd_capture_put(struct kstd_capture_run *c, const void *p, size_t len);

/* Continue at an offset of the file. */
int kstd_capture_seek(struct kstd_capture_run *c, uint64_t at);

/* Write zeros up to a multiple of @to, which is a power of two. */
int kstd_capture_pad(struct kstd_capture_run *c, uint64_t to);

#endif
