// SPDX-License-Identifier: GPL-2.0
/*
 * test_counted.c - arrays that one member counts
 *
 * The payload has a number for each array, and the kernel that saved it may have counted
 * each with a member of its own. Who follows an array after a restore has one number.
 */

#include <stdio.h>

#include "fixture.h"

struct ring {
	u32 v;
};

struct head {
	u32 nr;
	u32 more;
};

struct nic {
	u32 nr_rx, nr_tx, nr_bits, nr_in;
	u32 nr;
	struct ring *rx, *tx;
	unsigned long *bits;
	u32 in[4];
	struct head head;
};

static unsigned int posts, sum;

static int ring_post(void *obj, u32 version)
{
	posts++;
	sum += ((struct ring *)obj)->v;
	return 0;
}

static const struct kstate_description ring_desc = {
	.name = "ring", .id = 0x81, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(v, struct ring, u32), KSTATE_END_OF_LIST() },
	.post_restore = ring_post,
};

#define RX(nr)	KSTATE_STRUCT_VARRAY(rx, struct nic, struct ring, &ring_desc, nr, 64, \
				     KSTATE_ALLOCATED)
#define TX(nr)	KSTATE_STRUCT_VARRAY(tx, struct nic, struct ring, &ring_desc, nr, 64, \
				     KSTATE_ALLOCATED)
#define BITS(nr)	KSTATE_VARBITMAP(bits, struct nic, nr, 64, KSTATE_ALLOCATED)
#define IN(nr)	KSTATE_VARRAY(in, struct nic, u32, nr, 4, KSTATE_EMBEDDED)

static const struct kstate_description apart = DEV_DESC("nic", 0x80,
	RX(nr_rx), BITS(nr_bits), TX(nr_tx), IN(nr_in));
static const struct kstate_description together = DEV_DESC("nic", 0x80,
	RX(nr), BITS(nr), TX(nr), IN(nr));
static const struct kstate_description in_pairs = DEV_DESC("nic", 0x80,
	RX(nr_rx), BITS(nr_tx), TX(nr_rx), IN(nr_tx));

static struct ring rx[40], tx[40];
static unsigned long bits;
static struct nic live;

static int setup(void **state)
{
	shim_setup(state);
	for (int i = 0; i < 40; i++)
		rx[i].v = tx[i].v = 1;
	bits = 3;
	live = (struct nic){};
	posts = sum = 0;
	return 0;
}

