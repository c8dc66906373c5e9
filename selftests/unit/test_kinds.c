// SPDX-License-Identifier: GPL-2.0

/*
 * Every kind of field that is more than a value: what it decodes to, in both byte
 * orders, and what becomes of it when it ends early or says too much about itself.
 */

#include <libfdt.h>

#include "kinds.h"

#define AT(index, parts)	"{\"index\":\"" index "\"," parts "}"
#define FOLIO_PARTS(address, order, bytes) \
	"\"address\":\"" address "\",\"order\":" order ",\"bytes\":" bytes
#define FOLIO(address, order, bytes)	"{" FOLIO_PARTS(address, order, bytes) "}"

static const struct kind kinds[] = {
	{ "struct", STRUCTS("struct", 1), put_struct, ITEM("7", "\"one\"") },
	{ "struct of an older version", STRUCTS("struct", 1), put_older,
	  "{\"version\":1,\"fields\":[{\"name\":\"a\",\"kind\":\"value\",\"type\":\"u16\","
	  "\"value\":9}]}" },
	{ "struct-array", STRUCTS("struct-array", 2), put_two,
	  "[" ITEM("7", "\"one\"") "," ITEM("8", "\"two\"") "]" },
	{ "struct-varray", STRUCTS("struct-varray", 9), put_counted_two,
	  "[" ITEM("7", "\"one\"") "," ITEM("8", "\"two\"") "]", true },
	{ "struct-varray, empty", STRUCTS("struct-varray", 9), put_none, "[]", true },
	{ "list", STRUCTS("list", 9), put_counted_two,
	  "[" ITEM("7", "\"one\"") "," ITEM("8", "\"two\"") "]", true },
	{ "list, empty", STRUCTS("list", 9), put_none, "[]", true },
	{ "map", STRUCTS("map", 9), put_map,
	  "[" AT("3", ITEM_PARTS("7", "\"one\"")) "," AT("1099511627776", ITEM_PARTS("8", "\"two\""))
	  "]", true },
	{ "map, empty", STRUCTS("map", 9), put_none, "[]", true },
	{ "struct-pointer", STRUCTS("struct-pointer", 1), put_pointed, ITEM("7", "\"one\"") },
	{ "struct-pointer, NULL", STRUCTS("struct-pointer", 1), put_pointed_nowhere, "null" },
	{ "struct-pointer-array", STRUCTS("struct-pointer-array", 3), put_three_pointed,
	  "[" ITEM("7", "\"one\"") ",null," ITEM("8", "\"two\"") "]" },
	{ "folio-array", FIELD("folio-array", "struct folio *[]", "opaque", 12, 3), put_folios,
	  "[" FOLIO("0x5000", "0", "4096") ",null," FOLIO("0x8000", "3", "32768") "]", true },
	{ "folio-array, empty", FIELD("folio-array", "struct folio *[]", "opaque", 12, 3), put_none,
	  "[]", true },
	{ "folio-map", FIELD("folio-map", "xarray of struct page", "opaque", 12, 9), put_folio_map,
	  "[" AT("0", FOLIO_PARTS("0x5000", "0", "4096")) ","
	  AT("4096", FOLIO_PARTS("0x8000", "3", "32768")) "]", true },
	{ "folio-map, empty", FIELD("folio-map", "xarray of struct page", "opaque", 12, 9), put_none,
	  "[]", true },
	{ "varbitmap", FIELD("varbitmap", "bitmap", "unsigned", 8, 200), put_varbitmap,
	  "{\"ranges\":[{\"first\":\"0\",\"last\":\"3\"},{\"first\":\"63\",\"last\":\"63\"},"
	  "{\"first\":\"65\",\"last\":\"65\"}],\"bits\":\"66\"}", true },
	{ "varbitmap, empty", FIELD("varbitmap", "cpumask", "unsigned", 8, 65536), put_none,
	  "{\"ranges\":[],\"bits\":\"0\"}", true },
	{ "varray", FIELD("varray", "u32 []", "unsigned", 4, 9), put_varray,
	  "[70000,140000,210000]", true },
	{ "varray of one", FIELD("varray", "u32 []", "unsigned", 4, 1), put_varray_of_one, "[5]",
	  true },
	{ "varray, empty", FIELD("varray", "u32 []", "unsigned", 4, 9), put_none, "[]", true },
	{ "varray of characters", FIELD("varray", "char []", "char", 1, 9), put_chars, "\"abc\"",
	  true },
	{ "varray of structs without description", FIELD("varray", "struct x []", "opaque", 1, 9),
	  put_chars, "{\"hex\":\"616263\"}", true },
	{ "pointer-array", FIELD("pointer-array", "u16 *[]", "unsigned", 2, 3), put_targets,
	  "[515,null,4]" },
	{ "string", FIELD("string", "string", "char", 1, 8), put_string, "\"eth0\"", true },
	{ "string, empty", FIELD("string", "string", "char", 1, 8), put_empty_string, "\"\"", true },
	{ "string, NULL", FIELD("string", "string", "char", 1, 8), put_no_string, "null" },
	{ "bitmap", FIELD("bitmap", "bitmap", "unsigned", 8, 70), put_bitmap,
	  "{\"ranges\":[{\"first\":\"0\",\"last\":\"3\"},{\"first\":\"63\",\"last\":\"63\"},"
	  "{\"first\":\"69\",\"last\":\"69\"}],\"bits\":\"70\"}", true },
	{ "bitmap of 32-bit words", FIELD("bitmap", "bitmap", "unsigned", 4, 70), put_bitmap_across,
	  "{\"ranges\":[{\"first\":\"48\",\"last\":\"69\"}],\"bits\":\"70\"}", true },
	{ "address", FIELD("address", "void *", "opaque", 8, 1), put_address, "\"0xfee00123\"" },
	{ "address, NULL", FIELD("address", "void *", "opaque", 8, 1), put_zero, "null" },
	{ "page", FIELD("page", "struct page *", "opaque", 8, 1), put_page,
	  "{\"pfn\":\"18\",\"address\":\"0x12000\"}" },
	{ "page 0", FIELD("page", "struct page *", "opaque", 8, 1), put_page_zero,
	  "{\"pfn\":\"0\",\"address\":\"0x0\"}" },
	{ "page, NULL", FIELD("page", "struct page *", "opaque", 8, 1), put_no_string, "null" },
	{ "vmalloc", FIELD("vmalloc", "void *", "opaque", 16, 1), put_area,
	  "{\"pages\":12,\"bytes\":49152,\"order\":2,\"first_chunk\":\"0x5000\",\"flags\":1}" },
	{ "vmalloc, NULL", FIELD("vmalloc", "void *", "opaque", 16, 1), put_no_area, "null" },
	{ "equal", FIELD("equal", "u32", "unsigned", 4, 1), put_equal, "77" },
	{ "custom", FIELD("custom", "custom", "opaque", 0, 1), put_custom,
	  "{\"bytes\":3,\"data\":{\"hex\":\"0102ff\"}}", true },
	{ "custom, empty", FIELD("custom", "custom", "opaque", 0, 1), put_none,
	  "{\"bytes\":0,\"data\":{\"hex\":\"\"}}", true },
};

