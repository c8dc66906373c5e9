// SPDX-License-Identifier: GPL-2.0

/* systemd's mapping: names beside tokens. */

#include "luo.h"

/* Show a session "systemd" whose token 0 is @json, and one "vm1". */
static void with(struct guest *x, const char *json)
{
	struct luo_file files[3];
	const struct luo_session sessions[] = { { "vm1", files, 1 }, { "systemd", files, 3 } };

	guest_init(x, 4096, false);
	files[0] = (struct luo_file){ "memfd-v2", 0, luo_text(&x->m, json) };
	files[1] = (struct luo_file){ "vfio-v9", 1, 0x10 };
	files[2] = (struct luo_file){ "vfio-v9", 0xffffffffffffffff, 0x10 };
	const struct luo_session order[] = { { "vm1", files + 1, 1 }, sessions[1] };

	guest_open(x, luo_sessions(&x->m, order, 2), 0);
	show(x, NULL);
	assert_int_equal(x->v.rc, 0);
}

#define NAMED_1 "\"token\":\"1\",\"handler\":\"vfio-v9\",\"fd_name\":\"ram\",\"unit\":\"a.service\""

static void check(const char *json, const char *want)
{
	struct guest x;

	with(&x, json);
	assert_string_equal(x.v.defects, "[]");
	assert_has(x.v.json, want);
	/* Tokens of other sessions are not systemd's. */
	assert_has(x.v.json, "\"token\":\"1\",\"handler\":\"vfio-v9\",\"fd_name\":null,\"unit\":null");
	guest_close(&x);
}

static void test_version_1(void **state)
{
	check("{\"version\":1,\"state\":{},\"units\":{\"a.service\":{\"fdstore\":["
	      "{\"type\":\"fd\",\"name\":\"ram\",\"token\":1}]}}}", NAMED_1);
	check("{\"version\":1,\"units\":{\"a.service\":{\"fdstore\":["
	      "{\"type\":\"fd\",\"name\":\"top\",\"token\":18446744073709551615}]}}}",
	      "\"token\":\"18446744073709551615\",\"handler\":\"vfio-v9\",\"fd_name\":\"top\"");
}

static void test_without_version(void **state)
{
	check("{\"a.service\":[{\"type\":\"fd\",\"name\":\"ram\",\"token\":1}]}", NAMED_1);
	check("{\"a.service\":[{\"type\":\"fd\",\"name\":\"ram\",\"fd_index\":1}]}", NAMED_1);
}

static void test_sessions_have_names_too(void **state)
{
	check("{\"version\":1,\"units\":{\"a.service\":{\"fdstore\":["
	      "{\"type\":\"luo_session\",\"name\":\"mine\",\"sessionName\":\"vm1\"}]}}}",
	      "{\"name\":\"vm1\",\"file_count\":\"1\",\"fd_name\":\"mine\",\"unit\":\"a.service\"");
}

static void test_zeros_after_the_end_do_not_matter(void **state)
{
	struct luo_file files[2];
	const struct luo_session session = { "systemd", files, 2 };
	struct guest x;

	guest_init(&x, 4096, false);
	files[0] = (struct luo_file){ "memfd-v2", 0, luo_text(&x.m, "{\"u\":[{\"name\":\"n\",\"token\":5}]}") };
	files[1] = (struct luo_file){ "vfio-v9", 5, 0x10 };
	memory_int(&x.m, files[0].data + 8, 8, 4000);
	guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
	show(&x, NULL);
	assert_string_equal(x.v.defects, "[]");
	assert_has(x.v.json, "\"fd_name\":\"n\",\"unit\":\"u\"");
	guest_close(&x);
}

static void test_keys_that_are_not_known_are_passed_over(void **state)
{
	check("{\"version\":1,\"more\":[null],\"units\":{\"a.service\":{\"x\":{\"y\":1},\"fdstore\":["
	      "{\"name\":\"ram\",\"token\":1,\"more\":{}}]}}}\n", NAMED_1);
}

static void test_names_of_units_are_unescaped_once(void **state)
{
	check("{\"\\\\x5cx2d\\\\x2dv\\\\x00\\\\x2\":[{\"name\":\"ram\",\"token\":1}]}",
	      "\"fd_name\":\"ram\",\"unit\":\"\\\\x2d-v\\\\x00\\\\x2\"");
}

/* A defect of @json, in text; what is as it should be is read all the same. */
static void faulty(const char *json, const char *defect)
{
	struct guest x;

	with(&x, json);
	assert_has(x.v.defects, "\"code\":\"systemd-mapping\"");
	assert_has(x.v.defects, "session \\\"systemd\\\": token 0x0");
	assert_has(x.v.defects, defect);
	guest_close(&x);
}

