/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: lines
 *
 * A node of the model as lines. Lines are made when they are asked for, so that a list of a million
 * elements costs nothing until the user scrolls through it; they are kept until lines_free().
 */

#ifndef BROWSE_LINES_H
#define BROWSE_LINES_H

#include <kstate-dump.h>

#include "../common/buf.h"
#include "canvas.h"

#define MAX_LINES	1000000
#define LINES_DEPTH	24
#define LINES_PATH	256
#define LINES_COLUMNS	16

/**
 * struct line - a line; texts are offsets in &struct lines.text, NUL-terminated, 0 for ""
 * @label: name of a field or a member; or the whole line
 * @type: C type of a field
 * @path: of a field, as in "sub.field[3].member"; of a finding, its place
 * @has_address: the value is a physical address, @address
 */
struct line {
	uint32_t label;
	uint32_t type;
	uint32_t value;
	uint32_t path;
	uint16_t indent;
	uint8_t ink;
	bool has_address;
	uint64_t address;
};

struct lines_frame;

/**
 * struct lines - lines, and the nodes that more lines are made of
 * @v: the lines that were made, @nr of them; there is room for @room
 * @stack: the nodes, @depth of them, the innermost last
 * @filter: only lines with this text are added; "": all are
 * @label_width, @type_width: columns of the widest label with its indent, and of the widest type
 * @cut: more than %MAX_LINES lines would be needed
 */
struct lines {
	struct buf text;
	struct line *v;
	size_t nr;
	size_t room;
	struct lines_frame *stack;
	int depth;
	bool cut;
	char filter[64];
	int label_width;
	int type_width;
};

/* Begin without a line. */
void lines_begin(struct lines *l, const char *filter);
void lines_free(struct lines *l);

/* Add the lines of a node, when they are asked for; the node must live until lines_free(). */
void lines_node(struct lines *l, const struct kstd_node *n);

/* Add a line that is no node. Returns it; NULL if it is filtered out, or memory is short. */
struct line *lines_add(struct lines *l, const char *label, const char *value, enum ink ink,
		       unsigned int indent);

/* Keep a text for a line; returns its offset, 0 if memory is short. */
uint32_t lines_keep(struct lines *l, const char *text);

/* Is there a line @row? Makes the lines up to it. */
bool lines_has(struct lines *l, uint64_t row);

static inline const char *line_text(const struct lines *l, uint32_t at)
{
	return l->text.p + at;
}

/* Put a line as text, without its indent. */
void line_put(struct buf *b, const struct lines *l, const struct line *line);

/* Put all lines as text. */
void lines_text(struct lines *l, struct buf *b);

bool line_matches(const struct lines *l, const struct line *line, const char *part);
void line_draw(const struct lines *l, const struct line *line, struct canvas *c, int row, int col,
	       int cols, enum ink ink);

#endif
