// SPDX-License-Identifier: GPL-2.0

/* LUO's blocks damaged: what can be read is, the rest are defects, and it always ends. */

#include "luo.h"

/* Show the example after @size bytes at @pa became @v. */
static void change(uint64_t (*where)(struct guest *x, const struct luo_example *e), size_t size,
		   uint64_t v, const char *defect, const char *still)
{
	for (int big = 0; big < 2; big++) {
		struct guest x;
		struct luo_example e;

		guest_init(&x, 4096, big);
		e = luo_example(&x.m);
		memory_int(&x.m, where(&x, &e), size, v);
		guest_open(&x, e.sessions, e.flbs);
		show(&x, NULL);
		assert_int_equal(x.v.rc, 0);
		assert_has(x.v.defects, defect);
		assert_has(x.v.json, still);
		look_at_all(&x);
		guest_close(&x);
	}
}

static uint64_t block_next(struct guest *x, const struct luo_example *e)
{
	return e->sessions;
}

static uint64_t block_count(struct guest *x, const struct luo_example *e)
{
	return e->sessions + 8;
}

static uint64_t session_name(struct guest *x, const struct luo_example *e)
{
	return e->sessions + 16;
}

static uint64_t session_files(struct guest *x, const struct luo_example *e)
{
	return e->sessions + 16 + 64;
}

static uint64_t session_count(struct guest *x, const struct luo_example *e)
{
	return e->sessions + 16 + 72;
}

static uint64_t files_block(struct guest *x, const struct luo_example *e)
{
	return memory_u64(&x->m, session_files(x, e));
}

static uint64_t files_count(struct guest *x, const struct luo_example *e)
{
	return files_block(x, e) + 8;
}

static uint64_t file_handler(struct guest *x, const struct luo_example *e)
{
	return files_block(x, e) + 16;
}

static uint64_t flb_pages(struct guest *x, const struct luo_example *e)
{
	return e->flbs;
}

static uint64_t flb_count(struct guest *x, const struct luo_example *e)
{
	return e->flbs + 8;
}

static void test_inflated_counts(void **state)
{
	static const uint64_t counts[] = { 64, 10000, 1ULL << 32, UINT64_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		change(block_count, 8, counts[i], "where 51 fit", "\"name\":\"vm2\"");
		change(files_count, 8, counts[i], "where 63 fit", "\"name\":\"vm2\"");
		change(flb_count, 8, counts[i], "where 63 fit", "\"name\":\"newer-v1\"");
		change(session_count, 8, counts[i], "2 files where the session says",
		       "\"token\":\"4097\"");
	}
	change(flb_pages, 8, 9, "FLBs in 9 pages, where Linux has 1", "\"name\":\"newer-v1\"");
}

static void test_block_without_entries(void **state)
{
	change(files_count, 8, 0, "0 files where the session says 2", "\"name\":\"vm2\"");
}

static void test_wild_addresses(void **state)
{
	change(block_next, 8, 0xdead000, "memory has no memory at 0xdead000", "\"name\":\"vm2\"");
	change(block_next, 8, 0x123, "no block of entries can be at 0x123", "\"name\":\"vm2\"");
	change(session_files, 8, 0xdead000, "memory has no memory at 0xdead000",
	       "\"name\":\"vm2\"");
	change(session_files, 8, UINT64_MAX, "no block of entries can be at", "\"name\":\"vm2\"");
	change(session_files, 8, 0, "0 files where the session says 2", "\"name\":\"vm2\"");
}

static void test_texts_without_an_end(void **state)
{
	static const char text[64] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct guest x;
	struct luo_example e;

	guest_init(&x, 4096, false);
	e = luo_example(&x.m);
	memory_put(&x.m, session_name(&x, &e), text, 64);
	memory_put(&x.m, file_handler(&x, &e), text, 48);
	memory_put(&x.m, e.flbs + 16, text, 48);
	guest_open(&x, e.sessions, e.flbs);
	show(&x, NULL);
	assert_has(x.v.defects, "session 0 has no name");
	assert_has(x.v.defects, "file 0 names no handler");
	assert_has(x.v.defects, "an FLB without a name");
	assert_has(x.v.json, "\"token\":\"7\"");
	guest_close(&x);
}

static void test_names_that_are_no_text(void **state)
{
	change(session_name, 8, 0xff1b0a0d225c08feULL, "[]", "{\"hex\":\"");
}

