// SPDX-License-Identifier: GPL-2.0
/*
 * elf.c - data of a relocatable object, where its pointers lead, and an object for the tree
 *
 * A pointer of initialized data is a relocation at its place. Architectures that
 * have KHO are of 64 bits and use relocations with addends.
 */

#include <byteswap.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xalloc.h>

#include "catalog.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_DATA	ELFDATA2LSB
#else
#define HOST_DATA	ELFDATA2MSB
#endif

/* A number of the object's file in the host's byte order, and the other way round. */
#define NATIVE(elf, x) ((typeof(x))(!(elf)->swap ? (x) :		\
		       sizeof(x) == 8 ? bswap_64(x) :			\
		       sizeof(x) == 4 ? bswap_32(x) : bswap_16(x)))

/* A pointer: its own address, and what it points to. */
struct kstate_rela {
	uint64_t off;
	uint64_t addend;
	unsigned int sym;
};

/* The pointers of a section, in the order of their places. */
struct kstate_relas {
	struct kstate_relas *next;
	unsigned int sec;
	size_t nr;
	struct kstate_rela v[];
};

static bool kstate_in_file(const struct kstate_elf *elf, uint64_t off, uint64_t len)
{
	return off <= elf->size && len <= elf->size - off;
}

static bool kstate_map(struct kstate_elf *elf)
{
	int fd = open(elf->path, O_RDONLY);
	struct stat st;
	void *map = MAP_FAILED;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size)
		map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		perror(elf->path);
	if (fd >= 0)
		close(fd);
	if (map == MAP_FAILED)
		return false;
	elf->map = map;
	elf->size = st.st_size;
	return true;
}

static bool kstate_is_object(struct kstate_elf *elf)
{
	const Elf64_Ehdr *hdr = elf->map;

	if (elf->size < sizeof(*hdr) || memcmp(hdr->e_ident, ELFMAG, SELFMAG) ||
	    hdr->e_ident[EI_CLASS] != ELFCLASS64)
		return false;
	elf->swap = hdr->e_ident[EI_DATA] != HOST_DATA;
	return NATIVE(elf, hdr->e_type) == ET_REL &&
		NATIVE(elf, hdr->e_shentsize) == sizeof(Elf64_Shdr);
}

/* In the host's byte order. Large numbers do not fit into the header, and are in section 0. */
static bool kstate_read_sections(struct kstate_elf *elf)
{
	const Elf64_Ehdr *hdr = elf->map;
	uint64_t off = NATIVE(elf, hdr->e_shoff);
	const Elf64_Shdr *from = elf->map + off;

	if (!off || !kstate_in_file(elf, off, sizeof(*from)))
		return false;
	elf->nr = NATIVE(elf, hdr->e_shnum) ?: NATIVE(elf, from->sh_size);
	elf->names = NATIVE(elf, hdr->e_shstrndx);
	if (elf->names == SHN_XINDEX)
		elf->names = NATIVE(elf, from->sh_link);
	if (!kstate_in_file(elf, off, (uint64_t)elf->nr * sizeof(*from)))
		return false;
	elf->sec = xcalloc(elf->nr, sizeof(*elf->sec));
	for (unsigned int i = 0; i < elf->nr; i++) {
		elf->sec[i].name = NATIVE(elf, from[i].sh_name);
		elf->sec[i].type = NATIVE(elf, from[i].sh_type);
		elf->sec[i].off = NATIVE(elf, from[i].sh_offset);
		elf->sec[i].size = NATIVE(elf, from[i].sh_size);
		elf->sec[i].link = NATIVE(elf, from[i].sh_link);
		elf->sec[i].info = NATIVE(elf, from[i].sh_info);
		if (elf->sec[i].type == SHT_SYMTAB)
			elf->symtab = i;
		if (elf->sec[i].type == SHT_SYMTAB_SHNDX)
			elf->shndx = i;
		if (i && elf->sec[i].type != SHT_NOBITS &&
		    !kstate_in_file(elf, elf->sec[i].off, elf->sec[i].size))
			return false;
	}
	return true;
}

/* Forget an object. */
void kstate_elf_close(struct kstate_elf *elf)
{
	while (elf->relas) {
		struct kstate_relas *next = elf->relas->next;

		free(elf->relas);
		elf->relas = next;
	}
	free(elf->sec);
	munmap((void *)elf->map, elf->size);
}

/**
 * kstate_elf_open - read an object
 * @elf: where to
 * @path: its file
 *
 * Return: false if it is none, which has been reported.
 */
