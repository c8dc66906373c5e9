/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: captures
 *
 * A capture is everything that a source lets reach, in one file that opens on
 * any machine. It is an ELF64 core (ET_CORE, machine and byte order of the
 * source), so that other tools open it as well:
 *
 *   - a PT_LOAD for each captured run of physical memory: p_paddr and p_vaddr are
 *     its address, ascending, disjoint, p_memsz whole pages. Bytes beyond p_filesz
 *     are not known.
 *   - a segment of type %KSTD_PT_FILES, if blobs were files: their bytes
 *   - a PT_NOTE: "kstate-dump" of type %KSTD_NT_CAPTURE, an FDT that says what is
 *     where; "kstate-dump" of type %KSTD_NT_DIGEST, 32 bytes: SHA-256 of that FDT;
 *     "VMCOREINFO" with PAGESIZE=, for tools that need it
 *
 * Program headers and note stand before the data, so that a capture that was cut
 * still says what it had; or after it, if more had to be said than was foreseen.
 * With more than 65,534 segments e_phnum is PN_XNUM and section header 0 holds the
 * number.
 *
 * The FDT (FDT rules: big-endian cells, u64 in two):
 *
 *     / {
 *         compatible = "kstate-capture-v1";
 *         page-size (u32, bytes); byte-order ("little" or "big")
 *         source (string); source-kind (string); captured-at (u64, ns since the epoch)
 *         tool (string); contents (u32: 1 if the contents of folios were taken along)
 *         running (u32: 1 if it was the running system)
 *         notes (strings: what the source had to be said of)
 *         ranges (pairs of u64 address, u64 bytes: as the PT_LOADs have them)
 *         ranges-sha256 (32 bytes for each)
 *         blobs {
 *             <n> { path, side ("in", "out", "file"), role (%KSTD_ROLES)
 *                   address, bytes (u64) | offset, bytes (u64, in this file); sha256 }
 *         }
 *         left-out {
 *             <n> { owner (string), reason (%KSTD_REASONS), ranges }
 *         }
 *     };
 *
 * Any change that a reader cannot ignore comes with a new compatible string.
 */

#ifndef KSTD_CAPTURE_H
#define KSTD_CAPTURE_H

#include <stdio.h>

#include <nettle/sha2.h>

#include "fdt/fdt_view.h"
#include "memory/phys.h"
#include "kho/refs.h"

#define KSTD_CAPTURE_COMPATIBLE	"kstate-capture-v1"
#define KSTD_CAPTURE_NOTE	"kstate-dump"
#define KSTD_NT_CAPTURE		0x6b730001
#define KSTD_NT_DIGEST		0x6b730002
#define KSTD_PT_FILES		0x6b737464	/* "kstd"; between PT_LOOS and PT_HIOS */

/* Why memory is not in a capture: X(symbol, name, what a read says). */
#define KSTD_REASONS(X)					\
	X(CONTENTS,	"contents",	KSTD_AVAIL_EXCLUDED)	\
	X(EXCLUDED,	"excluded",	KSTD_AVAIL_EXCLUDED)	\
	X(ABSENT,	"absent",	KSTD_AVAIL_ABSENT)	\
	X(UNREADABLE,	"unreadable",	KSTD_AVAIL_UNREADABLE)

#define X(sym, name, there) KSTD_LEFT_##sym,
enum kstd_reason {
	KSTD_REASONS(X)
	KSTD_NR_REASONS
};
#undef X

const char *kstd_role_name(enum kstd_role role);
const char *kstd_reason_name(enum kstd_reason reason);

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

/* ---- Opening ---- */

struct kstd_core;

/**
 * struct kstd_capture_in - a capture that was opened
 * @raw: the FDT of the note
 * @fdt: the same, checked
 * @digest: SHA-256 that @raw should have, if @has_digest
 * @damaged: @fdt is not valid
 */
struct kstd_capture_in {
	struct kstd_span raw;
	struct kstd_fdt fdt;
	uint8_t digest[SHA256_DIGEST_SIZE];
	bool has_digest;
	bool damaged;
};

/* Notes of a core: take one. False if memory is short. */
bool kstd_capture_take(struct kstd_dump *dump, struct kstd_core *core,
		       const struct kstd_span *desc);
bool kstd_capture_take_digest(struct kstd_dump *dump, struct kstd_core *core,
			      const struct kstd_span *desc);

/* What was left out, before the ranges of @core are sealed. */
int kstd_capture_open(struct kstd_dump *dump, struct kstd_core *core);

/* Add the blobs of a capture; 0 or -KSTD_ENVIRONMENT. */
int kstd_capture_blobs(struct kstd_dump *dump, struct kstd_core *core);

/**
 * kstd_capture_verify - compare all bytes of a capture with their checksums
 *
 * What differs is a defect. Return: how many ranges and blobs were compared; 0 if
 * the source is no capture.
 */
size_t kstd_capture_verify(struct kstd_dump *dump);

#endif
