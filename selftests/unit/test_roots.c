// SPDX-License-Identifier: GPL-2.0

/* KHO roots in memory: found, their sides, and what they name. */

#include "../lib/make_core.h"
#include "../lib/machine.h"
#include "helpers.h"

#define MIB	(1ULL << 20)

struct fixture {
	struct memory m;
	struct core c;
	struct image im;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memory_init(&f->m, 4096, false);
	image_init(&f->im);
	image_example(&f->im);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	core_free(&f->c);
	memory_free(&f->m);
	image_free(&f->im);
	free(f);
	return 0;
}

/* A root at @pa with everything within 1 MiB of it, kstate's image among that. */
static void put_root(struct fixture *f, uint64_t pa, uint32_t count, bool keeps)
{
	struct machine_subtree kstate = { "kstate", pa + 0x8000, f->im.fdt, f->im.len };
	struct machine_root root = {
		.pa = pa, .map = memory_map(&f->m), .keeps = keeps, .metadata = count ? pa + 0x2000 : 0,
		.count = count, .subtrees = &kstate, .nr = 1,
	};

	machine_root(&f->m, &root);
}

static void opened(struct fixture *f)
{
	core_memory(&f->c, &f->m, 0);
	core_finish(&f->c);
	view_mem(&f->v, f->c.file, f->c.len);
	view_info(&f->v);
}

static void test_root_of_a_cold_boot_is_out(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 1, true);
	opened(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(f->v.json, "\"kstate\":[{\"side\":\"out\"");
	assert_has(f->v.notes, "an ELF core of x86-64");
	assert_has(f->v.notes, "a KHO root at 0x300000, what it will hand over (out); found by a scan of ");
	assert_string_equal(f->v.defects, "[]");
}

static void test_roots_of_both_sides_are_told_apart(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 2, false);
	put_root(f, 7 * MIB, 3, true);
	opened(f);
	assert_has(f->v.notes, "a KHO root at 0x300000, what the kernel got (in)");
	assert_has(f->v.notes, "a KHO root at 0x700000, what it will hand over (out)");
	assert_string_equal(f->v.defects, "[]");
}

static void test_root_of_an_earlier_kernel_is_not_shown(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 2, false);
	put_root(f, 5 * MIB, 1, false);
	put_root(f, 7 * MIB, 3, true);
	opened(f);
	assert_has(f->v.notes, "another KHO root at 0x500000, kexec count 1, its memory map is not whole");
	assert_has(f->v.notes, "0x300000, what the kernel got (in)");
	assert_string_equal(f->v.defects, "[]");
}

static void test_two_with_the_same_claim_are_not_decided(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 2, true);
	put_root(f, 7 * MIB, 2, true);
	opened(f);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"file\"");
	assert_has(f->v.notes, "of an unknown side");
	assert_not_known(&f->v, "whether the KHO root at 0x300000 is of what the kernel got or of what it will hand over");
	assert_has(f->v.notes, "another KHO root at 0x700000");
}

static void test_root_without_a_count_is_not_decided(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 0, true);
	opened(f);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"file\"");
	assert_has(f->v.notes, "no kexec count");
	assert_not_known(&f->v, "nothing in it decides that (no kexec count");
}

static void test_root_that_does_not_keep_itself_is_not_out(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 1, false);
	opened(f);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"file\"");
	assert_has(f->v.notes, "its memory map is not whole");
	assert_not_known(&f->v, "whether the KHO root at 0x300000 is of what the kernel got");
}

static void test_big_endian_memory_is_read(void **state)
{
	struct fixture *f = *state;

	f->m.phys.big = f->c.big = true;
	f->c.machine = 22;	/* EM_S390 */
	put_root(f, 3 * MIB, 1, true);
	opened(f);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_not_known(&f->v, "an ELF core of S/390");
}

static void test_large_pages_are_read(void **state)
{
	struct fixture *f = *state;

	f->m.phys.page_size = 65536;
	f->c.machine = 183;	/* EM_AARCH64 */
	core_note(&f->c, "VMCOREINFO", 0, "PAGESIZE=65536\n", 15);
	put_root(f, 3 * MIB, 1, true);
	opened(f);
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_string_equal(f->v.defects, "[]");
}

static void test_sections_are_decoded_from_memory(void **state)
{
	struct fixture *f = *state;

	put_root(f, 3 * MIB, 1, true);
	opened(f);
	view_sections(&f->v, "test@0.s");
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"value\":\"abcdefghi\"");
	assert_string_equal(f->v.defects, "[]");
}

static void test_subtree_that_is_not_in_the_core_is_a_defect(void **state)
{
	static const struct machine_subtree gone = { "gone", 0x7000000, NULL, 100 };
	struct machine_root root = { .pa = 3 * MIB, .keeps = true, .metadata = 5 * MIB,
				    .count = 1, .subtrees = &gone, .nr = 1 };
	struct fixture *f = *state;

	root.map = memory_map(&f->m);
	machine_root(&f->m, &root);
	opened(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.defects, "\"code\":\"absent\"");
	assert_has(f->v.defects, "memory has no memory at 0x7000000");
	assert_has(f->v.defects, "kho/out/sub_fdts/gone");
}

static void test_subtree_of_a_wild_size_takes_no_memory(void **state)
{
	static const struct machine_subtree wild = { "wild", 3 * MIB, NULL, UINT64_MAX };
	struct machine_root root = { .pa = 3 * MIB, .keeps = true, .metadata = 5 * MIB,
				    .count = 1, .subtrees = &wild, .nr = 1 };
	struct fixture *f = *state;

	root.map = memory_map(&f->m);
	machine_root(&f->m, &root);
	opened(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.defects, "\"code\":\"too-big\"");
}

static void test_other_version_of_a_root_is_named(void **state)
{
	struct machine_root root = { .pa = 3 * MIB, .compatible = "kho-v9" };
	struct fixture *f = *state;

	root.map = memory_map(&f->m);
	machine_root(&f->m, &root);
	opened(f);
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"format\":\"kho-v9\"");
	assert_has(f->v.defects, "version \\\"kho-v9\\\"");
}

static void test_core_without_a_root_says_what_was_scanned(void **state)
{
	struct fixture *f = *state;

	memory_put(&f->m, 3 * MIB, "nothing", 7);
	core_memory(&f->c, &f->m, 0);
	core_finish(&f->c);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(f->v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(f->v.ctx), "no-blobs");
	assert_has(kstd_error_message(f->v.ctx), "an ELF core of x86-64, 1 segment: no KHO root");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_root_of_a_cold_boot_is_out),
		TEST(test_roots_of_both_sides_are_told_apart),
		TEST(test_root_of_an_earlier_kernel_is_not_shown),
		TEST(test_two_with_the_same_claim_are_not_decided),
		TEST(test_root_without_a_count_is_not_decided),
		TEST(test_root_that_does_not_keep_itself_is_not_out),
		TEST(test_big_endian_memory_is_read),
		TEST(test_large_pages_are_read),
		TEST(test_sections_are_decoded_from_memory),
		TEST(test_subtree_that_is_not_in_the_core_is_a_defect),
		TEST(test_subtree_of_a_wild_size_takes_no_memory),
		TEST(test_other_version_of_a_root_is_named),
		TEST(test_core_without_a_root_says_what_was_scanned),
	};

	return RUN(tests);
}
