// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <lzma.h>

#include "vmlinux/unpack.h"

static int error_of(struct kstd_unpacker *u, lzma_ret rc)
{
	switch (rc) {
	case LZMA_MEM_ERROR:
		return kstd_nomem(u->dump->ctx);
	case LZMA_MEMLIMIT_ERROR:
		return kstd_err(u->dump->ctx, KSTD_E_TOO_BIG, u->in.at,
				"unpacking it takes more than %lu bytes of memory",
				KSTD_UNPACK_MEMORY);
	case LZMA_BUF_ERROR:
		return kstd_unpack_cut(u);
	case LZMA_OPTIONS_ERROR:
		return kstd_unpack_bad(u, "options of xz that liblzma does not know");
	default:
		return kstd_unpack_bad(u, "xz");
	}
}

/* 1 at the end of a stream. */
static int step(struct kstd_unpacker *u, lzma_stream *z)
{
	lzma_ret rc;
	int err;

	z->next_in = u->in.p;
	z->avail_in = u->in.len;
	z->next_out = u->out;
	z->avail_out = KSTD_UNPACK_OUT;
	rc = lzma_code(z, LZMA_RUN);
	kstd_span_skip(&u->in, u->in.len - z->avail_in);
	err = kstd_unpacked(u, u->out, KSTD_UNPACK_OUT - z->avail_out);
	if (err)
		return err;
	if (rc == LZMA_STREAM_END)
		return 1;
	if (rc == LZMA_OK && !z->avail_in && z->avail_out)
		return kstd_unpack_cut(u);
	return rc == LZMA_OK ? 0 : error_of(u, rc);
}

int kstd_unpack_lzma(struct kstd_unpacker *u, bool alone)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret ret = alone ? lzma_alone_decoder(&z, KSTD_UNPACK_MEMORY) :
		       lzma_stream_decoder(&z, KSTD_UNPACK_MEMORY, 0);
	int rc;

	if (ret != LZMA_OK)
		return error_of(u, ret);
	do {
		rc = step(u, &z);
	} while (!rc);
	lzma_end(&z);
	return rc == 1 ? 0 : rc;
}
