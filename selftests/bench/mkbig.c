// SPDX-License-Identifier: GPL-2.0

/*
 * mkbig PATTERN GIB PATH: write a sparse ELF core of a machine with GIB of preserved
 * memory, of which every other thousandth belongs to a reserve_mem region.
 *
 * single: as single pages, side by side; alternate: every second page; huge: as
 * blocks of 2 MiB. Only KHO's pages are written: the rest are holes.
 */

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libfdt.h>

#define PAGE		4096ULL
#define GIB		(1ULL << 30)
#define ROOT		GIB			/* where KHO's root is; the rest of KHO follows */
#define METADATA	(ROOT + PAGE)
#define MEMBLOCK	(ROOT + 16 * PAGE)
#define NODES		(ROOT + (1ULL << 20))
#define MEMORY		(8 * GIB)		/* what is preserved */
#define REGIONS		500
#define BLOB_BYTES	(128 << 10)

/**
 * struct keys - preserved blocks
 * @first: key of the first, @last of the last one
 * @word: 64 bits of a leaf
 */
struct keys {
	uint64_t first;
	uint64_t last;
	uint64_t word;
};

/**
 * struct big - the machine
 * @order: of its blocks
 * @word: 64 bits of their leaves
 * @keys: of them, and of KHO's own pages
 * @next: where the next node goes
 */
struct big {
	int fd;
	uint64_t bytes;
	unsigned int order;
	uint64_t word;
	struct keys keys[2];
	uint64_t next;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Memory is in the file behind the headers. */
static void put(const struct big *b, uint64_t pa, const void *p, size_t len)
{
	if (pwrite(b->fd, p, len, PAGE + pa) != (ssize_t)len)
		die("write");
}

static void must(int rc)
{
	if (rc) {
		fprintf(stderr, "mkbig: %s\n", fdt_strerror(rc));
		exit(1);
	}
}

static uint64_t key_of(uint64_t pa, unsigned int order)
{
	return 1ULL << (52 - order) | pa >> (12 + order);
}

static struct keys keys_of(uint64_t pa, uint64_t bytes, unsigned int order, uint64_t word)
{
	return (struct keys){ key_of(pa, order), key_of(pa + bytes - 1, order), word };
}

static unsigned int shift_of(unsigned int level)
{
	return level ? 15 + 9 * (level - 1) : 0;
}

/* Is one of @nr keys from @key on in use? */
static const struct keys *used(const struct big *b, uint64_t key, uint64_t nr)
{
	for (const struct keys *k = b->keys; k < b->keys + 2; k++)
		if (key <= k->last && key + nr > k->first)
			return k;
	return NULL;
}

/* The node of @level with keys from @key on; returns its address. */
static uint64_t put_node(struct big *b, unsigned int level, uint64_t key)
{
	uint64_t pa = b->next, each = 1ULL << shift_of(level), page[PAGE / 8] = { 0 };
	const struct keys *k;

	b->next += PAGE;
	for (uint64_t i = 0; level && i < PAGE / 8; i++)
		if (used(b, key + i * each, each))
			page[i] = put_node(b, level - 1, key + i * each);
	for (uint64_t i = 0; !level && i < PAGE * 8; i++)
		if ((k = used(b, key + i, 1)))
			page[i / 64] |= k->word & 1ULL << i % 64;
	put(b, pa, page, sizeof(page));
	return pa;
}

static uint64_t put_map(struct big *b)
{
	b->next = NODES;
	b->keys[0] = keys_of(MEMORY, b->bytes, b->order, b->word);
	b->keys[1] = keys_of(ROOT, NODES - ROOT, 0, ~0ULL);
	return put_node(b, 5, 0);
}

static void *begin(const char *compatible)
{
	void *fdt = calloc(1, BLOB_BYTES);

	if (!fdt)
		die("memory");
	must(fdt_create(fdt, BLOB_BYTES));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible", compatible));
	return fdt;
}

static uint32_t finish(const struct big *b, void *fdt, uint64_t pa)
{
	uint32_t bytes;

	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	bytes = fdt_totalsize(fdt);
	put(b, pa, fdt, bytes);
	free(fdt);
	return bytes;
}

static uint32_t put_memblock(const struct big *b)
{
	uint64_t step = b->bytes / REGIONS & ~(PAGE - 1), start = MEMORY, size = step / 2;
	void *fdt = begin("memblock-v1");
	char name[20];

	for (int i = 0; i < REGIONS; i++, start += step) {
		snprintf(name, sizeof(name), "region%d", i);
		must(fdt_begin_node(fdt, name));
		must(fdt_property(fdt, "start", &start, 8));
		must(fdt_property(fdt, "size", &size, 8));
		must(fdt_end_node(fdt));
	}
	return finish(b, fdt, MEMBLOCK);
}

static uint32_t put_metadata(const struct big *b)
{
	uint8_t raw[73] = { 1 };

	strcpy((char *)raw + 4, "7.3.4-big");
	raw[69] = 1;
	put(b, METADATA, raw, sizeof(raw));
	return sizeof(raw);
}

static void put_subtree(void *fdt, const char *name, uint64_t pa, uint64_t bytes)
{
	must(fdt_begin_node(fdt, name));
	must(fdt_property(fdt, "preserved-data", &pa, 8));
	must(fdt_property(fdt, "blob-size", &bytes, 8));
	must(fdt_end_node(fdt));
}

static void put_root(const struct big *b, uint64_t map)
{
	void *fdt = begin("kho-v4");

	must(fdt_property(fdt, "preserved-memory-map", &map, 8));
	put_subtree(fdt, "kexec-metadata", METADATA, put_metadata(b));
	put_subtree(fdt, "memblock", MEMBLOCK, put_memblock(b));
	finish(b, fdt, ROOT);
}

static void put_headers(const struct big *b)
{
	struct {
		Elf64_Ehdr e;
		Elf64_Phdr p;
	} h = {
		.e = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				     EV_CURRENT },
			.e_type = ET_CORE, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
		},
		.p = {
			.p_type = PT_LOAD, .p_offset = PAGE, .p_filesz = MEMORY + b->bytes,
			.p_memsz = MEMORY + b->bytes, .p_align = PAGE,
		},
	};

	if (pwrite(b->fd, &h, sizeof(h), 0) != sizeof(h))
		die("write");
}

static bool choose(struct big *b, const char *pattern)
{
	b->order = !strcmp(pattern, "huge") ? 9 : 0;
	b->word = !strcmp(pattern, "alternate") ? 0x5555555555555555ULL : ~0ULL;
	return b->order || !strcmp(pattern, "alternate") || !strcmp(pattern, "single");
}

int main(int argc, char **argv)
{
	struct big b = { .fd = -1 };

	if (argc == 4)
		b.bytes = strtoull(argv[2], NULL, 10) * GIB;
	if (!b.bytes || !choose(&b, argv[1])) {
		fprintf(stderr, "Usage: mkbig single|alternate|huge GIB PATH\n");
		return 2;
	}
	b.fd = open(argv[3], O_CREAT | O_TRUNC | O_WRONLY, 0644);
	if (b.fd < 0 || ftruncate(b.fd, PAGE + MEMORY + b.bytes))
		die(argv[3]);
	put_headers(&b);
	put_root(&b, put_map(&b));
	if (close(b.fd))
		die(argv[3]);
	return 0;
}
