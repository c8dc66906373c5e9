/* SPDX-License-Identifier: GPL-2.0 */
/* kstate_evolve_new.h - the descriptions as they are */

#include "kstate_evolve.h"

EVOLVE(evolve_same, "same", 0, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B, EVOLVE_C));

/* Versions. */
EVOLVE(evolve_version, "version-raised", 1, 1, 2, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_minimum, "minimum-raised", 2, 2, 3, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));

/* Fields. */
EVOLVE(evolve_added, "field-added", 3, 1, 2, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_BASE_TYPE_V(b, struct evolve_data, u16, 2)));
EVOLVE(evolve_added_bare, "field-added-bare", 4, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_removed, "field-removed", 5, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_deprecated, "field-deprecated", 6, 1, 2, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_BASE_TYPE_DEPRECATED(b, u16, 1)));
EVOLVE(evolve_early, "field-deprecated-early", 7, 1, 2, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_BASE_TYPE_DEPRECATED(b, u16, 0)));
EVOLVE(evolve_moved, "field-moved", 8, 1, 1, EVOLVE_FIELDS(EVOLVE_C, EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_renamed, "field-renamed", 9, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	EVOLVE_AS("bb", b, u16)));
EVOLVE(evolve_resized, "field-resized", 10, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	EVOLVE_AS("b", wide_b, u64)));
EVOLVE(evolve_sign, "sign-changed", 11, 1, 1, EVOLVE_FIELDS(
	EVOLVE_AS("a", a, s32, .sign = KSTATE_SIGN_SIGNED), EVOLVE_B));
EVOLVE(evolve_kind, "kind-changed", 12, 1, 1, EVOLVE_FIELDS(
	KSTATE_POINTER(p, struct evolve_data), EVOLVE_B));
EVOLVE(evolve_count, "count-changed", 13, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(list, struct evolve_data, u32 [4]), EVOLVE_B));
EVOLVE(evolve_hint, "hint-changed", 14, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(a, struct evolve_data, u32, .hint = KSTATE_HINT_HEX), EVOLVE_B));
EVOLVE(evolve_type, "type-changed", 15, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(a, struct evolve_data, unsigned int), EVOLVE_B));
EVOLVE(evolve_several, "several-changed", 16, 1, 1, EVOLVE_FIELDS(
	EVOLVE_AS("a", a, s32, .sign = KSTATE_SIGN_SIGNED), EVOLVE_AS("c", b, u16),
	EVOLVE_AS("d", wide_b, u64)));

EVOLVE(evolve_retyped, "field-retyped", 41, 1, 2, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_BASE_TYPE_DEPRECATED(b, u16, 1),
	EVOLVE_AS("b", wide_b, u64, .since = 2)));

/* Structs in a field. */
EVOLVE_PART(evolve_inner_resized, "inner-resized", 17, 1, 1, EVOLVE_FIELDS(
	{ .name = "x", .type = "u64", .offset = offsetof(struct evolve_inner, wide_x), .size = 8,
	  .count = 1, .until = KSTATE_ABI_NO_UNTIL, .kind = KSTATE_KIND_VALUE,
	  .sign = KSTATE_SIGN_UNSIGNED, .hint = KSTATE_HINT_DECIMAL },
	KSTATE_BASE_TYPE(y, struct evolve_inner, u16)));
EVOLVE(evolve_nested_resized, "nested-resized", 18, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_resized)));
EVOLVE_PART(evolve_inner_deprecated, "inner-deprecated", 19, 1, 2, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(x, struct evolve_inner, u32),
	KSTATE_BASE_TYPE_DEPRECATED(y, u16, 1)));
EVOLVE(evolve_nested_deprecated, "nested-deprecated", 20, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_deprecated)));
EVOLVE_PART(evolve_inner_version, "inner-version", 21, 2, 2, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(x, struct evolve_inner, u32)));
EVOLVE(evolve_nested_version, "nested-version", 22, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_version)));

/* Subsections. */
EVOLVE_PART(evolve_added_sub, "added-sub", 40, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_added, "subsection-added", 23, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_added_sub));
EVOLVE(evolve_sub_removed, "subsection-removed", 25, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE_PART(evolve_renumbered_sub, "renumbered-sub", 27, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_renumbered, "subsection-renumbered", 28, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_renumbered_sub));
EVOLVE_PART(evolve_renamed_sub, "other-sub", 29, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_renamed, "subsection-renamed", 30, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_renamed_sub));
EVOLVE_PART(evolve_resized_sub, "resized-sub", 31, 0, 0, EVOLVE_FIELDS(EVOLVE_AS("c", b, u16)));
EVOLVE(evolve_sub_resized, "subsection-resized", 32, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_resized_sub));

/* Descriptions. */
EVOLVE(evolve_reused, "id-reused-new", 33, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_renumbered, "id-changed", 35, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_optional, "now-optional", 38, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       .flags = KSTATE_OPTIONAL);

static const struct kstate_description *const evolve_descs[] = {
	&evolve_same, &evolve_version, &evolve_minimum, &evolve_added, &evolve_added_bare,
	&evolve_removed, &evolve_deprecated, &evolve_early, &evolve_moved, &evolve_renamed,
	&evolve_resized, &evolve_sign, &evolve_kind, &evolve_count, &evolve_hint, &evolve_type,
	&evolve_several, &evolve_retyped, &evolve_nested_resized, &evolve_nested_deprecated,
	&evolve_nested_version, &evolve_sub_added, &evolve_sub_removed, &evolve_sub_renumbered,
	&evolve_sub_renamed, &evolve_sub_resized, &evolve_reused, &evolve_renumbered,
	&evolve_optional,
};
