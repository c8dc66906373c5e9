// SPDX-License-Identifier: GPL-2.0

/* kstate images that are in a machine's memory: shards and payloads followed by address. */

#include "../lib/make_core.h"
#include "../lib/machine.h"
#include "helpers.h"

#define ROOT		0x300000u
#define METADATA	0x310000u
#define SHARD0		0x400000u
#define SHARD1		0x500000u
#define SHARD2		0x600000u
#define EXTENT		0x700000u
#define PAYLOAD		12000

struct fixture {
	struct memory m;
	struct core c;
	struct view v;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memory_init(&f->m, 4096, false);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	view_close(&f->v);
	core_free(&f->c);
	memory_free(&f->m);
	free(f);
	return 0;
}

static const struct image_field x = {
	"x", "value", "u8", "unsigned", 1, 1, IMAGE_ALWAYS, "decimal", 0,
};

static const struct image_desc d = { "d", 1, 1, 1, &x, 1 };

/* A shard with the section d@index. Returns its length. */
static size_t put_shard(struct fixture *f, uint64_t pa, uint32_t index, uint64_t next)
{
	struct image im;
	size_t len;

	image_init(&im);
	im.shard = index;
	im.next_shard = next;
	image_begin(&im);
	if (!index)
		image_desc(&im, &d);
	image_sections(&im);
	image_put_int(&im, 1, index);
	image_section(&im, &d, index, 0);
	image_end_section(&im);
	image_finish(&im);
	memory_put(&f->m, pa, im.fdt, im.len);
	len = im.len;
	image_free(&im);
	return len;
}

/* A machine that has @bytes of kstate's at SHARD0; opened. */
static void opened(struct fixture *f, size_t bytes)
{
	struct machine_subtree kstate = { .name = "kstate", .pa = SHARD0, .bytes = bytes };
	struct machine_root root = {
		.pa = ROOT, .map = memory_map(&f->m), .keeps = true, .metadata = METADATA,
		.count = 1, .subtrees = &kstate, .nr = 1,
	};

	machine_root(&f->m, &root);
	core_memory(&f->c, &f->m, 0);
	core_finish(&f->c);
	view_mem(&f->v, f->c.file, f->c.len);
	assert_int_equal(f->v.rc, 0);
}

static void test_shards_are_followed(void **state)
{
	struct fixture *f = *state;
	size_t len = put_shard(f, SHARD0, 0, SHARD1);

	put_shard(f, SHARD1, 1, SHARD2);
	put_shard(f, SHARD2, 2, 0);
	opened(f, len);
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"d@0\"");
	assert_has(f->v.json, "\"section\":\"d@1\"");
	assert_has(f->v.json, "\"section\":\"d@2\"");
	assert_string_equal(f->v.defects, "[]");
	view_info(&f->v);
	assert_has(f->v.json, "\"shards\":\"3\"");
}

static void test_missing_shard_is_a_defect(void **state)
{
	struct fixture *f = *state;
	size_t len = put_shard(f, SHARD0, 0, SHARD1);

	opened(f, len);
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"d@0\"");
	assert_has(f->v.defects, "\"code\":\"absent\"");
	assert_has(f->v.defects, "no memory at 0x500000");
}

static void test_circle_of_shards_ends(void **state)
{
	struct fixture *f = *state;
	size_t len = put_shard(f, SHARD0, 0, SHARD1);

	put_shard(f, SHARD1, 1, SHARD0);
	opened(f, len);
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"d@1\"");
	assert_has(f->v.defects, "what is at 0x400000 is not shard 2");
}

static void test_garbage_shard_is_a_defect(void **state)
{
	struct fixture *f = *state;
	size_t len = put_shard(f, SHARD0, 0, SHARD1);

	memory_put(&f->m, SHARD1, "garbage", 7);
	opened(f, len);
	view_list(&f->v);
	assert_has(f->v.json, "\"section\":\"d@0\"");
	assert_has(f->v.defects, "\"code\":\"foreign\"");
}

static const struct image_field words_field = {
	"words", "value", "u16 [6000]", "unsigned", 2, PAYLOAD / 2, IMAGE_ALWAYS, "decimal", 0,
};

static const struct image_desc words = { "words", 9, 1, 1, &words_field, 1 };

