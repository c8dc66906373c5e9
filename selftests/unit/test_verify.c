// SPDX-License-Identifier: GPL-2.0

/* Looking for what is wrong: with memory, in a core; with what lies beside an image, in a directory. */

#include "dirs.h"

#include "base/dump.h"
#include "../lib/world.h"

static void answered(struct view *v, const struct kstd_node *n)
{
	v->json = v->rc ? NULL : json_of(n);
	v->defects = json_reports(v->dump);
	v->notes = json_of(kstd_notes(v->dump));
}

static void verify(struct view *v)
{
	const struct kstd_node *n = NULL;

	assert_int_equal(v->rc, 0);
	v->rc = kstd_verify(v->dump, &n);
	answered(v, n);
}

static void verify_world(struct world *w, struct view *v)
{
	world_core(w);
	view_mem(v, w->c.file, w->c.len);
	verify(v);
}

static void end_world(struct world *w, struct view *v)
{
	view_close(v);
	world_free(w);
}

/* A finding, from its code to the start of its text. */
static void found(const struct view *v, const char *code, const char *path, const char *text)
{
	char want[400];

	snprintf(want, sizeof(want), "{\"code\":\"%s\",\"path\":\"%s\",\"offset\":", code, path);
	assert_has(v->json, want);
	assert_has(v->json, text);
}

static void test_whole_machine_is_clean(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct world w;
		struct view v;

		world_begin(&w, big);
		world_make(&w);
		verify_world(&w, &v);
		assert_int_equal(v.rc, 0);
		assert_has(v.json, "{\"findings\":[],\"not_known\":[],\"checked\":[{\"side\":\"out\",\"subtrees\":\"4\","
			   "\"sections\":\"2\",\"references\":\"19\",\"preserved_bytes\":184320,"
			   "\"not_checked\":null}]}");
		assert_string_equal(v.defects, "[]");
		assert_has(v.notes, "out: 8192 bytes of preserved memory without a known owner");
		end_world(&w, &v);
	}
}

static void test_memory_that_is_not_preserved(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.page = memory_alloc(&w.m, 4096);
	world_make(&w);
	verify_world(&w, &v);
	found(&v, "not-preserved", "kho/out/sub_fdts/kstate: dev@7b/page",
	      "\"text\":\"4096 bytes that it refers to are not preserved\","
	      "\"means\":\"The next kernel takes this memory as free");
	assert_string_equal(v.defects, "[]");
	end_world(&w, &v);
}

static void test_memory_preserved_twice(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	memory_preserve(&w.m, w.map, w.ring + 4096, 0);
	world_make(&w);
	verify_world(&w, &v);
	found(&v, "preserved-twice", "kho/out/fdt: preserved-memory map",
	      "4096 bytes are preserved with order 2 and with order 0");
	end_world(&w, &v);
}

static void test_memory_of_two_owners(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.slots[1] = w.test_folios[0];
	world_make(&w);
	verify_world(&w, &v);
	found(&v, "overlap", "kho/out/sub_fdts/kstate: dev@7b/slots/1/buf",
	      "4096 bytes are of kho/out/sub_fdts/kho_test: folios, too");
	end_world(&w, &v);
}

static void test_a_folio_that_an_object_refers_to_twice_is_fine(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.slots[1] = w.slots[0];
	world_make(&w);
	verify_world(&w, &v);
	assert_has_not(v.json, "overlap");
	end_world(&w, &v);
}

static void test_pointer_into_an_owners_memory_is_fine(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.page = w.ring;
	world_make(&w);
	verify_world(&w, &v);
	assert_has_not(v.json, "overlap");
	end_world(&w, &v);
}

static void test_damage_that_decoding_finds(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	world_make(&w);
	memory_int(&w.m, w.test_chunk + 8, 8, 0x1001);
	verify_world(&w, &v);
	found(&v, "corrupt", "kho/out/sub_fdts/kho_test: folios",
	      "no block of a vmalloc area can be at 0x1001");
	assert_has_not(v.json, "truncated");
	end_world(&w, &v);
}

static void test_damaged_map_is_found(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	world_make(&w);
	memory_int(&w.m, memory_map_node(&w.m, w.map, w.ring, 2, 1), 8, 0x1001);
	verify_world(&w, &v);
	found(&v, "corrupt", "kho/out/fdt: preserved-memory map", "can be no addresses of nodes");
	end_world(&w, &v);
}

static void test_asking_twice_gives_the_same(void **state)
{
	const struct kstd_node *a = NULL, *b = NULL;
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.page = memory_alloc(&w.m, 4096);
	world_make(&w);
	world_core(&w);
	view_mem(&v, w.c.file, w.c.len);
	assert_int_equal(kstd_verify(v.dump, &a), 0);
	assert_int_equal(kstd_verify(v.dump, &b), 0);
	assert_ptr_equal(a, b);
	end_world(&w, &v);
}

