/* SPDX-License-Identifier: GPL-2.0 */

/* Text as mdoc, for the manual pages. */

#ifndef TOOLS_MDOC_H
#define TOOLS_MDOC_H

#include "buf.h"

/* Put one line of text, escaped, so that roff finds no command in it. */
void mdoc_line(struct buf *b, const char *s, size_t len);

/* Put paragraphs; in @s an empty line separates two. */
void mdoc_text(struct buf *b, const char *s);

#endif
