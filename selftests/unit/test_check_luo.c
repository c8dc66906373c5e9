// SPDX-License-Identifier: GPL-2.0

/*
 * What a check says of KHO and LUO: memory with a root, LUO and two sessions, against the file of a
 * kernel that has some of their handlers.
 */

#include <elf.h>
#include <libfdt.h>

#include "helpers.h"
#include "../lib/machine.h"
#include "../lib/make_core.h"
#include "../lib/make_kernel.h"
#include "../lib/make_luo.h"

#define BYTES	(1UL << 20)
#define TABLES	0x20000
#define STRINGS	0x80000

static const struct kernel_table memfd = { "memfd-v2", KERNEL_FILE_OPS };
static const struct kernel_table vfio = { "vfio-pci-v1", KERNEL_FILE_OPS };
static const struct kernel_table pci = { "pci-v2", KERNEL_FLB_OPS };

/**
 * struct scene - a machine, the next kernel, and what was said
 * @kho: version of the root, NULL for kho-v4; @luo: of LUO, NULL for luo-v5
 * @release: of the next kernel
 * @versions: strings that the next kernel has, up to NULL
 * @tables: its handlers and FLBs, up to NULL
 * @kind: of its file
 * @no_sessions: LUO has not written its sessions yet
 * @blob: LUO's subtree, if it is no struct luo_ser
 */
struct scene {
	const char *kho;
	const char *luo;
	const char *release;
	const char *versions[8];
	const struct kernel_table *tables[4];
	enum kernel_kind kind;
	bool no_sessions;
	const void *blob;
	size_t blob_len;
	struct kstd_check_opts opts;
	const struct kernel_table *module;
	struct memory m;
	struct core core;
	struct kernel next;
	struct kernel extra;
	struct kstd_dump *others[2];
	struct view v;
	enum kstd_check_result result;
};

static uint64_t put_sessions(struct scene *s)
{
	const struct luo_file vm[] = { { "memfd-v2", 0x7, luo_text(&s->m, "hello") },
				       { "vfio-pci-v1", 0x1001, 0x4242 } };
	const struct luo_file db[] = { { "memfd-v2", 1, luo_text(&s->m, "data") } };
	const struct luo_session sessions[] = { { "vm-0815", vm, 2 }, { "db", db, 1 } };

	return s->no_sessions ? 0 : luo_sessions(&s->m, sessions, 2);
}

static void make_machine(struct scene *s)
{
	static const char *const flbs[] = { "pci-v2" };
	struct machine_subtree luo = { .name = "LUO" };
	struct machine_root root = { .keeps = true, .count = 3, .subtrees = &luo, .nr = 1 };
	uint8_t ser[32];

	memory_init(&s->m, 4096, false);
	luo.pa = memory_alloc(&s->m, 4096);
	luo_ser(ser, false, 3, put_sessions(s), luo_flbs(&s->m, flbs, 1));
	if (s->luo)
		memcpy(ser, s->luo, strlen(s->luo) < 8 ? strlen(s->luo) : 8);
	luo.blob = s->blob ? s->blob : ser;
	luo.bytes = s->blob ? s->blob_len : sizeof(ser);
	root.pa = memory_alloc(&s->m, 4096);
	root.map = memory_map(&s->m);
	root.metadata = memory_alloc(&s->m, 4096);
	root.compatible = s->kho;
	machine_root(&s->m, &root);
	s->core.machine = s->kind == KERNEL_ARM64 ? EM_AARCH64 : 0;
	core_memory(&s->core, &s->m, 0);
	core_finish(&s->core);
}

static void make_next(struct scene *s)
{
	kernel_init(&s->next, s->kind, BYTES);
	kernel_release(&s->next, 0x2000, s->release ? s->release : "7.3.4");
	for (int i = 0; s->versions[i]; i++)
		kernel_string(&s->next, STRINGS + 64 * i, s->versions[i]);
	for (int i = 0; s->tables[i]; i++)
		kernel_table(&s->next, TABLES + 2 * KERNEL_TABLE * i, s->tables[i]);
}

static struct kstd_dump *open_kernel(struct scene *s, struct kernel *k)
{
	struct kstd_open_opts open = { .sz = sizeof(open), .buf = k->p, .buf_len = k->len };
	struct kstd_dump *dump;

	assert_int_equal(kstd_open(s->v.ctx, &open, &dump), 0);
	return dump;
}

