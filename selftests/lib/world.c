// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "world.h"

#define PAGE		4096
#define REGION_BYTES	65536
#define EXTENT_BYTES	5000

static const struct image_field slot_fields[] = {
	{ "id", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "buf", "folio", "struct folio *", "opaque", 12, 1, IMAGE_ALWAYS, "bytes", 0 },
};

static const struct image_desc slot = { "slot", 0x41, 1, 1, slot_fields, 2 };

static const struct image_field dev_fields[] = {
	{ "ring", "folio", "struct folio *", "opaque", 12, 1, IMAGE_ALWAYS, "bytes", 0 },
	{ "table", "vmalloc", "void *", "opaque", 16, 1, IMAGE_ALWAYS, "bytes", 0 },
	{ "at", "address", "void *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "page", "page", "struct page *", "opaque", 8, 1, IMAGE_ALWAYS, "address", 0 },
	{ "none", "folio", "struct folio *", "opaque", 12, 1, IMAGE_ALWAYS, "bytes", 0 },
	{ "slots", "list", "struct slot", "opaque", 0, 16, IMAGE_ALWAYS, "bytes", 0, &slot },
};

static const struct image_desc dev = { "dev", 0x40, 1, 1, dev_fields, 6 };

static const struct image_field bulk_fields[] = {
	{ "data", "value", "u8 [5000]", "unsigned", 1, EXTENT_BYTES, IMAGE_ALWAYS, "bytes", 0 },
};

static const struct image_desc bulk = { "bulk", 0x42, 1, 1, bulk_fields, 1 };

static void must(int rc)
{
	if (rc) {
		fprintf(stderr, "world: %s\n", fdt_strerror(rc));
		abort();
	}
}

static void native(const struct world *w, uint8_t *p, size_t size, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		p[w->m.phys.big ? size - 1 - i : i] = v >> (8 * i);
}

/* Blocks lie apart, each where one of its size can. */
static uint64_t place(struct world *w, unsigned int order)
{
	uint64_t bytes = (uint64_t)PAGE << order;

	w->m.next = (w->m.next + PAGE + bytes - 1) & ~(bytes - 1);
	return memory_alloc(&w->m, bytes);
}

static uint64_t preserved(struct world *w, unsigned int order)
{
	uint64_t pa = place(w, order);

	memory_preserve(&w->m, w->map, pa, order);
	return pa;
}

void world_begin(struct world *w, bool big)
{
	*w = (struct world){ .root = 0 };
	memory_init(&w->m, PAGE, big);
	image_init(&w->im);
	w->im.big = big;
	w->map = memory_map(&w->m);
	w->root = place(w, 0);
	w->kstate = place(w, 2);
	w->memblock = place(w, 0);
	w->metadata = place(w, 0);
	w->test = place(w, 0);
	w->region = preserved(w, 4);
	w->test_list = preserved(w, 0);
	for (int i = 0; i < WORLD_TEST_FOLIOS; i++)
		w->test_folios[i] = preserved(w, i);
	w->ring = preserved(w, 2);
	w->at = w->ring + PAGE + 64;
	w->page = preserved(w, 0);
	for (int i = 0; i < 2; i++)
		w->slots[i] = preserved(w, 0);
	w->table[0] = preserved(w, 0);
	for (int i = 1; i < 3; i++) {
		w->table[i] = memory_alloc(&w->m, PAGE);
		memory_preserve(&w->m, w->map, w->table[i], 0);
	}
	w->extent = preserved(w, 1);
	w->leak = preserved(w, 0);
	memory_preserve(&w->m, w->map, memory_alloc(&w->m, PAGE), 0);
	place(w, 0);
}

static uint64_t decode(const struct world *w, const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[w->m.phys.big ? i : 7 - i];
	return v;
}

static void put_folio(struct image *im, uint64_t pa, unsigned int order)
{
	image_put_int(im, 8, pa);
	image_put_int(im, 4, order);
}

static void put_slots(struct world *w)
{
	image_put_int(&w->im, 8, 2);
	for (int i = 0; i < 2; i++) {
		size_t begin = image_stream(&w->im, 1);

		image_put_int(&w->im, 4, i);
		put_folio(&w->im, w->slots[i], 0);
		image_end_stream(&w->im, begin);
	}
}

static void put_dev(struct world *w)
{
	struct image *im = &w->im;
	uint8_t desc[16];

	memory_area(&w->m, desc, w->table, 3, 0);
	w->chunk = decode(w, desc);
	memory_preserve(&w->m, w->map, w->chunk, 0);
	put_folio(im, w->ring, 2);
	image_put(im, desc, sizeof(desc));
	image_put_int(im, 8, w->at);
	image_put_int(im, 8, w->page / PAGE);
	put_folio(im, 0, 0);
	put_slots(w);
	image_section(im, &dev, 0x7b, 1000);
	image_end_section(im);
}

static void put_bulk(struct world *w)
{
	const uint64_t list[1][2] = { { w->extent, EXTENT_BYTES } };
	uint8_t data[EXTENT_BYTES];

	for (int i = 0; i < EXTENT_BYTES; i++)
		data[i] = i * 7;
	memory_put(&w->m, w->extent, data, sizeof(data));
	image_put(&w->im, data, sizeof(data));
	image_extents(&w->im, &bulk, 0, list, 1);
}

static void make_image(struct world *w)
{
	image_begin(&w->im);
	image_desc(&w->im, &dev);
	image_desc(&w->im, &slot);
	image_desc(&w->im, &bulk);
	image_sections(&w->im);
	put_dev(w);
	put_bulk(w);
	image_finish(&w->im);
}

static void native_prop(const struct world *w, void *fdt, const char *name, size_t size,
			uint64_t v)
{
	uint8_t raw[8];

	native(w, raw, size, v);
	must(fdt_property(fdt, name, raw, size));
}

static size_t make_memblock(const struct world *w, uint8_t *fdt)
{
	must(fdt_create(fdt, PAGE));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible", "memblock-v1"));
	must(fdt_begin_node(fdt, "pool"));
	must(fdt_property_string(fdt, "compatible", "reserve-mem-v1"));
	native_prop(w, fdt, "start", 8, w->region);
	native_prop(w, fdt, "size", 8, REGION_BYTES);
	must(fdt_end_node(fdt));
	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	return fdt_totalsize(fdt);
}

/* The list of folios is an array in a vmalloc area of one page. */
static void make_test_list(struct world *w, uint8_t desc[16])
{
	for (int i = 0; i < WORLD_TEST_FOLIOS; i++)
		memory_int(&w->m, w->test_list + 8 * i, 8, w->test_folios[i] | i);
	memory_area(&w->m, desc, &w->test_list, 1, 0);
	w->test_chunk = decode(w, desc);
	memory_preserve(&w->m, w->map, w->test_chunk, 0);
}

static size_t make_test(struct world *w, uint8_t *fdt)
{
	uint8_t desc[16];

	make_test_list(w, desc);
	must(fdt_create(fdt, PAGE));
	must(fdt_finish_reservemap(fdt));
	must(fdt_begin_node(fdt, ""));
	must(fdt_property_string(fdt, "compatible", "kho-test-v1"));
	native_prop(w, fdt, "magic", 4, 0x4b484f21);
	must(fdt_begin_node(fdt, "data"));
	native_prop(w, fdt, "nr_folios", 4, WORLD_TEST_FOLIOS);
	must(fdt_property(fdt, "folios_info", desc, sizeof(desc)));
	native_prop(w, fdt, "csum", 4, 0x12345678);
	must(fdt_end_node(fdt));
	must(fdt_end_node(fdt));
	must(fdt_finish(fdt));
	return fdt_totalsize(fdt);
}

void world_make(struct world *w)
{
	uint8_t memblock[PAGE], test[PAGE];
	struct machine_subtree subtrees[3];
	struct machine_root root = {
		.pa = w->root, .map = w->map, .keeps = true, .metadata = w->metadata, .count = 1,
		.subtrees = subtrees, .nr = 3,
	};

	make_image(w);
	subtrees[0] = (struct machine_subtree){ "memblock", w->memblock, memblock,
						make_memblock(w, memblock) };
	subtrees[1] = (struct machine_subtree){ "kho_test", w->test, test, make_test(w, test) };
	subtrees[2] = (struct machine_subtree){ "kstate", w->kstate, w->im.fdt, w->im.len };
	machine_root(&w->m, &root);
}

void world_core(struct world *w)
{
	w->c.big = w->m.phys.big;
	core_memory(&w->c, &w->m, 0);
	core_finish(&w->c);
}

void world_free(struct world *w)
{
	core_free(&w->c);
	image_free(&w->im);
	memory_free(&w->m);
}
