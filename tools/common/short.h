/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Whether memory was short anywhere in the program. A view that cannot be made is not there, and
 * the program goes on; at its end it says so, and does not return success.
 */

#ifndef TOOLS_SHORT_H
#define TOOLS_SHORT_H

#include <stdbool.h>

/* Hand on @p, from an allocation; NULL is remembered. */
void *short_if_null(void *p);

bool short_of_memory(void);

#endif
