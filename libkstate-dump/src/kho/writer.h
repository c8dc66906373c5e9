/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the kernel that wrote what a side has
 *
 * "kexec-metadata" of a root (Linux 7.1 on), struct kho_kexec_metadata of
 * include/linux/kho/abi/kexec_metadata.h, packed and 73 bytes: u32 version 1, char
 * release[65], u32 number of kexecs since the cold boot. A root without it does not
 * say who wrote it. What will be handed over (out), the running kernel writes, and
 * VMCOREINFO of its dump has its release.
 */

#ifndef KSTD_WRITER_H
#define KSTD_WRITER_H

#include "base/dump.h"
#include "base/span.h"

#define KSTD_METADATA		"kexec-metadata"
#define KSTD_METADATA_BYTES	73
#define KSTD_RELEASE		KSTD_SAFE

/**
 * struct kstd_kexec_metadata - what "kexec-metadata" says
 * @release: of the kernel that wrote it, printable
 * @count: kexecs that the machine will have had when it is taken over
 */
struct kstd_kexec_metadata {
	char release[KSTD_RELEASE];
	uint32_t count;
};

/* Read it; false if it is too short, or of another version than 1. */
bool kstd_kexec_metadata_take(struct kstd_span bytes, bool big, struct kstd_kexec_metadata *m);

/* The release of the kernel that wrote what @side has; false if it is not known. */
bool kstd_kho_release(struct kstd_dump *dump, unsigned int side, char release[KSTD_RELEASE]);

/**
 * kstd_kho_writer - who wrote what a side has, for a sentence
 * @kernels: which releases write what is meant; said if nothing says more
 * @text: at least %KSTD_WRITER bytes: "Linux 7.1.13"
 */
#define KSTD_FROM_6_19	"Linux from 6.19 on"
#define KSTD_FROM_7_2	"Linux from 7.2 on"
#define KSTD_WRITER	(KSTD_RELEASE + 8)
const char *kstd_kho_writer(struct kstd_dump *dump, unsigned int side, const char *kernels,
			    char *text);

#endif
