// SPDX-License-Identifier: GPL-2.0

/* A check of what a kernel would write, from its file alone, by files of another kernel. */

#include "helpers.h"
#include "../lib/make_kernel.h"

#define BYTES	(1UL << 20)
#define STRINGS	0x80000
#define MAX	3

/**
 * struct file - a file to be made
 * @release: NULL: a catalog, which does not say it
 * @versions: strings of a kernel, or the list of a catalog, up to NULL
 * @is_module: it has no strings that count
 * @has_desc: of a catalog: it has a description
 */
struct file {
	const char *release;
	const char *versions[8];
	bool is_module;
	bool has_desc;
};

/**
 * struct scene - a check, and what it said
 * @files: the first is what is checked, the others are the next kernel's
 */
struct scene {
	struct file files[MAX];
	size_t nr;
	struct kstd_check_opts opts;
	struct kernel made[MAX];
	struct kstd_dump *next[MAX];
	struct view v;
	enum kstd_check_result result;
	int rc;
};

static void make_catalog(struct kernel *k, const struct file *f)
{
	char list[256];
	struct image im;
	size_t len = 0;

	for (int i = 0; f->versions[i]; i++) {
		strcpy(list + len, f->versions[i]);
		len += strlen(f->versions[i]) + 1;
	}
	image_init(&im);
	im.abis = list;
	im.abis_len = len;
	image_begin(&im);
	if (f->has_desc)
		image_desc(&im, &image_test);
	image_sections(&im);
	image_finish(&im);
	k->p = malloc(im.len);
	assert_non_null(k->p);
	memcpy(k->p, im.fdt, im.len);
	k->len = im.len;
	image_free(&im);
}

static void make_file(struct kernel *k, const struct file *f)
{
	if (!f->release) {
		make_catalog(k, f);
		return;
	}
	kernel_init(k, f->is_module ? KERNEL_MODULE : KERNEL_VMLINUX, BYTES);
	if (f->is_module)
		kernel_vermagic(k, 0x2000);
	else
		kernel_release(k, 0x2000, f->release);
	for (int i = 0; f->versions[i]; i++)
		kernel_string(k, STRINGS + 64 * i, f->versions[i]);
}

static void run(struct scene *s)
{
	struct kstd_open_opts open = { .sz = sizeof(open) };
	const struct kstd_node *root;

	for (s->nr = 0; s->nr < MAX && s->files[s->nr].versions[0]; s->nr++)
		make_file(&s->made[s->nr], &s->files[s->nr]);
	view_mem(&s->v, s->made[0].p, s->made[0].len);
	assert_int_equal(s->v.rc, 0);
	for (size_t i = 1; i < s->nr; i++) {
		open.buf = s->made[i].p;
		open.buf_len = s->made[i].len;
		assert_int_equal(kstd_open(s->v.ctx, &open, &s->next[i - 1]), 0);
	}
	s->opts.sz = sizeof(s->opts);
	s->opts.next = s->next;
	s->opts.nr_next = s->nr - 1;
	s->rc = kstd_check(s->v.dump, &s->opts, &root);
	if (s->rc)
		return;
	s->result = kstd_check_status(root);
	s->v.json = json_of(root);
}

static void end(struct scene *s)
{
	for (size_t i = 1; i < s->nr; i++)
		kstd_close(s->next[i - 1]);
	view_close(&s->v);
	for (size_t i = 0; i < s->nr; i++)
		kernel_free(&s->made[i]);
}

#define LINUX_7_3	{ "7.3.4", { "kho-v4", "luo-v5", "memfd-v2" } }
#define LINUX_7_0	{ "7.0.13", { "kho-v1", "luo-v1", "luo-session-v2", "luo-flb-v1" } }
#define LINUX_6_19	{ "6.19.1", { "kho-v1", "luo-v1", "luo-session-v2" } }
#define LINUX_6_18	{ "6.18.1", { "kho-v1" } }
#define LINUX_6_17	{ "6.17.3", { "kho-v1" } }
#define LINUX_6_17_9_RC1 { "6.17.9-rc1", { "kho-v1" } }
#define LINUX_6_18_RC	{ "6.18.0-rc4+", { "kho-v1" } }
#define WITHOUT_KHO	{ "7.3.4", { "nothing" } }
#define MODULE		{ "7.3.4", { "nothing" }, true }
#define CATALOG_V1	{ NULL, { "kho-v1" } }
#define CATALOG		{ NULL, { "kho-v4", "luo-v5", "memfd-v2" } }
#define CATALOG_DESC	{ NULL, { "kho-v4", "luo-v5", "memfd-v2" }, .has_desc = true }
#define OF_A_MODULE	{ NULL, { "memfd-v2" } }

