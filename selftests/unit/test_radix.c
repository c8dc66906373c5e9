// SPDX-License-Identifier: GPL-2.0

/* The preserved-memory map: a radix tree in physical memory. */

#include "helpers.h"

#include "kho/map_radix.h"
#include "../lib/make_memory.h"

#define MAX_RUNS	64

/**
 * struct walk - a memory, a dump that has it, and what a walk of its map gave
 */
struct walk {
	struct memory m;
	uint64_t root;
	uint8_t *blob;
	struct view v;
	struct kstd_run runs[MAX_RUNS];
	size_t nr;
	struct kstd_radix_stats stats;
	struct kstd_refs refs;
	char *defects;
};

static void begin(struct walk *w, uint32_t page_size, bool big)
{
	static const char *const names[] = { "kstate" };
	static const uint64_t sizes[] = { 1000 };
	size_t len;

	*w = (struct walk){ .nr = 0 };
	len = image_kho_root(&w->blob, big, "kho-v4", names, sizes, 1);
	memory_init(&w->m, page_size, big);
	w->root = memory_map(&w->m);
	view_mem(&w->v, w->blob, len);
	assert_int_equal(w->v.rc, 0);
}

static void end(struct walk *w)
{
	free(w->defects);
	kstd_refs_free(&w->refs);
	w->v.dump->phys = NULL;
	view_close(&w->v);
	free(w->blob);
	memory_free(&w->m);
}

static void note(void *arg, const struct kstd_run *run)
{
	struct walk *w = arg;

	assert_true(w->nr < MAX_RUNS);
	w->runs[w->nr++] = *run;
}

static int walk(struct walk *w)
{
	struct kstd_where where = KSTD_AT(NULL, "map", 3);
	int rc;

	w->v.dump->phys = &w->m.phys;
	rc = kstd_radix_walk(w->v.dump, &where, w->root, note, w, &w->refs, &w->stats);
	w->defects = json_reports(w->v.dump);
	return rc;
}

static void is_run(const struct kstd_run *run, uint64_t pa, uint64_t blocks, unsigned int order)
{
	assert_int_equal(run->pa, pa);
	assert_int_equal(run->blocks, blocks);
	assert_int_equal(run->order, order);
}

static void each(void (*test)(uint32_t page_size, bool big))
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };

	for (int i = 0; i < 3; i++) {
		test(sizes[i], false);
		test(sizes[i], true);
	}
}

static void one_block(uint32_t page_size, bool big)
{
	struct walk w;

	begin(&w, page_size, big);
	memory_preserve(&w.m, w.root, 0x123ull * page_size, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], 0x123ull * page_size, 1, 0);
	assert_string_equal(w.defects, "[]");
	end(&w);
}

static void test_one_page_is_found(void **state)
{
	each(one_block);
}

static void orders(uint32_t page_size, bool big)
{
	struct walk w;

	begin(&w, page_size, big);
	for (unsigned int order = 0; order <= 18; order++)
		memory_preserve(&w.m, w.root, 5ull * page_size << order, order);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 19);
	for (unsigned int i = 0; i <= 18; i++)
		is_run(&w.runs[i], 5ull * page_size << (18 - i), 1, 18 - i);
	assert_string_equal(w.defects, "[]");
	end(&w);
}

static void test_orders_come_largest_first(void **state)
{
	each(orders);
}

static void test_empty_map_has_no_runs(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 0);
	assert_int_equal(w.stats.nodes, 1);
	end(&w);
}

static void test_neighbours_are_one_run_across_words_and_leaves(void **state)
{
	struct walk w;
	uint64_t from = 32768 - 70, nr = 32768 + 200;

	begin(&w, 4096, false);
	for (uint64_t i = 0; i < nr; i++)
		memory_preserve(&w.m, w.root, (from + i) << 12, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], from << 12, nr, 0);
	assert_int_equal(w.stats.blocks, nr);
	assert_int_equal(w.stats.pages, nr);
	end(&w);
}

static void test_gaps_of_one_page_part_runs(void **state)
{
	static const unsigned int bits[] = { 0, 1, 62, 63, 64, 65, 127, 129, 32767 };
	struct walk w;

	begin(&w, 4096, false);
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		memory_preserve(&w.m, w.root, (uint64_t)bits[i] << 12, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 5);
	is_run(&w.runs[0], 0, 2, 0);
	is_run(&w.runs[1], 62 << 12, 4, 0);
	is_run(&w.runs[2], 127 << 12, 1, 0);
	is_run(&w.runs[3], 129 << 12, 1, 0);
	is_run(&w.runs[4], 32767 << 12, 1, 0);
	end(&w);
}

