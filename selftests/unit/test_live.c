// SPDX-License-Identifier: GPL-2.0

/* The running system: what debugfs lacks is read through /proc/kcore, and named. */

#include "../lib/make_core.h"
#include "../lib/machine.h"
#include "dirs.h"

#define MIB		(1ULL << 20)
#define LINEAR		0xffff888000000000ULL
#define TEXT		0xffffffff81000000ULL
#define IMAGE		0x1000000ULL
#define IMAGE_BYTES	0x4000u
#define IN		(3 * MIB)
#define OUT		(7 * MIB)
#define AT_KHO_IN	0x1000u
#define AT_KHO_OUT	0x2000u

/**
 * struct live - a system below a directory
 * @f: first, as dirs.h wants it
 * @m: its memory, @image its kernel's text and data
 */
struct live {
	struct fixture f;
	struct memory m;
	uint8_t image[IMAGE_BYTES];
};

static int begin(void **state)
{
	struct live *l = calloc(1, sizeof(*l));

	strcpy(l->f.dir, "/tmp/kstate-test-XXXXXX");
	assert_non_null(mkdtemp(l->f.dir));
	image_init(&l->f.im);
	image_example(&l->f.im);
	memory_init(&l->m, 4096, false);
	*state = l;
	return 0;
}

static int end(void **state)
{
	struct live *l = *state;

	memory_free(&l->m);
	return tear_down(state);
}

static void put_root(struct live *l, uint64_t pa, uint32_t count, bool keeps)
{
	struct machine_subtree kstate = { "kstate", pa + 0x8000, l->f.im.fdt, l->f.im.len };
	struct machine_root root = {
		.pa = pa, .map = memory_map(&l->m), .keeps = keeps, .metadata = pa + 0x2000,
		.count = count, .subtrees = &kstate, .nr = 1,
	};

	machine_root(&l->m, &root);
}

/* The bytes of a blob in memory, as debugfs shows them; of @len. */
static void show_blob(struct live *l, const char *name, uint64_t pa, size_t len)
{
	uint8_t buf[8192];
	enum kstd_avail there;
	char path[128];

	for (size_t done = 0; done < len;)
		done += l->m.phys.ops->read(&l->m.phys, pa + done, buf + done, len - done, &there);
	snprintf(path, sizeof(path), "sys/kernel/debug/kho/%s", name);
	put(&l->f, path, buf, len);
}

static size_t total(struct live *l, uint64_t pa)
{
	return __builtin_bswap32(memory_u64(&l->m, pa) >> 32);
}

static void word(struct live *l, size_t at, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		l->image[at + i] = v >> 8 * i;
}

static void put_kcore(struct live *l, const char *vmcoreinfo)
{
	struct core c = { 0 };

	core_note(&c, "VMCOREINFO", 0, vmcoreinfo, strlen(vmcoreinfo));
	core_load(&c, IMAGE, l->image, IMAGE_BYTES)->virt = TEXT;
	core_memory(&c, &l->m, LINEAR);
	core_finish(&c);
	put(&l->f, "proc/kcore", c.file, c.len);
	core_free(&c);
}

#define STEXT	"SYMBOL(_stext)=ffffffff81000000\n"

static void open_live(struct live *l)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .sysroot = l->f.dir };

	l->f.v.ctx = kstd_ctx_new();
	l->f.v.rc = kstd_open(l->f.v.ctx, &opts, &l->f.v.dump);
}

static void opened(struct live *l)
{
	open_live(l);
	view_info(&l->f.v);
}

/* A machine that booted cold: out/fdt is cut where it was frozen. */
static void cold_boot(struct live *l)
{
	put_root(l, OUT, 1, true);
	word(l, AT_KHO_OUT, LINEAR + OUT);
	show_blob(l, "out/fdt", OUT, 233);
	show_blob(l, "out/sub_fdts/kexec-metadata", OUT + 0x2000, 73);
	show_blob(l, "out/sub_fdts/kstate", OUT + 0x8000, l->f.im.len);
}

static void test_frozen_root_is_read_through_kcore(void **state)
{
	struct live *l = *state;

	cold_boot(l);
	put_kcore(l, STEXT);
	opened(l);
	assert_int_equal(l->f.v.rc, 0);
	assert_has(l->f.v.json, "{\"side\":\"out\",\"format\":\"kho-v4\",\"memory_map\":\"0x40000000\"");
	assert_has(l->f.v.json, "{\"name\":\"kstate\",\"bytes\":1962,\"address\":\"0x708000\"");
	assert_has(l->f.v.notes, "kho/out/fdt: 233 bytes of 297 in debugfs, as Linux");
	assert_has(l->f.v.notes, "/proc/kcore, found by the kernel's data");
	assert_string_equal(l->f.v.defects, "[]");
}

