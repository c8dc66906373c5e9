/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the tree
 *
 * A branch or leaf is an item. Sections are no items, as there may be millions: their branch knows
 * their number, and the row of a section is made when it is drawn.
 */

#ifndef BROWSE_TREE_H
#define BROWSE_TREE_H

#include "session.h"

#define MAX_ITEMS	100000	/* in one branch */

enum item_kind {
	ITEM_ROOT,
	ITEM_KHO,
	ITEM_SUBTREE,
	ITEM_IMAGE,
	ITEM_SECTIONS,	/* its rows are sections of @image */
	ITEM_SCHEMA,
	ITEM_DESC,
	ITEM_LUO,
	ITEM_LUO_SESSION,
	ITEM_LUO_FILE,
	ITEM_FLBS,
	ITEM_MEMORY,
};

/**
 * struct item - a branch or a leaf
 * @up, @kids, @last, @next: parent, first and last child, next sibling
 * @nr: number of its element in the list that it is made of
 * @node: a node that lives as long as the dump; NULL if it must be pinned
 * @image: for %ITEM_SECTIONS
 * @open: the rows below it are shown
 */
struct item {
	enum item_kind kind;
	struct item *up;
	struct item *kids;
	struct item *last;
	struct item *next;
	unsigned int depth;
	uint64_t nr;
	const struct kstd_node *node;
	struct image *image;
	bool open;
	char label[96];
};

/**
 * struct spot - what is in a row of the tree
 * @section: section @nr of @item->image; false: @item itself
 */
struct spot {
	struct item *item;
	bool section;
	uint64_t nr;
};

/* Make the tree of a session; NULL if memory is short. */
struct item *tree_make(struct session *s);
void tree_free(struct item *root);

/* Does an item have rows below it, open or not? */
bool item_has_rows(const struct item *item);

/* The number of rows of an item, with the open ones below it. */
uint64_t item_rows(const struct item *item);

/* Find what is in a row; false if there is no such row. */
bool tree_at(struct item *root, uint64_t row, struct spot *spot);

/* The row of a spot; the branches above it are opened. */
uint64_t tree_row(struct item *root, const struct spot *spot);

/* Pin the node of a spot; the caller unpins it. NULL if it has none. */
const struct kstd_node *spot_hold(struct session *s, const struct spot *spot,
				  struct pinned_node *h);

#endif