#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

/* One section of the field and of the payload in @im, which is opened and shown. */
static void show(struct view *v, struct image *im, const struct image_field *f)
{
	struct image_desc d = { "d", 1, 1, 1, f, 1 };

	image_begin(im);
	image_desc(im, &d);
	if (f->nested)
		image_desc(im, f->nested);
	image_sections(im);
	image_section(im, &d, 0, 0);
	image_end_section(im);
	image_finish(im);
	view_image(v, im);
	view_sections(v, NULL);
	assert_int_equal(v->rc, 0);
}

static void decodes(void **state)
{
	const struct kind *k = *state;

	for (int big = 0; big < 2; big++) {
		char want[1024];
		struct image im;
		struct view v;

		image_init(&im);
		im.big = big;
		k->put(&im);
		show(&v, &im, &k->f);
		snprintf(want, sizeof(want), "\"value\":%s}],\"subsections\"", k->want);
		assert_has(v.json, want);
		assert_string_equal(v.defects, "[]");
		view_close(&v);
		image_free(&im);
	}
}

static void ends_early(void **state)
{
	const struct kind *k = *state;
	struct image whole;

	image_init(&whole);
	k->put(&whole);
	for (size_t len = 0; len < whole.payload_len; len++) {
		uint8_t *exact = malloc(len ? len : 1);
		struct image im;
		struct view v;

		/* A copy of just these bytes, so that ASAN sees a read beyond. */
		memcpy(exact, whole.payload, len);
		image_init(&im);
		image_put(&im, exact, len);
		show(&v, &im, &k->f);
		assert_has(v.json, "\"value\":null,\"defect\":");
		assert_has(v.defects, "\"code\":\"truncated\"");
		view_close(&v);
		image_free(&im);
		free(exact);
	}
	image_free(&whole);
}

