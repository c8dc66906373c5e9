// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_elf.c - data of a relocatable object, and where its pointers lead
 *
 * A pointer of initialized data is a relocation at its place. Architectures that
 * have KHO use relocations with addends.
 */

#include <xalloc.h>

#include "modpost.h"
#include "kstate_catalog.h"

/* A pointer: its own address, and what it points to. */
struct kstate_rela {
	Elf_Addr off;
	Elf_Addr addend;
	unsigned int sym;
};

/* The pointers of a section, in the order of their places. */
static struct kstate_relas {
	struct kstate_relas *next;
	unsigned int sec;
	size_t nr;
	struct kstate_rela v[];
} *kstate_relas;

/* The section's index; 0 if there is none. */
unsigned int kstate_section(const struct elf_info *elf, const char *name)
{
	const char *names = (void *)elf->hdr + elf->sechdrs[elf->secindex_strings].sh_offset;

	for (unsigned int i = 1; i < elf->num_sections; i++) {
		if (!strcmp(names + elf->sechdrs[i].sh_name, name))
			return i;
	}
	return 0;
}

/* Bytes of a section; NULL if they are not all there. */
const void *kstate_data(const struct elf_info *elf, struct kstate_place at, size_t len)
{
	const Elf_Shdr *sec;

	if (!at.sec || at.sec >= elf->num_sections)
		return NULL;
	sec = &elf->sechdrs[at.sec];
	if (sec->sh_type == SHT_NOBITS || at.off > sec->sh_size || len > sec->sh_size - at.off)
		return NULL;
	return (void *)elf->hdr + sec->sh_offset + at.off;
}

/* A string; NULL if there is none. */
const char *kstate_string(const struct elf_info *elf, struct kstate_place at)
{
	const char *str = kstate_data(elf, at, 1);

	return str && memchr(str, 0, elf->sechdrs[at.sec].sh_size - at.off) ? str : NULL;
}

/* An integer; what is not there is 0. */
uint64_t kstate_number(const struct elf_info *elf, struct kstate_place at, size_t size)
{
	const void *p = kstate_data(elf, at, size);

	if (!p)
		return 0;
	switch (size) {
	case 1:
		return *(const uint8_t *)p;
	case 4:
		return get_unaligned_native((const uint32_t *)p);
	default:
		return get_unaligned_native((const uint64_t *)p);
	}
}

static int kstate_by_offset(const void *a_, const void *b_)
{
	const struct kstate_rela *a = a_, *b = b_;

	return a->off < b->off ? -1 : a->off > b->off;
}

static struct kstate_relas *kstate_relas_new(unsigned int sec, size_t nr)
{
	struct kstate_relas *r = xmalloc(sizeof(*r) + nr * sizeof(*r->v));

	r->sec = sec;
	r->nr = nr;
	r->next = kstate_relas;
	kstate_relas = r;
	return r;
}

static struct kstate_relas *kstate_relas_read(const struct elf_info *elf, unsigned int sec,
					      const Elf_Shdr *hdr)
{
	const Elf_Rela *rela = (void *)elf->hdr + hdr->sh_offset;
	struct kstate_relas *r = kstate_relas_new(sec, hdr->sh_size / sizeof(*rela));

	for (size_t i = 0; i < r->nr; i++, rela++) {
		r->v[i].off = TO_NATIVE(rela->r_offset);
		r->v[i].addend = TO_NATIVE(rela->r_addend);
		r->v[i].sym = ELF_R_SYM(TO_NATIVE(rela->r_info));
	}
	qsort(r->v, r->nr, sizeof(*r->v), kstate_by_offset);
	return r;
}

static struct kstate_relas *kstate_relas_of(const struct elf_info *elf, unsigned int sec)
{
	for (struct kstate_relas *r = kstate_relas; r; r = r->next) {
		if (r->sec == sec)
			return r;
	}
	for (unsigned int i = 1; i < elf->num_sections; i++) {
		if (elf->sechdrs[i].sh_type == SHT_RELA && elf->sechdrs[i].sh_info == sec)
			return kstate_relas_read(elf, sec, &elf->sechdrs[i]);
	}
	return kstate_relas_new(sec, 0);
}

int kstate_pointer(struct elf_info *elf, struct kstate_place at, struct kstate_place *to,
		   const char **symbol)
{
	const struct kstate_relas *r = kstate_relas_of(elf, at.sec);
	const struct kstate_rela key = { .off = at.off }, *rela;
	const Elf_Sym *sym;

	*to = (struct kstate_place){};
	rela = bsearch(&key, r->v, r->nr, sizeof(*r->v), kstate_by_offset);
	if (!rela)
		return 0;
	sym = elf->symtab_start + rela->sym;
	*symbol = elf->strtab + sym->st_name;
	if (sym >= elf->symtab_stop || sym->st_shndx == SHN_UNDEF)
		return -1;
	to->sec = get_secindex(elf, sym);
	to->off = sym->st_value + rela->addend;
	return 0;
}

/* Forget an object. */
void kstate_elf_finish(void)
{
	while (kstate_relas) {
		struct kstate_relas *next = kstate_relas->next;

		free(kstate_relas);
		kstate_relas = next;
	}
}
