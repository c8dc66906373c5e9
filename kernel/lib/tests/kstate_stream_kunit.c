// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: trees and payloads, written and read within bounds
 */

#include <kunit/test.h>
#include <linux/libfdt.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../../kernel/liveupdate/kstate_internal.h"

#define STREAM_CAP	4096
#define STREAM_GUARD	0xa5

static const u8 stream_bytes[] = { 1, 2, 3, 4, 5 };

/* A tree with every form of node and property. */
static size_t stream_write(struct kstate_writer *w, void *buf, size_t cap)
{
	size_t start;

	kstate_w_begin(w, buf, cap);
	kstate_w_node(w, "");
	kstate_w_prop_str(w, KSTATE_PROP_COMPATIBLE, KSTATE_COMPATIBLE);
	kstate_w_prop_u32(w, KSTATE_PROP_SHARD, 0x01020304);
	kstate_w_prop_u64(w, KSTATE_PROP_GENERATION, 0x0102030405060708ULL);
	kstate_w_node_at(w, "first", 0);
	kstate_w_prop(w, KSTATE_PROP_DATA, stream_bytes, sizeof(stream_bytes));
	kstate_w_end_node(w);
	kstate_w_node_at(w, "last", U64_MAX);
	start = kstate_w_prop_open(w, KSTATE_PROP_DATA);
	kstate_w_bytes(w, stream_bytes, 3);
	kstate_w_bytes(w, "", 0);
	kstate_w_prop_close(w, start);
	return kstate_w_end(w, 2);
}

/* Every node and property is where libfdt looks for it; the nodes' number. */
static int stream_walk(struct kunit *test, const void *fdt)
{
	int nodes = 0, node, prop;

	KUNIT_ASSERT_EQ(test, fdt_check_header(fdt), 0);
	for (node = fdt_next_node(fdt, -1, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		KUNIT_EXPECT_NOT_NULL(test, fdt_get_name(fdt, node, NULL));
		fdt_for_each_property_offset(prop, fdt, node)
			KUNIT_EXPECT_NOT_NULL(test, fdt_getprop_by_offset(fdt, prop, NULL, NULL));
		KUNIT_EXPECT_EQ(test, prop, -FDT_ERR_NOTFOUND);
		nodes++;
	}
	KUNIT_EXPECT_EQ(test, node, -FDT_ERR_NOTFOUND);
	return nodes;
}

static void stream_tree_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer w;
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, STREAM_GUARD, STREAM_CAP);
	len = stream_write(&w, buf, STREAM_CAP);
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_EXPECT_EQ(test, fdt_totalsize(buf), len);
	KUNIT_EXPECT_EQ(test, stream_walk(test, buf), 3);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + len, STREAM_GUARD, STREAM_CAP - len));
}

static void stream_values_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer w;
	const void *val;
	int node, len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_GT(test, stream_write(&w, buf, STREAM_CAP), 0);

	KUNIT_EXPECT_STREQ(test, fdt_getprop(buf, 0, "compatible", NULL), KSTATE_COMPATIBLE);
	val = kstate_fdt_prop(buf, 0, KSTATE_PROP_SHARD, &len);
	KUNIT_ASSERT_NOT_NULL(test, val);
	KUNIT_EXPECT_EQ(test, len, 4);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(val), 0x01020304);
	val = kstate_fdt_prop(buf, 0, KSTATE_PROP_GENERATION, &len);
	KUNIT_ASSERT_NOT_NULL(test, val);
	KUNIT_EXPECT_EQ(test, len, 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(val), 0x0102030405060708ULL);
	KUNIT_EXPECT_NULL(test, kstate_fdt_prop(buf, 0, KSTATE_PROP_LOST, &len));

	node = fdt_subnode_offset(buf, 0, "first@0");
	val = kstate_fdt_prop(buf, node, KSTATE_PROP_DATA, &len);
	KUNIT_ASSERT_NOT_NULL(test, val);
	KUNIT_ASSERT_EQ(test, len, sizeof(stream_bytes));
	KUNIT_EXPECT_MEMEQ(test, val, stream_bytes, sizeof(stream_bytes));

	node = fdt_subnode_offset(buf, 0, "last@ffffffffffffffff");
	val = kstate_fdt_prop(buf, node, KSTATE_PROP_DATA, &len);
	KUNIT_ASSERT_NOT_NULL(test, val);
	KUNIT_ASSERT_EQ(test, len, 3);
	KUNIT_EXPECT_MEMEQ(test, val, stream_bytes, 3);
}

