// SPDX-License-Identifier: GPL-2.0

/* File handlers and FLBs of a module, to which only the kernel's page tables lead. */

#include <elf.h>

#include "kstructs.h"

/* The kernel's page tables, by which two pages of a module are side by side from @va on. */
static void map_module(struct fixture *f, uint64_t va)
{
	f->core.machine = EM_X86_64;
	f->module[1] = memory_alloc(&f->x.m, 4096);
	f->module[0] = memory_alloc(&f->x.m, 4096);
	pages_init(&f->p, &f->x.m, false, 48, 4);
	pages_map(&f->p, f->k.global + f->k.image, f->k.global, 0);
	pages_map(&f->p, f->k.flbs + f->k.image, f->k.flbs, 0);
	pages_map(&f->p, f->k.linear + f->k.ser, f->k.ser, 2);
	for (int i = 0; i < 2; i++)
		pages_map(&f->p, va + 4096 * i, f->module[i], 0);
}

static uint64_t module_pa(const struct fixture *f, uint64_t off)
{
	return f->module[off / 4096] + off % 4096;
}

static void put_text(struct fixture *f, uint64_t off, const char *text)
{
	for (; *text; text++)
		memory_put(&f->x.m, module_pa(f, off++), text, 1);
}

/* A file of a handler that is @off bytes into the module at @va. */
static void module_file(struct fixture *f, uint64_t va, uint64_t off, const char *name)
{
	const struct kstructs_file file = { NULL, 7, 0x1000, 0 };
	const struct kstructs_session session = { "vm", false, &file, 1 };

	kstructs_sessions(&f->k, false, &session, 1, 0);
	memory_int(&f->x.m, f->k.file[0] - f->k.linear - kstructs_off("luo_file", "list") +
		   kstructs_off("luo_file", "fh"), 8, va + off);
	put_text(f, off + kstructs_off("liveupdate_file_handler", "compatible"), name);
}

/* Also where the module is so near to the image that it could be a part of it. */
static void test_page_tables_lead_to_the_handler_of_a_module(void **state)
{
	for (int near = 0; near < 2; near++) {
		struct fixture f = { 0 };
		uint64_t va;

		init(&f, false);
		va = near ? (f.k.global + f.k.image + (32 << 20)) & ~4095ULL : 0xffffffffc0401000ULL;
		map_module(&f, va);
		/* Its name is in two pages. */
		module_file(&f, va, 4096 - 30, "handler-of-a-module-v1");
		open_side(&f, KSTD_SIDE_OUT);
		assert_has(f.x.v.json, "{\"token\":\"7\",\"handler\":\"handler-of-a-module-v1\",");
		assert_has_not(f.x.v.defects, "which handler it is of");
		end(&f);
	}
}

/* An FLB at @off, the only one in the list. */
static void module_flb(struct fixture *f, uint64_t va, uint64_t off, const char *name,
		       uint32_t count)
{
	uint64_t list = f->k.flbs + kstructs_off("luo_flb_global", "list");
	uint64_t private = off + kstructs_off("liveupdate_flb", "private");
	uint64_t state = private + kstructs_off("luo_flb_private", "outgoing");
	uint64_t node = private + kstructs_off("luo_flb_private", "list");

	put_text(f, off + kstructs_off("liveupdate_flb", "compatible"), name);
	memory_int(&f->x.m, module_pa(f, state + kstructs_off("luo_flb_private_state", "data")), 8,
		   0x1234000);
	memory_int(&f->x.m, module_pa(f, state + kstructs_off("luo_flb_private_state", "count")), 4,
		   count);
	memory_int(&f->x.m, list, 8, va + node);
	memory_int(&f->x.m, list + 8, 8, va + node);
	memory_int(&f->x.m, module_pa(f, node), 8, list + f->k.image);
	memory_int(&f->x.m, module_pa(f, node + 8), 8, list + f->k.image);
}

