// SPDX-License-Identifier: GPL-2.0
/* test_stream.c - trees are valid, bounds hold, counting equals writing */

#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

/* A little tree; the same when counted and when written. */
static size_t write_tree(struct kstate_writer *w, void *buf, size_t cap)
{
	size_t start;

	kstate_w_begin(w, buf, cap);
	kstate_w_node(w, "");
	kstate_w_prop_str(w, KSTATE_PROP_COMPATIBLE, "x");
	kstate_w_node_at(w, "child", 0x7bULL << 32);
	kstate_w_prop_u32(w, KSTATE_PROP_ID, 5);
	kstate_w_prop_u64(w, KSTATE_PROP_FINGERPRINT, 0x123456789abcdef0ULL);
	start = kstate_w_prop_open(w, KSTATE_PROP_DATA);
	kstate_w_bytes(w, "abcde", 5);
	kstate_w_prop_close(w, start);
	return kstate_w_end(w, 2);
}

static void a_tree_is_valid_and_holds_what_was_written(void **state)
{
	struct kstate_writer w;
	u64 buf[64];
	size_t len = write_tree(&w, buf, sizeof(buf));
	int child, bytes;

	assert_int_equal(fdt_check_full(buf, len), 0);
	child = fdt_subnode_offset(buf, 0, "child@7b00000000");
	assert_true(child > 0);
	assert_int_equal(fdt32_to_cpu(*(fdt32_t *)fdt_getprop(buf, child, "id", NULL)), 5);
	assert_memory_equal(fdt_getprop(buf, child, "data", &bytes), "abcde", 5);
	assert_int_equal(bytes, 5);
}

static void counting_gives_the_bytes_that_writing_takes(void **state)
{
	struct kstate_writer w;
	u64 buf[64];

	assert_int_equal(write_tree(&w, NULL, sizeof(buf)), write_tree(&w, buf, sizeof(buf)));
}

static void a_tree_fits_exactly_or_not_at_all(void **state)
{
	struct kstate_writer w;
	size_t len = write_tree(&w, NULL, SIZE_MAX);

	for (size_t cap = 0; cap <= len; cap++) {
		u8 *buf = malloc(cap ?: 1);

		assert_int_equal(write_tree(&w, buf, cap), cap == len ? len : 0);
		free(buf);
	}
}

static void a_full_writer_writes_no_more(void **state)
{
	struct kstate_writer w;
	u64 buf[64];

	kstate_w_begin(&w, buf, sizeof(buf));
	kstate_w_bytes(&w, buf, w.cap - w.pos + 1);
	assert_true(w.full);
	kstate_w_bytes(&w, "", 1);
	assert_int_equal(kstate_w_end(&w, 0), 0);
}

static void a_walk_over_tags_sees_what_was_written(void **state)
{
	struct kstate_writer w;
	struct kstate_tag t;
	u64 buf[64];
	int node;

	write_tree(&w, buf, sizeof(buf));
	node = fdt_subnode_offset(buf, 0, "child@7b00000000");
	assert_int_equal(kstate_tag_open(&t, buf, node), 0);
	assert_int_equal(kstate_tag_next(&t), FDT_BEGIN_NODE);
	assert_int_equal(t.at, node);
	assert_string_equal(t.name, "child@7b00000000");
	assert_int_equal(kstate_tag_next(&t), FDT_PROP);
	assert_string_equal(t.name, "id");
	kstate_tag_next(&t);
	assert_int_equal(kstate_tag_next(&t), FDT_PROP);
	assert_string_equal(t.name, "data");
	assert_int_equal(t.len, 5);
	assert_memory_equal(t.val, "abcde", 5);
	assert_int_equal(kstate_tag_next(&t), FDT_END_NODE);
	/* There the walk ends: what follows is not the node's. */
	assert_int_equal(kstate_tag_next(&t), FDT_END);
	assert_int_equal(kstate_tag_next(&t), FDT_END);
}

