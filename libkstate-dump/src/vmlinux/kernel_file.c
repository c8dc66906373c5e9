// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Files of kernels: where the payload is, and what the scan of it found. */

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory/core.h"
#include "vmlinux/kernel_file.h"
#include "vmlinux/kernel_scan.h"
#include "base/file.h"
#include "memory/blob.h"
#include "fdt/fdt_view.h"
#include "vmlinux/pe.h"
#include "vmlinux/unpack.h"

/*
 * x86: Documentation/arch/x86/boot.rst. Offsets in the file; the payload is counted from
 * the end of the setup sectors.
 */
#define BZ_SETUP_SECTS	0x1f1
#define BZ_MAGIC	0x202
#define BZ_VERSION	0x206
#define BZ_PAYLOAD	0x248
#define BZ_LENGTH	0x24c
#define BZ_OLDEST	0x208	/* the first version that says where the payload is */
#define BZ_SECTOR	512

/*
 * arm64: Documentation/arch/arm64/booting.rst; and the header of compressed EFI images
 * (drivers/firmware/efi/libstub/zboot-header.S), whose length is without the size that follows
 * what is packed with anything but gzip.
 */
#define ARM64_MAGIC	56
#define ZBOOT_MAGIC	4
#define ZBOOT_PAYLOAD	8
#define ZBOOT_LENGTH	12
#define ZBOOT_SIZE	4

#define UKI_KERNEL	".linux"

/* Tables of a kernel that unpacks to more are not looked for. */
#define TABLES_MAX	(256UL << 20)

static bool has(const struct kstd_span *s, size_t at, const char *what)
{
	struct kstd_span part;

	return kstd_span_sub(s, at, strlen(what), &part) && kstd_span_is(&part, what);
}

static uint64_t number(const struct kstd_span *s, size_t at, size_t size, bool big)
{
	struct kstd_span part;
	uint64_t v = 0;

	if (kstd_span_sub(s, at, size, &part))
		kstd_span_int(&part, size, big, &v);
	return v;
}

static bool is_bzimage(const struct kstd_span *s)
{
	return has(s, BZ_MAGIC, "HdrS");
}

static bool is_zboot(const struct kstd_span *s)
{
	return has(s, 0, "MZ") && has(s, ZBOOT_MAGIC, "zimg");
}

static bool is_arm64(const struct kstd_span *s)
{
	return has(s, ARM64_MAGIC, "ARM\x64");
}

static bool is_elf(const struct kstd_span *s)
{
	return kstd_span_starts(s, ELFMAG, SELFMAG);
}

static uint64_t elf_type(const struct kstd_span *s)
{
	return number(s, EI_NIDENT, 2, s->len > EI_DATA && s->p[EI_DATA] == ELFDATA2MSB);
}

bool kstd_kernel_sniff(const struct kstd_span *head)
{
	return is_bzimage(head) || is_zboot(head) || is_arm64(head) || is_elf(head) ||
	       kstd_pe_sniff(head) || kstd_packed(head) != KSTD_NOT_PACKED;
}

static int cut(struct kstd_dump *dump, const char *what, uint64_t need, const struct kstd_span *s)
{
	return kstd_err(dump->ctx, KSTD_E_TRUNCATED, s->len,
			"truncated: %s goes up to 0x%llx, and the file ends at 0x%llx", what,
			(unsigned long long)need, (unsigned long long)s->len);
}

/* The least size of the file that one of the tables of an ELF header demands. */
struct table {
	uint64_t at;
	uint64_t nr;
	uint64_t entry;
	size_t off;
	size_t size;
	size_t type;
	uint64_t none;	/* entries of this type have no bytes */
};

static uint64_t end_of(uint64_t at, uint64_t len)
{
	return len > UINT64_MAX - at ? UINT64_MAX : at + len;
}

static uint64_t table_end(const struct kstd_span *s, const struct table *t, size_t word, bool big)
{
	uint64_t need = end_of(t->at, t->nr * t->entry), end;

	if (!t->nr || need > s->len)
		return t->nr ? need : 0;
	for (uint64_t i = 0, e = t->at; i < t->nr; i++, e += t->entry) {
		if (number(s, e + t->type, 4, big) == t->none)
			continue;
		end = end_of(number(s, e + t->off, word, big), number(s, e + t->size, word, big));
		need = end > need ? end : need;
	}
	return need;
}

