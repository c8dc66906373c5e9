// SPDX-License-Identifier: GPL-2.0

/* How fields become values: by kind, sign, size, count and hint. */

#include "helpers.h"

#define FIELD(kind, type, sign, size, count, hint) \
	{ "f", kind, type, sign, size, count, IMAGE_ALWAYS, hint, 0 }

/* The section's JSON for one field and the payload in @im, which is freed. */
static void decode(struct view *v, struct image *im, const struct image_field *f)
{
	struct image_desc d = { "d", 1, 1, 1, f, 1 };

	one_section(im, &d);
	view_image(v, im);
	view_sections(v, NULL);
	assert_int_equal(v->rc, 0);
}

static void check_int(const char *sign, const char *type, size_t size, uint64_t value,
		      const char *want)
{
	struct image_field f = FIELD("value", type, sign, size, 1, "decimal");

	for (int big = 0; big < 2; big++) {
		struct image im;
		struct view v;

		image_init(&im);
		im.big = big;
		image_put_int(&im, size, value);
		decode(&v, &im, &f);
		assert_has(v.json, want);
		assert_string_equal(v.defects, "[]");
		view_close(&v);
		image_free(&im);
	}
}

static void test_u8_is_number(void **state)
{
	check_int("unsigned", "u8", 1, 0xfe, "\"value\":254");
}

static void test_u16_is_number(void **state)
{
	check_int("unsigned", "u16", 2, 0xfedc, "\"value\":65244");
}

static void test_u32_is_number(void **state)
{
	check_int("unsigned", "u32", 4, 0xfedcba98, "\"value\":4275878552}");
}

static void test_u64_is_string(void **state)
{
	check_int("unsigned", "u64", 8, UINT64_MAX, "\"value\":\"18446744073709551615\"");
}

static void test_s8_is_signed(void **state)
{
	check_int("signed", "s8", 1, 0xff, "\"value\":-1}");
}

static void test_int_is_signed(void **state)
{
	check_int("signed", "int", 4, 0x80000000, "\"value\":-2147483648}");
}

static void test_s64_is_string(void **state)
{
	check_int("signed", "s64", 8, 1ULL << 63, "\"value\":\"-9223372036854775808\"");
}

static void test_long_of_32_bits_is_string_too(void **state)
{
	check_int("unsigned", "unsigned long", 4, 7, "\"value\":\"7\"");
}

static void test_bool_is_bool(void **state)
{
	check_int("bool", "bool", 1, 1, "\"value\":true");
}

static void test_char_array_is_text_up_to_nul(void **state)
{
	struct image_field f = FIELD("value", "char [6]", "char", 1, 6, "text");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "ab\0cd", 6);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":\"ab\"");
	view_close(&v);
	image_free(&im);
}

static void test_char_array_without_nul_is_whole(void **state)
{
	struct image_field f = FIELD("value", "char [3]", "char", 1, 3, "text");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "abc", 3);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":\"abc\"");
	view_close(&v);
	image_free(&im);
}

static void test_text_that_is_not_utf8_is_hex(void **state)
{
	struct image_field f = FIELD("value", "char [3]", "char", 1, 3, "text");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "a\xff\xfe", 3);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":{\"hex\":\"61fffe\"}");
	view_close(&v);
	image_free(&im);
}

static void test_array_is_list(void **state)
{
	struct image_field f = FIELD("value", "u16 [3]", "unsigned", 2, 3, "decimal");

	for (int big = 0; big < 2; big++) {
		struct image im;
		struct view v;

		image_init(&im);
		im.big = big;
		for (int i = 1; i <= 3; i++)
			image_put_int(&im, 2, i * 1000);
		decode(&v, &im, &f);
		assert_has(v.json, "\"value\":[1000,2000,3000]");
		view_close(&v);
		image_free(&im);
	}
}

static void test_opaque_is_hex(void **state)
{
	struct image_field f = FIELD("value", "struct x", "opaque", 3, 1, "bytes");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "\1\2\3", 3);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":{\"hex\":\"010203\"}");
	view_close(&v);
	image_free(&im);
}

