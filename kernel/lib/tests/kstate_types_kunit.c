// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: what each kind of field writes, and what it takes back
 *
 * Each kind has a description with one field of it. Saving a well-known object by
 * it gives bytes that are pinned here; what is restored from them, saved again,
 * gives the same bytes. Folios and vmalloc areas are taken back from KHO once, by
 * the next kernel only: of these, what is written and what is refused.
 */

#include <kunit/test.h>

#include "kstate_types_kunit.h"

static void types_wire_test(struct kunit *test)
{
	const struct types_case *c = test->param_value;
	const struct types_obj *o = types_filled(test);
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	KUNIT_ASSERT_EQ(test, types_save(c->fields, o, buf), c->len);
	KUNIT_EXPECT_MEMEQ(test, buf, c->wire, c->len);
	/* What is counted is what is written. */
	KUNIT_EXPECT_EQ(test, types_save(c->fields, o, NULL), c->len);
}

static void types_round_trip_test(struct kunit *test)
{
	const struct types_case *c = test->param_value;
	struct types_obj *o = types_blank(test);
	struct types_restore r;
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	types_begin(test, &r, c->fields, c->wire, c->len, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, o), 0);
	KUNIT_EXPECT_EQ(test, r.ctx.r.pos, c->len);
	KUNIT_EXPECT_NULL(test, r.section.claims);
	KUNIT_ASSERT_EQ(test, types_save(c->fields, o, buf), c->len);
	KUNIT_EXPECT_MEMEQ(test, buf, c->wire, c->len);
}

static void types_skip_test(struct kunit *test)
{
	const struct types_case *c = test->param_value;
	struct types_obj *o = types_blank(test), before = *o;
	struct types_restore r;

	types_need_this_abi(test);
	types_begin(test, &r, c->fields, c->wire, c->len, true);
	KUNIT_EXPECT_EQ(test, types_restore(&r, o), 0);
	KUNIT_EXPECT_EQ(test, r.ctx.r.pos, c->len);
	KUNIT_EXPECT_MEMEQ(test, o, &before, sizeof(before));
}

static void types_truncated_test(struct kunit *test)
{
	const struct types_case *c = test->param_value;
	struct types_obj *o = types_blank(test), before = *o;

	types_need_this_abi(test);
	for (size_t len = 0; len < c->len; len++) {
		struct types_restore r;

		types_begin(test, &r, c->fields, c->wire, len, false);
		KUNIT_EXPECT_EQ_MSG(test, types_check(&r, o), -EBADMSG, "%zu bytes", len);
		KUNIT_EXPECT_LE(test, r.ctx.r.pos, len);
		types_begin(test, &r, c->fields, c->wire, len, true);
		KUNIT_EXPECT_EQ_MSG(test, types_check(&r, NULL), -EBADMSG, "%zu bytes, skipped",
				    len);
	}
	KUNIT_EXPECT_MEMEQ(test, o, &before, sizeof(before));
}

/* A count or length that is too large by one, by all, or by anything between. */
static void types_inflated_test(struct kunit *test)
{
	const struct types_case *c = test->param_value;
	struct types_obj *o = types_blank(test), before = *o;
	u8 wire[TYPES_CAP];
	u64 count;

	types_need_this_abi(test);
	if (!c->prefix)
		kunit_skip(test, "does not start with a length");
	memcpy(wire, c->wire, c->len);
	count = get_unaligned_le64(wire);
	for (unsigned int bit = 0; bit < 64; bit++) {
		put_unaligned_le64(count + (1ULL << bit), wire);
		KUNIT_EXPECT_EQ_MSG(test, types_answer(test, c->fields, wire, c->len, o),
				    -EBADMSG, "2^%u more", bit);
	}
	put_unaligned_le64(U64_MAX - 1, wire);
	KUNIT_EXPECT_EQ(test, types_answer(test, c->fields, wire, c->len, o), -EBADMSG);
	KUNIT_EXPECT_MEMEQ(test, o, &before, sizeof(before));
}

/* Field tables for single tests. */
#define ONE_FIELD(...)	((const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() })

