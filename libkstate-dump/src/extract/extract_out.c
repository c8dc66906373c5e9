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
static int put(struct kstd_extract_run *run, const uint8_t *p, size_t n)
{
	size_t from = 0, at = 0;
	int rc = 0;

	sha256_update(&run->sha, n, p);
	while (!rc && at < n) {
		size_t block = BLOCK - (run->at + at) % BLOCK;

		block = block < n - at ? block : n - at;
		if (is_zero(p + at, block)) {
			rc = write_at(run, p + from, at - from, run->at + from);
			from = at + block;
		}
		at += block;
	}
	if (!rc)
		rc = write_at(run, p + from, n - from, run->at + from);
	run->at += n;
	return rc ? rc : kstd_work_on(&run->work, n) ? 0 : kstd_cancelled(run->dump);
}

static int put_zeros(struct kstd_extract_run *run, uint64_t bytes)
{
	memset(run->buf, 0, bytes < KSTD_EXTRACT_BUFFER ? bytes : KSTD_EXTRACT_BUFFER);
	while (bytes) {
		size_t n = bytes < KSTD_EXTRACT_BUFFER ? bytes : KSTD_EXTRACT_BUFFER;

		sha256_update(&run->sha, n, run->buf);
		run->at += n;
		bytes -= n;
		if (!kstd_work_on(&run->work, n))
			return kstd_cancelled(run->dump);
	}
	return 0;
}

int kstd_extract_hole(struct kstd_extract_run *run, uint64_t bytes)
{
	run->holes += bytes;
	return put_zeros(run, bytes);
}

/* A hole in place of bytes that the source does not have. */
static int put_missing(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes)
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

int kstd_extract_memory(struct kstd_extract_run *run, uint64_t pa, uint64_t bytes)
{
	struct kstd_phys *phys = run->dump->phys;
	enum kstd_avail there;
	int rc = 0;

	if (!phys)
		return kstd_no_memory_error(run->dump, pa);
	for (size_t n; !rc && bytes; bytes -= n, pa += n) {
		n = phys->ops->read(phys, pa, run->buf,
				    bytes < KSTD_EXTRACT_BUFFER ? bytes : KSTD_EXTRACT_BUFFER,
				    &there);
		if (there == KSTD_AVAIL_PRESENT)
			rc = put(run, run->buf, n);
		else if (run->lax)
			rc = put_missing(run, pa, n);
		else
			rc = kstd_phys_copy(run->dump, pa, run->buf, 1);	/* says why */
	}
	return rc;
}

int kstd_extract_bytes(struct kstd_extract_run *run, const struct kstd_span *bytes)
{
	return bytes->len ? put(run, bytes->p, bytes->len) : 0;
}
