// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Notes and ELF headers of a capture, in the byte order of its machine. */

#include <libelf.h>
#include <stdio.h>

#include "capture/capture.h"

static unsigned int encoding(const struct kstd_capture_run *c)
{
	return c->big ? ELFDATA2MSB : ELFDATA2LSB;
}

/* Convert @p, in place, to the byte order of the file. */
static int to_file_order(struct kstd_capture_run *c, void *p, size_t size, Elf_Type type)
{
	Elf_Data d = { .d_buf = p, .d_size = size, .d_type = type, .d_version = EV_CURRENT };

	if (elf_version(EV_CURRENT) == EV_NONE || !elf64_xlatetof(&d, &d, encoding(c)))
		return kstd_err(c->dump->ctx, KSTD_E_BUG, KSTD_NO_OFFSET, "libelf: %s",
				elf_errmsg(-1));
	return 0;
}

static int put_struct(struct kstd_capture_run *c, void *p, size_t size, Elf_Type type)
{
	return to_file_order(c, p, size, type) ?: kstd_capture_put(c, p, size);
}

static int put_note(struct kstd_capture_run *c, const char *name, uint32_t type, const void *desc,
		    size_t len)
{
	size_t name_len = strlen(name) + 1;
	Elf64_Word head[3] = { name_len, len, type };

	return put_struct(c, head, sizeof(head), ELF_T_WORD) ?:
	       kstd_capture_put(c, name, name_len) ?: kstd_capture_pad(c, 4) ?:
	       kstd_capture_put(c, desc, len) ?: kstd_capture_pad(c, 4);
}

static int put_notes(struct kstd_capture_run *c, const void *fdt, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	char info[64];

	sha256_init(&c->sha);
	sha256_update(&c->sha, len, fdt);
	sha256_digest(&c->sha, sizeof(digest), digest);
	snprintf(info, sizeof(info), "PAGESIZE=%u\n", c->page);
	return kstd_capture_put(c, "", 0) ?: kstd_capture_pad(c, 8) ?:
	       put_note(c, KSTD_CAPTURE_NOTE, KSTD_NT_CAPTURE, fdt, len) ?:
	       put_note(c, KSTD_CAPTURE_NOTE, KSTD_NT_DIGEST, digest, sizeof(digest)) ?:
	       put_note(c, "VMCOREINFO", 0, info, strlen(info));
}

static int put_phdr(struct kstd_capture_run *c, uint32_t type, uint64_t at, uint64_t bytes,
		    uint64_t pa)
{
	Elf64_Phdr ph = {
		.p_type = type, .p_flags = PF_R, .p_offset = at, .p_filesz = bytes,
	};

	if (type == PT_LOAD) {
		ph.p_paddr = pa;
		ph.p_vaddr = pa;
		ph.p_align = c->page;
		ph.p_memsz = (bytes + c->page - 1) & ~(uint64_t)(c->page - 1);
	}
	return put_struct(c, &ph, sizeof(ph), ELF_T_PHDR);
}

static int put_phdrs(struct kstd_capture_run *c, uint64_t notes_at, uint64_t notes_end)
{
	int rc = put_phdr(c, PT_NOTE, notes_at, notes_end - notes_at, 0);

	for (size_t i = 0; i < c->nr_ranges && !rc; i++)
		rc = put_phdr(c, PT_LOAD, c->ranges[i].at, c->ranges[i].bytes, c->ranges[i].pa);
	if (!rc && c->files_end > c->files_at)
		rc = put_phdr(c, KSTD_PT_FILES, c->files_at, c->files_end - c->files_at, 0);
	return rc;
}

static int put_ehdr(struct kstd_capture_run *c, uint64_t phoff, uint64_t shoff, uint64_t phnum)
{
	Elf64_Ehdr eh = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, encoding(c),
			     EV_CURRENT },
		.e_type = ET_CORE, .e_machine = c->machine, .e_version = EV_CURRENT,
		.e_phoff = phoff, .e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = phnum < PN_XNUM ? phnum : PN_XNUM,
	};

	if (phnum >= PN_XNUM) {
		eh.e_shoff = shoff;
		eh.e_shentsize = sizeof(Elf64_Shdr);
		eh.e_shnum = 1;
	}
	return kstd_capture_seek(c, 0) ?: put_struct(c, &eh, sizeof(eh), ELF_T_EHDR);
}

/* Bytes of the notes, the program headers, section header 0 and their alignment. */
static uint64_t bytes_needed(const struct kstd_capture_run *c, size_t len)
{
	return len + 512 + (2 + c->nr_ranges) * sizeof(Elf64_Phdr) + sizeof(Elf64_Shdr);
}

int kstd_capture_elf(struct kstd_capture_run *c, const void *fdt, size_t len)
{
	uint64_t phnum = 1 + c->nr_ranges + (c->files_end > c->files_at);
	Elf64_Shdr sh = { .sh_info = phnum };
	uint64_t end = c->at, notes_at, notes_end, phoff, shoff = 0;
	bool fits = sizeof(Elf64_Ehdr) + bytes_needed(c, len) <= c->front;
	int rc = fits ? kstd_capture_seek(c, sizeof(Elf64_Ehdr)) : kstd_capture_pad(c, 8);

	notes_at = c->at;
	rc = rc ?: put_notes(c, fdt, len);
	notes_end = c->at;
	rc = rc ?: kstd_capture_pad(c, 8);
	phoff = c->at;
	rc = rc ?: put_phdrs(c, notes_at, notes_end);
	if (!rc && phnum >= PN_XNUM) {
		shoff = c->at;
		rc = put_struct(c, &sh, sizeof(sh), ELF_T_SHDR);
	}
	if (!fits)
		end = c->at;
	rc = rc ?: put_ehdr(c, phoff, shoff, phnum);
	c->at = end;
	return rc;
}
