/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Values of LUO's files by type information, for kstd_get(). */

#ifndef KSTD_TYPED_GET_H
#define KSTD_TYPED_GET_H

#include "base/dump.h"

/**
 * kstd_typed_get - a value of a file's data
 * @select: "LUO.SESSION.TOKEN.MEMBER"
 * @root: set to an object as kstd_get() makes it
 *
 * Return: 0; -KSTD_NOT_FOUND; -KSTD_USAGE: it is there more than once; -KSTD_ENVIRONMENT.
 */
int kstd_typed_get(struct kstd_dump *dump, const char *select, const struct kstd_node **root);

#endif
