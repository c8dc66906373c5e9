/* SPDX-License-Identifier: GPL-2.0 */

/* The tree view from inside: view_tree.c acts, tree_draw.c draws, tree_go.c is for other views. */

#ifndef BROWSE_VIEW_TREE_H
#define BROWSE_VIEW_TREE_H

#include "app.h"
#include "lines.h"
#include "tree.h"

/**
 * struct tree_view - the view
 * @rows, @details: the cursors of the two panes
 * @right: the details have the focus
 * @spot: the spot that @lines and @pinned are made of, if @valid
 * @pending: after a refresh, the cursor goes to @back_to, and the rows above it may still change
 * @nr_rows: rows of the tree when the cursor was placed; if it changes, the cursor follows its spot
 * @line: row of the cursor in the details before the last refresh
 * @split: columns of the tree on the screen; 0 if one pane alone is drawn
 */
struct tree_view {
	struct view v;
	struct item *root;
	struct scroll rows;
	struct scroll details;
	bool right;
	bool valid;
	struct spot spot;
	struct pinned_node pinned;
	struct lines lines;
	char filter[FILTER_MAX];
	bool pending;
	struct spot back_to;
	uint64_t nr_rows;
	uint64_t line;
	int split;
};

static inline struct tree_view *tree_view_of(struct view *v)
{
	return (struct tree_view *)v;
}

/* Choose the pane that keys go to: the details, or the tree. */
void tree_choose_pane(struct tree_view *t, bool right);

/* Make the lines of what the cursor is on. */
void tree_need_details(struct tree_view *t);

/* Put the text of a row, without its indent. */
void tree_put_row(struct tree_view *t, const struct spot *spot, struct buf *b, enum ink *ink);
void tree_draw_rows(struct tree_view *t, struct canvas *c, const struct area *a);
void tree_draw_details(struct tree_view *t, struct canvas *c, const struct area *a);

#endif
