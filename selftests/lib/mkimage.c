// SPDX-License-Identifier: GPL-2.0

/*
 * mkimage KIND PATH [N]: write the files that the tests of the command line use.
 *   image    the example; big: the same, big-endian
 *   many     N sections
 *   series   sections that are alike, between others that are not
 *   bad-crc  the example with a byte of the payload changed
 *   kinds    a section with every kind of field
 *   names    names that a device tree source may not have, and twins
 *   odd      sections with every hint; root, board, luo, metadata, memblock
 *   luo-core a core with sessions of LUO; luo-kernel: before they were written;
 *   luo-kernel-in: in the next kernel
 *   vmlinux, bzimage, module: what a kernel can read, in its files
 *   tree     a directory as copied from debugfs, after a live update
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <libfdt.h>

#include "image.h"
#include "make_kernel.h"
#include "make_luo.h"

static void write_file(const char *path, const void *p, size_t len)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(p, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void write_image(const char *path, struct image *im)
{
	write_file(path, im->fdt, im->len);
	image_free(im);
}

static void write_example(const char *path, bool big, bool bad)
{
	struct image im;

	image_init(&im);
	im.big = big;
	image_example(&im);
	if (bad)
		*(char *)memmem(im.fdt, im.len, "abcdefghi", 9) = 'A';
	write_image(path, &im);
}

static void write_many(const char *path, size_t n)
{
	struct image im;

	image_init(&im);
	image_many(&im, n);
	write_image(path, &im);
}

static void write_series(const char *path)
{
	struct image im;

	image_init(&im);
	image_series(&im);
	write_image(path, &im);
}

#define STATES	"enum\0000=down\0001=up\0ff=gone"
#define BITS	"flags\0001=ready\0002=busy\0008=dirty"

static const struct image_field odd_fields[] = {
	{ "mac", "value", "u8 [6]", "unsigned", 1, 6, IMAGE_ALWAYS, "bytes", 0 },
	{ "regs", "value", "u32 [3]", "unsigned", 4, 3, IMAGE_ALWAYS, "hex", 0 },
	{ "state", "value", "enum state", "unsigned", 4, 1, IMAGE_ALWAYS, STATES, sizeof(STATES) },
	{ "flags", "value", "u16", "unsigned", 2, 1, IMAGE_ALWAYS, BITS, sizeof(BITS) },
	{ "on", "value", "bool", "bool", 1, 1, IMAGE_ALWAYS, "bool", 0 },
	{ "took", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "ns", 0 },
	{ "base", "value", "phys_addr_t", "unsigned", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "label", "value", "char [8]", "char", 1, 8, IMAGE_ALWAYS, "text", 0 },
	{ "blob", "value", "struct raw", "opaque", 12, 1, IMAGE_ALWAYS, "bytes", 0 },
	{ "delta", "value", "s16", "signed", 2, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "nothing", "pointer", "u32 *", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "page", "folio", "struct folio *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
};

static const struct image_desc odd = { "odd", 0x20, 3, 1, odd_fields, 12 };

static void put_odd(struct image *im)
{
	image_put(im, "\x52\x54\x00\x12\x34\x56", 6);
	for (int i = 1; i <= 3; i++)
		image_put_int(im, 4, 0x100 * i);
	image_put_int(im, 4, 1);
	image_put_int(im, 2, 0x9);
	image_put_int(im, 1, 1);
	image_put_int(im, 8, 1500000);
	image_put_int(im, 8, 0xfee00000);
	image_put(im, "a\"b\x1b\n\0\0", 8);
	image_put(im, "\xde\xad\xbe\xef\0\1\2\3\4\5\6\7", 12);
	image_put_int(im, 2, -5);
	image_put_int(im, 1, 0);
	image_put_int(im, 8, 0);
	image_put_int(im, 4, 0);
}

static void write_odd(const char *path)
{
	struct image im;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &odd);
	image_sections(&im);
	put_odd(&im);
	image_section(&im, &odd, 0x7b, 900);
	image_end_section(&im);
	image_lost(&im, &odd, 0x7c, 12);
	image_finish(&im);
	write_image(path, &im);
}

static const struct image_field names_fields[] = {
	{ "a b", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "a_b", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "name", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "phandle", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "\xc3\xa4\xff", "value", "\xff", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "@", "value", "char [2]", "char", 1, 2, IMAGE_ALWAYS, "text", 0 },
	{ "a@b@c", "string", "string", "char", 1, 99, IMAGE_ALWAYS, "text", 0 },
};

static const struct image_desc names = { "a long/name: {of}; 64 bytes \"or\" more, which no compiler would take as it is",
					 0x40, 1, 1, names_fields, 7 };

static void put_names(struct image *im, uint64_t instance)
{
	static const char text[] = "a\0b \xc2\x85\xe2\x80\xa8 /* # - : */ \x7f null";

	image_put(im, "\1\2\3\4\5\xff\xff", 7);
	image_put_int(im, 8, sizeof(text));
	image_put(im, text, sizeof(text));
	image_section(im, &names, instance, 1);
	image_end_section(im);
}