/* Shared memory of many areas must not keep anybody busy. */
static void test_two_areas_with_one_list(void **state)
{
	struct world w;
	struct view v;

	world_begin(&w, false);
	w.table[1] = w.table[0];
	world_make(&w);
	verify_world(&w, &v);
	assert_int_equal(v.rc, 0);
	end_world(&w, &v);
}

static void check_dir(struct fixture *f)
{
	open_dir(f, "");
	verify(&f->v);
	assert_int_equal(f->v.rc, 0);
}

static void put_table(struct fixture *f, const char *side, const char *rows)
{
	char name[64], text[300];

	snprintf(name, sizeof(name), "kstate/%s/image", side);
	put_image(f, name);
	snprintf(name, sizeof(name), "kstate/%s/sections", side);
	snprintf(text, sizeof(text), HEADING "%s", rows);
	put_str(f, name, text);
}

static void test_clean_directory(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "test 0x0 1 35 - 5 restored\n");
	check_dir(f);
	assert_has(f->v.json, "\"findings\":[]");
	assert_has(f->v.json, "\"not_checked\":\"there is no KHO root of this side\"");
}

static void test_unclaimed_section(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "test 0x0 1 35 - 0 unclaimed\n");
	check_dir(f);
	found(&f->v, "unclaimed", "kstate/in/sections: test@0", "\"text\":\"no driver has claimed it\"");
}

static void test_failed_section(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "test 0x0 1 35 - 0 failed:-71\n");
	check_dir(f);
	found(&f->v, "failed", "kstate/in/sections: test@0", "restoring it failed:-71");
}

static void test_lost_section(void **state)
{
	struct fixture *f = *state;

	put_table(f, "out", "test 0x0 1 35 - 5 saved\nnet 0x7b 1 0 - 0 lost:-12\n");
	check_dir(f);
	found(&f->v, "lost", "kstate/out/sections: net", "saving it: lost:-12");
}

static void test_lost_section_of_an_image(void **state)
{
	struct fixture *f = *state;

	image_free(&f->im);
	image_init(&f->im);
	image_begin(&f->im);
	image_desc(&f->im, &image_test);
	image_sections(&f->im);
	image_lost(&f->im, &image_test, 5, 12);
	image_finish(&f->im);
	put_image(f, "kstate/in/image");
	check_dir(f);
	found(&f->v, "lost", "kstate/in/image: test@5", "it could not be saved");
}

static void test_table_with_more_than_the_image(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "test 0x0 1 35 - 5 restored\nnet 0x7b 1 8 - 0 restored\n");
	check_dir(f);
	found(&f->v, "mismatch", "kstate/in/sections: net", "the table has it, and the image does not");
}

static void test_section_registered_after_the_save_is_fine(void **state)
{
	struct fixture *f = *state;

	put_table(f, "out", "test 0x0 1 35 - 5 saved\nnet 0x7b 1 8 - 0 registered\n");
	check_dir(f);
	assert_has(f->v.json, "\"findings\":[]");
}

static void test_image_with_more_than_the_table(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "");
	check_dir(f);
	found(&f->v, "mismatch", "kstate/in/image: test@0", "the image has it, and the table does not");
}

static void test_table_that_says_otherwise(void **state)
{
	struct fixture *f = *state;

	put_table(f, "in", "test 0x0 9 99 - 5 restored\n");
	check_dir(f);
	found(&f->v, "mismatch", "kstate/in/sections: test@0", "version 9 here, but 1 in the image");
	assert_has(f->v.json, "99 bytes here, but 35 in the image");
}

static void test_wrong_checksum(void **state)
{
	struct fixture *f = *state;

	uint8_t *data = memmem(f->im.fdt, f->im.len, "abcdefghi", 9);

	assert_non_null(data);
	*data ^= 1;
	put_image(f, "kstate/in/image");
	check_dir(f);
	found(&f->v, "checksum", "kstate/in/image: sections/test@0", "\"means\":\"Its bytes are not");
	assert_string_equal(f->v.defects, "[]");
}

static void test_size_that_the_root_gives(void **state)
{
	static const char *const names[] = { "kexec-metadata" };
	static const uint64_t sizes[] = { 99 };
	struct fixture *f = *state;
	uint8_t *p;
	size_t len = image_kho_root(&p, false, "kho-v4", names, sizes, 1);

	put(f, "kho/in/fdt", p, len);
	free(p);
	len = image_metadata(&p, false);
	put(f, "kho/in/sub_fdts/kexec-metadata", p, len);
	free(p);
	check_dir(f);
	found(&f->v, "mismatch", "kho/in/fdt: kexec-metadata",
	      "99 bytes here, but kho/in/sub_fdts/kexec-metadata has 73");
}

