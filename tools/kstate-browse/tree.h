/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the tree
 *
 * Branches are items; sections are not: their branch says how many there are, and a row
 * of it is made when it is drawn.
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
 * @nr: of the element in the list that it is from
 * @node: as long as the dump lives; NULL if it must be fetched
 * @image: of a branch of sections
 * @open: its rows are shown
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
 * struct spot - a row of the tree
 * @section: it is section @nr of @item's image
 */
struct spot {
	struct item *item;
	bool section;
	uint64_t nr;
};

/* NULL if memory is short. */
struct item *tree_make(struct session *s);
void tree_free(struct item *root);

/* Is there something below it, seen or not? */
bool item_has_rows(const struct item *item);

/* Rows that it takes with what is open below it. */
uint64_t item_rows(const struct item *item);

/* What is in a row; false if there is no such row. */
bool tree_at(struct item *root, uint64_t row, struct spot *spot);

/* Which row shows it; branches above are opened. */
uint64_t tree_row(struct item *root, const struct spot *spot);

/* The node of a row, which the caller drops; NULL if it has none. */
const struct kstd_node *spot_hold(struct session *s, const struct spot *spot, struct pinned_node *h);

#endif
