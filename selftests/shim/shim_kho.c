// SPDX-License-Identifier: GPL-2.0
/*
 * shim_kho.c - physical memory and KHO, in place of kstate_kho.c
 */

#include <stdio.h>
#include <stdlib.h>

#include <shim/custom.h>

#include "shim.h"
#include "shim_priv.h"

#define PHYS_BASE	0x100000000ULL
#define SCRATCH_BYTE	0xdd

/* A block of preserved memory. */
struct block {
	void *mem;
	phys_addr_t phys;
	size_t bytes;
	struct block *next;
};

static struct block *outgoing, *incoming;
static struct folio *folios;
static phys_addr_t next_phys = PHYS_BASE;
static void *root_out;
static size_t root_out_bytes;
static void *root_in;
static size_t root_in_bytes;
static bool kho_off;
static int order_limit = MAX_PAGE_ORDER;
static unsigned long too_large;
static size_t memory_limit = SIZE_MAX;

/* Aligned to its size, as the page allocator does. */
static phys_addr_t phys_alloc(size_t bytes)
{
	phys_addr_t phys = (next_phys + bytes - 1) & ~(phys_addr_t)(bytes - 1);

	next_phys = phys + bytes;
	return phys;
}

void shim_kho_off(void)
{
	kho_off = true;
}

void shim_limit_order(unsigned int order)
{
	order_limit = order;
	too_large = 0;
}

unsigned long shim_too_large(void)
{
	return too_large;
}

void shim_limit_memory(size_t bytes)
{
	memory_limit = bytes;
}

bool kstate_kho_ready(void)
{
	return !kho_off;
}

bool kstate_kexec_carries(const struct kimage *image)
{
	return !kho_off && image->carries;
}

void *kstate_mem_alloc(size_t bytes)
{
	MACHINE_LOCKED();
	struct block *b;

	too_large += get_order(bytes) > order_limit;
	if (get_order(bytes) > order_limit || !shim_may_alloc() ||
	    shim_preserved_bytes() + bytes > memory_limit)
		return NULL;
	b = calloc(1, sizeof(*b));
	b->bytes = PAGE_SIZE << get_order(bytes);
	b->mem = aligned_alloc(PAGE_SIZE, b->bytes);
	memset(b->mem, 0, b->bytes);
	b->phys = phys_alloc(b->bytes);
	b->next = outgoing;
	outgoing = b;
	return b->mem;
}

static struct block **block_of(struct block **list, const void *mem)
{
	while (*list && (*list)->mem != mem)
		list = &(*list)->next;
	return list;
}

static void block_free(struct block **b)
{
	struct block *gone = *b;

	*b = gone->next;
	free(gone->mem);
	free(gone);
}

void kstate_mem_free(void *mem)
{
	MACHINE_LOCKED();
	if (mem)
		block_free(block_of(&outgoing, mem));
}

void kstate_mem_release(const void *mem)
{
	MACHINE_LOCKED();
	struct block **b = block_of(&incoming, mem);

	/* KHO warns of memory that it has not preserved, or has given back. */
	if (*b)
		block_free(b);
	else
		shim_warned("memory is given back that is not there");
}

size_t shim_incoming_bytes(void)
{
	size_t bytes = 0;

	for (struct block *b = incoming; b; b = b->next)
		bytes += b->bytes;
	return bytes;
}

phys_addr_t kstate_mem_phys(const void *mem)
{
	MACHINE_LOCKED();
	struct block *b = *block_of(&outgoing, mem);

	return (b ?: *block_of(&incoming, mem))->phys;
}

int kstate_publish(void *shard, size_t bytes)
{
	MACHINE_LOCKED();
	if (!shim_may_alloc())
		return -ENOMEM;
	assert_null(root_out);
	root_out = shard;
	root_out_bytes = bytes;
	return 0;
}

void kstate_unpublish(void *shard)
{
	MACHINE_LOCKED();
	assert_ptr_equal(root_out, shard);
	root_out = NULL;
}

const void *shim_outgoing(size_t *bytes)
{
	*bytes = root_out_bytes;
	return root_out;
}

void *shim_incoming(size_t *bytes)
{
	*bytes = root_in_bytes;
	return root_in;
}

int kstate_retrieve(const void **shard, size_t *bytes)
{
	MACHINE_LOCKED();
	if (!root_in)
		return -ENOENT;
	*shard = root_in;
	*bytes = root_in_bytes;
	return 0;
}

const void *kstate_shard_map(u64 phys, u64 bytes)
{
	MACHINE_LOCKED();
	for (struct block *b = incoming; b; b = b->next) {
		if (b->phys == phys && bytes && bytes <= b->bytes)
			return b->mem;
	}
	return NULL;
}

struct folio *shim_folio_at(u64 phys, unsigned int order, size_t pages)
{
	struct folio *folio = calloc(1, sizeof(*folio));
	size_t bytes = PAGE_SIZE << order;