#define TABLE(S, bits, at_, nr_) {						\
	.at = number(S, offsetof(Elf##bits##_Ehdr, at_), bits / 8, big),	\
	.nr = number(S, offsetof(Elf##bits##_Ehdr, nr_), 2, big) }

/* Does the file have all that the headers of an ELF file name? */
static int check_elf(struct kstd_dump *dump, const struct kstd_span *s)
{
	bool big = s->len > EI_DATA && s->p[EI_DATA] == ELFDATA2MSB;
	bool wide = s->len > EI_CLASS && s->p[EI_CLASS] == ELFCLASS64;
	struct table sections = wide ? (struct table)TABLE(s, 64, e_shoff, e_shnum) :
				(struct table)TABLE(s, 32, e_shoff, e_shnum);
	struct table segments = wide ? (struct table)TABLE(s, 64, e_phoff, e_phnum) :
				(struct table)TABLE(s, 32, e_phoff, e_phnum);
	uint64_t a, b;

	sections.entry = wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	sections.off = wide ? offsetof(Elf64_Shdr, sh_offset) : offsetof(Elf32_Shdr, sh_offset);
	sections.size = wide ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size);
	sections.type = offsetof(Elf64_Shdr, sh_type);
	sections.none = SHT_NOBITS;
	segments.entry = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	segments.off = wide ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset);
	segments.size = wide ? offsetof(Elf64_Phdr, p_filesz) : offsetof(Elf32_Phdr, p_filesz);
	segments.type = offsetof(Elf64_Phdr, p_type);
	segments.none = PT_NULL;
	if (s->len < (wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an ELF file, but without a whole header");
	a = table_end(s, &sections, wide ? 8 : 4, big);
	b = table_end(s, &segments, wide ? 8 : 4, big);
	a = a > b ? a : b;
	return a > s->len ? cut(dump, "the ELF file", a, s) : 0;
}

/**
 * struct payload - what is to be looked through
 * @bytes: it
 * @sized: it has the number of unpacked bytes at its end
 * @of: what it is the payload of; NULL: it is the file itself
 * @in: what that is in: "UKI, ", or ""
 */
struct payload {
	struct kstd_span bytes;
	bool sized;
	const char *of;
	const char *in;
};

static int take_payload(struct kstd_dump *dump, const struct kstd_span *s, uint64_t at,
			uint64_t len, struct payload *p)
{
	if (kstd_span_sub(s, at, len, &p->bytes) && len)
		return 0;
	if (!len)
		return kstd_err(dump->ctx, KSTD_E_UNSUPPORTED, KSTD_NO_OFFSET,
				"a %s that does not say where its payload is", p->of);
	return cut(dump, "the payload", end_of(at, len), s);
}

static int take_zboot(struct kstd_dump *dump, const struct kstd_span *s, struct payload *p)
{
	uint64_t at = number(s, ZBOOT_PAYLOAD, 4, false), len = number(s, ZBOOT_LENGTH, 4, false);
	struct kstd_span rest;

	p->of = "EFI image";
	p->sized = true;
	if (len && kstd_span_sub(s, at, len, &rest) && kstd_packed(&rest) != KSTD_GZIP)
		len += ZBOOT_SIZE;
	return take_payload(dump, s, at, len, p);
}

static int find_payload(struct kstd_dump *dump, const struct kstd_span *s, struct payload *p)
{
	uint64_t setup = number(s, BZ_SETUP_SECTS, 1, false);

	p->bytes = *s;
	if (is_bzimage(s)) {
		p->of = "bzImage";
		p->sized = true;
		setup = ((setup ? setup : 4) + 1) * BZ_SECTOR;
		return take_payload(dump, s, setup + number(s, BZ_PAYLOAD, 4, false),
				    number(s, BZ_VERSION, 2, false) < BZ_OLDEST ? 0 :
				    number(s, BZ_LENGTH, 4, false), p);
	}
	if (is_zboot(s))
		return take_zboot(dump, s, p);
	/* Alone, an Image does not say how many bytes the file has; as a program of EFI it does. */
	if (is_arm64(s) && kstd_pe_sniff(s) && kstd_pe_end(s) > s->len)
		return cut(dump, "the Image", kstd_pe_end(s), s);
	return is_elf(s) ? check_elf(dump, s) : 0;
}

/* Does the file hold a kernel in a section, and is no kernel itself? */
static bool is_uki(const struct kstd_span *s)
{
	return kstd_pe_sniff(s) && !is_bzimage(s) && !is_zboot(s) && !is_arm64(s);
}

/* The kernel of a UKI takes the place of the file. */
static int open_uki(struct kstd_dump *dump, const struct kstd_span *file, struct kstd_span *kernel)
{
	uint64_t at, len;

	if (!kstd_pe_section(file, UKI_KERNEL, 0, &at, &len))
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"an EFI program, and no unified kernel image: it has no section "
				UKI_KERNEL);
	if (kstd_pe_section(file, UKI_KERNEL, 1, &(uint64_t){ 0 }, &(uint64_t){ 0 }))
		kstd_note(dump, "%s has more than one kernel: the first section " UKI_KERNEL " is looked at",
			  dump->source);
	if (!kstd_span_sub(file, at, len, kernel))
		return cut(dump, "the section " UKI_KERNEL, end_of(at, len), file);
	if (is_uki(kernel))
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, at,
				"the section " UKI_KERNEL " of a unified kernel image holds an EFI program, and no kernel");
	return 0;
}

/**
 * struct unpacked - all bytes of what is packed, for its tables
 * @buf: the first @len of them, of @room
 * @too_many: those are not all: it unpacks to more than %TABLES_MAX
 */
struct unpacked {
	struct kstd_kernel_scan *scan;
	uint8_t *buf;
	size_t len;
	size_t room;
	bool too_many;
};

static int keep_bytes(struct unpacked *u, const uint8_t *p, size_t len)
{
	size_t room = u->room ? u->room : 1UL << 20;
	uint8_t *bigger;

	while (room < u->len + len)
		room *= 2;
	u->too_many |= room > TABLES_MAX;
	if (u->too_many)
		return 0;
	if (room > u->room) {
		bigger = realloc(u->buf, room);
		if (!bigger)
			return kstd_nomem(u->scan->dump->ctx);
		u->buf = bigger;
		u->room = room;
	}
	memcpy(u->buf + u->len, p, len);
	u->len += len;
	return 0;
}

static int take_unpacked(void *arg, const uint8_t *p, size_t len)
{
	struct unpacked *u = arg;

	int rc = kstd_kernel_scan_take(u->scan, p, len);
	struct kstd_span head = kstd_span_of(u->scan->head, u->scan->head_len, 0);

	/* Only an ELF file has tables that can be found. */
	return rc || !is_elf(&head) ? rc : keep_bytes(u, p, len);
}

/* A kernel image has the size of what was packed at its end, gzip has it anyway. */
static int scan_payload(struct kstd_dump *dump, const struct payload *p, enum kstd_packing packed,
			struct kstd_kernel_scan *scan, struct unpacked *u)
{
	const struct kstd_sink sink = { take_unpacked, u };
	int rc = packed ? kstd_unpack(dump, &p->bytes, packed, p->sized, &sink) :
			  kstd_kernel_scan_take(scan, p->bytes.p, p->bytes.len);

	return rc ?: kstd_kernel_scan_finish(scan);
}

static int set_tables(struct kstd_dump *dump, struct kstd_kernel *k, const struct payload *p,
		      enum kstd_packing packed, const struct unpacked *u)
{
	struct kstd_span all = packed ? kstd_span_of(u->buf, u->len, 0) : p->bytes;

	if (u->too_many) {
		k->tables.why_not = "it unpacks to more than tables are looked for in";
		return 0;
	}
	return kstd_kernel_tables_find(dump, &all, &k->tables);
}

static void drop_strings(void *p, size_t len)
{
	(void)len;
	kstd_string_set_free(p);
}

static int set_strings(struct kstd_dump *dump, struct kstd_kernel *k, struct kstd_kernel_scan *scan)
{
	k->strings = scan->strings;
	scan->strings = (struct kstd_string_set){ 0 };
	return kstd_arena_own(&dump->arena, drop_strings, &k->strings, 0) ? 0 :
	       kstd_nomem(dump->ctx);
}

static const char *kind_of(const struct kstd_kernel_scan *scan)
{
	struct kstd_span head = kstd_span_of(scan->head, scan->head_len, 0);

	if (is_arm64(&head))
		return "arm64 Image";
	if (!is_elf(&head))
		return "kernel";
	return elf_type(&head) == ET_REL ? "module" : "vmlinux";
}

/* Say what a file is that is no kernel, in @text: "gzip, and in it an initramfs". */
static const char *looks_like(char *text, size_t size, const struct payload *p,
			      enum kstd_packing packed, const struct kstd_kernel_scan *scan)
{
	struct kstd_span head = kstd_span_of(scan->head, scan->head_len, 0);
	const char *hint, *what = kstd_file_guess(&head, &hint);

	if (kstd_core_sniff(&head) != KSTD_NO_CORE)
		what = "a core with a machine's memory";
	if (packed)
		snprintf(text, size, "%s%s%s, and in it %s", p->in, p->of ? p->of : "",
			 p->of ? "" : kstd_packed_name(packed), what ? what : "no kernel");
	else
		snprintf(text, size, "%s%s", p->in, p->of ? p->of : what ? what : "a file");
	return text;
}

/* The ELF machine; 0 if nothing says it. */
static uint16_t machine_of(const struct kstd_span *head, const struct payload *p)
{
	if (is_arm64(head))
		return EM_AARCH64;
	if (is_elf(head))
		return number(head, offsetof(Elf64_Ehdr, e_machine), 2,
			      head->p[EI_DATA] == ELFDATA2MSB);
	return p->of && !strcmp(p->of, "bzImage") ? EM_X86_64 : 0;
}

static int set_format(struct kstd_dump *dump, struct kstd_kernel *k, const struct payload *p,
		      enum kstd_packing packed, const struct kstd_kernel_scan *scan)
{
	struct kstd_span head = kstd_span_of(scan->head, scan->head_len, 0);
	char text[64];

	k->machine = machine_of(&head, p);
	snprintf(text, sizeof(text), "%s%s%s%s", p->in, p->of ? p->of : kind_of(scan), packed ? ", " : "",
		 packed ? kstd_packed_name(packed) : "");
	k->format = kstd_arena_str(&dump->arena, text, strlen(text));
	k->is_module = !strcmp(kind_of(scan), "module");
	return k->format ? 0 : kstd_nomem(dump->ctx);
}

/* Make the catalog that was found a blob of the dump. */
static int set_catalog(struct kstd_dump *dump, struct kstd_kernel *k, struct kstd_kernel_scan *scan)
{
	struct kstd_blob *b;

	if (!scan->complete && scan->remains)
		kstd_defect(dump, NULL, KSTD_E_CORRUPT, scan->remains_at,
			    "%s: what begins like a catalog of kstate is none: it is damaged, and what this kernel can read is not known",
			    dump->source);
	if (!scan->complete)
		return 0;
	b = kstd_blob_add(dump, dump->source, NULL, KSTD_SIDE_FILE, KSTD_ROLE_CATALOG);
	if (!b)
		return kstd_nomem(dump->ctx);
	b->heap = scan->catalog;
	b->bytes = kstd_span_of(scan->catalog, scan->catalog_total, 0);
	b->loaded = true;
	scan->catalog = NULL;
	k->catalog = b;
	if (scan->more)
		kstd_note(dump, "%zu more catalogs are in it, which were not looked at: the kernel's is the first",
			  scan->more);
	return 0;
}

static int set_versions(struct kstd_dump *dump, struct kstd_kernel *k,
			const struct kstd_kernel_scan *scan)
{
	const char *copy = kstd_arena_str(&dump->arena, scan->versions, scan->versions_len);

	if (!copy)
		return kstd_nomem(dump->ctx);
	k->versions = kstd_span_of(copy, scan->versions_len, 0);
	memcpy(k->release, scan->release, sizeof(k->release));
	return 0;
}

static const char *const unpackers[] = {
	[KSTD_GZIP] = "gunzip", [KSTD_XZ] = "unxz", [KSTD_LZMA] = "unlzma", [KSTD_ZSTD] = "unzstd",
	[KSTD_LZ4] = "unlz4", [KSTD_BZIP2] = "bunzip2", [KSTD_LZO] = "lzop -d",
};

/*
 * Is a packed file one that holds memory, or files? A core has the strings of its kernel, and is
 * none.
 * @rc: what unpacking returned; it may have failed after the first bytes.
 */
static int check_content(struct kstd_dump *dump, const struct payload *p, enum kstd_packing packed,
			 const struct kstd_kernel_scan *scan, int rc)
{
	struct kstd_span head = kstd_span_of(scan->head, scan->head_len, 0);
	const char *hint, *what = kstd_file_guess(&head, &hint);
	bool core = kstd_core_sniff(&head) != KSTD_NO_CORE;
	char text[128];

	if (!packed || p->of || rc == -KSTD_ENVIRONMENT || (!core && !(what && hint)))
		return rc;
	looks_like(text, sizeof(text), p, packed, scan);
	if (!core && has(&head, 257, "ustar"))
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET, "%s; %s", text, hint);
	return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET, "%s; unpack it first, with %s%s%s",
			text, unpackers[packed], core ? "" : "; then ", core ? "" : hint);
}