static const struct kstate_field *types_case_fields(struct kunit *test, const char *name,
						    const struct types_case **found)
{
	for (size_t i = 0; i < ARRAY_SIZE(types_table); i++) {
		if (strcmp(types_table[i].name, name))
			continue;
		*found = &types_table[i];
		return types_table[i].fields;
	}
	KUNIT_FAIL_AND_ABORT(test, "no case %s", name);
	return NULL;
}

/* The case's own bytes, to an object that is not as it should be. */
static int types_case_answer(struct kunit *test, const char *name, struct types_obj *o)
{
	const struct types_case *c;

	types_case_fields(test, name, &c);
	return types_answer(test, c->fields, c->wire, c->len, o);
}

static void types_live_object_test(struct kunit *test)
{
	struct types_obj *o = types_blank(test);
	u64 dummy;

	types_need_this_abi(test);
	o->pointer = NULL;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "pointer", o), -EFAULT);
	o->targets[2] = NULL;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "array of pointers", o), -EFAULT);
	o->lent = NULL;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "counted array of the driver", o),
			-EFAULT);
	o->equal++;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "equal", o), -ENODEV);
	o->refuse = true;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "custom", o), -EPERM);

	o->big = &dummy;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "counted array, allocated", o), -EEXIST);
	o->big = NULL;
	o->items = (struct types_item *)&dummy;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "counted array of structs", o), -EEXIST);
	o->items = NULL;
	o->name = (char *)&dummy;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "string behind a pointer", o), -EEXIST);
	o->name = NULL;
	o->no_name = (char *)&dummy;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "string that is NULL", o), -EEXIST);
	types_add_node(test, o, 1);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "list", o), -EEXIST);

	o->pointed = NULL;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "pointer to a struct", o), -EFAULT);
	o->several[1] = NULL;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "array of pointers to structs", o),
			-EFAULT);
	o->ids.idr_base = 0;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "IDR", o), -EINVAL);
	o->ids.idr_base = 1;
	o->slots.xa_flags = 0;
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "xarray", o), -EINVAL);
	o->slots.xa_flags = XA_FLAGS_ALLOC;
	o = types_filled(test);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "hlist", o), -EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "tree", o), -EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "tree that knows its first", o), -EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "xarray", o), -EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "IDR", o), -EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "pointer to a struct, allocated", o),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, types_case_answer(test, "bitmap of any size", o), -EEXIST);
}

/* The case's bytes with one of them changed. */
static int types_changed_answer(struct kunit *test, const char *name, size_t at, u8 byte)
{
	const struct types_case *c;
	u8 wire[TYPES_CAP];

	types_case_fields(test, name, &c);
	memcpy(wire, c->wire, c->len);
	wire[at] = byte;
	return types_answer(test, c->fields, wire, c->len, NULL);
}

static void types_damaged_test(struct kunit *test)
{
	types_need_this_abi(test);
	/* presence */
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "pointer", 0, 2), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "array of pointers", 5, 0xff), -EBADMSG);
	/* version and length of a nested stream */
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "struct", 0, 2), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "struct", 4, 2), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "struct", 4, 4), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "struct", 7, 0x80), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "array of structs", 4, 4), -EBADMSG);
	/* a NUL in a string; a bit beyond the last; fewer bits */
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "string in an array", 9, 0), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "bitmap", 16, 0x60), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "bitmap", 0, TYPES_BITS - 1), -EBADMSG);
	/* an order without a folio, pages without an area */
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "folio that is NULL", 8, 1), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "area that is NULL", 8, 1), -EBADMSG);
	/* a folio or area that does not start where one can; no such page */
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "folio that is NULL", 0, 1), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "area that is NULL", 0, 1), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "page that is NULL", 0, 0xfe), -EBADMSG);
	KUNIT_EXPECT_EQ(test, types_changed_answer(test, "address that is NULL", 7, 0x7f),
			-EBADMSG);
}

