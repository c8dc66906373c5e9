/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: lines
 *
 * A node of the model as lines, made as far as somebody looks: a list of a million
 * elements costs nothing until it is scrolled through. Lines that were made stay.
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
 * struct line - a line; text is at offsets in &struct lines.text, NUL-terminated
 * @label: name of a field, of a member; or the whole line
 * @type: a C type, may be empty
 * @path: of a field, as "sub.field[3].member"; of a finding, where it is
 * @has_address: its value is a physical address, @address
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
 * struct lines - lines so far, and where to go on
 * @filter: only lines that have this; empty: all
 * @label_width: columns of the widest label with its indent, as is @type_width
 * @cut: there would have been more than %MAX_LINES
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

/* Start with nothing. */
void lines_begin(struct lines *l, const char *filter);
void lines_free(struct lines *l);

/* Lines of a node come after those that are there; it must live until lines_free(). */
void lines_node(struct lines *l, const struct kstd_node *n);

/* A line that is no node; returns it, or NULL if it is filtered out, or memory is short. */
struct line *lines_add(struct lines *l, const char *label, const char *value, enum ink ink,
		       unsigned int indent);
uint32_t lines_keep(struct lines *l, const char *text);

/* Is there a line @row? Makes those before it. */
bool lines_has(struct lines *l, uint64_t row);

static inline const char *line_text(const struct lines *l, uint32_t at)
{
	return l->text.p + at;
}

/* All of them, as text. */
void lines_text(struct lines *l, struct buf *b);

bool line_matches(const struct lines *l, const struct line *line, const char *part);
void line_draw(const struct lines *l, const struct line *line, struct canvas *c, int row, int col,
	       int cols, enum ink ink);

#endif