bool kstate_elf_open(struct kstate_elf *elf, const char *path)
{
	*elf = (struct kstate_elf){ .path = path };
	if (!kstate_map(elf))
		return false;
	if (kstate_is_object(elf) && kstate_read_sections(elf))
		return true;
	fprintf(stderr, "%s: error: kstate: this is no relocatable object of 64 bits\n", path);
	kstate_elf_close(elf);
	return false;
}

/* The section's index; 0 if there is none. */
unsigned int kstate_section(const struct kstate_elf *elf, const char *name)
{
	for (unsigned int i = 1; i < elf->nr; i++) {
		const char *is = kstate_string(elf, (struct kstate_place){
				elf->names, elf->sec[i].name });

		if (is && !strcmp(is, name))
			return i;
	}
	return 0;
}

size_t kstate_section_size(const struct kstate_elf *elf, unsigned int sec)
{
	return sec && sec < elf->nr ? elf->sec[sec].size : 0;
}

/* Bytes of a section; NULL if they are not all there. */
const void *kstate_data(const struct kstate_elf *elf, struct kstate_place at, size_t len)
{
	const struct kstate_sec *sec;

	if (!at.sec || at.sec >= elf->nr)
		return NULL;
	sec = &elf->sec[at.sec];
	if (sec->type == SHT_NOBITS || at.off > sec->size || len > sec->size - at.off)
		return NULL;
	return elf->map + sec->off + at.off;
}

/* A string; NULL if there is none. */
const char *kstate_string(const struct kstate_elf *elf, struct kstate_place at)
{
	const char *str = kstate_data(elf, at, 1);

	return str && memchr(str, 0, elf->sec[at.sec].size - at.off) ? str : NULL;
}

/* A number of 1, 4 or 8 bytes; 0 if there is none. */
uint64_t kstate_number(const struct kstate_elf *elf, struct kstate_place at, size_t size)
{
	const void *p = kstate_data(elf, at, size);
	uint64_t u64;
	uint32_t u32;

	if (!p)
		return 0;
	switch (size) {
	case 1:
		return *(const uint8_t *)p;
	case 4:
		memcpy(&u32, p, 4);
		return NATIVE(elf, u32);
	default:
		memcpy(&u64, p, 8);
		return NATIVE(elf, u64);
	}
}

static int kstate_by_offset(const void *a_, const void *b_)
{
	const struct kstate_rela *a = a_, *b = b_;

	return a->off < b->off ? -1 : a->off > b->off;
}

static struct kstate_relas *kstate_relas_new(struct kstate_elf *elf, unsigned int sec, size_t nr)
{
	struct kstate_relas *r = xmalloc(sizeof(*r) + nr * sizeof(*r->v));

	r->sec = sec;
	r->nr = nr;
	r->next = elf->relas;
	elf->relas = r;
	return r;
}

static struct kstate_relas *kstate_relas_read(struct kstate_elf *elf, unsigned int sec,
					      unsigned int from)
{
	const size_t size = kstate_section_size(elf, from);
	const Elf64_Rela *rela = kstate_data(elf, (struct kstate_place){ from, 0 }, size);
	struct kstate_relas *r = kstate_relas_new(elf, sec, rela ? size / sizeof(*rela) : 0);

	for (size_t i = 0; i < r->nr; i++, rela++) {
		r->v[i].off = NATIVE(elf, rela->r_offset);
		r->v[i].addend = NATIVE(elf, (Elf64_Xword)rela->r_addend);
		r->v[i].sym = ELF64_R_SYM(NATIVE(elf, rela->r_info));
	}
	qsort(r->v, r->nr, sizeof(*r->v), kstate_by_offset);
	return r;
}

static struct kstate_relas *kstate_relas_of(struct kstate_elf *elf, unsigned int sec)
{
	for (struct kstate_relas *r = elf->relas; r; r = r->next) {
		if (r->sec == sec)
			return r;
	}
	for (unsigned int i = 1; i < elf->nr; i++) {
		if (elf->sec[i].type == SHT_RELA && elf->sec[i].info == sec)
			return kstate_relas_read(elf, sec, i);
	}
	return kstate_relas_new(elf, sec, 0);
}

/* A section's index that does not fit into a symbol is in a section of its own. */
static unsigned int kstate_section_of(const struct kstate_elf *elf, unsigned int nr,
				      const Elf64_Sym *sym)
{
	unsigned int sec = NATIVE(elf, sym->st_shndx);

	if (sec == SHN_XINDEX)
		return kstate_number(elf, (struct kstate_place){ elf->shndx, 4ULL * nr }, 4);
	return sec < SHN_LORESERVE ? sec : SHN_UNDEF;
}

