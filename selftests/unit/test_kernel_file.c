// SPDX-License-Identifier: GPL-2.0

/* Catalogs in files of kernels: of every kind, packed, anywhere. */

#include "kernel_file.h"

static void test_vmlinux_has_a_catalog(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	view_kernel(&v, &k);
	assert_found(&v, "vmlinux");
	assert_has(v.json, "{\"abi\":\"kho\",\"version\":\"kho-v4\",\"how\":\"catalog\",");
	assert_has(v.json, "{\"abi\":\"luo\",\"version\":\"luo-v5\",\"how\":\"catalog\",");
	close_kernel(&v, &k);
}

static void test_module_has_a_catalog_without_versions(void **state)
{
	struct kernel k;
	struct view v;

	make_module(&k);
	kernel_string(&k, 0x3000, "luo-v5");
	view_kernel(&v, &k);
	assert_found(&v, "module");
	assert_has(v.json, "\"abis\":[]");
	close_kernel(&v, &k);
}

static void test_module_without_descriptions_is_none_the_worse(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_MODULE, 20000);
	kernel_vermagic(&k, 0x200);
	view_kernel(&v, &k);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"descriptions\":\"0\"");
	assert_has(v.notes, "a module without descriptions");
	close_kernel(&v, &k);
}

static void test_arm64_image_has_no_sections_and_needs_none(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_ARM64, BYTES);
	kernel_banner(&k, BANNER);
	kernel_catalog(&k, CATALOG, abis, sizeof(abis));
	view_kernel(&v, &k);
	assert_found(&v, "arm64 Image");
	close_kernel(&v, &k);
}

static void test_bzimage_is_unpacked(void **state)
{
	char want[40];
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make(&k);
		kernel_bzimage(&k, packs[i].pack);
		view_kernel(&v, &k);
		snprintf(want, sizeof(want), "bzImage, %s", packs[i].name);
		assert_found(&v, want);
		close_kernel(&v, &k);
	}
}

static void test_bzimage_need_not_be_packed(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_NONE);
	view_kernel(&v, &k);
	assert_found(&v, "bzImage");
	close_kernel(&v, &k);
}

static void test_efi_image_is_unpacked(void **state)
{
	char want[40];
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make_efi(&k, packs[i].pack);
		view_kernel(&v, &k);
		snprintf(want, sizeof(want), "EFI image, %s", packs[i].name);
		assert_found(&v, want);
		close_kernel(&v, &k);
	}
}

static void test_modules_are_unpacked(void **state)
{
	char want[40];
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make_module(&k);
		kernel_pack(&k, packs[i].pack);
		view_kernel(&v, &k);
		snprintf(want, sizeof(want), "module, %s", packs[i].name);
		assert_found(&v, want);
		close_kernel(&v, &k);
	}
}

/* At any place, also across the end of a window that is searched at once. */
static void test_catalog_is_found_anywhere(void **state)
{
	struct kernel k;
	struct view v;

	for (size_t at = EDGE - 2000; at <= EDGE + 200; at += 40) {
		kernel_init(&k, KERNEL_VMLINUX, BEYOND);
		kernel_banner(&k, BANNER);
		kernel_catalog(&k, at, abis, sizeof(abis));
		view_kernel(&v, &k);
		assert_found(&v, "vmlinux");
		close_kernel(&v, &k);
	}
}

static void test_strings_are_found_anywhere(void **state)
{
	struct kernel k;
	struct view v;

	for (size_t at = EDGE - 200; at <= EDGE + 20; at += 3) {
		kernel_init(&k, KERNEL_VMLINUX, BEYOND);
		kernel_banner(&k, BANNER);
		kernel_string(&k, at, "kho-v4");
		view_kernel(&v, &k);
		assert_int_equal(v.rc, 0);
		assert_has(v.json, "{\"abi\":\"kho\",\"version\":\"kho-v4\",\"how\":\"string\",");
		close_kernel(&v, &k);
	}
}

static void test_kernel_without_kstate_speaks_by_its_strings(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_VMLINUX, BYTES);
	kernel_banner(&k, BANNER);
	kernel_string(&k, STRINGS, "kho-v3");
	kernel_string(&k, STRINGS + 32, "luo-session-v2");
	kernel_string(&k, STRINGS + 64, "reserve-mem-v1");
	view_kernel(&v, &k);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "{\"abi\":\"kho\",\"version\":\"kho-v3\",\"how\":\"string\",");
	assert_has(v.json, "{\"abi\":\"luo-session\",\"version\":\"luo-session-v2\",\"how\":\"string\",");
	assert_has(v.json, "{\"abi\":\"reserve-mem\",\"version\":\"reserve-mem-v1\",\"how\":\"string\",");
	assert_has(v.json, "\"descriptions\":[]");
	close_kernel(&v, &k);
}

