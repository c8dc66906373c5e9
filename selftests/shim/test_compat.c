// SPDX-License-Identifier: GPL-2.0
/* test_compat.c - the rules: what a description takes and what it refuses */

#include "fixture.h"

#define NO_UNTIL	KSTATE_ABI_NO_UNTIL
#define F(_name, ...)	{ .name = (_name), .kind = KSTATE_KIND_VALUE, .sign = KSTATE_SIGN_UNSIGNED, \
			  .size = 4, .count = 1, .until = NO_UNTIL, ##__VA_ARGS__ }
#define LAYOUT(_min, _version, ...) {						\
	.min_version = (_min), .version = (_version),				\
	.fields = (const struct kstate_layout_field[]) { __VA_ARGS__ },		\
	.nr = sizeof((const struct kstate_layout_field[]) { __VA_ARGS__ }) /	\
	      sizeof(struct kstate_layout_field) }

struct seen {
	struct kstate_compat compat;
	enum kstate_verdict last;
	unsigned int nr;
};

static void note(struct kstate_compat *c, enum kstate_verdict verdict,
		 const struct kstate_layout_field *ours,
		 const struct kstate_layout_field *theirs)
{
	struct seen *seen = container_of(c, struct seen, compat);

	seen->last = verdict;
	seen->nr++;
}

/* One finding is expected, or none. */
static void expect(const struct kstate_layout *ours, const struct kstate_layout *theirs,
		   int err, enum kstate_verdict verdict)
{
	struct seen seen = { .compat.verdict = note };

	assert_int_equal(kstate_compat_match(&seen.compat, ours, theirs), err);
	assert_int_equal(seen.last, verdict);
	assert_int_equal(seen.nr, verdict != KSTATE_FITS);
}

static const struct kstate_layout plain = LAYOUT(1, 2, F("a"), F("b"));

static void an_equal_description_fits(void **state)
{
	expect(&plain, &plain, 0, KSTATE_FITS);
}

static void the_order_of_fields_does_not_matter(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("b"), F("a"));

	expect(&plain, &theirs, 0, KSTATE_FITS);
}

static void a_newer_version_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 3, F("a"), F("b"));

	expect(&plain, &theirs, -EOPNOTSUPP, KSTATE_TOO_NEW);
}

static void a_version_below_the_minimum_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 0, F("a"), F("b"));

	expect(&plain, &theirs, -EOPNOTSUPP, KSTATE_TOO_OLD);
}

static void a_field_newer_than_the_data_is_left_alone(void **state)
{
	const struct kstate_layout ours = LAYOUT(1, 2, F("a"), F("b", .since = 2));
	const struct kstate_layout theirs = LAYOUT(0, 1, F("a"));

	expect(&ours, &theirs, 0, KSTATE_NOT_IN_DATA);
}

static void a_deprecated_field_is_skipped(void **state)
{
	const struct kstate_layout ours = LAYOUT(1, 2, F("a"), F("b", .until = 1));
	const struct kstate_layout theirs = LAYOUT(0, 1, F("a"), F("b"));

	expect(&ours, &theirs, 0, KSTATE_SKIPPED);
}

static void a_deprecated_field_need_not_be_in_the_data(void **state)
{
	const struct kstate_layout ours = LAYOUT(1, 2, F("a"), F("b", .until = 1));
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b", .until = 1));

	expect(&ours, &theirs, 0, KSTATE_FITS);
}

static void a_field_deprecated_before_the_data_is_refused(void **state)
{
	const struct kstate_layout ours = LAYOUT(0, 2, F("a"), F("b", .until = 0));
	const struct kstate_layout theirs = LAYOUT(0, 1, F("a"), F("b"));

	expect(&ours, &theirs, -EPROTO, KSTATE_STILL_IN_DATA);
}

static void an_unknown_field_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b"), F("c"));

	expect(&plain, &theirs, -EPROTO, KSTATE_UNKNOWN_FIELD);
}

static void a_missing_field_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"));

	expect(&plain, &theirs, -EPROTO, KSTATE_MISSING_FIELD);
}

static void another_kind_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b", .kind = KSTATE_KIND_POINTER));

	expect(&plain, &theirs, -EPROTO, KSTATE_OTHER_KIND);
}

static void another_sign_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b", .sign = KSTATE_SIGN_SIGNED));

	expect(&plain, &theirs, -EPROTO, KSTATE_OTHER_SIGN);
}

static void another_size_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b", .size = 8));

	expect(&plain, &theirs, -EPROTO, KSTATE_OTHER_SIZE);
}

static void another_count_is_refused(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a"), F("b", .count = 2));

	expect(&plain, &theirs, -EPROTO, KSTATE_OTHER_COUNT);
}

static void a_nested_description_is_judged_too(void **state)
{
	const struct kstate_layout inner = LAYOUT(0, 1, F("x"));
	const struct kstate_layout resized = LAYOUT(0, 1, F("x", .size = 8));
	const struct kstate_layout ours = LAYOUT(0, 1, F("a", .nested = &inner));
	const struct kstate_layout same = LAYOUT(0, 1, F("a", .nested = &inner));
	const struct kstate_layout other = LAYOUT(0, 1, F("a", .nested = &resized));
	const struct kstate_layout none = LAYOUT(0, 1, F("a"));
	struct seen seen = { .compat.verdict = note };

	expect(&ours, &same, 0, KSTATE_FITS);
	expect(&ours, &none, -EPROTO, KSTATE_OTHER_NESTED);
	assert_int_equal(kstate_compat_match(&seen.compat, &ours, &other), -EPROTO);
	assert_int_equal(seen.nr, 2);
	assert_int_equal(seen.last, KSTATE_OTHER_NESTED);
}

