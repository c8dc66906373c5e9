// SPDX-License-Identifier: GPL-2.0

/* KHO's own blobs: the root, memblock, LUO, kexec-metadata; in both byte orders. */

#include "helpers.h"

static const char *const names[] = { "kstate", "LUO" };
static const uint64_t sizes[] = { 1000, 32 };

/* Info about a lone blob, which is freed; with @v left open. */
static void info(struct view *v, uint8_t *p, size_t len)
{
	view_mem(v, p, len);
	view_info(v);
	assert_int_equal(v->rc, 0);
	assert_string_equal(v->defects, "[]");
	view_close(v);
	free(p);
}

static void check(size_t (*make)(uint8_t **, bool), const char *want, const char *unknown)
{
	for (int big = 0; big < 2; big++) {
		uint8_t *p;
		size_t len = make(&p, big);
		struct view v;

		view_mem(&v, p, len);
		view_info(&v);
		assert_int_equal(v.rc, 0);
		assert_has(v.json, want);
		if (unknown)
			assert_not_known(&v, unknown);
		else
			assert_string_equal(v.defects, "[]");
		view_close(&v);
		free(p);
	}
}

static size_t make_root(uint8_t **p, bool big)
{
	return image_kho_root(p, big, "kho-v4", names, sizes, 2);
}

static void test_root_lists_subtrees(void **state)
{
	check(make_root, "\"format\":\"kho-v4\",\"memory_map\":\"0x1fe3c000\",\"finalized\":null,"
	      "\"scratch_bytes\":null,\"subtrees\":["
	      "{\"name\":\"kstate\",\"bytes\":1000,\"address\":\"0x4a40000\"", NULL);
}

static void test_root_without_subtrees_is_fine(void **state)
{
	uint8_t *p;
	struct view v;
	size_t len = image_kho_root(&p, false, "kho-v4", names, sizes, 0);

	info(&v, p, len);
}

static void versioned(const char *compatible, const char *want, const char *defects)
{
	for (int big = 0; big < 2; big++) {
		uint8_t *p;
		struct view v;
		size_t len = image_kho_root(&p, big, compatible, names, sizes, 2);

		view_mem(&v, p, len);
		view_info(&v);
		assert_int_equal(v.rc, 0);
		assert_has(v.json, compatible);
		assert_has(v.json, want);
		assert_has(v.defects, defects);
		view_close(&v);
		free(p);
	}
}

static void test_older_roots_are_read(void **state)
{
	static const char map[] = "\"memory_map\":\"0x1fe3c000\"";
	static const char without[] = "{\"name\":\"LUO\",\"bytes\":null,\"address\":\"0x4a41000\"";

	versioned("kho-v1", map, "[]");
	versioned("kho-v1", without, "[]");
	versioned("kho-v2", map, "[]");
	versioned("kho-v2", without, "[]");
	versioned("kho-v3", "{\"name\":\"LUO\",\"bytes\":32,\"address\":\"0x4a41000\"", "[]");
}

static void test_unknown_root_version_is_named(void **state)
{
	versioned("kho-v9", "\"memory_map\":null,\"finalized\":null,\"scratch_bytes\":null,"
		  "\"subtrees\":[{\"name\":\"kstate\",\"bytes\":null,"
		  "\"address\":null", "\"text\":\"a KHO root of version \\\"kho-v9\\\"; this program"
		  " reads kho-v1 to kho-v4\"");
}

static void test_root_has_no_sections(void **state)
{
	uint8_t *p;
	struct view v;
	size_t len = make_root(&p, false);

	view_mem(&v, p, len);
	view_list(&v);
	assert_int_equal(v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v.ctx), "not-kstate");
	view_close(&v);
	free(p);
}

static void test_memblock_lists_regions(void **state)
{
	check(image_memblock,
	      "\"regions\":[{\"name\":\"pool\",\"start\":\"0x3fff0000\",\"bytes\":65536}]", NULL);
}

static void test_metadata_decodes(void **state)
{
	check(image_metadata, "\"details\":{\"version\":1,"
	      "\"previous_release\":\"7.3.4-previous\",\"kexec_count\":3}", NULL);
}

static void test_luo_decodes(void **state)
{
	check(image_luo, "\"details\":{\"liveupdate_count\":\"3\","
	      "\"sessions_address\":\"0x5a00000\",\"flbs_address\":null}",
	      "they are in memory, and memory has none");
}

static void test_other_luo_version_is_defect(void **state)
{
	uint8_t *p;
	struct view v;
	size_t len = image_luo(&p, false);

	p[5] = '9';
	view_mem(&v, p, len);
	view_info(&v);
	assert_has(v.defects, "version \\\"luo-v9\\\"; this program reads luo-v1 to luo-v5");
	view_close(&v);
	free(p);
}

static void test_short_luo_is_defect(void **state)
{
	static const size_t lengths[] = { 8, 16, 31 };

	for (int i = 0; i < 3; i++) {
		uint8_t *p;
		struct view v;

		image_luo(&p, false);
		view_mem(&v, p, lengths[i]);
		view_info(&v);
		assert_has(v.defects, "\"code\":\"truncated\"");
		view_close(&v);
		free(p);
	}
}

static void test_board_device_tree_is_foreign(void **state)
{
	uint8_t *p;
	struct view v;
	size_t len = image_board(&p);

	view_mem(&v, p, len);
	assert_int_equal(v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v.ctx), "foreign");
	assert_has(kstd_error_text(v.ctx), "acme,coyote-board");
	view_close(&v);
	free(p);
}

static void test_elf_is_foreign(void **state)
{
	struct view v;

	view_mem(&v, "\x7f" "ELF\2\1\1\0\0\0\0\0", 12);
	assert_int_equal(v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v.ctx), "foreign");
	assert_has(kstd_error_text(v.ctx), "an ELF file");
	view_close(&v);
}

static void test_empty_says_how_to_copy(void **state)
{
	struct view v;

	view_mem(&v, "", 0);
	assert_int_equal(v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v.ctx), "empty");
	assert_has(kstd_error_text(v.ctx), "cp");
	view_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_lists_subtrees),
		cmocka_unit_test(test_root_without_subtrees_is_fine),
		cmocka_unit_test(test_older_roots_are_read),
		cmocka_unit_test(test_unknown_root_version_is_named),
		cmocka_unit_test(test_root_has_no_sections),
		cmocka_unit_test(test_memblock_lists_regions),
		cmocka_unit_test(test_metadata_decodes),
		cmocka_unit_test(test_luo_decodes),
		cmocka_unit_test(test_other_luo_version_is_defect),
		cmocka_unit_test(test_short_luo_is_defect),
		cmocka_unit_test(test_board_device_tree_is_foreign),
		cmocka_unit_test(test_elf_is_foreign),
		cmocka_unit_test(test_empty_says_how_to_copy),
	};

	return RUN(tests);
}
