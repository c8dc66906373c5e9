// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: from registering to aborting, without a kexec
 *
 * Whatever else the kernel has registered is saved along; the tests look at their
 * own sections. Each test ends with no image, as it began.
 */

#include <kunit/test.h>

#include "kstate_lifecycle_kunit.h"

static void life_duplicate_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);

	KUNIT_EXPECT_EQ(test, kstate_register(&life_state, o, 1), -EEXIST);
	/* The same object may be another instance, too. */
	KUNIT_ASSERT_EQ(test, kstate_register(&life_state, o, 2), 0);
	kstate_unregister(&life_state, o, 2);
}

static const struct kstate_description life_same_id = {
	.name = "kunit-other", .id = LIFE_ID(0), .version_id = 1, LIFE_FIELDS,
};

static const struct kstate_description life_same_name = {
	.name = "kunit-life", .id = LIFE_ID(9), .version_id = 1, LIFE_FIELDS,
};

static void life_collision_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);

	KUNIT_EXPECT_EQ(test, kstate_register(&life_same_id, o, 2), -EEXIST);
	KUNIT_EXPECT_EQ(test, kstate_register(&life_same_name, o, 2), -EEXIST);
}

/* What was refused has left nothing behind: the names are free afterwards. */
static void life_again_test(struct kunit *test)
{
	struct life_obj o = { .value = 1 };

	for (int i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, kstate_register(&life_state, &o, 1), 0);
		KUNIT_EXPECT_EQ(test, kstate_register(&life_state, &o, 1), -EEXIST);
		kstate_unregister(&life_state, &o, 1);
	}
}

/* Only the very registration goes. */
static void life_unregister_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1), other = {};

	kstate_unregister(&life_state, &other, 1);
	kstate_unregister(&life_state, o, 2);
	kstate_unregister(&life_optional, o, 1);
	KUNIT_EXPECT_EQ(test, kstate_register(&life_state, o, 1), -EEXIST);
	kstate_unregister(&life_state, o, 1);
	KUNIT_EXPECT_EQ(test, kstate_register(&life_state, o, 1), 0);
}

struct life_wrong {
	const char *name;
	struct kstate_description desc;
};

