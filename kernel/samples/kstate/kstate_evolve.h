/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_evolve.h - a struct whose descriptions change between two kernels
 *
 * kstate_evolve_old.h has the descriptions as they were, kstate_evolve_new.h as they
 * are: to compare the two files is to see what changed. Each description is one way
 * in which a driver may evolve, rightly or wrongly, and is named for it.
 */
#ifndef KSTATE_EVOLVE_H
#define KSTATE_EVOLVE_H

#include <linux/kstate.h>
#include <linux/types.h>

struct evolve_inner {
	u32 x;
	u16 y;
	u64 wide_x;
};

struct evolve_data {
	u32 a;
	u16 b;
	u64 c;
	u32 *p;
	u32 list[4];
	struct evolve_inner in;
	u64 wide_b;
};

#define EVOLVE_A	KSTATE_BASE_TYPE(a, struct evolve_data, u32)
#define EVOLVE_B	KSTATE_BASE_TYPE(b, struct evolve_data, u16)
#define EVOLVE_C	KSTATE_BASE_TYPE(c, struct evolve_data, u64)

/* A value whose name is not that of its member, as if the struct had changed. */
#define EVOLVE_AS(_name, _member, _type, ...) {					\
	.name = (_name), .type = #_type,					\
	.offset = offsetof(struct evolve_data, _member),			\
	.size = sizeof(_type), .count = 1, .until = KSTATE_ABI_NO_UNTIL,	\
	.kind = KSTATE_KIND_VALUE, .sign = KSTATE_SIGN_UNSIGNED,		\
	.hint = KSTATE_HINT_DECIMAL, ##__VA_ARGS__ }

#define EVOLVE_FIELDS(...)							\
	.fields = (const struct kstate_field[]) { __VA_ARGS__, KSTATE_END_OF_LIST() }

#define EVOLVE_SUBS(...)							\
	.subsections = (const struct kstate_description *[]) { __VA_ARGS__, NULL }

/* A description of its own, which the catalog has. */
#define EVOLVE_PART(_var, _name, _nr, _min, _version, ...)			\
	static const struct kstate_description _var = {				\
		.name = (_name), .id = KSTATE_ID_VENDOR + 0x100 + (_nr),	\
		.min_version_id = (_min), .version_id = (_version), __VA_ARGS__ }

#define EVOLVE(_var, ...)							\
	EVOLVE_PART(_var, __VA_ARGS__);						\
	KSTATE_CATALOG(_var)

#endif /* KSTATE_EVOLVE_H */
