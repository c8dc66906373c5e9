// SPDX-License-Identifier: GPL-2.0

#include <stddef.h>

#include "short.h"

static bool was_short;

void *short_if_null(void *p)
{
	was_short |= !p;
	return p;
}

bool short_of_memory(void)
{
	return was_short;
}
