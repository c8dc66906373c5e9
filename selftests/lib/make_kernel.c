// SPDX-License-Identifier: GPL-2.0

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "make_kernel.h"

#define ROOM	(64UL << 10)	/* for headers, and what does not shrink */
#define SETUP	(2 * 512)	/* of a bzImage, with one setup sector */
#define ZBOOT	64

static void must(int ok)
{
	if (!ok)
		abort();
}

static void put_le(uint8_t *p, size_t size, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[i] = v >> (8 * i);
}

void kernel_put(struct kernel *k, size_t at, const void *p, size_t len)
{
	must(at <= k->len && len <= k->len - at);
	memcpy(k->p + at, p, len);
}

/* One section and one segment with all of the file. */
static void put_elf(struct kernel *k, uint16_t type)
{
	Elf64_Ehdr e = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = type, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_phoff = sizeof(e), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
		.e_shoff = sizeof(e) + sizeof(Elf64_Phdr), .e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 2, .e_ehsize = sizeof(e),
	};
	Elf64_Phdr ph = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X, .p_vaddr = KERNEL_VIRT,
		.p_filesz = k->len, .p_memsz = k->len,
	};
	Elf64_Shdr sh[2] = { { 0 }, { .sh_type = SHT_PROGBITS, .sh_size = k->len } };

	kernel_put(k, 0, &e, sizeof(e));
	kernel_put(k, e.e_phoff, &ph, sizeof(ph));
	kernel_put(k, e.e_shoff, sh, sizeof(sh));
}

void kernel_init(struct kernel *k, enum kernel_kind kind, size_t len)
{
	uint32_t x = 1;

	k->p = malloc(len);
	k->len = len;
	must(k->p != NULL);
	for (size_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		/* As code does, it packs, but not to nothing. */
		k->p[i] = i / 64 % 4 ? 0xcc : x >> 24 | 0x80;
	}
	if (kind == KERNEL_ARM64)
		kernel_put(k, 56, "ARM\x64", 4);
	else
		put_elf(k, kind == KERNEL_MODULE ? ET_REL : ET_EXEC);
}

void kernel_string(struct kernel *k, size_t at, const char *str)
{
	kernel_put(k, at - 1, "", 1);
	kernel_put(k, at, str, strlen(str) + 1);
}

void kernel_release(struct kernel *k, size_t at, const char *release)
{
	char text[128];

	snprintf(text, sizeof(text), "Linux version %s (kstate@kstate) #1 SMP\n", release);
	kernel_string(k, at, text);
}

void kernel_banner(struct kernel *k, size_t at)
{
	kernel_release(k, at, "7.3.4");
}

#define OPS	0x100	/* from the struct on */
#define CODE	0x200
#define RELOCS	0x300
#define NR_OPS	8

static void put_int(struct kernel *k, size_t at, size_t size, uint64_t v)
{
	uint8_t raw[8];

	put_le(raw, size, v);
	kernel_put(k, at, raw, size);
}

/* Its name, and zeros in place of every pointer. */
static void put_table(struct kernel *k, size_t at, const char *name)
{
	static const uint8_t zeros[KERNEL_TABLE];

	kernel_put(k, at, zeros, sizeof(zeros));
	kernel_put(k, at + 8, name, strlen(name));
}

void kernel_table(struct kernel *k, size_t at, const struct kernel_table *t)
{
	put_table(k, at, t->name);
	put_int(k, at, 8, KERNEL_VIRT + at + OPS);
	for (int i = 0; i < NR_OPS; i++)
		if (t->functions & 1u << i)
			put_int(k, at + OPS + 8 * i, 8, KERNEL_VIRT + at + CODE + 16 * i);
}