#define WRONG(_what, _field, ...) {					\
	.name = (_what),						\
	.desc = { .name = "kunit-wrong", .id = LIFE_ID(10), .version_id = 2, \
		  .fields = (const struct kstate_field[]) { _field, KSTATE_END_OF_LIST() }, \
		  ##__VA_ARGS__ } }
#define RAW(...)	{ __VA_ARGS__ }
#define VALUE	KSTATE_BASE_TYPE(value, struct life_obj, u32)

static const struct kstate_description life_itself = {
	.name = "kunit-itself", .id = LIFE_ID(11), .version_id = 1,
	.fields = (const struct kstate_field[]) {
		{ .name = "f", .type = "", .kind = KSTATE_KIND_STRUCT, .count = 1, .stride = 1,
		  .until = KSTATE_ABI_NO_UNTIL, .desc = &life_itself },
		KSTATE_END_OF_LIST()
	},
};

static const struct life_wrong life_wrong_table[] = {
	WRONG("no name", VALUE, .name = NULL),
	WRONG("empty name", VALUE, .name = ""),
	WRONG("name with a slash", VALUE, .name = "a/b"),
	WRONG("name with an at sign", VALUE, .name = "a@b"),
	WRONG("name of 32 bytes", VALUE, .name = "0123456789abcdef0123456789abcdef"),
	WRONG("no id", VALUE, .id = KSTATE_ID_NONE),
	WRONG("no fields", VALUE, .fields = NULL),
	WRONG("range upside down", VALUE, .min_version_id = 3),
	WRONG("version without an end", VALUE, .version_id = KSTATE_ABI_NO_UNTIL),
	WRONG("unknown flag", VALUE, .flags = 0x40000000),
	WRONG("field newer than the description",
	      KSTATE_BASE_TYPE_V(value, struct life_obj, u32, 3)),
	WRONG("deprecated without a new version", KSTATE_BASE_TYPE_DEPRECATED(gone, u32, 2)),
	WRONG("two fields of a name", VALUE,
	      .fields = (const struct kstate_field[]) { VALUE, VALUE, KSTATE_END_OF_LIST() }),
	WRONG("field without a kind", RAW(.name = "f")),
	WRONG("unknown kind", RAW(.name = "f", .type = "", .kind = 200, .size = 1, .count = 1,
				  .until = KSTATE_ABI_NO_UNTIL)),
	WRONG("field of no bytes", RAW(.name = "f", .type = "", .kind = KSTATE_KIND_VALUE,
				       .count = 1, .until = KSTATE_ABI_NO_UNTIL)),
	WRONG("field without elements", RAW(.name = "f", .type = "", .kind = KSTATE_KIND_VALUE,
					    .size = 1, .until = KSTATE_ABI_NO_UNTIL)),
	WRONG("size that overflows", RAW(.name = "f", .type = "", .kind = KSTATE_KIND_VALUE,
					 .size = SIZE_MAX, .count = 2,
					 .until = KSTATE_ABI_NO_UNTIL)),
	WRONG("struct without a description",
	      KSTATE_STRUCT(value, struct life_obj, u32, NULL)),
	WRONG("description in itself", KSTATE_STRUCT(value, struct life_obj, u32, &life_itself)),
	WRONG("description of another struct",
	      KSTATE_STRUCT(value, struct life_obj, u32, &life_extra)),
	WRONG("nested description with callbacks",
	      RAW(.name = "f", .type = "", .kind = KSTATE_KIND_STRUCT, .count = 1,
		  .stride = sizeof(struct life_obj), .until = KSTATE_ABI_NO_UNTIL,
		  .desc = &life_state)),
	WRONG("custom field without callbacks", KSTATE_CUSTOM(blob, NULL, NULL, NULL)),
	WRONG("count that its member cannot hold",
	      KSTATE_VARRAY(bytes, struct life_obj, u8, nr, 1ULL << 33, KSTATE_CALLER)),
	WRONG("subsection with subsections", VALUE,
	      .subsections = (const struct kstate_description *[]) { &life_state, NULL }),
	WRONG("a subsection twice", VALUE,
	      .subsections = (const struct kstate_description *[]) {
			&life_extra, &life_extra, NULL }),
};

KUNIT_ARRAY_PARAM_DESC(life_wrong, life_wrong_table, name);

static void life_wrong_test(struct kunit *test)
{
	const struct life_wrong *wrong = test->param_value;
	struct life_obj o = {};
	int err = kstate_register(&wrong->desc, &o, 0);

	KUNIT_EXPECT_EQ(test, err, -EINVAL);
	if (!err)
		kstate_unregister(&wrong->desc, &o, 0);
}

/* Memory of the image, and that it is given back: a reference says so. */
static struct folio *life_hold_shard(struct kunit *test)
{
	guard(kstate_out)(&kstate_out.lock);
	if (!kstate_out.nr_shards)
		return NULL;
	folio_get(virt_to_folio(kstate_out.shards[0].mem));
	return virt_to_folio(kstate_out.shards[0].mem);
}

static void life_expect_given_back(struct kunit *test, struct folio *shard)
{
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
	KUNIT_EXPECT_EQ(test, folio_ref_count(shard), 1);
	folio_put(shard);
}

static void life_prepare_abort_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);
	struct folio *shard;

	KUNIT_ASSERT_EQ(test, life_prepare(), 0);
	KUNIT_EXPECT_EQ(test, life_phase(), KSTATE_PREPARED);
	KUNIT_EXPECT_EQ(test, life_prepare(), 0);
	shard = life_hold_shard(test);
	KUNIT_ASSERT_NOT_NULL(test, shard);
	life_abort(NULL);
	life_expect_given_back(test, shard);
	KUNIT_EXPECT_EQ(test, o->nr_lock, 2);
	KUNIT_EXPECT_EQ(test, o->nr_unlock, 2);
	life_abort(NULL);
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
}

