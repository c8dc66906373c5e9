// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Looking for handlers and FLBs in the data of a kernel or a module. */

#include <elf.h>
#include <stddef.h>
#include <stdlib.h>

#include "vmlinux/kernel_tables.h"

#define MAX_AREAS	4096	/* sections or segments that are looked at */
#define MAX_LOOKS	20000	/* names that are followed */
#define MAX_STEPS	(1ULL << 27)	/* areas and relocations that are gone over for them */
#define NR_FUNCTIONS	8
#define VERSIONS_MAGIC	0x4c565550U
#define VERSIONS_NAME	".liveupdate_versions"

/**
 * struct area - a part of the file that becomes memory
 * @bytes: it; its @at is the offset in the file
 * @addr: its address; 0 in a module
 * @index: number of its section
 * @is_code: functions may be in it; @is_data: anything else may, x86's .data is both
 * @relocs: relocations of a module's section
 */
struct area {
	struct kstd_span bytes;
	uint64_t addr;
	uint64_t index;
	bool is_code;
	bool is_data;
	struct kstd_span relocs;
};

/**
 * struct reader - a file that is looked through
 * @symbols: symbol table of a module
 * @looks: that are left of %MAX_LOOKS
 * @steps: that are left of %MAX_STEPS
 */
struct reader {
	struct kstd_dump *dump;
	struct kstd_kernel_tables *tables;
	struct kstd_span all;
	bool big;
	bool is_module;
	struct area *areas;
	size_t nr;
	size_t room;
	struct kstd_span symbols;
	unsigned int looks;
	uint64_t steps;
};

static uint64_t number(const struct reader *r, const struct kstd_span *s, uint64_t at, size_t size)
{
	struct kstd_span part;
	uint64_t v = 0;

	if (kstd_span_sub(s, at, size, &part))
		kstd_span_int(&part, size, r->big, &v);
	return v;
}

#define ELF_GET(r, s, at, type, member)	\
	number(r, s, (at) + offsetof(type, member), sizeof(((type *)0)->member))

static int add_area(struct reader *r, const struct area *area)
{
	if (r->nr == MAX_AREAS || !area->bytes.len)
		return 0;
	if (r->nr == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct area *more = reallocarray(r->areas, room, sizeof(*more));

		if (!more)
			return kstd_nomem(r->dump->ctx);
		r->areas = more;
		r->room = room;
	}
	r->areas[r->nr++] = *area;
	return 0;
}

static int add_section(struct reader *r, uint64_t at, uint64_t index)
{
	uint64_t flags = ELF_GET(r, &r->all, at, Elf64_Shdr, sh_flags);
	struct area area = {
		.index = index, .is_code = flags & SHF_EXECINSTR,
		.is_data = !(flags & SHF_EXECINSTR) || flags & SHF_WRITE,
		.addr = r->is_module ? 0 : ELF_GET(r, &r->all, at, Elf64_Shdr, sh_addr),
	};

	if (!(flags & SHF_ALLOC) || ELF_GET(r, &r->all, at, Elf64_Shdr, sh_type) != SHT_PROGBITS ||
	    !kstd_span_sub(&r->all, ELF_GET(r, &r->all, at, Elf64_Shdr, sh_offset),
			   ELF_GET(r, &r->all, at, Elf64_Shdr, sh_size), &area.bytes))
		return 0;
	return add_area(r, &area);
}

static int add_segment(struct reader *r, uint64_t at)
{
	struct area area = {
		.addr = ELF_GET(r, &r->all, at, Elf64_Phdr, p_vaddr),
		.is_code = ELF_GET(r, &r->all, at, Elf64_Phdr, p_flags) & PF_X, .is_data = true,
	};

	if (ELF_GET(r, &r->all, at, Elf64_Phdr, p_type) != PT_LOAD ||
	    !kstd_span_sub(&r->all, ELF_GET(r, &r->all, at, Elf64_Phdr, p_offset),
			   ELF_GET(r, &r->all, at, Elf64_Phdr, p_filesz), &area.bytes))
		return 0;
	return add_area(r, &area);
}

/* Relocations of a section of a module, and the symbols that they name. */
static void add_relocs(struct reader *r, uint64_t at)
{
	uint64_t type = ELF_GET(r, &r->all, at, Elf64_Shdr, sh_type);
	uint64_t of = ELF_GET(r, &r->all, at, Elf64_Shdr, sh_info);
	struct kstd_span bytes;

	if ((type != SHT_RELA && type != SHT_SYMTAB) ||
	    !kstd_span_sub(&r->all, ELF_GET(r, &r->all, at, Elf64_Shdr, sh_offset),
			   ELF_GET(r, &r->all, at, Elf64_Shdr, sh_size), &bytes))
		return;
	if (type == SHT_SYMTAB)
		r->symbols = bytes;
	for (size_t i = 0; i < r->nr && type == SHT_RELA; i++)
		if (r->areas[i].index == of)
			r->areas[i].relocs = bytes;
}

/*
 * Section headers say what is code and what is data. Some kernel files have only segments: then
 * each of them may hold either.
 */
