// SPDX-License-Identifier: GPL-2.0

/* The kernel's page tables: every form that is read, and what is none. */

#include <elf.h>

#include "../lib/make_pages.h"
#include "memory/core.h"
#include "vmlinux/page_tables.h"
#include "helpers.h"

#define IMAGE	0xffffffff81a00000ULL	/* of a page of the kernel's data */
#define MODULE	0xffffffffc0401000ULL

/**
 * struct machine - a kernel's memory
 * @data: a page of its data, at IMAGE
 * @linear: the virtual address of @other
 * @other: a page that the linear map has
 * @module: a page at MODULE
 */
struct machine {
	struct memory m;
	struct pages p;
	struct kstd_core core;
	struct kstd_ctx *ctx;
	struct kstd_dump dump;
	uint64_t data;
	uint64_t linear;
	uint64_t other;
	uint64_t module;
	struct kstd_known_address known[2];
};

static void init(struct machine *x, bool arm64, uint32_t page, unsigned int bits,
		 unsigned int levels, bool big)
{
	*x = (struct machine){ .ctx = kstd_ctx_new() };
	memory_init(&x->m, page, big);
	x->core.machine = arm64 ? EM_AARCH64 : EM_X86_64;
	x->dump.ctx = x->ctx;
	x->dump.phys = &x->m.phys;
	x->dump.core = &x->core;
	x->dump.source = "memory";
	x->data = memory_alloc(&x->m, page);
	x->other = memory_alloc(&x->m, page);
	x->module = memory_alloc(&x->m, page);
	x->linear = -(1ULL << (bits - 1)) + x->other;
	pages_init(&x->p, &x->m, arm64, bits, levels);
	pages_map(&x->p, IMAGE, x->data, 0);
	pages_map(&x->p, x->linear, x->other, 0);
	pages_map(&x->p, MODULE & -(uint64_t)page, x->module, 0);
	x->known[0] = (struct kstd_known_address){ IMAGE + 0x248, x->data + 0x248 };
	x->known[1] = (struct kstd_known_address){ x->linear, x->other };
}

static bool found(struct machine *x, struct kstd_page_tables *t)
{
	return kstd_page_tables_find(&x->dump, x->core.machine, x->data + 0x248, x->known, 2, t);
}

static void end(struct machine *x)
{
	memory_free(&x->m);
	kstd_ctx_free(x->ctx);
}

static const struct {
	bool arm64;
	uint32_t page;
	unsigned int bits;
	unsigned int levels;
} forms[] = {
	{ false, 4096, 48, 4 }, { false, 4096, 57, 5 }, { true, 4096, 39, 3 },
	{ true, 4096, 48, 4 }, { true, 16384, 47, 3 }, { true, 16384, 48, 4 },
	{ true, 16384, 36, 2 }, { true, 65536, 42, 2 }, { true, 65536, 48, 3 },
	{ true, 65536, 52, 3 },
};

#define NR_FORMS	(sizeof(forms) / sizeof(forms[0]))

static void each_form(void (*test)(struct machine *x))
{
	for (size_t i = 0; i < 2 * NR_FORMS; i++) {
		struct machine x;

		if (i % 2 && !forms[i / 2].arm64)
			continue;
		init(&x, forms[i / 2].arm64, forms[i / 2].page, forms[i / 2].bits,
		     forms[i / 2].levels, i % 2);
		test(&x);
		end(&x);
	}
}

static void leads_to_the_module(struct machine *x)
{
	struct kstd_page_tables t;
	uint64_t pa;

	assert_true(found(x, &t));
	assert_int_equal(t.root, x->p.root);
	assert_int_equal(kstd_page_tables_walk(&t, MODULE + 0x123, &pa, NULL, NULL), KSTD_MAPPED);
	assert_int_equal(pa, x->module + (MODULE + 0x123) % x->m.phys.page_size);
}

static void test_tables_lead_to_what_a_module_has(void **state)
{
	each_form(leads_to_the_module);
}

