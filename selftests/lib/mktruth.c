// SPDX-License-Identifier: GPL-2.0

/*
 * mktruth KIND PATH: write a core that preserves some of everything that a version of KHO has:
 * v1-small and v1-page, with a list of bitmaps of 512 bytes or of a page, v3 and v4, with a radix tree;
 * v4-taken, all of which a kernel of the same versions takes, its lists in as many pages as can be;
 * v4-in, the same as a kernel got it, which has freed the map. PATH.facts says what is in it, as JSON, since whoever reads it cannot be asked.
 * test-truth.sh leaves out page after page of it.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "make_core.h"
#include "make_luo.h"
#include "machine.h"

#define PAGE	4096
#define REGION	(4 * PAGE)
#define HIGH	0x41000000	/* beyond what a bitmap of 512 bytes has whose place is that of one of a page */

static bool is_kind(const char *kind, const char *other)
{
	return !strcmp(kind, other);
}

/* Does a kernel of the same versions take all of it? */
static bool is_taken(const char *kind)
{
	return is_kind(kind, "v4-taken") || is_kind(kind, "v4-in");
}

static void must(int rc)
{
	if (rc) {
		fprintf(stderr, "mktruth: %s\n", fdt_strerror(rc));
		abort();
	}
}

static void prop(void *fdt, const char *name, uint64_t v, size_t size)
{
	uint8_t raw[8];

	for (size_t i = 0; i < size; i++)
		raw[i] = v >> (8 * i);
	must(fdt_property(fdt, name, raw, size));
}

static void begin(void *fdt, const char *compatible)
{
	must(fdt_create(fdt, PAGE));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible", compatible));
}

static size_t end(void *fdt)
{
	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	return fdt_totalsize(fdt);
}

static size_t make_memblock(struct memory *m, void *fdt)
{
	begin(fdt, "memblock-v1");
	must(fdt_begin_node(fdt, "pool"));
	must(fdt_property_string(fdt, "compatible", "reserve-mem-v1"));
	prop(fdt, "start", memory_alloc(m, REGION), 8);
	prop(fdt, "size", REGION, 8);
	must(fdt_end_node(fdt));
	return end(fdt);
}

/* Four folios, and the vmalloc area that has their addresses. */
static size_t make_test(struct memory *m, void *fdt)
{
	uint64_t list = memory_alloc(m, PAGE);
	uint8_t desc[16];

	for (int i = 0; i < 4; i++)
		memory_int(m, list + 8 * i, 8, memory_alloc(m, PAGE));
	memory_area(m, desc, &list, 1, 0);
	begin(fdt, "kho-test-v1");
	prop(fdt, "magic", 0x4b484f21, 4);
	must(fdt_begin_node(fdt, "data"));
	prop(fdt, "nr_folios", 4, 4);
	must(fdt_property(fdt, "folios_info", desc, sizeof(desc)));
	prop(fdt, "csum", 0x12345678, 4);
	must(fdt_end_node(fdt));
	return end(fdt);
}

/* Sessions whose memfds are of pages of this machine, so that each is preserved. */
static uint64_t make_sessions(struct memory *m)
{
	const struct luo_file vm[] = { { "memfd-v2", 7, luo_text(m, "guest memory") },
				       { "memfd-v2", 8, luo_text(m, "more of it") } };
	const struct luo_file systemd[] = {
		{ "memfd-v2", 0, luo_text(m, "{\"version\":1,\"units\":{\"vm.service\":{\"fdstore\":["
					     "{\"name\":\"ram\",\"token\":1}]}}}") },
		{ "memfd-v2", 1, luo_text(m, "of systemd") },
	};
	const struct luo_session sessions[] = {
		{ "vm1", vm, 2 }, { "empty", NULL, 0 }, { "systemd", systemd, 2 },
	};

	return luo_sessions(m, sessions, 3);
}

static uint64_t put(struct memory *m, const void *p, size_t len)
{
	uint64_t pa = memory_alloc(m, PAGE);

	memory_put(m, pa, p, len);
	return pa;
}

static void subtree(struct memory *m, void *root, unsigned int version, const char *name,
		    const void *p, size_t len)
{
	must(fdt_begin_node(root, name));
	prop(root, version == 1 ? "fdt" : "preserved-data", put(m, p, len), 8);
	if (version > 1)
		prop(root, "blob-size", len, 8);
	must(fdt_end_node(root));
}

static void put_subtrees(struct memory *m, void *root, const char *kind)
{
	static const char *const flbs[] = { "newer-v1", "pci-v1" };
	uint8_t blob[PAGE], metadata[73] = { 1, 0, 0, 0, '7', '.', '3' };
	unsigned int version = kind[1] - '0';
	size_t len = make_memblock(m, blob);

	subtree(m, root, version, "memblock", blob, len);
	if (!is_taken(kind)) {
		len = make_test(m, blob);
		subtree(m, root, version, "kho_test", blob, len);
	}
	if (version == 1)
		return;
	luo_ser(blob, false, 3, make_sessions(m), is_taken(kind) ? 0 : luo_flbs(m, flbs, 2));
	subtree(m, root, version, "LUO", blob, 32);
	metadata[69] = 2;
	subtree(m, root, version, "kexec-metadata", metadata, sizeof(metadata));
}

