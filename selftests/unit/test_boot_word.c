// SPDX-License-Identifier: GPL-2.0

/*
 * Words of the kernel's command line. What is expected is what next_arg() and parse_args() of Linux
 * 7.3 make of these lines.
 */

#include <string.h>

#include "helpers.h"
#include "source/kho_on.h"

/* What a line says of kho=; the word that does is kept in @said. */
static enum kstd_truth kho_of(const char *line, char said[64])
{
	char copy[128], *word;
	struct kstd_answer answer;

	snprintf(copy, sizeof(copy), "%s", line);
	answer = kstd_boot_word(copy, "kho", &word);
	snprintf(said, 64, "%s", word ? word : "-");
	return answer.is;
}

static void expect(const char *line, enum kstd_truth is, const char *said)
{
	char got[64];

	assert_int_equal(kho_of(line, got), is);
	assert_string_equal(got, said);
}

static void test_white_space_separates(void **state)
{
	expect("kho=on", KSTD_YES, "kho=on");
	expect("  quiet kho=on ", KSTD_YES, "kho=on");
	expect("quiet\tkho=off\tro", KSTD_NO, "kho=off");
	expect("quiet\nkho=on", KSTD_YES, "kho=on");
	expect("quiet\v\f\rkho=on\n", KSTD_YES, "kho=on");
	expect("quiet\xa0kho=on", KSTD_YES, "kho=on");
	expect("quiet,kho=on", KSTD_NOT_KNOWN, "-");
	expect("", KSTD_NOT_KNOWN, "-");
	expect(" \t", KSTD_NOT_KNOWN, "-");
}

static void test_the_last_truth_value_counts(void **state)
{
	expect("kho=on kho=off", KSTD_NO, "kho=off");
	expect("kho=off kho=maybe kho= kho", KSTD_NO, "kho=off");
	expect("kho_scratch=1 xkho=on Kho=on", KSTD_NOT_KNOWN, "-");
}

static void test_quotes_around_a_word_are_none_of_it(void **state)
{
	expect("kho=on \"kho=off\"", KSTD_NO, "\"kho=off\"");
	expect("\"kho=on", KSTD_YES, "\"kho=on");
	expect("\"kho=\"on", KSTD_YES, "\"kho=\"on");
	expect("\"\"kho=on", KSTD_NOT_KNOWN, "-");
}

static void test_quotes_around_a_value_are_none_of_it(void **state)
{
	expect("kho=\"on\"", KSTD_YES, "kho=\"on\"");
	expect("kho=\"off", KSTD_NO, "kho=\"off");
	expect("kho=\"\"", KSTD_NOT_KNOWN, "-");
	expect("kho=\"", KSTD_NOT_KNOWN, "-");
	expect("kho=\"\"on", KSTD_NOT_KNOWN, "-");
}

static void test_blanks_between_quotes_separate_nothing(void **state)
{
	expect("foo=\"x\" \"bar kho=on\"", KSTD_NOT_KNOWN, "-");
	expect("foo=\"a b\tkho=on\" kho=off", KSTD_NO, "kho=off");
	expect("foo=a\" kho=on", KSTD_NOT_KNOWN, "-");
	expect("foo=a\"b\" kho=on", KSTD_YES, "kho=on");
	expect("\"foo bar\"kho=off kho=on", KSTD_YES, "kho=on");
	expect("kho=\"on for now\" quiet", KSTD_YES, "kho=\"on for now\"");
}

static void test_what_is_behind_two_dashes_is_not_the_kernels(void **state)
{
	expect("kho=on -- kho=off", KSTD_YES, "kho=on");
	expect("kho=on\t\"--\"\tkho=off", KSTD_YES, "kho=on");
	expect("--x kho=on", KSTD_YES, "kho=on");
	expect("--=x kho=on", KSTD_YES, "kho=on");
	expect("\"-- x\" kho=on", KSTD_YES, "kho=on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_white_space_separates),
		cmocka_unit_test(test_the_last_truth_value_counts),
		cmocka_unit_test(test_quotes_around_a_word_are_none_of_it),
		cmocka_unit_test(test_quotes_around_a_value_are_none_of_it),
		cmocka_unit_test(test_blanks_between_quotes_separate_nothing),
		cmocka_unit_test(test_what_is_behind_two_dashes_is_not_the_kernels),
	};

	return RUN(tests);
}
