// SPDX-License-Identifier: GPL-2.0

/*
 * Trees that are broken in one way each, their bytes in sight: refused, with what and where, or read
 * as far as they go with a defect. And real blobs that end too early, at every byte.
 */

#include <libfdt.h>

#include "fdt/fdt_view.h"
#include "helpers.h"

#define DATA	"selftests/data/live-update/"

/* The tree that is broken: { compatible = "kho-v4"; a { }; }. */
#define STRUCT_AT	56
#define STRINGS_AT	(STRUCT_AT + 4 * NR_WORDS)
#define NR_WORDS	16

static const char strings[] = "compatible";

struct tree {
	fdt32_t header[10];
	fdt64_t memrsv[2];
	fdt32_t words[NR_WORDS];
	char strings[sizeof(strings)];
} __attribute__((packed));

static const uint32_t words[NR_WORDS] = {
	FDT_BEGIN_NODE, 0,
	FDT_PROP, 7, 0, 0x6b686f2d /* kho- */, 0x76340000 /* v4 */,
	FDT_BEGIN_NODE, 0x61000000 /* a */,
	FDT_END_NODE,
	FDT_END_NODE,
	FDT_END,
	FDT_NOP, FDT_NOP, FDT_NOP, FDT_NOP,
};

static struct tree good(void)
{
	const uint32_t header[10] = {
		FDT_MAGIC, sizeof(struct tree), STRUCT_AT, STRINGS_AT, 40, 17, 16, 0,
		sizeof(strings), 4 * NR_WORDS,
	};
	struct tree t = { .memrsv = { 0 } };

	for (int i = 0; i < 10; i++)
		t.header[i] = cpu_to_fdt32(header[i]);
	for (int i = 0; i < NR_WORDS; i++)
		t.words[i] = cpu_to_fdt32(words[i]);
	memcpy(t.strings, strings, sizeof(strings));
	return t;
}

/* What a file of exactly these bytes is said to be. */
static void opened(struct view *v, const void *p, size_t len)
{
	void *copy = malloc(len);

	memcpy(copy, p, len);
	view_mem(v, copy, len);
	view_info(v);
	if (v->rc)
		assert_int_equal(v->rc, -KSTD_INPUT);
	if (v->rc || !v->dump)
		assert_true(*kstd_error_message(v->ctx));
	kstd_close(v->dump);
	v->dump = NULL;
	free(copy);
}

static void refused(const void *p, size_t len, const char *code)
{
	struct view v;

	opened(&v, p, len);
	assert_int_equal(v.rc, -KSTD_INPUT);
	assert_string_equal(kstd_error_code(v.ctx), code);
	view_close(&v);
}

static void test_the_tree_itself_is_good(void **state)
{
	struct tree t = good();
	struct view v;

	opened(&v, &t, sizeof(t));
	assert_int_equal(v.rc, 0);
	assert_has(v.json, "\"format\":\"kho-v4\"");
	view_close(&v);
}