static int find_areas(struct reader *r)
{
	uint64_t sh = ELF_GET(r, &r->all, 0, Elf64_Ehdr, e_shoff);
	uint64_t ph = ELF_GET(r, &r->all, 0, Elf64_Ehdr, e_phoff);
	uint64_t nr_sh = ELF_GET(r, &r->all, 0, Elf64_Ehdr, e_shnum);
	uint64_t nr_ph = ELF_GET(r, &r->all, 0, Elf64_Ehdr, e_phnum);
	bool by_segment;
	int rc = 0;

	for (uint64_t i = 0; i < nr_sh && !rc; i++)
		rc = add_section(r, sh + i * sizeof(Elf64_Shdr), i);
	for (uint64_t i = 0; i < nr_sh && r->is_module; i++)
		add_relocs(r, sh + i * sizeof(Elf64_Shdr));
	by_segment = !r->nr;
	for (uint64_t i = 0; i < nr_ph && !rc && by_segment; i++)
		rc = add_segment(r, ph + i * sizeof(Elf64_Phdr));
	return rc;
}

static bool spend_steps(struct reader *r, uint64_t steps)
{
	r->steps -= r->steps < steps ? r->steps : steps;
	return r->steps;
}

/* Where a pointer leads. */
struct target {
	const struct area *area;
	uint64_t off;
};

static bool resolve_address(struct reader *r, uint64_t addr, struct target *to)
{
	for (size_t i = 0; i < r->nr && addr && spend_steps(r, 1); i++) {
		const struct area *area = &r->areas[i];

		if (addr < area->addr || addr - area->addr >= area->bytes.len)
			continue;
		*to = (struct target){ area, addr - area->addr };
		return true;
	}
	return false;
}

/* The symbol of a relocation: in a section here, or a function of the kernel: no area then. */
static bool resolve_symbol(const struct reader *r, uint64_t symbol, uint64_t addend,
			   struct target *to)
{
	uint64_t at = symbol * sizeof(Elf64_Sym);
	uint64_t index = ELF_GET(r, &r->symbols, at, Elf64_Sym, st_shndx);

	*to = (struct target){ NULL, ELF_GET(r, &r->symbols, at, Elf64_Sym, st_value) + addend };
	if (!symbol || at + sizeof(Elf64_Sym) > r->symbols.len)
		return false;
	for (size_t i = 0; i < r->nr; i++)
		if (r->areas[i].index == index)
			to->area = &r->areas[i];
	return index == SHN_UNDEF || to->area;
}

static bool resolve_reloc(struct reader *r, const struct area *area, uint64_t off,
			  struct target *to)
{
	const struct kstd_span *s = &area->relocs;

	for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= s->len && spend_steps(r, 1);
	     at += sizeof(Elf64_Rela))
		if (ELF_GET(r, s, at, Elf64_Rela, r_offset) == off)
			return resolve_symbol(r, ELF64_R_SYM(ELF_GET(r, s, at, Elf64_Rela, r_info)),
					      ELF_GET(r, s, at, Elf64_Rela, r_addend), to);
	return false;
}

static bool resolve(struct reader *r, const struct area *area, uint64_t off,
		    struct target *to)
{
	return r->is_module ? resolve_reloc(r, area, off, to) :
	       resolve_address(r, number(r, &area->bytes, off, 8), to);
}

enum slot { SLOT_NULL, SLOT_FUNCTION, SLOT_OTHER };

static enum slot slot_at(struct reader *r, const struct target *ops, unsigned int i)
{
	uint64_t off = ops->off + 8 * i;
	struct target to;

	if (resolve(r, ops->area, off, &to))
		return !to.area || to.area->is_code ? SLOT_FUNCTION : SLOT_OTHER;
	return off + 8 <= ops->area->bytes.len && !number(r, &ops->area->bytes, off, 8) ?
	       SLOT_NULL : SLOT_OTHER;
}

/* What demands these functions; 0 if neither does. */
static unsigned int kinds_of(struct reader *r, const struct target *ops)
{
	static const uint8_t needed[NR_FUNCTIONS] = { 1, 1, 1, 0, 0, 1, 0, 1 };
	unsigned int kinds = KSTD_TABLE_HANDLER | KSTD_TABLE_FLB;

	for (unsigned int i = 0; i < NR_FUNCTIONS && kinds; i++) {
		enum slot slot = slot_at(r, ops, i);

		if (slot == SLOT_OTHER || (needed[i] && slot != SLOT_FUNCTION))
			kinds &= ~KSTD_TABLE_HANDLER;
		if (i < 4 && slot != SLOT_FUNCTION)
			kinds &= ~KSTD_TABLE_FLB;
	}
	return kinds;
}

/* A name that is filled up with zeros; returns its length, 0 if it is none. */
static size_t name_length(const struct kstd_span *s)
{
	size_t len = 0, end;

	while (len < s->len && s->p[len] > ' ' && s->p[len] < 0x7f)
		len++;
	for (end = len; end < s->len && !s->p[end]; end++)
		;
	return len >= 3 && len < s->len && end == s->len ? len : 0;
}