static void types_save_refuses_test(struct kunit *test)
{
	struct types_obj *o = types_filled(test);
	const struct types_case *c;

	o->nr_few = ARRAY_SIZE(o->few) + 1;
	KUNIT_EXPECT_EQ(test, types_save(types_case_fields(test, "counted array, embedded", &c),
					 o, NULL), -E2BIG);
	o->lent = NULL;
	KUNIT_EXPECT_EQ(test, types_save(types_case_fields(test, "counted array of the driver",
							   &c), o, NULL), -EFAULT);
	o->nr_lent = 0;
	KUNIT_EXPECT_EQ(test, types_save(c->fields, o, NULL), 8);
	o->nr_bits = -1;
	KUNIT_EXPECT_EQ(test, types_save(types_case_fields(test, "bitmap of any size", &c), o,
					 NULL), -E2BIG);
	KUNIT_EXPECT_EQ(test, types_save(ONE_FIELD(KSTATE_STRING(name, struct types_obj, 6)),
					 o, NULL), -E2BIG);
	KUNIT_EXPECT_EQ(test, types_save(ONE_FIELD(KSTATE_LIST(list, struct types_obj,
							       struct types_node, link,
							       &types_node_state, 1)),
					 o, NULL), -E2BIG);
}

/* An array that is full of text is cut; it has room for the NUL again afterwards. */
static void types_string_cut_test(struct kunit *test)
{
	struct types_obj *o = types_filled(test);
	const struct types_case *c;
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	types_case_fields(test, "string in an array", &c);
	memset(o->text, 'y', sizeof(o->text));
	KUNIT_ASSERT_EQ(test, types_save(c->fields, o, buf), 8 + sizeof(o->text) - 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf), sizeof(o->text) - 1);
}

static void types_free_folio(void *folio)
{
	folio_put(folio);
}

/* A folio of that order, for the time of the test. */
static struct folio *types_folio(struct kunit *test, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, order);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, types_free_folio, folio), 0);
	return folio;
}

static void types_folio_test(struct kunit *test)
{
	const struct kstate_field *fields = ONE_FIELD(KSTATE_FOLIO(folio, struct types_obj));
	struct types_obj *o = types_blank(test);
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	o->folio = types_folio(test, 2);
	KUNIT_ASSERT_EQ(test, types_save(fields, o, buf), KSTATE_FOLIO_BYTES);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf), PFN_PHYS(folio_pfn(o->folio)));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(buf + 8), 2);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, KSTATE_FOLIO_BYTES, NULL), 0);

	/* Its order says how it must be aligned, and has a limit. */
	put_unaligned_le64(PFN_PHYS(folio_pfn(o->folio)) + PAGE_SIZE, buf);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, KSTATE_FOLIO_BYTES, NULL),
			-EBADMSG);
	put_unaligned_le64(1ULL << 40, buf);
	put_unaligned_le32(MAX_PAGE_ORDER + 1, buf + 8);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, KSTATE_FOLIO_BYTES, NULL),
			-EBADMSG);
}

static void types_page_map_test(struct kunit *test)
{
	const struct kstate_field *fields =
		ONE_FIELD(KSTATE_XARRAY_OF_PAGE(page_map, struct types_obj, 8));
	struct types_obj *o = types_blank(test);
	struct page *page = folio_page(types_folio(test, 0), 0);
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	KUNIT_ASSERT_NULL(test, xa_store(&o->page_map, 9, page, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, types_save(fields, o, buf), 28);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf + 8), 9);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf + 16), page_to_phys(page));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(buf + 24), 0);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, 28, NULL), 0);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, 28, o), -EEXIST);
	/* A page that is not the first of its folio, a value, an entry of several indices. */
	xa_store(&o->page_map, 9, folio_page(types_folio(test, 1), 1), GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, types_save(fields, o, buf), -EINVAL);
	xa_store(&o->page_map, 9, xa_mk_value(3), GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, types_save(fields, o, buf), -EINVAL);
	xa_erase(&o->page_map, 9);
	if (!IS_ENABLED(CONFIG_XARRAY_MULTI))
		return;
	xa_store_range(&o->page_map, 16, 19, page, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, types_save(fields, o, buf), -EOPNOTSUPP);
}