static void write_names(const char *path)
{
	struct image im;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &names);
	image_sections(&im);
	put_names(&im, 0);
	put_names(&im, 0);
	put_names(&im, UINT64_MAX);
	image_finish(&im);
	write_image(path, &im);
}

static const struct image_field port_fields[] = {
	{ "number", "value", "u16", "unsigned", 2, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "label", "string", "string", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
};

static const struct image_desc port = { "port", 0x31, 3, 1, port_fields, 2 };

static const struct image_field slot_fields[] = {
	{ "ports", "list", "list of struct port", "opaque", 0, 1000, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "on", "value", "bool", "bool", 1, 1, IMAGE_ALWAYS, "bool", 0 },
};

static const struct image_desc slot = { "slot", 0x32, 1, 1, slot_fields, 2 };

static const struct image_field kinds_fields[] = {
	{ "first", "struct", "struct port", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "pair", "struct-array", "struct port []", "opaque", 0, 2, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "slots", "struct-varray", "struct slot []", "opaque", 0, 8, IMAGE_ALWAYS, "bytes", 0, &slot },
	{ "many", "list", "list of struct port", "opaque", 0, 99, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "small", "varray", "u16 []", "unsigned", 2, 4, IMAGE_ALWAYS, "hex", 0 },
	{ "samples", "varray", "u32 []", "unsigned", 4, 999, IMAGE_ALWAYS, "decimal", 0 },
	{ "none", "varray", "u32 []", "unsigned", 4, 4, IMAGE_ALWAYS, "decimal", 0 },
	{ "targets", "pointer-array", "u32 *[]", "unsigned", 4, 3, IMAGE_ALWAYS, "decimal", 0 },
	{ "name", "string", "string", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
	{ "alias", "string", "string", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
	{ "bits", "bitmap", "bitmap", "unsigned", 8, 70, IMAGE_ALWAYS, "hex", 0 },
	{ "clear", "bitmap", "bitmap", "unsigned", 8, 8, IMAGE_ALWAYS, "hex", 0 },
	{ "linear", "address", "void *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "page", "page", "struct page *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "area", "vmalloc", "void *", "opaque", 16, 1, IMAGE_ALWAYS, "address", 0 },
	{ "revision", "equal", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "secret", "custom", "custom", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0 },
};

static const struct image_desc kinds = { "kinds", 0x30, 1, 1, kinds_fields, 17 };

static void put_port(struct image *im, uint16_t number)
{
	size_t begin = image_stream(im, 3);
	char label[16];

	snprintf(label, sizeof(label), "port %u", number);
	image_put_int(im, 2, number);
	image_put_int(im, 8, strlen(label));
	image_put(im, label, strlen(label));
	image_end_stream(im, begin);
}

static void put_ports(struct image *im, int nr, bool count)
{
	if (count)
		image_put_int(im, 8, nr);
	for (int i = 1; i <= nr; i++)
		put_port(im, i);
}

static void put_slot(struct image *im, int nr)
{
	size_t begin = image_stream(im, 1);

	put_ports(im, nr, true);
	image_put_int(im, 1, 1);
	image_end_stream(im, begin);
}

static void put_numbers(struct image *im, size_t size, int nr)
{
	image_put_int(im, 8, nr);
	for (int i = 1; i <= nr; i++)
		image_put_int(im, size, i * 10);
}

static void put_arrays(struct image *im)
{
	put_port(im, 80);
	put_ports(im, 2, false);
	image_put_int(im, 8, 2);
	put_slot(im, 1);
	put_slot(im, 0);
	put_ports(im, 18, true);
	put_numbers(im, 2, 3);
	put_numbers(im, 4, 100);
	put_numbers(im, 4, 0);
	image_put_int(im, 1, 1);
	image_put_int(im, 4, 21);
	image_put_int(im, 1, 0);
	image_put_int(im, 1, 1);
	image_put_int(im, 4, 22);
}

static void put_plain(struct image *im)
{
	image_put_int(im, 8, 4);
	image_put(im, "eth0", 4);
	image_put_int(im, 8, UINT64_MAX);
	image_put_int(im, 8, 70);
	image_put_int(im, 8, 1ULL << 63 | 0xf);
	image_put_int(im, 8, 0x20);
	image_put_int(im, 8, 8);
	image_put_int(im, 8, 0);
	image_put_int(im, 8, 0x1234000);
	image_put_int(im, 8, 0x12);
	image_put_int(im, 8, 0x5000);
	image_put_int(im, 4, 12);
	image_put_int(im, 2, 0);
	image_put_int(im, 2, 0);
	image_put_int(im, 4, 7);
	image_put_int(im, 8, 4);
	image_put(im, "\x12\x01\xff\xff", 4);
}

static void write_kinds(const char *path)
{
	struct image im;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &kinds);
	image_desc(&im, &port);
	image_desc(&im, &slot);
	image_sections(&im);
	put_arrays(&im);
	put_plain(&im);
	image_section(&im, &kinds, 0, 4200);
	image_end_section(&im);
	image_finish(&im);
	write_image(path, &im);
}

/* What is held in lists, trees and arrays, and pointed to. */

static const struct image_field held_fields[] = {
	{ "ids", "map", "IDR of struct port", "opaque", 0, 99, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "owner", "struct-pointer", "struct port *", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "nobody", "struct-pointer", "struct port *", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0, &port },
	{ "peers", "struct-pointer-array", "struct port *[]", "opaque", 0, 3, IMAGE_ALWAYS, "bytes", 0,
	  &port },
	{ "ring", "folio-array", "struct folio *[]", "opaque", 12, 4, IMAGE_ALWAYS, "address", 0 },
	{ "disk", "folio-map", "xarray of struct page", "opaque", 12, 1000, IMAGE_ALWAYS, "address", 0 },
	{ "cpus", "varbitmap", "cpumask", "unsigned", 8, 65536, IMAGE_ALWAYS, "hex", 0 },
};

static const struct image_desc held = { "held", 0x33, 1, 1, held_fields, 7 };

static void put_folio_at(struct image *im, uint64_t address, uint32_t order)
{
	image_put_int(im, 8, address);
	image_put_int(im, 4, order);
}

static void put_held(struct image *im)
{
	image_put_int(im, 8, 2);
	for (int i = 1; i <= 2; i++) {
		image_put_int(im, 8, i * 100);
		put_port(im, i);
	}
	image_put_int(im, 1, 1);
	put_port(im, 3);
	image_put_int(im, 1, 0);
	image_put_int(im, 1, 0);
	image_put_int(im, 1, 1);
	put_port(im, 4);
	image_put_int(im, 1, 0);
	image_put_int(im, 8, 3);
	put_folio_at(im, 0x10000, 2);
	put_folio_at(im, 0, 0);
	put_folio_at(im, 0x20000, 0);
	image_put_int(im, 8, 40);
	for (int i = 0; i < 40; i++) {
		image_put_int(im, 8, i * i);
		put_folio_at(im, 0x100000 + i * 0x1000, 0);
	}
	image_put_int(im, 8, 4);
	image_put_int(im, 8, 0xd);
}

static void write_held(const char *path)
{
	struct image im;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &held);
	image_desc(&im, &port);
	image_sections(&im);
	put_held(&im);
	image_section(&im, &held, 0, 1200);
	image_end_section(&im);
	image_finish(&im);
	write_image(path, &im);
}

static void make_dir(const char *top, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	if (mkdir(path, 0755) && errno != EEXIST) {
		perror(path);
		exit(1);
	}
}

static void put(const char *top, const char *name, const void *p, size_t len)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	write_file(path, p, len);
}