static void test_notes_come_with_what_they_are_about(void **state)
{
	struct live *l = *state;

	cold_boot(l);
	put_kcore(l, STEXT);
	open_live(l);
	view_sections(&l->f.v, "test@0.s");
	assert_has(l->f.v.json, "\"value\":\"abcdefghi\"");
	assert_string_equal(l->f.v.notes, "[]");
}

static void test_frozen_root_without_kcore_says_what_is_missing(void **state)
{
	struct live *l = *state;

	cold_boot(l);
	opened(l);
	assert_int_equal(l->f.v.rc, 0);
	assert_has(l->f.v.notes, "kho/out/fdt: 233 bytes of 297");
	assert_has(l->f.v.notes, "the rest would be in /proc/kcore, which cannot be read: No such file");
	assert_string_equal(l->f.v.defects, "[]");
}

static void test_broken_kcore_says_why(void **state)
{
	struct live *l = *state;

	cold_boot(l);
	put(&l->f, "proc/kcore", "\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0 and more", 27);
	opened(l);
	assert_int_equal(l->f.v.rc, 0);
	assert_has(l->f.v.notes, "/proc/kcore, which cannot be read: an ELF core, cut in its header");
}

/* A machine that came up through KHO: there is no out/fdt. */
static void kho_boot(struct live *l)
{
	put_root(l, IN, 1, false);
	put_root(l, OUT, 2, true);
	word(l, AT_KHO_IN, IN);
	word(l, AT_KHO_OUT, LINEAR + OUT);
	show_blob(l, "in/fdt", IN, total(l, IN));
	show_blob(l, "in/sub_fdts/kexec-metadata", IN + 0x2000, 73);
	show_blob(l, "in/sub_fdts/kstate", IN + 0x8000, l->f.im.len);
	show_blob(l, "out/sub_fdts/kexec-metadata", OUT + 0x2000, 73);
}