static void test_root_is_wild(void **state)
{
	static const uint64_t wild[] = { 1, 0x123, 0xdead000, UINT64_MAX };

	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		struct guest x;

		guest_init(&x, 4096, false);
		guest_open(&x, wild[i], wild[i]);
		show(&x, NULL);
		assert_int_equal(x.v.rc, 0);
		assert_has(x.v.json, "\"sessions\":[],\"flbs\":[]");
		assert_has_not(x.v.defects, "[]");
		look_at_all(&x);
		guest_close(&x);
	}
}

static void cycle(uint64_t (*link)(struct guest *x, const struct luo_example *e),
		  uint64_t (*to)(struct guest *x, const struct luo_example *e), const char *defect)
{
	struct guest x;
	struct luo_example e;

	guest_init(&x, 4096, false);
	e = luo_example(&x.m);
	memory_int(&x.m, link(&x, &e), 8, to(&x, &e));
	guest_open(&x, e.sessions, e.flbs);
	show(&x, NULL);
	assert_has(x.v.defects, defect);
	assert_has(x.v.json, "\"name\":\"vm2\"");
	look_at_all(&x);
	guest_close(&x);
}

static uint64_t other_files(struct guest *x, const struct luo_example *e)
{
	return e->sessions + 16 + 2 * 80 + 64;
}

static void test_chains_that_lead_back(void **state)
{
	cycle(block_next, block_next, "a chain that leads back to where it was");
	cycle(files_block, files_block, "a chain that leads back to where it was");
	cycle(files_block, block_next, "a page of another chain");
	cycle(other_files, files_block, "a page of another chain");
}

/* Every session with the same long chain of files would take for ever. */
static void test_sessions_that_share_a_chain(void **state)
{
	static struct luo_file files[20000];
	static struct luo_session sessions[5000];
	struct guest x;
	uint64_t first, shared;

	guest_init(&x, 4096, false);
	for (size_t i = 0; i < 20000; i++)
		files[i] = (struct luo_file){ "vfio-v9", i, i };
	for (size_t i = 0; i < 5000; i++)
		sessions[i] = (struct luo_session){ "s", files, i ? 0 : 20000 };
	first = luo_sessions(&x.m, sessions, 5000);
	shared = memory_u64(&x.m, first + 16 + 64);
	for (uint64_t block = first; block; block = memory_u64(&x.m, block))
		for (size_t i = 0; i < 51; i++)
			memory_int(&x.m, block + 16 + 80 * i + 64, 8, shared);
	guest_open(&x, first, 0);
	x.m.reads = 0;
	list(&x);
	assert_has(x.v.defects, "a page of another chain");
	assert_true(x.m.reads < 10000);
	guest_close(&x);
}

/* Each page in turn is absent, excluded, unreadable. */
static void test_every_page_missing(void **state)
{
	static const enum kstd_avail how[] = { KSTD_AVAIL_ABSENT, KSTD_AVAIL_EXCLUDED,
					       KSTD_AVAIL_UNREADABLE };

	for (size_t page = 0; page < 12; page++)
		for (size_t i = 0; i < 3; i++) {
			struct guest x;
			struct luo_example e;

			guest_init(&x, 4096, false);
			e = luo_example(&x.m);
			memory_state(&x.m, (1ULL << 30) + page * 4096, how[i]);
			guest_open(&x, e.sessions, e.flbs);
			look_at_all(&x);
			guest_close(&x);
		}
}

/* Every byte of the structures, one after the other, is all ones. */
static void test_every_byte_changed(void **state)
{
	struct guest x;
	struct luo_example e;

	guest_init(&x, 4096, false);
	e = luo_example(&x.m);
	guest_open(&x, e.sessions, e.flbs);
	for (uint64_t page = 1ULL << 30; page < x.m.next; page += 4096)
		for (size_t i = 0; i < 112; i++) {
			uint64_t old = memory_u64(&x.m, page + i);

			memory_int(&x.m, page + i, 1, 0xff);
			look_at_all(&x);
			memory_int(&x.m, page + i, 8, old);
			guest_again(&x);
		}
	guest_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inflated_counts),
		cmocka_unit_test(test_block_without_entries),
		cmocka_unit_test(test_wild_addresses),
		cmocka_unit_test(test_texts_without_an_end),
		cmocka_unit_test(test_names_that_are_no_text),
		cmocka_unit_test(test_root_is_wild),
		cmocka_unit_test(test_chains_that_lead_back),
		cmocka_unit_test(test_sessions_that_share_a_chain),
		cmocka_unit_test(test_every_page_missing),
		cmocka_unit_test(test_every_byte_changed),
	};

	return RUN(tests);
}
