// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* ELF cores: their program headers and notes. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <gelf.h>

#include "memory/capture_format.h"
#include "memory/core.h"

#define MAX_NOTES	(512UL << 20)	/* of all segments of notes together */

static const struct {
	uint16_t machine;
	const char *name;
	const char *utsname;
} machines[] = {
	{ EM_X86_64, "x86-64", "x86_64" },
	{ EM_AARCH64, "AArch64", "aarch64" },
	{ EM_386, "i386", "i686" },
	{ EM_ARM, "ARM", "armv7l" },
	{ EM_PPC64, "PowerPC64", "ppc64" },
	{ EM_S390, "S/390", "s390x" },
	{ EM_RISCV, "RISC-V", "riscv64" },
	{ 258 /* EM_LOONGARCH; not in older headers */, "LoongArch", "loongarch64" },
	{ EM_MIPS, "MIPS", "mips64" },
};

const char *kstd_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return NULL;
}

uint16_t kstd_machine_number(const char *utsname)
{
	for (size_t i = 0; utsname && i < sizeof(machines) / sizeof(machines[0]); i++)
		if (!strcmp(machines[i].utsname, utsname))
			return machines[i].machine;
	return EM_NONE;
}

/**
 * struct elf - a core that is being opened
 * @nr: program headers that the file has
 * @promised: program headers that its header gives
 * @loads: PT_LOADs
 * @placed: of them, those with a physical address that is not 0
 * @cut: bytes that segments promise beyond the end of the file
 * @end: where the last byte of a segment that counts in @cut is to be
 * @notes: bytes of notes read
 * @taken: bytes of the file that segments were given
 * @repeated: segments that were left out, for there are no bytes that could be theirs alone
 */
struct elf {
	struct kstd_dump *dump;
	struct kstd_core *core;
	Elf *elf;
	GElf_Ehdr header;
	size_t nr;
	uint64_t promised;
	size_t loads;
	size_t placed;
	uint64_t cut;
	uint64_t end;
	size_t notes;
	uint64_t taken;
	size_t repeated;
};

static int damaged(struct elf *e, const char *what)
{
	const char *why = elf_errmsg(-1);

	return kstd_err(e->dump->ctx, KSTD_E_CORRUPT, KSTD_NO_OFFSET, "an ELF core, %s: %s", what,
			why ? why : "damaged");
}

/* The number of program headers is in the first section if it does not fit its field. */
static void count_promised(struct elf *e)
{
	Elf_Scn *first;
	GElf_Shdr header;

	e->promised = e->header.e_phnum;
	if (e->header.e_phnum != PN_XNUM)
		return;
	first = elf_getscn(e->elf, 0);
	if (first && gelf_getshdr(first, &header))
		e->promised = header.sh_info;
}

