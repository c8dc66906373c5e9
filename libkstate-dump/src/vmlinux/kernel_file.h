/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: files of kernels
 *
 * vmlinux, bzImage, arm64's Image and compressed EFI images (zboot), modules; each also
 * compressed; and unified kernel images (UKI), which hold one of them. Of their structure only
 * the place of the payload matters: catalog, versions and other strings are found in its
 * bytes, handlers and FLBs in its data (kernel_tables.h). See kstate-dump/catalog.h.
 */

#ifndef KSTD_KERNEL_FILE_H
#define KSTD_KERNEL_FILE_H

#include "base/dump.h"
#include "vmlinux/kernel_tables.h"
#include "vmlinux/string_set.h"

#define KSTD_KERNEL_HEAD	1024	/* bytes by which a file is recognized */

/**
 * struct kstd_kernel - what the file of a kernel says of that kernel
 * @format: what the file is, as in "bzImage, xz"
 * @release: as in utsname; empty if it does not say so
 * @is_module: a module, not a kernel
 * @catalog: its catalog; NULL if there is none
 * @versions: strings that are versions of formats, each NUL-terminated
 * @machine: the ELF machine it boots on; 0 if nothing says it
 * @tables: handlers and FLBs of LUO
 * @strings: all strings of the file
 */
struct kstd_kernel {
	const char *format;
	uint16_t machine;
	char release[65];
	bool is_module;
	struct kstd_blob *catalog;
	struct kstd_span versions;
	struct kstd_kernel_tables tables;
	struct kstd_string_set strings;
};

/* Can this be a file of a kernel, by its first bytes? */
bool kstd_kernel_sniff(const struct kstd_span *head);

/**
 * kstd_source_kernel - look through a file of a kernel
 * @bytes: all of it
 *
 * Sets @dump->kernel, and adds the catalog as a blob.
 *
 * Return: 0; -KSTD_INPUT: TRUNCATED, CORRUPT, UNSUPPORTED, FOREIGN: no kernel, NO_CATALOG:
 * a kernel with kstate whose catalog was taken out; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_source_kernel(struct kstd_dump *dump, const struct kstd_span *bytes);

#endif
