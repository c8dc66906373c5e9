// SPDX-License-Identifier: GPL-2.0

/* Images, shards, descriptions, sections: what is checked, and what is shown anyway. */

#include <libfdt.h>

#include "helpers.h"

struct fixture {
	struct image im;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	image_init(&f->im);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	image_free(&f->im);
	free(f);
	return 0;
}

static void show(struct fixture *f)
{
	view_image(&f->v, &f->im);
	view_sections(&f->v, NULL);
}

static void *bytes_of(struct fixture *f, const char *what)
{
	void *p = memmem(f->im.fdt, f->im.len, what, strlen(what));

	assert_non_null(p);
	return p;
}

static void test_example_decodes(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	show(f);
	assert_int_equal(f->v.rc, 0);
	assert_string_equal(f->v.json,
		"[{\"section\":\"test@0\",\"side\":\"file\",\"name\":\"test\",\"instance\":\"0\","
		"\"version\":1,\"bytes\":31,\"crc\":\"ok\",\"save_ns\":2100,\"result\":null,"
		"\"restore_ns\":null,"
		"\"fields\":["
		"{\"name\":\"s\",\"kind\":\"value\",\"type\":\"char [10]\",\"value\":\"abcdefghi\"},"
		"{\"name\":\"p_ulong\",\"kind\":\"pointer\",\"type\":\"unsigned long *\","
		"\"value\":\"1311768467463790320\"},"
		"{\"name\":\"folio\",\"kind\":\"folio\",\"type\":\"struct folio *\","
		"\"value\":{\"address\":\"0x4a3f000\",\"order\":0,\"bytes\":4096}}],"
		"\"subsections\":[{\"section\":\"test_v2\",\"version\":0,\"bytes\":4,\"crc\":\"ok\","
		"\"fields\":[{\"name\":\"i\",\"kind\":\"value\",\"type\":\"int\",\"value\":10}],"
		"\"subsections\":[]}]}]");
	assert_string_equal(f->v.defects, "[]");
}

static void test_big_endian_payload_decodes_the_same(void **state)
{
	struct fixture *f = *state;
	struct image little;
	struct view v;

	f->im.big = true;
	image_example(&f->im);
	show(f);
	image_init(&little);
	image_example(&little);
	view_image(&v, &little);
	view_sections(&v, NULL);
	assert_string_equal(f->v.json, v.json);
	assert_string_equal(f->v.defects, "[]");
	view_close(&v);
	image_free(&little);
}

static void test_32_bit_producer_decodes(void **state)
{
	struct fixture *f = *state;

	f->im.word_size = 4;
	image_example(&f->im);
	show(f);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
}

static void test_changed_payload_is_checksum_defect(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	*(char *)bytes_of(f, "abcdefghi") = 'A';
	show(f);
	assert_has(f->v.defects, "\"code\":\"checksum\"");
	assert_has(f->v.defects, "\"path\":\"memory: sections/test@0\"");
	assert_has(f->v.json, "\"crc\":\"bad\"");
	assert_has(f->v.json, "\"value\":\"Abcdefghi\"");
}

static void test_changed_instance_is_checksum_defect(void **state)
{
	struct fixture *f = *state;
	fdt32_t *header;
	int node;

	image_example(&f->im);
	node = fdt_path_offset(f->im.fdt, "/sections/test@0");
	header = fdt_getprop_w(f->im.fdt, node, "header", NULL);
	header[2] = cpu_to_fdt32(5);
	show(f);
	assert_has(f->v.json, "\"crc\":\"bad\"");
	assert_has(f->v.defects, "its header is of instance 0x5");
}

static void check_crc_of(struct fixture *f, const char *what, const char *path)
{
	image_example(&f->im);
	*(char *)bytes_of(f, what) ^= 1;
	show(f);
	assert_has(f->v.defects, "\"code\":\"checksum\"");
	assert_has(f->v.defects, path);
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
}

static void test_changed_producer_is_checksum_defect(void **state)
{
	check_crc_of(*state, "7.3.4-test", "\"path\":\"memory: producer\"");
}

