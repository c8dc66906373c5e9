/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Files, and what the system says of them. */

#ifndef KSTD_FILE_H
#define KSTD_FILE_H

#include "base/error.h"

/**
 * kstd_errno - set the error of @ctx from an errno
 * @file: the file, as messages name it
 * @err: the errno
 *
 * Return: -KSTD_ENVIRONMENT.
 */
int kstd_errno(struct kstd_ctx *ctx, const char *file, int err);

#endif