	folio->mem = aligned_alloc(PAGE_SIZE, bytes);
	memset(folio->mem, 0, bytes);
	folio->phys = phys;
	folio->order = order;
	folio->pages = pages;
	folio->next = folios;
	folios = folio;
	return folio;
}

struct folio *shim_folio_alloc(unsigned int order)
{
	MACHINE_LOCKED();
	return shim_folio_at(phys_alloc(PAGE_SIZE << order), order, 0);
}

static void folio_drop(struct folio *folio)
{
	struct folio **p = &folios;

	while (*p != folio)
		p = &(*p)->next;
	*p = folio->next;
	free(folio->mem);
	free(folio);
}

/* While the engine has a reference, the memory stays what it is. */
void shim_folio_free(struct folio *folio)
{
	MACHINE_LOCKED();
	folio->freed = true;
	if (!folio->refs)
		folio_drop(folio);
}

size_t shim_folios(void)
{
	size_t nr = 0;

	for (struct folio *f = folios; f; f = f->next)
		nr++;
	return nr;
}

bool shim_folio_is_live(const struct folio *folio)
{
	MACHINE_LOCKED();
	const struct folio *f = folios;

	while (f && f != folio)
		f = f->next;
	return f;
}

size_t shim_folios_lost(void)
{
	size_t nr = 0;

	for (struct folio *f = folios; f; f = f->next) {
		nr += !f->owned && !f->handed_over;
		f->owned = false;
	}
	return nr;
}

void shim_folios_drop(void)
{
	while (folios)
		folio_drop(folios);
}

static struct folio *folio_at(u64 phys)
{
	for (struct folio *f = folios; f; f = f->next) {
		if (f->phys == phys)
			return f;
	}
	return NULL;
}

struct folio *shim_folio_find(u64 phys)
{
	return folio_at(phys);
}

int kstate_folio_preserve(struct folio *folio)
{
	MACHINE_LOCKED();
	if (folio->in_scratch)
		return -EINVAL;
	/* What has been preserved once can be preserved again without memory. */
	if (!folio->was_preserved && !shim_may_alloc())
		return -ENOMEM;
	/* The engine keeps the count: what is preserved twice would be let go of once. */
	assert_false(folio->preserved);
	folio->preserved = folio->was_preserved = true;
	folio->refs++;
	return 0;
}

/* Free a folio or area that its driver has freed already, once it has no other user. */
static void put_ref(struct folio *folio)
{
	assert_true(folio->refs);
	if (!--folio->refs && folio->freed)
		folio_drop(folio);
}

void kstate_folio_unpreserve(struct folio *folio)
{
	MACHINE_LOCKED();
	assert_true(folio->preserved);
	folio->preserved = false;
	put_ref(folio);
}

/* KHO does not know what the memory is for: it would hand it out. */
static void not_of_the_image(u64 phys)
{
	for (struct block *b = incoming; b; b = b->next) {
		if (b->phys == phys)
			shim_warned("memory of the image is taken for something else");
	}
}

/* A page is its folio by another name. */
struct folio *kstate_page_folio(struct page *page)
{
	return (struct folio *)page;
}

struct page *kstate_folio_page(struct folio *folio)
{
	return (struct page *)folio;
}

struct folio *kstate_folio_restore(u64 phys)
{
	MACHINE_LOCKED();
	struct folio *folio = folio_at(phys);

	not_of_the_image(phys);
	if (!folio || !folio->handed_over)
		return NULL;
	folio->handed_over = false;
	return folio;
}

void kstate_folio_put(struct folio *folio)
{
	MACHINE_LOCKED();
	shim_folio_free(folio);
}

/* A vmalloc area is a folio by another name: its descriptor holds the address. */
#define AREA_FLAGS	0x1

void *shim_vmalloc(size_t pages)
{
	struct folio *folio = shim_folio_alloc(get_order(pages << PAGE_SHIFT));

	folio->pages = pages;
	return folio->mem;
}

struct folio *shim_area(const void *ptr)
{
	for (struct folio *f = folios; f; f = f->next) {
		if (f->mem == ptr && f->pages)
			return f;
	}
	return NULL;
}

int kstate_vmalloc_preserve(void *ptr, struct kstate_vmalloc_ser *ser)
{
	MACHINE_LOCKED();
	struct folio *area = shim_area(ptr);

	if (!area)
		return -EINVAL;
	if (!shim_may_alloc())
		return -ENOMEM;
	assert_false(area->preserved);
	area->preserved = true;
	area->refs++;
	*ser = (struct kstate_vmalloc_ser){ area->phys, area->pages, AREA_FLAGS, 0 };
	return 0;
}

void kstate_vmalloc_unpreserve(const struct kstate_vmalloc_ser *ser)
{
	MACHINE_LOCKED();
	struct folio *area = folio_at(ser->first);

	assert_true(area->preserved);
	area->preserved = false;
	put_ref(area);
}

bool kstate_vmalloc_same(void *ptr, const struct kstate_vmalloc_ser *ser)
{
	MACHINE_LOCKED();
	struct folio *area = shim_area(ptr);

	return area && area->phys == ser->first && area->pages == ser->pages;
}

