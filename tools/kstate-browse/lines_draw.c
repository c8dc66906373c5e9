// SPDX-License-Identifier: GPL-2.0

/* Drawing lines, and lines as text. */

#include "../common/utf8.h"
#include "lines.h"

void line_put(struct buf *b, const struct lines *l, const struct line *line)
{
	buf_str(b, line_text(l, line->label));
	if (line->type)
		buf_printf(b, "  %s", line_text(l, line->type));
	if (line->value)
		buf_printf(b, "  %s", line_text(l, line->value));
}

void lines_text(struct lines *l, struct buf *b)
{
	for (uint64_t i = 0; lines_has(l, i); i++) {
		buf_fill(b, ' ', 2 * l->v[i].indent);
		line_put(b, l, &l->v[i]);
		buf_char(b, '\n');
	}
}

/* Without room for it, the type is not drawn. */
void line_draw(const struct lines *l, const struct line *line, struct canvas *c, int row, int col,
	       int cols, enum ink ink)
{
	int indent = line->indent * 2, at = indent, label = l->label_width + 2;
	enum ink own = ink ? ink : line->ink;
	const char *text = line_text(l, line->label);
	bool whole = !line->value && !line->type;

	canvas_fill(c, row, col, cols, ink);
	at += canvas_str(c, row, col + indent, whole ? cols - indent : cols / 2, ink ? ink :
			 line->ink ? line->ink : INK_LABEL, text) + 1;
	if (whole) {
		if (!ink && !line->ink)
			canvas_ink(c, row, col, cols, INK_NORMAL);
		return;
	}
	if (label > cols / 2)
		label = cols / 2;
	at = at > label ? at : label;
	if (l->type_width && cols - at > l->type_width + 24) {
		text = line_text(l, line->type);
		canvas_str(c, row, col + at, cols - at, ink ? ink : INK_DIM, text);
		label = utf8_width(text, strlen(text));
		at += (label > l->type_width ? label : l->type_width) + 2;
	}
	canvas_str(c, row, col + at, cols - at, own, line_text(l, line->value));
}
