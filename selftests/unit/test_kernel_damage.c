// SPDX-License-Identifier: GPL-2.0

/* Files of kernels that are cut, damaged, inflated, foreign, or lost their catalog. */

#include <sys/resource.h>

#include "kernel_file.h"

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
	assert_refused(&v, "foreign", "an ELF file: neither a core nor a kernel or a module");
	view_close(&v);
	kernel_pack(&k, PACK_XZ);
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "xz, and in it an ELF file: neither");
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

/* Its catalog is there: without a word on it, it would pass. */
static void test_truncated_arm64_image_is_refused(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_ARM64, BYTES);
	kernel_banner(&k, BANNER);
	kernel_catalog(&k, CATALOG, abis, sizeof(abis));
	kernel_efi_stub(&k);
	view_kernel(&v, &k);
	assert_found(&v, "arm64 Image");
	view_close(&v);
	view_catalog(&v, k.p, k.len - 1);
	assert_refused(&v, "truncated", "the Image goes up to 0x300000, and the file ends at 0x2fffff");
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

/* The size is behind the payload, and counts: it is another one, then it is missing. */
static void test_efi_image_unpacks_to_what_it_states(void **state)
{
	struct kernel k;
	struct view v;

	make_efi(&k, PACK_ZSTD);
	k.p[k.len - 4]++;
	view_kernel(&v, &k);
	assert_refused(&v, "corrupt", "unpacks to 3145728 bytes, and 3145729 are stated");
	view_close(&v);
	view_catalog(&v, k.p, k.len - 1);
	assert_refused(&v, "truncated", "truncated: the payload goes up to");
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
	assert_refused(&v, "foreign", "zstd, and in it no kernel: neither");
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
		cmocka_unit_test(test_kernel_whose_catalog_was_removed_is_refused),
		cmocka_unit_test(test_foreign_files_are_refused),
		cmocka_unit_test(test_truncated_vmlinux_is_refused),
		cmocka_unit_test(test_truncated_arm64_image_is_refused),
		cmocka_unit_test(test_truncated_payload_is_refused),
		cmocka_unit_test(test_truncated_module_is_refused),
		cmocka_unit_test(test_damaged_payload_is_refused),
		cmocka_unit_test(test_size_that_is_not_what_is_unpacked_is_refused),
		cmocka_unit_test(test_efi_image_unpacks_to_what_it_states),
		cmocka_unit_test(test_inflated_payload_length_is_refused),
		cmocka_unit_test(test_bzimage_that_does_not_say_where_is_refused),
		cmocka_unit_test(test_other_packers_are_named),
		cmocka_unit_test(test_inflated_catalog_is_refused),
		cmocka_unit_test(test_catalog_beyond_the_limit_is_none),
		cmocka_unit_test(test_damaged_catalog_has_defects),
		cmocka_unit_test(test_memory_does_not_depend_on_the_size),
		cmocka_unit_test(test_truncations_of_a_bzimage_never_crash),
	};

	return RUN(tests);
}
