// SPDX-License-Identifier: GPL-2.0

/* Lists of pages in physical memory: vmalloc areas and chains of blocks. */

#include "helpers.h"

#include "kho/chains.h"
#include "../lib/make_memory.h"

#define MAX_BLOCKS	2000
#define ENTRY		24

/**
 * struct chain - a memory, a dump that has it, and what following a chain gave
 */
struct chain {
	struct memory m;
	uint8_t *blob;
	struct view v;
	struct kstd_where where;
	struct kstd_refs refs;
	uint8_t raw[16];
	struct kstd_area area;
	uint64_t pa[MAX_BLOCKS];
	uint64_t bytes;
	size_t nr;
	char *defects;
};

static void begin(struct chain *c, uint32_t page_size, bool big)
{
	size_t len;

	*c = (struct chain){ .where = KSTD_AT(NULL, "place", 5) };
	len = image_luo(&c->blob, big);
	memory_init(&c->m, page_size, big);
	view_mem(&c->v, c->blob, len);
	assert_int_equal(c->v.rc, 0);
	c->v.dump->phys = &c->m.phys;
}

static void end(struct chain *c)
{
	free(c->defects);
	kstd_refs_free(&c->refs);
	c->v.dump->phys = NULL;
	view_close(&c->v);
	free(c->blob);
	memory_free(&c->m);
}

static void look(struct chain *c)
{
	free(c->defects);
	c->defects = json_reports(c->v.dump);
}

/* An area of @nr blocks, not next to one another. */
static void make_area(struct chain *c, size_t nr, unsigned int order)
{
	uint64_t *blocks = calloc(nr, sizeof(*blocks));
	struct kstd_span s = kstd_span_of(c->raw, sizeof(c->raw), 0);

	assert_non_null(blocks);
	for (size_t i = 0; i < nr; i++)
		blocks[i] = (2 * i + 2) * c->m.phys.page_size << order;
	memory_area(&c->m, c->raw, blocks, nr, order);
	free(blocks);
	assert_true(kstd_area_take(&s, c->m.phys.big, &c->area));
	assert_int_equal(s.len, 0);
}

static void walk_area(struct chain *c)
{
	struct kstd_area_walk w;
	uint64_t pa, bytes;

	kstd_area_begin(&w, c->v.dump, &c->where, &c->area, &c->refs, "owner", KSTD_REF_DATA);
	while (kstd_area_next(&w, &pa, &bytes)) {
		assert_true(c->nr < MAX_BLOCKS);
		c->pa[c->nr++] = pa;
		c->bytes += bytes;
	}
	kstd_area_end(&w);
	look(c);
}

static uint64_t told(const struct chain *c, enum kstd_ref_kind kind)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < c->refs.nr; i++)
		if (c->refs.v[i].kind == kind)
			bytes += c->refs.v[i].bytes;
	return bytes;
}

static void area(uint32_t page_size, bool big, size_t nr, unsigned int order)
{
	struct chain c;

	begin(&c, page_size, big);
	make_area(&c, nr, order);
	assert_int_equal(c.area.pages, nr << order);
	assert_int_equal(c.area.flags, KSTD_AREA_ALLOC);
	assert_int_equal(c.area.order, order);
	walk_area(&c);
	assert_string_equal(c.defects, "[]");
	assert_int_equal(c.nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(c.pa[i], (2 * i + 2) * page_size << order);
	assert_int_equal(c.bytes, (nr * page_size) << order);
	assert_int_equal(told(&c, KSTD_REF_DATA), c.bytes);
	assert_int_equal(told(&c, KSTD_REF_KHO), (nr / (page_size / 8 - 1) + 1) * page_size);
	end(&c);
}

static void test_area_has_its_blocks(void **state)
{
	static const size_t numbers[] = { 1, 510, 511, 512, 1021, 1022, 1023 };

	for (int i = 0; i < 7; i++) {
		area(4096, false, numbers[i], 0);
		area(4096, true, numbers[i], 9);
	}
	area(65536, false, 1500, 0);
	area(16384, true, 1500, 5);
}

static void test_short_descriptor_is_not_taken(void **state)
{
	static const uint8_t raw[15];
	struct kstd_span s = kstd_span_of(raw, sizeof(raw), 0);
	struct kstd_area a;

	assert_false(kstd_area_take(&s, false, &a));
	assert_int_equal(s.len, 15);
}

static void test_area_without_memory_has_nothing(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	c.v.dump->phys = NULL;
	walk_area(&c);
	assert_int_equal(c.nr, 0);
	assert_has(c.defects, "its list is in memory, and memory has none");
	end(&c);
}

static void test_area_that_ends_early_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 10, 0);
	c.area.pages = 11;
	walk_area(&c);
	assert_int_equal(c.nr, 10);
	assert_has(c.defects, "a vmalloc area of 11 pages has a list of 10");
	end(&c);
}

