/* SPDX-License-Identifier: GPL-2.0 */

/* A value for scripts. */

#ifndef TOOLS_TEXT_BARE_H
#define TOOLS_TEXT_BARE_H

#include <kstate-dump.h>

#include "out.h"

/**
 * text_bare - write a value and nothing else
 * @n: not a struct and no list of structs
 *
 * See the help of "get" for what values look like.
 */
void text_bare(struct out *out, const struct kstd_node *n);

#endif
