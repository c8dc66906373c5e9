/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: EFI programs
 *
 * A unified kernel image (UKI) is an EFI program, a PE file: its section .linux is a kernel
 * in the form in which it would be booted alone, .initrd an initramfs.
 */

#ifndef KSTD_PE_H
#define KSTD_PE_H

#include "base/span.h"

/* Is it a PE file, by its first bytes? A bzImage and an arm64 Image may be, too. */
bool kstd_pe_sniff(const struct kstd_span *head);

/**
 * kstd_pe_section - the section of a PE file that has some name
 * @name: at most eight bytes
 * @nth: from 0 on
 * @at: set to its offset
 * @len: set to its bytes
 *
 * Return: false if there is none. Whether the file has those bytes is not looked at.
 */
bool kstd_pe_section(const struct kstd_span *file, const char *name, unsigned int nth, uint64_t *at,
		     uint64_t *len);

/* Where the last section ends that the file has bytes of; whether it has them is not looked at. */
uint64_t kstd_pe_end(const struct kstd_span *file);

#endif
