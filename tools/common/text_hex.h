/* SPDX-License-Identifier: GPL-2.0 */

/* A hexdump: offsets, bytes in hex and as characters, and the field that they belong to. */

#ifndef TOOLS_TEXT_HEX_H
#define TOOLS_TEXT_HEX_H

#include <kstate-dump.h>

#include "buf.h"

/* Put a list of style %KSTD_STYLE_HEXDUMP; each part begins a line. */
void text_hexdump(struct buf *b, const struct kstd_node *list, unsigned int indent);

#endif
