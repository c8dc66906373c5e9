// SPDX-License-Identifier: GPL-2.0

/*
 * hostile: make an image of kstate into one that no kernel would write, in the VM. Linked
 * statically.
 *
 *   hostile HOW IMAGE >OUT
 *     children    a section has a property after its subsection, and thousands more after that
 *     deep        nodes within nodes, without end
 *     cut         the second half is missing
 *     long        a payload is as long as a length can say
 *     extents     a payload is in memory of the kernel
 *     next        so is the next shard
 *     twice       a section is there thousands of times
 *     noise       nothing but the header of the tree is right
 *
 * Written from the specification of the Flattened Device Tree and from the layout of the
 * image, include/linux/kho/abi/kstate.h; no code of the engine or of the library is in it.
 */

#include <endian.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY		3000
#define MAX_BYTES	(4u << 20)
#define KERNEL_MEMORY	0x1000000	/* where x86 has its text by default */

enum { BEGIN_NODE = 1, END_NODE, PROP, NOP, END = 9 };
enum { TOTAL = 1, STRUCT, STRINGS, STRINGS_BYTES = 8, STRUCT_BYTES };

static uint8_t image[2 * MAX_BYTES];

static uint32_t cell(size_t at)
{
	uint32_t be;

	if (at > sizeof(image) - 4)
		errx(1, "no such cell");
	memcpy(&be, image + at, 4);
	return be32toh(be);
}

static void put_cell(size_t at, uint32_t val)
{
	uint32_t be = htobe32(val);

	memcpy(image + at, &be, 4);
}

static uint32_t head(unsigned int field)
{
	return cell(4 * field);
}

static const char *prop_name(size_t at)
{
	return (char *)image + head(STRINGS) + cell(at + 8);
}

/* What follows a token. */
static size_t after(size_t at)
{
	switch (cell(at)) {
	case BEGIN_NODE:
		return at + 4 + ((strlen((char *)image + at + 4) + 4) & ~3u);
	case PROP:
		return at + 12 + ((cell(at + 4) + 3) & ~3u);
	case END_NODE:
	case NOP:
		return at + 4;
	default:
		errx(1, "the image ends too early");
	}
}

/* What follows the node that begins there. */
static size_t after_node(size_t at)
{
	unsigned int depth = 0;

	do {
		depth += (cell(at) == BEGIN_NODE) - (cell(at) == END_NODE);
		at = after(at);
	} while (depth);
	return at;
}

/* The first node in the one that begins there; with a name, if one is given. */
static size_t child(size_t at, const char *name)
{
	at = after(at);
	while (cell(at) == PROP || cell(at) == NOP)
		at = after(at);
	while (cell(at) == BEGIN_NODE && name && strcmp((char *)image + at + 4, name))
		at = after_node(at);
	if (cell(at) != BEGIN_NODE)
		errx(1, "no node %s", name ?: "in a section");
	return at;
}

static size_t prop(size_t node, const char *name)
{
	size_t at = after(node);

	while (cell(at) == NOP || (cell(at) == PROP && strcmp(prop_name(at), name)))
		at = after(at);
	if (cell(at) != PROP)
		errx(1, "no property %s", name);
	return at;
}

/* A section that has a subsection. */
static size_t section(void)
{
	size_t at = child(child(head(STRUCT), "sections"), NULL);

	for (; cell(at) == BEGIN_NODE; at = after_node(at)) {
		size_t in = after(at);

		while (cell(in) == PROP || cell(in) == NOP)
			in = after(in);
		if (cell(in) == BEGIN_NODE)
			return at;
	}
	errx(1, "no section has a subsection");
}

/* Make room in the structure block; what is there is what was there. */
static void insert(size_t at, size_t bytes)
{
	size_t total = head(TOTAL);

	if (total + bytes > MAX_BYTES)
		errx(1, "too large");
	memmove(image + at + bytes, image + at, total - at);
	put_cell(4 * TOTAL, total + bytes);
	put_cell(4 * STRINGS, head(STRINGS) + bytes);
	put_cell(4 * STRUCT_BYTES, head(STRUCT_BYTES) + bytes);
}

