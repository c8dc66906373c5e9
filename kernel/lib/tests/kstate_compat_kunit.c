// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: which data a description takes
 */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/slab.h>

#include "../../kernel/liveupdate/kstate_internal.h"

#define F(_name, ...) {							\
	.name = (_name), .kind = KSTATE_KIND_VALUE, .sign = KSTATE_SIGN_UNSIGNED, \
	.size = 4, .count = 1, .until = KSTATE_ABI_NO_UNTIL, ##__VA_ARGS__ }
#define FIELDS(...)							\
	.fields = (const struct kstate_layout_field[]) { __VA_ARGS__ },	\
	.nr = ARRAY_SIZE(((const struct kstate_layout_field[]) { __VA_ARGS__ }))
#define LAYOUT(_min, _version, ...)					\
	{ .min_version = (_min), .version = (_version), FIELDS(__VA_ARGS__) }

static const struct kstate_layout inner_2 = LAYOUT(1, 2, F("x"), F("y", .since = 2));
static const struct kstate_layout inner_1 = LAYOUT(1, 1, F("x"));
static const struct kstate_layout inner_x = LAYOUT(1, 2, F("x", .size = 8), F("y", .since = 2));
static const struct kstate_layout inner_3 = LAYOUT(3, 3, F("x"), F("y", .since = 2));

#define NESTED(_name, _inner)						\
	F(_name, .kind = KSTATE_KIND_STRUCT, .sign = KSTATE_SIGN_OPAQUE, .size = 0, \
	  .nested = &(_inner))

/**
 * struct compat_case - what a reader says to data
 * @name: of the case
 * @ours: the reader
 * @theirs: the data
 * @err: what kstate_compat_match() returns
 * @nr: number of verdicts
 * @verdict: the last of them
 */
struct compat_case {
	const char *name;
	struct kstate_layout ours;
	struct kstate_layout theirs;
	int err;
	unsigned int nr;
	enum kstate_verdict verdict;
};

