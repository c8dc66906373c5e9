// SPDX-License-Identifier: GPL-2.0

/* Memfds of LUO: their state, their folios, and what is wrong with them. */

#include "luo.h"

static void show_memfd(struct guest *x, const struct luo_memfd *fd)
{
	struct luo_file file = { "memfd-v2", 7, luo_memfd(&x->m, fd) };
	const struct luo_session session = { "vm", &file, 1 };

	guest_open(x, luo_sessions(&x->m, &session, 1), 0);
	show(x, NULL);
	assert_int_equal(x->v.rc, 0);
}

/* Show @fd in both byte orders; @want and @defect must come of it. */
static void check(const struct luo_memfd *fd, const char *want, const char *defect)
{
	for (int big = 0; big < 2; big++) {
		struct guest x;

		guest_init(&x, 4096, big);
		show_memfd(&x, fd);
		assert_has(x.v.json, want);
		if (defect)
			assert_has(x.v.defects, defect);
		else
			assert_string_equal(x.v.defects, "[]");
		guest_close(&x);
	}
}

static const struct luo_folio four[] = {
	{ 0x10, 3, 0 }, { 0x20, 3, 1 }, { 0x21, 3, 2 }, { 0x12, 3, 3 },
};

static void test_state(void **state)
{
	const struct luo_memfd fd = { .pos = 5, .size = 16384, .folios = four, .nr = 4 };

	check(&fd, "\"memfd\":{\"bytes\":16384,\"position\":\"5\",\"seals\":{\"value\":0,\"names\":[]},"
	      "\"flags\":0,\"folio_count\":\"4\",\"present_bytes\":16384,\"hole_bytes\":0,\"folios\":["
	      "{\"index\":\"0\",\"address\":\"0x10000\",\"bytes\":4096,"
	      "\"flags\":{\"value\":3,\"names\":[\"dirty\",\"uptodate\"]}},"
	      "{\"index\":\"1\",\"address\":\"0x20000\",", NULL);
}

static void test_seals_have_names(void **state)
{
	const struct luo_memfd fd = { .seals = 0x3f };

	check(&fd, "\"seals\":{\"value\":63,\"names\":[\"F_SEAL_SEAL\",\"F_SEAL_SHRINK\","
	      "\"F_SEAL_GROW\",\"F_SEAL_WRITE\",\"F_SEAL_FUTURE_WRITE\",\"F_SEAL_EXEC\"]}", NULL);
}

static void test_unknown_seals_are_a_defect(void **state)
{
	const struct luo_memfd fd = { .seals = 0x82 };

	check(&fd, "\"names\":[\"F_SEAL_SHRINK\",\"0x80\"]", "seals 0x82: memfd-v2 has none but");
}

static void test_empty_file(void **state)
{
	const struct luo_memfd fd = { .size = 0 };

	check(&fd, "\"folio_count\":\"0\",\"present_bytes\":0,\"hole_bytes\":0,\"folios\":[]", NULL);
}

static void test_bitfields_are_told_apart(void **state)
{
	static const struct luo_folio folios[] = { { 0xfedcba987ULL, 0xa01, 0 } };
	const struct luo_memfd fd = { .size = 4096, .folios = folios, .nr = 1 };

	check(&fd, "\"address\":\"0xfedcba987000\",\"bytes\":4096,"
	      "\"flags\":{\"value\":2561,\"names\":[\"dirty\",\"0xa00\"]}", NULL);
}

static void test_large_folios_reach_to_the_next(void **state)
{
	static const struct luo_folio folios[] = { { 0x200, 3, 0 }, { 0x400, 3, 512 } };
	const struct luo_memfd fd = { .size = 1024 << 12, .folios = folios, .nr = 2 };

	check(&fd, "\"present_bytes\":4194304,\"hole_bytes\":0,\"folios\":["
	      "{\"index\":\"0\",\"address\":\"0x200000\",\"bytes\":2097152,", NULL);
}

/* A folio of two pages cannot begin at an odd one. */
static void test_what_no_folio_covers_is_a_hole(void **state)
{
	static const struct luo_folio folios[] = { { 0x11, 3, 0 }, { 0, 0, 2 }, { 0x20, 3, 3 } };
	const struct luo_memfd fd = { .size = 4 << 12, .folios = folios, .nr = 3 };

	check(&fd, "\"present_bytes\":8192,\"hole_bytes\":8192,\"folios\":["
	      "{\"index\":\"0\",\"address\":\"0x11000\",\"bytes\":4096,", NULL);
	check(&fd, "{\"index\":\"2\",\"address\":null,\"bytes\":0,", NULL);
}

static void test_the_end_of_the_file_counts(void **state)
{
	const struct luo_memfd fd = { .size = 3 * 4096 + 7, .folios = four, .nr = 4 };

	check(&fd, "\"present_bytes\":12295,\"hole_bytes\":0", NULL);
}