static void life_save_abort_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);
	struct folio *shard;

	for (int i = 1; i <= 10; i++) {
		KUNIT_ASSERT_EQ(test, life_save(), 0);
		KUNIT_EXPECT_EQ(test, life_phase(), KSTATE_SAVED);
		KUNIT_EXPECT_EQ(test, o->nr_lock, 2 * i);
		KUNIT_EXPECT_EQ(test, o->nr_unlock, 2 * i);
		shard = life_hold_shard(test);
		KUNIT_ASSERT_NOT_NULL(test, shard);
		life_abort(NULL);
		life_expect_given_back(test, shard);
	}
}

/* A second save uses the memory of the first one. */
static void life_save_again_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);
	struct folio *first, *second;
	void *fdt;
	const u8 *data;
	int len;

	KUNIT_ASSERT_EQ(test, life_save(), 0);
	first = life_hold_shard(test);
	o->value = 0x0badcafe;
	KUNIT_EXPECT_EQ(test, life_save(), 0);
	second = life_hold_shard(test);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	folio_put(first);
	folio_put(second);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	data = kstate_fdt_prop(fdt, life_section(test, fdt, "kunit-life@1"), KSTATE_PROP_DATA,
			       &len);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_EQ(test, get_unaligned((u32 *)data), 0x0badcafe);
}

/* What is in the image is what the ABI header says of it. */
static void life_image_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 0xabc);
	struct kstate_section_ser header;
	int node, len;
	const u8 *data;
	void *fdt;
	u32 crc;

	life_bytes(test, o, 5);
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@abc");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	KUNIT_ASSERT_EQ(test, fdt_check_header(fdt), 0);
	for (node = fdt_next_node(fdt, -1, NULL); node >= 0;)
		node = fdt_next_node(fdt, node, NULL);
	KUNIT_EXPECT_EQ(test, node, -FDT_ERR_NOTFOUND);
	KUNIT_EXPECT_STREQ(test, fdt_getprop(fdt, 0, "compatible", NULL), KSTATE_COMPATIBLE);

	node = life_section(test, fdt, "kunit-life@abc");
	header = life_header(test, fdt, node);
	KUNIT_EXPECT_EQ(test, fdt32_to_cpu(header.description), LIFE_ID(0));
	KUNIT_EXPECT_EQ(test, fdt64_to_cpu(header.instance), 0xabc);
	KUNIT_EXPECT_EQ(test, fdt32_to_cpu(header.version), 1);
	data = kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_ASSERT_EQ(test, len, 4 + 8 + 5 + KSTATE_FOLIO_BYTES + KSTATE_VMALLOC_BYTES);
	KUNIT_EXPECT_EQ(test, get_unaligned((u32 *)data), LIFE_VALUE);
	KUNIT_EXPECT_EQ(test, get_unaligned((u64 *)(data + 4)), 5);
	KUNIT_EXPECT_MEMEQ(test, data + 12, o->bytes, 5);
	KUNIT_EXPECT_NULL(test, memchr_inv(data + 17, 0, len - 17));

	crc = kstate_crc_section(LIFE_ID(0), 0xabc, 1, kstate_desc_fingerprint(&life_state));
	crc = kstate_crc_finish(kstate_crc_add(crc, data, len));
	KUNIT_EXPECT_EQ(test, fdt32_to_cpu(header.crc), crc);
}

