// SPDX-License-Identifier: GPL-2.0

/* The tree on the left; on the right, the details of the row that the cursor is on. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view_tree.h"

#define AT_ONCE		40	/* steps of work on new nodes before they are drawn */
#define BOTH_PANES	60	/* a screen of so many columns has room for both panes */

/* Keys go to the details, or to the tree. */
void tree_choose_pane(struct tree_view *t, bool right)
{
	t->right = right;
	t->v.scroll = right ? &t->details : &t->rows;
}

static void drop_details(struct tree_view *t)
{
	lines_free(&t->lines);
	unpin(&t->pinned);
	t->valid = false;
}

/*
 * Put the cursor back on its spot after a refresh. The row of the spot changes while sections above
 * it are indexed and sorted, so this is repeated until all are.
 */
static void go_back_to(struct tree_view *t)
{
	const struct session *s = &t->v.app->session;

	t->pending = false;
	for (int i = 0; i < s->nr_images; i++)
		t->pending |= !s->images[i].complete || s->images[i].order.building;
	t->rows.cur = tree_row(t->root, &t->back_to);
}

void tree_need_details(struct tree_view *t)
{
	const struct kstd_node *n;
	struct spot spot;

	if (t->pending)
		go_back_to(t);
	else if (t->valid && item_rows(t->root) != t->nr_rows)
		t->rows.cur = tree_row(t->root, &t->spot);
	t->nr_rows = item_rows(t->root);

	while (!tree_at(t->root, t->rows.cur, &spot))
		scroll_to(&t->rows, t->rows.cur ? t->rows.cur - 1 : 0);
	if (t->valid && spot.item == t->spot.item && spot.nr == t->spot.nr &&
	    spot.section == t->spot.section)
		return;
	drop_details(t);
	t->spot = spot;
	t->valid = true;
	lines_begin(&t->lines, t->filter);
	n = spot_hold(&t->v.app->session, &spot, &t->pinned);
	if (n)
		lines_node(&t->lines, n);
	if (!n && spot.item->kind == ITEM_MEMORY)
		lines_add(&t->lines, "Enter goes over preserved memory", "", INK_DIM, 0);
	t->details = (struct scroll){ .height = t->details.height };
	if (t->line && lines_has(&t->lines, t->line))
		t->details.cur = t->line;
	if (!t->pending)
		t->line = 0;
}

static void draw(struct view *v, struct canvas *c, const struct area *a)
{
	struct tree_view *t = tree_view_of(v);
	bool both = a->cols >= BOTH_PANES;
	struct area left = *a, right = *a;

	tree_need_details(t);
	t->split = both ? a->cols * 2 / 5 : 0;
	if (both) {
		left.cols = t->split;
		right.col = t->split + 2;
		right.cols = a->cols - right.col;
		for (int i = 0; i < a->rows; i++)
			canvas_glyph(c, a->row + i, t->split, INK_DIM, GLYPH_VERTICAL);
	}
	if (both || !t->right)
		tree_draw_rows(t, c, &left);
	if (both || t->right)
		tree_draw_details(t, c, &right);
}

static void follow_cursor(struct tree_view *t)
{
	uint64_t address;

	tree_need_details(t);
	if (!t->right && t->spot.section)
		app_message(t->v.app, "Tab goes to the fields: follow one of them");
	else if (tree_address(&t->v, &address))
		app_go_address(t->v.app, address);
	else
		app_message(t->v.app, "no address here");
}

/* Open a section, or a branch without rows. */
static void go_in(struct tree_view *t)
{
	if (t->spot.item->kind == ITEM_MEMORY && !t->spot.section) {
		app_push(t->v.app, view_map(t->v.app, 0, false));
		return;
	}
	tree_choose_pane(t, true);
}

static void open_row(struct tree_view *t, bool toggle)
{
	struct item *item;

	tree_need_details(t);
	item = t->spot.item;
	if (t->right) {
		if (toggle)
			follow_cursor(t);
	} else if (t->spot.section || !item_has_rows(item)) {
		go_in(t);
	} else if (!item->open) {
		item->open = true;
	} else if (toggle) {
		item->open = false;
	} else if (t->rows.cur + 1 < item_rows(t->root)) {
		scroll_to(&t->rows, t->rows.cur + 1);
	}
}

/* Leave the details; else close the branch, or go to the branch above. */
static bool close_row(struct tree_view *t)
{
	struct spot up;

	tree_need_details(t);
	if (t->right) {
		tree_choose_pane(t, false);
		return true;
	}
	if (!t->spot.section && t->spot.item->open && item_has_rows(t->spot.item)) {
		t->spot.item->open = false;
		return true;
	}
	up = (struct spot){ .item = t->spot.section ? t->spot.item : t->spot.item->up };
	if (!up.item)
		return false;
	scroll_to(&t->rows, tree_row(t->root, &up));
	return true;
}