static void test_a_folio_beyond_the_end_is_a_defect(void **state)
{
	const struct luo_memfd fd = { .size = 2 * 4096, .folios = four, .nr = 4 };

	check(&fd, "\"present_bytes\":8192", "a folio at page 2 of the file, which has fewer");
}

static void test_folios_out_of_order_are_a_defect(void **state)
{
	static const struct luo_folio folios[] = { { 0x10, 3, 1 }, { 0x20, 3, 0 } };
	const struct luo_memfd fd = { .size = 2 * 4096, .folios = folios, .nr = 2 };

	check(&fd, "\"folio_count\":\"2\"", "page 0 of the file, not after the one before it");
}

/* More than a batch, a page and a chunk of the list. */
static void test_many_folios(void **state)
{
	static struct luo_folio folios[200000];
	const struct luo_memfd fd = { .size = 200000ULL << 12, .folios = folios, .nr = 200000 };

	for (size_t i = 0; i < 200000; i++)
		folios[i] = (struct luo_folio){ 0x100001 + 2 * i, 3, i };
	check(&fd, "\"folio_count\":\"200000\",\"present_bytes\":819200000", NULL);
	check(&fd, "{\"index\":\"199999\",\"address\":\"0x161a7f000\"", NULL);
}

/* Show the example after its memfd was changed: @size bytes at @off become @v. */
static void damaged(uint64_t off, size_t size, uint64_t v, const char *defect)
{
	for (int big = 0; big < 2; big++) {
		struct guest x;
		struct luo_example e;

		guest_init(&x, 4096, big);
		e = luo_example(&x.m);
		memory_int(&x.m, e.fd[0] + off, size, v);
		guest_open(&x, e.sessions, 0);
		show(&x, NULL);
		assert_int_equal(x.v.rc, 0);
		assert_has(x.v.defects, defect);
		assert_has(x.v.defects, "\"path\":\"memory: session \\\"vm1\\\": token 0x7\"");
		assert_has(x.v.json, "\"name\":\"vm2\"");
		guest_close(&x);
	}
}

static void test_inflated_number_of_folios(void **state)
{
	damaged(24, 8, 257, "257 folios, and a list with room for 256");
	damaged(24, 8, UINT64_MAX, "18446744073709551615 folios, and a list with room for 256");
}

static void test_inflated_list(void **state)
{
	damaged(40, 4, 0xffffffff, "a vmalloc area of 4294967295 pages has a list of 1");
	damaged(46, 2, 33, "a vmalloc area of order 33");
}

static void test_wild_list(void **state)
{
	damaged(32, 8, 0xdead000, "memory has no memory at 0xdead000");
	damaged(32, 8, 0x123, "no chunk of a vmalloc area can be at 0x123");
}

static void test_wild_state(void **state)
{
	static const uint64_t wild[] = { 0, 0xdead000, 0x1001, UINT64_MAX };

	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		struct luo_file file = { "memfd-v2", 7, wild[i] };
		const struct luo_session session = { "vm", &file, 1 };
		struct guest x;

		guest_init(&x, 4096, false);
		guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
		show(&x, NULL);
		assert_has(x.v.json, "\"token\":\"7\"");
		assert_has(x.v.json, "\"memfd\":null");
		assert_has(x.v.defects, "token 0x7");
		guest_close(&x);
	}
}

static void test_a_state_belongs_to_one_file(void **state)
{
	struct guest x;
	uint64_t fd;

	guest_init(&x, 4096, false);
	fd = luo_text(&x.m, "text");
	const struct luo_file files[] = { { "memfd-v2", 1, fd }, { "memfd-v2", 2, fd } };
	const struct luo_session session = { "vm", files, 2 };

	guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
	show(&x, NULL);
	assert_has(x.v.defects, "is another's, too");
	assert_has(x.v.defects, "token 0x2");
	assert_has_not(x.v.defects, "token 0x1");
	guest_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_seals_have_names),
		cmocka_unit_test(test_unknown_seals_are_a_defect),
		cmocka_unit_test(test_empty_file),
		cmocka_unit_test(test_bitfields_are_told_apart),
		cmocka_unit_test(test_large_folios_reach_to_the_next),
		cmocka_unit_test(test_what_no_folio_covers_is_a_hole),
		cmocka_unit_test(test_the_end_of_the_file_counts),
		cmocka_unit_test(test_a_folio_beyond_the_end_is_a_defect),
		cmocka_unit_test(test_folios_out_of_order_are_a_defect),
		cmocka_unit_test(test_many_folios),
		cmocka_unit_test(test_inflated_number_of_folios),
		cmocka_unit_test(test_inflated_list),
		cmocka_unit_test(test_wild_list),
		cmocka_unit_test(test_wild_state),
		cmocka_unit_test(test_a_state_belongs_to_one_file),
	};

	return RUN(tests);
}