static void test_area_that_goes_on_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 10, 1);
	c.area.pages = 18;
	walk_area(&c);
	assert_int_equal(c.nr, 9);
	assert_has(c.defects, "a vmalloc area of 18 pages has a list of 20");
	end(&c);
}

static void test_huge_claim_takes_no_memory(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	c.area.pages = UINT32_MAX;
	walk_area(&c);
	assert_int_equal(c.nr, 3);
	assert_has(c.defects, "4294967295");
	end(&c);
}

static void test_huge_order_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	c.area.order = 65535;
	walk_area(&c);
	assert_int_equal(c.nr, 0);
	assert_has(c.defects, "a vmalloc area of order 65535");
	end(&c);
}

static void test_circle_of_chunks_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 600, 0);
	memory_int(&c.m, memory_u64(&c.m, c.area.first), 8, c.area.first);
	c.area.pages = UINT32_MAX;
	walk_area(&c);
	assert_int_equal(c.nr, 600);
	assert_has(c.defects, "leads back to where it was: chunk of a vmalloc area");
	end(&c);
}

static void test_wild_chunk_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	c.area.first++;
	walk_area(&c);
	assert_has(c.defects, "no chunk of a vmalloc area can be at");
	end(&c);
}

static void test_chunk_that_is_not_there_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 600, 0);
	memory_state(&c.m, memory_u64(&c.m, c.area.first), KSTD_AVAIL_EXCLUDED);
	walk_area(&c);
	assert_int_equal(c.nr, 511);
	assert_has(c.defects, "\"code\":\"excluded\"");
	assert_has_not(c.defects, "has a list of");
	end(&c);
}

static void test_wild_block_of_area_is_defect(void **state)
{
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	memory_int(&c.m, c.area.first + 16, 8, 0x1001);
	walk_area(&c);
	assert_int_equal(c.nr, 1);
	assert_has(c.defects, "no block of a vmalloc area can be at 0x1001");
	end(&c);
}

static void test_area_is_read_across_blocks(void **state)
{
	struct kstd_area_walk w;
	uint8_t buf[3 * 4096];
	uint64_t at;
	struct chain c;

	begin(&c, 4096, false);
	make_area(&c, 3, 0);
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4096; k++)
			memory_int(&c.m, (2 * i + 2) * 4096 + k, 1, i);
	kstd_area_begin(&w, c.v.dump, &c.where, &c.area, NULL, NULL, KSTD_REF_BLOB);
	assert_int_equal(kstd_area_read(&w, buf, 6000, &at), 0);
	assert_int_equal(at, 2 * 4096);
	assert_int_equal(kstd_area_read(&w, buf + 6000, 6288, &at), 0);
	assert_int_equal(at, 4 * 4096 + 6000 - 4096);
	for (int i = 0; i < 3 * 4096; i++)
		assert_int_equal(buf[i], i / 4096);
	assert_int_equal(kstd_area_read(&w, buf, 1, &at), -KSTD_INPUT);
	kstd_area_end(&w);
	end(&c);
}

static uint64_t make_blocks(struct chain *c, size_t nr)
{
	uint8_t *entries = calloc(nr, ENTRY);
	uint64_t first;

	assert_non_null(entries);
	for (size_t i = 0; i < nr; i++)
		memcpy(entries + i * ENTRY, &i, sizeof(i));
	first = memory_blocks(&c->m, entries, nr, ENTRY);
	free(entries);
	return first;
}