static size_t put_blob(const char *top, const char *name, uint8_t *p, size_t len)
{
	put(top, name, p, len);
	free(p);
	return len;
}

/* The table that goes with the example. */
static void put_in_sections(const char *top, const void *fdt)
{
	const fdt32_t *header = fdt_getprop(fdt, fdt_path_offset(fdt, "/sections/test@0"), "header",
					    NULL);
	char text[200];
	int len;

	len = snprintf(text, sizeof(text),
		       "name instance version bytes crc ns result\n"
		       "test 0x0 1 35 0x%08x 1257190 restored\n", fdt32_to_cpu(header[4]));
	put(top, "kstate/in/sections", text, len);
}

static const char out_sections[] =
	"name instance version bytes crc ns result\n"
	"test 0x0 1 31 - - registered\n"
	"net 0x7b 2 4096 - - registered\n";

static void write_in(const char *top)
{
	static const char *const names[] = { "memblock", "kexec-metadata", "LUO", "kstate" };
	uint8_t *p;
	size_t len;
	uint64_t sizes[4];
	struct image im;

	len = image_memblock(&p, false);
	sizes[0] = put_blob(top, "kho/in/sub_fdts/memblock", p, len);
	len = image_metadata(&p, false);
	sizes[1] = put_blob(top, "kho/in/sub_fdts/kexec-metadata", p, len);
	sizes[2] = 32;
	put(top, "kho/in/sub_fdts/LUO", "#!/bin/sh\nexport PATH=/bin:/sbin", 32);
	image_init(&im);
	image_example(&im);
	put(top, "kho/in/sub_fdts/kstate", im.fdt, im.len);
	put(top, "kstate/in/image", im.fdt, im.len);
	put_in_sections(top, im.fdt);
	sizes[3] = im.len;
	image_free(&im);
	len = image_kho_root(&p, false, "kho-v4", names, sizes, 4);
	put_blob(top, "kho/in/fdt", p, len);
}

