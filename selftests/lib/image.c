// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "image.h"

#define FIRST_ROOM	4096

static void must(int rc, const char *what)
{
	if (!rc)
		return;
	fprintf(stderr, "image: %s: %s\n", what, fdt_strerror(rc));
	abort();
}

static void *must_have(void *p)
{
	if (!p)
		abort();
	return p;
}

/* Every call into fdt_sw may run out of space: grow, and do it again. */
static void more(struct image *im)
{
	im->room *= 2;
	im->fdt = must_have(realloc(im->fdt, im->room));
	must(fdt_resize(im->fdt, im->fdt, im->room), "resize");
}

static void begin_node(struct image *im, const char *name)
{
	int rc;

	while ((rc = fdt_begin_node(im->fdt, name)) == -FDT_ERR_NOSPACE)
		more(im);
	must(rc, name);
}

static void end_node(struct image *im)
{
	int rc;

	while ((rc = fdt_end_node(im->fdt)) == -FDT_ERR_NOSPACE)
		more(im);
	must(rc, "end of node");
}

static void prop(struct image *im, const char *name, const void *p, size_t len)
{
	int rc;

	while ((rc = fdt_property(im->fdt, name, p, len)) == -FDT_ERR_NOSPACE)
		more(im);
	must(rc, name);
}

static void prop_u32(struct image *im, const char *name, uint32_t v)
{
	fdt32_t raw = cpu_to_fdt32(v);

	prop(im, name, &raw, sizeof(raw));
}

static void prop_u64(struct image *im, const char *name, uint64_t v)
{
	fdt64_t raw = cpu_to_fdt64(v);

	prop(im, name, &raw, sizeof(raw));
}

static void prop_str(struct image *im, const char *name, const char *s)
{
	prop(im, name, s, strlen(s) + 1);
}

/* CRC-32C, bit by bit. */
uint32_t image_crc(uint32_t crc, const void *mem, size_t len)
{
	const uint8_t *p = mem;

	while (len--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78U : crc >> 1;
	}
	return crc;
}

static uint64_t fnv1a(uint64_t h, const void *mem, size_t len)
{
	const uint8_t *p = mem;

	while (len--)
		h = (h ^ *p++) * 1099511628211ULL;
	return h;
}

static uint64_t fnv1a_int(uint64_t h, uint64_t v, int bytes)
{
	for (; bytes; bytes--, v >>= 8) {
		uint8_t b = v & 0xff;

		h = fnv1a(h, &b, 1);
	}
	return h;
}

static int code(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return i;
	return 0xee;	/* a kind of tests that are about unknown kinds */
}

uint64_t image_fingerprint(const struct image_desc *d)
{
	static const char *const kinds[] = {
		"", "value", "pointer", "folio", "struct", "struct-array", "varray",
		"struct-varray", "pointer-array", "list", "string", "bitmap", "address", "page",
		"vmalloc", "equal", "custom", "map", "folio-map", "folio-array", "struct-pointer",
		"struct-pointer-array", "varbitmap", NULL
	};
	static const char *const signs[] = { "opaque", "unsigned", "signed", "char", "bool", NULL };
	uint64_t h = 14695981039346656037ULL;

	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct image_field *f = &d->fields[i];

		h = fnv1a(h, f->name, strlen(f->name) + 1);
		h = fnv1a_int(h, code(kinds, f->kind), 1);
		h = fnv1a_int(h, code(signs, f->sign), 1);
		h = fnv1a_int(h, f->size, 8);
		h = fnv1a_int(h, f->count, 8);
		h = fnv1a_int(h, f->since, 4);
		h = fnv1a_int(h, f->until, 4);
		h = fnv1a_int(h, f->nested ? image_fingerprint(f->nested) : 0, 8);
	}
	return h;
}

void image_init(struct image *im)
{
	*im = (struct image){
		.room = FIRST_ROOM, .page_size = 4096, .word_size = 8,
		.compatible = "kstate-v1",
	};
	im->fdt = must_have(malloc(im->room));
	must(fdt_create(im->fdt, im->room), "create");
	must(fdt_finish_reservemap(im->fdt), "reserve map");
}

