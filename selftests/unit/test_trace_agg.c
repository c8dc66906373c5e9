// SPDX-License-Identifier: GPL-2.0

/* Counting of events: rows, filters, percentiles, budgets, and how results are shown. */

#include <locale.h>

#include "helpers.h"

#include "../../tools/kstate-trace/budget.h"
#include "../../tools/kstate-trace/show.h"

static struct record record_of(const char *name, uint64_t instance, unsigned int kind, uint64_t ns)
{
	struct record r = { .kind = kind, .instance = instance, .ns = ns, .id = 7, .bytes = 10,
			    .version = 1, .done = 1 };

	strcpy(r.name, name);
	return r;
}

static struct record failed(struct record r, int error)
{
	r.done = 0;
	r.error = error;
	return r;
}

static bool add(struct agg *a, struct record r)
{
	return agg_add(a, &r);
}

static void test_buckets_are_an_eighth_wide(void **state)
{
	uint64_t from, below, last = 0;

	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		agg_bucket(i, &from, &below);
		assert_int_equal(from, last);
		assert_int_equal(hist_bucket(from), i);
		last = below;
		if (i == HIST_BUCKETS - 1)
			break;
		assert_int_equal(hist_bucket(below - 1), i);
		assert_true(from < HIST_STEPS || (below - from) * HIST_STEPS <= from);
	}
	assert_int_equal(last, UINT64_MAX);
	assert_int_equal(hist_bucket(UINT64_MAX), HIST_BUCKETS - 1);
}

static void test_percentiles_are_right_to_a_sixteenth(void **state)
{
	struct row row = { 0 };

	for (uint64_t ns = 1000; ns < 2000; ns++) {
		struct record r = record_of("a", 0, RECORD_SECTION_SAVE, ns);

		count_row(&row, &r);
	}
	assert_in_range(agg_percentile(&row, 50), 1500 - 1500 / 16, 1500 + 1500 / 16);
	assert_in_range(agg_percentile(&row, 90), 1900 - 1900 / 16, 1900 + 1900 / 16);
	assert_in_range(agg_percentile(&row, 99), 1990 - 1990 / 16, 1999);
	assert_in_range(agg_percentile(&row, 1), 1010 - 1010 / 16, 1010 + 1010 / 16);
	assert_int_equal(row.max, 1999);
}

static void test_a_percentile_is_never_above_the_largest(void **state)
{
	struct row row = { 0 };
	struct record r = record_of("a", 0, RECORD_SECTION_SAVE, 1025);

	count_row(&row, &r);
	for (unsigned int p = 1; p <= 100; p++)
		assert_int_equal(agg_percentile(&row, p), 1025);
	r.ns = UINT64_MAX;
	count_row(&row, &r);
	assert_int_equal(agg_percentile(&row, 99), UINT64_MAX);
}

