/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the kernel's own structures
 *
 * LUO keeps its sessions in structures of its own, and writes them into preserved
 * memory during the kexec only. Before that, and after /dev/liveupdate was opened
 * in the next kernel, these structures are all there is. They are read from the
 * memory of the source, by the layouts of the kernel's type information.
 *
 * No symbol is needed, for data symbols are in /proc/kallsyms only with
 * CONFIG_KALLSYMS_ALL, and in no dump of a hypervisor. &struct luo_session_global
 * is recognized: it has two sets of blocks whose entries have the size of
 * &struct luo_session_ser, and a pointer to the sessions_pa of the &struct luo_ser
 * that this kernel will hand over, which begins with "luo-v5". That pointer also
 * gives the difference between virtual and physical addresses of the linear map,
 * and list heads that point to themselves, or are pointed to, that of the kernel's
 * image. So nothing is assumed of KASLR.
 *
 * Memory of kernels before this one may still hold the same: each kernel's luo_ser
 * has a number one higher than the one before, and the highest one is this kernel's.
 * And memory that a program has freed may hold a copy, if the program read this
 * kernel's memory, as these tools do: its lists are not where the image has them.
 *
 * File handlers and FLBs of modules are in the vmalloc area, to which only the kernel's
 * page tables lead. Such an object may be in pages that are apart in memory.
 */

#ifndef KSTD_KERNEL_STRUCTS_H
#define KSTD_KERNEL_STRUCTS_H

#include "base/dump.h"
#include "vmlinux/btf.h"
#include "vmlinux/page_tables.h"

#define KSTD_KLIST_MAX	(1U << 20)	/* objects in a list: a longer list is damaged */

/**
 * struct kstd_kernel_pages - its page tables
 * @tried: they were looked for, which is done when an address is asked for that needs them
 */
struct kstd_kernel_pages {
	struct kstd_page_tables t;
	bool tried;
	bool found;
};

/**
 * struct kstd_luo_kernel - a kernel whose structures are found
 * @global: physical address of luo_session_global
 * @flbs: of luo_flb_global; 0 if it was not found
 * @flbs_hidden: there is one, or may be, and it was not found
 * @ser: of the struct luo_ser that it will hand over
 * @number: of that
 * @linear: virtual minus physical address of the linear map
 * @image: of the kernel's image
 * @tables: to translate what is in neither
 */
struct kstd_luo_kernel {
	struct kstd_dump *dump;
	struct kstd_btf_offsets layout;
	uint64_t global;
	uint64_t flbs;
	bool flbs_hidden;
	uint64_t ser;
	uint64_t number;
	uint64_t linear;
	uint64_t image;
	struct kstd_kernel_pages *tables;
};

/**
 * kstd_luo_kernel_open - find the kernel's structures; the same ones every time
 * @dump: a dump with memory
 *
 * What speaks against it, as a file that was named and has no type information, is
 * a defect.
 *
 * Return: NULL if they cannot be found.
 */
struct kstd_luo_kernel *kstd_luo_kernel_open(struct kstd_dump *dump);

/* The physical address of a virtual one; false if it is not mapped, or nothing says where. */
bool kstd_kernel_pa(const struct kstd_luo_kernel *k, uint64_t va, uint64_t *pa);

/* Bytes from a virtual address on, whichever pages they are in; false if some are not there. */
bool kstd_kernel_read(const struct kstd_luo_kernel *k, uint64_t va, void *buf, size_t len);

/* Call @each for every page table that kstd_kernel_pa() needs for an address, if it needs any. */
void kstd_kernel_pages_each(const struct kstd_luo_kernel *k, uint64_t va,
			void (*each)(void *arg, uint64_t table), void *arg);

/* An integer of up to eight bytes at a physical address; false if it is not there. */
bool kstd_kernel_int(const struct kstd_luo_kernel *k, uint64_t pa, size_t size, uint64_t *v);

/* The kernel's type information in memory: @btf->image, image_bytes; false if it is not there. */
bool kstd_luo_kernel_btf(const struct kstd_luo_kernel *k, struct kstd_btf_offsets *btf);

/**
 * struct kstd_klist - a place in a list of the kernel
 * @head: virtual address of the list's head
 * @node: offset of &struct list_head in the objects
 * @prev: of the node before the next one, which must point back to it
 * @at: of the next one
 * @object: virtual address of the last object
 * @left: objects that may still come
 * @broken: the list could not be followed to its end
 * @wrong: for it leads to no memory of the kernel's, or not back; else to what the source lacks
 */
struct kstd_klist {
	const struct kstd_luo_kernel *k;
	uint64_t head;
	uint64_t node;
	uint64_t prev;
	uint64_t at;
	uint64_t object;
	uint32_t left;
	bool broken;
	bool wrong;
};

void kstd_klist_begin(struct kstd_klist *l, const struct kstd_luo_kernel *k, uint64_t head,
		      uint64_t node);

/* The physical address of the next object, if it is of the linear map; false after the last. */
bool kstd_klist_next(struct kstd_klist *l, uint64_t *pa);

#endif
