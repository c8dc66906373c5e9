// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* A machine's memory in a file: the blobs are where its KHO roots say. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory/core.h"
#include "kho/find_root.h"
#include "source/capture_read.h"
#include "source/source.h"

int kstd_source_core(struct kstd_dump *dump, struct kstd_io *io, bool changing)
{
	struct kstd_core *core;
	int rc = kstd_core_read(dump, io, dump->source, changing, &core);

	if (!rc && core->capture_note.len)
		rc = kstd_capture_open(dump, core);
	rc = rc ?: kstd_core_finish(dump, core, dump->page_size);
	if (rc)
		return rc;
	return core->capture ? kstd_capture_blobs(dump, core) : kstd_roots_add(dump, core);
}

int kstd_source_is_core(struct kstd_dump *dump, int fd, bool *yes)
{
	uint8_t head[KSTD_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	struct kstd_span s = kstd_span_of(head, n > 0 ? n : 0, 0);

	*yes = kstd_core_sniff(&s) != KSTD_NO_CORE;
	return n < 0 ? kstd_errno(dump->ctx, dump->source, errno) : 0;
}