static void test_rows_are_by_section_and_event(void **state)
{
	struct agg a = { .max_rows = 100 };

	add(&a, record_of("a", 1, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("a", 1, RECORD_SECTION_SAVE, 7));
	add(&a, record_of("a", 2, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("a", 1, RECORD_SECTION_RESTORE, 5));
	add(&a, record_of("ab", 1, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 100));
	assert_int_equal(a.nr, 4);
	assert_int_equal(a.rows[0].row.count, 2);
	assert_int_equal(a.rows[0].row.ns, 12);
	assert_int_equal(a.rows[0].row.max, 7);
	assert_int_equal(a.rows[0].row.bytes, 20);
	assert_int_equal(a.totals[RECORD_SECTION_SAVE].count, 4);
	assert_int_equal(a.totals[RECORD_SAVE_END].ns, 100);
	agg_free(&a);
}

static void test_rows_may_be_by_name(void **state)
{
	struct agg a = { .max_rows = 100, .settings.by_name = 1 };

	add(&a, record_of("a", 1, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("a", 2, RECORD_SECTION_SAVE, 5));
	assert_int_equal(a.nr, 1);
	assert_int_equal(a.rows[0].row.count, 2);
	agg_free(&a);
}

static void test_many_rows_are_found_again(void **state)
{
	struct agg a = { .max_rows = 5000 };

	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 5000; i++)
			add(&a, record_of("a", i, RECORD_SECTION_SAVE, i));
	assert_int_equal(a.nr, 5000);
	for (uint64_t i = 0; i < 5000; i++)
		assert_int_equal(a.rows[i].row.count, 2);
	agg_free(&a);
}

static void test_what_has_no_row_is_counted(void **state)
{
	struct agg a = { .max_rows = 2 };

	for (uint64_t i = 0; i < 5; i++)
		add(&a, record_of("a", i, RECORD_SECTION_SAVE, 1));
	assert_int_equal(a.nr, 2);
	assert_int_equal(a.lost.rows, 3);
	assert_int_equal(a.totals[RECORD_SECTION_SAVE].count, 5);
	agg_free(&a);
}

static void test_failures_alone(void **state)
{
	struct agg a = { .max_rows = 100, .settings.failures = 1 };
	struct record done = record_of("a", 1, RECORD_SECTION_RESTORE, 1);

	assert_false(add(&a, done));
	done.error = -5;
	assert_true(add(&a, done));
	assert_true(add(&a, failed(record_of("b", 1, RECORD_SECTION_SAVE, 1), -5)));
	assert_false(add(&a, record_of("kstate-v1", 1, RECORD_SAVE_BEGIN, 0)));
	assert_int_equal(a.rows[1].row.error, -5);
	assert_int_equal(a.rows[1].row.failed, 1);
	assert_int_equal(a.totals[RECORD_SECTION_RESTORE].count, 2);
	agg_free(&a);
}

static void test_filters_are_all_of_them(void **state)
{
	struct agg a = { .max_rows = 100, .settings = { .names = 2, .ids = 1, .min_ns = 10 },
			 .names = { "a", "b" }, .ids = { 7 } };
	struct record other = record_of("a", 0, RECORD_SECTION_SAVE, 10);

	assert_true(add(&a, record_of("a", 0, RECORD_SECTION_SAVE, 10)));
	assert_true(add(&a, record_of("b", 0, RECORD_SECTION_SAVE, 11)));
	assert_false(add(&a, record_of("ab", 0, RECORD_SECTION_SAVE, 10)));
	assert_false(add(&a, record_of("a", 0, RECORD_SECTION_SAVE, 9)));
	assert_false(add(&a, record_of("a", 0, RECORD_SAVE_BEGIN, 0)));
	other.id = 8;
	assert_false(add(&a, other));
	agg_free(&a);
}

static void test_an_unknown_kind_is_no_event(void **state)
{
	struct agg a = { .max_rows = 100 };

	assert_false(add(&a, record_of("a", 0, NR_RECORD_KINDS, 1)));
	assert_false(add(&a, record_of("a", 0, 0xffff, 1)));
	assert_int_equal(a.nr, 0);
}

static void test_the_longest_come_first(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct agg_row **rows;

	add(&a, record_of("b", 2, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("b", 1, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("a", 9, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("z", 0, RECORD_SECTION_SAVE, 6));
	rows = agg_sorted(&a);
	assert_string_equal(rows[0]->key.name, "z");
	assert_string_equal(rows[1]->key.name, "a");
	assert_int_equal(rows[2]->key.instance, 1);
	assert_int_equal(rows[3]->key.instance, 2);
	assert_null(rows[4]);
	free(rows);
	agg_free(&a);
}

static void test_a_save_lasts_from_its_begin(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct record begin = record_of("kstate-v1", 1, RECORD_SAVE_BEGIN, 0);
	struct record end = record_of("kstate-v1", 1, RECORD_SAVE_END, 100);

	begin.time = 1000;
	end.time = 1500;
	add(&a, begin);
	add(&a, end);
	assert_int_equal(a.totals[RECORD_SAVE_END].wall, 500);
	assert_int_equal(agg_whole(&a), 500);
	agg_free(&a);
}

static void test_a_save_without_its_begin_lasts_no_longer_than_it_says(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct record begin = record_of("kstate-v1", 1, RECORD_SAVE_BEGIN, 0);
	struct record end = record_of("kstate-v1", 1, RECORD_SAVE_END, 100);

	begin.time = 1000;
	end.time = 1500;
	add(&a, begin);
	add(&a, end);
	end.time = 9000;
	add(&a, end);
	assert_int_equal(a.totals[RECORD_SAVE_END].wall, 500);
	assert_int_equal(a.not_ended, 0);
	agg_free(&a);
}

static void test_a_reset_keeps_the_settings(void **state)
{
	struct agg a = { .max_rows = 1, .settings.by_name = 1 };

	add(&a, record_of("a", 1, RECORD_SECTION_SAVE, 5));
	add(&a, record_of("b", 1, RECORD_SECTION_SAVE, 5));
	agg_reset(&a);
	assert_int_equal(a.nr + a.lost.rows + a.totals[RECORD_SECTION_SAVE].count, 0);
	add(&a, record_of("b", 1, RECORD_SECTION_SAVE, 5));
	assert_int_equal(a.nr, 1);
	assert_true(a.settings.by_name);
	agg_free(&a);
}

static void test_budgets_are_milliseconds(void **state)
{
	assert_int_equal(budget_parse("5"), 5000000);
	assert_int_equal(budget_parse("0.5"), 500000);
	assert_int_equal(budget_parse("1.000001"), 1000001);
	assert_int_equal(budget_parse("1.0000019"), 0);
	assert_int_equal(budget_parse("0"), 0);
	assert_int_equal(budget_parse(""), 0);
	assert_int_equal(budget_parse(".5"), 0);
	assert_int_equal(budget_parse("-1"), 0);
	assert_int_equal(budget_parse("1ms"), 0);
	assert_int_equal(budget_parse("99999999999999999999"), 0);
}

static void measure(struct budget *b, uint64_t limit, const struct agg *a)
{
	*b = (struct budget){ .limit = limit };
	budget_measure(b, a);
}

static void test_a_budget_is_the_longest_save_and_all_restores(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct row serialize = { .count = 2, .ns = 9, .max = 5 };
	struct row_key key = { .name = "luo_session_serialize", .kind = RECORD_CALL };
	struct budget b;

	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 100));
	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 70));
	add(&a, record_of("a", 1, RECORD_SECTION_RESTORE, 20));
	add(&a, record_of("a", 2, RECORD_SECTION_RESTORE, 30));
	assert_true(agg_put(&a, &key, &serialize));
	measure(&b, 155, &a);
	assert_int_equal(budget_used(&b), 155);
	assert_int_equal(budget_verdict(&b), BUDGET_KEPT);
	b.limit = 154;
	assert_int_equal(budget_verdict(&b), BUDGET_EXCEEDED);
	b.limit = 0;
	assert_int_equal(budget_verdict(&b), BUDGET_NONE);
	agg_free(&a);
}

/* Nothing says how long they took, or will take. */
static void test_what_has_no_end_makes_a_budget_not_known(void **state)
{
	struct record end = record_of("kstate-v1", 1, RECORD_SAVE_END, 100);
	static const unsigned int kinds[] = { RECORD_SAVE_BEGIN, RECORD_RESTORE_BEGIN };
	struct budget b;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct agg a = { .max_rows = 100 };
		struct record begin = record_of("x", 1, kinds[i], 0);

		add(&a, end);
		add(&a, begin);
		measure(&b, 100, &a);
		assert_int_equal(b.not_ended, 1);
		assert_int_equal(budget_verdict(&b), BUDGET_NOT_KNOWN);
		measure(&b, 0, &a);
		assert_int_equal(budget_status(&b), 6);
		add(&a, record_of("x", 2, kinds[i] + 2, 0));
		begin.kind = kinds[i] + 2;
		begin.pid = 7;
		add(&a, begin);
		assert_int_equal(a.not_ended, 1);
		begin.pid = 0;
		add(&a, begin);
		assert_int_equal(a.not_ended, 0);
		agg_free(&a);
	}
}

