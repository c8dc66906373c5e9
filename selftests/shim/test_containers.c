// SPDX-License-Identifier: GPL-2.0
/*
 * test_containers.c - elements in lists, trees, xarrays and IDRs: their bytes, and what
 * becomes of them in the next kernel
 */

#include "held.h"
#include "payload.h"

#define N4		0, 0, 0, 0
#define COUNT(n)	(n), 0, 0, 0, N4
#define THING(k)	2, 0, 0, 0, 4, 0, 0, 0, (k), 0, 0, 0	/* version, bytes, key */
#define INDEX(i)	(i), 0, 0, 0, N4

#define KIND(_name, _id, _field)						\
static const struct kstate_description _name##_desc = {				\
	.name = "k-" #_name, .id = 0x60 + (_id), .version_id = 1,		\
	.flags = KSTATE_STABLE,							\
	.fields = (const struct kstate_field[]) { _field, KSTATE_END_OF_LIST() }, }

KIND(hlist, 0, HLIST);
static const u8 hlist_wire[] = { COUNT(2), THING(9), THING(8) };

KIND(tree, 1, TREE);
static const u8 tree_wire[] = { COUNT(3), THING(1), THING(2), THING(3) };

KIND(cached, 2, CACHED);
static const u8 cached_wire[] = { COUNT(2), THING(4), THING(5) };

KIND(slots, 3, SLOTS);
static const u8 slots_wire[] = { COUNT(2), INDEX(0), THING(20), INDEX(70), THING(21) };

KIND(ids, 4, IDS);
static const u8 ids_wire[] = { COUNT(2), INDEX(1), THING(30), INDEX(7), THING(31) };

/* Where the memory is, set by the test. */
#define PLACE		N4, N4
#define PLACE_AT	16
#define PLACE_NEXT	20

KIND(pages, 5, PAGES);
static u8 pages_wire[] = { COUNT(2), INDEX(5), PLACE, N4, INDEX(9), PLACE, N4 };

KIND(folios, 6, FOLIOS);
static u8 folios_wire[] = { COUNT(2), INDEX(0), PLACE, 0, 0, 0, 0, INDEX(64), PLACE, 2, 0, 0, 0 };

static const struct kstate_description held_desc = {
	.name = "held", .id = 0x50, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { HELD_FIELDS, FOLIOS, KSTATE_END_OF_LIST() },
};

static struct thing things[16];
static struct folio *mem[4];
static struct holder saved, live;

static struct thing *thing(u32 key)
{
	static unsigned int nr;
	struct thing *t = &things[nr++ % 16];

	*t = (struct thing){ .key = key };
	return t;
}

static void place(u8 *wire, size_t nth, const struct folio *folio)
{
	for (int i = 0; i < 8; i++)
		wire[PLACE_AT + nth * PLACE_NEXT + i] = folio->phys >> (8 * i);
}

static int setup(void **state)
{
	shim_setup(state);
	holder_init(&saved);
	holder_init(&live);
	hlist_add_head(&thing(8)->hlink, &saved.hlist);
	hlist_add_head(&thing(9)->hlink, &saved.hlist);
	for (u32 key = 3; key; key--)
		rb_add(&thing(key)->rlink, &saved.tree, thing_less);
	rb_add_cached(&thing(5)->rlink, &saved.cached, thing_less);
	rb_add_cached(&thing(4)->rlink, &saved.cached, thing_less);
	shim_xa_put(&saved.slots, 70, thing(21));
	shim_xa_put(&saved.slots, 0, thing(20));
	shim_xa_put(&saved.ids.idr_rt, 0, thing(30));
	shim_xa_put(&saved.ids.idr_rt, 6, thing(31));
	for (int i = 0; i < 4; i++)
		mem[i] = shim_folio_alloc(i == 3 ? 2 : 0);
	shim_xa_put(&saved.pages, 5, mem[0]);
	shim_xa_put(&saved.pages, 9, mem[1]);
	shim_xa_put(&saved.folios, 0, mem[2]);
	shim_xa_put(&saved.folios, 64, mem[3]);
	place(pages_wire, 0, mem[0]);
	place(pages_wire, 1, mem[1]);
	place(folios_wire, 0, mem[2]);
	place(folios_wire, 1, mem[3]);
	return 0;
}

static void free_arrays(struct holder *h)
{
	xa_destroy(&h->slots);
	xa_destroy(&h->ids.idr_rt);
	xa_destroy(&h->pages);
	xa_destroy(&h->folios);
}

static int teardown(void **state)
{
	free_arrays(&saved);
	shim_xa_order = 0;
	return shim_teardown(state);
}

static void drop_tree(struct rb_node *node)
{
	if (!node)
		return;
	drop_tree(node->left);
	drop_tree(node->right);
	shim_free(container_of(node, struct thing, rlink));
}

