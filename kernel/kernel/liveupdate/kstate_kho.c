// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_kho.c - kstate's use of KHO
 *
 * The only file of the engine that calls kho_*. Tests in user space bring their
 * own instead of it.
 */

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/kexec_handover.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/vmalloc.h>

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
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN;
	struct folio *folio;

	/* The caller makes do with smaller blocks: no need to try hard. */
	if (bytes > KSTATE_SHARD_MIN)
		gfp |= __GFP_NORETRY;
	folio = folio_alloc(gfp, get_order(bytes));

	if (folio && kho_preserve_folio(folio)) {
		folio_put(folio);
		return NULL;
	}
	return folio ? folio_address(folio) : NULL;
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
 * kstate_mem_release - free such memory of the previous kernel
 * @mem: the memory; nothing happens if it has been freed
 */
void kstate_mem_release(const void *mem)
{
	if (kho_restorable_order(virt_to_phys((void *)mem)) >= 0)
		kho_restore_free((void *)mem);
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

static struct page **kstate_blocks_pages(const struct kstate_shard *blocks, size_t nr,
					 unsigned int *nr_pages)
{
	struct page **pages;
	unsigned int n = 0;

	*nr_pages = 0;
	for (size_t i = 0; i < nr; i++)
		*nr_pages += DIV_ROUND_UP(blocks[i].cap, PAGE_SIZE);
	pages = kvmalloc_array(*nr_pages, sizeof(*pages), GFP_KERNEL);
	for (size_t i = 0; pages && i < nr; i++) {
		for (size_t at = 0; at < blocks[i].cap; at += PAGE_SIZE)
			pages[n++] = virt_to_page(blocks[i].mem + at);
	}
	return pages;
}

/**
 * kstate_blocks_map - see blocks as one piece of memory
 * @blocks: each in the linear map, @cap bytes, all but the last whole pages
 * @nr: their number, not 0
 *
 * Return: where they are mapped one after the other, or NULL.
 */
void *kstate_blocks_map(const struct kstate_shard *blocks, size_t nr)
{
	unsigned int nr_pages;
	struct page **pages;
	void *virt;

	if (nr == 1)
		return blocks[0].mem;
	pages = kstate_blocks_pages(blocks, nr, &nr_pages);
	if (!pages)
		return NULL;
	virt = vmap(pages, nr_pages, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return virt;
}

/**
 * kstate_blocks_unmap - undo kstate_blocks_map()
 * @blocks: as there
 * @nr: as there
 * @virt: what it returned
 */
void kstate_blocks_unmap(const struct kstate_shard *blocks, size_t nr, void *virt)
{
	if (nr > 1)
		vunmap(virt);
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
 * Return: its address, or NULL if no such memory was preserved, or it has been
 * released.
 */
const void *kstate_shard_map(u64 phys, u64 bytes)
{
	int order = kho_restorable_order(phys);

	if (order < 0 || !bytes || bytes > KSTATE_SHARD_MAX || bytes > PAGE_SIZE << order)
		return NULL;
	return phys_to_virt(phys);
}

/**
 * kstate_folio_preserve - have a folio survive the kexec
 * @folio: the folio
 *
 * A reference is held to it until kstate_folio_unpreserve(): whoever has it may let
 * go of it, but it is not used for anything else that KHO preserves.
 *
 * Return: 0; -EINVAL if it lies in KHO's scratch memory, which the next kernel
 * boots from; -ENOMEM.
 */
int kstate_folio_preserve(struct folio *folio)
{
	int err;

	if (kho_scratch_overlap(kstate_folio_phys(folio), folio_size(folio)))
		return -EINVAL;
	err = kho_preserve_folio(folio);
	if (!err)
		folio_get(folio);
	return err;
}

/**
 * kstate_folio_unpreserve - undo kstate_folio_preserve()
 * @folio: the folio, which may be freed
 */
void kstate_folio_unpreserve(struct folio *folio)
{
	kho_unpreserve_folio(folio);
	folio_put(folio);
}

/**
 * kstate_folio_restore - take a folio back; works once
 * @phys: where it is
 *
 * Return: the folio with one reference, or NULL if it was not preserved.
 */
struct folio *kstate_folio_restore(u64 phys)
{
	return kho_restorable_order(phys) < 0 ? NULL : kho_restore_folio(phys);
}

/**
 * kstate_folio_put - let go of a folio that was taken back
 * @folio: the folio
 */
void kstate_folio_put(struct folio *folio)
{
	folio_put(folio);
}

/**
 * kstate_folio_phys - where a folio is
 * @folio: the folio
 *
 * Return: its physical address.
 */
u64 kstate_folio_phys(const struct folio *folio)
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

/**
 * kstate_page_folio - the folio that a page is
 * @page: the page
 *
 * Return: the folio; NULL if the page is another one than its first.
 */
struct folio *kstate_page_folio(struct page *page)
{
	return PageTail(page) ? NULL : page_folio(page);
}

/**
 * kstate_folio_page - the first page of a folio
 * @folio: the folio
 *
 * Return: the page.
 */
struct page *kstate_folio_page(struct folio *folio)
{
	return folio_page(folio, 0);
}

static struct kho_vmalloc kstate_vmalloc_desc(const struct kstate_vmalloc_ser *ser)
{
	struct kho_vmalloc desc = {
		.total_pages = ser->pages, .flags = ser->flags, .order = ser->order,
	};

	desc.first.phys = ser->first;
	return desc;
}

/* Take, or let go of, a reference to each page of an area, and to KHO's own ones. */
static void kstate_vmalloc_refs(const struct kstate_vmalloc_ser *ser, bool get)
{
	const struct kho_vmalloc_chunk *chunk = phys_to_virt(ser->first);

	while (chunk) {
		struct page *own = virt_to_page(chunk);

		for (int i = 0; i < ARRAY_SIZE(chunk->phys) && chunk->phys[i]; i++) {
			for (int n = 0; n < 1 << ser->order; n++) {
				struct page *page = phys_to_page(chunk->phys[i]) + n;

				if (get)
					get_page(page);
				else
					put_page(page);
			}
		}
		chunk = KHOSER_LOAD_PTR(chunk->hdr.next);
		if (get)
			get_page(own);
		else
			put_page(own);
	}
}

/**
 * kstate_vmalloc_preserve - have a vmalloc area survive the kexec
 * @ptr: its start
 * @ser: where to put its descriptor
 *
 * References are held to its pages until kstate_vmalloc_unpreserve(), as to a folio.
 *
 * Return: 0; -EINVAL if there is no such area; -EOPNOTSUPP if it is of a kind
 * that KHO does not preserve; -ENOMEM.
 */
int kstate_vmalloc_preserve(void *ptr, struct kstate_vmalloc_ser *ser)
{
	struct kho_vmalloc desc = {};
	int err;

	err = kho_preserve_vmalloc(ptr, &desc);
	if (err)
		return err;
	*ser = (struct kstate_vmalloc_ser){
		.first = desc.first.phys, .pages = desc.total_pages,
		.flags = desc.flags, .order = desc.order,
	};
	kstate_vmalloc_refs(ser, true);
	return 0;
}

/**
 * kstate_vmalloc_unpreserve - undo kstate_vmalloc_preserve()
 * @ser: the descriptor
 */
void kstate_vmalloc_unpreserve(const struct kstate_vmalloc_ser *ser)
{
	struct kho_vmalloc desc = kstate_vmalloc_desc(ser);

	kho_unpreserve_vmalloc(&desc);
	/* KHO has freed its own pages, but for our references to them. */
	kstate_vmalloc_refs(ser, false);
}

/**
 * kstate_vmalloc_same - whether a preserved area is still the same
 * @ptr: its start
 * @ser: the descriptor
 *
 * Return: false if the area was freed and another one is there now.
 */
bool kstate_vmalloc_same(void *ptr, const struct kstate_vmalloc_ser *ser)
{
	const struct kho_vmalloc_chunk *chunk = phys_to_virt(ser->first);
	const struct vm_struct *vm = find_vm_area(ptr);
	unsigned int slot = 0;

	if (!vm || vm->nr_pages != ser->pages)
		return false;
	for (unsigned int i = 0; i < vm->nr_pages; i += 1U << ser->order) {
		if (slot == ARRAY_SIZE(chunk->phys)) {
			chunk = KHOSER_LOAD_PTR(chunk->hdr.next);
			slot = 0;
		}
		if (!chunk || chunk->phys[slot++] != page_to_phys(vm->pages[i]))
			return false;
	}
	return true;
}

static bool kstate_pages_have(u64 phys, unsigned int order, bool (*what)(u64 phys))
{
	for (u64 end = phys + (PAGE_SIZE << order); phys < end; phys += PAGE_SIZE) {
		if (what(phys))
			return true;
	}
	return false;
}

/**
 * kstate_vmalloc_has - whether something is said of a page of an incoming area
 * @ser: the descriptor
 * @what: says it
 *
 * Asked for are all pages, and those with KHO's list of them but for the first one, which
 * @ser names.
 *
 * Return: true if @what did for one of them; false also if the area is not there.
 */
bool kstate_vmalloc_has(const struct kstate_vmalloc_ser *ser, bool (*what)(u64 phys))
{
	const struct kho_vmalloc desc = kstate_vmalloc_desc(ser);
	const struct kho_vmalloc_chunk *chunk = phys_to_virt(ser->first);

	if (!kho_is_restorable_vmalloc(&desc))
		return false;
	while (chunk) {
		for (int i = 0; i < ARRAY_SIZE(chunk->phys) && chunk->phys[i]; i++) {
			if (kstate_pages_have(chunk->phys[i], ser->order, what))
				return true;
		}
		chunk = KHOSER_LOAD_PTR(chunk->hdr.next);
		if (chunk && what(virt_to_phys((void *)chunk)))
			return true;
	}
	return false;
}

/**
 * kstate_vmalloc_restore - take a vmalloc area back; works once
 * @ser: the descriptor
 *
 * Return: its start; NULL if it was not preserved, or not all of it;
 * ERR_PTR(-ENOMEM), and it may be tried again.
 */
void *kstate_vmalloc_restore(const struct kstate_vmalloc_ser *ser)
{
	struct kho_vmalloc desc = kstate_vmalloc_desc(ser);

	if (!kho_is_restorable_vmalloc(&desc))
		return NULL;
	return kho_restore_vmalloc(&desc) ?: ERR_PTR(-ENOMEM);
}

/**
 * kstate_vmalloc_free - let go of an area that was taken back
 * @ptr: its start, or NULL
 */
void kstate_vmalloc_free(void *ptr)
{
	vfree(ptr);
}

/**
 * kstate_address_out - the physical address of a pointer
 * @ptr: the pointer
 * @phys: where to put the address
 *
 * Return: 0; -EFAULT if it does not point into the linear map.
 */
int kstate_address_out(const void *ptr, u64 *phys)
{
	if (!virt_addr_valid(ptr))
		return -EFAULT;
	*phys = virt_to_phys((void *)ptr);
	return 0;
}

/**
 * kstate_address_in - the pointer of a physical address
 * @phys: the address
 *
 * Return: a pointer into the linear map, or NULL if there is no such memory.
 */
void *kstate_address_in(u64 phys)
{
	return pfn_valid(PHYS_PFN(phys)) ? phys_to_virt(phys) : NULL;
}

/**
 * kstate_page_out - the number of a page
 * @page: the page
 *
 * Return: its page frame number.
 */
u64 kstate_page_out(const struct page *page)
{
	return page_to_pfn(page);
}

/**
 * kstate_page_in - the page of a number
 * @pfn: the page frame number
 *
 * Return: the page, or NULL if there is none.
 */
struct page *kstate_page_in(u64 pfn)
{
	return pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}