/* One word of the header or the structure is another one. */
static void test_one_wrong_word_is_refused(void **state)
{
	static const struct {
		const char *what;
		int header;	/* -1: of the structure */
		int word;
		uint32_t v;
		const char *code;
	} cases[] = {
		{ "no magic", 0, 0, 0xd00dfeec, "foreign" },
		{ "total size beyond the file", 1, 0, sizeof(struct tree) + 1, "truncated" },
		{ "total size less than a header", 1, 0, 39, "corrupt" },
		{ "structure beyond the end", 2, 0, 0x7ffffff0, "corrupt" },
		{ "structure not aligned", 2, 0, STRUCT_AT + 2, "corrupt" },
		{ "strings beyond the end", 3, 0, sizeof(struct tree) + 1, "corrupt" },
		{ "reservations beyond the end", 4, 0, 0xfffffff8, "corrupt" },
		{ "reservations not aligned", 4, 0, 41, NULL },
		{ "reservations without an end", 4, 0, STRINGS_AT - 8, "corrupt" },
		{ "a version before 16", 5, 0, 3, "unsupported" },
		{ "a version that is not compatible", 6, 0, 18, "unsupported" },
		{ "size of strings that overflows", 8, 0, 0xffffffff, "corrupt" },
		{ "size of the structure that overflows", 9, 0, 0xfffffffc, "corrupt" },
		{ "size of the structure, 4 bytes short of its end", 9, 0, 4 * 11, "corrupt" },
		{ "no root", -1, 0, FDT_END, "corrupt" },
		{ "a named root", -1, 1, 0x62000000, "corrupt" },
		{ "a property that is longer than the tree", -1, 3, 4 * NR_WORDS, "corrupt" },
		{ "a property whose length wraps", -1, 3, 0xfffffffc, "corrupt" },
		{ "a property of negative length", -1, 3, 0x80000000, "corrupt" },
		{ "a property's name beyond the strings", -1, 4, sizeof(strings), "corrupt" },
		{ "a name that starts with the end of another", -1, 4, 0x01000000, "corrupt" },
		{ "a token that is none", -1, 7, 5, "corrupt" },
		{ "a node's name without an end", -1, 15, 0x61616161, NULL },
		{ "a node that does not end", -1, 9, FDT_NOP, "corrupt" },
		{ "an end too many", -1, 11, FDT_END_NODE, "corrupt" },
		{ "no end", -1, 11, FDT_NOP, "corrupt" },
		{ "two roots", -1, 11, FDT_BEGIN_NODE, "corrupt" },
		{ "a property after the tree", -1, 11, FDT_PROP, "corrupt" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tree t = good();

		if (cases[i].header >= 0)
			t.header[cases[i].header] = cpu_to_fdt32(cases[i].v);
		else
			t.words[cases[i].word] = cpu_to_fdt32(cases[i].v);
		print_message("# %s\n", cases[i].what);
		if (cases[i].code)
			refused(&t, sizeof(t), cases[i].code);
	}
}

static void test_a_string_without_an_end_is_refused(void **state)
{
	struct tree t = good();

	t.strings[sizeof(strings) - 1] = 'x';
	refused(&t, sizeof(t), "corrupt");
}

static void test_a_value_that_is_no_string_is_no_version(void **state)
{
	struct tree t = good();

	t.words[6] = cpu_to_fdt32(0x76343434);
	refused(&t, sizeof(t), "foreign");
}

static void test_nodes_of_one_name_are_both_read(void **state)
{
	struct tree t = good();
	struct view v;

	t.words[10] = cpu_to_fdt32(FDT_BEGIN_NODE);
	t.words[11] = cpu_to_fdt32(0x61000000);
	t.words[12] = cpu_to_fdt32(FDT_END_NODE);
	t.words[13] = cpu_to_fdt32(FDT_END_NODE);
	t.words[14] = cpu_to_fdt32(FDT_END);
	opened(&v, &t, sizeof(t));
	assert_int_equal(v.rc, 0);
	view_close(&v);
}

static void test_nodes_nested_without_end_are_refused(void **state)
{
	size_t nr = 100000, len = sizeof(struct tree) + 8 * nr;
	uint8_t *p = calloc(1, len);
	struct tree t = good();
	fdt32_t begin[2] = { cpu_to_fdt32(FDT_BEGIN_NODE), cpu_to_fdt32(0x61000000) };

	t.header[1] = cpu_to_fdt32(len);
	t.header[3] = cpu_to_fdt32(len - sizeof(strings));
	t.header[9] = cpu_to_fdt32(len - sizeof(strings) - STRUCT_AT);
	memcpy(p, &t, STRUCT_AT + 28);
	for (size_t i = 0; i < nr; i++)
		memcpy(p + STRUCT_AT + 28 + 8 * i, begin, 8);
	memcpy(p + len - sizeof(strings), strings, sizeof(strings));
	refused(p, len, "corrupt");
	free(p);
}

/* What is cut off is missing: a part is not taken for the whole. */
static void each_truncation(const char *path)
{
	uint8_t bytes[8192];
	FILE *f = fopen(path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_true(len > 0 && len < sizeof(bytes));
	for (size_t n = 1; n < len; n++) {
		struct view v;

		opened(&v, bytes, n);
		assert_true(v.rc == -KSTD_INPUT || (v.defects && strcmp(v.defects, "[]")));
		view_close(&v);
	}
}

static void test_a_real_root_cut_anywhere_is_noticed(void **state)
{
	each_truncation(DATA "kho/in/fdt");
}

static void test_a_real_image_cut_anywhere_is_noticed(void **state)
{
	each_truncation(DATA "kstate/in/image");
}

static void test_a_real_subtree_cut_anywhere_is_noticed(void **state)
{
	each_truncation(DATA "kho/in/sub_fdts/kho_test");
}

/* The library walks a tree by itself: it must not take what libfdt's full check refuses. */
static void test_no_tree_opens_that_libfdt_refuses(void **state)
{
	static const uint8_t changes[] = { 1, 2, 8, 0x80, 0xff };
	struct kstd_ctx *ctx = kstd_ctx_new();
	struct tree t = good();
	struct kstd_fdt fdt;
	size_t opened = 0;

	for (size_t i = 0; i < sizeof(t) * sizeof(changes); i++) {
		uint8_t *byte = (uint8_t *)&t + i / sizeof(changes);
		uint8_t change = changes[i % sizeof(changes)];
		struct kstd_span blob = kstd_span_of(&t, sizeof(t), 0);

		*byte ^= change;
		if (!kstd_fdt_open(ctx, &blob, &fdt)) {
			opened++;
			assert_int_equal(fdt_check_full(&t, sizeof(t)), 0);
		}
		*byte ^= change;
	}
	assert_true(opened > sizeof(changes) && opened < sizeof(t) * sizeof(changes) / 2);
	kstd_ctx_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_tree_itself_is_good),
		cmocka_unit_test(test_one_wrong_word_is_refused),
		cmocka_unit_test(test_a_string_without_an_end_is_refused),
		cmocka_unit_test(test_a_value_that_is_no_string_is_no_version),
		cmocka_unit_test(test_no_tree_opens_that_libfdt_refuses),
		cmocka_unit_test(test_nodes_of_one_name_are_both_read),
		cmocka_unit_test(test_nodes_nested_without_end_are_refused),
		cmocka_unit_test(test_a_real_root_cut_anywhere_is_noticed),
		cmocka_unit_test(test_a_real_image_cut_anywhere_is_noticed),
		cmocka_unit_test(test_a_real_subtree_cut_anywhere_is_noticed),
	};

	return RUN(tests);
}
