// SPDX-License-Identifier: GPL-2.0

/* Preserved memory by order and owner, and who has an address. */

#include "helpers.h"

#include "owners/owners.h"
#include "../lib/world.h"

struct fixture {
	struct world w;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	world_begin(&f->w, false);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	world_free(&f->w);
	free(f);
	return 0;
}

static void answered(struct fixture *f, const struct kstd_node *n)
{
	f->v.json = f->v.rc ? NULL : json_of(n);
	f->v.defects = json_reports(f->v.dump);
	f->v.notes = json_of(kstd_notes(f->v.dump));
}

static void opened(struct fixture *f)
{
	world_core(&f->w);
	view_mem(&f->v, f->w.c.file, f->w.c.len);
	assert_int_equal(f->v.rc, 0);
}

static void ask(struct fixture *f)
{
	const struct kstd_node *n = NULL;

	opened(f);
	f->v.rc = kstd_mem(f->v.dump, &n);
	answered(f, n);
}

static void ask_who(struct fixture *f, uint64_t pa)
{
	const struct kstd_node *n = NULL;

	opened(f);
	f->v.rc = kstd_mem_who(f->v.dump, pa, &n);
	assert_int_equal(f->v.rc, 0);
	answered(f, n);
}

/* "address":"0x..." and so on, of a range. */
static void has_range(const struct fixture *f, uint64_t pa, uint64_t bytes, unsigned int order,
		      unsigned int blocks, const char *owner)
{
	char want[256];

	snprintf(want, sizeof(want), "{\"address\":\"0x%llx\",\"bytes\":%llu,\"order\":%u,"
		 "\"blocks\":\"%u\"%s%s%s}", (unsigned long long)pa, (unsigned long long)bytes, order,
		 blocks, owner ? ",\"owner\":\"" : "", owner ? owner : "", owner ? "\"" : "");
	assert_has(f->v.json, want);
}

static void test_totals_and_orders(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask(f);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"not_known\":null,\"total\":{\"bytes\":184320,\"blocks\":\"22\","
		   "\"ranges\":\"18\"},\"owned\":{\"bytes\":176128},\"unowned\":{\"bytes\":8192,"
		   "\"ranges\":\"1\"},\"not_preserved\":{\"bytes\":0}");
	assert_has(f->v.json, "\"orders\":[{\"order\":0,\"block_bytes\":4096,\"blocks\":\"17\","
		   "\"bytes\":69632},{\"order\":1,");
}

static void test_ranges_have_owners(void **state)
{
	struct fixture *f = *state;
	struct world *w = &f->w;

	world_make(w);
	ask(f);
	has_range(f, w->root, 4096, 0, 1, "kho/out/fdt");
	has_range(f, w->region, 65536, 4, 1, "kho/out/sub_fdts/memblock: pool");
	has_range(f, w->ring, 16384, 2, 1, "kho/out/sub_fdts/kstate: dev@7b/ring");
	has_range(f, w->table[0], 3 * 4096, 0, 3, "kho/out/sub_fdts/kstate: dev@7b/table");
	has_range(f, w->page, 4096, 0, 1, "kho/out/sub_fdts/kstate: dev@7b/page");
	has_range(f, w->extent, 8192, 1, 1, "kho/out/sub_fdts/kstate: bulk@0");
	has_range(f, w->test_folios[1], 8192, 1, 1, "kho/out/sub_fdts/kho_test: folios");
}

static void test_leaks_are_what_nobody_refers_to(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask(f);
	assert_has(f->v.json, "\"leaks\":[{");
	has_range(f, f->w.leak, 8192, 0, 2, NULL);
	assert_has_not(strstr(f->v.json, "\"leaks\":["), "},{");
}

static void test_pointer_takes_nothing_from_an_owner(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask(f);
	assert_has(f->v.json, "{\"owner\":\"kho/out/sub_fdts/kstate: dev@7b/at\","
		   "\"holds\":\"pointed to\",\"bytes\":1,\"preserved\":0}");
}