static struct folio *area_handed_over(const struct kstate_vmalloc_ser *ser)
{
	struct folio *area = folio_at(ser->first);

	if (!area || area->pages != ser->pages || ser->flags != AREA_FLAGS ||
	    !area->handed_over)
		return NULL;
	return area;
}

bool kstate_vmalloc_has(const struct kstate_vmalloc_ser *ser, bool (*what)(u64 phys))
{
	MACHINE_LOCKED();
	const struct folio *area = area_handed_over(ser);

	return area && area->alias && what(area->alias);
}

void *kstate_vmalloc_restore(const struct kstate_vmalloc_ser *ser)
{
	MACHINE_LOCKED();
	struct folio *area = area_handed_over(ser);

	not_of_the_image(ser->first);
	if (!area)
		return NULL;
	if (area->alias)
		not_of_the_image(area->alias);
	if (!shim_may_alloc())
		return ERR_PTR(-ENOMEM);
	return kstate_folio_restore(ser->first) ? area->mem : NULL;
}

void kstate_vmalloc_free(void *ptr)
{
	MACHINE_LOCKED();
	if (ptr)
		shim_folio_free(shim_area(ptr));
}

u64 kstate_folio_phys(const struct folio *folio)
{
	return folio->phys;
}

unsigned int kstate_folio_order(const struct folio *folio)
{
	return folio->order;
}

size_t shim_preserved_bytes(void)
{
	size_t bytes = 0;

	for (struct block *b = outgoing; b; b = b->next)
		bytes += b->bytes;
	return bytes;
}

size_t shim_preserved_folios(void)
{
	size_t nr = 0;

	for (struct folio *f = folios; f; f = f->next)
		nr += f->preserved;
	return nr;
}

static void incoming_clear(void)
{
	kstate_in_close();
	while (incoming)
		block_free(&incoming);
	root_in = NULL;
}

/* Folios that were preserved are handed over; the others are not there any more. */
static void folios_kexec(void)
{
	struct folio *next;

	for (struct folio *f = folios; f; f = next) {
		next = f->next;
		f->handed_over = f->preserved;
		f->preserved = f->was_preserved = f->freed = false;
		f->refs = 0;
		if (!f->handed_over)
			folio_drop(f);
	}
}

/* The same for what is outside the trees. */
static void ool_forget(void)
{
	struct kstate_entry *entry;

	list_for_each_entry(entry, &kstate_out.entries, list) {
		for (struct kstate_ool *ool = entry->ool; ool; ool = ool->next) {
			ool->nr = 0;
			ool->virt = NULL;
		}
	}
}

void shim_kexec(void)
{
	struct block *blocks = outgoing;

	shim_maps_forget();
	ool_forget();
	folios_kexec();
	incoming_clear();
	incoming = blocks;
	outgoing = NULL;
	root_in = root_out;
	root_in_bytes = root_out_bytes;
	root_out = NULL;
	/* The shards are the next kernel's now; the engine must not free them. */
	kstate_out.nr_shards = 0;
	kstate_out.kept.nr = 0;
	if (kstate_out.phase == KSTATE_SAVED)
		kstate_out.phase = KSTATE_PREPARED;
	kstate_out.leaving = false;
	shim_abort();
	shim_registry_clear();
}

void shim_hand_over_at(u64 phys, const void *data, size_t bytes)
{
	struct block *b = calloc(1, sizeof(*b));

	b->phys = phys;
	b->bytes = bytes;
	/* Exactly as large as it is, so that a read beyond it is noticed. */
	b->mem = malloc(bytes ?: 1);
	memcpy(b->mem, data, bytes);
	b->next = incoming;
	incoming = b;
	if (root_in)
		return;
	root_in = b->mem;
	root_in_bytes = bytes;
}

void shim_hand_over(const void *image, size_t bytes)
{
	incoming_clear();
	if (image)
		shim_hand_over_at(0, image, bytes);
}

int shim_setup(void **state)
{
	shim_log_clear();
	shim_fail_alloc(0);
	kho_off = false;
	order_limit = MAX_PAGE_ORDER;
	memory_limit = SIZE_MAX;
	kstate_in_keep = false;
	shim_trace_stop();
	shim_module = false;
	return 0;
}

int shim_teardown(void **state)
{
	shim_fail_alloc(0);
	kho_off = false;
	kstate_out.force = false;
	if (kstate_out.leaving)
		kstate_kexec_abort();
	shim_registry_clear();
	shim_abort();
	incoming_clear();
	if (kstate_out.phase != KSTATE_IDLE || outgoing || shim_preserved_folios()) {
		fprintf(stderr, "memory is still preserved\n");
		return -1;
	}
	shim_folios_drop();
	if (shim_pins) {
		fprintf(stderr, "modules are still pinned\n");
		return -1;
	}
	if (shim_live_allocs()) {
		fprintf(stderr, "%ld allocations are left\n", shim_live_allocs());
		return -1;
	}
	return 0;
}
