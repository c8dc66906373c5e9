/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: sources
 *
 * A source adds blobs to a dump; nothing is read before it is needed. One file
 * for each source; source.c chooses.
 */

#ifndef KSTD_SOURCE_H
#define KSTD_SOURCE_H

#include "base/file.h"
#include "memory/blob.h"

struct kstd_io;

/* Open what @opts names. */
int kstd_source_open(struct kstd_dump *dump, const struct kstd_open_opts *opts);

int kstd_source_file(struct kstd_dump *dump, const char *path);
int kstd_source_stdin(struct kstd_dump *dump);
int kstd_source_dir(struct kstd_dump *dump, const char *path);
int kstd_source_live(struct kstd_dump *dump, const char *sysroot);
/* Memory in a file, which is taken over; @changing: of the running system. */
int kstd_source_core(struct kstd_dump *dump, struct kstd_io *io, bool changing);
/* Set @yes if a file is a core. Returns 0, or -KSTD_ENVIRONMENT: it cannot be read. */
int kstd_source_is_core(struct kstd_dump *dump, int fd, bool *yes);
/* Add from /proc/kcore what debugfs lacks. Returns 0, or -KSTD_ENVIRONMENT: no memory. */
int kstd_live_memory(struct kstd_dump *dump);
int kstd_source_mem(struct kstd_dump *dump, const void *buf, size_t len);

/**
 * kstd_source_scan - add the blobs of a directory laid out as /sys/kernel/debug
 * @dump: its directory is open, see memory/tree.h
 *
 * Return: 0, also if there are none; -KSTD_ENVIRONMENT: no permission, cannot be read.
 */
int kstd_source_scan(struct kstd_dump *dump);

/* Note a directory that may hold payloads of a side, see &struct kstd_extents_dir. */
int kstd_source_extents(struct kstd_dump *dump, unsigned int side, const char *path);

#endif