/* Sections 1 .data, 2 .text, 3 relocations of .data, 4 symbols: 1 is in .data, 2 in .text. */
void kernel_module_table(struct kernel *k, size_t at, const struct kernel_table *t)
{
	Elf64_Sym symbols[3] = { [1] = { .st_shndx = 1 }, [2] = { .st_shndx = 2 } };
	Elf64_Rela relocs[1 + NR_OPS] = {
		{ .r_offset = 0, .r_info = ELF64_R_INFO(1, R_X86_64_64), .r_addend = OPS },
	};
	Elf64_Shdr sections[5] = {
		[1] = { .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_offset = at,
			.sh_size = CODE },
		[2] = { .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			.sh_offset = at + CODE, .sh_size = RELOCS - CODE },
		[3] = { .sh_type = SHT_RELA, .sh_info = 1, .sh_link = 4 },
		[4] = { .sh_type = SHT_SYMTAB, .sh_offset = at + RELOCS, .sh_size = sizeof(symbols) },
	};
	size_t nr = 1, after = at + KERNEL_TABLE;

	put_table(k, at, t->name);
	for (int i = 0; i < NR_OPS; i++)
		if (t->functions & 1u << i)
			relocs[nr++] = (Elf64_Rela){
				.r_offset = OPS + 8 * i, .r_addend = 16 * i,
				.r_info = ELF64_R_INFO(2, R_X86_64_64),
			};
	sections[3].sh_offset = after;
	sections[3].sh_size = nr * sizeof(relocs[0]);
	kernel_put(k, at + RELOCS, symbols, sizeof(symbols));
	kernel_put(k, after, relocs, sizeof(relocs));
	kernel_put(k, after + sizeof(relocs), sections, sizeof(sections));
	put_int(k, offsetof(Elf64_Ehdr, e_shoff), 8, after + sizeof(relocs));
	put_int(k, offsetof(Elf64_Ehdr, e_shnum), 2, 5);
}

void kernel_versions(struct kernel *k, size_t at, const char *name)
{
	static const uint8_t zeros[104];

	kernel_put(k, at, zeros, sizeof(zeros));
	put_int(k, at, 4, 0x4c565550);
	put_int(k, at + 4, 4, 1);
	kernel_put(k, at + 8, name, strlen(name));
}

void kernel_vermagic(struct kernel *k, size_t at)
{
	kernel_string(k, at, "vermagic=7.3.4 SMP preempt mod_unload ");
}

size_t kernel_catalog(struct kernel *k, size_t at, const char *abis, size_t abis_len)
{
	static const struct image_desc *const descs[] = { &image_test, &image_test_v2 };

	return kernel_descs(k, at, descs, 2, abis, abis_len);
}

size_t kernel_descs(struct kernel *k, size_t at, const struct image_desc *const *descs, size_t nr,
		    const char *abis, size_t abis_len)
{
	struct image im;
	size_t len;

	image_init(&im);
	im.abis = abis;
	im.abis_len = abis_len;
	image_begin(&im);
	for (size_t i = 0; i < nr; i++)
		image_desc(&im, descs[i]);
	image_sections(&im);
	image_finish(&im);
	len = im.len;
	kernel_put(k, at, im.fdt, len);
	image_free(&im);
	return len;
}

static size_t pack_gzip(uint8_t *out, size_t room, const struct kernel *k)
{
	z_stream z = { .next_in = k->p, .avail_in = k->len, .next_out = out, .avail_out = room };

	must(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	must(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack_lzma(uint8_t *out, size_t room, const struct kernel *k)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_options_lzma opts;

	must(!lzma_lzma_preset(&opts, 1) && lzma_alone_encoder(&z, &opts) == LZMA_OK);
	z.next_in = k->p;
	z.avail_in = k->len;
	z.next_out = out;
	z.avail_out = room;
	must(lzma_code(&z, LZMA_FINISH) == LZMA_STREAM_END);
	lzma_end(&z);
	return z.total_out;
}

static size_t pack_zstd(uint8_t *out, size_t room, const struct kernel *k)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t len;

	must(z && !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)));
	len = ZSTD_compress2(z, out, room, k->p, k->len);
	must(!ZSTD_isError(len));
	ZSTD_freeCCtx(z);
	return len;
}

static size_t pack_lz4(uint8_t *out, size_t room, const struct kernel *k)
{
	const size_t block = 8UL << 20;
	size_t len = 4;
	int n;

	put_le(out, 4, 0x184c2102);
	for (size_t at = 0; at < k->len; at += block) {
		n = LZ4_compress_default((char *)k->p + at, (char *)out + len + 4,
					 k->len - at < block ? k->len - at : block, room - len - 4);
		must(n > 0);
		put_le(out + len, 4, n);
		len += 4 + n;
	}
	return len;
}

