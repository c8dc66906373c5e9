// SPDX-License-Identifier: GPL-2.0

/* The preserved-memory map of each version, by address. */

#include "helpers.h"

#include "kho/kho_map.h"
#include "../lib/machine.h"
#include "../lib/make_memory.h"

#define MAX_RUNS	64

/**
 * struct maps - a memory, a dump that has it, and an opened map
 */
struct maps {
	struct memory m;
	uint8_t *blob;
	struct view v;
	struct kstd_where where;
	struct kstd_kho_root root;
	struct kstd_refs refs;
	struct kstd_map map;
	int rc;
	struct kstd_run runs[MAX_RUNS];
	size_t nr;
	char *defects;
};

static const struct memory_block blocks[] = {
	{ 0x10000000, 0 }, { 0x10010000, 0 }, { 0x10020000, 0 }, { 0x50000000, 0 },
	{ 0x10100000, 2 }, { 0x40000000, 9 }, { 0x80000000, 9 },
};

#define NR_BLOCKS	(sizeof(blocks) / sizeof(*blocks))

static void begin(struct maps *s, uint32_t page_size, bool big, unsigned int version)
{
	size_t len;

	*s = (struct maps){ .where = KSTD_AT(NULL, "map", 3) };
	len = image_luo(&s->blob, big);
	memory_init(&s->m, page_size, big);
	view_mem(&s->v, s->blob, len);
	assert_int_equal(s->v.rc, 0);
	s->v.dump->phys = &s->m.phys;
	s->root = (struct kstd_kho_root){ .version = version, .has_map = true };
	s->root.format = kstd_kho_format(version == 1 ? "kho-v1" : version == 2 ? "kho-v2" :
					 version == 3 ? "kho-v3" : "kho-v4");
}

static void open_map(struct maps *s)
{
	struct kstd_map_walk w;

	s->rc = kstd_map_open(s->v.dump, &s->where, &s->root, &s->refs, &s->map);
	s->defects = json_reports(s->v.dump);
	if (s->rc)
		return;
	assert_int_equal(kstd_map_begin(&w, &s->map), 0);
	while (s->nr < MAX_RUNS && kstd_map_next(&w, &s->runs[s->nr]))
		s->nr++;
	kstd_map_end(&w);
}

static void end(struct maps *s)
{
	if (!s->rc)
		kstd_map_close(&s->map);
	free(s->defects);
	kstd_refs_free(&s->refs);
	s->v.dump->phys = NULL;
	view_close(&s->v);
	free(s->blob);
	memory_free(&s->m);
}

static void is_run(const struct kstd_run *run, uint64_t pa, uint64_t nr, unsigned int order)
{
	assert_int_equal(run->pa, pa);
	assert_int_equal(run->blocks, nr);
	assert_int_equal(run->order, order);
}

static void is_all(const struct maps *s)
{
	bool touch = s->m.phys.page_size == 65536;

	assert_int_equal(s->rc, 0);
	assert_string_equal(s->defects, "[]");
	assert_int_equal(s->map.stats.blocks, NR_BLOCKS);
	assert_int_equal(s->map.blocks[0], 4);
	assert_int_equal(s->map.blocks[2], 1);
	assert_int_equal(s->map.blocks[9], 2);
	assert_int_equal(s->nr, touch ? 5 : 7);
	is_run(&s->runs[0], 0x10000000, touch ? 3 : 1, 0);
	is_run(&s->runs[s->nr - 4], 0x10100000, 1, 2);
	is_run(&s->runs[s->nr - 3], 0x40000000, 1, 9);
	is_run(&s->runs[s->nr - 2], 0x50000000, 1, 0);
	is_run(&s->runs[s->nr - 1], 0x80000000, 1, 9);
}

static void tree(uint32_t page_size, bool big, unsigned int version)
{
	struct maps s;

	begin(&s, page_size, big, version);
	s.root.map = memory_map(&s.m);
	for (size_t i = 0; i < NR_BLOCKS; i++)
		memory_preserve(&s.m, s.root.map, blocks[i].pa, blocks[i].order);
	open_map(&s);
	is_all(&s);
	end(&s);
}

