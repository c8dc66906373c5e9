/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: building files of kernels for tests
 *
 * What looks like vmlinux, a module, an arm64 Image or a bzImage to a program that
 * looks for a catalog: the real headers, and between them what a test wants. Packed
 * with the libraries that the formats are of. Failures abort.
 */

#ifndef SELFTESTS_MAKE_KERNEL_H
#define SELFTESTS_MAKE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

enum kernel_kind {
	KERNEL_VMLINUX,
	KERNEL_MODULE,
	KERNEL_ARM64,
};

enum kernel_pack {
	PACK_NONE,
	PACK_GZIP,
	PACK_XZ,
	PACK_LZMA,
	PACK_ZSTD,
	PACK_LZ4,
};

/**
 * struct kernel - a file that is being made
 * @p: malloc()ed, @len bytes
 */
struct kernel {
	uint8_t *p;
	size_t len;
};

/* Headers of that kind, then filler bytes in which a search finds nothing. */
void kernel_init(struct kernel *k, enum kernel_kind kind, size_t len);

/* Put bytes somewhere. */
void kernel_put(struct kernel *k, size_t at, const void *p, size_t len);

/* Where the only segment of a vmlinux is in memory. */
#define KERNEL_VIRT	0xffffffff81000000ULL

/**
 * struct kernel_table - a struct liveupdate_file_handler or a struct liveupdate_flb
 * @name: its compatible string
 * @functions: a bit for each member of its operations that is a function: %KERNEL_FILE_OPS or
 *             %KERNEL_FLB_OPS, or less
 */
struct kernel_table {
	const char *name;
	uint32_t functions;
};

#define KERNEL_FILE_OPS	0xa7u	/* can_preserve, preserve, unpreserve, retrieve, finish */
#define KERNEL_FLB_OPS	0x0fu	/* preserve, unpreserve, retrieve, finish */
#define KERNEL_TABLE	0x400u	/* bytes that a table takes, with its operations */

/* In a vmlinux: the struct, its operations and their functions, with pointers that are filled in. */
void kernel_table(struct kernel *k, size_t at, const struct kernel_table *t);

/* The same in a module: the file gets sections, relocations and symbols for it; one for a module. */
void kernel_module_table(struct kernel *k, size_t at, const struct kernel_table *t);

/* The section .liveupdate_versions with one name, as it was proposed. */
void kernel_versions(struct kernel *k, size_t at, const char *name);

/* "Linux version RELEASE ..." */
void kernel_release(struct kernel *k, size_t at, const char *release);

/* "Linux version 7.3.4 ...", or a module's "vermagic=7.3.4 ...". */
void kernel_banner(struct kernel *k, size_t at);
void kernel_vermagic(struct kernel *k, size_t at);

/* A string with a NUL before it and after it. */
void kernel_string(struct kernel *k, size_t at, const char *str);

/* The catalog of a build: image_test, and its versions. Returns its bytes. */
size_t kernel_catalog(struct kernel *k, size_t at, const char *abis, size_t abis_len);

/* The same with other descriptions. */
size_t kernel_descs(struct kernel *k, size_t at, const struct image_desc *const *descs, size_t nr,
		    const char *abis, size_t abis_len);

/* Replace the file by its packed form. */
void kernel_pack(struct kernel *k, enum kernel_pack pack);

/* Replace the file by a bzImage, or a compressed EFI image, with the packed file as payload. */
void kernel_bzimage(struct kernel *k, enum kernel_pack pack);
void kernel_zboot(struct kernel *k, enum kernel_pack pack);

/* Make an arm64 Image a program of EFI, too: its sections end where the file does (efi-header.S). */
void kernel_efi_stub(struct kernel *k);

/* Replace the file by a unified kernel image that holds it in the section @section (".linux"). */
void kernel_uki(struct kernel *k, const char *section);

void kernel_free(struct kernel *k);

#endif
