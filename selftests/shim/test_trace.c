// SPDX-License-Identifier: GPL-2.0
/* test_trace.c - what the events of a save and of a restore say */

#include <stdlib.h>

#include "fixture.h"

#define BIG_ID		0x60
#define BIG_MAX		(200UL << 10)

struct big {
	u64 nr;
	u8 *bytes;
	u64 mark;
};

static const struct kstate_description big_desc = {
	.name = "big", .id = BIG_ID, .version_id = 3, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct big, u8, nr, BIG_MAX, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};

static u64 counter;
static struct dev dev;
static struct big big;
static int post_err;

static int check_post(void *obj, u32 version)
{
	return post_err;
}

static const struct kstate_description mandatory = {
	.name = "mandatory", .id = 0x20, .version_id = 4,
	.flags = KSTATE_STABLE, .post_restore = check_post,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), FAILING, KSTATE_END_OF_LIST() },
};

static const struct kstate_description optional = {
	.name = "optional", .id = 0x21, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mode, struct dev, u32), FAILING, KSTATE_END_OF_LIST() },
};

static const struct kstate_description lossy = {
	.name = "lossy", .id = 0x61, .flags = KSTATE_OPTIONAL | KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		FAILING,
		KSTATE_VARRAY(bytes, struct big, u8, nr, BIG_MAX, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description newer = {
	.name = "dev", .id = DEV_ID, .version_id = 9, .min_version_id = 8,
	.fields = (const struct kstate_field[]) { DEV_FIELDS, KSTATE_END_OF_LIST() },
};

static int setup(void **state)
{
	shim_setup(state);
	counter = 7;
	failing_err = post_err = 0;
	dev = dev_make(&counter, NULL);
	big = (struct big){ .bytes = calloc(1, BIG_MAX) };
	return 0;
}

static int teardown(void **state)
{
	free(big.bytes);
	return shim_teardown(state);
}

static const struct shim_event *is_event(size_t nth, const char *event, const char *name)
{
	const struct shim_event *e = shim_event(nth);

	assert_non_null(e);
	assert_string_equal(e->event, event);
	assert_string_equal(e->name, name);
	return e;
}

static int traced_save(void)
{
	shim_trace_start();
	return locked_save();
}

static const struct kstate_entry *first_entry(void)
{
	return list_first_entry(&kstate_out.entries, struct kstate_entry, list);
}

static void a_save_is_a_begin_an_event_a_section_and_an_end(void **state)
{
	const struct kstate_entry *entry;
	const struct shim_event *e;

	kstate_register(&dev_state, &dev, 0x7b00000000ULL);
	kstate_register(&mandatory, &dev, 1);
	assert_int_equal(traced_save(), 0);
	assert_int_equal(shim_nr_events(), 4);
	e = is_event(0, "kstate_save_begin", "kstate-v1");
	assert_int_equal(e->id, 0);
	assert_int_equal(e->instance, 1);
	e = is_event(1, "kstate_section_save", "dev");
	entry = first_entry();
	assert_int_equal(e->id, DEV_ID);
	assert_int_equal(e->instance, 0x7b00000000ULL);
	assert_int_equal(e->version, 1);
	assert_int_equal(e->bytes, entry->bytes);
	assert_int_equal(e->ns, entry->ns);
	assert_int_equal(e->error, 0);
	assert_true(e->done);
	assert_int_equal(is_event(2, "kstate_section_save", "mandatory")->version, 4);
	e = is_event(3, "kstate_save_end", "kstate-v1");
	assert_int_equal(e->instance, 1);
	assert_int_equal(e->ns, kstate_out.save_ns);
	assert_true(e->ns);
	assert_true(e->done && !e->error);
}

static void the_end_of_a_save_tells_the_bytes_of_the_image(void **state)
{
	size_t tree;

	kstate_register(&dev_state, &dev, 0);
	big.nr = BIG_MAX;
	kstate_register(&big_desc, &big, 0);
	assert_int_equal(traced_save(), 0);
	shim_outgoing(&tree);
	assert_int_equal(is_event(3, "kstate_save_end", "kstate-v1")->bytes,
			 tree + 8 + BIG_MAX);
	assert_int_equal(kstate_out.bytes, tree + 8 + BIG_MAX);
}

static void a_lost_section_says_why(void **state)
{
	const struct shim_event *e;

	kstate_register(&optional, &dev, 5);
	failing_err = -EIO;
	assert_int_equal(traced_save(), 0);
	e = is_event(1, "kstate_section_save", "optional");
	assert_int_equal(e->error, -EIO);
	assert_int_equal(e->instance, 5);
	assert_int_equal(e->bytes, 0);
	assert_false(e->done);
	assert_int_equal(e->ns, first_entry()->ns);
	assert_true(is_event(2, "kstate_save_end", "kstate-v1")->done);
}

static void what_is_lost_is_in_no_memory_outside_the_tree(void **state)
{
	size_t tree;

	big.nr = BIG_MAX;
	kstate_register(&lossy, &big, 0);
	assert_int_equal(locked_save(), 0);
	assert_int_equal(first_entry()->ool->len, 8 + 8 + BIG_MAX);
	failing_err = -EIO;
	assert_int_equal(locked_save(), 0);
	shim_outgoing(&tree);
	assert_int_equal(kstate_out.bytes, tree);
	assert_int_equal(first_entry()->ool->len, 0);
	assert_int_equal(first_entry()->ool->blocks[0].len, 0);
}

static void a_refused_save_names_the_section_and_ends(void **state)
{
	const struct shim_event *e;

	kstate_register(&dev_state, &dev, 0);
	kstate_register(&mandatory, &dev, 2);
	failing_err = -EIO;
	assert_int_equal(traced_save(), -EIO);
	e = is_event(2, "kstate_section_save", "mandatory");
	assert_int_equal(e->error, -EIO);
	assert_false(e->done);
	e = is_event(3, "kstate_save_end", "kstate-v1");
	assert_int_equal(e->error, -EIO);
	assert_int_equal(e->bytes, 0);
	assert_false(e->done);
	assert_int_equal(shim_nr_events(), 4);
}

static void a_section_that_cannot_be_prepared_is_named_too(void **state)
{
	dev.ring = shim_folio_alloc(0);
	dev.ring->in_scratch = true;
	kstate_register(&dev_state, &dev, 0);
	assert_int_equal(traced_save(), -EINVAL);
	is_event(0, "kstate_save_begin", "kstate-v1");
	assert_int_equal(is_event(1, "kstate_section_save", "dev")->error, -EINVAL);
	assert_int_equal(is_event(2, "kstate_save_end", "kstate-v1")->error, -EINVAL);
}

static void an_image_that_is_not_handed_over_has_no_bytes(void **state)
{
	const struct shim_event *e;

	kstate_register(&dev_state, &dev, 0);
	assert_int_equal(locked_prepare(), 0);
	shim_fail_alloc(1);
	assert_int_equal(traced_save(), -ENOMEM);
	assert_true(is_event(1, "kstate_section_save", "dev")->done);
	e = is_event(2, "kstate_save_end", "kstate-v1");
	assert_int_equal(e->error, -ENOMEM);
	assert_int_equal(e->bytes, 0);
	assert_false(e->done);
}

static void preparing_and_sizing_raise_no_events(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	kstate_register(&optional, &dev, 0);
	failing_err = -EIO;
	shim_trace_start();
	assert_int_equal(locked_prepare(), 0);
	kstate_entry_bytes((struct kstate_entry *)first_entry());
	assert_int_equal(shim_nr_events(), 0);
}

/* The first section is written before it turns out that the second one has grown. */
static void objects_that_grew_are_told_of_once(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	big.nr = 10;
	kstate_register(&big_desc, &big, 0);
	assert_int_equal(locked_prepare(), 0);
	big.nr = BIG_MAX;
	assert_int_equal(traced_save(), 0);
	is_event(0, "kstate_save_begin", "kstate-v1");
	is_event(1, "kstate_section_save", "dev");
	assert_int_equal(is_event(2, "kstate_section_save", "big")->bytes, 8 + BIG_MAX);
	assert_true(is_event(3, "kstate_save_end", "kstate-v1")->done);
	assert_int_equal(shim_nr_events(), 4);
}

static bool growing_needed(const void *obj)
{
	big.nr *= 2;
	return false;
}

static const struct kstate_description growing_sub = {
	.name = "grows", .id = 0x63, .needed = growing_needed,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(mark, struct big, u64), KSTATE_END_OF_LIST() },
};

static const struct kstate_description growing = {
	.name = "growing", .id = 0x62, .flags = KSTATE_STABLE,
	.fields = (const struct kstate_field[]) {
		KSTATE_VARRAY(bytes, struct big, u8, nr, BIG_MAX, KSTATE_CALLER),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) { &growing_sub, NULL },
};

/* Nothing of the attempts counts, but how it ends. */
static void objects_that_grow_each_time_end_the_save(void **state)
{
	kstate_register(&dev_state, &dev, 0);
	big.nr = 5000;
	kstate_register(&growing, &big, 0);
	assert_int_equal(traced_save(), -EAGAIN);
	assert_int_equal(shim_nr_events(), 2);
	is_event(0, "kstate_save_begin", "kstate-v1");
	assert_int_equal(is_event(1, "kstate_save_end", "kstate-v1")->error, -EAGAIN);
}

static void a_section_that_moves_to_the_next_shard_has_one_event(void **state)
{
	const unsigned int nr = 90;

	big.nr = 60000;
	for (unsigned int i = 0; i < nr; i++)
		kstate_register(&big_desc, &big, i);
	assert_int_equal(traced_save(), 0);
	assert_true(kstate_out.nr_shards > 1);
	assert_int_equal(shim_nr_events(), nr + 2);
	for (unsigned int i = 0; i < nr; i++)
		assert_int_equal(is_event(i + 1, "kstate_section_save", "big")->instance, i);
}

static void update(void)
{
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	shim_trace_start();
}

static void a_restore_is_a_begin_the_section_and_an_end(void **state)
{
	struct dev live = { .counter = &counter };
	const struct shim_event *e;

	kstate_register(&dev_state, &dev, 6);
	update();
	assert_int_equal(kstate_restore(&dev_state, &live, 6), 0);
	assert_int_equal(shim_nr_events(), 3);
	e = is_event(0, "kstate_restore_begin", "dev");
	assert_int_equal(e->id, DEV_ID);
	assert_int_equal(e->instance, 6);
	e = is_event(1, "kstate_section_restore", "dev");
	assert_int_equal(e->version, 1);
	assert_int_equal(e->bytes, 8 + 4 + 2 + 1 + 9 + 12 + 4);
	assert_int_equal(e->ns, kstate_in.sections[0].ns);
	assert_true(e->done && !e->error);
	assert_true(is_event(2, "kstate_restore_end", "dev")->ns >= e->ns);
	assert_int_equal(shim_event(2)->bytes, e->bytes);
	assert_true(shim_event(2)->done);
}

static void a_failed_restore_has_its_error_in_both(void **state)
{
	struct dev live = { .counter = &counter };

	kstate_register(&dev_state, &dev, 0);
	update();
	assert_int_equal(kstate_restore(&newer, &live, 0), -EOPNOTSUPP);
	assert_int_equal(is_event(1, "kstate_section_restore", "dev")->error, -EOPNOTSUPP);
	assert_int_equal(shim_event(1)->version, 1);
	assert_false(shim_event(1)->done);
	assert_int_equal(is_event(2, "kstate_restore_end", "dev")->error, -EOPNOTSUPP);
	assert_false(shim_event(2)->done);
}

static void a_call_that_finds_nothing_has_no_section(void **state)
{
	struct dev live = { .counter = &counter };

	kstate_register(&dev_state, &dev, 0);
	update();
	assert_int_equal(kstate_restore(&dev_state, &live, 1), -ENOENT);
	assert_int_equal(is_event(1, "kstate_restore_end", "dev")->error, -ENOENT);
	assert_int_equal(shim_event(1)->version, 0);
	assert_int_equal(kstate_restore(&dev_state, &live, 0), 0);
	shim_trace_start();
	assert_int_equal(kstate_restore(&dev_state, &live, 0), -EALREADY);
	assert_int_equal(is_event(1, "kstate_restore_end", "dev")->error, -EALREADY);
	assert_false(shim_event(1)->done);
	assert_int_equal(shim_nr_events(), 2);
}

static void an_error_of_post_restore_is_told_of_a_section_that_is_restored(void **state)
{
	kstate_register(&mandatory, &dev, 0);
	update();
	post_err = -EIO;
	assert_int_equal(kstate_restore(&mandatory, &dev, 0), -EIO);
	assert_int_equal(is_event(1, "kstate_section_restore", "mandatory")->error, -EIO);
	assert_true(shim_event(1)->done);
	assert_true(is_event(2, "kstate_restore_end", "mandatory")->done);
}

static void totals_of_restore_are_those_of_the_events(void **state)
{
	struct dev live = { .counter = &counter };
	u64 ns = 0, done = 0;

	for (u64 i = 0; i < 10; i++)
		kstate_register(&dev_state, &dev, i);
	update();
	for (u64 i = 0; i < 8; i++)
		kstate_restore(i % 3 ? &dev_state : &newer, &live, i);
	kstate_restore(&dev_state, &live, 0);
	for (size_t i = 0; i < shim_nr_events(); i++) {
		if (strcmp(shim_event(i)->event, "kstate_section_restore"))
			continue;
		ns += shim_event(i)->ns;
		done += shim_event(i)->done;
	}
	assert_int_equal(kstate_in.restore_ns, ns);
	assert_int_equal(kstate_in.restored, done);
	assert_int_equal(done, 6);
	assert_int_equal(kstate_in.failed, 2);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_save_is_a_begin_an_event_a_section_and_an_end),
		test(the_end_of_a_save_tells_the_bytes_of_the_image),
		test(a_lost_section_says_why),
		test(what_is_lost_is_in_no_memory_outside_the_tree),
		test(a_refused_save_names_the_section_and_ends),
		test(a_section_that_cannot_be_prepared_is_named_too),
		test(an_image_that_is_not_handed_over_has_no_bytes),
		test(preparing_and_sizing_raise_no_events),
		test(objects_that_grew_are_told_of_once),
		test(objects_that_grow_each_time_end_the_save),
		test(a_section_that_moves_to_the_next_shard_has_one_event),
		test(a_restore_is_a_begin_the_section_and_an_end),
		test(a_failed_restore_has_its_error_in_both),
		test(a_call_that_finds_nothing_has_no_section),
		test(an_error_of_post_restore_is_told_of_a_section_that_is_restored),
		test(totals_of_restore_are_those_of_the_events),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