/* ---- KHO ---- */

static void test_the_same_kernel_passes(void **state)
{
	struct scene s = { .files = { LINUX_7_3, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"radix tree\",\"read\":\"radix tree\",\"verdict\":\"same\",\"how\":\"version\"");
	end(&s);
}

static void test_kernel_without_kho_hands_nothing_over(void **state)
{
	struct scene s = { .files = { WITHOUT_KHO, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":null,\"read\":\"kho-v4\",\"verdict\":\"lost\"");
	assert_has(s.v.json, "{\"code\":\"no-kho\",\"name\":\"kho\"");
	assert_has(s.v.json, "this kernel has no KHO: nothing at all is handed over");
	end(&s);
}

static void test_next_kernel_without_kho_gives_nothing_back(void **state)
{
	struct scene s = { .files = { LINUX_7_3, WITHOUT_KHO }, .opts.reverse = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "the next kernel has no KHO: nothing at all is handed over");
	end(&s);
}

static void test_module_alone_does_not_say_what_is_written(void **state)
{
	struct scene s = { .files = { MODULE, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":null,\"read\":null,\"verdict\":\"not-known\"");
	assert_has(s.v.json, "{\"code\":\"abi-unknown\",\"name\":\"kho\"");
	end(&s);
}

static void test_nor_does_it_on_the_way_back(void **state)
{
	struct scene s = { .files = { LINUX_7_3, MODULE }, .opts.reverse = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	end(&s);
}

static void test_catalog_of_a_module_does_not_say_it(void **state)
{
	struct scene s = { .files = { OF_A_MODULE, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	end(&s);
}

static void test_module_and_a_kernel_without_kho_fail(void **state)
{
	struct scene s = { .files = { MODULE, WITHOUT_KHO } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "the next kernel has no KHO: nothing at all is handed over");
	end(&s);
}

static void test_what_is_not_known_of_two_files_can_be_accepted(void **state)
{
	struct scene s = { .files = { MODULE, LINUX_7_3 }, .opts.assume_unknown = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	end(&s);
}

/* Nobody here knows what is under such a root. */
static void test_version_of_kho_that_is_not_known_does_not_pass(void **state)
{
	struct scene s = { .files = { { "7.9.0", { "kho-v9" } }, { "7.9.0", { "kho-v9" } } } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "what is under a root of the version kho-v9 is not known");
	end(&s);
}

/* ---- The memory map ---- */

static void test_forms_of_the_map_are_those_of_releases(void **state)
{
	struct scene s = { .files = { LINUX_6_17, LINUX_6_18 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"bitmaps of 512 bytes\",\"read\":\"bitmaps of a page\",\"verdict\":\"refused\",\"how\":\"release\"");
	assert_has(s.v.json, "{\"code\":\"memory-map\"");
	end(&s);
}

static void test_forms_of_the_map_are_compared_for_the_way_back(void **state)
{
	struct scene s = { .files = { LINUX_6_17, LINUX_6_18 }, .opts.reverse = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "\"saved\":\"bitmaps of a page\",\"read\":\"bitmaps of 512 bytes\",\"verdict\":\"refused\"");
	end(&s);
}

static void test_one_form_of_the_map_passes(void **state)
{
	struct scene s = { .files = { LINUX_6_18, LINUX_6_19 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"bitmaps of a page\",\"read\":\"bitmaps of a page\",\"verdict\":\"same\",\"how\":\"release\"");
	end(&s);
}

/* The form changed while 6.18 had release candidates, and for one of a 6.17. */
static void test_form_of_some_release_candidates_is_not_known(void **state)
{
	struct scene s = { .files = { LINUX_6_17_9_RC1, LINUX_6_18 } };
	struct scene t = { .files = { LINUX_6_17, LINUX_6_18_RC } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"bitmaps\",");
	end(&s);
	run(&t);
	assert_int_equal(t.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(t.v.json, "\"saved\":\"bitmaps of 512 bytes\",\"read\":null,\"verdict\":\"not-known\"");
	end(&t);
}

static void test_form_of_a_release_that_is_not_known_does_not_pass(void **state)
{
	struct scene s = { .files = { CATALOG_V1, LINUX_6_18 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"bitmaps\",");
	assert_has(s.v.json, "{\"code\":\"memory-map-unknown\"");
	end(&s);
}

static void test_map_of_a_root_that_may_be_refused_is_not_known(void **state)
{
	struct scene s = { .files = { LINUX_7_3, MODULE } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"radix tree\",\"read\":null,\"verdict\":\"not-known\",\"how\":null");
	end(&s);
}

/* ---- LUO ---- */

static void test_linux_6_19_to_7_0_panics(void **state)
{
	struct scene s = { .files = { LINUX_6_19, LINUX_7_0 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"luo-flb\",\"saved\":null,\"read\":\"luo-flb-v1\",\"verdict\":\"refused\"");
	assert_has(s.v.json, "{\"code\":\"panics\",\"name\":\"luo-flb\"");
	end(&s);
}

static void test_linux_7_0_to_7_0_does_not(void **state)
{
	struct scene s = { .files = { LINUX_7_0, LINUX_7_0 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	end(&s);
}

/* ---- One kernel is named, with its modules ---- */

static void refused(struct scene *s, const char *why)
{
	run(s);
	assert_int_equal(s->rc, -KSTD_USAGE);
	assert_has(kstd_error_text(s->v.ctx), why);
	end(s);
}

static void test_two_kernels_are_refused(void **state)
{
	struct scene s = { .files = { LINUX_7_3, WITHOUT_KHO, LINUX_7_3 } };

	refused(&s, "two kernels are named as the next one, ");
}

static void test_two_kernels_are_refused_for_the_way_back(void **state)
{
	struct scene s = { .files = { LINUX_7_3, LINUX_7_3, LINUX_7_3 }, .opts.reverse = true };

	refused(&s, "two kernels are named as the next one, ");
}

static void test_catalogs_of_two_kernels_are_refused(void **state)
{
	struct scene s = { .files = { LINUX_7_3, CATALOG, CATALOG_V1 } };

	refused(&s, "two kernels are named as the next one, ");
}

static void test_catalog_of_another_kernel_is_refused(void **state)
{
	struct scene s = { .files = { LINUX_7_3, WITHOUT_KHO, CATALOG } };

	refused(&s, "only the latter has kho-v4");
}

static void test_description_of_another_kernel_is_refused(void **state)
{
	struct scene s = { .files = { LINUX_7_3, LINUX_7_3, CATALOG_DESC } };

	refused(&s, "only the latter has test");
}

static void test_kernel_with_its_own_catalog_passes(void **state)
{
	struct scene s = { .files = { LINUX_7_3, CATALOG, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.rc, 0);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4\",\"read\":\"kho-v4\",\"verdict\":\"same\",\"how\":\"string\"");
	end(&s);
}

static void test_kernel_with_a_module_passes(void **state)
{
	struct scene s = { .files = { LINUX_7_3, MODULE, LINUX_7_3 } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	end(&s);
}

static void test_catalog_with_a_module_passes(void **state)
{
	struct scene s = { .files = { LINUX_7_3, CATALOG, MODULE } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same_kernel_passes),
		cmocka_unit_test(test_kernel_without_kho_hands_nothing_over),
		cmocka_unit_test(test_next_kernel_without_kho_gives_nothing_back),
		cmocka_unit_test(test_module_alone_does_not_say_what_is_written),
		cmocka_unit_test(test_nor_does_it_on_the_way_back),
		cmocka_unit_test(test_catalog_of_a_module_does_not_say_it),
		cmocka_unit_test(test_module_and_a_kernel_without_kho_fail),
		cmocka_unit_test(test_what_is_not_known_of_two_files_can_be_accepted),
		cmocka_unit_test(test_version_of_kho_that_is_not_known_does_not_pass),
		cmocka_unit_test(test_forms_of_the_map_are_those_of_releases),
		cmocka_unit_test(test_forms_of_the_map_are_compared_for_the_way_back),
		cmocka_unit_test(test_one_form_of_the_map_passes),
		cmocka_unit_test(test_form_of_some_release_candidates_is_not_known),
		cmocka_unit_test(test_form_of_a_release_that_is_not_known_does_not_pass),
		cmocka_unit_test(test_map_of_a_root_that_may_be_refused_is_not_known),
		cmocka_unit_test(test_linux_6_19_to_7_0_panics),
		cmocka_unit_test(test_linux_7_0_to_7_0_does_not),
		cmocka_unit_test(test_two_kernels_are_refused),
		cmocka_unit_test(test_two_kernels_are_refused_for_the_way_back),
		cmocka_unit_test(test_catalogs_of_two_kernels_are_refused),
		cmocka_unit_test(test_catalog_of_another_kernel_is_refused),
		cmocka_unit_test(test_description_of_another_kernel_is_refused),
		cmocka_unit_test(test_kernel_with_its_own_catalog_passes),
		cmocka_unit_test(test_kernel_with_a_module_passes),
		cmocka_unit_test(test_catalog_with_a_module_passes),
	};

	return RUN(tests);
}