static const struct compat_case compat_table[] = {
	{
		.name = "equal",
		.ours = LAYOUT(1, 1, F("a"), F("b")),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
	}, {
		.name = "another order",
		.ours = LAYOUT(1, 1, F("a"), F("b", .size = 8)),
		.theirs = LAYOUT(1, 1, F("b", .size = 8), F("a")),
	}, {
		.name = "version above the range",
		.ours = LAYOUT(1, 2, F("a")),
		.theirs = LAYOUT(1, 3, F("a")),
		.err = -EOPNOTSUPP, .nr = 1, .verdict = KSTATE_TOO_NEW,
	}, {
		.name = "version below the range",
		.ours = LAYOUT(2, 3, F("a")),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EOPNOTSUPP, .nr = 1, .verdict = KSTATE_TOO_OLD,
	}, {
		.name = "version at the lower end",
		.ours = LAYOUT(2, 3, F("a")),
		.theirs = LAYOUT(0, 2, F("a")),
	}, {
		.name = "field added since",
		.ours = LAYOUT(1, 2, F("a"), F("b", .since = 2)),
		.theirs = LAYOUT(1, 1, F("a")),
		.nr = 1, .verdict = KSTATE_NOT_IN_DATA,
	}, {
		.name = "field deprecated since",
		.ours = LAYOUT(1, 2, F("a"), F("b", .until = 1)),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
		.nr = 1, .verdict = KSTATE_SKIPPED,
	}, {
		.name = "deprecated on both sides",
		.ours = LAYOUT(1, 2, F("a"), F("b", .until = 1)),
		.theirs = LAYOUT(1, 2, F("a"), F("b", .until = 1)),
	}, {
		.name = "field that the reader lacks",
		.ours = LAYOUT(1, 1, F("a")),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_UNKNOWN_FIELD,
	}, {
		.name = "field that the data lacks",
		.ours = LAYOUT(1, 1, F("a"), F("b")),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_MISSING_FIELD,
	}, {
		.name = "deprecated one version too early",
		.ours = LAYOUT(1, 3, F("a"), F("b", .until = 1)),
		.theirs = LAYOUT(1, 2, F("a"), F("b")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_STILL_IN_DATA,
	}, {
		.name = "field in data before it was added",
		.ours = LAYOUT(1, 2, F("a"), F("b", .since = 2)),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_STILL_IN_DATA,
	}, {
		.name = "another kind",
		.ours = LAYOUT(1, 1, F("a", .kind = KSTATE_KIND_EQUAL)),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_OTHER_KIND,
	}, {
		.name = "another sign",
		.ours = LAYOUT(1, 1, F("a", .sign = KSTATE_SIGN_SIGNED)),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_OTHER_SIGN,
	}, {
		.name = "another size",
		.ours = LAYOUT(1, 1, F("a", .size = 8)),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_OTHER_SIZE,
	}, {
		.name = "another count",
		.ours = LAYOUT(1, 1, F("a", .count = 2)),
		.theirs = LAYOUT(1, 1, F("a")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_OTHER_COUNT,
	}, {
		.name = "a deprecated field must be the same, too",
		.ours = LAYOUT(1, 2, F("a"), F("b", .until = 1, .size = 8)),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
		.err = -EPROTO, .nr = 1, .verdict = KSTATE_OTHER_SIZE,
	}, {
		.name = "every finding is reported",
		.ours = LAYOUT(1, 1, F("a", .size = 8), F("b", .count = 2), F("c")),
		.theirs = LAYOUT(1, 1, F("a"), F("b")),
		.err = -EPROTO, .nr = 3, .verdict = KSTATE_MISSING_FIELD,
	}, {
		.name = "equal nested description",
		.ours = LAYOUT(1, 1, NESTED("s", inner_2)),
		.theirs = LAYOUT(1, 1, NESTED("s", inner_2)),
	}, {
		.name = "older nested version",
		.ours = LAYOUT(1, 1, NESTED("s", inner_2)),
		.theirs = LAYOUT(1, 1, NESTED("s", inner_1)),
		.nr = 1, .verdict = KSTATE_NOT_IN_DATA,
	}, {
		.name = "newer nested version",
		.ours = LAYOUT(1, 1, NESTED("s", inner_1)),
		.theirs = LAYOUT(1, 1, NESTED("s", inner_2)),
		.err = -EPROTO, .nr = 2, .verdict = KSTATE_OTHER_NESTED,
	}, {
		.name = "nested version that is not taken any more",
		.ours = LAYOUT(1, 1, NESTED("s", inner_3)),
		.theirs = LAYOUT(1, 1, NESTED("s", inner_2)),
		.err = -EPROTO, .nr = 2, .verdict = KSTATE_OTHER_NESTED,
	}, {
		.name = "other nested field",
		.ours = LAYOUT(1, 1, NESTED("s", inner_x)),
		.theirs = LAYOUT(1, 1, NESTED("s", inner_2)),
		.err = -EPROTO, .nr = 2, .verdict = KSTATE_OTHER_NESTED,
	},
};

KUNIT_ARRAY_PARAM_DESC(compat, compat_table, name);

struct compat_seen {
	struct kstate_compat compat;
	enum kstate_verdict last;
	unsigned int nr;
};

static void compat_note(struct kstate_compat *c, enum kstate_verdict verdict,
			const struct kstate_layout_field *ours,
			const struct kstate_layout_field *theirs)
{
	struct compat_seen *seen = container_of(c, struct compat_seen, compat);

	seen->last = verdict;
	seen->nr++;
}

static void compat_match_test(struct kunit *test)
{
	const struct compat_case *c = test->param_value;
	struct compat_seen seen = { .compat.verdict = compat_note };

	KUNIT_EXPECT_EQ(test, kstate_compat_match(&seen.compat, &c->ours, &c->theirs), c->err);
	KUNIT_EXPECT_EQ(test, seen.nr, c->nr);
	KUNIT_EXPECT_EQ(test, seen.last, c->verdict);
	KUNIT_EXPECT_EQ(test, seen.compat.depth, 0);
	/* Who does not want the findings gets the same answer. */
	KUNIT_EXPECT_EQ(test, kstate_compat_match(NULL, &c->ours, &c->theirs), c->err);
}

/* Descriptions that nest to the limit are taken, one more is not. */
static void compat_depth_test(struct kunit *test)
{
	struct kstate_layout layouts[KSTATE_ABI_DEPTH + 1] = {};
	struct kstate_layout_field fields[KSTATE_ABI_DEPTH + 1] = {};

	for (int i = 0; i <= KSTATE_ABI_DEPTH; i++) {
		fields[i] = (struct kstate_layout_field)F("s", .kind = KSTATE_KIND_STRUCT,
							  .size = 0);
		fields[i].nested = i ? &layouts[i - 1] : NULL;
		layouts[i] = (struct kstate_layout){ .fields = &fields[i], .nr = 1 };
	}
	fields[0] = (struct kstate_layout_field)F("leaf");
	KUNIT_EXPECT_EQ(test, kstate_compat_match(NULL, &layouts[KSTATE_ABI_DEPTH - 1],
						  &layouts[KSTATE_ABI_DEPTH - 1]), 0);
	KUNIT_EXPECT_EQ(test, kstate_compat_match(NULL, &layouts[KSTATE_ABI_DEPTH],
						  &layouts[KSTATE_ABI_DEPTH]), -EPROTO);
}

static void compat_text_test(struct kunit *test)
{
	for (int v = KSTATE_FITS; v <= KSTATE_OTHER_NESTED; v++)
		KUNIT_EXPECT_NOT_NULL(test, kstate_verdict_text(v));
}

/* The definition in the ABI header, applied to one field by hand. */
static void compat_fingerprint_pinned_test(struct kunit *test)
{
	const struct kstate_layout nested = { .fingerprint = 0x0123456789abcdefULL };
	const struct kstate_layout_field plain = F("abc");
	const struct kstate_layout_field with = F("abc", .nested = &nested);

	KUNIT_EXPECT_EQ(test, kstate_fingerprint(KSTATE_FINGERPRINT_START, &plain),
			0xf64207decffde9a2ULL);
	KUNIT_EXPECT_EQ(test, kstate_fingerprint(KSTATE_FINGERPRINT_START, &with),
			0xf639ae9c3b076ce2ULL);
}

static void compat_fingerprint_covers_test(struct kunit *test)
{
	const struct kstate_layout some = { .fingerprint = 1 };
	const struct kstate_layout_field base = F("abc");
	const struct kstate_layout_field other[] = {
		F("abd"),
		F("abc", .kind = KSTATE_KIND_EQUAL),
		F("abc", .sign = KSTATE_SIGN_SIGNED),
		F("abc", .size = 8),
		F("abc", .count = 2),
		F("abc", .since = 1),
		F("abc", .until = 1),
		F("abc", .nested = &some),
	};
	u64 start = KSTATE_FINGERPRINT_START;

	for (size_t i = 0; i < ARRAY_SIZE(other); i++)
		KUNIT_EXPECT_NE_MSG(test, kstate_fingerprint(start, &base),
				    kstate_fingerprint(start, &other[i]), "field %zu", i);
	/* And the order of fields. */
	KUNIT_EXPECT_NE(test, kstate_fingerprint(kstate_fingerprint(start, &base), &other[0]),
			kstate_fingerprint(kstate_fingerprint(start, &other[0]), &base));
}

struct compat_obj {
	u32 a;
	u16 b;
};

static const struct kstate_description compat_one = {
	.name = "one", .id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct compat_obj, u32),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description compat_two = {
	.name = "two", .id = 2, .version_id = 5, .flags = KSTATE_OPTIONAL,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct compat_obj, unsigned int,
				 .hint = KSTATE_HINT_HEX),
		KSTATE_END_OF_LIST()
	},
};

