// SPDX-License-Identifier: GPL-2.0

/* Sections that are alike, between others that are not. */

#include <string.h>

#include "image.h"

static const struct image_field plain_fields[] = {
	{ "text", "value", "char [80]", "char", 1, 80, IMAGE_ALWAYS, "text", 0 },
	{ "raw", "value", "u8 [2]", "unsigned", 1, 2, IMAGE_ALWAYS, "bytes", 0 },
	{ "gone", "value", "u16", "unsigned", 2, 1, 0, 2, "decimal", 0 },
	{ "delta", "equal", "s32", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
	{ "base", "value", "void *", "unsigned", 8, 1, IMAGE_ALWAYS, "address", 0 },
};

static const struct image_field other_fields[] = {
	{ "delta", "value", "s32", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 },
};

static const struct image_field loose_fields[] = {
	{ "label", "string", "string", "char", 1, 16, IMAGE_ALWAYS, "text", 0 },
};

static const struct image_desc plain = { "plain", 0x50, 3, 1, plain_fields, 5 };
static const struct image_desc plain_old = { "plain", 0x50, 2, 1, plain_fields, 5 };
static const struct image_desc other = { "other", 0x51, 1, 1, other_fields, 1 };
static const struct image_desc loose = { "loose", 0x52, 1, 1, loose_fields, 1 };

static void put_alike(struct image *im, const char *text, uint32_t version, size_t missing)
{
	char room[80] = "";

	memcpy(room, text, strlen(text));
	image_put(im, room, sizeof(room));
	image_put(im, "\x5a", 2);
	if (version <= 2)
		image_put_int(im, 2, 7);
	image_put_int(im, 4, -(int)strlen(text));
	image_put_int(im, 8 - missing, 0x10 * strlen(text));
}

static void put_series(struct image *im, uint64_t from)
{
	static const char *const texts[] = {
		"a", "", "a \"b\" \\ \x1b\n", "\xff\xfe", "\xc3\xa4\xe2\x80\xae",
		"a text of more than sixty-two bytes, for which there is no room in one piece",
		"an end",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put_alike(im, texts[i], 3, 0);
		image_section(im, &plain, from + i, i);
		image_end_section(im);
	}
}

static void put_number(struct image *im, const struct image_desc *d, uint64_t instance)
{
	image_put_int(im, 4, instance);
	image_section(im, d, instance, 1);
	image_end_section(im);
}

void image_series(struct image *im)
{
	image_begin(im);
	image_desc(im, &plain);
	image_desc(im, &other);
	image_desc(im, &loose);
	image_sections(im);
	put_series(im, 0);
	for (int i = 0x10; i < 0x13; i++) {
		put_alike(im, "old", 2, 0);
		image_section(im, &plain_old, i, 1);
		image_end_section(im);
	}
	put_series(im, 0x20);
	image_lost(im, &plain, 0x30, 12);
	put_series(im, 0x40);
	put_alike(im, "with a part", 3, 0);
	image_section(im, &plain, 0x50, 1);
	image_put_int(im, 4, 5);
	image_subsection(im, &other, 0x50);
	image_end_section(im);
	image_end_section(im);
	put_series(im, 0x60);
	put_alike(im, "cut", 3, 1);
	image_section(im, &plain, 0x70, 1);
	image_end_section(im);
	put_series(im, 0x80);
	image_withdrawn(im, &plain, 0x90, 1000000000);
	for (int i = 0; i < 4; i++)
		put_number(im, &other, i);
	for (int i = 4; i < 12; i += 2) {
		put_number(im, &other, i);
		image_put_int(im, 8, 1);
		image_put(im, "x", 1);
		image_section(im, &loose, i, 1);
		image_end_section(im);
	}
	image_finish(im);
}
