/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Version strings of the formats of KHO and its users: "kho-v4", "luo-v5", "memfd-v2". */

#ifndef KSTD_ABI_VERSION_H
#define KSTD_ABI_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/**
 * kstd_abi_parse - is a string of the form NAME-vNUMBER?
 * @version: the string, @len bytes; it need not end in NUL
 * @name_len: set to the bytes of NAME
 *
 * Proposed, and taken, too, are several of them, joined with ";", the first of which gives the
 * name: "kho-v4;radix-v1".
 */
bool kstd_abi_parse(const char *version, size_t len, size_t *name_len);

#endif
