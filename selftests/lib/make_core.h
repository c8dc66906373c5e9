/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: building cores for tests
 *
 * A writer of 64-bit ELF cores, right or wrong ones, made from the ELF
 * specification alone. Failures abort.
 */

#ifndef SELFTESTS_MAKE_CORE_H
#define SELFTESTS_MAKE_CORE_H

#include "make_memory.h"

/**
 * struct core_load - a PT_LOAD
 * @offset: of its bytes, set by core_finish(); if @wild, it stays as it is
 * @own: freed by core_free()
 * @bytes: what p_filesz says; @p is as long unless @wild
 */
struct core_load {
	uint64_t pa;
	uint64_t virt;
	const void *p;
	uint8_t *own;
	uint64_t bytes;
	uint64_t memory;
	uint64_t offset;
	bool wild;
};

/**
 * struct core - zero it, then set what differs from a little-endian x86-64 core
 * @type: of the file; 0 for ET_CORE
 * @machine: 0 for EM_X86_64
 * @xnum: number of program headers in the first section, as above 65,534
 * @zeros: bytes between headers and memory, so that offsets are not aligned
 * @file: the core, @len bytes, after core_finish()
 */
struct core {
	bool big;
	uint16_t type;
	uint16_t machine;
	bool xnum;
	size_t zeros;
	struct core_load *loads;
	size_t nr;
	size_t room;
	uint8_t *notes;
	size_t notes_len;
	uint8_t *file;
	size_t len;
};

/* Add memory. @p must stay until core_finish(); what is returned, until the next call. */
struct core_load *core_load(struct core *c, uint64_t pa, const void *p, uint64_t bytes);

/* Add all of @m that is there, a segment for each page, with @virt + address if that is not 0. */
void core_memory(struct core *c, struct memory *m, uint64_t virt);

void core_note(struct core *c, const char *owner, uint32_t type, const void *desc, size_t len);
void core_finish(struct core *c);
void core_free(struct core *c);

#endif