/* In a damaged image a description may hold itself. */
static void a_description_in_itself_ends(void **state)
{
	struct kstate_layout_field field = F("a");
	struct kstate_layout theirs = { .version = 1, .fields = &field, .nr = 1 };

	field.nested = &theirs;
	assert_int_equal(kstate_compat_match(NULL, &theirs, &theirs), -EPROTO);
}

static void every_mismatch_is_reported(void **state)
{
	const struct kstate_layout theirs = LAYOUT(0, 2, F("a", .size = 8), F("c"));
	struct seen seen = { .compat.verdict = note };

	assert_int_equal(kstate_compat_match(&seen.compat, &plain, &theirs), -EPROTO);
	assert_int_equal(seen.nr, 3);
}

/* A member that changed its type and kept its name. */
#define RETYPED	F("b", .size = 2, .until = 1), F("b", .since = 2)

static void a_field_may_change_its_type_under_its_name(void **state)
{
	const struct kstate_layout ours = LAYOUT(1, 2, F("a"), RETYPED);
	const struct kstate_layout old = LAYOUT(0, 1, F("a"), F("b", .size = 2));
	const struct kstate_layout wrong = LAYOUT(0, 1, F("a"), F("b"));
	struct seen seen = { .compat.verdict = note };

	expect(&ours, &ours, 0, KSTATE_FITS);
	assert_int_equal(kstate_compat_match(&seen.compat, &ours, &old), 0);
	assert_int_equal(seen.nr, 2);
	assert_int_equal(seen.last, KSTATE_NOT_IN_DATA);
	assert_int_equal(kstate_compat_match(NULL, &ours, &wrong), -EPROTO);
	expect(&plain, &ours, 0, KSTATE_FITS);
}

static void two_fields_of_a_name_are_twins_if_a_version_has_both(void **state)
{
	const struct kstate_layout_field first = F("b", .until = 1), second = F("b", .since = 2);
	const struct kstate_layout_field early = F("b", .since = 1), other = F("c");

	assert_false(kstate_field_twin(&first, &second));
	assert_true(kstate_field_twin(&first, &early));
	assert_true(kstate_field_twin(&second, &early));
	assert_false(kstate_field_twin(&first, &other));
}

static u64 fingerprint(const struct kstate_layout *layout)
{
	u64 hash = KSTATE_FINGERPRINT_START;

	for (size_t i = 0; i < layout->nr; i++)
		hash = kstate_fingerprint(hash, &layout->fields[i]);
	return hash;
}

static void the_fingerprint_tells_layouts_apart(void **state)
{
	const struct kstate_layout nested = { .fingerprint = 1 };
	const struct kstate_layout others[] = {
		LAYOUT(0, 2, F("b"), F("a")),
		LAYOUT(0, 2, F("a"), F("b", .size = 8)),
		LAYOUT(0, 2, F("a"), F("b", .count = 2)),
		LAYOUT(0, 2, F("a"), F("b", .sign = KSTATE_SIGN_SIGNED)),
		LAYOUT(0, 2, F("a"), F("b", .kind = KSTATE_KIND_POINTER)),
		LAYOUT(0, 2, F("a"), F("b", .since = 1)),
		LAYOUT(0, 2, F("a"), F("b", .until = 1)),
		LAYOUT(0, 2, F("a"), F("c")),
		LAYOUT(0, 2, F("a"), F("b", .nested = &nested)),
		LAYOUT(0, 2, F("a")),
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_true(fingerprint(&plain) != fingerprint(&others[i]));
}

/* Pinned, computed by another program: another kernel must get the same number. */
static void the_fingerprint_is_the_documented_one(void **state)
{
	assert_true(fingerprint(&plain) == 0x412351a4f09d6bf2ULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_equal_description_fits),
		cmocka_unit_test(the_order_of_fields_does_not_matter),
		cmocka_unit_test(a_newer_version_is_refused),
		cmocka_unit_test(a_version_below_the_minimum_is_refused),
		cmocka_unit_test(a_field_newer_than_the_data_is_left_alone),
		cmocka_unit_test(a_deprecated_field_is_skipped),
		cmocka_unit_test(a_deprecated_field_need_not_be_in_the_data),
		cmocka_unit_test(a_field_deprecated_before_the_data_is_refused),
		cmocka_unit_test(an_unknown_field_is_refused),
		cmocka_unit_test(a_missing_field_is_refused),
		cmocka_unit_test(another_kind_is_refused),
		cmocka_unit_test(another_sign_is_refused),
		cmocka_unit_test(another_size_is_refused),
		cmocka_unit_test(another_count_is_refused),
		cmocka_unit_test(a_nested_description_is_judged_too),
		cmocka_unit_test(a_description_in_itself_ends),
		cmocka_unit_test(every_mismatch_is_reported),
		cmocka_unit_test(a_field_may_change_its_type_under_its_name),
		cmocka_unit_test(two_fields_of_a_name_are_twins_if_a_version_has_both),
		cmocka_unit_test(the_fingerprint_tells_layouts_apart),
		cmocka_unit_test(the_fingerprint_is_the_documented_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shim_setup, shim_teardown);
}
