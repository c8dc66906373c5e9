// SPDX-License-Identifier: GPL-2.0
/*
 * test_elements.c - structs that a driver allocates while it restores, and the
 * post_restore of each struct
 */

#include "payload.h"

struct elem {
	u32 key;
	u32 made;		/* by the constructor */
	struct list_head link;
};

struct box {
	u32 refuse;
	struct list_head list;
	struct xarray xa;
	struct elem *ptr;
	struct elem in[2];
	u8 nr;
	struct elem *more;
};

#define MADE	0xc0de

static struct box saved, live;
static struct elem elems[8];
static long live_elems;
static const void *alloc_obj;
static u32 posted[16];
static unsigned int nr_posted;
static int post_err;
static bool unlinks;

static void *elem_alloc(void *obj)
{
	struct elem *e = shim_alloc(sizeof(*e));

	alloc_obj = obj;
	if (e)
		*e = (struct elem){ .made = MADE };
	live_elems += !!e;
	return e;
}

static void elem_free(void *elem)
{
	live_elems--;
	shim_free(elem);
}

static int elem_post(void *obj, u32 version)
{
	struct elem *e = obj;
	const u32 key = e->key;

	assert_int_equal(version, 3);
	posted[nr_posted++] = key;
	if (unlinks && e->link.next) {
		list_del(&e->link);
		elem_free(e);
	}
	return key == 2 ? post_err : 0;
}

static int box_post(void *obj, u32 version)
{
	posted[nr_posted++] = 1000;
	return 0;
}

static int box_pre(void *obj, u32 version)
{
	return 0;
}

static int box_check(const void *obj, const void *data, size_t len)
{
	return ((const struct box *)obj)->refuse ? -EPERM : len ? -EINVAL : 0;
}

static int box_save(const void *obj, struct kstate_writer *w)
{
	return 0;
}

static void box_apply(void *obj, const void *data, size_t len)
{
}

static const struct kstate_description elem_desc = {
	.name = "elem", .id = 0xa1, .version_id = 3,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct elem, u32), KSTATE_END_OF_LIST() },
	.post_restore = elem_post, .alloc = elem_alloc, .free = elem_free,
};

/* Structs in place hear of it, too. */
static const struct kstate_description in_desc = {
	.name = "in", .id = 0xa2, .version_id = 3,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct elem, u32), KSTATE_END_OF_LIST() },
	.post_restore = elem_post,
};

static const struct kstate_description box_desc = {
	.name = "box", .id = 0xa0, .version_id = 1, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_LIST(list, struct box, struct elem, link, &elem_desc, 9),
		KSTATE_XARRAY(xa, struct box, struct elem, &elem_desc, 9),
		KSTATE_STRUCT_POINTER(ptr, struct box, struct elem, &elem_desc, KSTATE_ALLOCATED),
		KSTATE_STRUCT_ARRAY(in, struct box, struct elem, &in_desc),
		KSTATE_STRUCT_VARRAY(more, struct box, struct elem, &in_desc, nr, 4,
				     KSTATE_ALLOCATED),
		KSTATE_CUSTOM(nothing, box_save, box_check, box_apply),
		KSTATE_END_OF_LIST()
	},
	.pre_restore = box_pre, .post_restore = box_post,
};