static void test_memory_that_is_not_preserved_counts(void **state)
{
	struct fixture *f = *state;

	f->w.page = memory_alloc(&f->w.m, 4096);
	world_make(&f->w);
	ask(f);
	assert_has(f->v.json, "\"not_preserved\":{\"bytes\":4096}");
}

static void test_owner_in_the_middle_of_a_run(void **state)
{
	struct fixture *f = *state;
	uint64_t pa = memory_alloc(&f->w.m, 16 * 4096);

	for (int i = 0; i < 16; i++)
		memory_preserve(&f->w.m, f->w.map, pa + i * 4096, 0);
	f->w.page = pa + 5 * 4096;
	world_make(&f->w);
	ask(f);
	has_range(f, pa, 5 * 4096, 0, 5, NULL);
	has_range(f, pa + 5 * 4096, 4096, 0, 1, "kho/out/sub_fdts/kstate: dev@7b/page");
	has_range(f, pa + 6 * 4096, 10 * 4096, 0, 10, NULL);
}

static void test_unreadable_map_leaves_references(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	memory_int(&f->w.m, f->w.map, 8, 0);
	memory_state(&f->w.m, f->w.map, KSTD_AVAIL_ABSENT);
	world_core(&f->w);
	view_mem(&f->v, f->w.c.file, f->w.c.len);
	if (f->v.dump) {
		const struct kstd_node *n = NULL;

		f->v.rc = kstd_mem(f->v.dump, &n);
		answered(f, n);
	}
	assert_int_equal(f->v.rc, 0);
	assert_has(f->v.json, "\"not_known\":\"the preserved-memory map cannot be read\",\"total\":null");
	assert_has(f->v.json, "\"owner\":\"kho/fdt\"");
}

static void test_who_has_a_page_of_a_folio(void **state)
{
	struct fixture *f = *state;
	char want[300];

	world_make(&f->w);
	ask_who(f, f->w.ring + 5000);
	snprintf(want, sizeof(want), "\"preserved\":true,\"not_known\":null,\"scratch\":null,"
		 "\"preserved_blocks\":[{\"address\":\"0x%llx\",\"bytes\":16384,\"order\":2,"
		 "\"range_address\":\"0x%llx\",\"range_bytes\":16384}]",
		 (unsigned long long)f->w.ring, (unsigned long long)f->w.ring);
	assert_has(f->v.json, want);
	assert_has(f->v.json, "\"owner\":\"kho/out/sub_fdts/kstate: dev@7b/ring\",\"holds\":\"contents\"");
	assert_has(f->v.json, "\"owner\":\"kho/out/sub_fdts/kstate: dev@7b/at\",\"holds\":\"pointed to\"");
}

static void test_who_has_a_leak(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask_who(f, f->w.leak + 4096);
	assert_has(f->v.json, "\"preserved\":true");
	assert_has(f->v.json, "\"range_bytes\":8192}],\"owners\":[]");
}

static void test_who_has_memory_that_is_free(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask_who(f, 1ull << 40);
	assert_has(f->v.json, "\"preserved\":false");
	assert_has(f->v.json, "\"preserved_blocks\":[],\"owners\":[]");
}

static void test_who_has_a_node_of_the_map(void **state)
{
	struct fixture *f = *state;

	world_make(&f->w);
	ask_who(f, f->w.map + 8);
	assert_has(f->v.json, "\"preserved\":false");
	assert_has(f->v.json, "\"owner\":\"kho/out/fdt: preserved-memory map\",\"holds\":\"memory map\"");
}

static void test_memory_preserved_twice_has_two_blocks(void **state)
{
	struct fixture *f = *state;

	memory_preserve(&f->w.m, f->w.map, f->w.ring + 4096, 0);
	world_make(&f->w);
	ask_who(f, f->w.ring + 4096);
	assert_has(f->v.json, "\"order\":2,");
	assert_has(f->v.json, "\"order\":0,");
}