/* The first shard has the description once, for both of its objects. */
static void life_schema_test(struct kunit *test)
{
	int node, fields, field, nr = 0;
	void *fdt;
	u32 crc;

	life_register(test, &life_state, 1);
	life_register(test, &life_state, 2);
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	life_section(test, fdt, "kunit-life@2");
	node = fdt_subnode_offset(fdt, 0, KSTATE_NODE_DESCRIPTIONS);
	if (node < 0)
		kunit_skip(test, "the sections are not in the first shard");
	KUNIT_EXPECT_GE(test, fdt_subnode_offset(fdt, node, "kunit-extra@16b01"), 0);
	node = fdt_subnode_offset(fdt, node, "kunit-life@16b00");
	KUNIT_ASSERT_GE(test, node, 0);
	KUNIT_EXPECT_EQ(test, kstate_crc_node(fdt, node, &crc), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(fdt_getprop(fdt, node, "crc", NULL)), crc);
	fields = fdt_subnode_offset(fdt, node, KSTATE_NODE_FIELDS);
	KUNIT_ASSERT_GE(test, fields, 0);
	fdt_for_each_subnode(field, fdt, fields)
		nr++;
	KUNIT_EXPECT_EQ(test, nr, kstate_desc_nr_fields(&life_state));
	field = fdt_subnode_offset(fdt, fields, "bytes");
	KUNIT_ASSERT_GE(test, field, 0);
	KUNIT_EXPECT_STREQ(test, fdt_getprop(fdt, field, "kind", NULL), "varray");
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(fdt_getprop(fdt, field, "count", NULL)),
			LIFE_MAX);
}

static void life_free_folio(void *folio)
{
	folio_put(folio);
}

static void life_free_area(void *area)
{
	vfree(area);
}

/* An object with a folio of order 1 and an area of two pages. */
static struct life_obj *life_in_place(struct kunit *test)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 1);
	struct life_obj *o;
	void *area;

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, life_free_folio, folio), 0);
	area = vmalloc(2 * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, area);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, life_free_area, area), 0);
	o = life_register(test, &life_state, 1);
	o->folio = folio;
	o->area = area;
	return o;
}

/* The payload of such an object; it points into a copy of the image. */
static const u8 *life_in_place_data(struct kunit *test)
{
	void *fdt = life_copy(test, "kunit-life@1");
	const u8 *data;
	int len;

	KUNIT_ASSERT_NOT_NULL(test, fdt);
	data = kstate_fdt_prop(fdt, life_section(test, fdt, "kunit-life@1"), KSTATE_PROP_DATA,
			       &len);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_ASSERT_EQ(test, len, 4 + 8 + KSTATE_FOLIO_BYTES + KSTATE_VMALLOC_BYTES);
	return data;
}

/* A reference to the page in which KHO keeps the addresses of the area's pages. */
static struct page *life_hold_chunk(const u8 *data)
{
	struct page *chunk = phys_to_page(get_unaligned((u64 *)(data + 24)));

	get_page(chunk);
	return chunk;
}

static void life_expect_let_go(struct kunit *test, struct page *chunk)
{
	KUNIT_EXPECT_EQ(test, page_ref_count(chunk), 1);
	put_page(chunk);
}

/* What stays in place is preserved and described. */
static void life_in_place_test(struct kunit *test)
{
	struct life_obj *o = life_in_place(test);
	const u8 *data;

	KUNIT_ASSERT_EQ(test, life_prepare(), 0);
	scoped_guard(kstate_out, &kstate_out.lock)
		KUNIT_EXPECT_GE(test, kstate_out.kept.nr, 2);
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	data = life_in_place_data(test);
	KUNIT_EXPECT_EQ(test, get_unaligned((u64 *)(data + 12)), PFN_PHYS(folio_pfn(o->folio)));
	KUNIT_EXPECT_EQ(test, get_unaligned((u32 *)(data + 20)), 1);
	KUNIT_EXPECT_NE(test, get_unaligned((u64 *)(data + 24)), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned((u32 *)(data + 32)), 2);
	/* The engine has a reference of its own, until it lets go of the memory. */
	KUNIT_EXPECT_EQ(test, folio_ref_count(o->folio), 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(vmalloc_to_page(o->area)), 2);
	life_abort(NULL);
	KUNIT_EXPECT_EQ(test, folio_ref_count(o->folio), 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(vmalloc_to_page(o->area)), 1);
}

