/* SPDX-License-Identifier: GPL-2.0 */

/* The tree view from inside: view_tree.c acts, tree_draw.c draws, tree_go.c is for other views. */

#ifndef BROWSE_VIEW_TREE_H
#define BROWSE_VIEW_TREE_H

#include "app.h"
#include "lines.h"
#include "tree.h"

/**
 * struct tree_view - the view
 * @right: keys go to the details
 * @spot: what @lines are of, if @valid
 * @pending: the cursor is to be on @back_to, and the rows above are not all there yet
 * @nr_rows: how many there were; with others, the cursor stays on what it is on
 * @line: where the cursor was in the details before nodes were dropped
 * @split: columns of the tree on the screen, 0 if only one pane is there
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

/* What a row says, without its indent. */
void tree_put_row(struct tree_view *t, const struct spot *spot, struct buf *b, enum ink *ink);
void tree_draw_rows(struct tree_view *t, struct canvas *c, const struct area *a);
void tree_draw_details(struct tree_view *t, struct canvas *c, const struct area *a);

#endif
