// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "image.h"

static const struct image_field test_fields[] = {
	{ "s", "value", "char [10]", "char", 1, 10, IMAGE_ALWAYS, "text", 0 },
	{ "p_ulong", "pointer", "unsigned long *", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "folio", "folio", "struct folio *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "k", "value", "u16", "unsigned", 2, 1, 0, 0, "decimal", 0 },
};

const struct image_desc image_test = { "test", 1, 1, 1, test_fields, 4 };

static const struct image_field test_v2_fields[] = {
	{ "i", "value", "int", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
};

const struct image_desc image_test_v2 = { "test_v2", 2, 0, 0, test_v2_fields, 1 };

void image_example(struct image *im)
{
	image_begin(im);
	image_desc(im, &image_test);
	image_desc(im, &image_test_v2);
	image_sections(im);
	image_put(im, "abcdefghi", 10);
	image_put_int(im, 1, 1);
	image_put_int(im, 8, 0x123456789abcdef0ULL);
	image_put_int(im, 8, 0x4a3f000);
	image_put_int(im, 4, 0);
	image_section(im, &image_test, 0, 2100);
	image_put_int(im, 4, 10);
	image_subsection(im, &image_test_v2, 0);
	image_end_section(im);
	image_end_section(im);
	image_finish(im);
}

static const struct image_field many_fields[] = {
	{ "a", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "b", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "hex", 0 },
	{ "c", "value", "s64", "signed", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "d", "value", "unsigned long", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "name", "value", "char [16]", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
	{ "e", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "f", "value", "int", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "ns", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "ns", 0 },
};

static const struct image_desc many = { "many", 7, 1, 1, many_fields, 8 };

void image_many(struct image *im, size_t n)
{
	char name[16];

	image_begin(im);
	image_desc(im, &many);
	image_sections(im);
	for (size_t i = 0; i < n; i++) {
		image_put_int(im, 8, i);
		image_put_int(im, 8, i * 3);
		image_put_int(im, 8, -i);
		image_put_int(im, 8, ~0ULL - i);
		memset(name, 0, sizeof(name));
		snprintf(name, sizeof(name), "device-%u", (unsigned int)i % 100000000);
		image_put(im, name, sizeof(name));
		image_put_int(im, 4, i);
		image_put_int(im, 4, -i);
		image_put_int(im, 8, i * 1000);
		image_section(im, &many, i, 1000 + i % 5000);
		image_end_section(im);
	}
	image_finish(im);
}

static void must(int rc)
{
	if (rc) {
		fprintf(stderr, "image: %s\n", fdt_strerror(rc));
		abort();
	}
}

static uint8_t *must_alloc(size_t size)
{
	uint8_t *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static void native(uint8_t *p, size_t size, bool big, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[big ? size - 1 - i : i] = v >> (8 * i);
}

static void native_prop(void *fdt, const char *name, bool big, uint64_t v)
{
	uint8_t raw[8];

	native(raw, sizeof(raw), big, v);
	must(fdt_property(fdt, name, raw, sizeof(raw)));
}

static uint8_t *begin_fdt(const char *compatible)
{
	uint8_t *fdt = must_alloc(4096);

	must(fdt_create(fdt, 4096));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible", compatible));
	return fdt;
}

static size_t finish_fdt(uint8_t *fdt, uint8_t **out)
{
	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	*out = fdt;
	return fdt_totalsize(fdt);
}

size_t image_kho_root(uint8_t **out, bool big, const char *compatible, const char *const *names,
		      const uint64_t *sizes, size_t nr)
{
	uint8_t *fdt = begin_fdt(compatible);

	native_prop(fdt, "preserved-memory-map", big, 0x1fe3c000);
	for (size_t i = 0; i < nr; i++) {
		must(fdt_begin_node(fdt, names[i]));
		native_prop(fdt, strcmp(compatible, "kho-v1") ? "preserved-data" : "fdt", big,
			    0x4a40000 + 0x1000 * i);
		if (strcmp(compatible, "kho-v1") && strcmp(compatible, "kho-v2"))
			native_prop(fdt, "blob-size", big, sizes[i]);
		must(fdt_end_node(fdt));
	}
	return finish_fdt(fdt, out);
}

size_t image_memblock(uint8_t **out, bool big)
{
	uint8_t *fdt = begin_fdt("memblock-v1");

	must(fdt_begin_node(fdt, "pool"));
	must(fdt_property_string(fdt, "compatible", "reserve-mem-v1"));
	native_prop(fdt, "start", big, 0x3fff0000);
	native_prop(fdt, "size", big, 65536);
	must(fdt_end_node(fdt));
	return finish_fdt(fdt, out);
}

size_t image_metadata(uint8_t **out, bool big)
{
	uint8_t *p = must_alloc(4 + 65 + 4);

	native(p, 4, big, 1);
	strcpy((char *)p + 4, "7.3.4-previous");
	native(p + 69, 4, big, 3);
	*out = p;
	return 73;
}

size_t image_luo(uint8_t **out, bool big)
{
	uint8_t *p = must_alloc(32);

	memcpy(p, "luo-v5", 7);
	native(p + 8, 8, big, 3);
	native(p + 16, 8, big, 0x5a00000);
	native(p + 24, 8, big, 0);
	*out = p;
	return 32;
}

size_t image_board(uint8_t **out)
{
	uint8_t *fdt = begin_fdt("acme,coyote-board");

	must(fdt_property_string(fdt, "model", "Acme Coyote"));
	must(fdt_begin_node(fdt, "memory@0"));
	must(fdt_property_string(fdt, "device_type", "memory"));
	must(fdt_end_node(fdt));
	return finish_fdt(fdt, out);
}
