// SPDX-License-Identifier: GPL-2.0

/* Small parts by themselves: spans, CRC-32C, arena, UTF-8, numbers, JSON, tables, escapes. */

#include "base/arena.h"
#include "base/error.h"
#include "base/crc32c.h"
#include "base/span.h"
#include "../../tools/common/json.h"
#include "../../tools/common/text_table.h"
#include "../../tools/common/text_value.h"
#include "helpers.h"

static void test_span_take_beyond_end_changes_nothing(void **state)
{
	struct kstd_span s = kstd_span_of("abcd", 4, 100), out;

	assert_false(kstd_span_take(&s, 5, &out));
	assert_false(kstd_span_take(&s, UINT64_MAX, &out));
	assert_int_equal(s.len, 4);
	assert_int_equal(s.at, 100);
	assert_true(kstd_span_take(&s, 4, &out));
	assert_int_equal(s.at, 104);
}

static void test_span_ints_have_both_orders(void **state)
{
	struct kstd_span s = kstd_span_of("\1\2\3\4\5\6\7\10", 8, 0);
	uint64_t v;

	assert_true(kstd_span_int(&s, 4, false, &v));
	assert_int_equal(v, 0x04030201);
	assert_true(kstd_span_int(&s, 4, true, &v));
	assert_int_equal(v, 0x05060708);
	assert_false(kstd_span_int(&s, 1, true, &v));
}

static void test_span_be64_half_there_changes_nothing(void **state)
{
	struct kstd_span s = kstd_span_of("\1\2\3\4\5\6\7", 7, 0);
	uint64_t v;

	assert_false(kstd_span_be64(&s, &v));
	assert_int_equal(s.len, 7);
}

static void test_span_string_without_nul_is_none(void **state)
{
	struct kstd_span s = kstd_span_of("abc", 3, 0);
	const char *str;
	size_t len;

	assert_false(kstd_span_str(&s, &str, &len));
}

static void test_crc_of_check_string(void **state)
{
	assert_int_equal(kstd_crc_final(kstd_crc_add(KSTD_CRC_INIT, "123456789", 9)), 0xe3069283);
}

static void test_crc_in_parts_is_the_same(void **state)
{
	static const char text[] = "some text that is longer than eight bytes";

	for (size_t cut = 0; cut < sizeof(text); cut++) {
		uint32_t crc = kstd_crc_add(KSTD_CRC_INIT, text, cut);

		crc = kstd_crc_add(crc, text + cut, sizeof(text) - cut);
		assert_int_equal(crc, image_crc(KSTD_CRC_INIT, text, sizeof(text)));
		crc = kstd_crc_add_portable(KSTD_CRC_INIT, text, cut);
		crc = kstd_crc_add_portable(crc, text + cut, sizeof(text) - cut);
		assert_int_equal(crc, image_crc(KSTD_CRC_INIT, text, sizeof(text)));
	}
}

static void test_arena_is_aligned_and_keeps_contents(void **state)
{
	struct kstd_arena a = { 0 };
	char *p[300];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 300; i++) {
			p[i] = kstd_arena_get(&a, i * 7);
			assert_int_equal((uintptr_t)p[i] & 7, 0);
			memset(p[i], i, i * 7);
		}
		for (int i = 1; i < 300; i++)
			assert_int_equal((uint8_t)p[i][i * 7 - 1], (uint8_t)i);
		kstd_arena_reset(&a);
	}
	assert_null(kstd_arena_get(&a, SIZE_MAX));
	assert_null(kstd_arena_get(&a, SIZE_MAX - 100));
	assert_true(a.short_of);
	kstd_arena_free(&a);
}

static void test_utf8_accepts_characters(void **state)
{
	assert_int_equal(kstd_utf8("a", 1), 1);
	assert_int_equal(kstd_utf8("\xc3\xa9", 2), 2);
	assert_int_equal(kstd_utf8("\xe2\x82\xac", 3), 3);
	assert_int_equal(kstd_utf8("\xf0\x9f\x98\x80", 4), 4);
}