static void run(struct scene *s)
{
	const struct kstd_node *root;

	make_machine(s);
	make_next(s);
	view_mem(&s->v, s->core.file, s->core.len);
	assert_int_equal(s->v.rc, 0);
	s->others[0] = open_kernel(s, &s->next);
	s->opts.nr_next = 1;
	if (s->module) {
		kernel_init(&s->extra, KERNEL_MODULE, 20000);
		kernel_vermagic(&s->extra, 0x200);
		kernel_module_table(&s->extra, 0x2000, s->module);
		s->others[s->opts.nr_next++] = open_kernel(s, &s->extra);
	}
	s->opts.sz = sizeof(s->opts);
	s->opts.next = s->others;
	assert_int_equal(kstd_check(s->v.dump, &s->opts, &root), 0);
	s->result = kstd_check_status(root);
	s->v.json = json_of(root);
}

static void end(struct scene *s)
{
	for (size_t i = 0; i < s->opts.nr_next; i++)
		kstd_close(s->others[i]);
	view_close(&s->v);
	kernel_free(&s->next);
	kernel_free(&s->extra);
	core_free(&s->core);
	memory_free(&s->m);
}

#define SPEAKS	"kho-v4", "luo-v5"

static void test_all_that_is_in_use_is_compared(void **state)
{
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &vfio, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4\",\"read\":\"kho-v4\",\"verdict\":\"same\",\"how\":\"string\",");
	assert_has(s.v.json, "{\"abi\":\"memory-map\",\"saved\":\"radix tree\",\"read\":\"radix tree\",\"verdict\":\"same\",");
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"luo-v5\",\"read\":\"luo-v5\",\"verdict\":\"same\",");
	assert_has(s.v.json, "{\"abi\":\"handler\",\"saved\":\"memfd-v2\",\"read\":\"memfd-v2\",\"verdict\":\"same\",\"how\":\"table\",\"used_by\":[{\"session\":\"vm-0815\",\"token\":\"7\"},{\"session\":\"db\",\"token\":\"1\"}]}");
	assert_has(s.v.json, "{\"abi\":\"handler\",\"saved\":\"vfio-pci-v1\",\"read\":\"vfio-pci-v1\",\"verdict\":\"same\",");
	assert_has(s.v.json, "{\"abi\":\"flb\",\"saved\":\"pci-v2\",\"read\":\"pci-v2\",\"verdict\":\"same\",");
	end(&s);
}

static void test_file_without_a_handler_loses_its_session(void **state)
{
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"handler\",\"saved\":\"vfio-pci-v1\",\"read\":null,\"verdict\":\"lost\",\"how\":null,");
	assert_has(s.v.json, "{\"code\":\"no-handler\",\"name\":\"vfio-pci-v1\",");
	assert_has(s.v.json, "session vm-0815 (token 0x1001) is lost, and with it every other session");
	end(&s);
}

static void test_flb_that_nobody_asks_for_is_lost(void **state)
{
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &vfio } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"code\":\"no-flb\",\"name\":\"pci-v2\",");
	end(&s);
}

/* A handler is no FLB, though its name is the same. */
static void test_handler_does_not_stand_for_an_flb(void **state)
{
	static const struct kernel_table wrong = { "pci-v2", KERNEL_FILE_OPS };
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &vfio, &wrong } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"code\":\"flb-unknown\",\"name\":\"pci-v2\",");
	end(&s);
}

static void test_string_alone_does_not_pass(void **state)
{
	struct scene s = { .versions = { SPEAKS, "vfio-pci-v1" }, .tables = { &memfd, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "\"saved\":\"vfio-pci-v1\",\"read\":null,\"verdict\":\"not-known\",\"how\":null,");
	assert_has(s.v.json, "{\"code\":\"handler-unknown\",\"name\":\"vfio-pci-v1\",\"path\":\"\",\"effect\":\"unknown\",");
	assert_has(s.v.json, "in no table of handlers or FLBs: it may be anything's; needed by session vm-0815 (token 0x1001)");
	end(&s);
}

static void test_what_is_not_known_can_be_accepted(void **state)
{
	struct scene s = { .versions = { SPEAKS, "vfio-pci-v1" }, .tables = { &memfd, &pci },
			   .opts.assume_unknown = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "\"verdict\":\"not-known\"");
	assert_has(s.v.json, "\"summary\":{\"verdict\":\"passes\"");
	end(&s);
}

static void test_what_is_lost_cannot_be_assumed(void **state)
{
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &pci },
			   .opts.assume_unknown = true };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	end(&s);
}

