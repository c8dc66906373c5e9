/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Files, and what the system says of them. */

#ifndef KSTD_FILE_H
#define KSTD_FILE_H

#include "base/error.h"
#include "base/span.h"

/**
 * kstd_errno - set the error of @ctx from an errno
 * @file: the file, as messages name it
 * @err: the errno
 *
 * Return: -KSTD_ENVIRONMENT.
 */
int kstd_errno(struct kstd_ctx *ctx, const char *file, int err);

/* Why debugfs cannot be read, to go on after "permission denied". */
const char *kstd_debugfs_denied(void);

/**
 * kstd_file_read - read a file to its end, whatever size it states
 * @fd: the file; debugfs states a size of 0, a stream none
 * @head: what was read of it already
 * @max: stop at so many bytes, @head included; a caller that has a limit asks for one more
 * @buf: set to the bytes, which the caller frees; NULL if this fails
 * @len: set to their number
 *
 * Return: 0; ENOMEM; the errno of read().
 */
int kstd_file_read(int fd, struct kstd_span head, size_t max, uint8_t **buf, size_t *len);

#endif
