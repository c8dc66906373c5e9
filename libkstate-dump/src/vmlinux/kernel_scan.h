/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: looking through the bytes of a kernel
 *
 * Looks through bytes that come piece by piece: for a catalog (an FDT of kstate's with
 * the property "abis", at a multiple of eight bytes), for strings that are versions of
 * formats, and for the release; and remembers all strings. Memory does not depend on how
 * much comes.
 */

#ifndef KSTD_KERNEL_SCAN_H
#define KSTD_KERNEL_SCAN_H

#include "base/dump.h"
#include "vmlinux/string_set.h"

#define KSTD_SCAN_CATALOG	(16UL << 20)	/* the largest catalog */
#define KSTD_SCAN_HEAD		512		/* first bytes that are kept */
#define KSTD_SCAN_VERSIONS	4096		/* bytes of all strings */

/**
 * struct kstd_kernel_scan - a look through
 * @work: progress of the scan
 * @at: bytes that came so far
 * @head: the first of them, @head_len
 * @buf: those that are looked at, @len of @room bytes
 * @catalog: being collected or complete, @catalog_len of @catalog_total bytes; NULL if none
 * @catalog_at: where it begins
 * @remains: something that looks like the beginning of a catalog was seen, at @remains_at, and is
 *           none
 * @complete: it is all there, and is one
 * @more: further ones
 * @release: as in utsname
 * @vermagic: a module says of which kernel it is
 * @versions: strings, each NUL-terminated, @versions_len bytes
 * @strings: all strings; whoever wants to keep them takes them away
 */
struct kstd_kernel_scan {
	struct kstd_dump *dump;
	struct kstd_work work;
	uint64_t at;
	uint8_t head[KSTD_SCAN_HEAD];
	size_t head_len;
	uint8_t *buf;
	size_t len;
	uint8_t *catalog;
	size_t catalog_len;
	size_t catalog_total;
	uint64_t catalog_at;
	bool remains;
	uint64_t remains_at;
	bool complete;
	size_t more;
	char release[65];
	bool vermagic;
	char versions[KSTD_SCAN_VERSIONS];
	size_t versions_len;
	struct kstd_string_set strings;
};

/* 0, or -KSTD_ENVIRONMENT: no memory. End it whatever was returned. */
int kstd_kernel_scan_begin(struct kstd_kernel_scan *scan, struct kstd_dump *dump);
/* The next bytes: a &struct kstd_sink's function. An error also if it was cancelled. */
int kstd_kernel_scan_take(void *scan, const uint8_t *p, size_t len);
/* There are no more bytes. */
int kstd_kernel_scan_finish(struct kstd_kernel_scan *scan);
void kstd_kernel_scan_end(struct kstd_kernel_scan *scan);

#endif
