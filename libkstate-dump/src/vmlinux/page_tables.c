// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <elf.h>

#include "vmlinux/kernel_virt.h"
#include "vmlinux/page_tables.h"

/* The first table is in the image, as is the data that is known: not farther than this from it. */
#define MAX_DISTANCE	(64UL << 20)

#define ADDRESS_BITS	48	/* of memory, in an entry */

/* arch/x86/include/asm/pgtable_types.h */
#define X86_PRESENT	0x1ULL
#define X86_HUGE	0x80ULL
#define X86_HUGE_LEVEL	2	/* the highest level at which one entry maps a huge page */

/* arch/arm64/include/asm/pgtable-hwdef.h */
#define ARM_VALID	0x1ULL
#define ARM_TABLE	0x2ULL	/* at the last level: a page */

static uint64_t low(unsigned int bits)
{
	return (1ULL << bits) - 1;
}

/* Is the entry of @level (0: the last one) there, and does it end the walk? */
static bool take_entry(const struct kstd_page_tables *t, uint64_t entry, unsigned int level,
		       bool *leaf)
{
	if (t->arm64) {
		*leaf = !level || !(entry & ARM_TABLE);
		return entry & ARM_VALID && (level || entry & ARM_TABLE);
	}
	*leaf = !level || (level <= X86_HUGE_LEVEL && entry & X86_HUGE);
	return entry & X86_PRESENT;
}

enum kstd_mapped kstd_page_tables_walk(const struct kstd_page_tables *t, uint64_t va, uint64_t *pa,
				       void (*each)(void *arg, uint64_t table), void *arg)
{
	unsigned int per = t->shift - 3, at = t->bits;
	uint64_t table = t->root, entry, index;
	bool leaf;

	if ((va | low(t->bits)) != UINT64_MAX)
		return KSTD_NOT_MAPPED;
	for (unsigned int level = t->levels; level--; table = entry) {
		/* The first table may be smaller than a page. */
		index = (va & low(at)) >> (t->shift + level * per);
		at = t->shift + level * per;
		if (!kstd_phys_u64(t->dump, table + 8 * index, &entry))
			return KSTD_MAPPED_UNKNOWN;
		if (each)
			each(arg, table);
		if (!take_entry(t, entry, level, &leaf))
			return KSTD_NOT_MAPPED;
		entry &= low(ADDRESS_BITS) & ~low(leaf ? at : t->shift);
		if (leaf) {
			*pa = entry | (va & low(at));
			return KSTD_MAPPED;
		}
	}
	return KSTD_NOT_MAPPED;
}

static bool says_the_same(const struct kstd_page_tables *t,
			  const struct kstd_known_address *known, size_t nr)
{
	uint64_t pa;

	for (size_t i = 0; i < nr; i++)
		if (kstd_page_tables_walk(t, known[i].va, &pa, NULL, NULL) != KSTD_MAPPED ||
		    pa != known[i].pa)
			return false;
	return nr;
}

/* Every form that the tables of a machine may have; bits of addresses and of pages. */
static bool next_form(uint16_t machine, uint32_t page_size, unsigned int i,
		      struct kstd_page_tables *t)
{
	static const unsigned int x86[] = { 48, 57 }, arm[] = { 48, 39, 52, 47, 42, 36 };
	bool is_arm = machine == EM_AARCH64;
	unsigned int per;
	size_t nr = is_arm ? sizeof(arm) / sizeof(arm[0]) : sizeof(x86) / sizeof(x86[0]);

	if ((!is_arm && machine != EM_X86_64) || i >= nr)
		return false;
	t->arm64 = is_arm;
	t->shift = __builtin_ctz(page_size);
	t->bits = is_arm ? arm[i] : x86[i];
	per = t->shift - 3;
	t->levels = (t->bits - t->shift + per - 1) / per;
	return true;
}

static bool is_root(struct kstd_dump *dump, uint16_t machine, uint64_t pa,
		    const struct kstd_known_address *known, size_t nr, struct kstd_page_tables *t)
{
	*t = (struct kstd_page_tables){ .dump = dump, .root = pa };
	for (unsigned int i = 0; next_form(machine, dump->phys->page_size, i, t); i++)
		if (says_the_same(t, known, nr))
			return true;
	return false;
}

/* VMCOREINFO has the virtual address. It is in the image, as the first of @known is. */
static bool is_named(struct kstd_dump *dump, uint16_t machine,
		     const struct kstd_known_address *known, size_t nr, struct kstd_page_tables *t)
{
	const struct kstd_core *core = kstd_core_of(dump);
	struct kstd_span value;
	uint64_t va;

	return core && kstd_vmcoreinfo(core, "SYMBOL(swapper_pg_dir)", &value) &&
	       kstd_hex(value.p, value.len, &va) &&
	       is_root(dump, machine, va - known[0].va + known[0].pa, known, nr, t);
}

bool kstd_page_tables_find(struct kstd_dump *dump, uint16_t machine, uint64_t near,
			   const struct kstd_known_address *known, size_t nr,
			   struct kstd_page_tables *t)
{
	uint64_t page = dump->phys->page_size;

	near -= near % page;
	if (is_named(dump, machine, known, nr, t))
		return true;
	for (uint64_t off = 0; off <= MAX_DISTANCE; off += page)
		if ((near >= off && is_root(dump, machine, near - off, known, nr, t)) ||
		    (off && is_root(dump, machine, near + off, known, nr, t)))
			return true;
	return false;
}
