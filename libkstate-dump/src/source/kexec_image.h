/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: kexec on the live system
 *
 * An image is loaded with kexec_file_load() (kexec -s), and gets the root of KHO, or with
 * kexec_load() (kexec -c), and never does. Which of both it was the kernel says nowhere: not in
 * sysfs, and struct kimage, which knows, is found by no symbol that is exported.
 *
 * How this kernel was booted: on x86 both set the type of the boot loader to 0xd0.
 */

#ifndef KSTD_KEXEC_IMAGE_H
#define KSTD_KEXEC_IMAGE_H

#include "base/known.h"

/* Is an image loaded for kexec? @root is a prefix of all paths, or "". */
struct kstd_answer kstd_kexec_loaded(const char *root);

/* Was this kernel booted by kexec? */
struct kstd_answer kstd_kexec_booted(const char *root);

/* Of the live system: note that an image is loaded which KHO may not reach. */
void kstd_kexec_note(struct kstd_dump *dump);

#endif