static void drop_xarray(struct xarray *xa)
{
	for (size_t i = 0; xa->xa_head && i < xa->xa_head->nr; i++)
		shim_free(xa->xa_head->v[i].entry);
}

static void drop_live(void)
{
	for (struct hlist_node *p = live.hlist.first, *next; p; p = next) {
		next = p->next;
		shim_free(container_of(p, struct thing, hlink));
	}
	drop_tree(live.tree.rb_node);
	drop_tree(live.cached.rb_root.rb_node);
	drop_xarray(&live.slots);
	drop_xarray(&live.ids.idr_rt);
	free_arrays(&live);
	holder_init(&live);
}

static void check_wire(const struct kstate_description *desc, const u8 *wire, size_t len)
{
	u8 *payload;
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	assert_int_equal(bytes, len);
	assert_memory_equal(payload, wire, len);
	free(image);
}

static void refuses(const struct kstate_description *desc, const void *image,
		    const void *payload, size_t bytes, int err)
{
	struct holder before = live;

	hand_over_payload(desc, image, payload, bytes);
	assert_int_equal(kstate_restore(desc, &live, 0), err);
	assert_memory_equal(&live, &before, sizeof(live));
}

/* Cut at every byte, and one byte too many. */
static void check_lengths(const struct kstate_description *desc, const u8 *wire, size_t len)
{
	u8 *payload, *other = calloc(1, len + 1);
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	memcpy(other, wire, len);
	for (size_t cut = 0; cut < len; cut++)
		refuses(desc, image, other, cut, -EBADMSG);
	refuses(desc, image, other, len + 1, -EBADMSG);
	free(other);
	free(image);
}

#define KIND_TESTS(_kind)							\
static void _kind##_has_these_bytes(void **state)				\
{										\
	check_wire(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire));		\
}										\
static void _kind##_of_another_length_is_refused(void **state)			\
{										\
	check_lengths(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire));	\
}

KIND_TESTS(hlist)
KIND_TESTS(tree)
KIND_TESTS(cached)
KIND_TESTS(slots)
KIND_TESTS(ids)
KIND_TESTS(pages)
KIND_TESTS(folios)

/* The payload with one byte changed. */
static void refuses_byte(const struct kstate_description *desc, const u8 *wire, size_t len,
			 size_t at, u8 byte)
{
	u8 *payload, *other = malloc(len);
	int bytes;
	void *image = save_and_find(desc, &saved, &payload, &bytes);

	memcpy(other, wire, len);
	other[at] = byte;
	refuses(desc, image, other, len, -EBADMSG);
	free(other);
	free(image);
	kstate_unregister(desc, &saved, 0);
}

