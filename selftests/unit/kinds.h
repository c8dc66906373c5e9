/* SPDX-License-Identifier: GPL-2.0 */
/* kinds.h - payloads of every kind, for test_kinds.c */
#ifndef KINDS_H
#define KINDS_H

#include <libfdt.h>

#include "helpers.h"

#define FIELD(kind, type, sign, size, count) \
	{ "f", kind, type, sign, size, count, IMAGE_ALWAYS, "decimal", 0 }
#define STRUCTS(kind, count) \
	{ "f", kind, "struct item", "opaque", 0, count, IMAGE_ALWAYS, "bytes", 0, &item }

static const struct image_field item_fields[] = {
	{ "a", "value", "u16", "unsigned", 2, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "name", "string", "string", "char", 1, 8, 2, 0xffffffff, "text", 0 },
};

static const struct image_desc item = { "item", 0x31, 2, 1, item_fields, 2 };

#define ITEM(a, name)	"{" ITEM_PARTS(a, name) "}"
#define ITEM_PARTS(a, name) \
	"\"version\":2,\"fields\":[{\"name\":\"a\",\"kind\":\"value\",\"type\":\"u16\"," \
	"\"value\":" a "},{\"name\":\"name\",\"kind\":\"string\",\"type\":\"string\"," \
	"\"value\":" name "}]"

/**
 * struct kind - a test
 * @put: make the payload
 * @want: its value as JSON
 * @counted: it begins with a number
 */
struct kind {
	const char *name;
	struct image_field f;
	void (*put)(struct image *im);
	const char *want;
	bool counted;
};

static void put_text(struct image *im, const char *s)
{
	image_put_int(im, 8, strlen(s));
	image_put(im, s, strlen(s));
}

static void put_item(struct image *im, uint16_t a, const char *name)
{
	size_t begin = image_stream(im, 2);

	image_put_int(im, 2, a);
	put_text(im, name);
	image_end_stream(im, begin);
}

static void put_struct(struct image *im)
{
	put_item(im, 7, "one");
}

static void put_two(struct image *im)
{
	put_item(im, 7, "one");
	put_item(im, 8, "two");
}

static void put_counted_two(struct image *im)
{
	image_put_int(im, 8, 2);
	put_two(im);
}

static void put_map(struct image *im)
{
	image_put_int(im, 8, 2);
	image_put_int(im, 8, 3);
	put_item(im, 7, "one");
	image_put_int(im, 8, 1ULL << 40);
	put_item(im, 8, "two");
}

static void put_pointed(struct image *im)
{
	image_put_int(im, 1, 1);
	put_item(im, 7, "one");
}

static void put_pointed_nowhere(struct image *im)
{
	image_put_int(im, 1, 0);
}

static void put_three_pointed(struct image *im)
{
	put_pointed(im);
	put_pointed_nowhere(im);
	image_put_int(im, 1, 1);
	put_item(im, 8, "two");
}

static void put_one_folio(struct image *im, uint64_t address, uint32_t order)
{
	image_put_int(im, 8, address);
	image_put_int(im, 4, order);
}

static void put_folios(struct image *im)
{
	image_put_int(im, 8, 3);
	put_one_folio(im, 0x5000, 0);
	put_one_folio(im, 0, 0);
	put_one_folio(im, 0x8000, 3);
}

static void put_folio_map(struct image *im)
{
	image_put_int(im, 8, 2);
	image_put_int(im, 8, 0);
	put_one_folio(im, 0x5000, 0);
	image_put_int(im, 8, 4096);
	put_one_folio(im, 0x8000, 3);
}

static void put_varbitmap(struct image *im)
{
	image_put_int(im, 8, 66);
	image_put_int(im, 8, 1ULL << 63 | 0xf);
	image_put_int(im, 8, 2);
}

static void put_none(struct image *im)
{
	image_put_int(im, 8, 0);
}

static void put_older(struct image *im)
{
	size_t begin = image_stream(im, 1);

	image_put_int(im, 2, 9);
	image_end_stream(im, begin);
}

static void put_varray(struct image *im)
{
	image_put_int(im, 8, 3);
	for (int i = 1; i <= 3; i++)
		image_put_int(im, 4, i * 70000);
}

static void put_varray_of_one(struct image *im)
{
	image_put_int(im, 8, 1);
	image_put_int(im, 4, 5);
}

static void put_chars(struct image *im)
{
	image_put_int(im, 8, 3);
	image_put(im, "abc", 3);
}

static void put_targets(struct image *im)
{
	image_put_int(im, 1, 1);
	image_put_int(im, 2, 515);
	image_put_int(im, 1, 0);
	image_put_int(im, 1, 1);
	image_put_int(im, 2, 4);
}

static void put_string(struct image *im)
{
	put_text(im, "eth0");
}

static void put_empty_string(struct image *im)
{
	put_text(im, "");
}

static void put_no_string(struct image *im)
{
	image_put_int(im, 8, UINT64_MAX);
}

static void put_bitmap(struct image *im)
{
	image_put_int(im, 8, 70);
	image_put_int(im, 8, 1ULL << 63 | 0xf);
	image_put_int(im, 8, 0x20);
}

static void put_bitmap_across(struct image *im)
{
	image_put_int(im, 8, 70);
	image_put_int(im, 4, 0);
	image_put_int(im, 4, 0xffff0000);
	image_put_int(im, 4, 0x3f);
}

static void put_address(struct image *im)
{
	image_put_int(im, 8, 0xfee00123);
}

static void put_zero(struct image *im)
{
	image_put_int(im, 8, 0);
}

static void put_page(struct image *im)
{
	image_put_int(im, 8, 0x12);
}

static void put_page_zero(struct image *im)
{
	image_put_int(im, 8, 0);
}

static void put_area(struct image *im)
{
	image_put_int(im, 8, 0x5000);
	image_put_int(im, 4, 12);
	image_put_int(im, 2, 1);
	image_put_int(im, 2, 2);
}

static void put_no_area(struct image *im)
{
	image_put_int(im, 8, 0);
	image_put_int(im, 8, 0);
}

static void put_equal(struct image *im)
{
	image_put_int(im, 4, 77);
}

static void put_custom(struct image *im)
{
	image_put_int(im, 8, 3);
	image_put(im, "\1\2\xff", 3);
}

#endif /* KINDS_H */
