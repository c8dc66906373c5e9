// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The file: bytes are hashed and written, zeros are hashed and left out. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "extract/extract.h"
#include "memory/phys.h"

#define BLOCK	4096UL	/* a hole of a file system has no less */

static bool is_zero(const uint8_t *p, size_t n)
{
	return !*p && !memcmp(p, p + 1, n - 1);
}

static int write_at(struct kstd_extract_run *run, const uint8_t *p, size_t n, uint64_t at)
{
	while (n) {
		ssize_t done = pwrite(run->fd, p, n, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return kstd_errno(run->dump->ctx, "the file", done ? errno : ENOSPC);
		p += done;
		n -= done;
		at += done;
	}
	return 0;
}

/* Write what is not zero, in pieces that are as long as they can be. */
static int put(struct kstd_extract_run *run, const uint8_t *p, size_t n, uint64_t to)
{
	size_t from = 0, at = 0;
	int rc = 0;

	if (run->hash)
		sha256_update(&run->sha, n, p);
	while (!rc && at < n) {
		size_t block = BLOCK - (to + at) % BLOCK;

		block = block < n - at ? block : n - at;
		if (is_zero(p + at, block)) {
			rc = write_at(run, p + from, at - from, to + from);
			from = at + block;
		}
		at += block;
	}
	return rc ?: write_at(run, p + from, n - from, to + from);
}

int kstd_extract_flush(struct kstd_extract_run *run)
{
	size_t held = run->held;

	run->held = 0;
	return put(run, run->buf, held, run->at - held);
}

/* @n more bytes are in the file, or in the buffer. */
static int more(struct kstd_extract_run *run, uint64_t n)
{
	run->at += n;
	return kstd_work_on(&run->work, n) ? 0 : kstd_cancelled(run->dump);
}

/* Zeros are in the file once its size is set; all there is to do is to hash them. */
static int put_zeros(struct kstd_extract_run *run, uint64_t bytes)
{
	int rc = kstd_extract_flush(run);

	if (!rc && !run->hash)
		return more(run, bytes);
	memset(run->buf, 0, bytes < KSTD_EXTRACT_BUFFER ? bytes : KSTD_EXTRACT_BUFFER);
	for (size_t n; !rc && bytes; bytes -= n) {
		n = bytes < KSTD_EXTRACT_BUFFER ? bytes : KSTD_EXTRACT_BUFFER;
		sha256_update(&run->sha, n, run->buf);
		rc = more(run, n);
	}
	return rc;
}

int kstd_extract_hole(struct kstd_extract_run *run, uint64_t bytes)
{
	run->holes += bytes;
	return put_zeros(run, bytes);
}

int kstd_extract_missing(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes)
{
	struct kstd_missing *last = run->nr_missing ? &run->missing[run->nr_missing - 1] : NULL;

	run->missing_bytes += bytes;
	if (last && last->off + last->bytes == run->at && last->pa + last->bytes == pa) {
		last->bytes += bytes;
		return put_zeros(run, bytes);
	}
	if (!kstd_array_fits(run->missing, run->nr_missing, run->room_missing))
		return kstd_nomem(run->dump->ctx);
	run->missing[run->nr_missing++] = (struct kstd_missing){ run->at, pa, bytes };
	return put_zeros(run, bytes);
}

/*
 * Memory is read to where the buffer ends, so that what is in many places is written at once.
 * Where a read fails, one of a single byte says why. In a running system that one may succeed: then
 * all is tried again.
 */
static int put_memory(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes, size_t *n)
{
	struct kstd_phys *phys = run->dump->phys;
	size_t room = KSTD_EXTRACT_BUFFER - run->held;
	enum kstd_avail there;
	uint8_t byte;

	*n = phys->ops->read(phys, pa, run->buf + run->held, bytes < room ? bytes : room, &there);
	if (there == KSTD_AVAIL_PRESENT) {
		run->held += *n;
		return more(run, *n);
	}
	if (run->lax)
		return kstd_extract_missing(run, pa, *n);
	*n = 0;
	return kstd_phys_copy(run->dump, pa, &byte, 1);
}

int kstd_extract_memory(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes)
{
	int rc = run->dump->phys ? 0 : kstd_no_memory_error(run->dump, pa);

	for (size_t n; !rc && bytes; bytes -= n, pa += n) {
		if (run->held == KSTD_EXTRACT_BUFFER)
			rc = kstd_extract_flush(run);
		n = 0;
		if (!rc)
			rc = put_memory(run, pa, bytes, &n);
	}
	return rc;
}

int kstd_extract_bytes(struct kstd_extract_run *run, const struct kstd_span *bytes)
{
	return kstd_extract_flush(run) ?: put(run, bytes->p, bytes->len, run->at) ?:
	       more(run, bytes->len);
}