static void put_producer(struct image *im)
{
	begin_node(im, "producer");
	prop_str(im, "release", "7.3.4-test");
	prop_str(im, "machine", "x86_64");
	prop_u32(im, "page-size", im->page_size);
	prop_u32(im, "word-size", im->word_size);
	prop_str(im, "byte-order", im->byte_order ? im->byte_order : im->big ? "big" : "little");
	prop_u64(im, "generation", 1);
	prop_u64(im, "saved-at", 1795348991000000000ULL);
	prop_u64(im, "save-duration", 13400);
	prop_u32(im, "crc", 0);
	end_node(im);
}

void image_begin(struct image *im)
{
	begin_node(im, "");
	prop_str(im, "compatible", im->compatible);
	prop_u32(im, "shard", im->shard);
	prop_u64(im, "sections-here", 0);
	fdt64_t next[2] = { cpu_to_fdt64(im->next_shard), cpu_to_fdt64(im->next_shard ? 4096 : 0) };

	prop(im, "next-shard", next, sizeof(next));
	prop_u32(im, "crc", 0);
	if (im->abis)
		prop(im, "abis", im->abis, im->abis_len);
	if (im->shard)
		return;
	if (!im->abis)
		put_producer(im);
	begin_node(im, "descriptions");
}

static void put_field(struct image *im, const struct image_field *f)
{
	begin_node(im, f->name);
	prop_str(im, "kind", f->kind);
	prop_str(im, "type", f->type);
	prop_str(im, "sign", f->sign);
	prop_u64(im, "size", f->size);
	prop_u64(im, "count", f->count);
	prop_u32(im, "since", f->since);
	prop_u32(im, "until", f->until);
	prop(im, "hint", f->hint, f->hint_len ? f->hint_len : strlen(f->hint) + 1);
	if (f->nested)
		prop_u32(im, "struct-id", f->nested->id);
	end_node(im);
}

void image_desc(struct image *im, const struct image_desc *d)
{
	char name[80];

	snprintf(name, sizeof(name), "%s@%x", d->name, d->id);
	begin_node(im, name);
	prop_u32(im, "id", d->id);
	prop_u32(im, "version", d->version);
	prop_u32(im, "min-version", d->min_version);
	prop_u32(im, "flags", d->flags);
	prop_u64(im, "fingerprint", image_fingerprint(d));
	prop(im, "subsections", NULL, 0);
	prop_u32(im, "crc", 0);
	begin_node(im, "fields");
	for (size_t i = 0; i < d->nr_fields; i++)
		put_field(im, &d->fields[i]);
	end_node(im);
	end_node(im);
}

void image_sections(struct image *im)
{
	if (!im->shard)
		end_node(im);
	begin_node(im, "sections");
}

void image_put(struct image *im, const void *p, size_t len)
{
	if (im->payload_room - im->payload_len < len) {
		im->payload_room = 2 * (im->payload_len + len);
		im->payload = must_have(realloc(im->payload, im->payload_room));
	}
	if (len)
		memcpy(im->payload + im->payload_len, p, len);
	im->payload_len += len;
}

void image_put_int(struct image *im, size_t size, uint64_t v)
{
	uint8_t raw[8];

	for (size_t i = 0; i < size; i++)
		raw[im->big ? size - 1 - i : i] = v >> (8 * i);
	image_put(im, raw, size);
}

static uint32_t section_crc(const struct image *im, const struct image_desc *d, uint64_t instance)
{
	fdt32_t id = cpu_to_fdt32(d->id), version = cpu_to_fdt32(d->version);
	fdt64_t inst = cpu_to_fdt64(instance), print = cpu_to_fdt64(image_fingerprint(d));
	uint32_t crc = ~0U;

	crc = image_crc(crc, &id, 4);
	crc = image_crc(crc, &inst, 8);
	crc = image_crc(crc, &version, 4);
	crc = image_crc(crc, &print, 8);
	return ~image_crc(crc, im->payload, im->payload_len);
}

static void put_header(struct image *im, const struct image_desc *d, uint64_t instance,
		       uint64_t duration)
{
	fdt32_t cells[7] = {
		cpu_to_fdt32(d->id),
		cpu_to_fdt32(instance >> 32), cpu_to_fdt32((uint32_t)instance),
		cpu_to_fdt32(d->version),
		cpu_to_fdt32(section_crc(im, d, instance)),
		cpu_to_fdt32(duration >> 32), cpu_to_fdt32((uint32_t)duration),
	};

	prop(im, "header", cells, sizeof(cells));
}

static void put_data(struct image *im)
{
	prop(im, "data", im->payload, im->payload_len);
	im->payload_len = 0;
}