static void test_image_of_arm64_has_no_tables_to_be_seen(void **state)
{
	struct scene s = { .versions = { SPEAKS, "memfd-v2", "vfio-pci-v1", "pci-v2" },
			   .kind = KERNEL_ARM64 };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "an Image of arm64 fills in the pointers of its tables while it boots; needed by session vm-0815 (token 0x7), session db (token 0x1)");
	end(&s);
}

static void test_module_may_have_the_handler(void **state)
{
	struct scene s = { .versions = { SPEAKS }, .tables = { &memfd, &pci }, .module = &vfio };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_PASSES);
	assert_has(s.v.json, "\"read\":\"vfio-pci-v1\",\"verdict\":\"same\",\"how\":\"table\"");
	end(&s);
}

/* ---- Versions ---- */

static void test_another_luo_panics_the_next_kernel(void **state)
{
	struct scene s = { .versions = { "kho-v4", "luo-v6" }, .tables = { &memfd, &vfio, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"luo-v5\",\"read\":\"luo-v6\",\"verdict\":\"refused\",");
	assert_has(s.v.json, "{\"code\":\"panics\",\"name\":\"luo\",");
	assert_has(s.v.json, "the next kernel panics while it boots, even with liveupdate=off");
	assert_has(s.v.json, "\"saved\":\"memfd-v2\",\"read\":\"memfd-v2\",\"verdict\":\"lost\"");
	end(&s);
}

static void test_kernel_without_luo_loses_sessions_and_boots(void **state)
{
	struct scene s = { .versions = { "kho-v4" } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"luo-v5\",\"read\":null,\"verdict\":\"lost\",");
	assert_has_not(s.v.json, "panics");
	end(&s);
}

static void test_another_root_is_dropped_before_luo_is_looked_at(void **state)
{
	struct scene s = { .versions = { "kho-v5", "luo-v6" } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4\",\"read\":\"kho-v5\",\"verdict\":\"refused\",");
	assert_has(s.v.json, "it drops all of it, with a warning, and nothing at all is handed over");
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"luo-v5\",\"read\":\"luo-v6\",\"verdict\":\"lost\",");
	assert_has_not(s.v.json, "panics");
	end(&s);
}

static void test_kernel_without_kho_loses_all(void **state)
{
	struct scene s = { .versions = { NULL } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "kho-v4 is written, and the next kernel has no KHO: nothing at all is handed over");
	assert_has_not(s.v.json, "\"verdict\":\"same\"");
	end(&s);
}

