// SPDX-License-Identifier: GPL-2.0

/* Sections by number, the overview without sections, memory: what a browser needs. */

#include "../lib/world.h"
#include "helpers.h"

#define MANY	100

/**
 * struct fixture - an image of many sections, or a machine's memory
 */
struct fixture {
	struct image im;
	struct view v;
	struct kstd_index *index;
};

static void open_many(struct fixture *f)
{
	*f = (struct fixture){ 0 };
	image_init(&f->im);
	image_many(&f->im, MANY);
	view_image(&f->v, &f->im);
	assert_int_equal(kstd_index_open(f->v.dump, KSTD_SIDE_FILE, &f->index), 0);
}

static void close_many(struct fixture *f)
{
	view_close(&f->v);
	image_free(&f->im);
}

static char *section_at(struct fixture *f, bool summary, uint64_t nr)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	char *json = NULL;

	kstd_iter_begin_at(&it, kstd_index_sections(f->index, summary), nr);
	n = kstd_iter_next(&it);
	if (n)
		json = json_of(n);
	kstd_iter_end(&it);
	return json;
}

static char *nth_section(struct fixture *f, bool summary, uint64_t nr)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = summary };
	const struct kstd_node *n, *list;
	struct kstd_iter it;
	char *json;

	assert_int_equal(kstd_sections(f->v.dump, &opts, &list), 0);
	kstd_iter_begin(&it, list);
	do
		n = kstd_iter_next(&it);
	while (nr--);
	json = json_of(n);
	kstd_iter_end(&it);
	return json;
}

static void test_grows_as_far_as_asked(void **state)
{
	struct fixture f;

	open_many(&f);
	assert_int_equal(kstd_node_count(kstd_index_sections(f.index, true)), 0);
	assert_null(section_at(&f, true, 0));
	assert_true(kstd_index_grow(f.index, 33));
	assert_int_equal(kstd_node_count(kstd_index_sections(f.index, true)), 33);
	assert_int_equal(kstd_index_claim(f.index), MANY);
	assert_null(section_at(&f, true, 33));
	assert_false(kstd_index_grow(f.index, 1000));
	assert_int_equal(kstd_node_count(kstd_index_sections(f.index, false)), MANY);
	assert_false(kstd_index_grow(f.index, 1));
	close_many(&f);
}

static void test_section_by_number_is_the_one_in_that_place(void **state)
{
	static const uint64_t some[] = { 0, 1, 15, 16, 17, 63, 64, 98, 99 };
	struct fixture f;

	open_many(&f);
	kstd_index_grow(f.index, MANY + 1);
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		for (int summary = 0; summary < 2; summary++) {
			char *a = section_at(&f, summary, some[i]);
			char *b = nth_section(&f, summary, some[i]);

			assert_string_equal(a, b);
			free(a);
			free(b);
		}
	assert_null(section_at(&f, true, MANY));
	assert_null(section_at(&f, true, UINT64_MAX));
	close_many(&f);
}

static void test_payloads_are_those_of_hexdump(void **state)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts), .select = "test" };
	const struct kstd_node *theirs;
	struct fixture f = { 0 };
	char *a, *b;

	image_init(&f.im);
	image_example(&f.im);
	view_image(&f.v, &f.im);
	assert_int_equal(kstd_index_open(f.v.dump, KSTD_SIDE_FILE, &f.index), 0);
	kstd_index_grow(f.index, 10);
	a = json_of(kstd_index_payloads(f.index, 0));
	assert_int_equal(kstd_hexdump(f.v.dump, &opts, &theirs), 0);
	b = json_of(theirs);
	assert_string_equal(a, b);
	assert_null(kstd_index_payloads(f.index, 1));
	free(a);
	free(b);
	close_many(&f);
}

static void test_index_of_another_side_is_not_found(void **state)
{
	struct kstd_index *index;
	struct fixture f;

	open_many(&f);
	assert_int_equal(kstd_index_open(f.v.dump, KSTD_SIDE_IN, &index), -KSTD_NOT_FOUND);
	assert_null(index);
	close_many(&f);
}

