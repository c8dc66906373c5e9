// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compressed files: which format, and unpacking each with its library. */

#include <limits.h>
#include <stdlib.h>

#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "vmlinux/unpack.h"

#define KSTD_UNPACK_OUT	(256UL << 10)

#define GZIP_WINDOW	(15 + 16)	/* the largest window, and gzip's header */
#define ZSTD_WINDOW_LOG	28		/* KSTD_UNPACK_MEMORY; the kernel's build takes up to 27 */
#define LZ4_BLOCK	(8 << 20)
#define LZ4_MAGIC	0x184c2102
#define LZ4_SIZE	4	/* bytes of a length, and of what a kernel image has at its end */

/**
 * struct kstd_unpacker - a format's state while it is unpacked
 * @in: what is left of the input
 * @sink: where to
 * @out: a buffer of %KSTD_UNPACK_OUT bytes
 * @packed: bytes of all that is unpacked
 * @total: bytes so far
 */
struct kstd_unpacker {
	struct kstd_dump *dump;
	struct kstd_span in;
	const struct kstd_sink *sink;
	uint8_t *out;
	uint64_t packed;
	uint64_t total;
};

static const struct {
	const char *name;
	const char *magic;
	size_t len;
} formats[] = {
	[KSTD_GZIP] = { "gzip", "\x1f\x8b\x08", 3 },
	[KSTD_XZ] = { "xz", "\xfd" "7zXZ\0", 6 },
	[KSTD_LZMA] = { "lzma", "\x5d\0\0", 3 },
	[KSTD_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4 },
	[KSTD_LZ4] = { "lz4", "\x02\x21\x4c\x18", 4 },
	[KSTD_BZIP2] = { "bzip2", "BZh", 3 },
	[KSTD_LZO] = { "lzo", "\x89LZO\0\r\n\x1a\n", 9 },
};