/* Copies of a node behind it. */
static void repeat(size_t node, size_t at, unsigned int nr)
{
	size_t bytes = after_node(node) - node;

	insert(at, nr * bytes);
	for (unsigned int i = 0; i < nr; i++)
		memcpy(image + at + i * bytes, image + node, bytes);
}

static void children(void)
{
	size_t sub = child(section(), NULL), end = after_node(sub);
	uint32_t name = cell(prop(sub, "header") + 8);

	repeat(sub, end, MANY);
	insert(end, 12);
	put_cell(end, PROP);
	put_cell(end + 4, 0);
	put_cell(end + 8, name);
}

static void deep(void)
{
	size_t at = section(), nr = 200000;

	insert(at, nr * 8);
	for (size_t i = 0; i < nr; i++) {
		put_cell(at + 8 * i, BEGIN_NODE);
		put_cell(at + 8 * i + 4, 0x61000000);
	}
}

static void cut(void)
{
	put_cell(4 * TOTAL, head(TOTAL) / 2);
}

static void lengthen(void)
{
	put_cell(prop(section(), "data") + 4, 0x7ffffffc);
}

/* Its name becomes another one, and it may become shorter: what is left means nothing. */
static void extents(void)
{
	size_t at = prop(section(), "data"), end = after(at);
	const char *strings = (char *)image + head(STRINGS);
	size_t name = 0;

	while (name < head(STRINGS_BYTES) && strcmp(strings + name, "data-extents"))
		name += strlen(strings + name) + 1;
	if (name >= head(STRINGS_BYTES) || end < at + 28)
		errx(1, "no room for an extent");
	put_cell(at + 4, 16);
	put_cell(at + 8, name);
	put_cell(at + 12, 0);
	put_cell(at + 16, KERNEL_MEMORY);
	put_cell(at + 20, 0);
	put_cell(at + 24, 4096);
	for (size_t i = at + 28; i < end; i += 4)
		put_cell(i, NOP);
}

static uint32_t crc(uint32_t sum, const void *data, size_t len)
{
	for (const uint8_t *p = data; len--; p++) {
		sum ^= *p;
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78 : 0);
	}
	return sum;
}

/* The checksum of a node's properties is right again. */
static void seal(size_t node)
{
	uint32_t sum = ~0u;

	for (size_t at = after(node); cell(at) == PROP; at = after(at)) {
		const char *name = prop_name(at);

		if (!strcmp(name, "crc"))
			continue;
		sum = crc(sum, name, strlen(name) + 1);
		sum = crc(sum, image + at + 4, 4);
		sum = crc(sum, image + at + 12, cell(at + 4));
	}
	put_cell(prop(node, "crc") + 12, ~sum);
}

static void next(void)
{
	size_t root = head(STRUCT), at = prop(root, "next-shard");

	put_cell(at + 12, 0);
	put_cell(at + 16, KERNEL_MEMORY);
	put_cell(at + 20, 0);
	put_cell(at + 24, MAX_BYTES);
	seal(root);
}

static void twice(void)
{
	repeat(section(), after_node(section()), MANY);
}

static void noise(void)
{
	srandom(1);
	for (size_t at = 40; at < head(TOTAL); at++)
		image[at] = random();
}

static const struct {
	const char *name;
	void (*make)(void);
} ways[] = {
	{ "children", children }, { "deep", deep }, { "cut", cut }, { "long", lengthen },
	{ "extents", extents }, { "next", next }, { "twice", twice }, { "noise", noise },
};

static void load(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t got;

	if (!f)
		err(1, "%s", path);
	got = fread(image, 1, MAX_BYTES, f);
	fclose(f);
	if (got < 40 || head(0) != 0xd00dfeed || head(TOTAL) != got)
		errx(1, "%s is no tree", path);
}

int main(int argc, char **argv)
{
	size_t i = 0, len;

	if (argc != 3)
		errx(2, "usage: hostile HOW IMAGE >OUT");
	while (i < sizeof(ways) / sizeof(*ways) && strcmp(ways[i].name, argv[1]))
		i++;
	if (i == sizeof(ways) / sizeof(*ways))
		errx(2, "%s: unknown", argv[1]);
	load(argv[2]);
	ways[i].make();
	len = head(TOTAL);
	if (fwrite(image, 1, len, stdout) != len || fflush(stdout))
		err(1, "stdout");
	return 0;
}
