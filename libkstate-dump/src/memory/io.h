/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: files that are too big to have in memory
 *
 * A file, or a caller's buffer, that is read here and there.
 */

#ifndef KSTD_IO_H
#define KSTD_IO_H

#include <sys/types.h>

#include "base/dump.h"

struct kstd_io_mapping;

/**
 * struct kstd_io - where to read from
 * @fd: owned; -1 for @mem
 * @mem: the caller's buffer
 * @size: bytes
 * @maps: what kstd_io_map() gave
 * @data, @data_end: the bytes that kstd_io_data() found last
 * @ctx: where a read that fails is noted, see kstd_whole(); NULL until somebody owns it
 * @name: of the file, for that
 */
struct kstd_io {
	int fd;
	struct kstd_ctx *ctx;
	const char *name;
	struct kstd_io_mapping *maps;
	struct kstd_span mem;
	uint64_t size;
	uint64_t data;
	uint64_t data_end;
};

/* Take over @fd, which is closed by kstd_io_close(); -1: errno. */
int kstd_io_fd(struct kstd_io *io, int fd);
void kstd_io_mem(struct kstd_io *io, const void *p, size_t len);
void kstd_io_close(struct kstd_io *io);

/*
 * Copy what there is of @len bytes from @off on: fewer only at the end of the file. If that is
 * before @io->size, somebody made it shorter, and that is an error of the context. -1: errno, and
 * the error of the context.
 */
ssize_t kstd_io_read(const struct kstd_io *io, uint64_t off, void *buf, size_t len);

/* Does the file still have its bytes up to @end, for what a foreign library read of it? If it does
 * not, it was made shorter, and that is an error of the context, see kstd_whole(). */
bool kstd_io_still_has(const struct kstd_io *io, uint64_t end);

/**
 * kstd_io_data - pass over a hole of a sparse file
 * @off: where to start
 * @start: the first byte at or after @off that is not in a hole
 * @end: where the next hole begins, or the file ends
 *
 * Return: false if there are only holes from @off on.
 */
bool kstd_io_data(struct kstd_io *io, uint64_t off, uint64_t *start, uint64_t *end);

/**
 * kstd_io_map - bytes of a file, without a copy
 *
 * Return: the bytes, aligned to 8 and valid until kstd_io_close(); NULL if they
 * are not all there, not aligned, or cannot be mapped.
 */
const void *kstd_io_map(struct kstd_io *io, uint64_t off, size_t len);

#define KSTD_SPOOL_MAX	(64ULL << 30)
#define KSTD_SPOOL_ZEROS	(4ULL << 30)

/**
 * kstd_io_spool - put a stream into an unlinked temporary file
 * @head: what was read of it already
 * @fd: the rest of it
 *
 * The file is made in TMPDIR, or /var/tmp; it takes at most %KSTD_SPOOL_MAX bytes
 * there, zeros not counted. An ELF core ends where its headers say, whatever comes after it; in
 * another stream, %KSTD_SPOOL_ZEROS zeros in a row are too many.
 *
 * Return: 0, and @io is to be closed. -KSTD_ENVIRONMENT: no room, cannot be read;
 * -KSTD_INPUT: more than that.
 */
int kstd_io_spool(struct kstd_dump *dump, struct kstd_span head, int fd, struct kstd_io *io);

/**
 * kstd_io_unflatten - put a flattened kernel dump in order
 * @flat: the dump as a stream of records, each with the place where it belongs, for
 *        writers that cannot seek: makedumpfile -F, and QEMU for every compressed
 *        format
 *
 * The plain dump goes into a temporary file as above, of the size of @flat.
 *
 * Return: 0, and @io is to be closed. -KSTD_ENVIRONMENT: no room; -KSTD_INPUT:
 * truncated, damaged.
 */
int kstd_io_unflatten(struct kstd_dump *dump, const struct kstd_io *flat, struct kstd_io *io);

#endif