static size_t pack(uint8_t *out, size_t room, const struct kernel *k, enum kernel_pack pack)
{
	size_t len = 0;

	switch (pack) {
	case PACK_NONE:
		memcpy(out, k->p, k->len);
		return k->len;
	case PACK_GZIP:
		return pack_gzip(out, room, k);
	case PACK_XZ:
		must(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, k->p, k->len, out, &len,
					     room) == LZMA_OK);
		return len;
	case PACK_LZMA:
		return pack_lzma(out, room, k);
	case PACK_ZSTD:
		return pack_zstd(out, room, k);
	case PACK_LZ4:
		return pack_lz4(out, room, k);
	}
	abort();
}

/* Replace it by @head bytes, then the packed ones, then its size if @sized. */
static size_t repack(struct kernel *k, enum kernel_pack how, size_t head, int sized)
{
	size_t room = k->len + k->len / 8 + ROOM, len;
	uint8_t *out = calloc(1, room);

	must(out != NULL);
	len = pack(out + head, room - head - 4, k, how);
	if (sized && how != PACK_GZIP && how != PACK_NONE) {
		put_le(out + head + len, 4, k->len);
		len += 4;
	}
	free(k->p);
	k->p = out;
	k->len = head + len;
	return len;
}

void kernel_pack(struct kernel *k, enum kernel_pack how)
{
	repack(k, how, 0, 0);
}

void kernel_bzimage(struct kernel *k, enum kernel_pack how)
{
	const size_t before = 64;	/* the decompressor's code */
	size_t len = repack(k, how, SETUP + before, 1);

	k->p[0x1f1] = 1;
	memcpy(k->p + 0x202, "HdrS", 4);
	put_le(k->p + 0x206, 2, 0x20f);
	put_le(k->p + 0x248, 4, before);
	put_le(k->p + 0x24c, 4, len);
}

/* As zboot-header.S has it: the length is without the size, which gzip alone has in what it packs. */
void kernel_zboot(struct kernel *k, enum kernel_pack how)
{
	size_t len = repack(k, how, ZBOOT, 1);

	memcpy(k->p, "MZ\0\0zimg", 8);
	put_le(k->p + 8, 4, ZBOOT);
	put_le(k->p + 12, 4, how == PACK_GZIP ? len : len - 4);
}

void kernel_efi_stub(struct kernel *k)
{
	const size_t pe = 0x40, optional = 0xa0, table = pe + 24 + optional;
	const size_t at[] = { 0x1000, k->len / 2, k->len };

	memcpy(k->p, "MZ", 2);
	put_le(k->p + 0x3c, 4, pe);
	memcpy(k->p + pe, "PE\0\0", 4);
	put_le(k->p + pe + 6, 2, 2);
	put_le(k->p + pe + 20, 2, optional);
	for (int i = 0; i < 2; i++) {
		uint8_t *section = k->p + table + 40 * i;

		memcpy(section, i ? ".data" : ".text", 5);
		put_le(section + 8, 4, at[i + 1] - at[i] + 0x1000 * i);
		put_le(section + 12, 4, at[i]);
		put_le(section + 16, 4, at[i + 1] - at[i]);
		put_le(section + 20, 4, at[i]);
	}
}

/* Two sections, the first of which is something else. */
void kernel_uki(struct kernel *k, const char *section)
{
	const size_t pe = 0x80, optional = 0xf0, table = pe + 24 + optional, data = 0x400;
	uint8_t *out = calloc(1, data + k->len);

	must(out != NULL);
	memcpy(out, "MZ", 2);
	put_le(out + 0x3c, 4, pe);
	memcpy(out + pe, "PE\0\0", 4);
	put_le(out + pe + 6, 2, 2);
	put_le(out + pe + 20, 2, optional);
	memcpy(out + table, ".osrel", 6);
	put_le(out + table + 8, 4, 16);
	put_le(out + table + 16, 4, 16);
	put_le(out + table + 20, 4, 0x300);
	strncpy((char *)out + table + 40, section, 8);
	put_le(out + table + 40 + 8, 4, k->len);
	put_le(out + table + 40 + 16, 4, k->len);
	put_le(out + table + 40 + 20, 4, data);
	memcpy(out + data, k->p, k->len);
	free(k->p);
	k->p = out;
	k->len += data;
}

void kernel_free(struct kernel *k)
{
	free(k->p);
	k->p = NULL;
}
