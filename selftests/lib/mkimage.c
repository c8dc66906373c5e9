// SPDX-License-Identifier: GPL-2.0

/*
 * mkimage KIND PATH [N]: write the files that the tests of the command line use.
 *   image    the example; big: the same, big-endian
 *   many     N sections
 *   bad-crc  the example with a byte of the payload changed
 *   odd      sections with every hint; root, board, luo, metadata, memblock
 *   tree     a directory as copied from debugfs, after a live update
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image.h"

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

static const char in_sections[] =
	"name instance version bytes crc ns result\n"
	"test 0x0 1 31 0x3fc1cd17 1257190 restored\n";

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
	sizes[3] = im.len;
	image_free(&im);
	put(top, "kstate/in/sections", in_sections, sizeof(in_sections) - 1);
	len = image_kho_root(&p, false, "kho-v4", names, sizes, 4);
	put_blob(top, "kho/in/fdt", p, len);
}

static void write_out(const char *top)
{
	uint8_t *p;
	size_t len;

	len = image_metadata(&p, false);
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

static int write_kind(const char *kind, const char *path, size_t n)
{
	uint8_t *p = NULL;
	size_t len = 0;

	if (!strcmp(kind, "image") || !strcmp(kind, "big") || !strcmp(kind, "bad-crc"))
		write_example(path, !strcmp(kind, "big"), !strcmp(kind, "bad-crc"));
	else if (!strcmp(kind, "many"))
		write_many(path, n);
	else if (!strcmp(kind, "odd"))
		write_odd(path);
	else if (!strcmp(kind, "tree"))
		write_tree(path);
	else if (!strcmp(kind, "root") || !strcmp(kind, "root-v3"))
		write_root(path, !strcmp(kind, "root") ? "kho-v4" : "kho-v3");
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