/* Set the error for a file without catalog and versions. */
static int check_found(struct kstd_dump *dump, const struct payload *p, enum kstd_packing packed,
		       const struct kstd_kernel_scan *scan)
{
	char what[128];

	if (scan->complete)
		return 0;
	if (!scan->release[0])
		return kstd_err(dump->ctx, KSTD_E_FOREIGN, KSTD_NO_OFFSET,
				"%s: neither a core nor a kernel or a module: no release of Linux is in it",
				looks_like(what, sizeof(what), p, packed, scan));
	if (scan->catalog)
		return kstd_err(dump->ctx, KSTD_E_TRUNCATED, scan->catalog_at,
				"the catalog has %zu bytes, of which %zu are there",
				scan->catalog_total, scan->catalog_len);
	if (!scan->vermagic && memmem(scan->versions, scan->versions_len, "kstate-v", 8))
		return kstd_err(dump->ctx, KSTD_E_NO_CATALOG, KSTD_NO_OFFSET,
				"a kernel with kstate, but its catalog (section .kstate_catalog) is not in the file: it was removed, or the kernel is older than catalogs");
	return 0;
}

static int look_through(struct kstd_dump *dump, const struct payload *p, struct kstd_kernel *k,
			struct kstd_kernel_scan *scan)
{
	enum kstd_packing packed = kstd_packed(&p->bytes);
	struct unpacked u = { .scan = scan };
	int rc = scan_payload(dump, p, packed, scan, &u);