static void says_too_much(void **state)
{
	static const uint64_t numbers[] = {
		1ULL << 20, 1ULL << 32, 1ULL << 61, (1ULL << 61) + 1, 1ULL << 63, UINT64_MAX - 1,
	};
	const struct kind *k = *state;

	for (size_t i = 0; i < 2 * sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct image_field f = k->f;
		struct image im;
		struct view v;
		size_t len;

		image_init(&im);
		k->put(&im);
		len = im.payload_len;
		im.payload_len = 0;
		image_put_int(&im, 8, numbers[i / 2]);
		im.payload_len = len;
		if (i % 2)	/* the table believes it, too */
			f.count = UINT64_MAX;
		show(&v, &im, &f);
		assert_has(v.json, "\"value\":null,\"defect\":");
		assert_string_not_equal(v.defects, "[]");
		view_close(&v);
		image_free(&im);
	}
}

static void inflated_tables_survive(void **state)
{
	static const uint64_t huge[] = { 0, 3, 1ULL << 32, 1ULL << 63, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < NR_KINDS * 25; i++) {
		struct image_field f = kinds[i / 25].f;
		struct image im;
		struct view v;

		f.size = huge[i % 5];
		f.count = huge[i / 5 % 5];
		image_init(&im);
		kinds[i / 25].put(&im);
		show(&v, &im, &f);
		view_close(&v);
		image_free(&im);
	}
}

static void flipped_bits_survive(void **state)
{
	const struct kind *k = *state;
	struct image whole;

	image_init(&whole);
	k->put(&whole);
	for (size_t bit = 0; bit < 8 * whole.payload_len; bit++) {
		struct image im;
		struct view v;

		image_init(&im);
		image_put(&im, whole.payload, whole.payload_len);
		im.payload[bit / 8] ^= 1u << bit % 8;
		show(&v, &im, &k->f);
		view_close(&v);
		image_free(&im);
	}
	image_free(&whole);
}

/* Defects of what is decoded anyway. */

static void check_odd(const struct image_field *f, void (*put)(struct image *im), const char *want)
{
	struct image im;
	struct view v;

	image_init(&im);
	put(&im);
	show(&v, &im, f);
	assert_has(v.json, want);
	assert_has(v.defects, "\"code\":\"corrupt\"");
	view_close(&v);
	image_free(&im);
}

static void put_nul_inside(struct image *im)
{
	image_put_int(im, 8, 3);
	image_put(im, "a\0b", 3);
}

static void put_bits_beyond(struct image *im)
{
	image_put_int(im, 8, 70);
	image_put_int(im, 8, 1);
	image_put_int(im, 8, 0x40);
}

static void put_areas_of_nothing(struct image *im)
{
	image_put_int(im, 8, 0x5000);
	image_put_int(im, 8, 0);
}

static void put_map_backwards(struct image *im)
{
	image_put_int(im, 8, 2);
	for (int i = 0; i < 2; i++) {
		image_put_int(im, 8, 3);
		put_item(im, 7, "one");
	}
}

static void put_folios_backwards(struct image *im)
{
	image_put_int(im, 8, 2);
	for (int i = 0; i < 2; i++) {
		image_put_int(im, 8, 8 - i);
		put_one_folio(im, 0x5000, 0);
	}
}

static void put_map_of_nothing(struct image *im)
{
	image_put_int(im, 8, 1);
	image_put_int(im, 8, 1);
	put_one_folio(im, 0, 0);
}

static void put_folio_askew(struct image *im)
{
	image_put_int(im, 8, 1);
	put_one_folio(im, 0x1000, 1);
}

static void put_page_beyond(struct image *im)
{
	image_put_int(im, 8, 1ULL << 60);
}