static void test_address_is_hex_string(void **state)
{
	struct image_field f = FIELD("value", "u64", "unsigned", 8, 1, "address");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 8, 0xfee00000);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":\"0xfee00000\"");
	view_close(&v);
	image_free(&im);
}

static void test_ns_is_number(void **state)
{
	struct image_field f = FIELD("value", "u64", "unsigned", 8, 1, "ns");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 8, 1234);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":1234}");
	view_close(&v);
	image_free(&im);
}

static void test_enum_has_name(void **state)
{
	static const char hint[] = "enum\0000=down\0001=up";
	struct image_field f = FIELD("value", "enum e", "unsigned", 4, 1, hint);
	struct image im;
	struct view v;

	f.hint_len = sizeof(hint);
	image_init(&im);
	image_put_int(&im, 4, 1);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":{\"value\":1,\"name\":\"up\"}");
	view_close(&v);
	image_free(&im);
}

static void test_enum_without_name_keeps_shape(void **state)
{
	static const char hint[] = "enum\0000=down";
	struct image_field f = FIELD("value", "enum e", "unsigned", 4, 1, hint);
	struct image im;
	struct view v;

	f.hint_len = sizeof(hint);
	image_init(&im);
	image_put_int(&im, 4, 9);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":{\"value\":9,\"name\":null}");
	view_close(&v);
	image_free(&im);
}

static void test_flags_have_names(void **state)
{
	static const char hint[] = "flags\0001=a\0002=b\0008=c";
	struct image_field f = FIELD("value", "u32", "unsigned", 4, 1, hint);
	struct image im;
	struct view v;

	f.hint_len = sizeof(hint);
	image_init(&im);
	image_put_int(&im, 4, 0x19);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":{\"value\":25,\"names\":[\"a\",\"c\",\"0x10\"]}");
	view_close(&v);
	image_free(&im);
}

static void test_pointer_is_target(void **state)
{
	struct image_field f = FIELD("pointer", "u32 *", "unsigned", 4, 1, "decimal");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 1, 1);
	image_put_int(&im, 4, 77);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":77}");
	view_close(&v);
	image_free(&im);
}

static void test_null_pointer_is_null(void **state)
{
	struct image_field f = FIELD("pointer", "u32 *", "unsigned", 4, 1, "decimal");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 1, 0);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":null}");
	assert_string_equal(v.defects, "[]");
	view_close(&v);
	image_free(&im);
}

static void test_wrong_presence_is_defect(void **state)
{
	struct image_field f = FIELD("pointer", "u32 *", "unsigned", 4, 1, "decimal");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 1, 2);
	image_put_int(&im, 4, 77);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":null,\"defect\":\"presence byte is 0x02");
	assert_has(v.json, "\"undecoded\":{\"hex\":\"4d000000\"}");
	assert_has(v.defects, "sections/d@0: data/f");
	view_close(&v);
	image_free(&im);
}

static void check_folio(uint32_t page_size, uint32_t order, const char *want)
{
	struct image_field f = FIELD("folio", "struct folio *", "opaque", 8, 1, "address");

	for (int big = 0; big < 2; big++) {
		struct image im;
		struct view v;

		image_init(&im);
		im.big = big;
		im.page_size = page_size;
		image_put_int(&im, 8, 0x40000000);
		image_put_int(&im, 4, order);
		decode(&v, &im, &f);
		assert_has(v.json, want);
		view_close(&v);
		image_free(&im);
	}
}

static void test_folio_has_address_order_bytes(void **state)
{
	check_folio(4096, 0, "\"value\":{\"address\":\"0x40000000\",\"order\":0,\"bytes\":4096}");
}

static void test_folio_size_uses_producers_pages(void **state)
{
	check_folio(65536, 2, "\"order\":2,\"bytes\":262144}");
}

static void test_folio_order_beyond_reason_is_defect(void **state)
{
	check_folio(4096, 200, "\"bytes\":null},\"defect\":\"no folio can be");
}

