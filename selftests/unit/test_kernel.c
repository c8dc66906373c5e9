// SPDX-License-Identifier: GPL-2.0

/* Roots that a kernel names in its memory: by its symbols, by its data, by setup_data. */

#include <libfdt.h>

#include "vmlinux/kernel_virt.h"
#include "../lib/make_core.h"
#include "../lib/machine.h"
#include "helpers.h"

#define MIB		(1ULL << 20)
#define LINEAR		0xffff888000000000ULL
#define TEXT		0xffffffff81000000ULL
#define IMAGE		0x1000000ULL	/* physical address of the kernel's image */
#define IMAGE_BYTES	0x20000u
#define IN		(3 * MIB)
#define OUT		(7 * MIB)
/* Offsets in the image. */
#define AT_KHO_IN	0x5000u
#define AT_KHO_OUT	0x6000u
#define AT_BOOT_PARAMS	0x7000u
#define AT_NAMES	0x8000u
#define AT_COUNT	0xa000u
#define AT_TOKENS	0xb000u
#define AT_INDEX	0xc000u
#define AT_OFFSETS	0xd000u
#define AT_BASE		0xe000u

/**
 * struct fixture - a kernel
 * @image: its text and data
 * @names: bytes of kallsyms_names so far, and @count symbols
 */
struct fixture {
	struct memory m;
	struct core c;
	uint8_t image[IMAGE_BYTES];
	size_t names;
	uint32_t count;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memory_init(&f->m, 4096, false);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	core_free(&f->c);
	memory_free(&f->m);
	free(f);
	return 0;
}

static void put_root(struct fixture *f, uint64_t pa, uint32_t count, bool keeps)
{
	struct machine_root root = {
		.pa = pa, .map = memory_map(&f->m), .keeps = keeps, .metadata = pa + 0x2000,
		.count = count,
	};

	machine_root(&f->m, &root);
}

static void word(struct fixture *f, size_t at, uint64_t v, size_t size)
{
	for (size_t i = 0; i < size; i++)
		f->image[at + i] = v >> 8 * i;
}

static void symbol_name(struct fixture *f, const char *name)
{
	size_t len = strlen(name);

	if (len >= 128) {
		f->image[AT_NAMES + f->names++] = 0x80 | (len & 0x7f);
		f->image[AT_NAMES + f->names++] = len >> 7;
	} else {
		f->image[AT_NAMES + f->names++] = len;
	}
	memcpy(f->image + AT_NAMES + f->names, name, len);
	f->names += len;
}

/* A symbol of type d; its offset is from its own entry. */
static void symbol(struct fixture *f, const char *name, size_t at)
{
	char typed[300];

	snprintf(typed, sizeof(typed), "d%s", name);
	symbol_name(f, typed);
	word(f, AT_OFFSETS + 4 * f->count, at - (AT_OFFSETS + 4 * f->count), 4);
	f->count++;
}

/* Each byte is its own token. */
static void put_tokens(struct fixture *f)
{
	size_t at = 0;

	for (int i = 0; i < 256; i++) {
		word(f, AT_INDEX + 2 * i, at, 2);
		f->image[AT_TOKENS + at] = i;
		at += 2;
	}
	word(f, AT_COUNT, f->count, 4);
}

#define TABLE \
	"SYMBOL(kallsyms_names)=ffffffff81008000\n" \
	"SYMBOL(kallsyms_num_syms)=ffffffff8100a000\n" \
	"SYMBOL(kallsyms_token_table)=ffffffff8100b000\n" \
	"SYMBOL(kallsyms_token_index)=ffffffff8100c000\n" \
	"SYMBOL(kallsyms_offsets)=ffffffff8100d000\n"

static void opened(struct fixture *f, const char *vmcoreinfo)
{
	core_note(&f->c, "VMCOREINFO", 0, vmcoreinfo, strlen(vmcoreinfo));
	core_load(&f->c, IMAGE, f->image, IMAGE_BYTES)->virt = TEXT;
	core_memory(&f->c, &f->m, LINEAR);
	core_finish(&f->c);
	view_mem(&f->v, f->c.file, f->c.len);
	view_info(&f->v);
}

static void put_both(struct fixture *f)
{
	put_root(f, IN, 1, false);
	put_root(f, OUT, 2, true);
}

static void found_both(struct fixture *f, const char *how)
{
	char want[200];

	assert_int_equal(f->v.rc, 0);
	assert_string_equal(f->v.defects, "[]");
	snprintf(want, sizeof(want), "0x300000, what the kernel got (in); found by %s; ", how);
	assert_has(f->v.notes, want);
	assert_has(f->v.notes, "0x700000, what it will hand over (out); found by ");
}