static void test_more_begins_than_can_run_at_once_are_counted(void **state)
{
	struct agg a = { .max_rows = 100 };

	for (uint64_t i = 0; i < AGG_BEGUN + 5; i++)
		add(&a, record_of("x", i, RECORD_RESTORE_BEGIN, 0));
	assert_int_equal(a.not_ended, AGG_BEGUN + 5);
	add(&a, record_of("x", 3, RECORD_RESTORE_END, 0));
	assert_int_equal(a.not_ended, AGG_BEGUN + 4);
	agg_free(&a);
}

/* A file may have any numbers. */
static void test_sums_do_not_wrap(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct budget b;

	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, UINT64_MAX));
	add(&a, record_of("a", 1, RECORD_SECTION_RESTORE, 30));
	measure(&b, 50, &a);
	assert_int_equal(budget_used(&b), UINT64_MAX);
	assert_int_equal(budget_verdict(&b), BUDGET_EXCEEDED);
	agg_reset(&a);
	add(&a, record_of("a", 1, RECORD_SECTION_RESTORE, UINT64_MAX));
	add(&a, record_of("a", 1, RECORD_SECTION_RESTORE, 30));
	add(&a, record_of("a", 1, RECORD_RESTORE_END, UINT64_MAX));
	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 30));
	measure(&b, 50, &a);
	assert_int_equal(budget_verdict(&b), BUDGET_EXCEEDED);
	assert_int_equal(a.rows[0].row.ns, UINT64_MAX);
	assert_int_equal(agg_whole(&a), UINT64_MAX);
	agg_free(&a);
}