static void test_changed_field_type_is_checksum_defect(void **state)
{
	check_crc_of(*state, "char [10]", "\"path\":\"memory: descriptions/test@1\"");
}

static void test_changed_root_is_checksum_defect(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	fdt_setprop_inplace_u64(f->im.fdt, 0, "sections-here", 9);
	show(f);
	assert_has(f->v.defects, "\"code\":\"checksum\"");
	assert_has(f->v.defects, "1 sections where sections-here says 9");
}

static void test_fingerprint_that_does_not_match_is_defect(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	fdt_setprop_inplace_u64(f->im.fdt, fdt_path_offset(f->im.fdt, "/descriptions/test@1"),
				"fingerprint", 1);
	image_reseal(f->im.fdt);
	show(f);
	assert_has(f->v.defects, "fingerprint 0x1, but its fields give");
}

static void test_other_image_version_is_refused(void **state)
{
	struct fixture *f = *state;

	f->im.compatible = "kstate-v9";
	image_example(&f->im);
	show(f);
	assert_int_equal(f->v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f->v.ctx), "unsupported");
	assert_has(kstd_error_text(f->v.ctx), "kstate-v9");
}

static void test_lost_section_is_listed(void **state)
{
	struct fixture *f = *state;

	image_begin(&f->im);
	image_desc(&f->im, &image_test);
	image_sections(&f->im);
	image_lost(&f->im, &image_test, 0x7b, 12);
	image_finish(&f->im);
	show(f);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"section\":\"test@7b\"");
	assert_has(f->v.json, "\"instance\":\"123\"");
	assert_has(f->v.json, "\"bytes\":null,\"crc\":null");
	assert_has(f->v.json, "\"result\":\"lost:-12\"");
}

static void test_withdrawn_section_is_called_that(void **state)
{
	struct fixture *f = *state;

	image_begin(&f->im);
	image_desc(&f->im, &image_test);
	image_sections(&f->im);
	image_withdrawn(&f->im, &image_test, 0x7b, 1700000000000000000);
	image_finish(&f->im);
	show(f);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"result\":\"withdrawn\"");
}

static void test_payload_outside_is_absent(void **state)
{
	struct fixture *f = *state;

	image_begin(&f->im);
	image_desc(&f->im, &image_test);
	image_sections(&f->im);
	image_extents(&f->im, &image_test, 0, (const uint64_t[][2]){ { 0x10000, 70000 } }, 1);
	image_finish(&f->im);
	show(f);
	assert_has(f->v.json, "\"bytes\":70000,\"crc\":\"unchecked\"");
	assert_has(f->v.defects, "\"code\":\"absent\"");
}

static void test_section_without_description_is_shown(void **state)
{
	struct fixture *f = *state;

	image_begin(&f->im);
	image_sections(&f->im);
	image_put(&f->im, "abcd", 4);
	image_section(&f->im, &image_test, 0, 0);
	image_end_section(&f->im);
	image_finish(&f->im);
	show(f);
	assert_has(f->v.defects, "no description with id 0x1");
	assert_has(f->v.json, "\"undecoded\":{\"hex\":\"61626364\"}");
}

static void test_description_without_fields_is_fine(void **state)
{
	struct image_desc d = { "bare", 9, 1, 1, NULL, 0 };
	struct fixture *f = *state;

	one_section(&f->im, &d);
	show(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"bytes\":0,\"crc\":\"ok\"");
	assert_has(f->v.json, "\"fields\":[]");
	assert_string_equal(f->v.defects, "[]");
}

/* Sections with these instances, of image_test_v2. */
static void show_instances(struct fixture *f, const uint64_t *instances, int nr)
{
	image_begin(&f->im);
	image_desc(&f->im, &image_test_v2);
	image_sections(&f->im);
	for (int i = 0; i < nr; i++) {
		image_put_int(&f->im, 4, i);
		image_section(&f->im, &image_test_v2, instances[i], 0);
		image_end_section(&f->im);
	}
	image_finish(&f->im);
	show(f);
}