/* What restore made of an xarray and an IDR is what their owners' calls expect. */
static void types_restored_arrays_test(struct kunit *test)
{
	struct types_obj *o = types_blank(test);
	const struct types_case *c;
	struct types_restore r;
	struct xa_node *node;
	u32 id;

	types_need_this_abi(test);
	types_case_fields(test, "xarray", &c);
	types_begin(test, &r, c->fields, c->wire, c->len, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, o), 0);
	node = xa_to_node(o->slots.xa_head);
	KUNIT_EXPECT_PTR_EQ(test, node->array, &o->slots);
	KUNIT_EXPECT_EQ(test, xa_alloc(&o->slots, &id, types_held(test, 1), xa_limit_32b,
				       GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 1);	/* the first that is free */
	kvfree(xa_erase(&o->slots, 0));
	KUNIT_EXPECT_EQ(test, xa_alloc(&o->slots, &id, types_held(test, 2), xa_limit_32b,
				       GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 0);

	types_case_fields(test, "IDR", &c);
	types_begin(test, &r, c->fields, c->wire, c->len, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, o), 0);
	KUNIT_EXPECT_EQ(test, ((struct types_held *)idr_find(&o->ids, 2))->key, 72);
	KUNIT_EXPECT_EQ(test, idr_alloc(&o->ids, types_held(test, 3), 0, 0, GFP_KERNEL), 3);
	kvfree(idr_remove(&o->ids, 1));
	KUNIT_EXPECT_EQ(test, idr_alloc(&o->ids, types_held(test, 4), 0, 0, GFP_KERNEL), 1);
}

/* All ids of several nodes: the marks that say what is free have to be right, too. */
static void types_many_ids_test(struct kunit *test)
{
	const struct kstate_field *fields =
		ONE_FIELD(KSTATE_IDR(ids, struct types_obj, struct types_held, &types_held_state,
				     1000, .base = 1));
	struct types_obj *o = types_blank(test);
	struct types_restore r;
	size_t len = 8 + 300 * 20;
	u8 *wire = kunit_kzalloc(test, len, GFP_KERNEL);

	types_need_this_abi(test);
	KUNIT_ASSERT_NOT_NULL(test, wire);
	put_unaligned_le64(300, wire);
	for (u32 i = 0; i < 300; i++) {
		u8 *at = wire + 8 + i * 20;

		put_unaligned_le64(i + 1, at);
		put_unaligned_le32(1, at + 8);
		put_unaligned_le32(4, at + 12);
		put_unaligned_le32(i, at + 16);
	}
	types_begin(test, &r, fields, wire, len, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, o), 0);
	for (int id = 1; id <= 300; id++)
		KUNIT_ASSERT_EQ(test, ((struct types_held *)idr_find(&o->ids, id))->key, id - 1);
	KUNIT_EXPECT_EQ(test, idr_alloc(&o->ids, types_held(test, 1), 0, 0, GFP_KERNEL), 301);
	kvfree(idr_remove(&o->ids, 77));
	KUNIT_EXPECT_EQ(test, idr_alloc(&o->ids, types_held(test, 2), 0, 0, GFP_KERNEL), 77);
}

/* A mask of a kernel with room for all processors that there may be. */
static void types_mask_test(struct kunit *test)
{
	const struct kstate_field *cpus = ONE_FIELD(KSTATE_CPUMASK(cpus, struct types_obj));
	const size_t len = 8 + KSTATE_ABI_MASK_BITS / 8;
	u8 *wire = kunit_kzalloc(test, len, GFP_KERNEL);

	types_need_this_abi(test);
	KUNIT_ASSERT_NOT_NULL(test, wire);
	put_unaligned_le64(KSTATE_ABI_MASK_BITS, wire);
	wire[8] = 1;
	KUNIT_EXPECT_EQ(test, types_answer(test, cpus, wire, len, NULL), 0);
	wire[len - 1] = 0x80;
	KUNIT_EXPECT_EQ(test, types_answer(test, cpus, wire, len, NULL), -ERANGE);
}

static void types_address_test(struct kunit *test)
{
	const struct kstate_field *fields = ONE_FIELD(KSTATE_ADDRESS(address, struct types_obj));
	struct types_obj *o = types_blank(test), *to = types_blank(test);
	struct types_restore r;
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	o->address = kunit_kmalloc(test, 64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, o->address);
	o->address++;
	KUNIT_ASSERT_EQ(test, types_save(fields, o, buf), 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf), virt_to_phys(o->address));
	types_begin(test, &r, fields, buf, 8, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, to), 0);
	KUNIT_EXPECT_PTR_EQ(test, to->address, o->address);
}

