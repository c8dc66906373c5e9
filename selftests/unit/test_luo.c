// SPDX-License-Identifier: GPL-2.0

/* LUO: sessions, files and FLBs from serialized blocks. */

#include "luo.h"

static void sessions(struct guest *x, const struct luo_example *e)
{
	char want[128];

	show(x, NULL);
	assert_int_equal(x->v.rc, 0);
	assert_string_equal(x->v.defects, "[]");
	assert_has(x->v.json, "\"format\":\"luo-v5\"");
	assert_has(x->v.json, "\"read_from\":\"serialized blocks\"");
	assert_has(x->v.json, "{\"name\":\"vm1\",\"file_count\":\"2\",");
	assert_has(x->v.json, "{\"name\":\"empty\",\"file_count\":\"0\",\"fd_name\":null,"
		   "\"unit\":null,\"state\":null,\"files\":[]}");
	snprintf(want, sizeof(want), "{\"token\":\"7\",\"handler\":\"memfd-v2\",\"fd_name\":null,"
		 "\"unit\":null,\"state\":null,\"data\":\"0x%llx\",\"memfd\":{",
		 (unsigned long long)e->fd[0]);
	assert_has(x->v.json, want);
	assert_has(x->v.json, "{\"token\":\"4097\",\"handler\":\"vfio-v9\",\"fd_name\":null,"
		   "\"unit\":null,\"state\":null,\"data\":\"0x4242\",\"memfd\":null,\"typed\":null}");
	assert_has(x->v.json, "\"flbs\":[{\"name\":\"newer-v1\",\"data\":\"0x1000\","
		   "\"file_count\":\"1\"}]");
}

static void test_sessions_have_names_and_files_have_tokens(void **state)
{
	with_example(sessions);
}

static void counts(struct guest *x, const struct luo_example *e)
{
	view_info(&x->v);
	assert_has(x->v.json, "\"session_count\":\"3\",\"file_count\":\"3\",\"flb_count\":\"1\"");
	assert_string_equal(x->v.defects, "[]");
}

static void test_info_counts(void **state)
{
	with_example(counts);
}

static void rows(struct guest *x, const struct luo_example *e)
{
	list(x);
	assert_int_equal(x->v.rc, 0);
	assert_string_equal(x->v.defects, "[]");
	assert_string_equal(x->v.json, "{\"sections\":[],\"files\":["
		"{\"session\":\"vm1\",\"side\":\"file\",\"token\":\"7\",\"fd_name\":null,\"unit\":null,"
		"\"handler\":\"memfd-v2\",\"bytes\":16384,\"folio_count\":\"2\",\"state\":null},"
		"{\"session\":\"vm1\",\"side\":\"file\",\"token\":\"4097\",\"fd_name\":null,"
		"\"unit\":null,\"handler\":\"vfio-v9\",\"bytes\":null,\"folio_count\":null,\"state\":null},"
		"{\"session\":\"empty\",\"side\":\"file\",\"token\":null,\"fd_name\":null,\"unit\":null,"
		"\"handler\":null,\"bytes\":null,\"folio_count\":null,\"state\":null},"
		"{\"session\":\"vm2\",\"side\":\"file\",\"token\":\"1\",\"fd_name\":null,\"unit\":null,"
		"\"handler\":\"memfd-v2\",\"bytes\":5,\"folio_count\":\"1\",\"state\":null}]}");
}

static void test_list_has_a_row_for_each_file(void **state)
{
	with_example(rows);
}

static void selected(struct guest *x, const struct luo_example *e)
{
	show(x, "vm2");
	assert_has(x->v.json, "\"name\":\"vm2\"");
	assert_has_not(x->v.json, "\"name\":\"vm1\"");
	show(x, "vm1.0x1001");
	assert_has(x->v.json, "\"token\":\"4097\"");
	assert_has_not(x->v.json, "\"token\":\"7\"");
	show(x, "vm1.7");
	assert_has(x->v.json, "\"token\":\"7\"");
	assert_has_not(x->v.json, "\"token\":\"4097\"");
	assert_string_equal(x->v.defects, "[]");
}

static void test_a_session_or_a_file_is_selected(void **state)
{
	with_example(selected);
}

static void not_found(struct guest *x, const struct luo_example *e)
{
	static const char *const names[] = { "vm", "vm11", "vm1.8", "vm1.", "vm1.0x", ".7", "" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		show(x, names[i]);
		assert_int_equal(x->v.rc, -KSTD_NOT_FOUND);
		assert_string_equal(kstd_error_code(x->v.ctx), "no-session");
	}
}

static void test_what_is_not_there_is_not_found(void **state)
{
	with_example(not_found);
}

static void test_a_name_with_a_dot_goes_before_a_token(void **state)
{
	const struct luo_file files[] = { { "x", 1, 0x10 } };
	const struct luo_session sessions[] = { { "a", files, 1 }, { "a.1", NULL, 0 } };
	struct guest x;

	guest_init(&x, 4096, false);
	guest_open(&x, luo_sessions(&x.m, sessions, 2), 0);
	show(&x, "a.1");
	assert_has(x.v.json, "\"name\":\"a.1\"");
	assert_has_not(x.v.json, "\"token\"");
	show(&x, "a.0x1");
	assert_has(x.v.json, "\"token\":\"1\"");
	guest_close(&x);
}

