/* SPDX-License-Identifier: GPL-2.0 */

/* Bytes with offsets, as characters, and with what they belong to. */

#ifndef TOOLS_TEXT_HEX_H
#define TOOLS_TEXT_HEX_H

#include <kstate-dump.h>

#include "buf.h"

/* A list of style %KSTD_STYLE_HEXDUMP; each part begins a line. */
void text_hexdump(struct buf *b, const struct kstd_node *list, unsigned int indent);

#endif
