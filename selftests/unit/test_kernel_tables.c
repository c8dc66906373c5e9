// SPDX-License-Identifier: GPL-2.0

/* Handlers and FLBs in files of kernels, and which strings a file has. */

#include "kernel_file.h"
#include "vmlinux/string_set.h"

#define TABLE	0x30000

static const struct kernel_table memfd = { "memfd-v2", KERNEL_FILE_OPS };
static const struct kernel_table pci = { "pci", KERNEL_FLB_OPS };

/* What a kernel with this table is said to have. */
static void view_table(struct view *v, const struct kernel_table *t)
{
	struct kernel k;

	make(&k);
	kernel_table(&k, TABLE, t);
	view_kernel(v, &k);
	assert_int_equal(v->rc, 0);
	kernel_free(&k);
}

static void test_handler_is_found_by_its_functions(void **state)
{
	struct view v;

	view_table(&v, &memfd);
	assert_has(v.json, "\"handlers\":[{\"handler\":\"memfd-v2\",\"kind\":\"file\",\"how\":\"table\",");
	view_close(&v);
}

static void test_flb_is_found_by_its_functions(void **state)
{
	struct view v;

	view_table(&v, &pci);
	assert_has(v.json, "\"handlers\":[{\"handler\":\"pci\",\"kind\":\"flb\",\"how\":\"table\",");
	view_close(&v);
}

/* With freeze, and without unfreeze: the first four are functions, and so are all of a handler's. */
static void test_what_looks_like_either_counts_as_both(void **state)
{
	static const struct kernel_table either = { "memfd-v2", KERNEL_FILE_OPS | KERNEL_FLB_OPS };
	struct view v;

	view_table(&v, &either);
	assert_has(v.json, "{\"handler\":\"memfd-v2\",\"kind\":\"both\",");
	view_close(&v);
}

static void test_every_function_that_registering_demands_is_needed(void **state)
{
	for (int i = 0; i < 8; i++) {
		struct kernel_table less = { "memfd-v2", KERNEL_FILE_OPS & ~(1u << i) };
		struct view v;

		if (less.functions == KERNEL_FILE_OPS)
			continue;
		view_table(&v, &less);
		assert_has(v.json, "\"handlers\":[]");
		view_close(&v);
	}
}

static void test_name_alone_is_no_handler(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_string(&k, TABLE, "memfd-v2");
	view_kernel(&v, &k);
	assert_has(v.json, "\"handlers\":[]");
	close_kernel(&v, &k);
}

static void test_handlers_are_found_in_what_is_packed(void **state)
{
	struct kernel k;
	struct view v;

	for_each_pack(i) {
		make(&k);
		kernel_table(&k, TABLE, &memfd);
		kernel_bzimage(&k, packs[i].pack);
		view_kernel(&v, &k);
		assert_has(v.json, "{\"handler\":\"memfd-v2\",\"kind\":\"file\",");
		close_kernel(&v, &k);
	}
}

static void view_module(struct view *v, const struct kernel_table *t)
{
	struct kernel k;

	make_module(&k);
	kernel_module_table(&k, 0x2000, t);
	view_kernel(v, &k);
	assert_int_equal(v->rc, 0);
	kernel_free(&k);
}

static void test_module_has_its_handler_in_relocations(void **state)
{
	struct view v;

	view_module(&v, &memfd);
	assert_has(v.json, "\"handlers\":[{\"handler\":\"memfd-v2\",\"kind\":\"file\",\"how\":\"table\",");
	view_close(&v);
	view_module(&v, &pci);
	assert_has(v.json, "\"handlers\":[{\"handler\":\"pci\",\"kind\":\"flb\",");
	view_close(&v);
}

static void test_module_without_the_functions_has_no_handler(void **state)
{
	static const struct kernel_table none = { "memfd-v2", 0 };
	struct view v;

	view_module(&v, &none);
	assert_has(v.json, "\"handlers\":[]");
	view_close(&v);
}

static void test_proposed_section_lists_handlers(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_versions(&k, TABLE, "vfio-pci-v1");
	view_kernel(&v, &k);
	assert_has(v.json, "{\"handler\":\"vfio-pci-v1\",\"kind\":\"both\",\"how\":\"section\",");
	close_kernel(&v, &k);
}

