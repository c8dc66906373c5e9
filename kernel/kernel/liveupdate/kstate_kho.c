// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_kho.c - kstate's use of KHO
 *
 * The only file of the engine that calls kho_*. Tests in user space bring their
 * own instead of it.
 */

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/kexec_handover.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include "kstate_internal.h"

/**
 * kstate_kho_ready - whether memory can be preserved
 *
 * Return: false if KHO is off.
 */
bool kstate_kho_ready(void)
{
	return kho_is_enabled();
}

/**
 * kstate_kexec_carries - whether KHO reaches the kernel that is about to run
 * @image: its image
 *
 * Return: false if KHO is off, or the image was loaded without it.
 */
bool kstate_kexec_carries(const struct kimage *image)
{
	return kho_is_enabled() && image->kho.fdt;
}

/**
 * kstate_mem_alloc - memory that is preserved
 * @bytes: how much; at most %KSTATE_SHARD_MAX
 *
 * Return: zeroed pages, physically contiguous, or NULL.
 */
void *kstate_mem_alloc(size_t bytes)
{
	void *mem = kho_alloc_preserve(bytes);

	return IS_ERR(mem) ? NULL : mem;
}

/**
 * kstate_mem_free - give such memory back
 * @mem: the memory, or NULL
 */
void kstate_mem_free(void *mem)
{
	kho_unpreserve_free(mem);
}

/**
 * kstate_mem_phys - where such memory is
 * @mem: the memory
 *
 * Return: its physical address.
 */
phys_addr_t kstate_mem_phys(const void *mem)
{
	return virt_to_phys((void *)mem);
}

/**
 * kstate_publish - let KHO's root tree point to the image
 * @shard: its first shard
 * @bytes: of the tree in it
 *
 * Return: 0; -EEXIST, -ENOMEM as kho_add_subtree() says.
 */
int kstate_publish(void *shard, size_t bytes)
{
	return kho_add_subtree(KSTATE_KHO_NAME, shard, bytes);
}

/**
 * kstate_unpublish - take the image out of KHO's root tree
 * @shard: its first shard
 */
void kstate_unpublish(void *shard)
{
	kho_remove_subtree(shard);
}

/**
 * kstate_retrieve - find the previous kernel's image
 * @shard: where to put the address of its first shard
 * @bytes: where to put the bytes that KHO says it has
 *
 * Return: 0; -ENOENT if there is none; -EBADMSG.
 */
int kstate_retrieve(const void **shard, size_t *bytes)
{
	phys_addr_t phys;
	int err;

	err = kho_retrieve_subtree(KSTATE_KHO_NAME, &phys, bytes);
	if (err)
		return err == -ENOENT ? err : -EBADMSG;
	*shard = kstate_shard_map(phys, *bytes);
	return *shard ? 0 : -EBADMSG;
}

/**
 * kstate_shard_map - a preserved shard of the previous kernel
 * @phys: where it is
 * @bytes: its size
 *
 * Return: its address, or NULL if there cannot be one.
 */
const void *kstate_shard_map(u64 phys, u64 bytes)
{
	if (!phys || !bytes || bytes > KSTATE_SHARD_MAX || !PAGE_ALIGNED(phys) ||
	    phys + bytes < phys)
		return NULL;
	if (!pfn_valid(PHYS_PFN(phys)) || !pfn_valid(PHYS_PFN(phys + bytes - 1)))
		return NULL;
	return phys_to_virt(phys);
}

/**
 * kstate_folio_preserve - have a folio survive the kexec
 * @folio: the folio
 *
 * Return: 0; -EINVAL if it lies in KHO's scratch memory, which the next kernel
 * boots from; -ENOMEM.
 */
int kstate_folio_preserve(struct folio *folio)
{
	if (kho_scratch_overlap(kstate_folio_phys(folio), folio_size(folio)))
		return -EINVAL;
	return kho_preserve_folio(folio);
}

/**
 * kstate_folio_unpreserve - undo kstate_folio_preserve()
 * @folio: the folio
 */
void kstate_folio_unpreserve(struct folio *folio)
{
	kho_unpreserve_folio(folio);
}

/**
 * kstate_folio_restore - take a folio back; works once
 * @phys: where it is
 *
 * Return: the folio with one reference, or NULL if it was not preserved.
 */
struct folio *kstate_folio_restore(phys_addr_t phys)
{
	return kho_restore_folio(phys);
}

/**
 * kstate_folio_phys - where a folio is
 * @folio: the folio
 *
 * Return: its physical address.
 */
phys_addr_t kstate_folio_phys(const struct folio *folio)
{
	return PFN_PHYS(folio_pfn(folio));
}

/**
 * kstate_folio_order - how large a folio is
 * @folio: the folio
 *
 * Return: log2 of its pages.
 */
unsigned int kstate_folio_order(const struct folio *folio)
{
	return folio_order(folio);
}
