// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>
#include <string.h>

#include "make_memory.h"

/**
 * struct memory_page - a page
 * @nr: its number
 * @bytes: one page of them
 */
struct memory_page {
	uint64_t nr;
	enum kstd_avail there;
	uint8_t *bytes;
};

static struct memory *of(struct kstd_phys *phys)
{
	return (struct memory *)((char *)phys - offsetof(struct memory, phys));
}

/* The first page that is not before @nr. */
static size_t search(const struct memory *m, uint64_t nr)
{
	size_t from = 0, to = m->nr;

	while (from < to) {
		size_t mid = (from + to) / 2;

		if (m->pages[mid].nr < nr)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static const struct memory_page *find(const struct memory *m, uint64_t nr)
{
	size_t i = search(m, nr);

	return i < m->nr && m->pages[i].nr == nr ? &m->pages[i] : NULL;
}

static struct memory_page *make(struct memory *m, uint64_t nr)
{
	size_t i = search(m, nr);

	if (i < m->nr && m->pages[i].nr == nr)
		return &m->pages[i];
	if (m->nr == m->room) {
		m->room = m->room ? 2 * m->room : 64;
		m->pages = reallocarray(m->pages, m->room, sizeof(*m->pages));
		if (!m->pages)
			abort();
	}
	memmove(m->pages + i + 1, m->pages + i, (m->nr++ - i) * sizeof(*m->pages));
	m->pages[i] = (struct memory_page){ nr, KSTD_AVAIL_PRESENT, calloc(1, m->phys.page_size) };
	if (!m->pages[i].bytes)
		abort();
	return &m->pages[i];
}

/* Page by page: the library has to go on by itself. */
static size_t read_page(struct kstd_phys *phys, uint64_t pa, void *buf, size_t len,
			enum kstd_avail *there)
{
	struct memory *m = of(phys);
	const struct memory_page *page = find(m, pa / phys->page_size);
	uint64_t off = pa % phys->page_size;
	size_t n = phys->page_size - off < len ? phys->page_size - off : len;

	m->reads++;
	*there = page ? page->there : KSTD_AVAIL_ABSENT;
	if (*there == KSTD_AVAIL_PRESENT)
		memcpy(buf, page->bytes + off, n);
	return n;
}

static bool next_page(struct kstd_phys *phys, uint64_t pa, uint64_t *start, uint64_t *len)
{
	struct memory *m = of(phys);
	size_t i = search(m, pa / phys->page_size);

	while (i < m->nr && m->pages[i].there != KSTD_AVAIL_PRESENT)
		i++;
	if (i == m->nr)
		return false;
	*start = m->pages[i].nr * phys->page_size;
	*len = phys->page_size;
	if (*start < pa) {
		*len -= pa - *start;
		*start = pa;
	}
	return true;
}

static const struct kstd_phys_ops ops = {
	.kind = "test memory",
	.read = read_page,
	.next = next_page,
};

void memory_init(struct memory *m, uint32_t page_size, bool big)
{
	*m = (struct memory){
		.phys = { .ops = &ops, .name = "memory", .page_size = page_size, .big = big },
		.next = 1ULL << 30,
	};
}

void memory_free(struct memory *m)
{
	for (size_t i = 0; i < m->nr; i++)
		free(m->pages[i].bytes);
	free(m->pages);
}

uint64_t memory_alloc(struct memory *m, size_t bytes)
{
	uint64_t pa = m->next, pages = (bytes + m->phys.page_size - 1) / m->phys.page_size;

	for (uint64_t i = 0; i < pages; i++)
		make(m, pa / m->phys.page_size + i);
	m->next += pages * m->phys.page_size;
	return pa;
}

void memory_put(struct memory *m, uint64_t pa, const void *p, size_t len)
{
	while (len) {
		uint64_t off = pa % m->phys.page_size;
		size_t n = m->phys.page_size - off < len ? m->phys.page_size - off : len;

		memcpy(make(m, pa / m->phys.page_size)->bytes + off, p, n);
		p = (const uint8_t *)p + n;
		pa += n;
		len -= n;
	}
}

static void encode(uint8_t *raw, size_t size, bool big, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		raw[i] = v >> 8 * (big ? size - 1 - i : i);
}

void memory_int(struct memory *m, uint64_t pa, size_t size, uint64_t v)
{
	uint8_t raw[8];

	encode(raw, size, m->phys.big, v);
	memory_put(m, pa, raw, size);
}

uint64_t memory_u64(const struct memory *m, uint64_t pa)
{
	const struct memory_page *page = find(m, pa / m->phys.page_size);
	uint64_t v = 0;

	for (int i = 0; page && i < 8; i++)
		v = v << 8 | page->bytes[pa % m->phys.page_size + (m->phys.big ? i : 7 - i)];
	return v;
}

void memory_state(struct memory *m, uint64_t pa, enum kstd_avail there)
{
	make(m, pa / m->phys.page_size)->there = there;
}

static unsigned int page_shift(const struct memory *m)
{
	return __builtin_ctz(m->phys.page_size);
}

/* Levels of tables above the bitmaps. */
static unsigned int tables(const struct memory *m)
{
	unsigned int shift = page_shift(m);

	return (64 - shift + 1 - (shift + 3) + (shift - 3) - 1) / (shift - 3);
}

static uint64_t key_of(const struct memory *m, uint64_t pa, unsigned int order)
{
	unsigned int shift = page_shift(m) + order;

	return 1ULL << (64 - shift) | pa >> shift;
}

static uint64_t entry_of(const struct memory *m, uint64_t node, uint64_t key, unsigned int level)
{
	unsigned int shift = page_shift(m) + 3 + (level - 1) * (page_shift(m) - 3);

	return node + 8 * (key >> shift & (m->phys.page_size / 8 - 1));
}

uint64_t memory_map(struct memory *m)
{
	return memory_alloc(m, m->phys.page_size);
}

uint64_t memory_map_node(const struct memory *m, uint64_t root, uint64_t pa, unsigned int order,
			 unsigned int level)
{
	uint64_t key = key_of(m, pa, order), node = root;

	for (unsigned int l = tables(m); l > level && node; l--)
		node = memory_u64(m, entry_of(m, node, key, l));
	return node;
}

/* A bit of words of 64 bits in the machine's byte order. */
static void set_bit(struct memory *m, uint64_t leaf, uint64_t bit)
{
	uint64_t at = leaf + bit / 64 * 8;

	memory_int(m, at, 8, memory_u64(m, at) | 1ULL << bit % 64);
}

uint64_t memory_preserve(struct memory *m, uint64_t root, uint64_t pa, unsigned int order)
{
	uint64_t key = key_of(m, pa, order), node = root;

	for (unsigned int level = tables(m); level; level--) {
		uint64_t at = entry_of(m, node, key, level);

		node = memory_u64(m, at);
		if (!node) {
			node = memory_alloc(m, m->phys.page_size);
			memory_int(m, at, 8, node);
		}
	}
	set_bit(m, node, key & (8ULL * m->phys.page_size - 1));
	return key;
}

/**
 * struct list - a list of bitmaps on its way
 * @covers: bytes of memory that the current bitmap is about
 * @first: address that it starts at
 * @nr: elements of the current chunk
 */
struct list {
	struct memory *m;
	size_t width;
	uint64_t root;
	uint64_t chunk;
	uint64_t bitmap;
	uint64_t room;
	uint64_t covers;
	uint64_t first;
	unsigned int order;
	size_t nr;
};

static void list_chunk(struct list *l, unsigned int order)
{
	uint64_t chunk = memory_alloc(l->m, l->m->phys.page_size);

	if (l->chunk)
		memory_int(l->m, l->chunk, 8, chunk);
	else
		l->root = chunk;
	memory_int(l->m, chunk + 8, 4, order);
	l->chunk = chunk;
	l->order = order;
	l->nr = 0;
}

/* Small bitmaps share a page, as objects of a slab do; the first in it is left free. */
static uint64_t list_room(struct list *l)
{
	uint64_t at;

	if (l->width == l->m->phys.page_size)
		return memory_alloc(l->m, l->width);
	if (!l->room || (l->room + l->width) % l->m->phys.page_size == 0)
		l->room = memory_alloc(l->m, l->m->phys.page_size);
	at = l->room += l->width;
	return at;
}

static void list_bitmap(struct list *l, const struct memory_block *b)
{
	uint64_t at;

	l->covers = (uint64_t)l->width * 8 * l->m->phys.page_size << b->order;
	l->first = b->pa / l->covers * l->covers;
	if (!l->chunk || l->order != b->order || l->nr == l->m->phys.page_size / 16 - 1)
		list_chunk(l, b->order);
	l->bitmap = list_room(l);
	at = l->chunk + 16 + 16 * l->nr++;
	memory_int(l->m, at, 8, l->first);
	memory_int(l->m, at + 8, 8, l->bitmap);
	memory_int(l->m, l->chunk + 12, 4, l->nr);
}

uint64_t memory_list(struct memory *m, size_t width, const struct memory_block *blocks, size_t nr)
{
	struct list l = { .m = m, .width = width };

	for (size_t i = 0; i < nr; i++) {
		const struct memory_block *b = &blocks[i];

		if (!l.bitmap || b->order != l.order || b->pa - l.first >= l.covers)
			list_bitmap(&l, b);
		set_bit(m, l.bitmap, (b->pa - l.first) / m->phys.page_size >> b->order);
	}
	return l.root;
}

void memory_area(struct memory *m, uint8_t desc[16], const uint64_t *blocks, size_t nr,
		 unsigned int order)
{
	uint64_t chunk = memory_alloc(m, m->phys.page_size), first = chunk;
	size_t room = m->phys.page_size / 8 - 1, at = 0;

	for (size_t i = 0; i < nr; i++) {
		memory_int(m, chunk + 8 + 8 * at++, 8, blocks[i]);
		if (at == room) {
			uint64_t next = memory_alloc(m, m->phys.page_size);

			memory_int(m, chunk, 8, next);
			chunk = next;
			at = 0;
		}
	}
	encode(desc, 8, m->phys.big, first);
	encode(desc + 8, 4, m->phys.big, nr << order);
	encode(desc + 12, 2, m->phys.big, 1);
	encode(desc + 14, 2, m->phys.big, order);
}

uint64_t memory_blocks(struct memory *m, const void *entries, size_t nr, size_t size)
{
	size_t fit = m->per_block ? m->per_block : (m->phys.page_size - 16) / size;
	uint64_t first = 0, last = 0;

	for (size_t i = 0; i < nr; i += fit) {
		uint64_t block = memory_alloc(m, m->phys.page_size);
		size_t n = nr - i < fit ? nr - i : fit;

		memory_int(m, block + 8, 8, n);
		memory_put(m, block + 16, (const uint8_t *)entries + i * size, n * size);
		if (last)
			memory_int(m, last, 8, block);
		else
			first = block;
		last = block;
	}
	return first;
}