static void test_utf8_refuses_the_rest(void **state)
{
	assert_int_equal(kstd_utf8("", 0), 0);
	assert_int_equal(kstd_utf8("\x1b", 1), 0);
	assert_int_equal(kstd_utf8("\x7f", 1), 0);
	assert_int_equal(kstd_utf8("\xc2\x9b", 2), 0);
	assert_int_equal(kstd_utf8("\x80", 1), 0);
	assert_int_equal(kstd_utf8("\xc0\x80", 2), 0);
	assert_int_equal(kstd_utf8("\xe2\x82", 2), 0);
	assert_int_equal(kstd_utf8("\xed\xa0\x80", 3), 0);
	assert_int_equal(kstd_utf8("\xf4\x90\x80\x80", 4), 0);
	assert_int_equal(kstd_utf8("\xff", 1), 0);
	assert_int_equal(kstd_utf8("\xe2\x80\xae", 3), 0);
	assert_int_equal(kstd_utf8("\xe2\x81\xa6", 3), 0);
	assert_int_equal(kstd_utf8("\xe2\x80\x8b", 3), 0);
	assert_int_equal(kstd_utf8("\xe2\x80\xa8", 3), 0);
	assert_int_equal(kstd_utf8("\xef\xbb\xbf", 3), 0);
	assert_int_equal(kstd_utf8("\xf3\xa0\x81\x81", 4), 0);
}

static void check_buf(struct buf *b, const char *want)
{
	buf_char(b, 0);
	assert_string_equal(b->p, want);
	buf_free(b);
}

static void test_numbers(void **state)
{
	struct buf b = { 0 };

	buf_u64(&b, 0);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_s64(&b, INT64_MIN);
	check_buf(&b, "0 18446744073709551615 -9223372036854775808");
}

static void test_json_escapes(void **state)
{
	struct buf b = { 0 };
	struct json j = { .b = &b };

	json_text(&j, NULL, "a\"b\\c\n\t\0\x1f\x7f\xc3\xa9", 12);
	check_buf(&b, "\"a\\\"b\\\\c\\n\\t\\u0000\\u001f\\u007f\xc3\xa9\"");
}

static void test_json_commas_and_nesting(void **state)
{
	struct buf b = { 0 };
	struct json j = { .b = &b };

	json_open(&j, NULL, '{');
	json_open(&j, "a", '[');
	json_number(&j, NULL, 1);
	json_number(&j, NULL, 2);
	json_close(&j, ']');
	json_open(&j, "b", '[');
	json_close(&j, ']');
	json_null(&j, "c");
	json_close(&j, '}');
	check_buf(&b, "{\"a\":[1,2],\"b\":[],\"c\":null}");
}

static void test_json_pretty(void **state)
{
	struct buf b = { 0 };
	struct json j = { .b = &b, .pretty = true };

	json_open(&j, NULL, '{');
	json_address(&j, "a", 0xabc);
	json_open(&j, "b", '[');
	json_close(&j, ']');
	json_close(&j, '}');
	check_buf(&b, "{\n  \"a\": \"0xabc\",\n  \"b\": []\n}");
}

static void test_escapes_let_no_control_character_through(void **state)
{
	struct buf b = { 0 };

	text_escaped(&b, "a\"\\\n\x1b[31m\xc3\xa9\xff\xc2\x9b", 14, '"');
	check_buf(&b, "a\\\"\\\\\\n\\x1b[31m\xc3\xa9\\xff\\xc2\\x9b");
}

static void cell(struct table *t, const char *s, bool right)
{
	buf_str(table_text(t), s);
	table_cell(t, right);
}

static void test_table_aligns(void **state)
{
	struct buf b = { 0 };
	struct table t;

	table_begin(&t, &b, 1);
	cell(&t, "name", false);
	cell(&t, "n", true);
	cell(&t, "", false);
	table_row(&t);
	cell(&t, "\xc3\xa9", false);
	cell(&t, "100", true);
	cell(&t, "x", false);
	table_row(&t);
	table_end(&t);
	check_buf(&b, " name    n\n \xc3\xa9     100  x\n");
}

static void test_table_streams_long_lists(void **state)
{
	struct buf b = { 0 };
	struct table t;

	table_begin(&t, &b, 0);
	for (int i = 0; i < 5000; i++) {
		buf_u64(table_text(&t), i);
		table_cell(&t, true);
		table_row(&t);
		assert_true(t.text.len < 8192);
	}
	table_end(&t);
	buf_char(&b, 0);
	assert_has(b.p, "4999\n");
	buf_free(&b);
}

static void test_long_path_is_cut(void **state)
{
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_where where[200], *up = NULL;

	for (int i = 0; i < 200; i++) {
		where[i] = KSTD_AT(up, "name\n\x1b", 6);
		up = &where[i];
	}
	kstd_err(ctx, KSTD_E_CORRUPT, 7, "text");
	kstd_err_at(ctx, up, -1);
	assert_true(strlen(kstd_error_path(ctx)) < 384);
	assert_has_not(kstd_error_message(ctx), "\n");
	assert_has_not(kstd_error_message(ctx), "\x1b");
	assert_has(kstd_error_message(ctx), "offset 0x7: text");
	kstd_ctx_free(ctx);
}

