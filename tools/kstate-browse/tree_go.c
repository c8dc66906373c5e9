// SPDX-License-Identifier: GPL-2.0

/* The tree for other views: going to a section, and which section the cursor is on. */

#include <stdlib.h>
#include <string.h>

#include "view_tree.h"

static struct item *sections_of(struct item *root, const char *side)
{
	for (struct item *item = root->kids; item; item = item->next)
		if (item->kind == ITEM_IMAGE && item->kids &&
		    (!side || !strcmp(item->kids->image->side_name, side)))
			return item->kids;
	return NULL;
}

static bool find_section(struct image *im, const char *section, uint64_t *nr)
{
	const struct kstd_node *n;
	struct kstd_iter it;
	bool found = false;
	char name[128];

	while (kstd_index_grow(im->index, 1024))
		;
	im->complete = true;
	kstd_iter_begin(&it, kstd_index_sections(im->index, true));
	for (*nr = 0; !found && (n = kstd_iter_next(&it)); *nr += !found)
		found = !strcmp(member_text(n, "section", name, sizeof(name)), section);
	kstd_iter_end(&it);
	return found;
}

static void go_field(struct tree_view *t, const char *path)
{
	tree_need_details(t);
	tree_choose_pane(t, true);
	for (uint64_t i = 0; lines_has(&t->lines, i); i++)
		if (!strcmp(line_text(&t->lines, t->lines.v[i].path), path)) {
			scroll_to(&t->details, i);
			return;
		}
}

bool tree_go_section(struct view *v, const char *side, const char *section, const char *path)
{
	struct tree_view *t = tree_view_of(v);
	struct item *item = sections_of(t->root, side);
	struct spot spot = { .item = item, .section = true };

	if (!item || !find_section(item->image, section, &spot.nr))
		return false;
	if (*item->image->order.filter)
		image_sort(item->image, item->image->order.sort, "");
	tree_choose_pane(t, false);
	scroll_to(&t->rows, tree_row(t->root, &spot));
	t->nr_rows = item_rows(t->root);
	t->pending = false;
	if (path && *path)
		go_field(t, path);
	return true;
}

/* In the tree itself it is the first address of the details. */
bool tree_address(struct view *v, uint64_t *address)
{
	struct tree_view *t = tree_view_of(v);

	tree_need_details(t);
	for (uint64_t i = t->details.cur; lines_has(&t->lines, i); i++) {
		*address = t->lines.v[i].address;
		if (t->right || t->lines.v[i].has_address)
			return t->lines.v[i].has_address;
	}
	return false;
}

bool tree_section(struct view *v, struct image **im, uint64_t *nr, const char **path)
{
	struct tree_view *t = tree_view_of(v);

	tree_need_details(t);
	if (!t->spot.section)
		return false;
	*im = t->spot.item->image;
	*nr = t->spot.nr;
	*path = t->right && lines_has(&t->lines, t->details.cur) ?
		line_text(&t->lines, t->lines.v[t->details.cur].path) : "";
	return true;
}