static void test_missing_root_is_read_through_kcore(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	put_kcore(l, STEXT);
	opened(l);
	assert_has(l->f.v.json, "{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(l->f.v.notes, "shows none after a boot through KHO; read through");
	assert_has_not(l->f.v.notes, "kho/in/fdt");
	assert_string_equal(l->f.v.defects, "[]");
}

static void test_subtree_without_a_file_is_read_through_kcore(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	put_kcore(l, STEXT);
	opened(l);
	assert_has(l->f.v.json, "{\"name\":\"kstate\",\"bytes\":1962,\"address\":\"0x708000\","
				"\"format\":\"kstate-v1\"");
	assert_has(l->f.v.notes, "kho/out/sub_fdts/kstate is not in debugfs; read through");
}

/* Where kernel/fixes are, debugfs has no file for what LUO was handed over: it has freed that. */
static void test_missing_luo_is_released(void **state)
{
	static const uint8_t foreign[32] = "#!/bin/sh\nexport PATH=/bin\n";
	struct live *l = *state;
	struct machine_subtree luo = { "LUO", IN + 0x8000, foreign, sizeof(foreign) };
	struct machine_root root = {
		.pa = IN, .map = memory_map(&l->m), .metadata = IN + 0x2000, .count = 1,
		.subtrees = &luo, .nr = 1,
	};

	machine_root(&l->m, &root);
	put_root(l, OUT, 2, true);
	word(l, AT_KHO_OUT, LINEAR + OUT);
	show_blob(l, "in/fdt", IN, total(l, IN));
	show_blob(l, "in/sub_fdts/kexec-metadata", IN + 0x2000, 73);
	put_kcore(l, STEXT);
	opened(l);
	assert_has(l->f.v.json, "{\"name\":\"LUO\",\"bytes\":32,\"address\":\"0x308000\","
				"\"format\":\"LUO\",\"details\":{\"state\":\"released by its owner\"");
	assert_has(l->f.v.notes, "kho/in/sub_fdts/LUO is not in debugfs; read through");
}

static void test_missing_root_without_kcore_says_so(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	opened(l);
	assert_has(l->f.v.notes, "kho/out/fdt is not there");
	assert_has(l->f.v.notes, "/proc/kcore, which cannot be read");
}

static void test_kallsyms_names_the_root(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	/* Without _stext, where its data is cannot be told. */
	put_str(&l->f, "proc/kallsyms", "ffffffff81000000 T _text\n"
		"ffffffff81001000 d kho_in\nffffffff81002000 d kho_out\n"
		"ffffffffc0000000 t kho_out\t[other]\n");
	put_kcore(l, "PAGESIZE=4096\n");
	opened(l);
	assert_has(l->f.v.notes, "kho/out/fdt is not in debugfs");
	assert_has(l->f.v.notes, "found by the kernel's symbols");
}

static void test_text_symbol_is_enough(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	put_str(&l->f, "proc/kallsyms", "ffffffff81000000 T _stext\n");
	put_kcore(l, "PAGESIZE=4096\n");
	opened(l);
	assert_has(l->f.v.notes, "found by the kernel's data");
}

static void test_hidden_symbols_lead_to_a_scan(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	put_str(&l->f, "proc/kallsyms", "0000000000000000 T _stext\n0000000000000000 d kho_out\n");
	put_kcore(l, "PAGESIZE=4096\n");
	opened(l);
	assert_has(l->f.v.json, "{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(l->f.v.notes, "found by a scan of memory");
}

static void test_kernel_without_debugfs_is_read_through_kcore(void **state)
{
	struct live *l = *state;

	put_root(l, IN, 1, false);
	put_root(l, OUT, 2, true);
	word(l, AT_KHO_IN, IN);
	word(l, AT_KHO_OUT, LINEAR + OUT);
	put_kcore(l, STEXT);
	opened(l);
	assert_int_equal(l->f.v.rc, 0);
	assert_has(l->f.v.json, "\"kho\":[{\"side\":\"in\",\"format\":\"kho-v4\"");
	assert_has(l->f.v.json, "{\"side\":\"out\",\"format\":\"kho-v4\"");
	assert_has(l->f.v.notes, "kho/in/fdt is not in debugfs; read through");
}

static void test_setup_data_in_sysfs_names_in(void **state)
{
	struct live *l = *state;
	uint8_t data[32] = { 0 };

	put_root(l, IN, 1, false);
	put_root(l, OUT, 2, true);
	data[2] = IN >> 16;
	data[9] = 0x10;
	put_str(&l->f, "sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	put_str(&l->f, "sys/kernel/boot_params/setup_data/1/type", "0xa\n");
	put(&l->f, "sys/kernel/boot_params/setup_data/1/data", data, 32);
	put_kcore(l, "PAGESIZE=4096\n");
	opened(l);
	assert_int_equal(l->f.v.rc, 0);
	assert_has(l->f.v.notes, "kho/in/fdt is not in debugfs");
	assert_has(l->f.v.notes, "found by setup_data");
}

static void test_memory_without_a_root_is_no_kho(void **state)
{
	struct live *l = *state;

	memory_put(&l->m, IN, "nothing", 7);
	put_str(&l->f, "sys/kernel/debug/x", "");
	put_kcore(l, STEXT);
	opened(l);
	assert_int_equal(l->f.v.rc, -KSTD_ENVIRONMENT);
	assert_string_equal(kstd_error_code(l->f.v.ctx), "no-kho");
}

static void test_incoming_map_of_a_running_kernel_is_not_followed(void **state)
{
	struct live *l = *state;

	kho_boot(l);
	put_kcore(l, STEXT);
	opened(l);
	assert_false(kstd_phys_follows(l->f.v.dump, KSTD_SIDE_IN));
	assert_true(kstd_phys_follows(l->f.v.dump, KSTD_SIDE_OUT));
}

#undef TEST
#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frozen_root_is_read_through_kcore),
		TEST(test_notes_come_with_what_they_are_about),
		TEST(test_frozen_root_without_kcore_says_what_is_missing),
		TEST(test_broken_kcore_says_why),
		TEST(test_missing_root_is_read_through_kcore),
		TEST(test_subtree_without_a_file_is_read_through_kcore),
		TEST(test_missing_luo_is_released),
		TEST(test_missing_root_without_kcore_says_so),
		TEST(test_kallsyms_names_the_root),
		TEST(test_text_symbol_is_enough),
		TEST(test_hidden_symbols_lead_to_a_scan),
		TEST(test_kernel_without_debugfs_is_read_through_kcore),
		TEST(test_setup_data_in_sysfs_names_in),
		TEST(test_memory_without_a_root_is_no_kho),
		TEST(test_incoming_map_of_a_running_kernel_is_not_followed),
	};

	return RUN(tests);
}
