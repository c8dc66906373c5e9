// SPDX-License-Identifier: GPL-2.0
/*
 * shim_map.c - blocks that are seen as one piece of memory, and the linear map
 *
 * There are no page tables to play with: a mapping is a copy, which goes back to
 * the blocks when it is undone, and when the machine kexecs.
 */

#include <stdlib.h>

#include <shim/custom.h>

#include "shim.h"
#include "shim_priv.h"

struct map {
	struct kstate_shard *blocks;
	size_t nr;
	u8 *virt;
	struct map *next;
};

static struct map *maps;

/* Between blocks and copy, in either direction. */
static void map_copy(const struct map *m, bool back)
{
	u8 *p = m->virt;

	for (size_t i = 0; i < m->nr; i++) {
		void *mem = m->blocks[i].mem;
		size_t bytes = m->blocks[i].cap;

		if (back)
			memcpy(mem, p, bytes);
		else
			memcpy(p, mem, bytes);
		p += bytes;
	}
}

void *kstate_blocks_map(const struct kstate_shard *blocks, size_t nr)
{
	MACHINE_LOCKED();
	struct map *m;
	size_t bytes = 0;

	if (nr == 1)
		return blocks[0].mem;
	if (!shim_may_alloc())
		return NULL;
	for (size_t i = 0; i < nr; i++)
		bytes += blocks[i].cap;
	m = calloc(1, sizeof(*m));
	m->blocks = calloc(nr, sizeof(*blocks));
	memcpy(m->blocks, blocks, nr * sizeof(*blocks));
	m->nr = nr;
	m->virt = malloc(bytes);
	m->next = maps;
	maps = m;
	map_copy(m, false);
	return m->virt;
}

void kstate_blocks_unmap(const struct kstate_shard *blocks, size_t nr, void *virt)
{
	MACHINE_LOCKED();
	struct map **p = &maps, *m;

	if (nr == 1)
		return;
	while ((*p)->virt != virt)
		p = &(*p)->next;
	m = *p;
	*p = m->next;
	map_copy(m, true);
	free(m->virt);
	free(m->blocks);
	free(m);
}

void shim_maps_flush(void)
{
	for (struct map *m = maps; m; m = m->next)
		map_copy(m, true);
}

/* The old kernel's mappings go with it; the blocks stay. */
void shim_maps_forget(void)
{
	shim_maps_flush();
	while (maps) {
		struct map *m = maps;

		maps = m->next;
		free(m->virt);
		free(m->blocks);
		free(m);
	}
}

/* The linear map is shim_linear[]; a struct page stands for each of its pages. */
u8 shim_linear[4 * PAGE_SIZE];
struct page shim_pages[4];

#define LINEAR_BASE	0x40000000ULL

int kstate_address_out(const void *ptr, u64 *phys)
{
	const u8 *p = ptr;

	if (p < shim_linear || p >= shim_linear + sizeof(shim_linear))
		return -EFAULT;
	*phys = LINEAR_BASE + (p - shim_linear);
	return 0;
}

void *kstate_address_in(u64 phys)
{
	return phys - LINEAR_BASE < sizeof(shim_linear) ?
		shim_linear + (phys - LINEAR_BASE) : NULL;
}

u64 kstate_page_out(const struct page *page)
{
	return (LINEAR_BASE >> PAGE_SHIFT) + (page - shim_pages);
}

struct page *kstate_page_in(u64 pfn)
{
	pfn -= LINEAR_BASE >> PAGE_SHIFT;
	return pfn < ARRAY_SIZE(shim_pages) ? &shim_pages[pfn] : NULL;
}