static void begin_section(struct image *im, const struct image_desc *d, uint64_t instance)
{
	char name[80];

	snprintf(name, sizeof(name), "%s@%llx", d->name, (unsigned long long)instance);
	begin_node(im, name);
	im->nr_sections++;
}

void image_section(struct image *im, const struct image_desc *d, uint64_t instance,
		   uint64_t duration)
{
	begin_section(im, d, instance);
	put_header(im, d, instance, duration);
	put_data(im);
}

void image_subsection(struct image *im, const struct image_desc *d, uint64_t instance)
{
	begin_node(im, d->name);
	put_header(im, d, instance, 0);
	put_data(im);
}

void image_end_section(struct image *im)
{
	end_node(im);
}

void image_lost(struct image *im, const struct image_desc *d, uint64_t instance, uint32_t err)
{
	begin_section(im, d, instance);
	put_header(im, d, instance, 700);
	prop_u32(im, "lost", err);
	end_node(im);
}

void image_withdrawn(struct image *im, const struct image_desc *d, uint64_t instance, uint64_t ns)
{
	begin_section(im, d, instance);
	put_header(im, d, instance, 700);
	prop_u32(im, "lost", 108);
	prop_u64(im, "withdrawn", ns);
	end_node(im);
}

void image_extents(struct image *im, const struct image_desc *d, uint64_t instance,
		   const uint64_t (*list)[2], size_t nr)
{
	fdt64_t raw[2 * 16];

	for (size_t i = 0; i < nr && i < 16; i++) {
		raw[2 * i] = cpu_to_fdt64(list[i][0]);
		raw[2 * i + 1] = cpu_to_fdt64(list[i][1]);
	}
	begin_section(im, d, instance);
	put_header(im, d, instance, 9000);
	prop(im, "data-extents", raw, 16 * nr);
	im->payload_len = 0;
	end_node(im);
}

size_t image_stream(struct image *im, uint32_t version)
{
	image_put_int(im, 4, version);
	image_put_int(im, 4, 0);
	return im->payload_len;
}

void image_end_stream(struct image *im, size_t begin)
{
	size_t end = im->payload_len;

	im->payload_len = begin - 4;
	image_put_int(im, 4, end - begin);
	im->payload_len = end;
}

static uint32_t props_crc(const void *fdt, int node, uint32_t crc)
{
	int p;

	fdt_for_each_property_offset(p, fdt, node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(fdt, p, &name, &len);
		fdt32_t raw = cpu_to_fdt32(len);

		if (!strcmp(name, "crc"))
			continue;
		crc = image_crc(crc, name, strlen(name) + 1);
		crc = image_crc(crc, &raw, 4);
		crc = image_crc(crc, value, len);
	}
	return crc;
}

static void seal(void *fdt, int node)
{
	uint32_t crc = props_crc(fdt, node, ~0U);
	int fields = fdt_subnode_offset(fdt, node, "fields"), f;

	if (fields >= 0) {
		fdt_for_each_subnode(f, fdt, fields) {
			const char *name = fdt_get_name(fdt, f, NULL);

			crc = image_crc(crc, name, strlen(name) + 1);
			crc = props_crc(fdt, f, crc);
		}
	}
	if (fdt_getprop(fdt, node, "crc", NULL))
		must(fdt_setprop_inplace_u32(fdt, node, "crc", ~crc), "crc");
}

void image_reseal(void *fdt)
{
	int node, d;

	seal(fdt, 0);
	node = fdt_subnode_offset(fdt, 0, "producer");
	if (node >= 0)
		seal(fdt, node);
	node = fdt_subnode_offset(fdt, 0, "descriptions");
	if (node < 0)
		return;
	fdt_for_each_subnode(d, fdt, node)
		seal(fdt, d);
}

void image_finish(struct image *im)
{
	int rc;

	end_node(im);
	end_node(im);
	while ((rc = fdt_finish(im->fdt)) == -FDT_ERR_NOSPACE)
		more(im);
	must(rc, "finish");
	im->len = fdt_totalsize(im->fdt);
	must(fdt_setprop_inplace_u64(im->fdt, 0, "sections-here", im->nr_sections), "count");
	image_reseal(im->fdt);
}

void image_free(struct image *im)
{
	free(im->fdt);
	free(im->payload);
	*im = (struct image){ 0 };
}