static void test_trees_are_walked_by_address(void **state)
{
	for (int big = 0; big < 2; big++) {
		tree(4096, big, 2);
		tree(4096, big, 3);
		tree(4096, big, 4);
		tree(16384, big, 4);
		tree(65536, big, 4);
	}
}

/* A root that has LUO: its bitmaps have a page, if nothing speaks against that. */
static void put_root(struct maps *s)
{
	static const struct machine_subtree luo = { "LUO", 0x7000000, "luo-v1", 7 };
	struct machine_root root = {
		.pa = 0x6000000, .compatible = "kho-v1", .map = s->root.map, .subtrees = &luo,
		.nr = 1,
	};
	struct kstd_span bytes;

	machine_root(&s->m, &root);
	assert_int_equal(kstd_phys_get(s->v.dump, root.pa, s->m.phys.page_size, &bytes), 0);
	assert_int_equal(kstd_kho_root_open(s->v.ctx, &bytes, &s->root), 0);
}

static void make_list(struct maps *s, uint32_t page_size, bool big, size_t width)
{
	begin(s, page_size, big, 1);
	s->root.map = memory_list(&s->m, width, blocks, NR_BLOCKS);
	put_root(s);
}

static void list(uint32_t page_size, bool big, size_t width)
{
	uint64_t bytes = 0;
	struct maps s;

	make_list(&s, page_size, big, width);
	open_map(&s);
	is_all(&s);
	assert_int_equal(s.map.bitmap_bytes, width);
	for (size_t i = 0; i < s.refs.nr; i++) {
		assert_int_equal(s.refs.v[i].kind, KSTD_REF_MAP);
		bytes += s.refs.v[i].bytes;
	}
	assert_int_equal(bytes, s.map.stats.bytes);
	end(&s);
}

static void test_lists_of_version_1_are_walked_by_address(void **state)
{
	for (int big = 0; big < 2; big++) {
		list(4096, big, 512);
		list(4096, big, 4096);
		list(65536, big, 512);
		list(65536, big, 65536);
	}
}

static void test_width_that_nothing_says_is_not_known(void **state)
{
	struct maps s;

	begin(&s, 4096, false, 1);
	s.root.map = memory_list(&s.m, 4096, blocks, 1);
	open_map(&s);
	assert_int_equal(s.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(s.v.ctx), "unsupported");
	assert_has(kstd_error_message(s.v.ctx), "nothing here says which");
	end(&s);
}

static void test_list_of_many_chunks(void **state)
{
	struct memory_block *many = calloc(600, sizeof(*many));
	struct maps s;

	assert_non_null(many);
	begin(&s, 4096, false, 1);
	for (int i = 0; i < 600; i++)
		many[i] = (struct memory_block){ (uint64_t)i << 27, 0 };
	s.root.map = memory_list(&s.m, 4096, many, 600);
	put_root(&s);
	open_map(&s);
	assert_int_equal(s.map.stats.blocks, 600);
	assert_string_equal(s.defects, "[]");
	end(&s);
	free(many);
}

static void test_map_of_version_1_may_be_empty(void **state)
{
	struct maps s;

	begin(&s, 4096, false, 1);
	open_map(&s);
	assert_int_equal(s.rc, 0);
	assert_int_equal(s.nr, 0);
	end(&s);
}

static void test_list_that_leads_back_is_defect(void **state)
{
	struct maps s;

	make_list(&s, 4096, false, 512);
	memory_int(&s.m, memory_u64(&s.m, s.root.map), 8, s.root.map);
	open_map(&s);
	assert_int_equal(s.map.stats.blocks, 5);
	assert_has(s.defects, "a chunk that the preserved-memory map has twice");
	end(&s);
}

static void test_bitmap_of_two_is_defect(void **state)
{
	struct maps s;

	make_list(&s, 4096, false, 512);
	memory_int(&s.m, s.root.map + 16 + 24, 8, memory_u64(&s.m, s.root.map + 16 + 8));
	open_map(&s);
	assert_int_equal(s.map.stats.blocks, 6);
	assert_has(s.defects, "a bitmap that the preserved-memory map has twice");
	end(&s);
}

