// SPDX-License-Identifier: GPL-2.0
/*
 * mkseeds_lib.c - mkseeds_lib DIR: seeds of the targets of libkstate-dump that are memory
 *
 * What a machine has, laid out from LIB_AT on, as the targets put their input there.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/image.h"
#include "../lib/make_kernel.h"
#include "../lib/make_luo.h"
#include "lib.h"

static const char *dir;

static void write_seed(const char *name, const void *p, size_t len)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(p, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

/* All of @m from LIB_AT on. */
static void write_memory(const char *name, struct memory *m)
{
	size_t len = m->next - LIB_AT;
	uint8_t *p = calloc(1, len);

	for (size_t at = 0; at < len; at += 8) {
		uint64_t v = memory_u64(m, LIB_AT + at);

		memcpy(p + at, &v, sizeof(v));
	}
	write_seed(name, p, len);
	free(p);
	memory_free(m);
}

static void begin(struct memory *m)
{
	memory_init(m, 4096, false);
	m->next = LIB_AT;
}

static void radix(void)
{
	struct memory m;
	uint64_t map;

	begin(&m);
	map = memory_map(&m);
	memory_preserve(&m, map, LIB_AT, 0);
	memory_preserve(&m, map, 0x40000000, 0);
	memory_preserve(&m, map, 0x40000000, 9);
	memory_preserve(&m, map, 0x8000000000, 3);
	write_memory("radix/map", &m);
}

static void luo(void)
{
	struct luo_example e;
	struct memory m;
	uint8_t ser[32];

	begin(&m);
	memory_alloc(&m, sizeof(ser));
	e = luo_example(&m);
	luo_ser(ser, false, 2, e.sessions, e.flbs);
	memory_put(&m, LIB_AT, ser, sizeof(ser));
	write_memory("luo/example", &m);
}

/* The state is allocated last: it is copied to where the target looks. */
static void memfd(void)
{
	struct luo_folio folios[3] = { { 0x102, 1, 0 }, { 0x103, 2, 1 }, { 0x104, 3, 5 } };
	struct luo_memfd fd = { .pos = 7, .size = 6 * 4096 - 5, .seals = 0xf, .folios = folios,
				.nr = 3 };
	struct memory m;
	uint64_t at[2];

	begin(&m);
	memory_alloc(&m, 2 * 4096);
	at[0] = luo_text(&m, "{\"version\":1,\"units\":{\"a.service\":{\"fdstore\":[{\"type\":\"fd\",\"name\":\"ram\",\"token\":1}]}}}");
	at[1] = luo_memfd(&m, &fd);
	for (int i = 0; i < 2; i++)
		for (size_t n = 0; n < 512; n++)
			memory_int(&m, LIB_AT + i * 4096 + 8 * n, 8, memory_u64(&m, at[i] + 8 * n));
	write_memory("memfd/two", &m);
}

static void kstate(void)
{
	struct image im;

	image_init(&im);
	image_example(&im);
	write_seed("kstate/example", im.fdt, im.len);
	image_free(&im);
}

/* What fuzz_catalog.c takes: a byte that says what it is, then the file. */
static void write_kernel(const char *name, uint8_t mode, struct kernel *k)
{
	uint8_t *p = malloc(k->len + 1);

	p[0] = mode;
	memcpy(p + 1, k->p, k->len);
	write_seed(name, p, k->len + 1);
	free(p);
	kernel_free(k);
}

static void small_kernel(struct kernel *k, enum kernel_kind kind)
{
	static const char abis[] = "kstate-v1\0kho-v4\0luo-v5\0memfd-v2";

	kernel_init(k, kind, 4096);
	if (kind == KERNEL_MODULE)
		kernel_vermagic(k, 0x200);
	else
		kernel_banner(k, 0x200);
	kernel_string(k, 0x300, "kho-test-v1");
	kernel_catalog(k, 0x400, abis, sizeof(abis));
}

static void catalog(void)
{
	static const char *const names[] = { "none", "gzip", "xz", "lzma", "zstd", "lz4" };
	char name[40];
	struct kernel k;

	for (int i = 0; i < 6; i++) {
		small_kernel(&k, KERNEL_VMLINUX);
		kernel_bzimage(&k, i);
		snprintf(name, sizeof(name), "catalog/bzimage-%s", names[i]);
		write_kernel(name, 0, &k);
		small_kernel(&k, KERNEL_MODULE);
		kernel_pack(&k, i);
		snprintf(name, sizeof(name), "catalog/module-%s", names[i]);
		write_kernel(name, 0, &k);
	}
	small_kernel(&k, KERNEL_ARM64);
	kernel_zboot(&k, PACK_GZIP);
	write_kernel("catalog/zboot", 0, &k);
	kernel_init(&k, KERNEL_ARM64, 2048);
	kernel_catalog(&k, 64, "kho-v9", 7);
	write_kernel("catalog/tree", 1, &k);
	kernel_init(&k, KERNEL_ARM64, 2048);
	kernel_catalog(&k, 64, "kho-v9", 7);
	write_kernel("catalog/packed", 2, &k);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: mkseeds_lib DIR\n");
		return 2;
	}
	dir = argv[1];
	radix();
	luo();
	memfd();
	kstate();
	catalog();
	return 0;
}