static void test_tree_then_what_only_the_table_has(void **state)
{
	static const char dir[] = "selftests/data/live-update";
	struct fixture f = { 0 };
	char *json;

	view_path(&f.v, dir);
	assert_int_equal(kstd_index_open(f.v.dump, KSTD_SIDE_IN, &f.index), 0);
	assert_false(kstd_index_grow(f.index, 100));
	assert_int_equal(kstd_node_count(kstd_index_sections(f.index, true)), 1);
	json = section_at(&f, true, 0);
	assert_has(json, "restored");
	free(json);
	assert_int_equal(kstd_index_open(f.v.dump, KSTD_SIDE_OUT, &f.index), 0);
	kstd_index_grow(f.index, 100);
	json = section_at(&f, true, 0);
	assert_has(json, "registered");
	assert_null(kstd_index_payloads(f.index, 0));
	free(json);
	view_close(&f.v);
}

/* Cut or changed anywhere, all that is left can be asked for by number, in any order. */
static void walk_backwards(const uint8_t *p, size_t len)
{
	struct fixture f = { 0 };
	uint64_t nr;

	view_mem(&f.v, p, len);
	if (f.v.dump && !kstd_index_open(f.v.dump, KSTD_SIDE_FILE, &f.index)) {
		while (kstd_index_grow(f.index, 7))
			;
		nr = kstd_node_count(kstd_index_sections(f.index, false));
		assert_true(nr <= MANY + 1);
		for (; nr; nr--) {
			char *json = section_at(&f, false, nr - 1);

			assert_non_null(json);
			free(json);
			kstd_index_payloads(f.index, nr - 1);
		}
	}
	view_close(&f.v);
}

static void test_damaged_images_are_walked_backwards(void **state)
{
	struct image im;
	uint8_t *copy;

	image_init(&im);
	image_many(&im, 20);
	copy = malloc(im.len);
	for (size_t i = 0; i < im.len; i += 61) {
		memcpy(copy, im.fdt, im.len);
		copy[i] ^= 0xff;
		walk_backwards(copy, im.len);
		walk_backwards(im.fdt, i);
	}
	free(copy);
	image_free(&im);
}

static void test_overview_reads_no_section(void **state)
{
	const struct kstd_node *root;
	struct fixture f;
	char *json;

	image_init(&f.im);
	image_many(&f.im, MANY);
	view_image(&f.v, &f.im);
	assert_int_equal(kstd_overview(f.v.dump, &root), 0);
	json = json_of(root);
	assert_has(json, "\"sections\":\"100\"");
	assert_has_not(json, "payload_bytes");
	free(json);
	close_many(&f);
}

static void test_peek_tells_memory_from_what_is_not_there(void **state)
{
	enum kstd_presence there;
	struct view v;
	struct world w;
	uint8_t buf[16];

	world_begin(&w, false);
	world_make(&w);
	world_core(&w);
	view_mem(&v, w.c.file, w.c.len);
	assert_true(kstd_has_memory(v.dump));
	assert_int_equal(kstd_peek(v.dump, w.kstate, buf, sizeof(buf), &there), sizeof(buf));
	assert_int_equal(there, KSTD_MEM_THERE);
	assert_memory_equal(buf, "\xd0\x0d\xfe\xed", 4);
	assert_true(kstd_peek(v.dump, 0x1000, buf, sizeof(buf), &there) > 0);
	assert_int_equal(there, KSTD_MEM_ABSENT);
	assert_int_equal(kstd_peek(v.dump, UINT64_MAX, buf, sizeof(buf), &there), 1);
	assert_int_equal(there, KSTD_MEM_ABSENT);
	view_close(&v);
	world_free(&w);
}

static void test_source_without_memory_has_none(void **state)
{
	enum kstd_presence there;
	struct fixture f;
	uint8_t byte;

	open_many(&f);
	assert_false(kstd_has_memory(f.v.dump));
	kstd_peek(f.v.dump, 0x1000, &byte, 1, &there);
	assert_int_equal(there, KSTD_MEM_ABSENT);
	close_many(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_as_far_as_asked),
		cmocka_unit_test(test_section_by_number_is_the_one_in_that_place),
		cmocka_unit_test(test_payloads_are_those_of_hexdump),
		cmocka_unit_test(test_index_of_another_side_is_not_found),
		cmocka_unit_test(test_tree_then_what_only_the_table_has),
		cmocka_unit_test(test_damaged_images_are_walked_backwards),
		cmocka_unit_test(test_overview_reads_no_section),
		cmocka_unit_test(test_peek_tells_memory_from_what_is_not_there),
		cmocka_unit_test(test_source_without_memory_has_none),
	};

	return RUN(tests);
}