static void test_inflated_chunk_is_defect(void **state)
{
	struct maps s;

	make_list(&s, 4096, false, 512);
	memory_int(&s.m, s.root.map + 12, 4, UINT32_MAX);
	open_map(&s);
	assert_int_equal(s.map.stats.blocks, NR_BLOCKS);
	assert_has(s.defects, "says it has 4294967295 bitmaps, where 255 fit");
	assert_has(s.defects, "no bitmap of order 0 can be at 0x0");
	end(&s);
}

static void damaged(uint64_t off, size_t size, uint64_t v, uint64_t left, const char *text)
{
	struct maps s;

	make_list(&s, 4096, false, 512);
	memory_int(&s.m, s.root.map + off, size, v);
	open_map(&s);
	assert_int_equal(s.rc, 0);
	assert_int_equal(s.map.stats.blocks, left);
	assert_has(s.defects, text);
	end(&s);
}

static void test_damaged_lists_are_defects(void **state)
{
	damaged(8, 4, 200, 3, "of order 200");
	damaged(0, 8, 0x1001, 4, "no chunk of the preserved-memory map can be at 0x1001");
	damaged(0, 8, 0x7777000, 4, "\"code\":\"absent\"");
	damaged(16 + 8, 8, 0x7777000, 4, "\"code\":\"absent\"");
	damaged(16, 8, 0x10000800, 4, "for memory at 0x10000800");
	damaged(16, 8, -4096ull, 4, "for memory at 0xfffffffffffff000");
	damaged(16, 8, (1ull << 56) - 4096, 5, "are of memory that no machine has");
}

static void test_missing_list_is_error(void **state)
{
	struct maps s;

	begin(&s, 4096, false, 1);
	s.root.map = 0x7777000;
	open_map(&s);
	assert_int_equal(s.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(s.v.ctx), "absent");
	end(&s);
}

static void test_ambiguous_trees_are_refused(void **state)
{
	struct maps s;

	begin(&s, 16384, false, 2);
	s.root.map = memory_map(&s.m);
	open_map(&s);
	assert_int_equal(s.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(s.v.ctx), "unsupported");
	end(&s);
}

static void test_tree_is_told_of_without_its_leaves(void **state)
{
	struct maps s;
	uint64_t bytes = 0;

	begin(&s, 4096, false, 4);
	s.rc = -1;
	s.root.map = memory_map(&s.m);
	memory_preserve(&s.m, s.root.map, 0x5000, 0);
	memory_state(&s.m, memory_map_node(&s.m, s.root.map, 0x5000, 0, 0), KSTD_AVAIL_ABSENT);
	assert_int_equal(kstd_map_tree(s.v.dump, &s.where, &s.root, &s.refs), 0);
	for (size_t i = 0; i < s.refs.nr; i++)
		bytes += s.refs.v[i].bytes;
	assert_int_equal(bytes, 6 * 4096);
	end(&s);
}

static void test_memory_preserved_twice_comes_twice(void **state)
{
	struct maps s;

	begin(&s, 4096, false, 4);
	s.root.map = memory_map(&s.m);
	memory_preserve(&s.m, s.root.map, 0x200000, 0);
	memory_preserve(&s.m, s.root.map, 0x200000, 9);
	open_map(&s);
	assert_int_equal(s.nr, 2);
	is_run(&s.runs[0], 0x200000, 1, 9);
	is_run(&s.runs[1], 0x200000, 1, 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees_are_walked_by_address),
		cmocka_unit_test(test_lists_of_version_1_are_walked_by_address),
		cmocka_unit_test(test_width_that_nothing_says_is_not_known),
		cmocka_unit_test(test_list_of_many_chunks),
		cmocka_unit_test(test_map_of_version_1_may_be_empty),
		cmocka_unit_test(test_list_that_leads_back_is_defect),
		cmocka_unit_test(test_bitmap_of_two_is_defect),
		cmocka_unit_test(test_inflated_chunk_is_defect),
		cmocka_unit_test(test_damaged_lists_are_defects),
		cmocka_unit_test(test_missing_list_is_error),
		cmocka_unit_test(test_ambiguous_trees_are_refused),
		cmocka_unit_test(test_tree_is_told_of_without_its_leaves),
		cmocka_unit_test(test_memory_preserved_twice_comes_twice),
	};

	return RUN(tests);
}