static int setup(void **state)
{
	shim_setup(state);
	live_elems = nr_posted = 0;
	post_err = 0;
	unlinks = false;
	alloc_obj = NULL;
	for (u32 i = 0; i < 8; i++)
		elems[i] = (struct elem){ .key = i + 1, .made = 1 };
	saved = (struct box){ .ptr = &elems[4], .nr = 1, .more = &elems[7] };
	saved.in[0].key = 6;
	saved.in[1].key = 7;
	INIT_LIST_HEAD(&saved.list);
	list_add_tail(&elems[0].link, &saved.list);
	list_add_tail(&elems[1].link, &saved.list);
	xa_init(&saved.xa);
	shim_xa_put(&saved.xa, 1, &elems[2]);
	shim_xa_put(&saved.xa, 2, &elems[3]);
	live = (struct box){};
	INIT_LIST_HEAD(&live.list);
	assert_int_equal(kstate_register(&box_desc, &saved, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	return 0;
}

static int teardown(void **state)
{
	xa_destroy(&saved.xa);
	return shim_teardown(state);
}

static void drop_live(void)
{
	while (!list_empty(&live.list)) {
		struct elem *e = list_first_entry(&live.list, struct elem, link);

		list_del(&e->link);
		elem_free(e);
	}
	elem_free(xa_load(&live.xa, 1));
	elem_free(xa_load(&live.xa, 2));
	xa_destroy(&live.xa);
	elem_free(live.ptr);
	shim_free(live.more);
	assert_int_equal(live_elems, 0);
}

static void elements_come_from_the_driver(void **state)
{
	struct elem *e;

	assert_int_equal(kstate_restore(&box_desc, &live, 0), 0);
	assert_int_equal(live_elems, 5);
	assert_ptr_equal(alloc_obj, &live);
	list_for_each_entry(e, &live.list, link)
		assert_int_equal(e->made, MADE);
	assert_int_equal(((struct elem *)xa_load(&live.xa, 2))->made, MADE);
	assert_int_equal(((struct elem *)xa_load(&live.xa, 2))->key, 4);
	assert_int_equal(live.ptr->made, MADE);
	assert_int_equal(live.more->made, 0);
	drop_live();
}

static void a_restore_that_fails_gives_elements_back_at_once(void **state)
{
	for (unsigned long n = 1;; n++) {
		int err;

		shim_fail_alloc(n);
		err = kstate_restore(&box_desc, &live, 0);
		if (!shim_alloc_failed())
			break;
		shim_fail_alloc(0);
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(live_elems, 0);
		assert_int_equal(nr_posted, 0);
	}
	shim_fail_alloc(0);
	assert_int_equal(live_elems, 5);
	drop_live();
}

static void elements_hear_of_it_before_their_object(void **state)
{
	static const u32 order[] = { 1, 2, 3, 4, 5, 6, 7, 8, 1000 };

	assert_int_equal(kstate_restore(&box_desc, &live, 0), 0);
	assert_int_equal(nr_posted, 9);
	assert_memory_equal(posted, order, sizeof(order));
	drop_live();
}

static void an_element_that_reports_an_error_stops_nobody(void **state)
{
	post_err = -EIO;
	assert_int_equal(kstate_restore(&box_desc, &live, 0), -EIO);
	assert_logged("post_restore reports an error");
	assert_int_equal(nr_posted, 9);
	assert_int_equal(kstate_restore(&box_desc, &live, 0), -EALREADY);
	drop_live();
}

static void an_element_may_go_when_it_hears_of_it(void **state)
{
	unlinks = true;
	assert_int_equal(kstate_restore(&box_desc, &live, 0), 0);
	assert_true(list_empty(&live.list));
	assert_int_equal(nr_posted, 9);
	assert_int_equal(live_elems, 3);
	drop_live();
}

/* The first try allocates by itself, the next one asks the driver. */
static void another_description_may_allocate_otherwise(void **state)
{
	struct kstate_description ours = elem_desc;
	struct kstate_field fields[8];
	struct kstate_description box = box_desc;

	memcpy(fields, box_desc.fields, 7 * sizeof(fields[0]));
	ours.alloc = NULL;
	ours.free = NULL;
	for (int i = 0; i < 3; i++)
		fields[i].desc = &ours;
	box.fields = fields;
	shim_fail_alloc(8);
	assert_int_equal(kstate_restore(&box, &live, 0), -ENOMEM);
	shim_fail_alloc(0);
	assert_int_equal(kstate_restore(&box_desc, &live, 0), 0);
	assert_int_equal(live_elems, 5);
	assert_int_equal(list_first_entry(&live.list, struct elem, link)->made, MADE);
	drop_live();
}

static void alloc_and_free_go_together(void **state)
{
	struct kstate_description half = elem_desc;
	struct kstate_field fields[8];
	struct kstate_description box = box_desc;

	memcpy(fields, box_desc.fields, 7 * sizeof(fields[0]));
	half.free = NULL;
	fields[0].desc = &half;
	box.fields = fields;
	assert_int_equal(kstate_desc_check(&box), -EINVAL);
	assert_logged("it has one of alloc and free without the other");
	assert_int_equal(kstate_desc_check(&elem_desc), -EINVAL);
	assert_logged("nobody allocates what it describes, unless it is nested");
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(elements_come_from_the_driver),
		test(a_restore_that_fails_gives_elements_back_at_once),
		test(elements_hear_of_it_before_their_object),
		test(an_element_that_reports_an_error_stops_nobody),
		test(an_element_may_go_when_it_hears_of_it),
		test(another_description_may_allocate_otherwise),
		test(alloc_and_free_go_together),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
