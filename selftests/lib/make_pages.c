// SPDX-License-Identifier: GPL-2.0

#include <stdlib.h>

#include "make_pages.h"

static unsigned int page_bits(const struct pages *p)
{
	unsigned int bits = 0;

	while (1U << bits < p->m->phys.page_size)
		bits++;
	return bits;
}

/* The first bit of an address that the tables of a level look at. */
static unsigned int first_bit(const struct pages *p, unsigned int level)
{
	return page_bits(p) + level * (page_bits(p) - 3);
}

static uint64_t at(const struct pages *p, uint64_t table, uint64_t va, unsigned int level)
{
	unsigned int end = level + 1 == p->levels ? p->bits : first_bit(p, level + 1);

	return table + 8 * (va << (64 - end) >> (64 - end) >> first_bit(p, level));
}

/* The address in an entry that leads to a table. */
static uint64_t next(const struct pages *p, uint64_t entry)
{
	return entry & 0x0000fffffffff000ULL & -(uint64_t)p->m->phys.page_size;
}

uint64_t pages_entry(const struct pages *p, uint64_t va, unsigned int level)
{
	uint64_t table = p->root;

	for (unsigned int l = p->levels - 1; l > level; l--)
		table = next(p, memory_u64(p->m, at(p, table, va, l)));
	return at(p, table, va, level);
}

void pages_init(struct pages *p, struct memory *m, bool arm64, unsigned int bits,
		unsigned int levels)
{
	*p = (struct pages){ m, arm64, bits, levels, memory_alloc(m, m->phys.page_size) };
	memory_int(m, p->root, 8, 0);
}

void pages_map(struct pages *p, uint64_t va, uint64_t pa, unsigned int level)
{
	/* Not to be executed, dirty, accessed and global, as the kernel's own data is. */
	const uint64_t x86 = 0x8000000000000163ULL, arm = 0x0078000000000f01ULL;
	uint64_t entry, table;

	for (unsigned int l = p->levels - 1; l > level; l--) {
		entry = pages_entry(p, va, l);
		if (next(p, memory_u64(p->m, entry)))
			continue;
		table = memory_alloc(p->m, p->m->phys.page_size);
		memory_int(p->m, table, 8, 0);
		memory_int(p->m, entry, 8, table | (p->arm64 ? 0x3 : 0x63));
	}
	pa &= -(1ULL << first_bit(p, level));
	if (p->arm64)
		pa |= arm | (level ? 0 : 0x2);
	else
		pa |= x86 | (level ? 0x80 : 0);
	memory_int(p->m, pages_entry(p, va, level), 8, pa);
}