#define refuses_change(_kind, _at, _byte)					\
	refuses_byte(&_kind##_desc, _kind##_wire, sizeof(_kind##_wire), _at, _byte)

static void a_number_beyond_the_maximum_is_refused(void **state)
{
	refuses_change(hlist, 0, 101);
	refuses_change(tree, 7, 0xff);
	refuses_change(slots, 0, 101);
	refuses_change(pages, 0, 101);
}

static void indices_that_do_not_go_up_are_refused(void **state)
{
	refuses_change(slots, 8, 70);		/* twice the same */
	refuses_change(slots, 8, 71);
	refuses_change(pages, 8, 9);
	refuses_change(folios, 28, 0);
}

static void an_id_that_an_idr_cannot_have_is_refused(void **state)
{
	refuses_change(ids, 8, 0);		/* below its base */
	refuses_change(ids, 8 + 20 + 3, 0x80);	/* above the largest integer */
	refuses_change(ids, 8 + 20 + 7, 0x80);
}

static void a_folio_map_without_a_folio_is_refused(void **state)
{
	u8 *payload, none[8 + 8 + 12] = { COUNT(1), INDEX(5) };
	int bytes;
	void *image = save_and_find(&pages_desc, &saved, &payload, &bytes);

	refuses(&pages_desc, image, none, sizeof(none), -EBADMSG);
	free(image);
}

static void update(void)
{
	assert_int_equal(kstate_register(&held_desc, &saved, 9), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
}

static void check_hlist(void)
{
	struct hlist_node *first = live.hlist.first;

	assert_int_equal(container_of(first, struct thing, hlink)->key, 9);
	assert_int_equal(container_of(first->next, struct thing, hlink)->key, 8);
	assert_null(first->next->next);
	assert_ptr_equal(first->pprev, &live.hlist.first);
	assert_ptr_equal(first->next->pprev, &first->next);
}

static void check_tree(const struct rb_root *root, u32 first, u32 last)
{
	for (struct rb_node *node = rb_first(root); node; node = rb_next(node))
		assert_int_equal(container_of(node, struct thing, rlink)->key, first++);
	assert_int_equal(first, last + 1);
}

static void check_live(void)
{
	check_hlist();
	check_tree(&live.tree, 1, 3);
	check_tree(&live.cached.rb_root, 4, 5);
	assert_ptr_equal(live.cached.rb_leftmost, rb_first(&live.cached.rb_root));
	assert_int_equal(live.slots.xa_flags, XA_FLAGS_ALLOC);
	assert_int_equal(live.slots.xa_head->nr, 2);
	assert_int_equal(((struct thing *)xa_load(&live.slots, 0))->key, 20);
	assert_int_equal(((struct thing *)xa_load(&live.slots, 70))->key, 21);
	assert_int_equal(live.ids.idr_rt.xa_head->nr, 2);
	assert_int_equal(((struct thing *)xa_load(&live.ids.idr_rt, 0))->key, 30);
	assert_int_equal(((struct thing *)xa_load(&live.ids.idr_rt, 6))->key, 31);
	assert_ptr_equal(xa_load(&live.pages, 5), mem[0]);
	assert_ptr_equal(xa_load(&live.pages, 9), mem[1]);
	assert_ptr_equal(xa_load(&live.folios, 0), mem[2]);
	assert_ptr_equal(xa_load(&live.folios, 64), mem[3]);
	for (int i = 0; i < 4; i++)
		assert_false(mem[i]->handed_over);
}

static void every_container_comes_back(void **state)
{
	update();
	assert_int_equal(kstate_restore(&held_desc, &live, 9), 0);
	check_live();
	drop_live();
}

static void empty_containers_come_back_empty(void **state)
{
	free_arrays(&saved);
	holder_init(&saved);
	update();
	assert_int_equal(kstate_restore(&held_desc, &live, 9), 0);
	assert_null(live.hlist.first);
	assert_null(live.tree.rb_node);
	assert_null(live.cached.rb_leftmost);
	assert_true(xa_empty(&live.slots) && idr_is_empty(&live.ids) && xa_empty(&live.pages));
}

static void a_container_that_has_elements_is_refused(void **state)
{
	update();
	live.hlist.first = &things[0].hlink;
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EEXIST);
	assert_logged("field hlist");
	live.hlist.first = NULL;
	live.tree.rb_node = &things[0].rlink;
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EEXIST);
	assert_logged("field tree");
	live.tree.rb_node = NULL;
	shim_xa_put(&live.slots, 3, &things[0]);
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EEXIST);
	assert_logged("field slots");
	free_arrays(&live);
	shim_xa_put(&live.ids.idr_rt, 3, &things[0]);
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EEXIST);
	assert_logged("field ids");
	free_arrays(&live);
	assert_int_equal(kstate_restore(&held_desc, &live, 9), 0);
	drop_live();
}

static void an_xarray_that_is_another_one_is_refused(void **state)
{
	update();
	xa_init(&live.slots);
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EINVAL);
	assert_logged("field slots");
	xa_init_flags(&live.slots, XA_FLAGS_TRACK_FREE);
	live.ids.idr_base = 0;
	assert_int_equal(kstate_restore(&held_desc, &live, 9), -EINVAL);
	assert_logged("field ids");
	live.ids.idr_base = 1;
	/* That no index is free is a mark, not another array. */
	assert_int_equal(kstate_restore(&held_desc, &live, 9), 0);
	drop_live();
}

static bool restores_after_shortage(unsigned long n)
{
	struct holder before = live;
	bool failed;
	int err;

	update();
	shim_fail_alloc(n);
	err = kstate_restore(&held_desc, &live, 9);
	failed = shim_alloc_failed();
	shim_fail_alloc(0);
	assert_int_equal(err, failed ? -ENOMEM : 0);
	if (failed) {
		assert_memory_equal(&live, &before, sizeof(live));
		assert_int_equal(kstate_restore(&held_desc, &live, 9), 0);
	}
	check_live();
	drop_live();
	return failed;
}

static void short_memory_leaves_the_object_and_may_be_tried_again(void **state)
{
	for (unsigned long n = 1; restores_after_shortage(n); n++) {
		teardown(state);
		setup(state);
	}
}