/* The image to sort and to filter: that of the cursor, else the first; NULL if there is none. */
static struct image *image_of(struct tree_view *t)
{
	struct session *s = &t->v.app->session;

	tree_need_details(t);
	for (struct item *item = t->spot.item; item; item = item->up) {
		if (item->image)
			return item->image;
		if (item->kind == ITEM_IMAGE)
			return item->kids->image;
	}
	return s->nr_images ? &s->images[0] : NULL;
}

static void sort(struct tree_view *t)
{
	struct image *im = image_of(t);

	if (!im)
		return;
	image_sort(im, (im->order.sort + 1) % NR_SORTS, im->order.filter);
	app_message(t->v.app, "sections of %s by %s", im->side_name, sort_names[im->order.sort]);
}

static bool act(struct view *v, enum action act)
{
	struct tree_view *t = tree_view_of(v);

	tree_need_details(t);
	t->pending = false;
	if (view_scroll(v, act))
		return true;
	switch (act) {
	case ACT_LEFT:
		close_row(t);
		return true;
	case ACT_BACK:
		return v->app->nr_views == 1 ? close_row(t), true : false;
	case ACT_RIGHT:
		open_row(t, false);
		return true;
	case ACT_OPEN:
		open_row(t, true);
		return true;
	case ACT_PANE:
		tree_choose_pane(t, !t->right);
		return true;
	case ACT_SORT:
		sort(t);
		return true;
	case ACT_FOLLOW:
		follow_cursor(t);
		return true;
	default:
		return false;
	}
}

/* A click on the row of the cursor opens it. */
static void click(struct view *v, int row, int col)
{
	struct tree_view *t = tree_view_of(v);
	bool was_right = t->right, right = t->split ? col > t->split : was_right;
	bool again = !right && !was_right && t->rows.cur == t->rows.top + row;

	tree_choose_pane(t, right);
	if (!view_click_row(v, row))
		tree_choose_pane(t, was_right);
	else if (again)
		open_row(t, true);
}

static void drop(struct view *v)
{
	tree_view_of(v)->line = tree_view_of(v)->details.cur;
	drop_details(tree_view_of(v));
}

static bool same_item(const struct item *a, const struct item *b)
{
	return a->kind == b->kind && !strcmp(a->label, b->label);
}

/* The item of the new tree at the place of @old; NULL if there is none. */
static struct item *same_place(struct item *root, const struct item *old)
{
	struct item *up;

	if (!old->up)
		return root;
	up = same_place(root, old->up);
	for (struct item *kid = up ? up->kids : NULL; kid; kid = kid->next)
		if (same_item(kid, old))
			return kid;
	return NULL;
}

/*
 * Open the items that were open in the old tree. Items that both trees have are in the same order.
 */
static void keep_open(struct item *item, const struct item *old)
{
	for (; item && old; item = item->next) {
		const struct item *o = old;

		for (int i = 0; o && i < 16 && !same_item(item, o); i++)
			o = o->next;
		if (!o || !same_item(item, o))
			continue;
		item->open = o->open;
		keep_open(item->kids, o->kids);
		old = o->next;
	}
}

static void renew(struct view *v)
{
	struct tree_view *t = tree_view_of(v);
	struct item *old = t->root, *root = tree_make(&v->app->session), *same;
	struct spot spot = t->spot;

	if (!root) {
		v->app->quit = true;
		return;
	}
	t->root = root;
	keep_open(root, old);
	/* A tree that was never on the screen has no spot yet. */
	same = spot.item ? same_place(root, spot.item) : root;
	t->pending = same;
	t->back_to = (struct spot){ same, spot.section, spot.nr };
	tree_free(old);
	for (int i = 0; i < AT_ONCE && session_step(&v->app->session); i++)
		;
	tree_need_details(t);
}

static bool has_row(struct view *v, uint64_t row)
{
	struct tree_view *t = tree_view_of(v);

	tree_need_details(t);
	return t->right ? lines_has(&t->lines, row) : row < item_rows(t->root);
}

/* Does a section have the text in its names or values? */
static bool section_matches(struct tree_view *t, const struct spot *spot, const char *text)
{
	struct lines lines;
	struct pinned_node h;
	const struct kstd_node *n = spot_hold(&t->v.app->session, spot, &h);
	bool found = false;

	lines_begin(&lines, "");
	if (n)
		lines_node(&lines, n);
	for (uint64_t i = 0; !found && i < 1000 && lines_has(&lines, i); i++)
		found = line_matches(&lines, &lines.v[i], text);
	lines_free(&lines);
	unpin(&h);
	return found;
}