static void types_free_area(void *area)
{
	vfree(area);
}

static void *types_area(struct kunit *test, size_t bytes)
{
	void *area = vmalloc(bytes);

	KUNIT_ASSERT_NOT_NULL(test, area);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, types_free_area, area), 0);
	return area;
}

static void types_address_elsewhere_test(struct kunit *test)
{
	const struct kstate_field *fields = ONE_FIELD(KSTATE_ADDRESS(address, struct types_obj));
	struct types_obj *o = types_blank(test);

	o->address = types_area(test, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, types_save(fields, o, NULL), -EFAULT);
	o->address = (void *)8;
	KUNIT_EXPECT_EQ(test, types_save(fields, o, NULL), -EFAULT);
}

static void types_page_test(struct kunit *test)
{
	const struct kstate_field *fields = ONE_FIELD(KSTATE_ADDRESS(page, struct types_obj));
	struct types_obj *o = types_blank(test), *to = types_blank(test);
	struct types_restore r;
	u8 buf[TYPES_CAP];

	types_need_this_abi(test);
	o->page = folio_page(types_folio(test, 1), 1);
	KUNIT_ASSERT_EQ(test, types_save(fields, o, buf), 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(buf), page_to_pfn(o->page));
	types_begin(test, &r, fields, buf, 8, false);
	KUNIT_ASSERT_EQ(test, types_restore(&r, to), 0);
	KUNIT_EXPECT_PTR_EQ(test, to->page, o->page);
}

/* Save once as a save does, with KHO preserving, and give back. */
static int types_keep_vmalloc(void *area, u8 *buf)
{
	struct types_obj o = { .area = area };
	struct kstate_description desc =
		types_desc(ONE_FIELD(KSTATE_VMALLOC(area, struct types_obj)));
	struct kstate_writer w = { .buf = buf, .cap = TYPES_CAP };
	struct kstate_entry *e = types_entry_get();
	struct kstate_save_ctx ctx = { .w = &w, .pass = KSTATE_PASS_PREPARE, .entry = e };
	int err;

	guard(kstate_out)(&kstate_out.lock);
	if (!kstate_kho_ready() || kstate_out.phase != KSTATE_IDLE)
		return -EBUSY;
	kstate_keep_begin();
	err = kstate_save_fields(&ctx, &desc, &o);
	kstate_keep_end();
	if (!err && kstate_out.kept.nr != 1)
		err = -EIO;
	/* The descriptor's chunk goes with it: keep a copy behind the payload. */
	if (!err)
		memcpy(buf + KSTATE_VMALLOC_BYTES, phys_to_virt(get_unaligned((u64 *)buf)),
		       offsetof(struct kho_vmalloc_chunk, phys[4]));
	kstate_keep_free();
	return err;
}

static void types_vmalloc_test(struct kunit *test)
{
	const struct kstate_field *fields = ONE_FIELD(KSTATE_VMALLOC(area, struct types_obj));
	void *area = types_area(test, 3 * PAGE_SIZE);
	struct kho_vmalloc_chunk *chunk;
	u8 buf[TYPES_CAP];
	int err;

	types_need_this_abi(test);
	err = types_keep_vmalloc(area, buf);
	if (err == -EBUSY)
		kunit_skip(test, "KHO is off, or an image is prepared");
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_NE(test, get_unaligned_le64(buf), 0);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(get_unaligned_le64(buf)));
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(buf + 8), 3);	/* pages */
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(buf + 12), 1);	/* KHO_VMALLOC_ALLOC */
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(buf + 14), 0);	/* order */
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, KSTATE_VMALLOC_BYTES, NULL), 0);

	/* The chunk that it points to has the pages, in their order, and no more. */
	chunk = kunit_kzalloc(test, sizeof(*chunk), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, chunk);
	memcpy(chunk, buf + KSTATE_VMALLOC_BYTES,
	       offsetof(struct kho_vmalloc_chunk, phys[4]));
	KUNIT_EXPECT_EQ(test, chunk->hdr.next.phys, 0);
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, chunk->phys[i],
				page_to_phys(vmalloc_to_page(area + i * PAGE_SIZE)));
	KUNIT_EXPECT_EQ(test, chunk->phys[3], 0);

	put_unaligned_le32(0, buf + 8);
	KUNIT_EXPECT_EQ(test, types_answer(test, fields, buf, KSTATE_VMALLOC_BYTES, NULL),
			-EBADMSG);
}

