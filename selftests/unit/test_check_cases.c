// SPDX-License-Identifier: GPL-2.0

/* Will it be taken? Each way in which two kernels may differ, and what is said of it. */

#include <kstate-dump/check.h>

#include "helpers.h"

#define U32	"value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0
#define N_FIELDS(f)	(sizeof(f) / sizeof((f)[0]))

static const struct image_field base_fields[] = { { "a", U32 }, { "b", U32 } };
static const struct image_desc base = { "dev", 7, 2, 1, base_fields, 2 };

/**
 * struct fixture - an image with one section, and the reader's descriptions as an image
 */
struct fixture {
	struct image data;
	struct image next;
	struct kstd_ctx *ctx;
	struct kstd_dump *dump;
	struct kstd_dump *other;
	char *json;
	int rc;
	enum kstd_check_result result;
};

static struct kstd_dump *open_image(struct fixture *f, const struct image *im)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = im->fdt, .buf_len = im->len };
	struct kstd_dump *dump = NULL;

	assert_int_equal(kstd_open(f->ctx, &opts, &dump), 0);
	return dump;
}

/* Without a producer's sections: what a reader knows. */
static void make_next(struct image *im, const struct image_desc *reader)
{
	image_init(im);
	image_begin(im);
	image_desc(im, reader);
	image_sections(im);
	image_finish(im);
}

static void make_data(struct image *im, const struct image_desc *d)
{
	image_init(im);
	image_begin(im);
	image_desc(im, d);
	image_sections(im);
	for (size_t i = 0; i < d->nr_fields; i++)
		image_put_int(im, d->fields[i].size, i);
	image_section(im, d, 0, 100);
	image_end_section(im);
	image_finish(im);
}

static void judge(struct fixture *f, bool reverse)
{
	struct kstd_check_opts opts = { .sz = sizeof(opts), .nr_next = 1, .reverse = reverse };
	const struct kstd_node *root;

	f->ctx = kstd_ctx_new();
	f->dump = open_image(f, &f->data);
	f->other = open_image(f, &f->next);
	opts.next = &f->other;
	f->rc = kstd_check(f->dump, &opts, &root);
	if (f->rc)
		return;
	f->result = kstd_check_status(root);
	f->json = json_of(root);
}

static void check(struct fixture *f, const struct image_desc *d, const struct image_desc *reader,
		  bool reverse)
{
	*f = (struct fixture){ .rc = -1 };
	make_data(&f->data, d);
	make_next(&f->next, reader);
	judge(f, reverse);
	assert_int_equal(f->rc, 0);
}

static void end(struct fixture *f)
{
	free(f->json);
	kstd_close(f->other);
	kstd_close(f->dump);
	kstd_ctx_free(f->ctx);
	image_free(&f->data);
	image_free(&f->next);
}

/* What one of kernels that differ from @base has: as data, or as the reader. */
#define FIELDS(name, ...)							\
	static const struct image_field name##_fields[] = { __VA_ARGS__ }
