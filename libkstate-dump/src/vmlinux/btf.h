/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: where members are in the kernel's structures
 *
 * That depends on the kernel's version and configuration, and its type information
 * (BTF) says it. libbpf reads that. It is found, in this order, in the file that
 * the caller names (an ELF file such as vmlinux, or BTF alone), in the live
 * system's /sys/kernel/btf/vmlinux, or in the memory of the source, where it is
 * part of the kernel's image.
 */

#ifndef KSTD_BTF_H
#define KSTD_BTF_H

#include "base/dump.h"

struct btf;

#define X(sym, type, member) KSTD_M_##sym,
enum kstd_member {
#include "vmlinux/btf_members.def"
	KSTD_NR_MEMBERS,
};
#undef X

/* Bytes: structures have a few hundred, and a larger offset in BTF is taken for damage. */
#define KSTD_BTF_MAX 2048

/**
 * struct kstd_btf_offsets - offsets, in bytes from the start of the structure
 * @session_global: bytes of struct luo_session_global
 * @flb_global: of struct luo_flb_global
 * @where: what the type information was read from, for messages
 * @image: where the type information is in memory, which is before the kernel's
 *         data; 0 if it was read from a file
 * @image_bytes: how much it is there
 */
struct kstd_btf_offsets {
	uint16_t off[KSTD_NR_MEMBERS];
	uint16_t session_global;
	uint16_t flb_global;
	char where[128];
	uint64_t image;
	uint64_t image_bytes;
};

/**
 * kstd_btf_file - name a file with the type information
 * @path: copied; NULL for none
 *
 * Return: 0; -KSTD_ENVIRONMENT: there is no such file, or no permission to read it.
 */
int kstd_btf_file(struct kstd_dump *dump, const char *path);

/**
 * kstd_btf_find - have the layouts of the running kernel
 * @dump: the dump
 * @each: called for each candidate: memory may hold more than one kernel
 * @arg: handed on
 *
 * Return: 0, also if there was none; -KSTD_ENVIRONMENT, -KSTD_INPUT: the file that
 * the caller named cannot be read, or has no type information of such a kernel.
 */
int kstd_btf_find(struct kstd_dump *dump,
		  void (*each)(void *arg, const struct kstd_btf_offsets *layout), void *arg);

/**
 * kstd_btf_memory - where memory has the type information of a kernel
 * @from: the first address to look at
 * @to: the last one
 * @like: what it must say; that of a kernel before this one may lie there, too, and is
 *        overwritten bit by bit
 * @found: set to the last one that is whole and says the same
 *
 * Return: false if there is none.
 */
bool kstd_btf_memory(struct kstd_dump *dump, uint64_t from, uint64_t to,
		     const struct kstd_btf_offsets *like, struct kstd_btf_offsets *found);

/**
 * kstd_btf_each - all type information of kernels that memory holds
 * @each: takes @btf, which it frees with btf__free() in the end, and returns true, or leaves it;
 *        @pa and @bytes are where it is
 *
 * Return: 0; -KSTD_ENVIRONMENT: no memory.
 */
int kstd_btf_each(struct kstd_dump *dump,
		  bool (*each)(void *arg, struct btf *btf, uint64_t pa, size_t bytes), void *arg);

/**
 * kstd_btf_load - the type information of a file
 * @path: an ELF file, or BTF alone
 * @base: that of the kernel, for a file of a module, which has what it adds to that; or NULL
 *
 * Return: NULL and errno; else the caller frees it with btf__free(), before @base.
 */
struct btf *kstd_btf_load(const char *path, struct btf *base);

#endif