static void test_nothing_about_memory_is_an_error(void **state)
{
	struct fixture *f = *state;
	const struct kstd_node *n = NULL;
	uint8_t *p;
	size_t len = image_metadata(&p, false);

	view_mem(&f->v, p, len);
	f->v.rc = kstd_mem(f->v.dump, &n);
	assert_int_equal(f->v.rc, -KSTD_ENVIRONMENT);
	assert_has(kstd_error_text(f->v.ctx), "nothing in it says what memory is preserved");
	free(p);
}

/* Pieces, made of references alone. */
static void pieces(const struct kstd_memory_ref *refs, size_t nr,
		   const struct kstd_owned_range *want, size_t nr_want)
{
	struct kstd_memory m = { .next = NULL };

	for (size_t i = 0; i < nr; i++)
		assert_true(kstd_ref(&m.refs, refs[i].pa, refs[i].bytes, refs[i].kind, refs[i].owner));
	assert_true(kstd_owners_flatten(&m));
	assert_int_equal(m.nr_pieces, nr_want);
	for (size_t i = 0; i < nr_want; i++) {
		assert_int_equal(m.pieces[i].start, want[i].start);
		assert_int_equal(m.pieces[i].end, want[i].end);
		assert_int_equal(m.pieces[i].owner, want[i].owner);
	}
	kstd_refs_free(&m.refs);
	free(m.pieces);
	free(m.owners);
}

static void test_inner_reference_parts_the_outer(void **state)
{
	static const struct kstd_memory_ref refs[] = {
		{ 0, 100, KSTD_REF_DATA, 0, "outer" }, { 20, 10, KSTD_REF_DATA, 0, "inner" },
		{ 40, 5, KSTD_REF_DATA, 0, "inner" }, { 42, 1, KSTD_REF_DATA, 0, "inmost" },
	};
	static const struct kstd_owned_range want[] = {
		{ 0, 20, 0 }, { 20, 30, 1 }, { 30, 40, 0 }, { 40, 42, 1 }, { 42, 43, 2 },
		{ 43, 45, 1 }, { 45, 100, 0 },
	};

	pieces(refs, 4, want, 7);
}

static void test_overlapping_references_are_parted(void **state)
{
	static const struct kstd_memory_ref refs[] = {
		{ 0, 10, KSTD_REF_DATA, 0, "a" }, { 5, 10, KSTD_REF_DATA, 0, "b" },
		{ 30, 5, KSTD_REF_DATA, 0, "a" }, { 30, 5, KSTD_REF_BLOB, 0, "a" },
	};
	static const struct kstd_owned_range want[] = { { 0, 5, 0 }, { 5, 15, 1 }, { 30, 35, 2 } };

	pieces(refs, 4, want, 3);
}

static void test_neighbours_of_one_owner_are_one_piece(void **state)
{
	static const struct kstd_memory_ref refs[] = {
		{ 10, 10, KSTD_REF_DATA, 0, "a" }, { 0, 10, KSTD_REF_DATA, 0, "a" },
		{ 20, 1, KSTD_REF_POINTER, 0, "p" }, { 15, 1, KSTD_REF_POINTER, 0, "p" },
	};
	static const struct kstd_owned_range want[] = { { 0, 20, 0 }, { 20, 21, 1 } };

	pieces(refs, 4, want, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_totals_and_orders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ranges_have_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_leaks_are_what_nobody_refers_to, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pointer_takes_nothing_from_an_owner, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_memory_that_is_not_preserved_counts, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_owner_in_the_middle_of_a_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable_map_leaves_references, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_a_page_of_a_folio, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_a_leak, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_memory_that_is_free, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_a_node_of_the_map, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_memory_preserved_twice_has_two_blocks, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_about_memory_is_an_error, set_up, tear_down),
		cmocka_unit_test(test_inner_reference_parts_the_outer),
		cmocka_unit_test(test_overlapping_references_are_parted),
		cmocka_unit_test(test_neighbours_of_one_owner_are_one_piece),
	};

	return RUN(tests);
}
