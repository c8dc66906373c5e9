// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <limits.h>

#include <zlib.h>

#include "vmlinux/unpack.h"

#define WINDOW_GZIP	(15 + 16)	/* the largest window, and gzip's header */

static void give(struct kstd_unpacker *u, z_stream *z)
{
	z->next_in = (Bytef *)u->in.p;
	z->avail_in = u->in.len < INT_MAX ? u->in.len : INT_MAX;
	z->next_out = u->out;
	z->avail_out = KSTD_UNPACK_OUT;
}

/* 1 at the end of a stream. */
static int step(struct kstd_unpacker *u, z_stream *z)
{
	size_t before;
	int rc, err;

	give(u, z);
	before = z->avail_in;
	rc = inflate(z, Z_NO_FLUSH);
	kstd_span_skip(&u->in, before - z->avail_in);
	err = kstd_unpacked(u, u->out, KSTD_UNPACK_OUT - z->avail_out);
	if (err)
		return err;
	if (rc == Z_STREAM_END)
		return 1;
	if (rc == Z_MEM_ERROR)
		return kstd_nomem(u->dump->ctx);
	if (rc == Z_BUF_ERROR || (rc == Z_OK && !u->in.len && z->avail_out))
		return kstd_unpack_cut(u);
	return rc == Z_OK ? 0 : kstd_unpack_bad(u, z->msg ? z->msg : "gzip");
}

int kstd_unpack_gzip(struct kstd_unpacker *u)
{
	z_stream z = { 0 };
	int rc;

	if (inflateInit2(&z, WINDOW_GZIP) != Z_OK)
		return kstd_nomem(u->dump->ctx);
	do {
		rc = step(u, &z);
		if (rc == 1 && kstd_packed(&u->in) == KSTD_GZIP && inflateReset(&z) == Z_OK)
			rc = 0;
	} while (!rc);
	inflateEnd(&z);
	return rc == 1 ? 0 : rc;
}