static void test_last_bit_of_one_leaf_and_first_of_the_next_touch(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 32767ull << 12, 0);
	memory_preserve(&w.m, w.root, 32768ull << 12, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], 32767ull << 12, 2, 0);
	end(&w);
}

static void test_blocks_of_two_orders_do_not_join(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x2000, 1);
	memory_preserve(&w.m, w.root, 0x4000, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 2);
	is_run(&w.runs[0], 0x2000, 1, 1);
	is_run(&w.runs[1], 0x4000, 1, 0);
	assert_int_equal(w.stats.pages, 3);
	end(&w);
}

static void test_every_node_is_told_of(void **state)
{
	struct walk w;
	uint64_t bytes = 0;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0, 0);
	memory_preserve(&w.m, w.root, 1ull << 30, 0);
	memory_preserve(&w.m, w.root, 1ull << 30, 9);
	assert_int_equal(walk(&w), 0);
	for (size_t i = 0; i < w.refs.nr; i++) {
		assert_int_equal(w.refs.v[i].kind, KSTD_REF_MAP);
		assert_string_equal(w.refs.v[i].owner, "map");
		bytes += w.refs.v[i].bytes;
	}
	assert_int_equal(bytes, w.stats.bytes);
	assert_int_equal(w.stats.nodes * 4096, w.stats.bytes);
	assert_int_equal(w.stats.nodes, 1 + 2 * 5 + 1);
	end(&w);
}

static void test_only_one_order(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "map", 3);
	struct kstd_visited seen = { .max = KSTD_MAX_RADIX_NODES };
	struct kstd_radix r;
	struct kstd_run run;
	struct walk w;

	begin(&w, 4096, false);
	for (unsigned int order = 0; order < 12; order++)
		memory_preserve(&w.m, w.root, 4096ull << order, order);
	w.v.dump->phys = &w.m.phys;
	assert_int_equal(kstd_radix_begin(&r, w.v.dump, &where, w.root, &seen, NULL), 0);
	kstd_radix_only(&r, 7);
	assert_true(kstd_radix_next(&r, &run));
	is_run(&run, 4096ull << 7, 1, 7);
	assert_false(kstd_radix_next(&r, &run));
	kstd_radix_end(&r);
	kstd_visited_free(&seen);
	end(&w);
}

static void test_skipping_leaves_reads_none(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "map", 3);
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	memory_state(&w.m, memory_map_node(&w.m, w.root, 0x5000, 0, 0), KSTD_AVAIL_ABSENT);
	w.v.dump->phys = &w.m.phys;
	assert_int_equal(kstd_radix_walk(w.v.dump, &where, w.root, NULL, NULL, &w.refs, NULL), 0);
	w.defects = json_reports(w.v.dump);
	assert_string_equal(w.defects, "[]");
	assert_int_equal(w.refs.nr, 1);
	assert_int_equal(w.refs.v[0].bytes, 6 * 4096);
	end(&w);
}

/* Two leaves, of which the first is damaged: the second is walked. */
static void damaged(enum kstd_avail there, const char *code)
{
	uint64_t leaf;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	memory_preserve(&w.m, w.root, 1ull << 32, 0);
	leaf = memory_map_node(&w.m, w.root, 0x5000, 0, 0);
	memory_state(&w.m, leaf, there);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], 1ull << 32, 1, 0);
	assert_has(w.defects, code);
	assert_has(w.defects, "\"path\":\"map\"");
	end(&w);
}

static void test_leaf_that_is_not_there_is_defect(void **state)
{
	damaged(KSTD_AVAIL_ABSENT, "\"code\":\"absent\"");
	damaged(KSTD_AVAIL_EXCLUDED, "\"code\":\"excluded\"");
	damaged(KSTD_AVAIL_UNREADABLE, "\"code\":\"truncated\"");
}

static void test_root_that_is_not_there_is_error(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	memory_state(&w.m, w.root, KSTD_AVAIL_ABSENT);
	assert_int_equal(walk(&w), -KSTD_INPUT);
	assert_string_equal(kstd_error_code(w.v.ctx), "absent");
	end(&w);
}

static void test_source_without_memory_is_error(void **state)
{
	struct kstd_where where = KSTD_AT(NULL, "map", 3);
	struct walk w;

	begin(&w, 4096, false);
	assert_int_equal(kstd_radix_walk(w.v.dump, &where, w.root, NULL, NULL, NULL, NULL),
			 -KSTD_INPUT);
	assert_has(kstd_error_text(w.v.ctx), "no memory to follow it in");
	end(&w);
}

