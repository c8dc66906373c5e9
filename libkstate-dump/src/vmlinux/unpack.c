// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compressed files: which format, and what all formats have in common. */

#include <stdlib.h>

#include "vmlinux/unpack.h"

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

int kstd_unpacked(struct kstd_unpacker *u, const uint8_t *p, size_t len)
{
	u->total += len;
	if (u->total > KSTD_UNPACK_MAX)
		return kstd_err(u->dump->ctx, KSTD_E_TOO_BIG, u->in.at,
				"unpacks to more than %llu bytes",
				(unsigned long long)KSTD_UNPACK_MAX);
	return len ? u->sink->take(u->sink->arg, p, len) : 0;
}

int kstd_unpack_cut(struct kstd_unpacker *u)
{
	return kstd_err(u->dump->ctx, KSTD_E_TRUNCATED, u->in.at,
			"truncated: the compressed data does not end");
}

int kstd_unpack_bad(struct kstd_unpacker *u, const char *why)
{
	return kstd_err(u->dump->ctx, KSTD_E_CORRUPT, u->in.at,
			"damaged: what is compressed cannot be unpacked: %s", why);
}

static int unpack(struct kstd_unpacker *u, enum kstd_packing packed, bool sized)
{
	switch (packed) {
	case KSTD_GZIP:
		return kstd_unpack_gzip(u);
	case KSTD_XZ:
		return kstd_unpack_lzma(u, false);
	case KSTD_LZMA:
		return kstd_unpack_lzma(u, true);
	case KSTD_ZSTD:
		return kstd_unpack_zstd(u);
	case KSTD_LZ4:
		return kstd_unpack_lz4(u, sized);
	default:
		return kstd_err(u->dump->ctx, KSTD_E_UNSUPPORTED, u->in.at,
				"compressed with %s, which this program does not unpack: unpack it first, or give vmlinux",
				kstd_packed_name(packed));
	}
}

/* What the file says that it unpacks to. */
static int check_size(struct kstd_unpacker *u, const struct kstd_span *in)
{
	struct kstd_span end;
	uint64_t size;

	if (in->len < 4 || !kstd_span_sub(in, in->len - 4, 4, &end) ||
	    !kstd_span_int(&end, 4, false, &size))
		return kstd_unpack_cut(u);
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
	struct kstd_unpacker u = { .dump = dump, .in = *in, .sink = sink };
	int rc;

	u.out = malloc(KSTD_UNPACK_OUT);
	if (!u.out)
		return kstd_nomem(dump->ctx);
	rc = unpack(&u, packed, sized);
	if (!rc && sized)
		rc = check_size(&u, in);
	free(u.out);
	return rc;
}