static void put_count(struct fixture *f, const char *side, uint8_t count)
{
	char name[64];
	uint8_t *p;
	size_t len = image_metadata(&p, false);

	p[69] = count;
	snprintf(name, sizeof(name), "kho/%s/sub_fdts/kexec-metadata", side);
	put(f, name, p, len);
	free(p);
}

static void test_counters_in_a_row(void **state)
{
	struct fixture *f = *state;

	put_count(f, "in", 3);
	put_count(f, "out", 4);
	check_dir(f);
	assert_has(f->v.json, "\"findings\":[]");
}

static void test_counters_not_in_a_row(void **state)
{
	struct fixture *f = *state;

	put_count(f, "in", 3);
	put_count(f, "out", 3);
	check_dir(f);
	found(&f->v, "sequence", "kexec count", "3 came in, and 3 is to go out");
}

static void test_folio_in_a_scratch_area(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/out/image");
	put_str(f, "kho/out/scratch_phys", "0x1000000\n0x4a00000\n");
	put_str(f, "kho/out/scratch_len", "0x1000\n0x100000\n");
	check_dir(f);
	found(&f->v, "in-scratch", "kstate/out/image: test@0/folio", "some of 4096 bytes are in a scratch");
}

static void test_damaged_scratch_files(void **state)
{
	struct fixture *f = *state;

	put_image(f, "kstate/out/image");
	put_str(f, "kho/out/scratch_phys", "0x1000000\n0x4b00000\n");
	put_str(f, "kho/out/scratch_len", "0x1000\n");
	check_dir(f);
	found(&f->v, "corrupt", "kho/out/scratch_len", "no size in hex for each address");
}

static void test_released_luo_is_not_known(void **state)
{
	struct fixture *f = *state;

	put_str(f, "kho/in/sub_fdts/LUO", "#!/bin/sh export PATH=/bin:/usr/bin");
	check_dir(f);
	assert_has(f->v.json, "\"findings\":[],\"not_known\":[{\"code\":\"not-known\"");
	assert_has(f->v.json, "LUO has released this memory");
}

static void test_nothing_decoded_is_an_error(void **state)
{
	struct fixture *f = *state;

	put(f, "kstate/in/image", f->im.fdt, f->im.len / 2);
	open_dir(f, "");
	verify(&f->v);
	assert_int_equal(f->v.rc, -KSTD_INPUT);
}

/* What a finding may have as its code has a meaning. */
static void test_every_code_has_a_meaning(void **state)
{
	static const struct {
		const char *code;
		int class;
		const char *meaning;
	} errors[] = {
#define X(sym, code, class, says, text, meaning) { code, KSTD_##class, meaning },
#include "base/errors.def"
#undef X
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].class == KSTD_INPUT && !errors[i].meaning)
			fail_msg("\"%s\" means nothing", errors[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_machine_is_clean),
		cmocka_unit_test(test_memory_that_is_not_preserved),
		cmocka_unit_test(test_memory_preserved_twice),
		cmocka_unit_test(test_memory_of_two_owners),
		cmocka_unit_test(test_a_folio_that_an_object_refers_to_twice_is_fine),
		cmocka_unit_test(test_pointer_into_an_owners_memory_is_fine),
		cmocka_unit_test(test_damage_that_decoding_finds),
		cmocka_unit_test(test_damaged_map_is_found),
		cmocka_unit_test(test_asking_twice_gives_the_same),
		cmocka_unit_test(test_two_areas_with_one_list),
		TEST(test_clean_directory),
		TEST(test_unclaimed_section),
		TEST(test_failed_section),
		TEST(test_lost_section),
		TEST(test_lost_section_of_an_image),
		TEST(test_table_with_more_than_the_image),
		TEST(test_section_registered_after_the_save_is_fine),
		TEST(test_image_with_more_than_the_table),
		TEST(test_table_that_says_otherwise),
		TEST(test_wrong_checksum),
		TEST(test_size_that_the_root_gives),
		TEST(test_counters_in_a_row),
		TEST(test_counters_not_in_a_row),
		TEST(test_folio_in_a_scratch_area),
		TEST(test_damaged_scratch_files),
		TEST(test_released_luo_is_not_known),
		TEST(test_nothing_decoded_is_an_error),
		cmocka_unit_test(test_every_code_has_a_meaning),
	};

	return RUN(tests);
}