static void stream_counting_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer counted, written;
	size_t len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	len = stream_write(&counted, NULL, SIZE_MAX);
	KUNIT_EXPECT_EQ(test, len, stream_write(&written, buf, STREAM_CAP));
	/* What was counted is enough, to the byte. */
	KUNIT_EXPECT_EQ(test, len, stream_write(&written, buf, len));
	KUNIT_EXPECT_EQ(test, stream_walk(test, buf), 3);
}

static void stream_too_small_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer w;
	size_t len = stream_write(&w, NULL, SIZE_MAX);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (size_t cap = 0; cap < len; cap++) {
		memset(buf, STREAM_GUARD, STREAM_CAP);
		KUNIT_EXPECT_EQ_MSG(test, stream_write(&w, buf, cap), 0, "capacity %zu", cap);
		KUNIT_EXPECT_NULL_MSG(test, memchr_inv(buf + cap, STREAM_GUARD, STREAM_CAP - cap),
				      "capacity %zu", cap);
	}
}

static void stream_rewind_test(struct kunit *test)
{
	u8 *buf = kunit_kzalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer w;
	size_t mark, len;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	kstate_w_begin(&w, buf, STREAM_CAP);
	kstate_w_node(&w, "");
	kstate_w_prop_u32(&w, KSTATE_PROP_SHARD, 7);
	mark = w.pos;
	kstate_w_node(&w, "large");
	while (!w.full)
		kstate_w_prop_u64(&w, KSTATE_PROP_SAVED_AT, 0);
	KUNIT_EXPECT_EQ(test, kstate_w_end(&w, 2), 0);
	kstate_w_rewind(&w, mark);
	len = kstate_w_end(&w, 1);
	KUNIT_ASSERT_GT(test, len, 0);
	KUNIT_EXPECT_LE(test, len, STREAM_CAP);
	KUNIT_EXPECT_EQ(test, stream_walk(test, buf), 1);
}

static void stream_patch_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	struct kstate_writer w;
	u8 want[sizeof(stream_bytes)];
	size_t at;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, STREAM_GUARD, STREAM_CAP);
	memcpy(want, stream_bytes, sizeof(want));
	kstate_w_begin(&w, buf, STREAM_CAP);
	at = w.pos;
	kstate_w_bytes(&w, stream_bytes, sizeof(stream_bytes));
	kstate_w_patch(&w, at + 1, "\xee", 1);
	want[1] = 0xee;
	KUNIT_EXPECT_MEMEQ(test, buf + at, want, sizeof(want));
	/* Not beyond what has been written, and nothing at all once it is full. */
	kstate_w_patch(&w, w.pos - 1, "\xee\xee", 2);
	kstate_w_patch(&w, w.pos + 1, "\xee", 1);
	kstate_w_bytes(&w, buf, SIZE_MAX);
	KUNIT_EXPECT_TRUE(test, w.full);
	kstate_w_patch(&w, at, "\xee", 1);
	KUNIT_EXPECT_MEMEQ(test, buf + at, want, sizeof(want));
	KUNIT_EXPECT_EQ(test, buf[at + sizeof(want)], STREAM_GUARD);
}