static void test_kernel_data_names_both(void **state)
{
	struct fixture *f = *state;

	put_both(f);
	word(f, 0x3008, IN, 8);
	word(f, 0x4010, LINEAR + OUT, 8);
	opened(f, "SYMBOL(_stext)=ffffffff81000000\n");
	found_both(f, "the kernel's data");
}

static void test_kernel_data_of_a_cold_boot_names_out_alone(void **state)
{
	struct fixture *f = *state;

	put_root(f, IN, 9, true);
	put_root(f, OUT, 1, true);
	word(f, 0x4010, LINEAR + OUT, 8);
	opened(f, "SYMBOL(_stext)=ffffffff81000000\n");
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\"");
	assert_has_not(f->v.json, "\"side\":\"in\"");
	assert_has(f->v.notes, "0x700000, what it will hand over (out); found by the kernel's data");
}

static void test_word_that_is_an_address_by_chance_is_not_in(void **state)
{
	struct fixture *f = *state;

	put_root(f, IN, 5, false);
	put_root(f, OUT, 1, true);
	word(f, 0x3008, OUT, 8);
	word(f, 0x3010, IN, 8);
	word(f, 0x4010, LINEAR + OUT, 8);
	opened(f, "SYMBOL(_stext)=ffffffff81000000\n");
	assert_has(f->v.json, "\"kho\":[{\"side\":\"out\"");
	assert_has_not(f->v.json, "\"side\":\"in\"");
}

static void test_chance_does_not_hide_in(void **state)
{
	struct fixture *f = *state;

	put_both(f);
	word(f, 0x3008, OUT, 8);
	word(f, 0x3010, IN, 8);
	word(f, 0x4010, LINEAR + OUT, 8);
	opened(f, "SYMBOL(_stext)=ffffffff81000000\n");
	found_both(f, "the kernel's data");
}

static void test_symbols_name_both(void **state)
{
	struct fixture *f = *state;

	put_both(f);
	symbol(f, "first", 0);
	symbol(f, "kho_in", AT_KHO_IN);
	symbol(f, "kho_outer", 0x4000);
	symbol(f, "kho_out", AT_KHO_OUT);
	put_tokens(f);
	word(f, AT_KHO_IN, IN, 8);
	word(f, AT_KHO_OUT + 8, LINEAR + OUT, 8);
	opened(f, TABLE);
	found_both(f, "the kernel's symbols");
}

static void test_long_symbols_are_passed_over(void **state)
{
	struct fixture *f = *state;
	char name[250];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	put_both(f);
	symbol(f, name, 0);
	symbol(f, "kho_in", AT_KHO_IN);
	symbol(f, "kho_out", AT_KHO_OUT);
	put_tokens(f);
	word(f, AT_KHO_IN, IN, 8);
	word(f, AT_KHO_OUT, LINEAR + OUT, 8);
	opened(f, TABLE);
	found_both(f, "the kernel's symbols");
}

static void test_symbols_from_a_base_are_found(void **state)
{
	struct fixture *f = *state;

	put_both(f);
	symbol(f, "kho_in", 0);
	symbol(f, "kho_out", 0);
	word(f, AT_OFFSETS, AT_KHO_IN, 4);
	word(f, AT_OFFSETS + 4, AT_KHO_OUT, 4);
	word(f, AT_BASE, TEXT, 8);
	put_tokens(f);
	word(f, AT_KHO_IN, IN, 8);
	word(f, AT_KHO_OUT, LINEAR + OUT, 8);
	opened(f, TABLE "SYMBOL(kallsyms_relative_base)=ffffffff8100e000\n");
	found_both(f, "the kernel's symbols");
}

/* boot_params names a list of setup_data, in whose second entry is KHO's. */
static void put_setup(struct fixture *f, uint64_t root)
{
	memory_int(&f->m, 9 * MIB, 8, 9 * MIB + 0x100);
	memory_int(&f->m, 9 * MIB + 8, 8, 9);
	memory_int(&f->m, 9 * MIB + 0x100, 8, 0);
	memory_int(&f->m, 9 * MIB + 0x108, 8, 32ULL << 32 | 10);
	memory_int(&f->m, 9 * MIB + 0x110, 8, root);
	memory_int(&f->m, 9 * MIB + 0x118, 8, 4096);
}

static void test_setup_data_names_in(void **state)
{
	struct fixture *f = *state;

	put_root(f, IN, 1, false);
	put_root(f, OUT, 2, true);
	put_setup(f, IN);
	symbol(f, "boot_params", AT_BOOT_PARAMS);
	put_tokens(f);
	word(f, AT_BOOT_PARAMS + 0x250, 9 * MIB, 8);
	opened(f, TABLE);
	found_both(f, "setup_data");
}

