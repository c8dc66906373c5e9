/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: compressed files
 *
 * gzip, xz, lzma, zstd and lz4 in the form that the kernel's build writes, unpacked
 * piece by piece into a sink. Memory is that of the format's window: what a stream
 * asks for beyond %KSTD_UNPACK_MEMORY is refused, and so is an output beyond
 * %KSTD_UNPACK_MAX.
 */

#ifndef KSTD_UNPACK_H
#define KSTD_UNPACK_H

#include "base/dump.h"

#define KSTD_UNPACK_MEMORY	(256UL << 20)
#define KSTD_UNPACK_MAX		(2ULL << 30)
/* Of a small file less: so many bytes, and so many for each byte of it. A kernel has 3 to 8. */
#define KSTD_UNPACK_FREE	(256ULL << 20)
#define KSTD_UNPACK_RATIO	64

enum kstd_packing {
	KSTD_NOT_PACKED,
	KSTD_GZIP,
	KSTD_XZ,
	KSTD_LZMA,
	KSTD_ZSTD,
	KSTD_LZ4,
	/* Known by their first bytes, and not unpacked. */
	KSTD_BZIP2,
	KSTD_LZO,
};

/**
 * struct kstd_sink - where unpacked bytes go
 * @take: gets the next bytes; 0 to go on, else an error that is handed on
 * @arg: its first argument
 */
struct kstd_sink {
	int (*take)(void *arg, const uint8_t *p, size_t len);
	void *arg;
};

/* By its first bytes. */
enum kstd_packing kstd_packed(const struct kstd_span *head);

/* The name of a format. */
const char *kstd_packed_name(enum kstd_packing packed);

/**
 * kstd_unpack - unpack all of a stream
 * @in: the stream, or several of one format one after the other
 * @packed: what it is
 * @sized: its last four bytes are the number of bytes that it unpacks to, little-endian,
 *         as in a kernel image
 *
 * Return: 0; -KSTD_INPUT: TRUNCATED, CORRUPT, TOO_BIG, UNSUPPORTED; -KSTD_ENVIRONMENT:
 * no memory; or what @sink said.
 */
int kstd_unpack(struct kstd_dump *dump, const struct kstd_span *in, enum kstd_packing packed,
		bool sized, const struct kstd_sink *sink);

#endif
