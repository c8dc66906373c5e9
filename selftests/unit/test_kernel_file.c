// SPDX-License-Identifier: GPL-2.0

/* Catalogs in files of kernels: whole, cut, packed, without one. */

#include <sys/resource.h>

#include "helpers.h"
#include "../lib/kernel.h"

#define BYTES		(3UL << 20)
#define BANNER		0x2000
#define CATALOG		0x12348
#define STRINGS		0x200100
#define EDGE		(1UL << 20)	/* how much is looked at at once */
#define BEYOND		(EDGE + 0x10000)

static const char abis[] = "kstate-v1\0kho-v4\0luo-v5";

static void make(struct kernel *k)
{
	kernel_init(k, KERNEL_VMLINUX, BYTES);
	kernel_banner(k, BANNER);
	kernel_catalog(k, CATALOG, abis, sizeof(abis));
}

static void make_module(struct kernel *k)
{
	kernel_init(k, KERNEL_MODULE, 20000);
	kernel_vermagic(k, 0x200);
	kernel_catalog(k, 0x1000, "", 0);
}

static void view_catalog(struct view *v, const void *p, size_t len)
{
	const struct kstd_node *root;

	view_mem(v, p, len);
	if (!v->rc)
		v->rc = kstd_catalog(v->dump, NULL, &root);
	if (v->rc)
		return;
	v->json = json_of(root);
	v->defects = json_of(kstd_defects(v->dump));
	v->notes = json_of(kstd_notes(v->dump));
}

static void view_kernel(struct view *v, struct kernel *k)
{
	view_catalog(v, k->p, k->len);
}

static void close_kernel(struct view *v, struct kernel *k)
{
	view_close(v);
	kernel_free(k);
}

static void assert_found(struct view *v, const char *format)
{
	char want[80];

	assert_int_equal(v->rc, 0);
	snprintf(want, sizeof(want), "\"format\":\"%s\",\"release\":\"7.3.4\",\"descriptions\":\"2\"",
		 format);
	assert_has(v->json, want);
	assert_has(v->json, "{\"description\":\"test\",");
	assert_has(v->json, "{\"description\":\"test_v2\",");
	assert_string_equal(v->defects, "[]");
}

static void assert_refused(struct view *v, const char *code, const char *text)
{
	assert_int_equal(v->rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v->ctx), code);
	assert_has(kstd_error_message(v->ctx), text);
}

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

static const struct {
	enum kernel_pack pack;
	const char *name;
} packs[] = {
	{ PACK_GZIP, "gzip" }, { PACK_XZ, "xz" }, { PACK_LZMA, "lzma" }, { PACK_ZSTD, "zstd" },
	{ PACK_LZ4, "lz4" },
};

#define for_each_pack(i) for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++)

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
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_ARM64, BYTES);
	kernel_banner(&k, BANNER);
	kernel_catalog(&k, CATALOG, abis, sizeof(abis));
	kernel_zboot(&k, PACK_ZSTD);
	view_kernel(&v, &k);
	assert_found(&v, "EFI image, zstd");
	close_kernel(&v, &k);
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

/* Wherever it stands, also across the end of what is looked at at once. */
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

static void test_kernel_whose_catalog_was_removed_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_VMLINUX, BYTES);
	kernel_banner(&k, BANNER);
	kernel_string(&k, STRINGS, "kstate-v1");
	view_kernel(&v, &k);
	assert_refused(&v, "no-catalog", "it was removed");
	close_kernel(&v, &k);
}

static void test_foreign_files_are_refused(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_VMLINUX, BYTES);
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "an ELF file, but neither a core nor a kernel or a module");
	view_close(&v);
	kernel_pack(&k, PACK_XZ);
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "a compressed ELF file, but neither");
	close_kernel(&v, &k);
}

static void test_truncated_vmlinux_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	for (size_t len = 64; len < k.len; len = len * 3 + 1) {
		view_catalog(&v, k.p, len);
		assert_refused(&v, "truncated", "truncated: the ELF file goes up to 0x");
		view_close(&v);
	}
	view_catalog(&v, k.p, k.len - 1);
	assert_refused(&v, "truncated", "goes up to 0x300000, and the file ends at 0x2fffff");
	close_kernel(&v, &k);
}

/* Packed, a file that is cut is refused even where the catalog was still to be had. */
static void test_truncated_payload_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make(&k);
		kernel_bzimage(&k, packs[i].pack);
		view_catalog(&v, k.p, k.len - 1);
		assert_refused(&v, "truncated", "truncated: the payload goes up to");
		view_close(&v);
		/* The header agrees: what is missing shows in the data alone. */
		k.p[0x24d] -= 2;
		view_catalog(&v, k.p, k.len - 512);
		assert_int_equal(v.rc, -KSTD_INPUT);
		close_kernel(&v, &k);
	}
}

static void test_truncated_module_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make_module(&k);
		kernel_pack(&k, packs[i].pack);
		for (size_t less = 5; less < k.len; less *= 3) {
			view_catalog(&v, k.p, k.len - less);
			assert_int_equal(v.rc, -KSTD_INPUT);
			view_close(&v);
		}
		kernel_free(&k);
	}
}