static void test_two_strings_of_a_version_do_not_say_which_is_read(void **state)
{
	struct scene s = { .versions = { SPEAKS, "kho-v3" }, .tables = { &memfd, &vfio, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "has the strings kho-v4, kho-v3: which of them it reads is not known");
	end(&s);
}

static void test_joined_versions_are_compared_as_a_whole(void **state)
{
	struct scene s = { .kho = "kho-v4;radix-v1", .versions = { SPEAKS } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"kho\",\"saved\":\"kho-v4;radix-v1\",\"read\":\"kho-v4\",\"verdict\":\"refused\",");
	end(&s);
}

/* The next kernel reads the root, and nobody here knows what is under it. */
static void test_what_is_under_an_unknown_root_is_not_known(void **state)
{
	struct scene s = { .kho = "kho-v4;radix-v1", .versions = { "kho-v4;radix-v1", "luo-v5" } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "\"read\":\"kho-v4;radix-v1\",\"verdict\":\"same\"");
	assert_has(s.v.json, "what is under a root of the version kho-v4;radix-v1 is not known");
	end(&s);
}

static void test_damaged_version_of_luo_is_shown_and_refused(void **state)
{
	struct scene s = { .luo = "lvo-v5", .versions = { SPEAKS } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"lvo-v5\",\"read\":\"luo-v5\",\"verdict\":\"refused\",");
	assert_has(s.v.json, "{\"code\":\"panics\"");
	end(&s);
}

static void test_sessions_that_cannot_be_read_do_not_pass(void **state)
{
	struct scene s = { .no_sessions = true, .versions = { SPEAKS }, .tables = { &memfd, &vfio, &pci } };

	run(&s);
	assert_int_equal(s.result, KSTD_CHECK_NOT_KNOWN);
	assert_has(s.v.json, "{\"code\":\"files-unknown\",\"name\":\"handler\",");
	assert_has(s.v.json, "{\"code\":\"files-unknown\",\"name\":\"flb\",");
	end(&s);
}

/* ---- LUO of Linux 6.19 to 7.1 ---- */

/* Its subtree: a node for the sessions, and since 7.0 one for FLBs. */
static size_t make_luo_v1(uint8_t fdt[1024], bool flbs)
{
	assert_int_equal(fdt_create(fdt, 1024) | fdt_finish_reservemap(fdt) |
			 fdt_begin_node(fdt, "") |
			 fdt_property_string(fdt, "compatible", "luo-v1") |
			 fdt_begin_node(fdt, "luo-session") |
			 fdt_property_string(fdt, "compatible", "luo-session-v2") |
			 fdt_end_node(fdt), 0);
	if (flbs)
		assert_int_equal(fdt_begin_node(fdt, "luo-flb") |
				 fdt_property_string(fdt, "compatible", "luo-flb-v1") |
				 fdt_end_node(fdt), 0);
	assert_int_equal(fdt_end_node(fdt) | fdt_finish(fdt), 0);
	return fdt_totalsize(fdt);
}

static void luo_v1(struct scene *s, bool flbs)
{
	uint8_t fdt[1024];

	s->blob_len = make_luo_v1(fdt, flbs);
	s->blob = fdt;
	run(s);
}

static void test_linux_6_19_to_7_0_panics(void **state)
{
	struct scene s = { .versions = { "kho-v4", "luo-v1", "luo-session-v2", "luo-flb-v1" } };

	luo_v1(&s, false);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"abi\":\"luo\",\"saved\":\"luo-v1\",\"read\":\"luo-v1\",\"verdict\":\"same\",");
	assert_has(s.v.json, "{\"abi\":\"luo-flb\",\"saved\":null,\"read\":\"luo-flb-v1\",\"verdict\":\"refused\",");
	assert_has(s.v.json, "{\"code\":\"panics\",\"name\":\"luo-flb\",");
	end(&s);
}

static void test_parts_of_luo_are_compared(void **state)
{
	struct scene s = { .versions = { "kho-v4", "luo-v1", "luo-session-v3", "luo-flb-v1" } };

	luo_v1(&s, true);
	assert_int_equal(s.result, KSTD_CHECK_FAILS);
	assert_has(s.v.json, "{\"code\":\"panics\",\"name\":\"luo-session\",");
	assert_has_not(s.v.json, "{\"code\":\"panics\",\"name\":\"luo-flb\",");
	end(&s);
}

static void test_luo_v1_with_flbs_does_not_panic(void **state)
{
	struct scene s = { .versions = { "kho-v4", "luo-v1", "luo-session-v2", "luo-flb-v1" } };

	luo_v1(&s, true);
	assert_has_not(s.v.json, "panics");
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_is_in_use_is_compared),
		cmocka_unit_test(test_file_without_a_handler_loses_its_session),
		cmocka_unit_test(test_flb_that_nobody_asks_for_is_lost),
		cmocka_unit_test(test_handler_does_not_stand_for_an_flb),
		cmocka_unit_test(test_string_alone_does_not_pass),
		cmocka_unit_test(test_what_is_not_known_can_be_accepted),
		cmocka_unit_test(test_what_is_lost_cannot_be_assumed),
		cmocka_unit_test(test_image_of_arm64_has_no_tables_to_be_seen),
		cmocka_unit_test(test_module_may_have_the_handler),
		cmocka_unit_test(test_another_luo_panics_the_next_kernel),
		cmocka_unit_test(test_kernel_without_luo_loses_sessions_and_boots),
		cmocka_unit_test(test_another_root_is_dropped_before_luo_is_looked_at),
		cmocka_unit_test(test_kernel_without_kho_loses_all),
		cmocka_unit_test(test_two_strings_of_a_version_do_not_say_which_is_read),
		cmocka_unit_test(test_joined_versions_are_compared_as_a_whole),
		cmocka_unit_test(test_what_is_under_an_unknown_root_is_not_known),
		cmocka_unit_test(test_damaged_version_of_luo_is_shown_and_refused),
		cmocka_unit_test(test_sessions_that_cannot_be_read_do_not_pass),
		cmocka_unit_test(test_linux_6_19_to_7_0_panics),
		cmocka_unit_test(test_parts_of_luo_are_compared),
		cmocka_unit_test(test_luo_v1_with_flbs_does_not_panic),
	};

	return RUN(tests);
}