static size_t count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/* More than a block of each. */
static void many(uint32_t page_size, bool big)
{
	static struct luo_file files[2000];
	static struct luo_session sessions[2000];
	static char names[2000][16];
	struct guest x;

	guest_init(&x, page_size, big);
	for (size_t i = 0; i < 2000; i++) {
		files[i] = (struct luo_file){ "vfio-v9", i, i };
		snprintf(names[i], sizeof(names[i]), "s%zu", i);
		sessions[i] = (struct luo_session){ names[i], files, i == 1000 ? 2000 : 0 };
	}
	guest_open(&x, luo_sessions(&x.m, sessions, 2000), 0);
	show(&x, NULL);
	assert_string_equal(x.v.defects, "[]");
	assert_int_equal(count(x.v.json, "\"files\":["), 2000);
	assert_int_equal(count(x.v.json, "\"token\":"), 2000);
	assert_has(x.v.json, "\"name\":\"s1999\"");
	assert_has(x.v.json, "\"token\":\"1999\"");
	view_info(&x.v);
	assert_has(x.v.json, "\"session_count\":\"2000\",\"file_count\":\"2000\"");
	guest_close(&x);
}

static void test_chains_of_many_blocks(void **state)
{
	many(4096, false);
	many(4096, true);
	many(65536, false);
}

static void test_without_memory_sessions_are_not_known(void **state)
{
	struct guest x;

	guest_init(&x, 4096, false);
	guest_open(&x, 0x5000, 0);
	x.v.dump->phys = NULL;
	show(&x, NULL);
	assert_int_equal(x.v.rc, 0);
	assert_has(x.v.json, "\"read_from\":null,\"sessions\":[],\"flbs\":[]");
	assert_not_known(&x.v, "they are in memory, and memory has none");
	guest_close(&x);
}

static void test_before_the_kexec_sessions_are_not_known(void **state)
{
	struct guest x;

	guest_init(&x, 4096, false);
	guest_open(&x, 0, 0);
	show(&x, NULL);
	assert_not_known(&x.v, "LUO writes them during the kexec, not before");
	guest_close(&x);
}

static bool owns(const struct kstd_refs *refs, const char *owner, uint64_t pa, uint64_t bytes,
		 enum kstd_ref_kind kind)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (!strcmp(refs->v[i].owner, owner) && refs->v[i].pa == pa &&
		    refs->v[i].bytes == bytes && refs->v[i].kind == kind)
			return true;
	return false;
}

static void owners(struct guest *x, const struct luo_example *e)
{
	struct kstd_where where = KSTD_AT(NULL, "kho/in/LUO", 10);
	struct kstd_refs refs = { .side = KSTD_SIDE_FILE };
	const char *memfd = "kho/in/LUO: session \"vm1\": token 0x7: memfd";

	assert_int_equal(kstd_decoder_luo.refs(x->v.dump, x->v.dump->blobs, &where, &refs), 0);
	assert_true(owns(&refs, "kho/in/LUO", e->sessions, 4096, KSTD_REF_BLOB));
	assert_true(owns(&refs, "kho/in/LUO", e->flbs, 4096, KSTD_REF_BLOB));
	assert_true(owns(&refs, "kho/in/LUO: session \"vm1\"",
			 memory_u64(&x->m, e->sessions + 16 + 64), 4096, KSTD_REF_BLOB));
	assert_true(owns(&refs, memfd, e->fd[0], 4096, KSTD_REF_BLOB));
	assert_true(owns(&refs, memfd, 0x1234000, 16384, KSTD_REF_DATA));
	kstd_refs_free(&refs);
	view_info(&x->v);
	assert_string_equal(x->v.defects, "[]");
}

static void test_memory_has_owners(void **state)
{
	with_example(owners);
}

/* Which memory a file or FLB has, only its handler knows. */
static void test_what_is_not_decoded_is_an_owner(void **state)
{
	const struct kstd_node *n = NULL;
	struct luo_example e;
	struct guest x;
	int rc;

	guest_init(&x, 4096, false);
	e = luo_example(&x.m);
	guest_open(&x, e.sessions, e.flbs);
	rc = kstd_mem(x.v.dump, &n);
	answer(&x, rc, n);
	assert_has(x.v.json, "token 0x1001: handler \\\"vfio-v9\\\"\",\"holds\":\"not decoded\",\"bytes\":null,\"preserved\":null");
	assert_has(x.v.json, ": FLB \\\"");
	assert_has_not(x.v.json, "handler \\\"memfd");
	guest_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_decoded_is_an_owner),
		cmocka_unit_test(test_sessions_have_names_and_files_have_tokens),
		cmocka_unit_test(test_info_counts),
		cmocka_unit_test(test_list_has_a_row_for_each_file),
		cmocka_unit_test(test_a_session_or_a_file_is_selected),
		cmocka_unit_test(test_what_is_not_there_is_not_found),
		cmocka_unit_test(test_a_name_with_a_dot_goes_before_a_token),
		cmocka_unit_test(test_chains_of_many_blocks),
		cmocka_unit_test(test_without_memory_sessions_are_not_known),
		cmocka_unit_test(test_before_the_kexec_sessions_are_not_known),
		cmocka_unit_test(test_memory_has_owners),
	};

	return RUN(tests);
}