static void test_null_folio_is_null(void **state)
{
	struct image_field f = FIELD("folio", "struct folio *", "opaque", 8, 1, "address");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 8, 0);
	image_put_int(&im, 4, 0);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":null}");
	view_close(&v);
	image_free(&im);
}

static void test_bool_other_than_0_or_1_is_defect(void **state)
{
	struct image_field f = FIELD("value", "bool", "bool", 1, 1, "bool");
	struct image im;
	struct view v;

	image_init(&im);
	image_put_int(&im, 1, 5);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":true,\"defect\"");
	view_close(&v);
	image_free(&im);
}

/* JSON of constant members is kept from one section for the next: what follows them is not. */
static void test_defects_of_one_field_in_two_sections_are_json(void **state)
{
	static const char part[] = "\"type\":\"bool\",\"value\":true,\"defect\":\"";
	struct image_field f = FIELD("value", "bool", "bool", 1, 1, "bool");
	struct image_desc d = { "d", 1, 1, 1, &f, 1 };
	const char *first;
	struct image im;
	struct view v;

	image_init(&im);
	image_begin(&im);
	image_desc(&im, &d);
	image_sections(&im);
	for (int i = 0; i < 2; i++) {
		image_put_int(&im, 1, 5);
		image_section(&im, &d, i, 1000);
		image_end_section(&im);
	}
	image_finish(&im);
	view_image(&v, &im);
	view_sections(&v, NULL);
	first = strstr(v.json, part);
	assert_non_null(first);
	assert_non_null(strstr(first + 1, part));
	view_close(&v);
	image_free(&im);
}

static void test_unknown_kind_is_defect_and_rest_is_shown(void **state)
{
	struct image_field fields[] = {
		{ "a", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
		{ "b", "teleport", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
	};
	struct image_desc d = { "d", 1, 1, 1, fields, 2 };
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "\1\2\3", 3);
	one_section(&im, &d);
	view_image(&v, &im);
	view_sections(&v, NULL);
	assert_has(v.json, "\"name\":\"a\",\"kind\":\"value\",\"type\":\"u8\",\"value\":1}");
	assert_has(v.json, "\"kind\":\"teleport\",\"type\":\"u8\",\"value\":null,\"defect\"");
	assert_has(v.json, "\"undecoded\":{\"hex\":\"0203\"}");
	assert_has(v.defects, "unknown-kind");
	view_close(&v);
	image_free(&im);
}

static void test_field_of_other_version_is_not_in_payload(void **state)
{
	struct image_field fields[] = {
		{ "old", "value", "u8", "unsigned", 1, 1, 0, 1, "decimal", 0 },
		{ "both", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0 },
		{ "young", "value", "u8", "unsigned", 1, 1, 3, 0xffffffff, "decimal", 0 },
	};
	struct image_desc d = { "d", 1, 2, 1, fields, 3 };
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "\1", 1);
	one_section(&im, &d);
	view_image(&v, &im);
	view_sections(&v, NULL);
	assert_has(v.json, "\"name\":\"both\"");
	assert_has_not(v.json, "\"name\":\"old\"");
	assert_has_not(v.json, "\"name\":\"young\"");
	assert_string_equal(v.defects, "[]");
	view_close(&v);
	image_free(&im);
}