static void stream_reader_test(struct kunit *test)
{
	struct kstate_reader r = { .buf = stream_bytes, .len = sizeof(stream_bytes) };
	u8 to[sizeof(stream_bytes)] = {};

	KUNIT_EXPECT_EQ(test, kstate_r_bytes(&r, to, 2), 0);
	KUNIT_EXPECT_MEMEQ(test, to, stream_bytes, 2);
	KUNIT_EXPECT_EQ(test, kstate_r_skip(&r, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, kstate_r_here(&r), (const void *)&stream_bytes[3]);
	KUNIT_EXPECT_EQ(test, kstate_r_bytes(&r, to, 3), -EBADMSG);
	KUNIT_EXPECT_EQ(test, kstate_r_skip(&r, 3), -EBADMSG);
	KUNIT_EXPECT_EQ(test, kstate_r_skip(&r, SIZE_MAX), -EBADMSG);
	KUNIT_EXPECT_EQ(test, r.pos, 3);
	KUNIT_EXPECT_EQ(test, kstate_r_bytes(&r, to, 2), 0);
	KUNIT_EXPECT_EQ(test, kstate_r_bytes(&r, to, 0), 0);
	KUNIT_EXPECT_EQ(test, kstate_r_bytes(&r, to, 1), -EBADMSG);
	KUNIT_EXPECT_EQ(test, r.pos, r.len);
}

/* The check value of CRC-32C. */
static void stream_crc_test(struct kunit *test)
{
	u32 crc = kstate_crc_add(~0U, "1234", 4);

	crc = kstate_crc_add(crc, "56789", 5);
	KUNIT_EXPECT_EQ(test, kstate_crc_finish(crc), 0xe3069283);
}

static void stream_crc_section_test(struct kunit *test)
{
	static const u8 seed[] = {
		0, 0, 0, 1,			/* id */
		0, 0, 0, 0, 0, 0, 0, 2,		/* instance */
		0, 0, 0, 3,			/* version */
		0, 0, 0, 0, 0, 0, 0, 4,		/* fingerprint */
	};
	u32 crc = kstate_crc_section(1, 2, 3, 4);

	KUNIT_EXPECT_EQ(test, crc, kstate_crc_add(~0U, seed, sizeof(seed)));
	KUNIT_EXPECT_NE(test, crc, kstate_crc_section(2, 2, 3, 4));
	KUNIT_EXPECT_NE(test, crc, kstate_crc_section(1, 3, 3, 4));
	KUNIT_EXPECT_NE(test, crc, kstate_crc_section(1, 2, 4, 4));
	KUNIT_EXPECT_NE(test, crc, kstate_crc_section(1, 2, 3, 5));
}

/* A description's checksum: its own properties, those of its fields, not itself. */
static void stream_crc_node_test(struct kunit *test)
{
	u8 *buf = kunit_kmalloc(test, STREAM_CAP, GFP_KERNEL);
	int node, fields, field;
	struct kstate_writer w;
	u32 before, after;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	kstate_w_begin(&w, buf, STREAM_CAP);
	kstate_w_node(&w, "");
	kstate_w_node_at(&w, "test", 1);
	kstate_w_prop_u32(&w, KSTATE_PROP_ID, 1);
	kstate_w_prop_u32(&w, KSTATE_PROP_CRC, 0);
	kstate_w_node(&w, KSTATE_NODE_FIELDS);
	kstate_w_node(&w, "f");
	kstate_w_prop_u32(&w, KSTATE_PROP_SINCE, 0);
	kstate_w_end_node(&w);
	kstate_w_end_node(&w);
	KUNIT_ASSERT_GT(test, kstate_w_end(&w, 2), 0);
	node = fdt_subnode_offset(buf, 0, "test@1");
	fields = fdt_subnode_offset(buf, node, KSTATE_NODE_FIELDS);
	field = fdt_first_subnode(buf, fields);
	KUNIT_ASSERT_GE(test, field, 0);

	KUNIT_ASSERT_EQ(test, kstate_crc_node(buf, node, &before), 0);
	KUNIT_ASSERT_EQ(test, fdt_setprop_inplace_u32(buf, node, "crc", before), 0);
	KUNIT_ASSERT_EQ(test, kstate_crc_node(buf, node, &after), 0);
	KUNIT_EXPECT_EQ(test, before, after);
	KUNIT_ASSERT_EQ(test, fdt_setprop_inplace_u32(buf, field, "since", 1), 0);
	KUNIT_ASSERT_EQ(test, kstate_crc_node(buf, node, &after), 0);
	KUNIT_EXPECT_NE(test, before, after);
	KUNIT_ASSERT_EQ(test, fdt_setprop_inplace_u32(buf, field, "since", 0), 0);
	KUNIT_ASSERT_EQ(test, fdt_setprop_inplace_u32(buf, node, "id", 2), 0);
	KUNIT_ASSERT_EQ(test, kstate_crc_node(buf, node, &after), 0);
	KUNIT_EXPECT_NE(test, before, after);
}

static struct kunit_case stream_cases[] = {
	KUNIT_CASE(stream_tree_test),
	KUNIT_CASE(stream_values_test),
	KUNIT_CASE(stream_counting_test),
	KUNIT_CASE(stream_too_small_test),
	KUNIT_CASE(stream_rewind_test),
	KUNIT_CASE(stream_patch_test),
	KUNIT_CASE(stream_reader_test),
	KUNIT_CASE(stream_crc_test),
	KUNIT_CASE(stream_crc_section_test),
	KUNIT_CASE(stream_crc_node_test),
	{}
};

static struct kunit_suite stream_suite = {
	.name = "kstate_stream",
	.test_cases = stream_cases,
};

kunit_test_suite(stream_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: trees and payloads");
MODULE_LICENSE("GPL");
