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
		cmocka_unit_test(a_reader_stops_at_the_end),
		cmocka_unit_test(the_checksum_is_crc32c),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shim_setup, shim_teardown);
}