/* Wherever in it a page ends. */
static void test_page_tables_lead_to_the_flb_of_a_module(void **state)
{
	const uint64_t va = 0xffffffffc0401000ULL;

	for (uint64_t off = 4096 - 192; off <= 4096; off += 8) {
		struct fixture f = { 0 };

		init(&f, false);
		map_module(&f, va);
		module_flb(&f, va, off, "bus-of-a-module-v1", 2);
		open_side(&f, KSTD_SIDE_OUT);
		assert_string_equal(f.x.v.defects, "[]");
		assert_has(f.x.v.json, "\"flbs\":[{\"name\":\"bus-of-a-module-v1\",\"data\":\"0x1234000\","
			   "\"file_count\":\"2\"}]");
		end(&f);
	}
}

static void test_flbs_of_a_module_to_which_no_tables_lead_are_not_known(void **state)
{
	const uint64_t va = 0xffffffffc0401000ULL;

	for (int i = 0; i < 3; i++) {
		struct fixture f = { 0 };

		init(&f, false);
		map_module(&f, va);
		module_flb(&f, va, 4096 - 24, "bus-of-a-module-v1", 2);
		if (i == 0)
			f.core.machine = 0;
		else if (i == 1)
			memory_int(&f.x.m, pages_entry(&f.p, va + 4096, 0), 8, 0);
		else
			memory_state(&f.x.m, f.module[1], KSTD_AVAIL_EXCLUDED);
		open_side(&f, KSTD_SIDE_OUT);
		assert_not_known(&f.x.v, "which FLBs there are: the kernel's list of them was not found");
		end(&f);
	}
}

/* The first FLB is in the image, and leads to one that is not. */
static void test_a_list_of_flbs_that_goes_on_where_nothing_leads(void **state)
{
	const uint64_t va = 0xffffffffc0401000ULL;
	struct fixture f = { 0 };
	uint64_t node;

	init(&f, false);
	kstructs_flb(&f.k, "bus-v1", 0x1234000, 2);
	node = f.k.flbs + 0x800 + kstructs_off("liveupdate_flb", "private") +
	       kstructs_off("luo_flb_private", "list");
	memory_int(&f.x.m, node, 8, va);
	open_side(&f, KSTD_SIDE_OUT);
	assert_has(f.x.v.json, "\"flbs\":[{\"name\":\"bus-v1\"");
	assert_not_known(&f.x.v, "whether these are all FLBs");
	end(&f);
}

static bool in_refs(const struct kstd_refs *refs, uint64_t pa)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (refs->v[i].pa <= pa && pa - refs->v[i].pa < refs->v[i].bytes)
			return true;
	return false;
}

/* Its two pages, and the tables that lead there. */
static void test_a_capture_takes_what_leads_to_a_module(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "LUO", 3);
	struct kstd_refs refs = { .side = KSTD_SIDE_OUT, .kernel = true };
	const uint64_t va = 0xffffffffc0401000ULL;
	struct fixture f = { 0 };

	init(&f, false);
	map_module(&f, va);
	module_file(&f, va, 512, "handler-of-a-module-v1");
	module_flb(&f, va, 4096 - 24, "bus-of-a-module-v1", 2);
	open_side(&f, KSTD_SIDE_OUT);
	assert_int_equal(kstd_decoder_luo.refs(f.x.v.dump, f.x.v.dump->blobs, &where, &refs), 0);
	for (int i = 0; i < 2; i++)
		assert_true(owns(&refs, "LUO", f.module[i]));
	assert_true(owns(&refs, "LUO: session \"vm\"", f.module[0]));
	for (unsigned int level = 0; level < 4; level++) {
		assert_true(in_refs(&refs, pages_entry(&f.p, va, level)));
		assert_true(in_refs(&refs, pages_entry(&f.p, f.k.global + f.k.image, level)));
		if (level > 1)
			assert_true(in_refs(&refs, pages_entry(&f.p, f.k.ser + f.k.linear, level)));
	}
	kstd_refs_free(&refs);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_tables_lead_to_the_handler_of_a_module),
		cmocka_unit_test(test_page_tables_lead_to_the_flb_of_a_module),
		cmocka_unit_test(test_flbs_of_a_module_to_which_no_tables_lead_are_not_known),
		cmocka_unit_test(test_a_list_of_flbs_that_goes_on_where_nothing_leads),
		cmocka_unit_test(test_a_capture_takes_what_leads_to_a_module),
	};

	return RUN(tests);
}
