// SPDX-License-Identifier: GPL-2.0

/* Which bytes of a payload belong to which field. */

#include "helpers.h"

static const struct image_field pair_fields[] = {
	{ "l", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "hex", 0 },
	{ "r", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "hex", 0 },
};

static const struct image_desc pair = { "pair", 2, 1, 1, pair_fields, 2 };

static const struct image_field fields[] = {
	{ "a", "value", "u16", "unsigned", 2, 1, IMAGE_ALWAYS, "hex", 0 },
	{ "list", "list", "list of struct pair", "opaque", 0, 2000000, IMAGE_ALWAYS, "bytes", 0, &pair },
	{ "old", "value", "u8", "unsigned", 1, 1, 0, 0, "hex", 0 },
	{ "z", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "hex", 0 },
};

static const struct image_desc top = { "top", 1, 1, 1, fields, 4 };
static const struct image_desc sub = { "sub", 3, 1, 1, pair_fields, 2 };

static void put_pair(struct image *im, int l, int r)
{
	size_t begin = image_stream(im, 1);

	image_put_int(im, 1, l);
	image_put_int(im, 1, r);
	image_end_stream(im, begin);
}

static void begin(struct image *im)
{
	image_init(im);
	image_begin(im);
	image_desc(im, &top);
	image_desc(im, &pair);
	image_desc(im, &sub);
	image_sections(im);
}

static void finish(struct image *im, const char *more, size_t len)
{
	image_put_int(im, 1, 0x77);
	image_put(im, more, len);
	image_section(im, &top, 0, 0);
	image_put(im, "\1\2", 2);
	image_subsection(im, &sub, 0);
	image_end_section(im);
	image_end_section(im);
	image_finish(im);
}

/* Two elements, and @len bytes too many at the end. */
static void make(struct image *im, struct view *v, const char *select, size_t len)
{
	begin(im);
	image_put_int(im, 2, 0x1234);
	image_put_int(im, 8, 2);
	put_pair(im, 1, 2);
	put_pair(im, 3, 4);
	finish(im, "\xaa\xbb\xcc", len);
	view_image(v, im);
	view_hexdump(v, select);
}

static void drop(struct image *im, struct view *v)
{
	view_close(v);
	image_free(im);
}

/* Is there a part at @offset, of @field, with these bytes? */
static void has_part(const char *json, int offset, const char *field, bool framing,
		     const char *hex)
{
	char start[40], end[200];
	const char *p;

	snprintf(start, sizeof(start), "{\"offset\":%d,", offset);
	snprintf(end, sizeof(end), ",\"field\":%s,\"framing\":%s,\"data\":{\"hex\":\"%s\"}}", field,
		 framing ? "true" : "false", hex);
	p = strstr(json, start);
	assert_non_null(p);
	p = strstr(p, ",\"field\":");
	assert_non_null(p);
	assert_memory_equal(p, end, strlen(end));
}

static void test_every_field_has_its_bytes(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, "top@0", 0);
	has_part(v.json, 0, "\"a\"", false, "3412");
	has_part(v.json, 2, "\"list\"", true, "0200000000000000");
	has_part(v.json, 10, "\"list[0]\"", true, "0100000002000000");
	has_part(v.json, 18, "\"list[0].l\"", false, "01");
	has_part(v.json, 29, "\"list[1].r\"", false, "04");
	has_part(v.json, 30, "\"z\"", false, "77");
	assert_has_not(v.json, "\"old\"");
	drop(&im, &v);
}

static void test_subsections_follow(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, "top@0", 0);
	assert_has(v.json, "\"section\":\"top@0.sub\"");
	drop(&im, &v);
}

static void test_field_selects_its_parts_only(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, "top@0.list[1]", 0);
	assert_has(v.json, "\"list[1].l\"");
	assert_has_not(v.json, "\"list[0]");
	assert_has_not(v.json, "\"field\":\"list\"");
	assert_has_not(v.json, "sub");
	drop(&im, &v);
}

