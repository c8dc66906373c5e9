// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * lz4 in its legacy form, which `lz4 -l` and the kernel's build write: a magic number,
 * then blocks, each with its length in front, that unpack to at most 8 MiB.
 */

#include <stdlib.h>

#include <lz4.h>

#include "vmlinux/unpack.h"

#define BLOCK	(8 << 20)
#define MAGIC	0x184c2102
#define SIZE	4	/* bytes of a length, and of what a kernel image has at its end */

static int block(struct kstd_unpacker *u, uint64_t len, uint8_t *out)
{
	struct kstd_span in;
	int n;

	if (len > (uint64_t)LZ4_COMPRESSBOUND(BLOCK))
		return kstd_unpack_bad(u, "a block of lz4 that is too long");
	if (!kstd_span_take(&u->in, len, &in))
		return kstd_unpack_cut(u);
	n = LZ4_decompress_safe((const char *)in.p, (char *)out, in.len, BLOCK);
	return n < 0 ? kstd_unpack_bad(u, "lz4") : kstd_unpacked(u, out, n);
}

int kstd_unpack_lz4(struct kstd_unpacker *u, bool sized)
{
	uint8_t *out = malloc(BLOCK);
	uint64_t len;
	int rc = 0;

	if (!out)
		return kstd_nomem(u->dump->ctx);
	while (!rc && u->in.len > (sized ? SIZE : 0)) {
		if (!kstd_span_int(&u->in, SIZE, false, &len))
			rc = kstd_unpack_cut(u);
		else if (len != MAGIC)
			rc = block(u, len, out);
	}
	free(out);
	return rc;
}