#define DESC(name, id, version, min, ...)					\
	FIELDS(name, __VA_ARGS__);						\
	static const struct image_desc name = { "dev", id, version, min,	\
						name##_fields, N_FIELDS(name##_fields) }

DESC(newer, 7, 3, 1, { "a", U32 }, { "b", U32 });
DESC(min_raised, 7, 4, 3, { "a", U32 }, { "b", U32 });
DESC(added, 7, 2, 1, { "a", U32 }, { "b", U32 }, { "c", U32 });
DESC(added_since, 7, 3, 1, { "a", U32 }, { "b", U32 },
     { "c", "value", "u32", "unsigned", 4, 1, 3, 0xffffffffU, "decimal", 0 });
DESC(removed, 7, 2, 1, { "a", U32 });
DESC(deprecated, 7, 3, 1, { "a", U32 },
     { "b", "value", "u32", "unsigned", 4, 1, 0, 2, "decimal", 0 });
DESC(moved, 7, 2, 1, { "b", U32 }, { "a", U32 });
DESC(renamed, 7, 2, 1, { "a", U32 }, { "bee", U32 });
DESC(resized, 7, 2, 1, { "a", U32 },
     { "b", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 });
DESC(other_sign, 7, 2, 1, { "a", U32 },
     { "b", "value", "s32", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 });
DESC(other_kind, 7, 2, 1, { "a", U32 },
     { "b", "pointer", "u32 *", "unsigned", 4, 1, IMAGE_ALWAYS, "decimal", 0 });
DESC(other_count, 7, 2, 1, { "a", U32 },
     { "b", "value", "u32 [2]", "unsigned", 4, 2, IMAGE_ALWAYS, "decimal", 0 });
DESC(other_hint, 7, 2, 1, { "a", U32 },
     { "b", "value", "u32", "unsigned", 4, 1, IMAGE_ALWAYS, "hex", 0 });
DESC(other_id, 8, 2, 1, { "a", U32 }, { "b", U32 });

static const struct image_desc other_name = { "gadget", 7, 2, 1, base_fields, 2 };
static const struct image_desc another = { "gadget", 9, 2, 1, base_fields, 2 };

static const struct {
	const char *what;
	const struct image_desc *data;
	const struct image_desc *reader;
	const char *verdict;
	const char *error;
	const char *code;
	enum kstd_check_result result;
} cases[] = {
	{ "the same", &base, &base, "loads", NULL, NULL, KSTD_CHECK_PASSES },
	{ "a newer reader", &base, &newer, "loads", NULL, "newer-version", KSTD_CHECK_PASSES },
	{ "newer data", &newer, &base, "refused", "EOPNOTSUPP", "too-new", KSTD_CHECK_FAILS },
	{ "the minimum raised", &base, &min_raised, "refused", "EOPNOTSUPP", "too-old",
	  KSTD_CHECK_FAILS },
	{ "a field more", &base, &added, "refused", "EPROTO", "missing-field", KSTD_CHECK_FAILS },
	{ "a field since a later version", &base, &added_since, "loads", NULL, "not-in-data",
	  KSTD_CHECK_PASSES },
	{ "a field less", &base, &removed, "refused", "EPROTO", "unknown-field", KSTD_CHECK_FAILS },
	{ "a deprecated field", &base, &deprecated, "loads-partly", NULL, "skipped",
	  KSTD_CHECK_PASSES },
	{ "a field moved", &base, &moved, "loads", NULL, "moved", KSTD_CHECK_PASSES },
	{ "a field renamed", &base, &renamed, "refused", "EPROTO", "unknown-field",
	  KSTD_CHECK_FAILS },
	{ "the other half of that", &base, &renamed, "refused", "EPROTO", "missing-field",
	  KSTD_CHECK_FAILS },
	{ "a field resized", &base, &resized, "refused", "EPROTO", "other-size", KSTD_CHECK_FAILS },
	{ "another sign", &base, &other_sign, "refused", "EPROTO", "other-sign", KSTD_CHECK_FAILS },
	{ "another kind", &base, &other_kind, "refused", "EPROTO", "other-kind", KSTD_CHECK_FAILS },
	{ "another count", &base, &other_count, "refused", "EPROTO", "other-count",
	  KSTD_CHECK_FAILS },
	{ "another hint", &base, &other_hint, "loads", NULL, "other-hint", KSTD_CHECK_PASSES },
	{ "another id", &base, &other_id, "unclaimed", "ENOENT", "other-id", KSTD_CHECK_FAILS },
	{ "an id with another name", &base, &other_name, "loads", NULL, "other-name",
	  KSTD_CHECK_PASSES },
	{ "nobody", &base, &another, "unclaimed", "ENOENT", "unclaimed", KSTD_CHECK_FAILS },
};

static void test_every_difference_has_its_verdict(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[128];
		struct fixture f;

		print_message("# %s\n", cases[i].what);
		check(&f, cases[i].data, cases[i].reader, false);
		snprintf(want, sizeof(want), "\"section\":\"dev@0\",\"verdict\":\"%s\"",
			 cases[i].verdict);
		assert_has(f.json, want);
		snprintf(want, sizeof(want), cases[i].error ? "\"error\":\"%s\"" : "\"error\":null",
			 cases[i].error);
		assert_has(f.json, want);
		snprintf(want, sizeof(want), "\"code\":\"%s\"", cases[i].code);
		if (cases[i].code)
			assert_has(f.json, want);
		else
			assert_has(f.json, "\"findings\":[]");
		assert_int_equal(f.result, cases[i].result);
		end(&f);
	}
}

/* The way back: the reader saves, and this kernel reads. */
static void test_reverse_asks_the_other_way_round(void **state)
{
	struct fixture f;

	check(&f, &base, &newer, true);
	assert_has(f.json, "\"code\":\"too-new\"");
	assert_int_equal(f.result, KSTD_CHECK_FAILS);
	end(&f);
}

static void test_every_mismatch_is_told(void **state)
{
	FIELDS(wrong, { "a", "value", "u64", "unsigned", 8, 1, IMAGE_ALWAYS, "decimal", 0 },
	       { "b", "value", "s32", "signed", 4, 1, IMAGE_ALWAYS, "decimal", 0 });
	const struct image_desc reader = { "dev", 7, 2, 1, wrong_fields, 2 };
	struct fixture f;

	check(&f, &base, &reader, false);
	assert_has(f.json, "\"code\":\"other-size\",\"name\":\"dev\",\"path\":\"a\"");
	assert_has(f.json, "\"code\":\"other-sign\",\"name\":\"dev\",\"path\":\"b\"");
	assert_has(f.json, "(one of 2 reasons)");
	end(&f);
}

/* Cut or damaged anywhere, the reader's file is refused or judged, and nothing else happens. */
static void test_a_damaged_reader_is_survived(void **state)
{
	struct fixture f = { .rc = -1 };
	struct image im;

	make_next(&im, &base);
	make_data(&f.data, &base);
	for (size_t i = 0; i < im.len; i++) {
		struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = im.fdt, .buf_len = im.len };
		struct kstd_check_opts check = { .sz = sizeof(check), .nr_next = 1 };
		const struct kstd_node *root;

		im.fdt[i] ^= 0x41;
		f.ctx = kstd_ctx_new();
		f.dump = open_image(&f, &f.data);
		check.next = &f.other;
		if (!kstd_open(f.ctx, &opts, &f.other)) {
			if (!kstd_check(f.dump, &check, &root))
				free(json_of(root));
			kstd_close(f.other);
		}
		kstd_close(f.dump);
		kstd_ctx_free(f.ctx);
		im.fdt[i] ^= 0x41;
	}
	image_free(&im);
	image_free(&f.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_difference_has_its_verdict),
		cmocka_unit_test(test_reverse_asks_the_other_way_round),
		cmocka_unit_test(test_every_mismatch_is_told),
		cmocka_unit_test(test_a_damaged_reader_is_survived),
	};

	return RUN(tests);
}