static void faulty_entry(const char *entry, const char *fault)
{
	char json[400], defect[200];
	struct guest x;

	snprintf(json, sizeof(json), "{\"a.service\":[%s,{\"name\":\"ram\",\"token\":1}]}", entry);
	snprintf(defect, sizeof(defect), "entry 0 of unit \\\"a.service\\\": %s", fault);
	faulty(json, defect);
	with(&x, json);
	assert_has(x.v.json, NAMED_1);
	guest_close(&x);
}

static void test_what_is_not_of_the_form_is_a_defect(void **state)
{
	faulty_entry("null", "it is no object");
	faulty_entry("1", "it is no object");
	faulty_entry("[]", "it is no object");
	faulty_entry("{}", "it has no name");
	faulty_entry("{\"name\":1,\"token\":1}", "it has no name");
	faulty_entry("{\"name\":\"a\\u0000b\",\"token\":1}", "it has no name");
	faulty_entry("{\"name\":\"n\"}", "it has neither token nor session");
	faulty_entry("{\"name\":\"n\",\"sessionName\":1}", "its session is no name");
	faulty_entry("{\"name\":\"n\",\"sessionName\":\"vm1\\u0000x\"}", "its session is no name");
}

static void test_tokens_that_are_none_are_defects(void **state)
{
	faulty_entry("{\"name\":\"n\",\"token\":\"1\"}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":1.5}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":-5}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"fd_index\":-5}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":18446744073709551616}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":99999999999999999999999}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":-9223372036854775809}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n\",\"token\":0.99999999999999999999999}", "its token is not one of 0 to");
	faulty_entry("{\"name\":\"n \\\"99999999999999999999\"}", "it has neither token nor session");
}

static void test_a_mapping_without_units_is_a_defect(void **state)
{
	faulty("{\"version\":1}", "it has no units");
	faulty("{\"version\":1,\"units\":{}}", "it has no units");
	faulty("{\"version\":1,\"units\":[]}", "it has no units");
	faulty("{}", "it has no units");
	faulty("{\"version\":1,\"units\":{\"y\":{\"fdstore\":{}}}}", "unit \\\"y\\\" has no list");
	faulty("{\"version\":1,\"units\":{\"y\":null}}", "unit \\\"y\\\" has no list");
}

static void test_keys_that_are_there_twice_are_defects(void **state)
{
	faulty("{\"u\":[{\"name\":\"n\",\"token\":1}],\"u\":[{\"name\":\"a:b\\\":\",\"token\":1}]}", "a key is there twice");
	faulty("{\"u\":[{\"name\":\"n\",\"token\":1,\"token\":2}]}", "a key is there twice");
}

static void test_a_file_or_session_that_is_named_twice_is_a_defect(void **state)
{
	faulty("{\"u\":[{\"name\":\"n\",\"token\":1},{\"name\":\"m\",\"token\":1}]}", "it names token 0x1 twice");
	faulty("{\"u\":[{\"name\":\"n\",\"sessionName\":\"vm1\"}],\"v\":[{\"name\":\"m\",\"sessionName\":\"vm1\"}]}",
	       "it names session \\\"vm1\\\" twice");
}

static void test_what_is_named_and_not_there_is_a_defect(void **state)
{
	faulty("{\"u\":[{\"name\":\"n\",\"token\":9}]}", "token 0x9, \\\"n\\\" of unit \\\"u\\\", is not there");
	faulty("{\"u\":[{\"name\":\"n\",\"sessionName\":\"vm9\"}]}",
	       "session \\\"vm9\\\", \\\"n\\\" of unit \\\"u\\\", is not there");
}

/* The files of a session are damaged: what the rest of them were is not known. */
static void test_what_may_be_in_files_that_cannot_be_read_is_not_known(void **state)
{
	struct luo_file files[2];
	const struct luo_session sessions[] = { { "systemd", files, 2 }, { "vm1", files + 1, 1 } };
	struct guest x;
	uint64_t at;

	guest_init(&x, 4096, false);
	files[0] = (struct luo_file){ "memfd-v2", 0, luo_text(&x.m, "{\"u\":[{\"name\":\"n\",\"sessionName\":\"vm9\"}]}") };
	files[1] = (struct luo_file){ "vfio-v9", 1, 0x10 };
	at = luo_sessions(&x.m, sessions, 2);
	memory_int(&x.m, at + 8, 8, 3);
	guest_open(&x, at, 0);
	show(&x, NULL);
	assert_has(x.v.defects, "whether session \\\"vm9\\\" is there");
	assert_null(strstr(x.v.defects, "is not there"));
	guest_close(&x);
}