/* What is for people only does not count. */
static void compat_fingerprint_ignores_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kstate_desc_fingerprint(&compat_one),
			kstate_desc_fingerprint(&compat_two));
}

static const struct kstate_description compat_desc = {
	.name = "layout", .id = 1, .version_id = 4, .min_version_id = 2,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE_V(a, struct compat_obj, u32, 3),
		KSTATE_BASE_TYPE_DEPRECATED(gone, s64, 2),
		KSTATE_END_OF_LIST()
	},
};

/* The layout of a description says what its macros say. */
static void compat_layout_test(struct kunit *test)
{
	struct kstate_layout *layout = kstate_desc_layout(&compat_desc);
	const struct kstate_layout_field *gone;

	KUNIT_ASSERT_NOT_NULL(test, layout);
	KUNIT_EXPECT_EQ(test, layout->version, 4);
	KUNIT_EXPECT_EQ(test, layout->min_version, 2);
	KUNIT_EXPECT_EQ(test, layout->nr, 2);
	KUNIT_EXPECT_NULL(test, kstate_layout_find(layout, "b", 3));
	gone = kstate_layout_find(layout, "gone", 3);
	KUNIT_EXPECT_NOT_NULL(test, gone);
	if (gone) {
		KUNIT_EXPECT_EQ(test, gone->size, 8);
		KUNIT_EXPECT_EQ(test, gone->sign, KSTATE_SIGN_SIGNED);
		KUNIT_EXPECT_TRUE(test, kstate_field_in(gone, 2));
		KUNIT_EXPECT_FALSE(test, kstate_field_in(gone, 3));
	}
	KUNIT_EXPECT_FALSE(test, kstate_field_in(&layout->fields[0], 2));
	KUNIT_EXPECT_TRUE(test, kstate_field_in(&layout->fields[0], 3));
	kstate_layout_free(layout);
}

static struct kunit_case compat_cases[] = {
	KUNIT_CASE_PARAM(compat_match_test, compat_gen_params),
	KUNIT_CASE(compat_depth_test),
	KUNIT_CASE(compat_text_test),
	KUNIT_CASE(compat_fingerprint_pinned_test),
	KUNIT_CASE(compat_fingerprint_covers_test),
	KUNIT_CASE(compat_fingerprint_ignores_test),
	KUNIT_CASE(compat_layout_test),
	{}
};

static struct kunit_suite compat_suite = {
	.name = "kstate_compat",
	.test_cases = compat_cases,
};

kunit_test_suite(compat_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: which data a description takes");
MODULE_LICENSE("GPL");
