/* SPDX-License-Identifier: GPL-2.0 */

/* Text as mdoc, for the manual pages. */

#ifndef TOOLS_MDOC_H
#define TOOLS_MDOC_H

#include "buf.h"

/* One line of text: roff sees no command in it. */
void mdoc_line(struct buf *b, const char *s, size_t len);

/* Paragraphs, with an empty line between them. */
void mdoc_text(struct buf *b, const char *s);

#endif