static void test_twin_sections_are_defect(void **state)
{
	static const uint64_t instances[] = { 5, 7, 3, 5 };
	struct fixture *f = *state;

	show_instances(f, instances, 4);
	assert_has(f->v.defects, "has the same description and instance");
	assert_has(f->v.defects, "sections/test_v2@5");
	assert_has(f->v.json, "\"value\":3}");
}

static void test_twins_in_a_row_are_defect(void **state)
{
	static const uint64_t instances[] = { 0, 0 };

	show_instances(*state, instances, 2);
	assert_has(((struct fixture *)*state)->v.defects, "has the same description and instance");
}

static void test_instances_in_any_order_are_fine(void **state)
{
	static const uint64_t instances[] = { UINT64_MAX, 9, 3, 12, 0 };

	show_instances(*state, instances, 5);
	assert_string_equal(((struct fixture *)*state)->v.defects, "[]");
}

static void test_same_id_twice_is_defect(void **state)
{
	struct image_desc twin = image_test;
	struct fixture *f = *state;

	twin.name = "twin";
	image_begin(&f->im);
	image_desc(&f->im, &image_test);
	image_desc(&f->im, &twin);
	image_sections(&f->im);
	image_finish(&f->im);
	show(f);
	assert_has(f->v.defects, "id 0x1 belongs to another description, too");
}

static void test_unaligned_buffer_opens(void **state)
{
	struct fixture *f = *state;
	uint8_t *copy;

	image_example(&f->im);
	copy = malloc(f->im.len + 1);
	memcpy(copy + 1, f->im.fdt, f->im.len);
	view_mem(&f->v, copy + 1, f->im.len);
	view_sections(&f->v, NULL);
	assert_int_equal(f->v.rc, 0);
	assert_string_equal(f->v.defects, "[]");
	free(copy);
}

static void test_zeros_after_the_image_are_fine(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	f->im.fdt = realloc(f->im.fdt, 8192);
	memset(f->im.fdt + f->im.len, 0, 8192 - f->im.len);
	f->im.len = 8192;
	show(f);
	assert_string_equal(f->v.defects, "[]");
}

static void test_bytes_after_the_image_are_defect(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	f->im.fdt = realloc(f->im.fdt, f->im.len + 5);
	memcpy(f->im.fdt + f->im.len, "hello", 5);
	f->im.len += 5;
	show(f);
	assert_has(f->v.defects, "5 bytes after the image");
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
}

static void second_shard(struct fixture *f, struct image *two)
{
	f->im.next_shard = 0x9000000;
	image_example(&f->im);
	image_init(two);
	two->shard = 1;
	image_begin(two);
	image_sections(two);
	image_put_int(two, 4, 22);
	image_section(two, &image_test_v2, 0xf, 5);
	image_end_section(two);
	image_finish(two);
}

/* Does the list of sections say that some are missing? */
static bool is_cut(struct kstd_dump *dump)
{
	const struct kstd_node *list;
	struct kstd_iter it;
	bool cut;

	assert_int_equal(kstd_sections(dump, NULL, &list), 0);
	kstd_iter_begin(&it, list);
	while (kstd_iter_next(&it))
		;
	cut = kstd_iter_cut(&it);
	kstd_iter_end(&it);
	return cut;
}

static void test_second_shard_is_read(void **state)
{
	struct fixture *f = *state;
	struct image two;

	second_shard(f, &two);
	f->im.fdt = realloc(f->im.fdt, f->im.len + two.len);
	memcpy(f->im.fdt + f->im.len, two.fdt, two.len);
	f->im.len += two.len;
	show(f);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_has(f->v.json, "\"section\":\"test_v2@f\"");
	assert_has(f->v.json, "\"value\":22}");
	assert_false(is_cut(f->v.dump));
	image_free(&two);
}

static void test_missing_second_shard_is_absent(void **state)
{
	struct fixture *f = *state;
	struct image two;

	second_shard(f, &two);
	show(f);
	assert_has(f->v.defects, "\"code\":\"absent\"");
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_true(is_cut(f->v.dump));
	image_free(&two);
}