int kstate_pointer(struct kstate_elf *elf, struct kstate_place at, struct kstate_place *to,
		   const char **symbol)
{
	const struct kstate_relas *r = kstate_relas_of(elf, at.sec);
	const struct kstate_rela key = { .off = at.off }, *rela;
	const Elf64_Sym *sym;

	*to = (struct kstate_place){};
	rela = bsearch(&key, r->v, r->nr, sizeof(*r->v), kstate_by_offset);
	if (!rela)
		return 0;
	*symbol = "?";
	sym = kstate_data(elf, (struct kstate_place){ elf->symtab, sizeof(*sym) * rela->sym },
			  sizeof(*sym));
	if (!sym)
		return -1;
	*symbol = kstate_string(elf, (struct kstate_place){ elf->sec[elf->symtab].link,
				NATIVE(elf, sym->st_name) }) ?: "?";
	to->sec = kstate_section_of(elf, rela->sym, sym);
	to->off = NATIVE(elf, sym->st_value) + rela->addend;
	return to->sec ? 0 : -1;
}

/* An object that has the section .kstate_catalog and nothing else. The tree is behind this. */
struct kstate_object {
	Elf64_Ehdr hdr;
	Elf64_Shdr sec[3];
	char names[32];
};

static const char kstate_names[32] = "\0.shstrtab\0.kstate_catalog";

enum { NAME_SHSTRTAB = 1, NAME_CATALOG = 11 };

static void kstate_object_header(struct kstate_object *o, const struct kstate_elf *like,
				 unsigned int nr)
{
	const Elf64_Ehdr *hdr = like->map;

	memcpy(o->hdr.e_ident, hdr->e_ident, sizeof(o->hdr.e_ident));
	o->hdr.e_machine = hdr->e_machine;
	o->hdr.e_version = hdr->e_version;
	o->hdr.e_flags = hdr->e_flags;
	o->hdr.e_type = NATIVE(like, (Elf64_Half)ET_REL);
	o->hdr.e_ehsize = NATIVE(like, (Elf64_Half)sizeof(o->hdr));
	o->hdr.e_shoff = NATIVE(like, (Elf64_Off)offsetof(struct kstate_object, sec));
	o->hdr.e_shentsize = NATIVE(like, (Elf64_Half)sizeof(o->sec[0]));
	o->hdr.e_shnum = NATIVE(like, (Elf64_Half)nr);
	o->hdr.e_shstrndx = NATIVE(like, (Elf64_Half)1);
}

static void kstate_object_section(Elf64_Shdr *sec, const struct kstate_elf *like, uint32_t name,
				  uint32_t type, size_t off, size_t size)
{
	sec->sh_name = NATIVE(like, name);
	sec->sh_type = NATIVE(like, type);
	sec->sh_offset = NATIVE(like, (Elf64_Off)off);
	sec->sh_size = NATIVE(like, (Elf64_Xword)size);
	sec->sh_addralign = NATIVE(like, (Elf64_Xword)1);
}

/**
 * kstate_elf_write - write the object that is linked into the kernel, or into a module
 * @like: the object that was read: the other one is for the same machine
 * @path: its file
 * @tree: what goes into the section .kstate_catalog; without one there is no such section
 *
 * Return: false if that fails, which has been reported. There is no file then.
 */
bool kstate_elf_write(const struct kstate_elf *like, const char *path,
		      const struct kstate_buf *tree)
{
	struct kstate_object o = {};
	FILE *file = fopen(path, "wb");
	bool done;

	kstate_object_header(&o, like, tree->len ? 3 : 2);
	kstate_object_section(&o.sec[1], like, NAME_SHSTRTAB, SHT_STRTAB,
			      offsetof(struct kstate_object, names), sizeof(o.names));
	kstate_object_section(&o.sec[2], like, NAME_CATALOG, SHT_PROGBITS, sizeof(o), tree->len);
	o.sec[2].sh_flags = NATIVE(like, (Elf64_Xword)SHF_ALLOC);
	o.sec[2].sh_addralign = NATIVE(like, (Elf64_Xword)8);
	memcpy(o.names, kstate_names, sizeof(o.names));

	done = file && fwrite(&o, sizeof(o), 1, file) == 1 &&
		(!tree->len || fwrite(tree->p, tree->len, 1, file) == 1);
	if (file && fclose(file))
		done = false;
	if (!done) {
		perror(path);
		unlink(path);
	}
	return done;
}
