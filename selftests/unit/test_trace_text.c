// SPDX-License-Identifier: GPL-2.0

/* Events of kstate in the text of a trace buffer. */

#include "helpers.h"

#include "../../tools/kstate-trace/trace_text.h"

#define HEAD	"        insmod-84      [001] .....    12.345678: "
#define END	"kstate_section_restore: name=bulk id=0x10100 instance=0x1f version=3 bytes=76 " \
		"ns=4242 error=-1 done=0"

static enum trace_text parse(const char *text, struct trace_line *line)
{
	return trace_text_parse(text, line);
}

static void test_every_field_is_read(void **state)
{
	struct trace_line l;

	assert_int_equal(parse(HEAD END "\n", &l), TRACE_TEXT_EVENT);
	assert_int_equal(l.record.kind, RECORD_SECTION_RESTORE);
	assert_string_equal(l.record.name, "bulk");
	assert_string_equal(l.comm, "insmod");
	assert_int_equal(l.record.pid, 84);
	assert_int_equal(l.record.time, 12345678000);
	assert_int_equal(l.record.id, 0x10100);
	assert_int_equal(l.record.instance, 0x1f);
	assert_int_equal(l.record.version, 3);
	assert_int_equal(l.record.bytes, 76);
	assert_int_equal(l.record.ns, 4242);
	assert_int_equal(l.record.error, -1);
	assert_false(l.record.done);
}

static void test_a_begin_has_no_duration(void **state)
{
	struct trace_line l;

	assert_int_equal(parse(HEAD "kstate_save_begin: name=kstate-v1 id=0x0 instance=0x1\n", &l),
			 TRACE_TEXT_EVENT);
	assert_int_equal(l.record.kind, RECORD_SAVE_BEGIN);
	assert_true(l.record.done);
	assert_int_equal(l.record.ns, 0);
}

static void test_the_largest_numbers_are_read(void **state)
{
	struct trace_line l;

	assert_int_equal(parse(HEAD "kstate_save_end: name=x id=0xffffffff instance=0xffffffffffffffff "
			       "version=4294967295 bytes=18446744073709551615 "
			       "ns=18446744073709551615 error=-2147483647 done=1", &l),
			 TRACE_TEXT_EVENT);
	assert_int_equal(l.record.instance, UINT64_MAX);
	assert_int_equal(l.record.ns, UINT64_MAX);
	assert_int_equal(l.record.error, -2147483647);
}

static void test_a_task_may_have_dashes_and_blanks(void **state)
{
	struct trace_line l;

	assert_int_equal(parse("   a b-c [x]-d-7     [000] d..1.     0.000001: " END, &l),
			 TRACE_TEXT_EVENT);
	assert_int_equal(l.record.time, 1000);
	assert_int_equal(parse("       swapper/0-1       [000] .....     0.749136: " END, &l),
			 TRACE_TEXT_EVENT);
	assert_string_equal(l.comm, "swapper/0");
	assert_int_equal(l.record.pid, 1);
}

static void test_a_task_may_be_named_like_an_event(void **state)
{
	static const char *const names[] = {
		"kstate_agent", "kstate_", "kstate_kstate_", "a kstate_: b", "kstate_save_end",
		"x: kstate_save:", "[001] 1.5: x",
	};
	struct trace_line l;
	char text[300];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), "%16s-52      [001] .....     0.000001: " END "\n", names[i]);
		assert_int_equal(parse(text, &l), TRACE_TEXT_EVENT);
		assert_int_equal(l.record.kind, RECORD_SECTION_RESTORE);
		assert_int_equal(l.record.ns, 4242);
		assert_int_equal(l.record.time, 1000);
		assert_int_equal(l.record.pid, 52);
		assert_string_equal(l.comm, names[i]);
		strcpy(strstr(text, "kstate_section_restore"), "sched_switch: x\n");
		assert_int_equal(parse(text, &l), TRACE_TEXT_OTHER);
	}
}

