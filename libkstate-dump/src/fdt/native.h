/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what KHO puts into device trees
 *
 * KHO writes the u64 of its own properties in the byte order of the machine
 * (Documentation/core-api/kho, include/linux/kho/abi/kexec_handover.h), not
 * big-endian as device trees have it.
 */

#ifndef KSTD_NATIVE_H
#define KSTD_NATIVE_H

#include "fdt/fdt_view.h"

/**
 * kstd_fdt_compatible - the compatible string of the root of an FDT
 * @bytes: the FDT; the rest of the tree is not checked
 *
 * Return: the string, which ends in NUL and lives as long as @bytes; NULL if
 * @bytes are no FDT or its root has none.
 */
const char *kstd_fdt_compatible(const struct kstd_span *bytes);

/**
 * kstd_native_vote - guess the byte order of a native-endian u64
 * @raw: eight bytes
 *
 * KHO says nowhere in which order it writes. Add up the votes of many values.
 *
 * Return: negative for little, positive for big, 0 undecided.
 */
int kstd_native_vote(const struct kstd_span *raw);

/**
 * kstd_native_u64 - read a native-endian u64 property of exactly eight bytes
 * @at: set to the offset of the value
 *
 * Return: false if there is no such property.
 */
bool kstd_native_u64(const struct kstd_cursor *node, const char *prop, bool big, uint64_t *v,
		     uint64_t *at);

#endif