static void test_damaged_second_shard_keeps_the_first(void **state)
{
	struct fixture *f = *state;
	struct image two;

	second_shard(f, &two);
	f->im.fdt = realloc(f->im.fdt, f->im.len + two.len);
	memcpy(f->im.fdt + f->im.len, two.fdt, two.len);
	f->im.len += two.len - 30;
	show(f);
	assert_has(f->v.defects, "\"code\":\"truncated\"");
	assert_has(f->v.json, "\"section\":\"test@0\"");
	assert_true(is_cut(f->v.dump));
	image_free(&two);
}

static void test_unknown_byte_order_is_defect(void **state)
{
	struct fixture *f = *state;

	f->im.byte_order = "middle";
	image_example(&f->im);
	show(f);
	assert_has(f->v.defects, "neither little nor big");
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
}

static void test_nested_too_deep_is_defect(void **state)
{
	struct fixture *f = *state;

	image_begin(&f->im);
	image_desc(&f->im, &image_test_v2);
	image_sections(&f->im);
	image_section(&f->im, &image_test_v2, 0, 0);
	for (int i = 0; i < 60; i++)
		image_subsection(&f->im, &image_test_v2, 0);
	for (int i = 0; i < 61; i++)
		image_end_section(&f->im);
	image_finish(&f->im);
	show(f);
	assert_has(f->v.defects, "nested more than");
}

static void test_info_counts(void **state)
{
	struct fixture *f = *state;

	image_example(&f->im);
	view_image(&f->v, &f->im);
	view_info(&f->v);
	assert_has(f->v.json, "\"contents\":{\"sections\":\"1\",\"subsections\":\"1\",\"descriptions\":\"2\"");
	assert_has(f->v.json, "\"payload_bytes\":35");
	assert_has(f->v.json, "\"release\":\"7.3.4-test\"");
	assert_has(f->v.json, "\"kho\":[]");
}

static void test_asking_twice_gives_the_same(void **state)
{
	struct fixture *f = *state;
	char *first, *defects;

	image_example(&f->im);
	*(char *)bytes_of(f, "abcdefghi") = 'A';
	show(f);
	first = strdup(f->v.json);
	defects = strdup(f->v.defects);
	view_sections(&f->v, NULL);
	assert_string_equal(first, f->v.json);
	assert_string_equal(defects, f->v.defects);
	free(first);
	free(defects);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_example_decodes),
		TEST(test_big_endian_payload_decodes_the_same),
		TEST(test_32_bit_producer_decodes),
		TEST(test_changed_payload_is_checksum_defect),
		TEST(test_changed_instance_is_checksum_defect),
		TEST(test_changed_producer_is_checksum_defect),
		TEST(test_changed_field_type_is_checksum_defect),
		TEST(test_changed_root_is_checksum_defect),
		TEST(test_fingerprint_that_does_not_match_is_defect),
		TEST(test_other_image_version_is_refused),
		TEST(test_lost_section_is_listed),
		TEST(test_withdrawn_section_is_called_that),
		TEST(test_payload_outside_is_absent),
		TEST(test_section_without_description_is_shown),
		TEST(test_description_without_fields_is_fine),
		TEST(test_twin_sections_are_defect),
		TEST(test_twins_in_a_row_are_defect),
		TEST(test_instances_in_any_order_are_fine),
		TEST(test_same_id_twice_is_defect),
		TEST(test_unaligned_buffer_opens),
		TEST(test_zeros_after_the_image_are_fine),
		TEST(test_bytes_after_the_image_are_defect),
		TEST(test_second_shard_is_read),
		TEST(test_missing_second_shard_is_absent),
		TEST(test_damaged_second_shard_keeps_the_first),
		TEST(test_unknown_byte_order_is_defect),
		TEST(test_nested_too_deep_is_defect),
		TEST(test_info_counts),
		TEST(test_asking_twice_gives_the_same),
	};

	return RUN(tests);
}