static void write_out(const char *top)
{
	uint8_t *p;
	size_t len;

	len = image_metadata(&p, false);
	p[len - 4]++;
	put_blob(top, "kho/out/sub_fdts/kexec-metadata", p, len);
	len = image_luo(&p, false);
	put_blob(top, "kho/out/sub_fdts/LUO", p, len);
	put(top, "kho/out/scratch_phys", "0x7c00000\n", 10);
	put(top, "kho/out/scratch_len", "0x2000000\n", 10);
	put(top, "kstate/out/image", "", 0);
	put(top, "kstate/out/sections", out_sections, sizeof(out_sections) - 1);
}

static void write_tree(const char *top)
{
	static const char *const dirs[] = {
		"", "kho", "kho/in", "kho/in/sub_fdts", "kho/out", "kho/out/sub_fdts",
		"kstate", "kstate/in", "kstate/out",
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		make_dir(top, dirs[i]);
	write_in(top);
	write_out(top);
}

static void write_root(const char *path, const char *compatible)
{
	static const char *const names[] = { "kstate", "LUO" };
	static const uint64_t sizes[] = { 1234, 32 };
	uint8_t *p;
	size_t len = image_kho_root(&p, false, compatible, names, sizes, 2);

	write_file(path, p, len);
	free(p);
}

static void write_kernel(const char *path, bool packed)
{
	static const char abis[] = "kstate-v1\0kho-v4\0luo-v5\0memfd-v2\0memblock-v1";
	struct kernel k;

	kernel_init(&k, KERNEL_VMLINUX, 100000);
	kernel_banner(&k, 0x2000);
	kernel_catalog(&k, 0x3000, abis, sizeof(abis));
	kernel_string(&k, 0x2100, "kho-test-v1");
	if (packed)
		kernel_bzimage(&k, PACK_XZ);
	write_file(path, k.p, k.len);
	kernel_free(&k);
}

static void write_module(const char *path)
{
	static const struct image_desc *const descs[] = { &kinds, &port, &slot };
	struct kernel k;

	kernel_init(&k, KERNEL_MODULE, 20000);
	kernel_vermagic(&k, 0x400);
	kernel_descs(&k, 0x1000, descs, 3, "", 0);
	write_file(path, k.p, k.len);
	kernel_free(&k);
}

static int write_kind(const char *kind, const char *path, size_t n)
{
	uint8_t *p = NULL;
	size_t len = 0;

	if (!strcmp(kind, "image") || !strcmp(kind, "big") || !strcmp(kind, "bad-crc"))
		write_example(path, !strcmp(kind, "big"), !strcmp(kind, "bad-crc"));
	else if (!strcmp(kind, "many"))
		write_many(path, n);
	else if (!strcmp(kind, "series"))
		write_series(path);
	else if (!strcmp(kind, "odd"))
		write_odd(path);
	else if (!strcmp(kind, "names"))
		write_names(path);
	else if (!strcmp(kind, "kinds"))
		write_kinds(path);
	else if (!strcmp(kind, "held"))
		write_held(path);
	else if (!strcmp(kind, "vmlinux") || !strcmp(kind, "bzimage"))
		write_kernel(path, !strcmp(kind, "bzimage"));
	else if (!strcmp(kind, "module"))
		write_module(path);
	else if (!strcmp(kind, "tree"))
		write_tree(path);
	else if (!strcmp(kind, "root") || !strcmp(kind, "root-v9"))
		write_root(path, !strcmp(kind, "root") ? "kho-v4" : "kho-v9");
	else if (!strcmp(kind, "luo-core"))
		luo_core(path);
	else if (!strcmp(kind, "luo-kernel"))
		luo_kernel_core(path);
	else if (!strcmp(kind, "luo-kernel-in"))
		luo_kernel_in_core(path);
	else if (!strcmp(kind, "board"))
		len = image_board(&p);
	else if (!strcmp(kind, "luo"))
		len = image_luo(&p, false);
	else if (!strcmp(kind, "metadata"))
		len = image_metadata(&p, false);
	else if (!strcmp(kind, "memblock"))
		len = image_memblock(&p, false);
	else
		return 2;
	if (p)
		write_file(path, p, len);
	free(p);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3 || write_kind(argv[1], argv[2], argc > 3 ? strtoul(argv[3], NULL, 0) : 1)) {
		fprintf(stderr, "Usage: mkimage KIND PATH [N]\n");
		return 2;
	}
	return 0;
}
