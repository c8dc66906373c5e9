// SPDX-License-Identifier: GPL-2.0
#define COMPILE_OFFSETS
#include <linux/kbuild.h>
#include <linux/kstate.h>

/* What kstate-catalog has to know of kstate's structs, as the target lays them out. */

#define KSTATE(type) DEFINE(SIZE_##type, sizeof(struct type))
#define KSTATE_MEMBER(type, member) \
	DEFINE(OFF_##type##_##member, offsetof(struct type, member))

int main(void)
{
	KSTATE_MEMBER(kstate_description, name);
	KSTATE_MEMBER(kstate_description, id);
	KSTATE_MEMBER(kstate_description, version_id);
	KSTATE_MEMBER(kstate_description, min_version_id);
	KSTATE_MEMBER(kstate_description, flags);
	KSTATE_MEMBER(kstate_description, fields);
	KSTATE_MEMBER(kstate_description, subsections);

	KSTATE(kstate_field);
	KSTATE_MEMBER(kstate_field, name);
	KSTATE_MEMBER(kstate_field, type);
	KSTATE_MEMBER(kstate_field, whole);
	KSTATE_MEMBER(kstate_field, size);
	KSTATE_MEMBER(kstate_field, count);
	KSTATE_MEMBER(kstate_field, stride);
	KSTATE_MEMBER(kstate_field, since);
	KSTATE_MEMBER(kstate_field, until);
	KSTATE_MEMBER(kstate_field, desc);
	KSTATE_MEMBER(kstate_field, names);
	KSTATE_MEMBER(kstate_field, kind);
	KSTATE_MEMBER(kstate_field, sign);
	KSTATE_MEMBER(kstate_field, hint);

	KSTATE(kstate_hint_name);
	KSTATE_MEMBER(kstate_hint_name, value);
	KSTATE_MEMBER(kstate_hint_name, name);

	return 0;
}