/* What is no area is refused, not followed. */
static void types_vmalloc_elsewhere_test(struct kunit *test)
{
	void *ptr = kunit_kmalloc(test, 64, GFP_KERNEL);
	u8 buf[TYPES_CAP];
	int err;

	KUNIT_ASSERT_NOT_NULL(test, ptr);
	err = types_keep_vmalloc(ptr, buf);
	if (err == -EBUSY)
		kunit_skip(test, "KHO is off, or an image is prepared");
	KUNIT_EXPECT_EQ(test, err, -EINVAL);
}

#define KIND_OF(sym, code, name)	{ KSTATE_KIND_##sym, code, name },
#define SIGN_OF(sym, code, name)	{ KSTATE_SIGN_##sym, code, name },

/* Codes and names of the ABI header, and a row for each kind. */
static void types_names_test(struct kunit *test)
{
	static const struct {
		int symbol, code;
		const char *name;
	} kinds[] = { KSTATE_ABI_KINDS(KIND_OF) }, signs[] = { KSTATE_ABI_SIGNS(SIGN_OF) };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kstate_type *type = kstate_type_of(kinds[i].code);

		KUNIT_EXPECT_EQ(test, kinds[i].symbol, kinds[i].code);
		KUNIT_EXPECT_STREQ(test, kstate_kind_name(kinds[i].code), kinds[i].name);
		KUNIT_EXPECT_EQ(test, kstate_kind_by_name(kinds[i].name), kinds[i].code);
		KUNIT_ASSERT_NOT_NULL(test, type);
		KUNIT_EXPECT_TRUE(test, type->save && type->check && type->commit);
	}
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		KUNIT_EXPECT_STREQ(test, kstate_sign_name(signs[i].code), signs[i].name);
		KUNIT_EXPECT_EQ(test, kstate_sign_by_name(signs[i].name), signs[i].code);
	}
	KUNIT_EXPECT_NULL(test, kstate_type_of(0));
	KUNIT_EXPECT_NULL(test, kstate_type_of(ARRAY_SIZE(kinds) + 1));
	KUNIT_EXPECT_NULL(test, kstate_type_of(U8_MAX));
	KUNIT_EXPECT_LT(test, kstate_kind_by_name("nonsense"), 0);
	KUNIT_EXPECT_LT(test, kstate_sign_by_name(""), 0);
}

static struct kunit_case types_cases[] = {
	KUNIT_CASE_PARAM(types_wire_test, types_gen_params),
	KUNIT_CASE_PARAM(types_round_trip_test, types_gen_params),
	KUNIT_CASE_PARAM(types_skip_test, types_gen_params),
	KUNIT_CASE_PARAM(types_truncated_test, types_gen_params),
	KUNIT_CASE_PARAM(types_inflated_test, types_gen_params),
	KUNIT_CASE(types_live_object_test),
	KUNIT_CASE(types_damaged_test),
	KUNIT_CASE(types_save_refuses_test),
	KUNIT_CASE(types_string_cut_test),
	KUNIT_CASE(types_folio_test),
	KUNIT_CASE(types_page_map_test),
	KUNIT_CASE(types_restored_arrays_test),
	KUNIT_CASE(types_many_ids_test),
	KUNIT_CASE(types_mask_test),
	KUNIT_CASE(types_address_test),
	KUNIT_CASE(types_address_elsewhere_test),
	KUNIT_CASE(types_page_test),
	KUNIT_CASE(types_vmalloc_test),
	KUNIT_CASE(types_vmalloc_elsewhere_test),
	KUNIT_CASE(types_names_test),
	{}
};

static struct kunit_suite types_suite = {
	.name = "kstate_types",
	.test_cases = types_cases,
};

kunit_test_suite(types_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: kinds of fields");
MODULE_LICENSE("GPL");