static int add_table(struct reader *r, const struct kstd_span *name, unsigned int kinds,
		     const char *how)
{
	struct kstd_kernel_tables *all = r->tables;
	struct kstd_kernel_table *t;
	size_t len = name_length(name);

	for (t = all->first; t; t = t->next)
		if (strlen(t->name) == len && !memcmp(t->name, name->p, len)) {
			t->kinds |= kinds;
			return 0;
		}
	if (all->nr == KSTD_MAX_TABLES)
		return 0;
	t = kstd_arena_get(&r->dump->arena, sizeof(*t));
	if (!t)
		return kstd_nomem(r->dump->ctx);
	*t = (struct kstd_kernel_table){
		.next = all->first, .kinds = kinds, .how = how,
		.name = kstd_arena_str(&r->dump->arena, (const char *)name->p, len),
	};
	if (!t->name)
		return kstd_nomem(r->dump->ctx);
	all->first = t;
	all->nr++;
	return 0;
}

/* Is there a handler or an FLB at this place? */
static int look_at(struct reader *r, const struct area *area, uint64_t off)
{
	struct kstd_span name;
	struct target ops;
	unsigned int kinds;

	if (!kstd_span_sub(&area->bytes, off + 8, KSTD_TABLE_NAME, &name) || !name_length(&name) ||
	    !r->looks)
		return 0;
	r->looks--;
	if (!resolve(r, area, off, &ops) || !ops.area || !ops.area->is_data)
		return 0;
	kinds = kinds_of(r, &ops);
	return kinds ? add_table(r, &name, kinds, "table") : 0;
}

static int look_through(struct reader *r, const struct area *area)
{
	struct kstd_span s = area->bytes;
	int rc = 0;

	/* A name is there that ends before the array does: most places are out at that. */
	for (uint64_t off = -area->addr & 7; off + 8 + KSTD_TABLE_NAME <= s.len && !rc; off += 8)
		if (s.p[off + 8] > ' ' && s.p[off + 8] < 0x7f && !s.p[off + 7 + KSTD_TABLE_NAME])
			rc = look_at(r, area, off);
	return rc;
}

/* All names of the section, or as many as there are names of that form. */
static int read_versions(struct reader *r, struct kstd_span s)
{
	struct kstd_span name;
	int rc = 0;

	if (number(r, &s, 0, 4) != VERSIONS_MAGIC || number(r, &s, 4, 4) != 1)
		return 0;
	kstd_span_skip(&s, 8);
	while (!rc && kstd_span_take(&s, KSTD_TABLE_NAME, &name) && name_length(&name))
		rc = add_table(r, &name, KSTD_TABLE_HANDLER | KSTD_TABLE_FLB, "section");
	return rc;
}

static int find_versions(struct reader *r)
{
	const uint8_t magic[8] = { 0x50, 0x55, 0x56, 0x4c, 1 };
	struct kstd_span rest = r->all;
	const uint8_t *hit;
	int rc = 0;

	while (!rc && rest.len >= sizeof(magic)) {
		hit = memmem(rest.p, rest.len, magic, sizeof(magic));
		if (!hit || !kstd_span_skip(&rest, hit - rest.p))
			break;
		rc = read_versions(r, rest);
		kstd_span_skip(&rest, sizeof(magic));
	}
	return rc;
}

static const char *why_not(const struct reader *r)
{
	/* What was packed and is no ELF file is not kept. */
	if (!kstd_span_starts(&r->all, ELFMAG, SELFMAG))
		return "an Image of arm64 fills in the pointers of its tables while it boots";
	if (r->all.len < sizeof(Elf64_Ehdr) || r->all.p[EI_CLASS] != ELFCLASS64)
		return "it is a 32-bit kernel, and LUO is not for such";
	return NULL;
}

int kstd_kernel_tables_find(struct kstd_dump *dump, const struct kstd_span *bytes,
			    struct kstd_kernel_tables *tables)
{
	struct reader r = {
		.dump = dump, .tables = tables, .all = *bytes, .looks = MAX_LOOKS,
		.steps = MAX_STEPS,
		.big = bytes->len > EI_DATA && bytes->p[EI_DATA] == ELFDATA2MSB,
	};
	int rc;

	*tables = (struct kstd_kernel_tables){ 0 };
	tables->why_not = why_not(&r);
	r.is_module = !tables->why_not && ELF_GET(&r, &r.all, 0, Elf64_Ehdr, e_type) == ET_REL;
	rc = tables->why_not ? 0 : find_areas(&r);
	for (size_t i = 0; i < r.nr && !rc; i++)
		if (r.areas[i].is_data)
			rc = look_through(&r, &r.areas[i]);
	rc = rc ?: find_versions(&r);
	if (!tables->why_not && (!r.looks || !r.steps || tables->nr == KSTD_MAX_TABLES))
		tables->why_not = "it has more that looks like their tables than is gone through";
	free(r.areas);
	return rc;
}