static void odd_values_are_shown_and_defects(void **state)
{
	const struct image_field string = FIELD("string", "string", "char", 1, 8);
	const struct image_field bitmap = FIELD("bitmap", "bitmap", "unsigned", 8, 70);
	const struct image_field map = STRUCTS("map", 9);
	const struct image_field folio_map = FIELD("folio-map", "", "opaque", 12, 9);
	const struct image_field folios = FIELD("folio-array", "", "opaque", 12, 9);
	const struct image_field area = FIELD("vmalloc", "void *", "opaque", 16, 1);
	const struct image_field page = FIELD("page", "struct page *", "opaque", 8, 1);

	(void)state;
	check_odd(&string, put_nul_inside, "\"value\":\"a\\u0000b\",\"defect\":\"a NUL");
	check_odd(&bitmap, put_bits_beyond, "\"defect\":\"bits are set beyond the last\"");
	check_odd(&map, put_map_backwards, "\"defect\":\"index 3 after index 3\"");
	check_odd(&folio_map, put_folios_backwards, "\"defect\":\"index 7 after index 8\"");
	check_odd(&folio_map, put_map_of_nothing, "no folio can be at 0x0 with order 0");
	check_odd(&folios, put_folio_askew, "no folio can be at 0x1000 with order 1");
	check_odd(&area, put_areas_of_nothing, "\"pages\":0");
	check_odd(&page, put_page_beyond, "\"pfn\":\"1152921504606846976\",\"address\":null");
}

/* Structs in structs: x0 holds x1, and so on; the last has no fields. */

#define TOWER	10

/**
 * struct tower - @height descriptions, and an image of them
 * @payload: so many streams in each other, the section's own apart
 */
struct tower {
	struct image_desc d[TOWER];
	struct image_field f[TOWER];
	struct image im;
	struct view v;
};

static void build(struct tower *t, int height, int streams)
{
	static const char *const names[TOWER] = {
		"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",
	};
	const struct image_field f = {
		"f", "struct", "struct x", "opaque", 0, 1, IMAGE_ALWAYS, "bytes", 0
	};
	size_t begin[64];

	image_init(&t->im);
	for (int i = 0; i < height; i++) {
		t->f[i] = f;
		t->f[i].nested = &t->d[i + 1];
		t->d[i] = (struct image_desc){ names[i], i + 1, 1, 1, &t->f[i], i < height - 1 };
	}
	for (int i = 0; i < streams; i++)
		begin[i] = image_stream(&t->im, 1);
	for (int i = streams; i--;)
		image_end_stream(&t->im, begin[i]);
	image_begin(&t->im);
	for (int i = 0; i < height; i++)
		image_desc(&t->im, &t->d[i]);
	image_sections(&t->im);
	image_section(&t->im, &t->d[0], 0, 0);
	image_end_section(&t->im);
	image_finish(&t->im);
}

static void show_tower(struct tower *t)
{
	view_image(&t->v, &t->im);
	view_sections(&t->v, NULL);
	assert_int_equal(t->v.rc, 0);
}

static void free_tower(struct tower *t)
{
	view_close(&t->v);
	image_free(&t->im);
}

static void as_deep_as_allowed_decodes(void **state)
{
	struct tower t;

	(void)state;
	build(&t, 8, 7);
	show_tower(&t);
	assert_string_equal(t.v.defects, "[]");
	free_tower(&t);
}

static void below_the_deepest_nothing_is_decoded(void **state)
{
	struct tower t;

	(void)state;
	build(&t, 9, 8);
	show_tower(&t);
	assert_has(t.v.defects, "its structs nest more than 8 deep, or in a circle");
	assert_has(t.v.defects, "streams nest deeper than the format allows");
	free_tower(&t);
}

static void a_circle_of_structs_ends(void **state)
{
	struct tower t;
	int node;

	(void)state;
	build(&t, 3, 40);
	node = fdt_path_offset(t.im.fdt, "/descriptions/x1@2/fields/f");
	fdt_setprop_inplace_u32(t.im.fdt, node, "struct-id", 1);
	image_reseal(t.im.fdt);
	show_tower(&t);
	assert_has(t.v.defects, "its structs nest more than 8 deep, or in a circle");
	assert_has(t.v.defects, "streams nest deeper than the format allows");
	free_tower(&t);
}

static void a_struct_without_description_is_undecoded(void **state)
{
	struct tower t;
	int node;

	(void)state;
	build(&t, 2, 1);
	node = fdt_path_offset(t.im.fdt, "/descriptions/x0@1/fields/f");
	fdt_setprop_inplace_u32(t.im.fdt, node, "struct-id", 0x77);
	image_reseal(t.im.fdt);
	show_tower(&t);
	assert_has(t.v.defects, "no description of this struct");
	assert_has(t.v.json, "\"value\":{\"version\":1,\"fields\":[]}");
	free_tower(&t);
}