static void life_in_place_abort_test(struct kunit *test)
{
	struct page *chunk;

	life_in_place(test);
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	chunk = life_hold_chunk(life_in_place_data(test));
	life_abort(NULL);
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
	life_expect_let_go(test, chunk);
}

/* What the object does not refer to any more is let go of by the next save. */
static void life_in_place_gone_test(struct kunit *test)
{
	struct life_obj *o = life_in_place(test);
	struct page *chunk;

	KUNIT_ASSERT_EQ(test, life_save(), 0);
	chunk = life_hold_chunk(life_in_place_data(test));
	/* Once more: it is met again, and stays. */
	KUNIT_EXPECT_EQ(test, life_save(), 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(chunk), 3);
	o->folio = NULL;
	o->area = NULL;
	KUNIT_EXPECT_EQ(test, life_save(), 0);
	KUNIT_EXPECT_EQ(test, life_phase(), KSTATE_SAVED);
	life_expect_let_go(test, chunk);
}

/* State that grew since it was prepared is saved all the same. */
static void life_grow_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);
	void *fdt;

	KUNIT_ASSERT_EQ(test, life_prepare(), 0);
	life_bytes(test, o, LIFE_MAX);
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_EXPECT_NOT_NULL(test, fdt);
	/* And state that shrank. */
	o->nr = 1;
	KUNIT_EXPECT_EQ(test, life_save(), 0);
	life_abort(NULL);
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
}

static void life_subsection_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);
	struct kstate_section_ser header;
	void *fdt;
	int node;

	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	node = life_section(test, fdt, "kunit-life@1");
	KUNIT_EXPECT_LT(test, fdt_subnode_offset(fdt, node, "kunit-extra"), 0);

	o->has_extra = true;
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	node = fdt_subnode_offset(fdt, life_section(test, fdt, "kunit-life@1"), "kunit-extra");
	KUNIT_ASSERT_GE(test, node, 0);
	header = life_header(test, fdt, node);
	KUNIT_EXPECT_EQ(test, fdt32_to_cpu(header.description), LIFE_ID(1));
	KUNIT_EXPECT_EQ(test, fdt64_to_cpu(header.instance), 1);
	KUNIT_EXPECT_EQ(test, header.duration, 0);
}

static void life_mandatory_fails_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_state, 1);

	o->nr = LIFE_MAX + 1;
	KUNIT_EXPECT_EQ(test, life_save(), -E2BIG);
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
	KUNIT_EXPECT_EQ(test, o->nr_lock, o->nr_unlock);

	/* What was prepared stays prepared, as far as it can be. */
	life_bytes(test, o, 1);
	KUNIT_ASSERT_EQ(test, life_prepare(), 0);
	o->nr = LIFE_MAX + 1;
	KUNIT_EXPECT_EQ(test, life_save(), -E2BIG);
	KUNIT_EXPECT_TRUE(test, life_nothing_left());
	KUNIT_EXPECT_EQ(test, o->nr_lock, o->nr_unlock);
}

static void life_optional_fails_test(struct kunit *test)
{
	struct life_obj *o = life_register(test, &life_optional, 1);
	struct life_obj *good = life_register(test, &life_state, 1);
	const void *lost;
	int node, len;
	void *fdt;

	o->nr = LIFE_MAX + 1;
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	KUNIT_EXPECT_EQ(test, good->nr_lock, good->nr_unlock);
	fdt = life_copy(test, "kunit-optional@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	node = life_section(test, fdt, "kunit-optional@1");
	KUNIT_EXPECT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len));
	lost = kstate_fdt_prop(fdt, node, KSTATE_PROP_LOST, &len);
	KUNIT_ASSERT_NOT_NULL(test, lost);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(lost), E2BIG);
	node = life_section(test, fdt, "kunit-life@1");
	KUNIT_EXPECT_NOT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len));

	/* It is saved again when it can be. */
	o->nr = 0;
	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-optional@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	node = life_section(test, fdt, "kunit-optional@1");
	KUNIT_EXPECT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_LOST, &len));
}