static void walk_blocks(struct chain *c, uint64_t first)
{
	struct kstd_blocks b;
	struct kstd_span entry;
	size_t i;

	kstd_blocks_begin(&b, c->v.dump, &c->where, first, ENTRY, &c->refs, "owner");
	while (kstd_blocks_next(&b, &entry)) {
		assert_int_equal(entry.len, ENTRY);
		memcpy(&i, entry.p, sizeof(i));
		assert_int_equal(i, c->nr);
		c->nr++;
	}
	kstd_blocks_end(&b);
	look(c);
}

static void blocks(uint32_t page_size, bool big, size_t nr)
{
	struct chain c;

	begin(&c, page_size, big);
	walk_blocks(&c, make_blocks(&c, nr));
	assert_int_equal(c.nr, nr);
	assert_string_equal(c.defects, "[]");
	assert_int_equal(told(&c, KSTD_REF_BLOB) % page_size, 0);
	end(&c);
}

static void test_blocks_have_their_entries(void **state)
{
	static const size_t numbers[] = { 0, 1, 169, 170, 171, 340, 341, 1000 };

	for (int i = 0; i < 8; i++) {
		blocks(4096, false, numbers[i]);
		blocks(65536, true, numbers[i]);
	}
}

static void test_block_with_inflated_count_is_defect(void **state)
{
	uint64_t first;
	struct chain c;

	begin(&c, 4096, false);
	first = make_blocks(&c, 170);
	memory_int(&c.m, first + 8, 8, UINT64_MAX);
	walk_blocks(&c, first);
	assert_int_equal(c.nr, 170);
	assert_has(c.defects, "18446744073709551615 entries, where 170 fit");
	end(&c);
}

static void test_circle_of_blocks_is_defect(void **state)
{
	uint64_t first;
	struct chain c;

	begin(&c, 4096, false);
	first = make_blocks(&c, 400);
	memory_int(&c.m, memory_u64(&c.m, memory_u64(&c.m, first)), 8, first);
	walk_blocks(&c, first);
	assert_int_equal(c.nr, 400);
	assert_has(c.defects, "leads back to where it was: block of entries");
	end(&c);
}

static void test_block_that_is_not_there_is_defect(void **state)
{
	uint64_t first;
	struct chain c;

	begin(&c, 4096, false);
	first = make_blocks(&c, 400);
	memory_state(&c.m, memory_u64(&c.m, first), KSTD_AVAIL_UNREADABLE);
	walk_blocks(&c, first);
	assert_int_equal(c.nr, 170);
	assert_has(c.defects, "\"code\":\"truncated\"");
	end(&c);
}

static void test_empty_blocks_end_too(void **state)
{
	uint64_t first = 0, last = 0;
	struct chain c;

	begin(&c, 4096, false);
	for (int i = 0; i < KSTD_MAX_BLOCKS + 1; i++) {
		first = memory_alloc(&c.m, 4096);
		memory_int(&c.m, first, 8, last);
		last = first;
	}
	walk_blocks(&c, first);
	assert_has(c.defects, "a chain of more than 10000");
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_area_has_its_blocks),
		cmocka_unit_test(test_short_descriptor_is_not_taken),
		cmocka_unit_test(test_area_without_memory_has_nothing),
		cmocka_unit_test(test_area_that_ends_early_is_defect),
		cmocka_unit_test(test_area_that_goes_on_is_defect),
		cmocka_unit_test(test_huge_claim_takes_no_memory),
		cmocka_unit_test(test_huge_order_is_defect),
		cmocka_unit_test(test_circle_of_chunks_is_defect),
		cmocka_unit_test(test_wild_chunk_is_defect),
		cmocka_unit_test(test_chunk_that_is_not_there_is_defect),
		cmocka_unit_test(test_wild_block_of_area_is_defect),
		cmocka_unit_test(test_area_is_read_across_blocks),
		cmocka_unit_test(test_blocks_have_their_entries),
		cmocka_unit_test(test_block_with_inflated_count_is_defect),
		cmocka_unit_test(test_circle_of_blocks_is_defect),
		cmocka_unit_test(test_block_that_is_not_there_is_defect),
		cmocka_unit_test(test_empty_blocks_end_too),
	};

	return RUN(tests);
}
