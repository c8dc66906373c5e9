/* SPDX-License-Identifier: GPL-2.0 */
/* kstate_evolve_old.h - the descriptions as they were */

#include "kstate_evolve.h"

EVOLVE(evolve_same, "same", 0, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B, EVOLVE_C));

/* Versions. */
EVOLVE(evolve_version, "version-raised", 1, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_minimum, "minimum-raised", 2, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));

/* Fields. */
EVOLVE(evolve_added, "field-added", 3, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_added_bare, "field-added-bare", 4, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_removed, "field-removed", 5, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_deprecated, "field-deprecated", 6, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_early, "field-deprecated-early", 7, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_moved, "field-moved", 8, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B, EVOLVE_C));
EVOLVE(evolve_renamed, "field-renamed", 9, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_resized, "field-resized", 10, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_sign, "sign-changed", 11, 1, 1, EVOLVE_FIELDS(EVOLVE_AS("a", a, u32), EVOLVE_B));
EVOLVE(evolve_kind, "kind-changed", 12, 1, 1, EVOLVE_FIELDS(EVOLVE_AS("p", a, u32), EVOLVE_B));
EVOLVE(evolve_count, "count-changed", 13, 1, 1,
       EVOLVE_FIELDS(EVOLVE_AS("list", list, u32, .count = 2), EVOLVE_B));
EVOLVE(evolve_hint, "hint-changed", 14, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_type, "type-changed", 15, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));
EVOLVE(evolve_several, "several-changed", 16, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B, EVOLVE_C));

EVOLVE(evolve_retyped, "field-retyped", 41, 1, 1, EVOLVE_FIELDS(EVOLVE_A, EVOLVE_B));

/* Structs in a field. */
EVOLVE_PART(evolve_inner_resized, "inner-resized", 17, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(x, struct evolve_inner, u32),
	KSTATE_BASE_TYPE(y, struct evolve_inner, u16)));
EVOLVE(evolve_nested_resized, "nested-resized", 18, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_resized)));
EVOLVE_PART(evolve_inner_deprecated, "inner-deprecated", 19, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(x, struct evolve_inner, u32),
	KSTATE_BASE_TYPE(y, struct evolve_inner, u16)));
EVOLVE(evolve_nested_deprecated, "nested-deprecated", 20, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_deprecated)));
EVOLVE_PART(evolve_inner_version, "inner-version", 21, 1, 1, EVOLVE_FIELDS(
	KSTATE_BASE_TYPE(x, struct evolve_inner, u32)));
EVOLVE(evolve_nested_version, "nested-version", 22, 1, 1, EVOLVE_FIELDS(EVOLVE_A,
	KSTATE_STRUCT(in, struct evolve_data, struct evolve_inner, &evolve_inner_version)));

/* Subsections. */
EVOLVE(evolve_sub_added, "subsection-added", 23, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE_PART(evolve_removed_sub, "removed-sub", 24, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_removed, "subsection-removed", 25, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_removed_sub));
EVOLVE_PART(evolve_renumbered_sub, "renumbered-sub", 26, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_renumbered, "subsection-renumbered", 28, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_renumbered_sub));
EVOLVE_PART(evolve_renamed_sub, "renamed-sub", 29, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_renamed, "subsection-renamed", 30, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_renamed_sub));
EVOLVE_PART(evolve_resized_sub, "resized-sub", 31, 0, 0, EVOLVE_FIELDS(EVOLVE_C));
EVOLVE(evolve_sub_resized, "subsection-resized", 32, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       EVOLVE_SUBS(&evolve_resized_sub));

/* Descriptions. */
EVOLVE(evolve_reused, "id-reused-old", 33, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_renumbered, "id-changed", 34, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_gone, "gone", 36, 1, 1, EVOLVE_FIELDS(EVOLVE_A));
EVOLVE(evolve_gone_optional, "gone-optional", 37, 1, 1, EVOLVE_FIELDS(EVOLVE_A),
       .flags = KSTATE_OPTIONAL);
EVOLVE(evolve_optional, "now-optional", 38, 1, 1, EVOLVE_FIELDS(EVOLVE_A));

static const struct kstate_description *const evolve_descs[] = {
	&evolve_same, &evolve_version, &evolve_minimum, &evolve_added, &evolve_added_bare,
	&evolve_removed, &evolve_deprecated, &evolve_early, &evolve_moved, &evolve_renamed,
	&evolve_resized, &evolve_sign, &evolve_kind, &evolve_count, &evolve_hint, &evolve_type,
	&evolve_several, &evolve_retyped, &evolve_nested_resized, &evolve_nested_deprecated,
	&evolve_nested_version, &evolve_sub_added, &evolve_sub_removed, &evolve_sub_renumbered,
	&evolve_sub_renamed, &evolve_sub_resized, &evolve_reused, &evolve_renumbered,
	&evolve_gone, &evolve_gone_optional, &evolve_optional,
};