/* Payloads of 0, n/2 and n-1 bytes. */
static void check_short(const struct image_field *f, size_t n)
{
	const size_t lengths[] = { 0, n / 2, n - 1 };

	for (int i = 0; i < 3; i++) {
		struct image im;
		struct view v;

		image_init(&im);
		image_put(&im, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", lengths[i]);
		decode(&v, &im, f);
		assert_has(v.json, "\"value\":null,\"defect\":");
		assert_has(v.defects, "\"code\":\"truncated\"");
		assert_has(v.defects, "are needed");
		view_close(&v);
		image_free(&im);
	}
}

static void test_short_value_is_defect(void **state)
{
	struct image_field f = FIELD("value", "u64", "unsigned", 8, 1, "decimal");

	check_short(&f, 8);
}

static void test_short_array_is_defect(void **state)
{
	struct image_field f = FIELD("value", "u32 [3]", "unsigned", 4, 3, "decimal");

	check_short(&f, 12);
}

static void test_short_pointer_is_defect(void **state)
{
	struct image_field f = FIELD("pointer", "u64 *", "unsigned", 8, 1, "decimal");

	check_short(&f, 9);
}

static void test_short_folio_is_defect(void **state)
{
	struct image_field f = FIELD("folio", "struct folio *", "opaque", 8, 1, "address");

	check_short(&f, 12);
}

static void test_size_beyond_payload_is_defect(void **state)
{
	struct image_field f = FIELD("value", "u32 [9]", "unsigned", 4, 1ULL << 40, "decimal");

	check_short(&f, 4);
}

static void test_size_times_count_that_overflows_is_defect(void **state)
{
	struct image_field f = FIELD("value", "x", "opaque", 1ULL << 33, 1ULL << 33, "bytes");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "abcd", 4);
	decode(&v, &im, &f);
	assert_has(v.defects, "size times count exceeds 64 bits");
	assert_has(v.json, "\"value\":null,\"defect\"");
	view_close(&v);
	image_free(&im);
}

static void test_payload_longer_than_table_is_defect(void **state)
{
	struct image_field f = FIELD("value", "u32", "unsigned", 4, 1, "decimal");
	struct image im;
	struct view v;

	image_init(&im);
	image_put(&im, "\1\0\0\0xyz", 7);
	decode(&v, &im, &f);
	assert_has(v.json, "\"value\":1}");
	assert_has(v.json, "\"undecoded\":{\"hex\":\"78797a\"}");
	assert_has(v.defects, "3 bytes after the last field");
	view_close(&v);
	image_free(&im);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_u8_is_number),
		cmocka_unit_test(test_u16_is_number),
		cmocka_unit_test(test_u32_is_number),
		cmocka_unit_test(test_u64_is_string),
		cmocka_unit_test(test_s8_is_signed),
		cmocka_unit_test(test_int_is_signed),
		cmocka_unit_test(test_s64_is_string),
		cmocka_unit_test(test_long_of_32_bits_is_string_too),
		cmocka_unit_test(test_bool_is_bool),
		cmocka_unit_test(test_char_array_is_text_up_to_nul),
		cmocka_unit_test(test_char_array_without_nul_is_whole),
		cmocka_unit_test(test_text_that_is_not_utf8_is_hex),
		cmocka_unit_test(test_array_is_list),
		cmocka_unit_test(test_opaque_is_hex),
		cmocka_unit_test(test_address_is_hex_string),
		cmocka_unit_test(test_ns_is_number),
		cmocka_unit_test(test_enum_has_name),
		cmocka_unit_test(test_enum_without_name_keeps_shape),
		cmocka_unit_test(test_flags_have_names),
		cmocka_unit_test(test_pointer_is_target),
		cmocka_unit_test(test_null_pointer_is_null),
		cmocka_unit_test(test_wrong_presence_is_defect),
		cmocka_unit_test(test_folio_has_address_order_bytes),
		cmocka_unit_test(test_folio_size_uses_producers_pages),
		cmocka_unit_test(test_folio_order_beyond_reason_is_defect),
		cmocka_unit_test(test_null_folio_is_null),
		cmocka_unit_test(test_bool_other_than_0_or_1_is_defect),
		cmocka_unit_test(test_defects_of_one_field_in_two_sections_are_json),
		cmocka_unit_test(test_unknown_kind_is_defect_and_rest_is_shown),
		cmocka_unit_test(test_field_of_other_version_is_not_in_payload),
		cmocka_unit_test(test_short_value_is_defect),
		cmocka_unit_test(test_short_array_is_defect),
		cmocka_unit_test(test_short_pointer_is_defect),
		cmocka_unit_test(test_short_folio_is_defect),
		cmocka_unit_test(test_size_beyond_payload_is_defect),
		cmocka_unit_test(test_size_times_count_that_overflows_is_defect),
		cmocka_unit_test(test_payload_longer_than_table_is_defect),
	};

	return RUN(tests);
}