static int restore(struct nic *from, const struct kstate_description *desc)
{
	from->rx = rx;
	from->tx = tx;
	from->bits = &bits;
	assert_int_equal(kstate_register(&apart, from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	return kstate_restore(desc, &live, 0);
}

static void drop_live(void)
{
	shim_free(live.rx);
	shim_free(live.tx);
	shim_free(live.bits);
}

static void arrays_of_one_length_are_restored(void **state)
{
	struct nic from = { .nr_rx = 3, .nr_tx = 3, .nr_bits = 3, .nr_in = 3 };

	assert_int_equal(restore(&from, &together), 0);
	assert_int_equal(live.nr, 3);
	assert_int_equal(posts, 6);
	assert_int_equal(sum, 6);
	drop_live();
}

static void without_elements_too(void **state)
{
	struct nic from = {};

	assert_int_equal(restore(&from, &together), 0);
	assert_int_equal(live.nr, 0);
	assert_null(live.rx);
	assert_int_equal(posts, 0);
}

/* A post_restore of each element was called behind the end of the shorter one. */
static void arrays_that_one_member_counts_are_equally_long(void **state)
{
	struct nic from = { .nr_rx = 1, .nr_tx = 40, .nr_bits = 1, .nr_in = 1 };
	const struct nic before = live;
	int err = restore(&from, &together);

	assert_memory_equal(&live, &before, sizeof(live));
	assert_int_equal(posts, 0);
	assert_int_equal(err, -EBADMSG);
	assert_logged("field tx has 40 elements, another that the same member counts has 1");
}

static void so_is_a_bitmap(void **state)
{
	struct nic from = { .nr_rx = 2, .nr_tx = 2, .nr_bits = 3, .nr_in = 2 };

	assert_int_equal(restore(&from, &together), -EBADMSG);
	assert_logged("field bits has 3 elements");
}

static void and_an_array_in_place(void **state)
{
	struct nic from = { .nr_rx = 2, .nr_tx = 2, .nr_bits = 2, .nr_in = 1 };

	assert_int_equal(restore(&from, &together), -EBADMSG);
	assert_logged("field in has 1 elements");
}

static void what_another_member_counts_may_differ(void **state)
{
	struct nic from = { .nr_rx = 5, .nr_tx = 5, .nr_bits = 2, .nr_in = 2 };

	assert_int_equal(restore(&from, &in_pairs), 0);
	assert_int_equal(live.nr_rx, 5);
	assert_int_equal(live.nr_tx, 2);
	drop_live();
}

static void but_not_what_the_same_one_does(void **state)
{
	struct nic from = { .nr_rx = 5, .nr_tx = 5, .nr_bits = 2, .nr_in = 3 };

	assert_int_equal(restore(&from, &in_pairs), -EBADMSG);
	assert_logged("field in has 3 elements");
}

/* Within structs, each has a number of its own. */
struct board {
	struct nic nics[2];
};

static const struct kstate_description nic_apart = DEV_DESC("nic", 0x80, IN(nr_in), TX(nr_tx));
static const struct kstate_description nic_together = DEV_DESC("nic", 0x80, IN(nr), TX(nr));
static const struct kstate_description board_apart = DEV_DESC("board", 0x82,
	KSTATE_STRUCT_ARRAY(nics, struct board, struct nic, &nic_apart));
static const struct kstate_description board_together = DEV_DESC("board", 0x82,
	KSTATE_STRUCT_ARRAY(nics, struct board, struct nic, &nic_together));

static int restore_board(u32 first, u32 second, u32 second_tx)
{
	struct board from = { .nics = {
		{ .nr_in = first, .nr_tx = first, .tx = tx },
		{ .nr_in = second, .nr_tx = second_tx, .tx = tx },
	} }, to = {};
	int err;

	assert_int_equal(kstate_register(&board_apart, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	err = kstate_restore(&board_together, &to, 0);
	shim_free(to.nics[0].tx);
	shim_free(to.nics[1].tx);
	return err;
}

static void each_struct_of_an_array_has_its_own_number(void **state)
{
	assert_int_equal(restore_board(1, 4, 4), 0);
	assert_int_equal(posts, 5);
}

static void in_each_the_arrays_are_equally_long(void **state)
{
	assert_int_equal(restore_board(1, 2, 4), -EBADMSG);
}

static void refused(const struct kstate_description *desc, const char *why)
{
	struct nic nic = {};

	shim_log_clear();
	assert_int_equal(kstate_register(desc, &nic, 0), -EINVAL);
	assert_logged(why);
}

static const char writes[] = "another field writes the member that counts it";

/* Many drivers describe the number, too: before the array, or behind it. */
static void the_counting_member_may_be_described(void **state)
{
	const struct kstate_description value = DEV_DESC("nic", 0x80,
		KSTATE_BASE_TYPE(nr, struct nic, u32), RX(nr));
	struct nic from = { .nr = 3, .rx = rx };

	assert_int_equal(kstate_register(&value, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&value, &live, 0), 0);
	assert_int_equal(live.nr, 3);
	assert_int_equal(posts, 3);
	drop_live();
}

static void if_the_data_has_the_same_number_for_it(void **state)
{
	const struct kstate_description other = DEV_DESC("nic", 0x80,
		RX(nr_rx), KSTATE_BASE_TYPE(nr, struct nic, u32));
	const struct kstate_description value = DEV_DESC("nic", 0x80,
		RX(nr), KSTATE_BASE_TYPE(nr, struct nic, u32));
	struct nic from = { .nr = 40, .nr_rx = 1, .rx = rx };

	assert_int_equal(kstate_register(&other, &from, 0), 0);
	assert_int_equal(locked_save(), 0);
	shim_kexec();
	assert_int_equal(kstate_restore(&value, &live, 0), -EBADMSG);
	assert_null(live.rx);
}

static void a_value_that_overlaps_it_is_refused(void **state)
{
	struct kstate_field fields[] = {
		KSTATE_BASE_TYPE(nr, struct nic, u32), RX(nr), KSTATE_END_OF_LIST()
	};
	const struct kstate_description nic = {
		.name = "nic", .id = 0x80, .version_id = 1, .fields = fields,
	};

	fields[0].size = 2;
	refused(&nic, writes);
}

static void so_is_one_in_a_nested_struct(void **state)
{
	const struct kstate_description head = DEV_DESC("head", 0x83,
		KSTATE_BASE_TYPE(nr, struct head, u32));
	const struct kstate_description nic = DEV_DESC("nic", 0x80, RX(head.nr),
		KSTATE_STRUCT(head, struct nic, struct head, &head));

	refused(&nic, writes);
}

static void one_beside_it_is_not(void **state)
{
	const struct kstate_description head = DEV_DESC("head", 0x83,
		KSTATE_BASE_TYPE(more, struct head, u32));
	const struct kstate_description nic = DEV_DESC("nic", 0x80, RX(head.nr),
		KSTATE_STRUCT(head, struct nic, struct head, &head),
		KSTATE_BASE_TYPE(nr, struct nic, u32));
	struct nic obj = {};

	assert_int_equal(kstate_register(&nic, &obj, 0), 0);
}

static void members_that_overlap_and_count_are_refused(void **state)
{
	struct kstate_field fields[] = { RX(nr), TX(nr), KSTATE_END_OF_LIST() };
	const struct kstate_description nic = {
		.name = "nic", .id = 0x80, .version_id = 1, .fields = fields,
	};

	fields[0].count = fields[1].count = 4;
	fields[1].nr_size = 1;
	refused(&nic, writes);
}

/* Each has a payload of its own. */
static void parts_of_an_object_share_no_counting_member(void **state)
{
	const struct kstate_description tx_part = DEV_DESC("tx", 0x85, TX(nr));
	const struct kstate_description nr_part = DEV_DESC("nr", 0x86,
		KSTATE_BASE_TYPE(nr, struct nic, u32));
	const struct kstate_description *subs[] = { &tx_part, NULL, NULL };
	struct kstate_description nic = DEV_DESC("nic", 0x80, RX(nr));

	nic.subsections = subs;
	refused(&nic, "subsection tx of nic sets a member that counts, as it does");
	subs[0] = &nr_part;
	refused(&nic, "subsection nr of nic sets a member that counts, as it does");
	nic.fields = in_pairs.fields;
	assert_int_equal(kstate_desc_check(&nic), 0);
	subs[1] = &tx_part;
	refused(&nic, "subsection tx of nic sets a member that counts, as another does");
}

#define MOST	8

static void eight_members_may_count_two_arrays_each(void **state)
{
	struct kstate_field fields[2 * (MOST + 1) + 1] = {};
	const struct kstate_description desc = {
		.name = "many", .id = 0x84, .version_id = 1, .fields = fields,
	};
	char names[2 * (MOST + 1)][4];

	for (int i = 0; i < 2 * (MOST + 1); i++) {
		fields[i] = (struct kstate_field)IN(nr);
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		fields[i].name = names[i];
		fields[i].nr_offset = i / 2 * 4;
	}
	refused(&desc, "field f16: too many members count more than one array");
	fields[2 * MOST + 1] = (struct kstate_field){};
	assert_int_equal(kstate_desc_check(&desc), 0);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(arrays_of_one_length_are_restored),
		test(without_elements_too),
		test(arrays_that_one_member_counts_are_equally_long),
		test(so_is_a_bitmap),
		test(and_an_array_in_place),
		test(what_another_member_counts_may_differ),
		test(but_not_what_the_same_one_does),
		test(each_struct_of_an_array_has_its_own_number),
		test(in_each_the_arrays_are_equally_long),
		test(the_counting_member_may_be_described),
		test(if_the_data_has_the_same_number_for_it),
		test(a_value_that_overlaps_it_is_refused),
		test(so_is_one_in_a_nested_struct),
		test(one_beside_it_is_not),
		test(members_that_overlap_and_count_are_refused),
		test(parts_of_an_object_share_no_counting_member),
		test(eight_members_may_count_two_arrays_each),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