static void test_damaged_payload_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		if (packs[i].pack == PACK_LZ4 || packs[i].pack == PACK_LZMA)
			continue;	/* these have no checksum */
		make(&k);
		kernel_bzimage(&k, packs[i].pack);
		k.p[k.len / 2] ^= 0x10;
		view_kernel(&v, &k);
		assert_int_equal(v.rc, -KSTD_INPUT);
		close_kernel(&v, &k);
	}
}

static void test_size_that_is_not_what_is_unpacked_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_LZ4);
	k.p[k.len - 4]++;
	view_kernel(&v, &k);
	assert_refused(&v, "corrupt", "unpacks to 3145728 bytes, and 3145729 are stated");
	close_kernel(&v, &k);
}

static void test_inflated_payload_length_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_GZIP);
	memset(k.p + 0x248, 0xff, 8);
	view_kernel(&v, &k);
	assert_refused(&v, "truncated", "the payload goes up to 0x2000003fe");
	close_kernel(&v, &k);
}

static void test_bzimage_that_does_not_say_where_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_GZIP);
	k.p[0x206] = 7;
	view_kernel(&v, &k);
	assert_refused(&v, "unsupported", "does not say where its payload is");
	close_kernel(&v, &k);
}

static void test_other_packers_are_named(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_NONE);
	memcpy(k.p + 1024 + 64, "BZh9", 4);
	view_kernel(&v, &k);
	assert_refused(&v, "unsupported", "compressed with bzip2");
	view_close(&v);
	memcpy(k.p + 1024 + 64, "\x89LZO\0\r\n\x1a\n", 9);
	view_kernel(&v, &k);
	assert_refused(&v, "unsupported", "compressed with lzo");
	close_kernel(&v, &k);
}

/* A tree whose header claims more than there is. */
static void test_inflated_catalog_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	k.p[CATALOG + 5] = 0x80;	/* 8 MiB more */
	view_kernel(&v, &k);
	assert_refused(&v, "truncated", "of which");
	close_kernel(&v, &k);
}

static void test_catalog_beyond_the_limit_is_none(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	k.p[CATALOG + 4] = 0x7f;
	view_kernel(&v, &k);
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"descriptions\":[]");
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

static void test_damaged_catalog_has_defects(void **state)
{
	struct kernel k;
	struct view v;
	char *type;

	make(&k);
	type = memmem(k.p, k.len, "unsigned long", 13);
	assert_non_null(type);
	*type = 'U';
	view_kernel(&v, &k);
	assert_int_equal(v.rc, 0);
	assert_has(v.defects, "\"code\":\"checksum\"");
	close_kernel(&v, &k);
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

/* What unpacks to a thousand times its size takes no more memory than any other. */
static void test_memory_does_not_depend_on_the_size(void **state)
{
	const size_t bytes = 128UL << 20;
	struct rusage before, after;
	struct kernel k = { .p = calloc(1, bytes), .len = bytes };
	struct view v;

	assert_non_null(k.p);
	kernel_pack(&k, PACK_ZSTD);
	assert_true(k.len < bytes / 1000);
	getrusage(RUSAGE_SELF, &before);
	view_kernel(&v, &k);
	getrusage(RUSAGE_SELF, &after);
	assert_refused(&v, "foreign", "a compressed file, but neither");
	assert_true(after.ru_maxrss - before.ru_maxrss < 64 << 10);
	close_kernel(&v, &k);
}

static void test_truncations_of_a_bzimage_never_crash(void **state)
{
	struct kernel k;
	struct view v;

	make_module(&k);
	kernel_bzimage(&k, PACK_GZIP);
	for (size_t len = 0; len < k.len; len += len < 2048 ? 1 : 97) {
		view_catalog(&v, k.p, len);
		assert_true(v.rc < 0);
		view_close(&v);
	}
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
		cmocka_unit_test(test_kernel_whose_catalog_was_removed_is_refused),
		cmocka_unit_test(test_foreign_files_are_refused),
		cmocka_unit_test(test_truncated_vmlinux_is_refused),
		cmocka_unit_test(test_truncated_payload_is_refused),
		cmocka_unit_test(test_truncated_module_is_refused),
		cmocka_unit_test(test_damaged_payload_is_refused),
		cmocka_unit_test(test_size_that_is_not_what_is_unpacked_is_refused),
		cmocka_unit_test(test_inflated_payload_length_is_refused),
		cmocka_unit_test(test_bzimage_that_does_not_say_where_is_refused),
		cmocka_unit_test(test_other_packers_are_named),
		cmocka_unit_test(test_inflated_catalog_is_refused),
		cmocka_unit_test(test_catalog_beyond_the_limit_is_none),
		cmocka_unit_test(test_image_in_a_kernel_is_no_catalog),
		cmocka_unit_test(test_damaged_catalog_has_defects),
		cmocka_unit_test(test_kernel_is_no_image),
		cmocka_unit_test(test_memory_does_not_depend_on_the_size),
		cmocka_unit_test(test_truncations_of_a_bzimage_never_crash),
	};

	return RUN(tests);
}
