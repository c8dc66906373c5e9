// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <zstd.h>

#include "vmlinux/unpack.h"

#define WINDOW_LOG	28	/* KSTD_UNPACK_MEMORY; the kernel's build takes up to 27 */

/* 1 at the end of a frame. */
static int step(struct kstd_unpacker *u, ZSTD_DStream *z)
{
	ZSTD_inBuffer in = { u->in.p, u->in.len, 0 };
	ZSTD_outBuffer out = { u->out, KSTD_UNPACK_OUT, 0 };
	size_t rc = ZSTD_decompressStream(z, &out, &in);
	int err;

	kstd_span_skip(&u->in, in.pos);
	if (ZSTD_isError(rc))
		return kstd_unpack_bad(u, ZSTD_getErrorName(rc));
	err = kstd_unpacked(u, u->out, out.pos);
	if (err)
		return err;
	if (!rc)
		return 1;
	return !u->in.len && out.pos < out.size ? kstd_unpack_cut(u) : 0;
}

int kstd_unpack_zstd(struct kstd_unpacker *u)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	int rc;

	if (!z)
		return kstd_nomem(u->dump->ctx);
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
	do {
		rc = step(u, z);
		if (rc == 1 && kstd_packed(&u->in) == KSTD_ZSTD)
			rc = 0;
	} while (!rc);
	ZSTD_freeDStream(z);
	return rc == 1 ? 0 : rc;
}