/* The number of pages that are preserved: one by one, and in two blocks of order 3 far above. */
static size_t nr_preserved(uint64_t first, uint64_t last)
{
	return (last - first) / PAGE + 2 * 8;
}

/* All of memory from @first to @last is preserved, page by page, and blocks of order 3 far above. */
static uint64_t make_map(struct memory *m, const char *kind, uint64_t first, uint64_t last)
{
	size_t nr = (last - first) / PAGE;
	struct memory_block *v = calloc(nr + 2, sizeof(*v));
	uint64_t map = 0;

	for (size_t i = 0; v && i < nr; i++)
		v[i] = (struct memory_block){ first + i * PAGE, 0 };
	if (!v)
		abort();
	v[nr++] = (struct memory_block){ 1ULL << 32, 3 };
	v[nr++] = (struct memory_block){ 3ULL << 32, 3 };
	if (kind[1] == '1') {
		map = memory_list(m, is_kind(kind, "v1-small") ? 512 : PAGE, v, nr);
	} else {
		map = memory_map(m);
		for (size_t i = 0; i < nr; i++)
			memory_preserve(m, map, v[i].pa, v[i].order);
	}
	free(v);
	return map;
}

/* What setup_data says of the root; the kernel that got it has other things where the map was. */
static void hand_over(struct memory *m, uint64_t root, uint64_t map)
{
	uint64_t setup = memory_alloc(m, PAGE);

	memory_int(m, setup + 8, 4, 10);
	memory_int(m, setup + 12, 4, 32);
	memory_int(m, setup + 16, 8, root);
	memory_int(m, setup + 24, 8, PAGE);
	memory_put(m, map, "#!/bin/sh\nexport PATH", 21);
}

static void put_facts(FILE *f, const char *kind, size_t pages)
{
	bool in = is_kind(kind, "v4-in");

	fprintf(f, "{\"side\": \"%s\", \"map\": \"%s\", \"preserved\": %s", in ? "in" : "out",
		is_kind(kind, "v1-small") ? "bitmaps of 512 bytes" :
		kind[1] == '1' ? "bitmaps of a page" : "radix tree", in ? "null" : "");
	if (!in)
		fprintf(f, "%zu", pages * PAGE);
	fprintf(f, ", \"sessions\": %d, \"files\": %d, \"passes\": %s}\n", kind[1] == '1' ? 0 : 3,
		kind[1] == '1' ? 0 : 4, is_kind(kind, "v4-taken") ? "true" : "false");
}

/* The root has its place first, so that the map can have it, and its contents last. */
static void make(struct memory *m, const char *kind, FILE *facts)
{
	char compatible[] = "kho-vN";
	uint64_t pa = memory_alloc(m, PAGE), last, map;
	uint8_t root[PAGE], *at;
	int len;

	compatible[5] = kind[1];
	begin(root, compatible);
	prop(root, "preserved-memory-map", 0, 8);
	put_subtrees(m, root, kind);
	len = end(root);
	last = memory_alloc(m, PAGE);
	map = make_map(m, kind, pa, last);
	at = fdt_getprop_w(root, 0, "preserved-memory-map", NULL);
	for (int i = 0; i < 8; i++)
		at[i] = map >> (8 * i);
	memory_put(m, pa, root, len);
	if (is_kind(kind, "v4-in"))
		hand_over(m, pa, map);
	put_facts(facts, kind, nr_preserved(pa, last));
}

static FILE *open_facts(const char *path)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s.facts", path);
	return fopen(name, "w");
}

int main(int argc, char **argv)
{
	struct core core = { 0 };
	struct memory m;
	FILE *f, *facts;

	if (argc != 3 || argv[1][0] != 'v' || !strchr("134", argv[1][1])) {
		fprintf(stderr, "Usage: mktruth v1-small|v1-page|v3|v4|v4-taken|v4-in PATH\n");
		return 2;
	}
	memory_init(&m, PAGE, false);
	if (is_kind(argv[1], "v1-page"))
		m.next = HIGH;
	m.per_block = is_taken(argv[1]);
	f = fopen(argv[2], "wb");
	facts = open_facts(argv[2]);
	if (!f || !facts) {
		perror(argv[2]);
		return 1;
	}
	make(&m, argv[1], facts);
	core_memory(&core, &m, 0);
	core_finish(&core);
	if (fwrite(core.file, 1, core.len, f) != core.len || fclose(f) || fclose(facts)) {
		perror(argv[2]);
		return 1;
	}
	core_free(&core);
	memory_free(&m);
	return 0;
}