	rc = check_content(dump, p, packed, scan, rc) ?: check_found(dump, p, packed, scan) ?:
		 set_format(dump, k, p, packed, scan) ?: set_versions(dump, k, scan) ?:
		 set_tables(dump, k, p, packed, &u) ?: set_strings(dump, k, scan) ?:
		 set_catalog(dump, k, scan);

	free(u.buf);
	return rc;
}

int kstd_source_kernel(struct kstd_dump *dump, const struct kstd_span *bytes)
{
	struct kstd_where where = KSTD_AT(NULL, dump->source, strlen(dump->source));
	struct kstd_kernel *k = kstd_arena_get(&dump->arena, sizeof(*k));
	struct kstd_kernel_scan *scan = kstd_arena_get(&dump->arena, sizeof(*scan));
	struct payload p = { .in = is_uki(bytes) ? "UKI, " : "" };
	struct kstd_span kernel = *bytes;
	int rc;

	if (!k || !scan)
		return kstd_nomem(dump->ctx);
	*k = (struct kstd_kernel){ 0 };
	rc = *p.in ? open_uki(dump, bytes, &kernel) : 0;
	rc = rc ?: find_payload(dump, &kernel, &p);
	if (!rc) {
		rc = kstd_kernel_scan_begin(scan, dump) ?: look_through(dump, &p, k, scan);
		kstd_kernel_scan_end(scan);
	}
	dump->lone = true;
	dump->kernel = k;
	return kstd_err_at(dump->ctx, &where, rc);
}