static void test_other_strings_are_none(void **state)
{
	static const char *const strings[] = {
		"see kho-v4", "kho-v4 is old", "kho-v", "kho-vx", "KHO-v4", "snd-v1", "-v1", "luo--v",
	};
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_VMLINUX, BYTES);
	kernel_banner(&k, BANNER);
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		kernel_string(&k, STRINGS + 32 * i, strings[i]);
	view_kernel(&v, &k);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"abis\":[]");
	close_kernel(&v, &k);
}

static void test_the_catalog_is_believed_before_strings(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_string(&k, STRINGS, "kho-v3");
	kernel_string(&k, STRINGS + 32, "memfd-v2");
	view_kernel(&v, &k);
	assert_has_not(v.json, "kho-v3");
	assert_has(v.json, "\"version\":\"memfd-v2\",\"how\":\"string\"");
	close_kernel(&v, &k);
}

static void test_image_in_a_kernel_is_no_catalog(void **state)
{
	struct image im;
	struct kernel k;
	struct view v;

	image_init(&im);
	image_example(&im);
	kernel_init(&k, KERNEL_VMLINUX, BYTES);
	kernel_banner(&k, BANNER);
	kernel_put(&k, 0x10000, im.fdt, im.len);
	kernel_catalog(&k, 0x20000, abis, sizeof(abis));
	view_kernel(&v, &k);
	assert_found(&v, "vmlinux");
	assert_has(v.json, "{\"abi\":\"luo\",\"version\":\"luo-v5\",\"how\":\"catalog\",");
	close_kernel(&v, &k);
	image_free(&im);
}

static void test_kernel_is_no_image(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	view_mem(&v, k.p, k.len);
	view_sections(&v, NULL);
	assert_refused(&v, "not-kstate", "a kernel's file, not an image");
	view_schema(&v, "test");
	assert_has(v.json, "\"origin\":\"catalog\"");
	close_kernel(&v, &k);
}

/* @arg counts the calls; the second one cancels. */
static int cancel(void *arg, const char *what, uint64_t done, uint64_t total)
{
	(void)done;
	(void)total;
	assert_string_equal(what, "looking through a kernel");
	return ++*(int *)arg == 2;
}

static void test_the_look_through_can_be_cancelled(void **state)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .progress = cancel };
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct kstd_dump *dump;
	struct kernel k;
	int calls = 0;

	kernel_init(&k, KERNEL_VMLINUX, 20UL << 20);
	kernel_banner(&k, BANNER);
	kernel_bzimage(&k, PACK_LZ4);
	opts.progress_arg = &calls;
	opts.buf = k.p;
	opts.buf_len = k.len;
	assert_int_equal(kstd_open(ctx, &opts, &dump), -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(ctx), "cancelled");
	assert_int_equal(calls, 2);
	kstd_ctx_free(ctx);
	kernel_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmlinux_has_a_catalog),
		cmocka_unit_test(test_module_has_a_catalog_without_versions),
		cmocka_unit_test(test_module_without_descriptions_is_none_the_worse),
		cmocka_unit_test(test_arm64_image_has_no_sections_and_needs_none),
		cmocka_unit_test(test_bzimage_is_unpacked),
		cmocka_unit_test(test_bzimage_need_not_be_packed),
		cmocka_unit_test(test_efi_image_is_unpacked),
		cmocka_unit_test(test_modules_are_unpacked),
		cmocka_unit_test(test_catalog_is_found_anywhere),
		cmocka_unit_test(test_strings_are_found_anywhere),
		cmocka_unit_test(test_kernel_without_kstate_speaks_by_its_strings),
		cmocka_unit_test(test_other_strings_are_none),
		cmocka_unit_test(test_the_catalog_is_believed_before_strings),
		cmocka_unit_test(test_image_in_a_kernel_is_no_catalog),
		cmocka_unit_test(test_kernel_is_no_image),
		cmocka_unit_test(test_the_look_through_can_be_cancelled),
	};

	return RUN(tests);
}