static void refused(const char *json, const char *defect)
{
	struct guest x;

	with(&x, json);
	assert_has(x.v.defects, defect);
	assert_has(x.v.defects, "session \\\"systemd\\\": token 0x0");
	assert_has(x.v.json, "\"token\":\"1\"");
	guest_close(&x);
}

static void test_damaged_json_is_a_defect(void **state)
{
	refused("{\"a.service\":[", "not JSON: unexpected end of data");
	refused("}", "not JSON");
	refused("[[[[[[[[[[[[[[[[[[", "not JSON");
	refused("[1]", "not a JSON object");
	refused("null", "it is null");
	refused("{\"u\":[]} x", "bytes after its JSON");
	refused("{\"u\":[]}{}", "bytes after its JSON");
	refused("/**/{\"u\":[]}", "not JSON");
	refused("{\"version\":2,\"units\":{}}", "of version 2, not 1");
	refused("{\"version\":\"x\"}", "of version \\\"x\\\"");
}

static void test_bytes_after_a_nul_are_a_defect(void **state)
{
	struct luo_file files[1];
	const struct luo_session session = { "systemd", files, 1 };
	struct guest x;
	uint64_t text;

	guest_init(&x, 4096, false);
	text = x.m.next;
	files[0] = (struct luo_file){ "memfd-v2", 0, luo_text(&x.m, "{\"u\":[]}") };
	memory_int(&x.m, files[0].data + 8, 8, 4000);
	memory_int(&x.m, text + 3000, 1, 'x');
	guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
	show(&x, NULL);
	assert_has(x.v.defects, "bytes after its JSON");
	guest_close(&x);
}

static void test_a_large_mapping_is_not_read(void **state)
{
	struct guest x;
	char *json = calloc(1, KSTD_SYSTEMD_MAX + 2);

	assert_non_null(json);
	memset(json, ' ', KSTD_SYSTEMD_MAX + 1);
	with(&x, json);
	assert_has(x.v.defects, "1048577 bytes, more than 1048576");
	guest_close(&x);
	free(json);
}

static void test_a_mapping_of_many_pages(void **state)
{
	static char json[40000];
	size_t n = sprintf(json, "{\"a.service\":[");

	n += sprintf(json + n, "{\"type\":\"fd\",\"name\":\"ram\",\"more\":\"");
	n += sprintf(json + n, "%*s", 30000, "");
	sprintf(json + n, "\",\"token\":1}]}");
	check(json, NAMED_1);
}

static void test_left_out_contents_are_not_known(void **state)
{
	struct guest x;
	struct luo_file file;
	const struct luo_session session = { "systemd", &file, 1 };
	uint64_t text;

	guest_init(&x, 4096, false);
	text = x.m.next;
	file = (struct luo_file){ "memfd-v2", 0, luo_text(&x.m, "{}") };
	memory_state(&x.m, text, KSTD_AVAIL_EXCLUDED);
	guest_open(&x, luo_sessions(&x.m, &session, 1), 0);
	show(&x, NULL);
	assert_not_known(&x.v, "systemd's names of files: the memfd that has them is not in");
	guest_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_1),
		cmocka_unit_test(test_without_version),
		cmocka_unit_test(test_sessions_have_names_too),
		cmocka_unit_test(test_zeros_after_the_end_do_not_matter),
		cmocka_unit_test(test_keys_that_are_not_known_are_passed_over),
		cmocka_unit_test(test_names_of_units_are_unescaped_once),
		cmocka_unit_test(test_what_is_not_of_the_form_is_a_defect),
		cmocka_unit_test(test_tokens_that_are_none_are_defects),
		cmocka_unit_test(test_a_mapping_without_units_is_a_defect),
		cmocka_unit_test(test_keys_that_are_there_twice_are_defects),
		cmocka_unit_test(test_a_file_or_session_that_is_named_twice_is_a_defect),
		cmocka_unit_test(test_what_is_named_and_not_there_is_a_defect),
		cmocka_unit_test(test_what_may_be_in_files_that_cannot_be_read_is_not_known),
		cmocka_unit_test(test_bytes_after_a_nul_are_a_defect),
		cmocka_unit_test(test_damaged_json_is_a_defect),
		cmocka_unit_test(test_a_large_mapping_is_not_read),
		cmocka_unit_test(test_a_mapping_of_many_pages),
		cmocka_unit_test(test_left_out_contents_are_not_known),
	};

	return RUN(tests);
}