/* Every byte of a table's file flipped, and cut anywhere near it: no harm. */
static void test_damage_does_no_harm(void **state)
{
	struct kernel k;
	struct view v;

	make_module(&k);
	kernel_module_table(&k, 0x2000, &memfd);
	for (size_t at = 0x2000; at < 0x2000 + KERNEL_TABLE + 0x200; at += 3) {
		k.p[at] ^= 0xff;
		view_kernel(&v, &k);
		k.p[at] ^= 0xff;
		view_close(&v);
	}
	for (size_t len = 0; len < 0x200; len += 5) {
		view_catalog(&v, k.p, 0x2000 + KERNEL_TABLE + len);
		view_close(&v);
	}
	kernel_free(&k);
}

/* ---- Unified kernel images ---- */

static void test_uki_is_the_kernel_in_it(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_bzimage(&k, PACK_GZIP);
	kernel_uki(&k, ".linux");
	view_kernel(&v, &k);
	assert_found(&v, "UKI, bzImage, gzip");
	close_kernel(&v, &k);
}

static void test_efi_program_without_a_kernel_is_called_that(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_uki(&k, ".other");
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "an EFI program, and no unified kernel image: it has no section .linux");
	close_kernel(&v, &k);
}

static void test_uki_in_a_uki_is_none(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_uki(&k, ".linux");
	kernel_uki(&k, ".linux");
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "holds an EFI program, and no kernel");
	close_kernel(&v, &k);
}

static void test_cut_uki_is_truncated(void **state)
{
	struct kernel k;
	struct view v;

	make(&k);
	kernel_uki(&k, ".linux");
	view_catalog(&v, k.p, k.len - 1);
	assert_refused(&v, "truncated", "the section .linux goes up to");
	close_kernel(&v, &k);
}

static void test_packed_initramfs_is_called_that(void **state)
{
	struct kernel k;
	struct view v;

	kernel_init(&k, KERNEL_VMLINUX, 20000);
	kernel_put(&k, 0, "070701", 6);
	kernel_pack(&k, PACK_ZSTD);
	view_kernel(&v, &k);
	assert_refused(&v, "foreign", "zstd, and in it an initramfs (a cpio archive)");
	close_kernel(&v, &k);
}

/* ---- Strings ---- */

static bool lacks(const char *bytes, size_t len, const char *str)
{
	struct kstd_string_set s = { 0 };
	bool answer;

	for (size_t i = 0; i < len; i++)
		kstd_string_set_take(&s, (const uint8_t *)bytes + i, 1);
	answer = kstd_string_set_lacks(&s, str);
	kstd_string_set_free(&s);
	return answer;
}

static void test_strings_are_remembered(void **state)
{
	static const char bytes[] = "\xff" "vfio-pci-v1\0see kvm_vm_luo_v1\0pci-v2 no\0";

	assert_false(lacks(bytes, sizeof(bytes), "vfio-pci-v1"));
	assert_false(lacks(bytes, sizeof(bytes), "kvm_vm_luo_v1"));
	assert_true(lacks(bytes, sizeof(bytes), "pci-v2"));
	assert_true(lacks(bytes, sizeof(bytes), "vfio-pci"));
	assert_true(lacks("", 0, "memfd-v2"));
}

static void test_what_is_not_remembered_is_not_known_to_lack(void **state)
{
	assert_false(lacks("", 0, "ab"));
	assert_false(lacks("", 0, "with blank"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handler_is_found_by_its_functions),
		cmocka_unit_test(test_flb_is_found_by_its_functions),
		cmocka_unit_test(test_what_looks_like_either_counts_as_both),
		cmocka_unit_test(test_every_function_that_registering_demands_is_needed),
		cmocka_unit_test(test_name_alone_is_no_handler),
		cmocka_unit_test(test_handlers_are_found_in_what_is_packed),
		cmocka_unit_test(test_module_has_its_handler_in_relocations),
		cmocka_unit_test(test_module_without_the_functions_has_no_handler),
		cmocka_unit_test(test_proposed_section_lists_handlers),
		cmocka_unit_test(test_damage_does_no_harm),
		cmocka_unit_test(test_uki_is_the_kernel_in_it),
		cmocka_unit_test(test_efi_program_without_a_kernel_is_called_that),
		cmocka_unit_test(test_uki_in_a_uki_is_none),
		cmocka_unit_test(test_cut_uki_is_truncated),
		cmocka_unit_test(test_packed_initramfs_is_called_that),
		cmocka_unit_test(test_strings_are_remembered),
		cmocka_unit_test(test_what_is_not_remembered_is_not_known_to_lack),
	};

	return RUN(tests);
}