static void test_control_characters_do_not_get_through(void **state)
{
	struct trace_line l;

	assert_int_equal(parse("  a\033[2Jb-7     [000] .....     0.000001: " END, &l),
			 TRACE_TEXT_EVENT);
	for (const char *p = l.comm; *p; p++)
		assert_in_range(*p, ' ', '~');
}

static void test_other_lines_are_passed_over(void **state)
{
	static const char *const lines[] = {
		"", "\n", "# tracer: nop\n", HEAD "sched_switch: prev_comm=kstate_x\n",
		HEAD "kstate_other: name=x\n", "kstate_", "CPU:1 [LOST many EVENTS]\n",
	};
	struct trace_line l;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(parse(lines[i], &l), TRACE_TEXT_OTHER);
}

static void test_lost_events_are_counted(void **state)
{
	struct trace_line l;

	assert_int_equal(parse("CPU:1 [LOST 123 EVENTS]\n", &l), TRACE_TEXT_LOST);
	assert_int_equal(l.lost, 123);
}

/* Whatever is missing from its end, it is no event. */
static void test_a_cut_event_is_bad(void **state)
{
	char text[] = HEAD END;
	struct trace_line l;

	for (size_t len = strlen(text) - 1; len > strlen(HEAD "kstate_section_restore:"); len--) {
		text[len] = 0;
		assert_int_equal(parse(text, &l), TRACE_TEXT_BAD);
	}
}

static void test_wrong_values_are_bad(void **state)
{
	static const char *const fields[] = {
		"name= id=0x1 instance=0x0 version=1 bytes=1 ns=1 error=0 done=1",
		"name=0123456789012345678901234567890x id=0x1 instance=0x0 version=1 bytes=1 ns=1 error=0 done=1",
		"name=a id=0x100000000 instance=0x0 version=1 bytes=1 ns=1 error=0 done=1",
		"name=a id=0x1 instance=0x10000000000000000 version=1 bytes=1 ns=1 error=0 done=1",
		"name=a id=-1 instance=0x0 version=1 bytes=1 ns=1 error=0 done=1",
		"name=a id=0x1 instance=0x0 version=1 bytes=1 ns=-1 error=0 done=1",
		"name=a id=0x1 instance=0x0 version=1 bytes=1 ns=1x error=0 done=1",
		"name=a id=0x1 instance=0x0 version=1 bytes=1 ns=1 error=--1 done=1",
		"name=a id=0x1 instance=0x0 version=1 bytes=1 ns=1 error=0 done=2",
		"id=0x1 name=a instance=0x0 version=1 bytes=1 ns=1 error=0 done=1",
	};
	struct trace_line l;
	char text[400];

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		snprintf(text, sizeof(text), "%skstate_section_save: %s\n", HEAD, fields[i]);
		assert_int_equal(parse(text, &l), TRACE_TEXT_BAD);
	}
}

static void test_an_event_without_a_clock_is_bad(void **state)
{
	struct trace_line l;

	assert_int_equal(parse(END, &l), TRACE_TEXT_BAD);
	assert_int_equal(parse("x: " END, &l), TRACE_TEXT_BAD);
	assert_int_equal(parse(": " END, &l), TRACE_TEXT_BAD);
	assert_int_equal(parse(" 1.5: " END, &l), TRACE_TEXT_BAD);
	assert_int_equal(parse(" 99999999999999999999.000000: " END, &l), TRACE_TEXT_BAD);
}

static void test_a_clock_that_counts_ticks_has_no_time(void **state)
{
	struct trace_line l;

	assert_int_equal(parse(" 4439663000: " END, &l), TRACE_TEXT_EVENT);
	assert_int_equal(l.record.no_time, 1);
	assert_int_equal(l.record.time, 0);
	assert_int_equal(parse(" 4.439663: " END, &l), TRACE_TEXT_EVENT);
	assert_int_equal(l.record.no_time, 0);
}