static void test_the_times_of_a_boot_do_not_wrap(void **state)
{
	struct trace_line line = { .record = record_of("a", 0, RECORD_SECTION_RESTORE, UINT64_MAX) };
	struct boot boot = { 0 };

	boot_event(&boot, &line);
	line.record.instance = 1;
	boot_event(&boot, &line);
	boot_finish(&boot);
	assert_int_equal(boot.sum.restore_ns, UINT64_MAX);
	boot_free(&boot);
}

static void test_what_was_not_measured_was_not_kept(void **state)
{
	struct agg a = { .max_rows = 100 };
	struct budget b;

	measure(&b, 1000, &a);
	assert_int_equal(budget_verdict(&b), BUDGET_NOTHING);
}

/* Events that the ring buffer had no room for are in the totals of the running kernel. */
static void test_what_was_lost_makes_a_budget_not_known(void **state)
{
	static const struct agg lost[] = {
		{ .recorded = true, .lost.ring = 1 }, { .lost.missed = 1 }, { .lost.calls = 1 },
		{ .recorded = true, .unread = 1 },
	};
	struct agg live = { .lost.ring = 1 };
	struct budget b;

	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		struct agg a = lost[i];

		a.max_rows = 100;
		add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 100));
		measure(&b, 100, &a);
		assert_int_equal(budget_verdict(&b), BUDGET_NOT_KNOWN);
		measure(&b, 99, &a);
		assert_int_equal(budget_verdict(&b), BUDGET_EXCEEDED);
		agg_free(&a);
	}
	live.max_rows = 100;
	add(&live, record_of("kstate-v1", 1, RECORD_SAVE_END, 100));
	measure(&b, 100, &live);
	assert_int_equal(budget_verdict(&b), BUDGET_KEPT);
	agg_free(&live);
}

/* The table with functions of KHO and LUO, which no recorded stream has. */
static char *report(const struct show_ops *ops, struct agg *a)
{
	struct show s = { .ops = ops, .source = "live", .command = "live", .histograms = true };
	FILE *f = tmpfile();
	char *text = calloc(1, 20000);

	assert_non_null(f);
	buf_open(&s.b, fileno(f));
	ops->report(&s, a, NULL);
	show_free(&s);
	rewind(f);
	assert_true(fread(text, 1, 19999, f) > 0);
	fclose(f);
	return text;
}

static struct agg with_functions(void)
{
	struct agg a = { .max_rows = 100, .calls_timed = true };
	struct row_key key = { .name = "kho_add_subtree", .kind = RECORD_CALL };
	struct row row = { .count = 2, .failed = 1, .ns = 3000, .max = 2000, .error = -12 };

	add(&a, record_of("a", 1, RECORD_SECTION_SAVE, 5000));
	add(&a, record_of("kstate-v1", 1, RECORD_SAVE_END, 6000));
	a.totals[RECORD_SAVE_END].wall = 8000;
	a.shares[WHERE_SAVE][GROUP_KHO] = (struct share){ 2, 3000 };
	a.shares[WHERE_OUTSIDE][GROUP_LUO] = (struct share){ 1, 2000 };
	a.lost = (struct lost){ .calls = 4, .missed = 5, .ring = 6 };
	row.hist[hist_bucket(1000)] = 1;
	row.hist[hist_bucket(2000)] = 1;
	assert_true(agg_put(&a, &key, &row));
	return a;
}

