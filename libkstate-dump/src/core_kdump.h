/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* What the two forms of a compressed dump share: libkdumpfile. */

#ifndef KSTD_CORE_KDUMP_H
#define KSTD_CORE_KDUMP_H

#include <libkdumpfile/kdumpfile.h>

#include "core.h"

/**
 * struct kstd_kdump - a compressed dump
 * @ctx: libkdumpfile's
 * @fd: a copy of a caller's buffer, for libkdumpfile; -1 if there is none
 * @pages: libkdumpfile's bitmap of pages in the file, of a flattened dump; may be NULL
 * @memory: where the bitmap of pages that were memory is in the file, of a plain
 *          dump; so are the rest
 * @dumped: the bitmap of pages that were written
 * @descs: their descriptors
 * @bytes: of one bitmap
 * @before: how many pages are dumped before each chunk of the bitmap
 * @chunks: entries in @before but the last, which is for all
 */
struct kstd_kdump {
	kdump_ctx_t *ctx;
	int fd;
	kdump_bmp_t *pages;
	uint64_t memory;
	uint64_t dumped;
	uint64_t descs;
	uint64_t bytes;
	uint64_t *before;
	size_t chunks;
};

/* Have libkdumpfile open the file. */
int kstd_kdump_library(struct kstd_dump *dump, struct kstd_core *core);

/* Take VMCOREINFO, if there is one. */
void kstd_kdump_vmcoreinfo(struct kstd_dump *dump, struct kstd_core *core);

/* The ELF number of a machine as `uname -m` has it; 0 if it is not known. */
uint16_t kstd_kdump_machine(const char *name);

#endif
