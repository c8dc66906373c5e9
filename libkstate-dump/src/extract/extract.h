/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: extracting
 *
 * What a preserved memfd, a subtree or a folio of a section holds, as a file. The file
 * is sparse where it is zero; holes of the memfd are zeros, and bytes that the source
 * does not have are an error, or zeros that the result lists. The SHA-256 is that of
 * the file's bytes; it takes longer than all the rest, even where the processor has
 * instructions for it, and is for callers that ask for it.
 */

#ifndef KSTD_EXTRACT_H
#define KSTD_EXTRACT_H

#include <nettle/sha2.h>

#include "base/dump.h"
#include "base/span.h"
#include "luo/luo.h"

/* Read, hashed and written while it is in the processor's cache. */
#define KSTD_EXTRACT_BUFFER	(256UL << 10)

/* The kernel copies to and from a buffer that is not aligned at half the speed. */
#define KSTD_EXTRACT_ALIGN	4096UL

/**
 * struct kstd_missing - bytes of the file that the source does not have
 * @off: in the file
 * @pa: physical address; 0: not known
 */
struct kstd_missing {
	uint64_t off;
	uint64_t pa;
	uint64_t bytes;
};

/**
 * struct kstd_extract_run - a file that is being made
 * @where: of what it holds
 * @fd: the file
 * @lax: what the source does not have is a hole
 * @hash: @sha is wanted
 * @memory: what @buf is in
 * @buf: %KSTD_EXTRACT_BUFFER bytes; the first @held of them are the file's last, up to
 *       @at, and were not written yet
 * @at: where the next byte goes
 * @holes: bytes in it that nothing was preserved for
 * @missing: @nr_missing of them, adjacent ones joined
 * @missing_bytes: their sum
 */
struct kstd_extract_run {
	struct kstd_dump *dump;
	const struct kstd_where *where;
	int fd;
	bool lax;
	bool hash;
	struct sha256_ctx sha;
	void *memory;
	uint8_t *buf;
	size_t held;
	uint64_t at;
	uint64_t holes;
	struct kstd_missing *missing;
	size_t nr_missing;
	size_t room_missing;
	uint64_t missing_bytes;
	struct kstd_work work;
};

/**
 * struct kstd_luo_found - a file of a session
 * @luo: the side that has it; NULL: none has
 */
struct kstd_luo_found {
	struct kstd_luo_side *luo;
	struct kstd_luo_session s;
	struct kstd_luo_file f;
};

/**
 * kstd_extract_make - make a file
 * @run: zeros, but for dump, lax and hash
 * @path: there must be no file of that name
 * @fill: appends what it holds to @run, given @of; 0 or an error
 *
 * Return: 0, and @run says what it is, until kstd_extract_end(); otherwise there is no file, and
 * nothing to end: -KSTD_ENVIRONMENT; an error of @fill.
 */
int kstd_extract_make(struct kstd_extract_run *run, const char *path,
		      int (*fill)(struct kstd_extract_run *run, const void *of), const void *of);

/* Add what was made to an object, and report what is missing. */
void kstd_extract_put(struct kstd_extract_run *run, const char *path, struct kstd_node *n);

/* Add what is missing to a list, each with the file's @name, unless that is NULL. */
void kstd_extract_put_missing(struct kstd_extract_run *run, const char *name,
			      struct kstd_node *list);

void kstd_extract_end(struct kstd_extract_run *run);

/* Append memory; what the source does not have is an error unless @run->lax. */
int kstd_extract_memory(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes);

/* Append zeros that are a hole of the file. */
int kstd_extract_hole(struct kstd_extract_run *run, uint64_t bytes);

/* Append zeros for bytes that the source does not have; @pa: where they were, 0: not known. */
int kstd_extract_missing(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes);

/* Append bytes. */
int kstd_extract_bytes(struct kstd_extract_run *run, const struct kstd_span *bytes);

/* Write what was appended and is still in the buffer. */
int kstd_extract_flush(struct kstd_extract_run *run);

/* Append what a file of LUO holds, a &struct kstd_luo_found. Returns as kstd_extract_what(). */
int kstd_extract_file(struct kstd_extract_run *run, const void *found);

/**
 * kstd_extract_what - append what was asked for
 * @what, @token: as in &struct kstd_extract_opts
 *
 * Return: 0; -KSTD_NOT_FOUND; -KSTD_USAGE: both sides have it; -KSTD_INPUT: it cannot be
 * read, or is of a handler that keeps no contents that are known; -KSTD_ENVIRONMENT.
 */
int kstd_extract_what(struct kstd_extract_run *run, const char *what, const char *token);

#endif