static bool match(struct view *v, uint64_t row, const char *text)
{
	struct tree_view *t = tree_view_of(v);
	struct buf b = { 0 };
	struct spot spot;
	enum ink ink;
	bool found;

	if (t->right)
		return line_matches(&t->lines, &t->lines.v[row], text);
	if (!tree_at(t->root, row, &spot))
		return false;
	tree_put_row(t, &spot, &b, &ink);
	found = text_has(b.p ? b.p : "", b.len, text);
	buf_free(&b);
	return found || (spot.section && section_matches(t, &spot, text));
}

static void filter(struct view *v, const char *text)
{
	struct tree_view *t = tree_view_of(v);
	struct image *im = image_of(t);

	if (t->right) {
		snprintf(t->filter, sizeof(t->filter), "%s", text);
		drop_details(t);
	} else if (im) {
		image_sort(im, im->order.sort, text);
	}
}

static const char *filter_of(struct view *v)
{
	struct tree_view *t = tree_view_of(v);
	struct image *im = image_of(t);

	return t->right ? t->filter : im ? im->order.filter : "";
}

static void position(struct view *v, struct buf *b)
{
	struct tree_view *t = tree_view_of(v);
	const struct image *im = image_of(t);

	buf_count(b, (t->right ? t->details.cur : t->rows.cur) + 1);
	buf_char(b, '/');
	buf_count(b, t->right ? t->lines.nr : item_rows(t->root));
	if (t->right && t->lines.depth)
		buf_char(b, '+');
	if (im && im->order.sort && !t->right)
		buf_printf(b, "  by %s", sort_names[im->order.sort]);
}

static void title(struct view *v, struct buf *b)
{
	struct tree_view *t = tree_view_of(v);
	enum ink ink;

	tree_need_details(t);
	tree_put_row(t, &t->spot, b, &ink);
}

static void text(struct view *v, struct buf *b)
{
	struct tree_view *t = tree_view_of(v);
	enum ink ink;

	tree_need_details(t);
	tree_put_row(t, &t->spot, b, &ink);
	buf_char(b, '\n');
	lines_text(&t->lines, b);
}

static void whole(struct view *v, struct buf *b)
{
	struct tree_view *t = tree_view_of(v);
	enum ink ink;

	tree_need_details(t);
	if (!t->right)
		tree_put_row(t, &t->spot, b, &ink);
	else if (lines_has(&t->lines, t->details.cur))
		line_put(b, &t->lines, &t->lines.v[t->details.cur]);
}

/* A section is exported as by "show", everything else as by "info". */
static bool shown(struct view *v, struct shown *s)
{
	struct tree_view *t = tree_view_of(v);
	struct session *session = &v->app->session;
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	static const struct kstd_node *list;
	struct pinned_node h = { .nr = 0 };
	char name[128];

	tree_need_details(t);
	if (!t->spot.section) {
		*s = (struct shown){ "info", NULL, NULL };
		return !kstd_info(session->dump, &s->node);
	}
	member_text(pin_element(&h, kstd_index_sections(t->spot.item->image->index, true),
				 t->spot.nr), "section", name, sizeof(name));
	unpin(&h);
	opts.select = name;
	if (kstd_sections(session->dump, &opts, &list))
		return false;
	*s = (struct shown){ "show", "sections", list };
	return true;
}

static void free_tree(struct view *v)
{
	tree_free(tree_view_of(v)->root);
}

static const enum action bar[] = {
	ACT_OPEN, ACT_PANE, ACT_SEARCH, ACT_FILTER, ACT_SORT, ACT_WHOLE, ACT_FOLLOW, ACT_EXPORT,
	ACT_GOTO, ACT_NONE
};

static const struct view_ops tree_ops = {
	.name = "tree",
	.tab = ACT_TREE,
	.bar = bar,
	.draw = draw,
	.act = act,
	.click = click,
	.drop = drop,
	.renew = renew,
	.has_row = has_row,
	.match = match,
	.filter = filter,
	.filter_of = filter_of,
	.position = position,
	.title = title,
	.text = text,
	.shown = shown,
	.whole = whole,
	.free = free_tree,
};

struct view *view_tree(struct app *app)
{
	struct tree_view *t = view_new(sizeof(*t), &tree_ops, app);

	if (!t)
		return NULL;
	tree_choose_pane(t, false);
	t->root = tree_make(&app->session);
	if (t->root)
		return &t->v;
	free(t);
	return NULL;
}