static void count(void *arg, const struct trace_line *line)
{
	uint64_t *sum = arg;

	*sum += line->record.ns;
}

static void read_text(const char *text, struct trace_stream *s, uint64_t *sum)
{
	FILE *f = fmemopen((char *)text, strlen(text), "r");

	assert_non_null(f);
	*sum = 0;
	assert_int_equal(trace_text_read(f, s, count, sum), 0);
	fclose(f);
}

static void test_a_stream_is_read(void **state)
{
	struct trace_stream s;
	uint64_t sum;

	read_text("# entries-in-buffer/entries-written: 2/7   #P:2\n" HEAD END "\nnoise\n"
		  "CPU:0 [LOST 3 EVENTS]\n" HEAD END "\n" HEAD "kstate_save_end: name=x\n", &s, &sum);
	assert_int_equal(s.events, 2);
	assert_int_equal(s.bad, 1);
	assert_int_equal(s.lost, 5);
	assert_int_equal(sum, 2 * 4242);
}

static void test_what_the_header_counts_and_is_not_there_is_missing(void **state)
{
	struct trace_stream s;
	uint64_t sum;

	read_text("# tracer: nop\n#\n# entries-in-buffer/entries-written: 4/4   #P:2\n"
		  HEAD END "\nnoise\nCPU:0 [LOST 3 EVENTS]\n", &s, &sum);
	assert_int_equal(s.missing, 2);
	assert_int_equal(s.bad, 0);
}

/* A line that has no end may have been an event, whatever is there of it. */
static void test_a_cut_line_is_bad(void **state)
{
	static const char text[] = "# tracer: nop\n" HEAD;
	char cut[sizeof(text)];
	struct trace_stream s;
	uint64_t sum;

	for (size_t len = strlen("# tracer: nop\n") + 1; len < sizeof(text); len++) {
		snprintf(cut, sizeof(cut), "%.*s", (int)len, text);
		read_text(cut, &s, &sum);
		assert_int_equal(s.bad, 1);
	}
	read_text("# tracer: nop\n", &s, &sum);
	assert_int_equal(s.bad, 0);
}

/* So the lines of the task tell that this is a trace, and its last one was cut. */
static void test_a_task_with_brackets_has_lines_of_a_trace(void **state)
{
	struct trace_stream s;
	uint64_t sum;

	read_text("  [x] a-7     [000] .....     0.000001: " END "\n  [x] a-7     [00", &s, &sum);
	assert_true(s.is_trace);
	assert_int_equal(s.events, 1);
	assert_int_equal(s.bad, 1);
}

static void test_a_line_of_any_length_is_survived(void **state)
{
	size_t len = 5000;
	char *text = malloc(len + 400);
	struct trace_stream s;
	uint64_t sum;

	memset(text, 'x', len);
	strcpy(text + len, HEAD END "\n" HEAD END "\n");
	read_text(text, &s, &sum);
	assert_int_equal(s.events, 1);
	free(text);
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_field_is_read),
		TEST(test_a_begin_has_no_duration),
		TEST(test_the_largest_numbers_are_read),
		TEST(test_a_task_may_have_dashes_and_blanks),
		TEST(test_a_task_may_be_named_like_an_event),
		TEST(test_control_characters_do_not_get_through),
		TEST(test_other_lines_are_passed_over),
		TEST(test_lost_events_are_counted),
		TEST(test_a_cut_event_is_bad),
		TEST(test_wrong_values_are_bad),
		TEST(test_an_event_without_a_clock_is_bad),
		TEST(test_a_clock_that_counts_ticks_has_no_time),
		TEST(test_a_stream_is_read),
		TEST(test_what_the_header_counts_and_is_not_there_is_missing),
		TEST(test_a_cut_line_is_bad),
		TEST(test_a_task_with_brackets_has_lines_of_a_trace),
		TEST(test_a_line_of_any_length_is_survived),
	};

	return RUN(tests);
}