static int open_header(struct elf *e)
{
	const struct kstd_io *io = &e->core->io;

	elf_version(EV_CURRENT);
	/* Nothing is written there: libelf copies what it converts. */
	e->elf = io->fd >= 0 ? elf_begin(io->fd, ELF_C_READ, NULL) :
		 elf_memory((char *)(uintptr_t)io->mem.p, io->mem.len);
	if (!e->elf || elf_kind(e->elf) != ELF_K_ELF || !gelf_getehdr(e->elf, &e->header))
		return kstd_err(e->dump->ctx, KSTD_E_TRUNCATED, KSTD_NO_OFFSET,
				"an ELF core, cut in its header: %llu bytes",
				(unsigned long long)io->size);
	if (e->header.e_type != ET_CORE)
		return kstd_err(e->dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an ELF file, but not a core");
	count_promised(e);
	if (!e->promised)
		return 0;
	if (e->header.e_phoff >= io->size)
		return kstd_err(e->dump->ctx, KSTD_E_TRUNCATED, io->size,
				"an ELF core, cut before its program headers: %llu bytes",
				(unsigned long long)io->size);
	return elf_getphdrnum(e->elf, &e->nr) ? damaged(e, "its program headers") : 0;
}

static bool no_address(const struct elf *e, const GElf_Phdr *p)
{
	return p->p_paddr == (gelf_getclass(e->elf) == ELFCLASS32 ? UINT32_MAX : UINT64_MAX);
}

static uint64_t later(uint64_t end, uint64_t at, uint64_t bytes)
{
	uint64_t other;

	return __builtin_add_overflow(at, bytes, &other) || other < end ? end : other;
}

static void count_cut(struct elf *e, const GElf_Phdr *p, uint64_t bytes)
{
	uint64_t size = e->core->io.size;
	uint64_t here = p->p_offset >= size ? 0 : size - p->p_offset;

	e->end = later(e->end, p->p_offset, bytes);
	if (bytes > here && !__builtin_add_overflow(e->cut, bytes - here, &e->cut))
		return;
	if (bytes > here)
		e->cut = UINT64_MAX;
}

/*
 * No two segments have the same bytes of a file, in none that a kernel or a hypervisor writes.
 * Segments that have more bytes than the file would have a small file cost as much as a large one.
 */
static bool is_repeated(struct elf *e, const GElf_Phdr *p, uint64_t bytes)
{
	uint64_t size = e->core->io.size;
	uint64_t here = p->p_offset >= size ? 0 : size - p->p_offset;

	if (bytes < here)
		here = bytes;
	if (here > size - e->taken) {
		e->repeated++;
		return true;
	}
	e->taken += here;
	return false;
}

/* One PT_LOAD; false if memory is short. */
static bool take_load(struct elf *e, const GElf_Phdr *p)
{
	struct kstd_core *core = e->core;
	uint64_t bytes = p->p_filesz < p->p_memsz ? p->p_filesz : p->p_memsz;

	e->loads++;
	if (no_address(e, p))
		return true;
	e->placed += p->p_paddr != 0;
	count_cut(e, p, bytes);
	if (is_repeated(e, p, bytes))
		return true;
	if (bytes && p->p_paddr > UINT64_MAX - bytes)
		return true;	/* no machine has memory at the end of 64 bits */
	return kstd_range_map_add(&core->there, p->p_paddr, bytes, p->p_offset) &&
	       (!p->p_vaddr || p->p_vaddr > UINT64_MAX - bytes ||
		kstd_range_map_add(&core->virt, p->p_vaddr, bytes, p->p_paddr)) &&
	       (p->p_memsz == bytes || p->p_paddr > UINT64_MAX - p->p_memsz ||
		kstd_range_map_add(&core->left_out, p->p_paddr + bytes, p->p_memsz - bytes, 0));
}

/* The notes of one segment, as far as the file has them. */
static bool take_notes(struct elf *e, const GElf_Phdr *p)
{
	uint64_t size = e->core->io.size, bytes = p->p_filesz;
	size_t at = 0, name_at, desc_at;
	struct kstd_span all, name, desc;
	Elf_Data *data;
	GElf_Nhdr n;

	if (p->p_offset >= size)
		return true;
	if (bytes > size - p->p_offset)
		bytes = size - p->p_offset;
	if (bytes > MAX_NOTES - e->notes)
		bytes = MAX_NOTES - e->notes;
	e->notes += bytes;
	data = bytes ? elf_getdata_rawchunk(e->elf, p->p_offset, bytes, ELF_T_NHDR) : NULL;
	if (!data) {
		/* These bytes are in the file, or were. */
		if (bytes && kstd_io_still_has(&e->core->io, e->core->io.size))
			kstd_err(e->dump->ctx, KSTD_E_IO, p->p_offset,
				 "the notes of an ELF core: %s", elf_errmsg(-1));
		return true;
	}
	all = kstd_span_of(data->d_buf, data->d_size, p->p_offset);
	while ((at = gelf_getnote(data, at, &n, &name_at, &desc_at)) > 0) {
		const char *owner = "";
		size_t len;

		if (n.n_namesz && (!kstd_span_sub(&all, name_at, n.n_namesz, &name) ||
				   !kstd_span_str(&name, &owner, &len)))
			continue;
		if (kstd_span_sub(&all, desc_at, n.n_descsz, &desc) &&
		    !kstd_core_note(e->dump, e->core, owner, n.n_type, desc))
			return false;
	}
	return true;
}

static int take_all(struct elf *e)
{
	GElf_Phdr p;
	bool ok = true;

	for (size_t i = 0; i < e->nr && ok; i++) {
		if (!gelf_getphdr(e->elf, i, &p))
			return damaged(e, "its program headers");
		if (p.p_type == PT_LOAD)
			ok = take_load(e, &p);
		else if (p.p_type == PT_NOTE)
			ok = take_notes(e, &p);
		else if (p.p_type == KSTD_PT_FILES)
			count_cut(e, &p, p.p_filesz);
	}
	return ok ? 0 : kstd_nomem(e->dump->ctx);
}

static void name_it(struct elf *e)
{
	struct kstd_core *core = e->core;
	const char *machine = kstd_machine_name(core->machine);
	char number[24];

	snprintf(number, sizeof(number), "machine %u", core->machine);
	snprintf(core->what, sizeof(core->what), "%s of %s, %zu segment%s",
		 core->capture_note.len ? "a capture" : "an ELF core", machine ? machine : number,
		 e->loads, e->loads == 1 ? "" : "s");
}

/* Note as defects what the headers promise and the file does not have. The rest is read. */
static void report(struct elf *e)
{
	struct kstd_where where = KSTD_AT(NULL, e->core->phys.name, strlen(e->core->phys.name));

	if (e->promised > e->nr)
		kstd_defect(e->dump, &where, KSTD_E_TRUNCATED, e->header.e_phoff,
			    "truncated: %zu of %llu program headers; memory of the others is not seen",
			    e->nr, (unsigned long long)e->promised);
	if (e->repeated)
		kstd_defect(e->dump, &where, KSTD_E_CORRUPT, e->header.e_phoff,
			    "%zu of its %zu segments give bytes of the file that others give, too: memory of these is not read",
			    e->repeated, e->loads);
	if (e->cut)
		kstd_defect(e->dump, &where, KSTD_E_TRUNCATED, e->core->io.size,
			    "truncated: %llu bytes that its program headers give are not in the file",
			    (unsigned long long)e->cut);
	if (e->promised > e->nr)
		kstd_core_lacks(e->core, KSTD_E_TRUNCATED,
				"the file is truncated: %zu of %llu program headers are in its %llu bytes",
				e->nr, (unsigned long long)e->promised,
				(unsigned long long)e->core->io.size);
	else if (e->cut)
		kstd_core_lacks(e->core, KSTD_E_TRUNCATED,
				"the file is truncated: its headers promise %llu bytes, %llu are there",
				(unsigned long long)e->end,
				(unsigned long long)e->core->io.size);
}

static int check(struct elf *e)
{
	if (e->core->capture_note.len)
		return 0;	/* a capture may hold blobs and no memory */
	if (!e->loads)
		return kstd_err(e->dump->ctx, e->promised > e->nr ? KSTD_E_TRUNCATED :
				KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an ELF core without memory: no PT_LOAD among its %zu program headers",
				e->nr);
	if (!e->core->there.nr && !e->core->left_out.nr)
		return kstd_err(e->dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an ELF core without physical addresses in its %zu segments",
				e->loads);
	if (!e->placed && e->loads > 1)
		return kstd_err(e->dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an ELF core of a process, not of a machine: none of its %zu segments has a physical address",
				e->loads);
	return 0;
}

uint64_t kstd_core_elf_end(int fd)
{
	uint64_t end = 0;
	GElf_Ehdr header;
	GElf_Phdr p;
	size_t nr = 0;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && gelf_getehdr(elf, &header) && !elf_getphdrnum(elf, &nr)) {
		end = later(end, header.e_phoff, (uint64_t)nr * header.e_phentsize);
		end = later(end, header.e_shoff, (uint64_t)header.e_shnum * header.e_shentsize);
	}
	for (size_t i = 0; i < nr && end; i++)
		end = gelf_getphdr(elf, i, &p) ? later(end, p.p_offset, p.p_filesz) : 0;
	elf_end(elf);
	return end;
}

int kstd_core_elf(struct kstd_dump *dump, struct kstd_core *core)
{
	struct elf e = { .dump = dump, .core = core };
	int rc = open_header(&e);

	if (!rc) {
		core->machine = e.header.e_machine;
		core->phys.big = e.header.e_ident[EI_DATA] == ELFDATA2MSB;
		rc = take_all(&e) ?: check(&e);
	}
	if (!rc) {
		name_it(&e);
		report(&e);
	}
	elf_end(e.elf);
	return rc;
}
