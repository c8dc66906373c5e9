// SPDX-License-Identifier: GPL-2.0

/* Blocks of sessions that are found by what they look like. */

#include "luo.h"

/* A dump whose subtree of LUO was released, and that has no type information. */
static void open_released(struct guest *x)
{
	guest_open(x, 0, 0);
	memcpy(x->ser, "#!/bin/sh\n", 10);
	x->v.dump->blobs->side = KSTD_SIDE_IN;
	x->v.dump->blobs->role = KSTD_ROLE_SUBTREE;
	x->v.dump->blobs->name = "LUO";
	x->v.dump->lone = false;
	show(x, NULL);
	assert_int_equal(x->v.rc, 0);
}

static void test_sessions_are_found(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct guest x;

		guest_init(&x, 4096, big);
		memory_alloc(&x.m, 3 * 4096);
		luo_example(&x.m);
		open_released(&x);
		assert_has(x.v.json, "\"read_from\":\"a scan of memory\"");
		assert_has(x.v.json, "{\"name\":\"vm1\",\"file_count\":\"2\"");
		assert_has(x.v.json, "{\"name\":\"empty\",\"file_count\":\"0\"");
		assert_has(x.v.json, "\"token\":\"4097\"");
		assert_has(x.v.json, "\"bytes\":5,");
		assert_not_known(&x.v, "in 1 chain; they may be what is left of freed memory");
		guest_close(&x);
	}
}

static void test_a_chain_of_many_blocks_is_one(void **state)
{
	static struct luo_session sessions[500];
	struct guest x;

	guest_init(&x, 4096, false);
	for (size_t i = 0; i < 500; i++)
		sessions[i] = (struct luo_session){ i == 499 ? "last" : "s", NULL, 0 };
	luo_sessions(&x.m, sessions, 500);
	open_released(&x);
	assert_has(x.v.json, "\"name\":\"last\"");
	assert_not_known(&x.v, "in 1 chain;");
	view_info(&x.v);
	assert_has(x.v.json, "\"session_count\":null");
	guest_close(&x);
}

static void test_every_chain_is_shown(void **state)
{
	const struct luo_session old = { "old", NULL, 0 }, new = { "new", NULL, 0 };
	struct guest x;

	guest_init(&x, 4096, false);
	luo_sessions(&x.m, &old, 1);
	luo_sessions(&x.m, &new, 1);
	open_released(&x);
	assert_has(x.v.json, "\"name\":\"old\"");
	assert_has(x.v.json, "\"name\":\"new\"");
	assert_not_known(&x.v, "in 2 chains;");
	guest_close(&x);
}

/* Two heads that point to the same second block, and one that points to itself. */
static void test_chains_that_join_end(void **state)
{
	const struct luo_session session = { "vm", NULL, 0 };
	struct guest x;
	uint64_t block[4];

	guest_init(&x, 4096, false);
	for (size_t i = 0; i < 4; i++)
		block[i] = luo_sessions(&x.m, &session, 1);
	memory_int(&x.m, block[0], 8, block[2]);
	memory_int(&x.m, block[1], 8, block[2]);
	memory_int(&x.m, block[3], 8, block[3]);
	open_released(&x);
	assert_has(x.v.defects, "a page of another chain");
	look_at_all(&x);
	guest_close(&x);
}

static void none(struct guest *x)
{
	open_released(x);
	assert_has(x->v.json, "\"read_from\":null,\"sessions\":[]");
	assert_not_known(&x->v, "which sessions and FLBs were handed over");
	guest_close(x);
}

/* One thing is wrong with the only session, which has a file. */
static void wrong(uint64_t off, size_t size, uint64_t v)
{
	const struct luo_file file = { "vfio-v9", 1, 0x10 };
	const struct luo_session session = { "vm", &file, 1 };
	struct guest x;

	guest_init(&x, 4096, false);
	memory_int(&x.m, luo_sessions(&x.m, &session, 1) + off, size, v);
	none(&x);
}

static void test_what_does_not_look_right_is_passed_over(void **state)
{
	wrong(0, 8, 0x123);		/* next block */
	wrong(8, 8, 0);			/* entries */
	wrong(8, 8, 52);
	wrong(16, 1, 0);		/* name */
	wrong(16, 1, 0x1b);
	wrong(16, 1, 0xff);
	wrong(16 + 63, 1, 'x');
	wrong(16 + 64, 8, 0);		/* files */
	wrong(16 + 64, 8, 0xdead000);
	wrong(16 + 64, 8, 0x123);
	wrong(16 + 72, 8, 0);		/* number of files */
	wrong(16 + 80, 1, 1);		/* behind the last entry */
	wrong(4095, 1, 1);
}

static void test_a_running_system_is_not_scanned(void **state)
{
	struct guest x;

	guest_init(&x, 4096, false);
	luo_example(&x.m);
	x.m.phys.changing = true;
	none(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions_are_found),
		cmocka_unit_test(test_a_chain_of_many_blocks_is_one),
		cmocka_unit_test(test_every_chain_is_shown),
		cmocka_unit_test(test_chains_that_join_end),
		cmocka_unit_test(test_what_does_not_look_right_is_passed_over),
		cmocka_unit_test(test_a_running_system_is_not_scanned),
	};

	return RUN(tests);
}