static void a_prepared_save_allocates_only_to_publish(void **state)
{
	assert_int_equal(kstate_register(&held_desc, &saved, 9), 0);
	assert_int_equal(locked_prepare(), 0);
	shim_fail_alloc(0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(shim_allocs(), 1);
}

static const struct kstate_description nothing_left = {
	.name = "held", .id = 0x50, .version_id = 2, .flags = KSTATE_STABLE, .min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_HLIST_DEPRECATED(hlist, 100, 1),
		KSTATE_RBTREE_DEPRECATED(tree, 100, 1),
		KSTATE_RBTREE_DEPRECATED(cached, 100, 1),
		KSTATE_XARRAY_DEPRECATED(slots, 100, 1),
		KSTATE_IDR_DEPRECATED(ids, 100, 1),
		KSTATE_XARRAY_OF_PAGE_DEPRECATED(pages, 100, 1),
		KSTATE_XARRAY_OF_FOLIO_DEPRECATED(folios, 100, 1),
		KSTATE_END_OF_LIST()
	},
};

static void every_container_can_be_deprecated(void **state)
{
	struct holder before = live;

	update();
	kstate_in_keep = true;
	assert_int_equal(kstate_restore(&nothing_left, &live, 9), 0);
	assert_memory_equal(&live, &before, sizeof(live));
	assert_true(mem[0]->handed_over && mem[3]->handed_over);
}

static void folios_that_nobody_wants_are_released(void **state)
{
	update();
	guard(mutex)(&kstate_in.lock);
	assert_int_equal(kstate_in_release(), 0);
	for (int i = 0; i < 4; i++)
		assert_false(shim_folio_is_live(mem[i]));
}

/* Of the next version of the driver: other members, under the names of before. */
struct newer {
	struct rb_root hlist;
	struct idr slots;
	struct xarray pages;
};

static const struct kstate_description older_desc = {
	.name = "older", .id = 0x70, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) { HLIST, SLOTS, PAGES, KSTATE_END_OF_LIST() },
};

static const struct kstate_description newer_desc = {
	.name = "older", .id = 0x70, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_RBTREE(hlist, struct newer, struct thing, rlink, thing_less, &thing_desc, 100),
		KSTATE_IDR(slots, struct newer, struct thing, &thing_desc, 100),
		KSTATE_XARRAY_OF_FOLIO(pages, struct newer, 100),
		KSTATE_END_OF_LIST()
	},
};

/* A tree that was a list, an IDR that was an xarray, folios that were pages. */
static void another_container_takes_the_elements(void **state)
{
	struct newer newer = {};

	idr_init_base(&newer.slots, 0);
	assert_int_equal(kstate_register(&older_desc, &saved, 9), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&newer_desc, &newer, 9), 0);
	check_tree(&newer.hlist, 8, 9);
	assert_int_equal(((struct thing *)xa_load(&newer.slots.idr_rt, 70))->key, 21);
	assert_ptr_equal(xa_load(&newer.pages, 9), mem[1]);
	drop_tree(newer.hlist.rb_node);
	drop_xarray(&newer.slots.idr_rt);
	xa_destroy(&newer.slots.idr_rt);
	xa_destroy(&newer.pages);
}

static void refuses_to_save(const struct kstate_description *desc, int err)
{
	assert_int_equal(kstate_register(desc, &saved, 0), 0);
	assert_int_equal(locked_save(), err);
	kstate_unregister(desc, &saved, 0);
}

static void an_entry_that_cannot_be_saved_is_refused(void **state)
{
	shim_xa_put(&saved.slots, 3, (void *)((unsigned long)&things[0] | 1));
	refuses_to_save(&slots_desc, -EINVAL);
	saved.ids.idr_base = 0;
	refuses_to_save(&ids_desc, -EINVAL);
	shim_xa_order = 2;
	refuses_to_save(&folios_desc, -EOPNOTSUPP);
	shim_xa_order = 0;
	for (int i = 0; i < 101; i++)
		shim_xa_put(&saved.pages, 1000 + i, mem[0]);
	refuses_to_save(&pages_desc, -E2BIG);
}

#define kind_test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
#define kind_tests(k)	kind_test(k##_has_these_bytes), kind_test(k##_of_another_length_is_refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kind_tests(hlist), kind_tests(tree), kind_tests(cached), kind_tests(slots),
		kind_tests(ids), kind_tests(pages), kind_tests(folios),
		kind_test(a_number_beyond_the_maximum_is_refused),
		kind_test(indices_that_do_not_go_up_are_refused),
		kind_test(an_id_that_an_idr_cannot_have_is_refused),
		kind_test(a_folio_map_without_a_folio_is_refused),
		kind_test(every_container_comes_back),
		kind_test(empty_containers_come_back_empty),
		kind_test(a_container_that_has_elements_is_refused),
		kind_test(an_xarray_that_is_another_one_is_refused),
		kind_test(short_memory_leaves_the_object_and_may_be_tried_again),
		kind_test(a_prepared_save_allocates_only_to_publish),
		kind_test(every_container_can_be_deprecated),
		kind_test(folios_that_nobody_wants_are_released),
		kind_test(another_container_takes_the_elements),
		kind_test(an_entry_that_cannot_be_saved_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