/* Whoever leaves withdraws its own section, and the rest stays. */
static void life_leave_test(struct kunit *test)
{
	struct life_obj *goes;
	const void *lost;
	int node, len;
	void *fdt;

	life_register(test, &life_state, 1);
	goes = life_register(test, &life_state, 2);
	KUNIT_EXPECT_EQ(test, life_save(), 0);
	kstate_unregister(&life_state, goes, 2);
	KUNIT_EXPECT_EQ(test, life_phase(), KSTATE_SAVED);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	node = life_section(test, fdt, "kunit-life@1");
	KUNIT_EXPECT_NOT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len));
	node = life_section(test, fdt, "kunit-life@2");
	KUNIT_EXPECT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_DATA, &len));
	KUNIT_EXPECT_NOT_NULL(test, kstate_fdt_prop(fdt, node, KSTATE_PROP_WITHDRAWN, &len));
	lost = kstate_fdt_prop(fdt, node, KSTATE_PROP_LOST, &len);
	KUNIT_ASSERT_NOT_NULL(test, lost);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(lost), ESHUTDOWN);

	KUNIT_ASSERT_EQ(test, life_save(), 0);
	fdt = life_copy(test, "kunit-life@1");
	KUNIT_ASSERT_NOT_NULL(test, fdt);
	KUNIT_EXPECT_LT(test, fdt_subnode_offset(fdt, fdt_path_offset(fdt, "/sections"),
						 "kunit-life@2"), 0);
}

/* They were never saved: no image has such sections. */
static void life_restore_test(struct kunit *test)
{
	struct life_obj o = { .value = 1 }, before = o;

	KUNIT_EXPECT_EQ(test, kstate_restore(&life_state, &o, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, kstate_register_restore(&life_state, &o, 1), 0);
	KUNIT_EXPECT_EQ(test, kstate_register(&life_state, &o, 1), -EEXIST);
	kstate_unregister(&life_state, &o, 1);
	KUNIT_EXPECT_MEMEQ(test, &o, &before, sizeof(o));
}

static int life_init(struct kunit *test)
{
	if (!kstate_kho_ready())
		kunit_skip(test, "KHO is off");
	if (life_phase() != KSTATE_IDLE)
		kunit_skip(test, "an image is prepared or saved already");
	return kunit_add_action_or_reset(test, life_abort, NULL);
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(life_duplicate_test),
	KUNIT_CASE(life_collision_test),
	KUNIT_CASE(life_again_test),
	KUNIT_CASE(life_unregister_test),
	KUNIT_CASE_PARAM(life_wrong_test, life_wrong_gen_params),
	KUNIT_CASE(life_prepare_abort_test),
	KUNIT_CASE(life_save_abort_test),
	KUNIT_CASE(life_save_again_test),
	KUNIT_CASE(life_image_test),
	KUNIT_CASE(life_schema_test),
	KUNIT_CASE(life_in_place_test),
	KUNIT_CASE(life_in_place_abort_test),
	KUNIT_CASE(life_in_place_gone_test),
	KUNIT_CASE(life_grow_test),
	KUNIT_CASE(life_subsection_test),
	KUNIT_CASE(life_mandatory_fails_test),
	KUNIT_CASE(life_optional_fails_test),
	KUNIT_CASE(life_leave_test),
	KUNIT_CASE(life_restore_test),
	{}
};

static struct kunit_suite life_suite = {
	.name = "kstate_lifecycle",
	.init = life_init,
	.test_cases = life_cases,
};

kunit_test_suite(life_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: from registering to aborting");
MODULE_LICENSE("GPL");