/* Put @v over the entry of the root that leads to a block, which must not hide another. */
static void wild(uint64_t v, const char *text)
{
	uint64_t entry;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	memory_preserve(&w.m, w.root, 0x200000, 9);
	entry = memory_map_node(&w.m, w.root, 0x5000, 0, 1);
	memory_int(&w.m, entry, 8, v);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], 0x200000, 1, 9);
	assert_has(w.defects, text);
	end(&w);
}

static void test_wild_pointers_are_defects(void **state)
{
	wild(0x1001, "1 of its entries can be no addresses");
	wild(~0ull, "the first is 0xffffffffffffffff");
	wild(1ull << 56, "1 of its entries can be no addresses");
	wild(0x7777000, "has no memory at 0x7777000");
}

static void test_node_of_garbage_is_one_defect(void **state)
{
	uint64_t node;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	node = memory_map_node(&w.m, w.root, 0x5000, 0, 2);
	for (int i = 0; i < 512; i++)
		memory_int(&w.m, node + 8 * i, 8, 0x8000000000000063ull + i * 4096);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 0);
	assert_has(w.defects, "512 of its entries");
	assert_has_not(w.defects, "},{");
	end(&w);
}

static void test_cycle_is_defect(void **state)
{
	uint64_t node;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	node = memory_map_node(&w.m, w.root, 0x5000, 0, 3);
	memory_int(&w.m, node + 8 * 7, 8, w.root);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	assert_has(w.defects, "the preserved-memory map has twice");
	end(&w);
}

static void test_net_is_walked_once(void **state)
{
	uint64_t node = 0;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0x5000, 0);
	for (unsigned int level = 1; level <= 5; level++) {
		uint64_t up = memory_map_node(&w.m, w.root, 0x5000, 0, level);

		node = memory_map_node(&w.m, w.root, 0x5000, 0, level - 1);
		for (int i = 0; i < 512; i++)
			memory_int(&w.m, up + 8 * i, 8, node);
	}
	assert_int_equal(walk(&w), 0);
	assert_true(w.stats.nodes <= 6);
	assert_has(w.defects, "the preserved-memory map has twice");
	end(&w);
}

static void test_bits_without_an_order_are_defect(void **state)
{
	uint64_t leaf;
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, 0, 38);
	leaf = memory_map_node(&w.m, w.root, 0, 38, 0);
	assert_int_not_equal(leaf, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 0);
	assert_has(w.defects, "are of memory that no machine has");
	end(&w);
}

static void test_page_beyond_all_memory_is_defect(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	memory_preserve(&w.m, w.root, (1ull << 56) - 4096, 0);
	memory_preserve(&w.m, w.root, 1ull << 60, 0);
	memory_preserve(&w.m, w.root, -4096ull, 0);
	assert_int_equal(walk(&w), 0);
	assert_int_equal(w.nr, 1);
	is_run(&w.runs[0], (1ull << 56) - 4096, 1, 0);
	assert_has(w.defects, "are of memory that no machine has");
	end(&w);
}

static void test_odd_page_size_is_refused(void **state)
{
	struct walk w;

	begin(&w, 4096, false);
	w.m.phys.page_size = 1 << 20;
	assert_int_equal(walk(&w), -KSTD_INPUT);
	assert_string_equal(kstd_error_code(w.v.ctx), "unsupported");
	w.m.phys.page_size = 4096;
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page_is_found),
		cmocka_unit_test(test_orders_come_largest_first),
		cmocka_unit_test(test_empty_map_has_no_runs),
		cmocka_unit_test(test_neighbours_are_one_run_across_words_and_leaves),
		cmocka_unit_test(test_gaps_of_one_page_part_runs),
		cmocka_unit_test(test_last_bit_of_one_leaf_and_first_of_the_next_touch),
		cmocka_unit_test(test_blocks_of_two_orders_do_not_join),
		cmocka_unit_test(test_every_node_is_told_of),
		cmocka_unit_test(test_only_one_order),
		cmocka_unit_test(test_skipping_leaves_reads_none),
		cmocka_unit_test(test_leaf_that_is_not_there_is_defect),
		cmocka_unit_test(test_root_that_is_not_there_is_error),
		cmocka_unit_test(test_source_without_memory_is_error),
		cmocka_unit_test(test_wild_pointers_are_defects),
		cmocka_unit_test(test_node_of_garbage_is_one_defect),
		cmocka_unit_test(test_cycle_is_defect),
		cmocka_unit_test(test_net_is_walked_once),
		cmocka_unit_test(test_bits_without_an_order_are_defect),
		cmocka_unit_test(test_page_beyond_all_memory_is_defect),
		cmocka_unit_test(test_odd_page_size_is_refused),
	};

	return RUN(tests);
}