enum kstd_packing kstd_packed(const struct kstd_span *head)
{
	for (size_t i = KSTD_GZIP; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (kstd_span_starts(head, formats[i].magic, formats[i].len))
			return i;
	return KSTD_NOT_PACKED;
}

const char *kstd_packed_name(enum kstd_packing packed)
{
	return formats[packed].name;
}

/* Hand on @len unpacked bytes. 0, or an error. */
static int put_unpacked(struct kstd_unpacker *u, const uint8_t *p, size_t len)
{
	uint64_t max = KSTD_UNPACK_FREE + KSTD_UNPACK_RATIO * u->packed;

	u->total += len;
	if (u->total > max && max < KSTD_UNPACK_MAX)
		return kstd_err(u->dump->ctx, KSTD_E_TOO_BIG, u->in.at,
				"unpacks to more than %llu bytes, from %llu: no kernel does that",
				(unsigned long long)max, (unsigned long long)u->packed);
	if (u->total > KSTD_UNPACK_MAX)
		return kstd_err(u->dump->ctx, KSTD_E_TOO_BIG, u->in.at,
				"unpacks to more than %llu bytes",
				(unsigned long long)KSTD_UNPACK_MAX);
	return len ? u->sink->take(u->sink->arg, p, len) : 0;
}

static int truncated(struct kstd_unpacker *u)
{
	return kstd_err(u->dump->ctx, KSTD_E_TRUNCATED, u->in.at,
			"truncated: the compressed data does not end");
}

static int damaged(struct kstd_unpacker *u, const char *why)
{
	return kstd_err(u->dump->ctx, KSTD_E_CORRUPT, u->in.at,
			"damaged: what is compressed cannot be unpacked: %s", why);
}

/* ---- gzip ---- */

/* 1 at the end of a stream. */
static int gzip_step(struct kstd_unpacker *u, z_stream *z)
{
	uInt before = u->in.len < INT_MAX ? u->in.len : INT_MAX;
	int rc, err;

	z->next_in = (Bytef *)u->in.p;
	z->avail_in = before;
	z->next_out = u->out;
	z->avail_out = KSTD_UNPACK_OUT;
	rc = inflate(z, Z_NO_FLUSH);
	kstd_span_skip(&u->in, before - z->avail_in);
	err = put_unpacked(u, u->out, KSTD_UNPACK_OUT - z->avail_out);
	if (err)
		return err;
	if (rc == Z_STREAM_END)
		return 1;
	if (rc == Z_MEM_ERROR)
		return kstd_nomem(u->dump->ctx);
	if (rc == Z_BUF_ERROR || (rc == Z_OK && !u->in.len && z->avail_out))
		return truncated(u);
	return rc == Z_OK ? 0 : damaged(u, z->msg ? z->msg : "gzip");
}

static int unpack_gzip(struct kstd_unpacker *u)
{
	z_stream z = { 0 };
	int rc;

	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return kstd_nomem(u->dump->ctx);
	do {
		rc = gzip_step(u, &z);
		if (rc == 1 && kstd_packed(&u->in) == KSTD_GZIP && inflateReset(&z) == Z_OK)
			rc = 0;
	} while (!rc);
	inflateEnd(&z);
	return rc == 1 ? 0 : rc;
}

/* ---- xz and lzma ---- */

static int lzma_error(struct kstd_unpacker *u, lzma_ret rc)
{
	switch (rc) {
	case LZMA_MEM_ERROR:
		return kstd_nomem(u->dump->ctx);
	case LZMA_MEMLIMIT_ERROR:
		return kstd_err(u->dump->ctx, KSTD_E_TOO_BIG, u->in.at,
				"unpacking it takes more than %lu bytes of memory",
				KSTD_UNPACK_MEMORY);
	case LZMA_BUF_ERROR:
		return truncated(u);
	case LZMA_OPTIONS_ERROR:
		return damaged(u, "options of xz that liblzma does not know");
	default:
		return damaged(u, "xz");
	}
}

/* 1 at the end of a stream. */
static int lzma_step(struct kstd_unpacker *u, lzma_stream *z)
{
	lzma_ret rc;
	int err;

	z->next_in = u->in.p;
	z->avail_in = u->in.len;
	z->next_out = u->out;
	z->avail_out = KSTD_UNPACK_OUT;
	rc = lzma_code(z, LZMA_RUN);
	kstd_span_skip(&u->in, u->in.len - z->avail_in);
	err = put_unpacked(u, u->out, KSTD_UNPACK_OUT - z->avail_out);
	if (err)
		return err;
	if (rc == LZMA_STREAM_END)
		return 1;
	if (rc == LZMA_OK && !z->avail_in && z->avail_out)
		return truncated(u);
	return rc == LZMA_OK ? 0 : lzma_error(u, rc);
}

static int unpack_lzma(struct kstd_unpacker *u, bool alone)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret ret = alone ? lzma_alone_decoder(&z, KSTD_UNPACK_MEMORY) :
		       lzma_stream_decoder(&z, KSTD_UNPACK_MEMORY, 0);
	int rc;

	if (ret != LZMA_OK)
		return lzma_error(u, ret);
	do {
		rc = lzma_step(u, &z);
	} while (!rc);
	lzma_end(&z);
	return rc == 1 ? 0 : rc;
}

/* ---- zstd ---- */

/* 1 at the end of a frame. */
static int zstd_step(struct kstd_unpacker *u, ZSTD_DStream *z)
{
	ZSTD_inBuffer in = { u->in.p, u->in.len, 0 };
	ZSTD_outBuffer out = { u->out, KSTD_UNPACK_OUT, 0 };
	size_t rc = ZSTD_decompressStream(z, &out, &in);
	int err;

	kstd_span_skip(&u->in, in.pos);
	if (ZSTD_isError(rc))
		return damaged(u, ZSTD_getErrorName(rc));
	err = put_unpacked(u, u->out, out.pos);
	if (err)
		return err;
	if (!rc)
		return 1;
	return !u->in.len && out.pos < out.size ? truncated(u) : 0;
}

