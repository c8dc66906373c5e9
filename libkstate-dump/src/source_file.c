// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* One file: an FDT or another blob, looked at when it is opened. */

#include <unistd.h>

#include "dec.h"
#include "source.h"

static int probe(struct kstd_dump *dump, struct kstd_blob *b)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

	dump->lone = true;
	return kstd_err_at(dump->ctx, &where, kstd_dec_probe(dump, b));
}

int kstd_source_file(struct kstd_dump *dump, const char *path)
{
	struct kstd_blob *b = kstd_blob_add(dump, path, path, KSTD_SIDE_FILE, KSTD_ROLE_LONE);

	if (!b)
		return kstd_nomem(dump->ctx);
	return kstd_blob_load(dump, b) ?: probe(dump, b);
}

int kstd_source_stdin(struct kstd_dump *dump)
{
	struct kstd_blob *b = kstd_blob_add(dump, "standard input", NULL, KSTD_SIDE_FILE,
					    KSTD_ROLE_LONE);

	if (!b)
		return kstd_nomem(dump->ctx);
	return kstd_blob_read(dump, b, STDIN_FILENO) ?: probe(dump, b);
}

int kstd_source_mem(struct kstd_dump *dump, const void *buf, size_t len)
{
	struct kstd_blob *b = kstd_blob_add(dump, "memory", NULL, KSTD_SIDE_FILE, KSTD_ROLE_LONE);

	if (!b)
		return kstd_nomem(dump->ctx);
	b->bytes = kstd_span_of(buf, len, 0);
	b->loaded = true;
	return kstd_blob_realign(dump, &b->bytes) ?: probe(dump, b);
}