static void is_not_mapped(struct machine *x)
{
	struct kstd_page_tables t;
	uint64_t pa, entry = pages_entry(&x->p, MODULE, 0);

	assert_true(found(x, &t));
	memory_int(&x->m, entry, 8, memory_u64(&x->m, entry) & ~1ULL);
	assert_int_equal(kstd_page_tables_walk(&t, MODULE, &pa, NULL, NULL), KSTD_NOT_MAPPED);
	assert_int_equal(kstd_page_tables_walk(&t, 0x401000, &pa, NULL, NULL), KSTD_NOT_MAPPED);
	memory_state(&x->m, entry, KSTD_AVAIL_EXCLUDED);
	assert_int_equal(kstd_page_tables_walk(&t, MODULE, &pa, NULL, NULL), KSTD_MAPPED_UNKNOWN);
}

static void test_not_mapped_and_not_there_are_told_apart(void **state)
{
	each_form(is_not_mapped);
}

/* Tables that lead elsewhere from one of the addresses that are known are another kernel's. */
static void is_of_another(struct machine *x)
{
	struct kstd_page_tables t;
	uint64_t right;

	for (int i = 0; i < 2; i++) {
		right = x->known[i].pa;
		x->known[i].pa += x->m.phys.page_size;
		assert_false(found(x, &t));
		x->known[i].pa = right;
	}
	assert_true(found(x, &t));
}

static void test_tables_of_another_kernel_are_passed_over(void **state)
{
	each_form(is_of_another);
}

/* The linear map has blocks: of 2 MiB and 1 GiB where pages have 4 KiB. */
static void test_blocks_are_followed(void **state)
{
	for (int arm64 = 0; arm64 < 2; arm64++)
		for (unsigned int level = 1; level < 3; level++) {
			const uint64_t size = level == 1 ? 2 << 20 : 1 << 30, far = size - 0x1238;
			uint64_t va = 0xffff888000000000ULL, pa;
			struct kstd_page_tables t;
			struct machine x;

			init(&x, arm64, 4096, 48, 4, false);
			pages_map(&x.p, va + 0x140000000ULL, 0x180000000ULL, level);
			assert_true(found(&x, &t));
			assert_int_equal(kstd_page_tables_walk(&t, va + 0x140000000ULL + far, &pa, NULL,
							       NULL), KSTD_MAPPED);
			assert_int_equal(pa, 0x180000000ULL + far);
			end(&x);
		}
}

static void count(void *arg, uint64_t table)
{
	uint64_t *tables = arg;

	tables[++tables[0]] = table;
}

static void test_tables_on_the_way_are_told(void **state)
{
	uint64_t tables[6] = { 0 }, pa;
	struct kstd_page_tables t;
	struct machine x;

	init(&x, false, 4096, 48, 4, false);
	assert_true(found(&x, &t));
	kstd_page_tables_walk(&t, MODULE, &pa, count, tables);
	assert_int_equal(tables[0], 4);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(tables[4 - i], pages_entry(&x.p, MODULE, i) & ~4095ULL);
	end(&x);
}

/* What other machines have is not tried as something else. */
static void test_other_machines_have_none(void **state)
{
	struct kstd_page_tables t;
	struct machine x;

	init(&x, false, 4096, 48, 4, false);
	x.core.machine = EM_RISCV;
	assert_false(found(&x, &t));
	end(&x);
}

/* Entries that lead in a circle, or anywhere. */
static void test_wild_entries(void **state)
{
	static const uint64_t wild[] = { UINT64_MAX, 0x7fffffffffffff7fULL, 1, 3, 0x83 };

	for (size_t i = 0; i < 2 * sizeof(wild) / sizeof(wild[0]); i++)
		for (unsigned int level = 0; level < 4; level++) {
			struct kstd_page_tables t;
			struct machine x;
			uint64_t pa;

			init(&x, i % 2, 4096, 48, 4, false);
			assert_true(found(&x, &t));
			memory_int(&x.m, pages_entry(&x.p, MODULE, level), 8,
				   i / 2 == 4 ? x.p.root | 3 : wild[i / 2]);
			kstd_page_tables_walk(&t, MODULE, &pa, NULL, NULL);
			end(&x);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_lead_to_what_a_module_has),
		cmocka_unit_test(test_not_mapped_and_not_there_are_told_apart),
		cmocka_unit_test(test_tables_of_another_kernel_are_passed_over),
		cmocka_unit_test(test_blocks_are_followed),
		cmocka_unit_test(test_tables_on_the_way_are_told),
		cmocka_unit_test(test_other_machines_have_none),
		cmocka_unit_test(test_wild_entries),
	};

	return RUN(tests);
}