static void items_of_a_node_leave_out_what_is_in_its_children(void **state)
{
	struct kstate_writer w;
	struct kstate_tag t;
	u64 buf[64];

	write_tree(&w, buf, sizeof(buf));
	assert_int_equal(kstate_tag_open(&t, buf, 0), 0);
	kstate_tag_next(&t);
	assert_int_equal(t.depth, 1);
	while (kstate_tag_item(&t, 1) == FDT_PROP)
		;
	assert_int_equal(t.what, FDT_BEGIN_NODE);
	assert_int_equal(kstate_tag_item(&t, 1), FDT_END_NODE);
	assert_int_equal(kstate_tag_item(&t, 1), FDT_END);
}

/* Walk over what there is of a tree: the sanitizer sees a look beyond it. */
static size_t count_tags(const void *fdt)
{
	struct kstate_tag t;
	size_t nr = 0;

	if (kstate_tag_open(&t, fdt, 0))
		return 0;
	while (kstate_tag_next(&t) != FDT_END) {
		assert_true(t.what != FDT_PROP || strlen(t.name) + t.len < 64);
		nr++;
	}
	return nr;
}

static void a_walk_ends_where_the_tree_is_cut(void **state)
{
	struct kstate_writer w;
	u64 whole[64];
	size_t len = write_tree(&w, whole, sizeof(whole));
	u32 block = fdt_size_dt_struct(whole);

	assert_int_equal(count_tags(whole), 8);
	for (u32 cut = 0; cut < block; cut++) {
		u8 *fdt = malloc(len);

		memcpy(fdt, whole, len);
		fdt_set_size_dt_struct(fdt, cut);
		assert_in_range(count_tags(fdt), 0, 8);
		fdt_set_size_dt_struct(fdt, block);
		fdt_set_size_dt_strings(fdt, cut);
		assert_in_range(count_tags(fdt), 0, 8);
		free(fdt);
	}
}

static void a_walk_ends_at_any_cell_that_is_inflated(void **state)
{
	struct kstate_writer w;
	u64 whole[64];
	size_t len = write_tree(&w, whole, sizeof(whole));

	for (size_t at = 0; at + 4 <= len; at += 4) {
		for (u32 cell = ~0U; cell; cell >>= 3) {
			u8 *fdt = malloc(len);

			memcpy(fdt, whole, len);
			put_unaligned_be32(cell, fdt + at);
			/* The engine has checked a tree's size before it walks. */
			fdt_set_totalsize(fdt, len);
			assert_in_range(count_tags(fdt), 0, len / 4);
			free(fdt);
		}
	}
}

static void a_reader_stops_at_the_end(void **state)
{
	u8 bytes[4] = { 1, 2, 3, 4 }, to[8] = {};
	struct kstate_reader r = { .buf = bytes, .len = sizeof(bytes) };

	assert_int_equal(kstate_r_bytes(&r, to, 3), 0);
	assert_int_equal(kstate_r_bytes(&r, to, 2), -EBADMSG);
	assert_int_equal(kstate_r_skip(&r, SIZE_MAX), -EBADMSG);
	assert_int_equal(r.pos, 3);
	assert_int_equal(kstate_r_skip(&r, 1), 0);
	assert_int_equal(kstate_r_skip(&r, 1), -EBADMSG);
}

/* The check value that the catalogues of CRC parameters give for CRC-32C. */
static void the_checksum_is_crc32c(void **state)
{
	assert_int_equal(kstate_crc_finish(kstate_crc_add(~0U, "123456789", 9)), 0xe3069283);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_is_valid_and_holds_what_was_written),
		cmocka_unit_test(counting_gives_the_bytes_that_writing_takes),
		cmocka_unit_test(a_tree_fits_exactly_or_not_at_all),
		cmocka_unit_test(a_full_writer_writes_no_more),
		cmocka_unit_test(a_walk_over_tags_sees_what_was_written),
		cmocka_unit_test(items_of_a_node_leave_out_what_is_in_its_children),
		cmocka_unit_test(a_walk_ends_where_the_tree_is_cut),
		cmocka_unit_test(a_walk_ends_at_any_cell_that_is_inflated),
		cmocka_unit_test(a_reader_stops_at_the_end),
		cmocka_unit_test(the_checksum_is_crc32c),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shim_setup, shim_teardown);
}