static void test_scan_sees_setup_data(void **state)
{
	struct fixture *f = *state;
	struct machine_root in = { .pa = IN, .map = memory_map(&f->m) };
	struct machine_root out = { .pa = OUT, .map = memory_map(&f->m), .keeps = true };

	machine_root(&f->m, &in);
	machine_root(&f->m, &out);
	put_setup(f, IN);
	opened(f, "PAGESIZE=4096\n");
	found_both(f, "a scan of 0.00 GiB");
	assert_has(f->v.notes, "setup_data names it");
}

/* What kexec writes into the device tree of the next kernel: address and size, two cells each. */
static void put_chosen(struct fixture *f, uint64_t pa, uint64_t root)
{
	uint8_t tree[512];
	int chosen;

	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	assert_true(fdt_add_subnode(tree, 0, "cpus") > 0);
	chosen = fdt_add_subnode(tree, 0, "chosen");
	assert_int_equal(fdt_appendprop_u64(tree, chosen, "linux,kho-fdt", root), 0);
	assert_int_equal(fdt_appendprop_u64(tree, chosen, "linux,kho-fdt", 4096), 0);
	assert_int_equal(fdt_pack(tree), 0);
	for (size_t i = 0; i < fdt_totalsize(tree); i++)
		memory_int(&f->m, pa + i, 1, tree[i]);
}

static void test_scan_of_arm64_sees_chosen(void **state)
{
	struct fixture *f = *state;
	struct machine_root in = { .pa = IN, .map = memory_map(&f->m) };
	struct machine_root out = { .pa = OUT, .map = memory_map(&f->m), .keeps = true };

	f->c.machine = 183;	/* EM_AARCH64; <elf.h> has an AT_BASE of its own */
	machine_root(&f->m, &in);
	machine_root(&f->m, &out);
	put_chosen(f, 9 * MIB, IN);
	opened(f, "PAGESIZE=4096\n");
	found_both(f, "a scan of 0.00 GiB");
	assert_has(f->v.notes, "/chosen names it");
}

static void test_lone_root_that_is_named_is_in(void **state)
{
	struct fixture *f = *state;

	put_root(f, IN, 1, false);
	put_setup(f, IN);
	opened(f, "PAGESIZE=4096\n");
	assert_has(f->v.json, "\"kho\":[{\"side\":\"in\"");
}

static void test_kernel_without_places_is_scanned(void **state)
{
	struct fixture *f = *state;

	put_both(f);
	opened(f, TABLE "SYMBOL(_stext)=ffffffff90000000\n");
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.notes, "found by a scan");
}

static void test_damaged_tables_survive(void **state)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct fixture *f = *state;

	put_both(f);
	symbol(f, "kho_in", AT_KHO_IN);
	symbol(f, "kho_out", AT_KHO_OUT);
	put_tokens(f);
	for (size_t i = 0; i < sizeof(values); i++) {
		memset(f->image + AT_NAMES, values[i], 0x2000);
		word(f, AT_COUNT, 0xffffffff >> i, 4);
		opened(f, TABLE);
		assert_int_equal(f->v.rc, 0);
		view_close(&f->v);
		core_free(&f->c);
	}
	f->v = (struct view){ 0 };
}

static void test_addresses_come_from_phys_base_without_segments(void **state)
{
	static const char text[] = "NUMBER(phys_base)=-16777216\nSYMBOL(_stext)=ffffffff81000000\n";
	struct fixture *f = *state;
	uint64_t pa = 0, bytes;

	put_root(f, OUT, 1, true);
	core_note(&f->c, "VMCOREINFO", 0, text, strlen(text));
	core_memory(&f->c, &f->m, 0);
	core_finish(&f->c);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(f->v.rc, 0);
	assert_true(kstd_virt(f->v.dump, 0xffffffff82345678, &pa));
	assert_int_equal(pa, 0x1345678);
	assert_true(kstd_kernel_image(f->v.dump, &pa, &bytes));
	assert_int_equal(pa, 0);
	assert_false(kstd_virt(f->v.dump, LINEAR, &pa));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kernel_data_names_both),
		TEST(test_kernel_data_of_a_cold_boot_names_out_alone),
		TEST(test_word_that_is_an_address_by_chance_is_not_in),
		TEST(test_chance_does_not_hide_in),
		TEST(test_symbols_name_both),
		TEST(test_long_symbols_are_passed_over),
		TEST(test_symbols_from_a_base_are_found),
		TEST(test_setup_data_names_in),
		TEST(test_scan_sees_setup_data),
		TEST(test_scan_of_arm64_sees_chosen),
		TEST(test_lone_root_that_is_named_is_in),
		TEST(test_kernel_without_places_is_scanned),
		TEST(test_damaged_tables_survive),
		TEST(test_addresses_come_from_phys_base_without_segments),
	};

	return RUN(tests);
}
