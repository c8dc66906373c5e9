/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: sources
 *
 * A source adds blobs to a dump; nothing is read before it is needed. One file
 * for each source; source.c chooses.
 */

#ifndef KSTD_SOURCE_H
#define KSTD_SOURCE_H

#include "base/dump.h"

struct kstd_io;

/* Open what @opts names. */
int kstd_source_open(struct kstd_dump *dump, const struct kstd_open_opts *opts);

int kstd_source_file(struct kstd_dump *dump, const char *path);
int kstd_source_stdin(struct kstd_dump *dump);
int kstd_source_dir(struct kstd_dump *dump, const char *path);
int kstd_source_live(struct kstd_dump *dump, const char *sysroot);
/* Memory in a file, which is taken over; @changing: of the running system. */
int kstd_source_core(struct kstd_dump *dump, struct kstd_io *io, bool changing);
bool kstd_source_is_core(int fd);
/* Have from /proc/kcore what debugfs lacks of the live system. 0, or -KSTD_ENVIRONMENT: no memory. */
int kstd_live_memory(struct kstd_dump *dump);
int kstd_source_mem(struct kstd_dump *dump, const void *buf, size_t len);

/**
 * kstd_source_scan - add the blobs of a directory laid out as /sys/kernel/debug
 * @dir: the directory
 *
 * Return: 0, also if there are none; -KSTD_ENVIRONMENT: no permission.
 */
int kstd_source_scan(struct kstd_dump *dump, const char *dir);

/* A new blob at the end of the list; NULL if memory is short. Strings are copied. */
struct kstd_blob *kstd_blob_add(struct kstd_dump *dump, const char *path, const char *file,
				unsigned int side, enum kstd_role role);

/**
 * kstd_blob_load - have the bytes of a blob
 *
 * Return: 0; -KSTD_INPUT: too big; -KSTD_ENVIRONMENT: cannot be opened or read.
 */
int kstd_blob_load(struct kstd_dump *dump, struct kstd_blob *blob);
void kstd_blob_unload(struct kstd_blob *blob);

/* Read @fd to its end; @head is what was read of it already. */
int kstd_blob_read(struct kstd_dump *dump, struct kstd_blob *blob, struct kstd_span head, int fd);

/* Forget the blob that was added last, which has no bytes yet. */
void kstd_blob_drop_last(struct kstd_dump *dump);

/* A copy of some bytes, aligned to 8, that lives as long as the dump; offsets stay. */
int kstd_blob_realign(struct kstd_dump *dump, struct kstd_span *bytes);

/* The error of errno, for a file. */
int kstd_errno(struct kstd_ctx *ctx, const char *file, int err);

#endif
