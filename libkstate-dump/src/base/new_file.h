/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: files that appear whole or not at all
 *
 * A file gets its name when all of it is on the disk. Until then it has none (O_TMPFILE), so that
 * nothing is left whatever ends the process; where the file system has no such files, it has a
 * temporary name, PATH.PID-NUMBER, which kstd_unfinished_remove() removes from a signal handler.
 */

#ifndef KSTD_NEW_FILE_H
#define KSTD_NEW_FILE_H

#include <limits.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * struct kstd_new_file - a file that is being written
 * @fd: to write to
 * @path: the name that it will have
 * @tmp: the temporary name; empty if it has none
 */
struct kstd_new_file {
	int fd;
	const char *path;
	char tmp[PATH_MAX];
};

/**
 * kstd_new_file_begin - make a file for which there is no name yet
 * @path: the name, which must live as long as @file; there must be no file of that name
 * @mode: permissions, before the umask
 *
 * Return: 0; -KSTD_ENVIRONMENT: there is such a file, or one cannot be made there.
 */
int kstd_new_file_begin(struct kstd_ctx *ctx, const char *path, mode_t mode,
			struct kstd_new_file *file);

/**
 * kstd_new_file_end - give the file its name, or have it gone
 * @rc: what became of writing it: if that is not 0, there will be no file
 *
 * Return: @rc; -KSTD_ENVIRONMENT: it could not be written, or there is such a file meanwhile.
 */
int kstd_new_file_end(struct kstd_ctx *ctx, struct kstd_new_file *file, int rc);

#endif