static void test_subsection_is_selected(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, "top@0.sub", 0);
	assert_has_not(v.json, "\"section\":\"top@0\"");
	assert_has(v.json, "\"field\":\"l\"");
	assert_has(v.json, "\"field\":\"r\"");
	drop(&im, &v);
	make(&im, &v, "top@0.sub.r", 0);
	assert_has_not(v.json, "\"field\":\"l\"");
	assert_has(v.json, "\"field\":\"r\"");
	drop(&im, &v);
}

static void test_paths_that_lead_nowhere(void **state)
{
	static const char *const paths[] = {
		"top@0.lis", "top@0.list[2]", "top@0.list[0].", "top@0.su", "top@0.sub.", "top@0.sub.x",
		"top@0.b", "top@0.old",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct image im;
		struct view v;

		make(&im, &v, paths[i], 0);
		assert_int_equal(v.rc, -KSTD_NOT_FOUND);
		drop(&im, &v);
	}
}

static void test_bytes_after_the_last_field_are_nobodys(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, "top@0", 3);
	has_part(v.json, 31, "null", false, "aabbcc");
	assert_has(v.defects, "3 bytes after the last field");
	drop(&im, &v);
}

/* The offsets and lengths of all parts of the first payload: returns where the last one ends. */
static uint64_t ends_at(const struct kstd_node *list)
{
	const struct kstd_node *payload, *part;
	struct kstd_iter it, parts;
	uint64_t at = 0;
	size_t len;

	kstd_iter_begin(&it, list);
	payload = kstd_iter_next(&it);
	kstd_iter_begin(&parts, kstd_node_get(payload, "parts"));
	while ((part = kstd_iter_next(&parts))) {
		assert_int_equal(kstd_node_u64(kstd_node_get(part, "offset")), at);
		kstd_node_mem(kstd_node_get(part, "data"), &len);
		assert_int_not_equal(len, 0);
		at += len;
	}
	kstd_iter_end(&parts);
	kstd_iter_end(&it);
	return at;
}

/* Whatever is cut, the parts that are left have no gaps. */
static void test_truncated_payloads_have_no_gaps(void **state)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts), .select = "top" };
	const struct kstd_node *list;

	for (size_t len = 0; len <= 31; len++) {
		struct image im;
		struct view v;

		begin(&im);
		image_put_int(&im, 2, 0x1234);
		image_put_int(&im, 8, 2);
		put_pair(&im, 1, 2);
		put_pair(&im, 3, 4);
		image_put_int(&im, 1, 0x77);
		im.payload_len = len;
		image_section(&im, &top, 0, 0);
		image_end_section(&im);
		image_finish(&im);
		view_image(&v, &im);
		assert_int_equal(kstd_hexdump(v.dump, &opts, &list), 0);
		assert_int_equal(ends_at(list), len);
		drop(&im, &v);
	}
}

static void test_too_many_fields_end_in_one_piece(void **state)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts), .select = "top" };
	const struct kstd_node *list;
	const int nr = 340000;
	struct image im;
	struct view v;

	begin(&im);
	image_put_int(&im, 2, 0x1234);
	image_put_int(&im, 8, nr);
	for (int i = 0; i < nr; i++)
		put_pair(&im, 1, 2);
	finish(&im, "", 0);
	view_image(&v, &im);
	assert_int_equal(kstd_hexdump(v.dump, &opts, &list), 0);
	assert_int_equal(ends_at(list), 2 + 8 + 10 * nr + 1);
	v.notes = json_of(kstd_notes(v.dump));
	assert_has(v.notes, "more than 1000000 fields");
	drop(&im, &v);
}

static void test_no_select_is_usage(void **state)
{
	struct image im;
	struct view v;

	make(&im, &v, NULL, 0);
	assert_int_equal(v.rc, -KSTD_USAGE);
	drop(&im, &v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field_has_its_bytes),
		cmocka_unit_test(test_subsections_follow),
		cmocka_unit_test(test_field_selects_its_parts_only),
		cmocka_unit_test(test_subsection_is_selected),
		cmocka_unit_test(test_paths_that_lead_nowhere),
		cmocka_unit_test(test_bytes_after_the_last_field_are_nobodys),
		cmocka_unit_test(test_truncated_payloads_have_no_gaps),
		cmocka_unit_test(test_too_many_fields_end_in_one_piece),
		cmocka_unit_test(test_no_select_is_usage),
	};

	return RUN(tests);
}