static int unpack_zstd(struct kstd_unpacker *u)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	int rc;

	if (!z)
		return kstd_nomem(u->dump->ctx);
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	do {
		rc = zstd_step(u, z);
		if (rc == 1 && kstd_packed(&u->in) == KSTD_ZSTD)
			rc = 0;
	} while (!rc);
	ZSTD_freeDStream(z);
	return rc == 1 ? 0 : rc;
}

/*
 * ---- lz4 in its legacy form ----
 * `lz4 -l` and the kernel's build write it: a magic number, then blocks, each with its
 * length in front, that unpack to at most 8 MiB.
 */

static int lz4_block(struct kstd_unpacker *u, uint64_t len, uint8_t *out)
{
	struct kstd_span in;
	int n;

	if (len > (uint64_t)LZ4_COMPRESSBOUND(LZ4_BLOCK))
		return damaged(u, "a block of lz4 that is too long");
	if (!kstd_span_take(&u->in, len, &in))
		return truncated(u);
	n = LZ4_decompress_safe((const char *)in.p, (char *)out, in.len, LZ4_BLOCK);
	return n < 0 ? damaged(u, "lz4") : put_unpacked(u, out, n);
}

static int unpack_lz4(struct kstd_unpacker *u, bool sized)
{
	uint8_t *out = kstd_malloc(LZ4_BLOCK);
	uint64_t len;
	int rc = 0;

	if (!out)
		return kstd_nomem(u->dump->ctx);
	while (!rc && u->in.len > (sized ? LZ4_SIZE : 0)) {
		if (!kstd_span_int(&u->in, LZ4_SIZE, false, &len))
			rc = truncated(u);
		else if (len != LZ4_MAGIC)
			rc = lz4_block(u, len, out);
	}
	free(out);
	return rc;
}

static int unpack(struct kstd_unpacker *u, enum kstd_packing packed, bool sized)
{
	switch (packed) {
	case KSTD_GZIP:
		return unpack_gzip(u);
	case KSTD_XZ:
		return unpack_lzma(u, false);
	case KSTD_LZMA:
		return unpack_lzma(u, true);
	case KSTD_ZSTD:
		return unpack_zstd(u);
	case KSTD_LZ4:
		return unpack_lz4(u, sized);
	default:
		return kstd_err(u->dump->ctx, KSTD_E_UNSUPPORTED, u->in.at,
				"compressed with %s, which this program does not unpack: unpack it first (%s), or give vmlinux",
				kstd_packed_name(packed),
				packed == KSTD_BZIP2 ? "bunzip2" : "lzop -d");
	}
}

/* What the file says that it unpacks to. */
static int check_size(struct kstd_unpacker *u, const struct kstd_span *in)
{
	struct kstd_span end;
	uint64_t size;

	if (in->len < 4 || !kstd_span_sub(in, in->len - 4, 4, &end) ||
	    !kstd_span_int(&end, 4, false, &size))
		return truncated(u);
	if (size == (uint32_t)u->total)
		return 0;
	u->in.at = in->at + in->len - 4;
	return kstd_err(u->dump->ctx, KSTD_E_CORRUPT, u->in.at,
			"damaged: unpacks to %llu bytes, and %llu are stated",
			(unsigned long long)u->total, (unsigned long long)size);
}

int kstd_unpack(struct kstd_dump *dump, const struct kstd_span *in, enum kstd_packing packed,
		bool sized, const struct kstd_sink *sink)
{
	struct kstd_unpacker u = { .dump = dump, .in = *in, .packed = in->len, .sink = sink };
	int rc;

	u.out = kstd_malloc(KSTD_UNPACK_OUT);
	if (!u.out)
		return kstd_nomem(dump->ctx);
	rc = unpack(&u, packed, sized);
	if (!rc && sized)
		rc = check_size(&u, in);
	free(u.out);
	return rc;
}