static void test_contradictory_opts_are_refused(void **state)
{
	struct kstd_open_opts opts = { .sz = 3 };
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_dump *dump;

	assert_int_equal(kstd_open(ctx, &opts, &dump), -KSTD_USAGE);
	assert_null(dump);
	opts = (struct kstd_open_opts){ .sz = sizeof(opts), .path = "x", .buf = "y" };
	assert_int_equal(kstd_open(ctx, &opts, &dump), -KSTD_USAGE);
	kstd_ctx_free(ctx);
}

static void test_about_names_formats(void **state)
{
	char *json = json_of(kstd_about());

	assert_has(json, "kstate-v1");
	assert_has(json, "kho-v4");
	assert_has(json, kstd_version());
	free(json);
}

/* Text is looked at several bytes at a time: every byte at every place. */
static void test_json_escapes_at_every_place(void **state)
{
	for (int c = 0; c < 256; c++) {
		for (size_t i = 0; i < 20 * 20; i++) {
			struct buf b = { 0 };
			struct json j = { .b = &b, .depth = 1, .first = true };
			char text[20];
			bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
			size_t len = i / 20 + 1;

			memset(text, 'x', sizeof(text));
			text[i % 20] = c;
			json_text(&j, NULL, text, len);
			assert_int_equal(b.p[0] == '"' && b.len == len + 2 &&
					 !memcmp(b.p + 1, text, len), i % 20 >= len || plain);
			assert_int_equal(b.p[0] == '{', i % 20 < len && c >= 0x80);
			buf_free(&b);
		}
	}
}

static void test_json_keys_of_any_length(void **state)
{
	static const char key[] = "a key that is longer than what is kept of a key";
	struct buf b = { 0 };
	struct json j = { .b = &b };

	json_open(&j, NULL, '{');
	json_number(&j, key, 1);
	json_number(&j, "k", 2);
	json_number(&j, key, 3);
	json_key(&j, "led");
	json_u64(&j, "led", 4);
	json_null(&j, "k");
	json_close(&j, '}');
	buf_char(&b, 0);
	assert_string_equal(b.p, "{\"a key that is longer than what is kept of a key\":1,\"k\":2,"
			    "\"a key that is longer than what is kept of a key\":3,"
			    "\"led\":\"4\",\"k\":null}");
	buf_free(&b);
}

static void test_numbers_of_any_length(void **state)
{
	for (uint64_t v = 1; v < UINT64_MAX / 10; v *= 10) {
		for (int d = -1; d <= 1; d++) {
			struct buf b = { 0 };
			char want[32];

			snprintf(want, sizeof(want), "%llu", (unsigned long long)(v + d));
			buf_u64(&b, v + d);
			assert_int_equal(b.len, strlen(want));
			assert_memory_equal(b.p, want, b.len);
			buf_free(&b);
		}
	}
}

static void test_counts_have_a_comma_before_each_three_digits(void **state)
{
	static const struct {
		uint64_t count;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 12345, "12,345" },
		{ 999999, "999,999" }, { 1000000, "1,000,000" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = { 0 };
		char room[COUNT_TEXT];

		buf_count(&b, cases[i].count);
		check_buf(&b, cases[i].text);
		assert_string_equal(count_text(cases[i].count, room), cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_escapes_at_every_place),
		cmocka_unit_test(test_json_keys_of_any_length),
		cmocka_unit_test(test_numbers_of_any_length),
		cmocka_unit_test(test_counts_have_a_comma_before_each_three_digits),
		cmocka_unit_test(test_span_take_beyond_end_changes_nothing),
		cmocka_unit_test(test_span_ints_have_both_orders),
		cmocka_unit_test(test_span_be64_half_there_changes_nothing),
		cmocka_unit_test(test_span_string_without_nul_is_none),
		cmocka_unit_test(test_crc_of_check_string),
		cmocka_unit_test(test_crc_in_parts_is_the_same),
		cmocka_unit_test(test_arena_is_aligned_and_keeps_contents),
		cmocka_unit_test(test_utf8_accepts_characters),
		cmocka_unit_test(test_utf8_refuses_the_rest),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_json_escapes),
		cmocka_unit_test(test_json_commas_and_nesting),
		cmocka_unit_test(test_json_pretty),
		cmocka_unit_test(test_escapes_let_no_control_character_through),
		cmocka_unit_test(test_table_aligns),
		cmocka_unit_test(test_table_streams_long_lists),
		cmocka_unit_test(test_long_path_is_cut),
		cmocka_unit_test(test_contradictory_opts_are_refused),
		cmocka_unit_test(test_about_names_formats),
	};

	return RUN(tests);
}