static void a_nested_fingerprint_counts(void **state)
{
	struct tower t;
	int node;

	(void)state;
	build(&t, 2, 1);
	node = fdt_path_offset(t.im.fdt, "/descriptions/x1@2");
	fdt_setprop_inplace_u64(t.im.fdt, node, "fingerprint", 5);
	image_reseal(t.im.fdt);
	show_tower(&t);
	assert_has(t.v.defects, "descriptions/x0@1\",\"offset\"");
	assert_has(t.v.defects, "descriptions/x1@2\",\"offset\"");
	free_tower(&t);
}

static void put_too_long(struct image *im)
{
	size_t begin = image_stream(im, 2);

	image_put_int(im, 2, 7);
	put_text(im, "one");
	image_put(im, "xyz", 3);
	image_end_stream(im, begin);
}

static void bytes_after_a_struct_are_a_defect_of_it_alone(void **state)
{
	const struct image_field f = STRUCTS("struct", 1);
	struct image im;
	struct view v;

	(void)state;
	image_init(&im);
	put_too_long(&im);
	show(&v, &im, &f);
	assert_has(v.json, "\"undecoded\":{\"hex\":\"78797a\"}}}],\"subsections\"");
	assert_has(v.defects, "3 bytes after the last field");
	assert_has(v.defects, "sections/d@0: data/f");
	view_close(&v);
	image_free(&im);
}

static void put_bad_item(struct image *im)
{
	size_t begin;

	image_put_int(im, 8, 2);
	begin = image_stream(im, 2);
	image_put_int(im, 1, 7);
	image_end_stream(im, begin);
	put_item(im, 8, "two");
}

static void a_damaged_element_leaves_the_others(void **state)
{
	const struct image_field f = STRUCTS("list", 9);
	struct image im;
	struct view v;

	(void)state;
	image_init(&im);
	put_bad_item(&im);
	show(&v, &im, &f);
	assert_has(v.json, ITEM("8", "\"two\""));
	assert_has(v.defects, "sections/d@0: data/f/0/a");
	view_close(&v);
	image_free(&im);
}

/* Each of many elements takes no memory that the next one needs. */
static void a_list_of_many_is_iterated(void **state)
{
	const struct image_field f = STRUCTS("list", 100000);
	struct image im;
	struct view v;

	(void)state;
	image_init(&im);
	image_put_int(&im, 8, 100000);
	for (int i = 0; i < 100000; i++)
		put_item(&im, i, "x");
	show(&v, &im, &f);
	assert_string_equal(v.defects, "[]");
	assert_has(v.json, ITEM("34463", "\"x\"") "]}],");	/* 99,999 in 16 bits */
	view_close(&v);
	image_free(&im);
}

#define NR_EACH	4
#define NR_MORE	10

static size_t add_each(struct CMUnitTest *tests, size_t n, const struct kind *k)
{
	static const struct {
		const char *what;
		CMUnitTestFunction run;
	} each[NR_EACH] = {
		{ "decodes", decodes },
		{ "ends early", ends_early },
		{ "has flipped bits", flipped_bits_survive },
		{ "says too much", says_too_much },
	};
	static char names[NR_KINDS * NR_EACH][80];

	for (int i = 0; i < (k->counted ? NR_EACH : NR_EACH - 1); i++, n++) {
		snprintf(names[n], sizeof(names[n]), "%s: %s", k->name, each[i].what);
		tests[n] = (struct CMUnitTest){ names[n], each[i].run, NULL, NULL, (void *)k };
	}
	return n;
}

int main(void)
{
	const struct CMUnitTest more[NR_MORE] = {
		cmocka_unit_test(inflated_tables_survive),
		cmocka_unit_test(odd_values_are_shown_and_defects),
		cmocka_unit_test(as_deep_as_allowed_decodes),
		cmocka_unit_test(below_the_deepest_nothing_is_decoded),
		cmocka_unit_test(a_circle_of_structs_ends),
		cmocka_unit_test(a_struct_without_description_is_undecoded),
		cmocka_unit_test(a_nested_fingerprint_counts),
		cmocka_unit_test(bytes_after_a_struct_are_a_defect_of_it_alone),
		cmocka_unit_test(a_damaged_element_leaves_the_others),
		cmocka_unit_test(a_list_of_many_is_iterated),
	};
	static struct CMUnitTest tests[NR_KINDS * NR_EACH + NR_MORE];
	size_t n = 0;

	for (size_t i = 0; i < NR_KINDS; i++)
		n = add_each(tests, n, &kinds[i]);
	memcpy(tests + n, more, sizeof(more));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("kinds", tests, n + NR_MORE, NULL, NULL);
}
