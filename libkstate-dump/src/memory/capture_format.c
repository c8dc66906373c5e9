// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Names that captures are written with. */

#include <string.h>

#include "memory/capture_format.h"

static const char *const roles[] = {
#define X(sym, name) [KSTD_ROLE_##sym] = name,
	KSTD_ROLES(X)
#undef X
};

static const struct {
	const char *name;
	enum kstd_avail avail;
} reasons[] = {
#define X(sym, name, avail) [KSTD_LEFT_##sym] = { name, avail },
	KSTD_REASONS(X)
#undef X
};

const char *kstd_role_name(enum kstd_role role)
{
	return roles[role];
}

int kstd_role_by_name(const char *name)
{
	for (size_t i = 0; name && i < sizeof(roles) / sizeof(roles[0]); i++)
		if (!strcmp(roles[i], name))
			return i;
	return -1;
}

const char *kstd_reason_name(enum kstd_reason reason)
{
	return reasons[reason].name;
}

int kstd_reason_by_name(const char *name)
{
	for (size_t i = 0; name && i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (!strcmp(reasons[i].name, name))
			return i;
	return -1;
}

enum kstd_avail kstd_reason_avail(enum kstd_reason reason)
{
	return reasons[reason].avail;
}