static void test_shares_are_of_the_whole(void **state)
{
	struct agg a = with_functions();
	char *text = report(&show_text, &a);

	assert_has(text, "saves of kstate      1  8.0 us  80.0 %  ████████████████\n");
	assert_has(text, "  of it in KHO       2  3.0 us  30.0 %  ██████\n");
	assert_has(text, "LUO                  1  2.0 us  20.0 %  ████\n");
	assert_has(text, "kho_add_subtree  2       1  3.0 us");
	assert_has(text, "ENOMEM (Cannot allocate memory)");
	assert_has(text, "\nkho_add_subtree, call\n");
	assert_has(text, "4 calls of KHO or LUO were not timed\n");
	assert_has(text, "5 events were missed");
	assert_has(text, "6 events were lost: --ring");
	free(text);
	agg_free(&a);
}

static void test_json_has_functions_apart(void **state)
{
	struct agg a = with_functions();
	char *text = report(&show_json, &a);

	assert_has(text, "\"shares\":{\"whole_ns\":10000,\"kho_in_saves\":{\"count\":2,\"ns\":3000}");
	assert_has(text, "\"functions\":[{\"function\":\"kho_add_subtree\",\"count\":2,\"failed\":1");
	assert_has(text, "\"lost\":{\"events\":6,\"missed\":5,\"rows\":0,\"calls\":4}");
	free(text);
	agg_free(&a);
}

static void test_names_of_bytes_are_shown_safely(void **state)
{
	struct agg a = { .max_rows = 100 };
	char *text;

	add(&a, record_of("a\033[2J\xff", 1, RECORD_SECTION_SAVE, 5));
	text = report(&show_text, &a);
	assert_has_not(text, "\033");
	free(text);
	text = report(&show_json, &a);
	assert_has(text, "\"name\":{\"hex\":\"611b5b324aff\"}");
	free(text);
	agg_free(&a);
}

static void test_a_note_is_kept_once(void **state)
{
	struct show s = { .ops = &show_json };

	show_note(&s, "about %d", 1);
	show_note(&s, "about %d", 1);
	for (int i = 0; i < 2 * SHOW_NOTES; i++)
		show_note(&s, "about %d", i);
	assert_int_equal(s.nr_notes, SHOW_NOTES);
	show_free(&s);
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_buckets_are_an_eighth_wide),
		TEST(test_percentiles_are_right_to_a_sixteenth),
		TEST(test_a_percentile_is_never_above_the_largest),
		TEST(test_rows_are_by_section_and_event),
		TEST(test_rows_may_be_by_name),
		TEST(test_many_rows_are_found_again),
		TEST(test_what_has_no_row_is_counted),
		TEST(test_failures_alone),
		TEST(test_filters_are_all_of_them),
		TEST(test_an_unknown_kind_is_no_event),
		TEST(test_the_longest_come_first),
		TEST(test_a_save_lasts_from_its_begin),
		TEST(test_a_save_without_its_begin_lasts_no_longer_than_it_says),
		TEST(test_a_reset_keeps_the_settings),
		TEST(test_budgets_are_milliseconds),
		TEST(test_a_budget_is_the_longest_save_and_all_restores),
		TEST(test_what_was_lost_makes_a_budget_not_known),
		TEST(test_what_has_no_end_makes_a_budget_not_known),
		TEST(test_more_begins_than_can_run_at_once_are_counted),
		TEST(test_sums_do_not_wrap),
		TEST(test_the_times_of_a_boot_do_not_wrap),
		TEST(test_what_was_not_measured_was_not_kept),
		TEST(test_shares_are_of_the_whole),
		TEST(test_json_has_functions_apart),
		TEST(test_names_of_bytes_are_shown_safely),
		TEST(test_a_note_is_kept_once),
	};

	/* Bars are of block elements in a UTF-8 locale. */
	setlocale(LC_CTYPE, "C.UTF-8");
	return RUN(tests);
}
