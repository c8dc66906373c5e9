// SPDX-License-Identifier: GPL-2.0

/* Payloads that are kept outside the tree: in files beside the image, or not there. */

#include "dirs.h"

/* In two extents, of 10,000 and 2,000 bytes. */

#define PAYLOAD	12000

static const struct image_field words_field = {
	"words", "value", "u16 [6000]", "unsigned", 2, PAYLOAD / 2, IMAGE_ALWAYS, "decimal", 0,
};

static const struct image_desc words = { "words", 9, 1, 1, &words_field, 1 };

static void put_outside(struct fixture *f, const uint64_t (*list)[2], size_t nr, int sections)
{
	uint8_t payload[PAYLOAD];

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = i % 251;
	image_free(&f->im);
	image_init(&f->im);
	image_begin(&f->im);
	image_desc(&f->im, &words);
	image_sections(&f->im);
	for (int i = 0; i < sections; i++) {
		image_put(&f->im, payload, PAYLOAD);
		image_extents(&f->im, &words, i, list, nr);
	}
	image_finish(&f->im);
	put_image(f, "kstate/in/image");
	put(f, "kstate/in/extents/abc000", payload, 10000);
	put(f, "kstate/in/extents/1000", payload + 10000, 2000);
}

static const uint64_t outside[][2] = { { 0xabc000, 10000 }, { 0x1000, 2000 } };

static void show_outside(struct fixture *f, const char *sub)
{
	open_dir(f, sub);
	view_sections(&f->v, NULL);
	assert_int_equal(f->v.rc, 0);
}

static void test_extents_are_put_together(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	show_outside(f, "");
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"bytes\":12000,\"crc\":\"ok\"");
	assert_has(f->v.json, "\"value\":[256,770,");
	view_list(&f->v);
	assert_has(f->v.json, "\"bytes\":12000,\"crc\":\"ok\"");
	view_info(&f->v);
	assert_has(f->v.json, "\"payload_bytes\":12000");
	assert_string_equal(f->v.defects, "[]");
}

static void test_hexdump_knows_the_addresses(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	open_dir(f, "");
	view_hexdump(&f->v, "words");
	assert_has(f->v.json, "\"offset\":0,\"file_offset\":null,\"address\":\"0xabc000\",\"field\":\"words\"");
	assert_has(f->v.json, "\"offset\":10000,\"file_offset\":null,\"address\":\"0x1000\",\"field\":\"words\"");
}

static void test_a_capture_has_the_extents(void **state)
{
	struct fixture *f = *state;
	struct kstd_capture_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *result;
	char path[sizeof(f->dir) + 16], *want;

	put_outside(f, outside, 2, 1);
	show_outside(f, "");
	want = strdup(f->v.json);
	snprintf(path, sizeof(path), "%s/capture", f->dir);
	opts.path = path;
	assert_int_equal(kstd_capture(f->v.dump, &opts, &result), 0);
	view_close(&f->v);
	view_path(&f->v, path);
	view_sections(&f->v, NULL);
	assert_string_equal(f->v.json, want);
	assert_string_equal(f->v.defects, "[]");
	free(want);
}

static void test_extents_beside_a_flat_image(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	show_outside(f, "/kstate/in");
	assert_string_equal(f->v.defects, "[]");
}

static void test_extents_of_a_lone_image_are_absent(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	show_outside(f, "/kstate/in/image");
	assert_has(f->v.json, "\"bytes\":12000,\"crc\":\"unchecked\"");
	assert_has(f->v.json, "\"fields\":[]");
	assert_has(f->v.defects, "absent: its payload of 12000 bytes is kept outside this file");
	view_close(&f->v);
	open_dir(f, "/kstate/in/image");
	view_list(&f->v);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.notes, "kstate/{in,out}/extents/");
}

static void check_extent(struct fixture *f, const char *code, const char *path)
{
	show_outside(f, "");
	assert_has(f->v.json, "\"crc\":\"unchecked\"");
	assert_has(f->v.json, "\"fields\":[]");
	assert_has(f->v.defects, code);
	assert_has(f->v.defects, path);
}

static void test_missing_extent_is_absent(void **state)
{
	static const uint64_t list[][2] = { { 0xabc000, 10000 }, { 0x2000, 2000 } };
	struct fixture *f = *state;

	put_outside(f, list, 2, 1);
	check_extent(f, "\"code\":\"absent\"", "kstate/in/extents/2000");
}

static void test_short_extent_is_truncated_not_zero(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	put(f, "kstate/in/extents/1000", "abc", 3);
	check_extent(f, "\"code\":\"truncated\"", "3 bytes of an extent of 2000");
}

static void test_empty_extent_says_how_to_copy(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 1);
	put(f, "kstate/in/extents/1000", "", 0);
	check_extent(f, "\"code\":\"empty\"", "copy them with cp");
}

static void test_long_extent_is_mismatch(void **state)
{
	static const uint64_t list[][2] = { { 0xabc000, 9000 }, { 0x1000, 2000 } };
	struct fixture *f = *state;

	put_outside(f, list, 2, 1);
	check_extent(f, "\"code\":\"mismatch\"", "kstate/in/extents/abc000");
}

static void test_inflated_extent_takes_no_memory(void **state)
{
	static const uint64_t list[][2] = { { 0xabc000, UINT64_MAX }, { 0x1000, 1ULL << 60 } };
	struct fixture *f = *state;

	put_outside(f, list, 2, 1);
	check_extent(f, "\"code\":\"truncated\"", "kstate/in/extents/abc000");
}

static void test_extent_twice_in_a_payload_is_defect(void **state)
{
	static const uint64_t list[][2] = { { 0xabc000, 10000 }, { 0xabc000, 10000 } };
	struct fixture *f = *state;

	put_outside(f, list, 2, 1);
	check_extent(f, "\"code\":\"corrupt\"", "the list has extent");
}

static void test_extent_of_two_payloads_is_read_once(void **state)
{
	struct fixture *f = *state;

	put_outside(f, outside, 2, 2);
	show_outside(f, "");
	assert_has(f->v.json, "\"crc\":\"ok\"");
	assert_has(f->v.json, "\"crc\":\"unchecked\"");
	assert_has(f->v.defects, "an extent of another payload, too");
}

static void test_changed_extent_is_checksum_defect(void **state)
{
	struct fixture *f = *state;
	uint8_t zeros[2000] = { 0 };

	put_outside(f, outside, 2, 1);
	put(f, "kstate/in/extents/1000", zeros, sizeof(zeros));
	show_outside(f, "");
	assert_has(f->v.json, "\"crc\":\"bad\"");
	assert_has(f->v.defects, "\"code\":\"checksum\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_extents_are_put_together),
		TEST(test_a_capture_has_the_extents),
		TEST(test_hexdump_knows_the_addresses),
		TEST(test_extents_beside_a_flat_image),
		TEST(test_extents_of_a_lone_image_are_absent),
		TEST(test_missing_extent_is_absent),
		TEST(test_short_extent_is_truncated_not_zero),
		TEST(test_empty_extent_says_how_to_copy),
		TEST(test_long_extent_is_mismatch),
		TEST(test_inflated_extent_takes_no_memory),
		TEST(test_extent_twice_in_a_payload_is_defect),
		TEST(test_extent_of_two_payloads_is_read_once),
		TEST(test_changed_extent_is_checksum_defect),
	};

	return RUN(tests);
}
