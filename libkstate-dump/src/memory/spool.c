// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* A stream that is read at any offset goes to a temporary file first. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "memory/io.h"
#include "base/file.h"
#include "memory/blob.h"
#include "memory/core.h"

#define BUF	(1UL << 20)
#define BLOCK	4096UL
#define HEADERS_MAX	(1ULL << 30)	/* where headers of an ELF core are looked for */
#define FLAT_HEADER	4096
#define FLAT_RECORD	16
#define FLAT_MAX	(1ULL << 46)	/* the largest offset that is believed */

/* Make the file in $TMPDIR, else in /var/tmp, which is on disk where /tmp may be in memory. */
static int make_file(char *name, size_t size)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	if (!dir || !*dir)
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	snprintf(name, size, "%s/kstate-dump.XXXXXX", dir);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	return !*p && !memcmp(p, p + 1, len - 1);
}

/* Zeros become holes. */
static bool write_sparse(int fd, const uint8_t *p, size_t len, uint64_t at, uint64_t *taken)
{
	for (size_t n; len; p += n, len -= n, at += n) {
		ssize_t done;

		n = len < BLOCK ? len : BLOCK;
		if (is_zero(p, n))
			continue;
		done = pwrite(fd, p, n, at);
		if (done <= 0)
			return false;
		n = done;
		*taken += n;
	}
	return true;
}

/*
 * Where the core ends that is being copied: a stream may go on for ever. The headers of an ELF core
 * say that once they are there, and later if it is looked at later; a compressed dump does not.
 */
static uint64_t end_of(int out, uint64_t at, uint64_t *looked)
{
	if (at < *looked || at > HEADERS_MAX)
		return 0;
	*looked = 2 * at;
	return kstd_core_elf_end(out);
}

static int no_room(struct kstd_dump *dump)
{
	return kstd_err(dump->ctx, KSTD_E_IO, KSTD_NO_OFFSET,
			"this is put into a temporary file in $TMPDIR or /var/tmp: %s",
			strerror(errno));
}

/* Copy the stream to the file. A stream does not say how long it is. */
static int copy(struct kstd_dump *dump, struct kstd_span head, int in, int out, uint8_t *buf,
		struct kstd_work *work)
{
	uint64_t taken = 0, end = 0, looked = 0, before, zeros = 0;
	bool elf = kstd_core_sniff(&head) == KSTD_CORE_ELF;
	size_t len = head.len;
	ssize_t n;

	memcpy(buf, head.p, head.len);
	for (uint64_t at = 0;; at += len, len = 0) {
		while (len < BUF && (n = read(in, buf + len, BUF - len)) != 0) {
			if (n < 0 && errno != EINTR)
				return kstd_errno(dump->ctx, "standard input", errno);
			len += n > 0 ? n : 0;
		}
		if (!len)
			return ftruncate(out, at) ? no_room(dump) : 0;
		before = taken;
		if (!write_sparse(out, buf, len, at, &taken))
			return no_room(dump);
		if (!kstd_work_on(work, len))
			return kstd_cancelled(dump);
		if (elf && !end)
			end = end_of(out, at + len, &looked);
		if (end && at + len > end + BUF) {
			kstd_note(dump, "standard input: what comes after 0x%llx bytes, the end of the core by its headers, is not read",
				  (unsigned long long)end);
			return ftruncate(out, end) ? no_room(dump) : 0;
		}
		zeros = taken == before ? zeros + len : 0;
		if (!end && zeros > KSTD_SPOOL_ZEROS)
			return kstd_err(dump->ctx, KSTD_E_TOO_BIG, at,
					"more than %llu GiB of zeros on standard input",
					KSTD_SPOOL_ZEROS >> 30);
		if (taken > KSTD_SPOOL_MAX)
			return kstd_err(dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
					"a core of more than %llu GiB on standard input: give the name of a file",
					KSTD_SPOOL_MAX >> 30);
	}
}

static int cut(struct kstd_dump *dump, const struct kstd_io *in, uint64_t records)
{
	return kstd_err(dump->ctx, KSTD_E_TRUNCATED, in->size,
			"a flattened kdump, cut after %llu records: its end is missing",
			(unsigned long long)records);
}

/* Copy the data of one record. Returns 1 if the file ends in it. */
static int put_record(struct kstd_dump *dump, const struct kstd_io *in, uint64_t from,
		      uint64_t to, uint64_t len, int out, uint8_t *buf)
{
	uint64_t taken = 0;

	for (size_t n; len; from += n, to += n, len -= n) {
		n = len < BUF ? len : BUF;
		if (kstd_io_read(in, from, buf, n) != (ssize_t)n)
			return 1;
		if (!write_sparse(out, buf, n, to, &taken))
			return no_room(dump);
	}
	return 0;
}

/*
 * Integers of the stream are big-endian: where the record belongs, and its bytes. Both are -1 in
 * the last one.
 */
static int unflatten(struct kstd_dump *dump, const struct kstd_io *in, int out, uint8_t *buf,
		     struct kstd_work *work)
{
	uint64_t at = FLAT_HEADER, end = 0, to, len;
	uint8_t raw[FLAT_RECORD];
	int rc;

	for (uint64_t n = 0;; n++) {
		if (kstd_io_read(in, at, raw, sizeof(raw)) != sizeof(raw))
			return cut(dump, in, n);
		to = kstd_bytes_int(raw, 8, true);
		len = kstd_bytes_int(raw + 8, 8, true);
		if (to == UINT64_MAX && len == UINT64_MAX)
			return ftruncate(out, end) ? no_room(dump) : 0;
		at += FLAT_RECORD;
		if (len > in->size - at)
			return cut(dump, in, n);
		if (to > FLAT_MAX)
			return kstd_err(dump->ctx, KSTD_E_CORRUPT, at - FLAT_RECORD,
					"a flattened kdump, damaged: a record for offset 0x%llx",
					(unsigned long long)to);
		rc = put_record(dump, in, at, to, len, out, buf);
		if (rc)
			return rc > 0 ? cut(dump, in, n) : rc;
		if (!kstd_work_on(work, len))
			return kstd_cancelled(dump);
		at += len;
		end = to + len > end ? to + len : end;
	}
}

/* A temporary file, from a stream or from a flattened dump. */
static int make_io(struct kstd_dump *dump, struct kstd_io *io, struct kstd_span head, int fd,
		   const struct kstd_io *flat)
{
	char name[PATH_MAX];
	uint8_t *buf = kstd_malloc(BUF);
	int out = make_file(name, sizeof(name)), rc;
	struct kstd_work work;

	kstd_work_begin(&work, dump, flat ? "unpacking the flattened dump" :
			"reading standard input", flat ? flat->size : 0, BUF);
	if (!buf)
		rc = kstd_nomem(dump->ctx);
	else if (out < 0)
		rc = no_room(dump);
	else
		rc = flat ? unflatten(dump, flat, out, buf, &work) :
		     copy(dump, head, fd, out, buf, &work);
	if (!rc)
		kstd_work_end(&work);
	free(buf);
	if (!rc && kstd_io_fd(io, out))
		rc = no_room(dump);
	if (rc && out >= 0)
		close(out);
	return rc;
}

int kstd_io_spool(struct kstd_dump *dump, struct kstd_span head, int fd, struct kstd_io *io)
{
	return make_io(dump, io, head, fd, NULL);
}

int kstd_io_unflatten(struct kstd_dump *dump, const struct kstd_io *flat, struct kstd_io *io)
{
	return make_io(dump, io, (struct kstd_span){ 0 }, -1, flat);
}