/* @sections sections whose payload is outside, in @nr extents. */
static size_t put_outside(struct fixture *f, const uint64_t (*list)[2], size_t nr, int sections)
{
	uint8_t payload[PAYLOAD];
	struct image im;
	size_t len, done = 0;

	for (size_t i = 0; i < PAYLOAD; i++)
		payload[i] = i % 251;
	image_init(&im);
	image_begin(&im);
	image_desc(&im, &words);
	image_sections(&im);
	for (int i = 0; i < sections; i++) {
		image_put(&im, payload, PAYLOAD);
		image_extents(&im, &words, i, list, nr);
	}
	image_finish(&im);
	memory_put(&f->m, SHARD0, im.fdt, im.len);
	len = im.len;
	image_free(&im);
	for (size_t i = 0; i < nr && done + list[i][1] <= PAYLOAD; i++) {
		memory_put(&f->m, list[i][0], payload + done, list[i][1]);
		done += list[i][1];
	}
	return len;
}

static void show(struct fixture *f, const uint64_t (*list)[2], size_t nr, int sections)
{
	opened(f, put_outside(f, list, nr, sections));
	view_sections(&f->v, NULL);
	assert_int_equal(f->v.rc, 0);
}

static void test_extents_are_read_from_memory(void **state)
{
	static const uint64_t list[][2] = { { EXTENT + 0x10000, 10000 }, { EXTENT, 2000 } };
	struct fixture *f = *state;

	show(f, list, 2, 1);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"bytes\":12000,\"crc\":\"ok\"");
	assert_has(f->v.json, "\"value\":[256,770,");
	view_list(&f->v);
	assert_string_equal(f->v.defects, "[]");
}

static void test_one_extent_is_read_from_memory(void **state)
{
	static const uint64_t list[][2] = { { EXTENT, PAYLOAD } };
	struct fixture *f = *state;

	show(f, list, 1, 1);
	assert_string_equal(f->v.defects, "[]");
	assert_has(f->v.json, "\"crc\":\"ok\"");
}

static void test_extent_of_two_payloads_is_a_defect(void **state)
{
	static const uint64_t list[][2] = { { EXTENT, PAYLOAD } };
	struct fixture *f = *state;

	show(f, list, 1, 2);
	assert_has(f->v.defects, "an extent at 0x700000 of another payload, too");
}

static void check_defect(struct fixture *f, const uint64_t (*list)[2], size_t nr,
			 const char *code)
{
	char want[64];

	show(f, list, nr, 1);
	snprintf(want, sizeof(want), "\"code\":\"%s\"", code);
	assert_has(f->v.defects, want);
}

static void test_missing_extent_is_absent(void **state)
{
	static const uint64_t list[][2] = { { 0x90000000, PAYLOAD + 1 } };

	check_defect(*state, list, 1, "absent");
}

static void test_wild_extent_takes_no_memory(void **state)
{
	static const uint64_t list[][2] = { { EXTENT, UINT64_MAX } };

	check_defect(*state, list, 1, "too-big");
}

static void test_wild_extents_take_no_memory(void **state)
{
	static const uint64_t list[][2] = { { EXTENT, 3ULL << 30 }, { EXTENT, 3ULL << 30 } };
	static const uint64_t many[][2] = { { ROOT, 3ULL << 30 }, { SHARD0, 3ULL << 30 } };

	check_defect(*state, list, 2, "corrupt");
	tear_down(state);
	set_up(state);
	check_defect(*state, many, 2, "absent");
}

static void test_extent_at_address_0_is_a_defect(void **state)
{
	static const uint64_t list[][2] = { { 0, PAYLOAD + 1 } };

	check_defect(*state, list, 1, "corrupt");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shards_are_followed),
		TEST(test_missing_shard_is_a_defect),
		TEST(test_circle_of_shards_ends),
		TEST(test_garbage_shard_is_a_defect),
		TEST(test_extents_are_read_from_memory),
		TEST(test_one_extent_is_read_from_memory),
		TEST(test_extent_of_two_payloads_is_a_defect),
		TEST(test_missing_extent_is_absent),
		TEST(test_wild_extent_takes_no_memory),
		TEST(test_wild_extents_take_no_memory),
		TEST(test_extent_at_address_0_is_a_defect),
	};

	return RUN(tests);
}
