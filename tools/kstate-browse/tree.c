// SPDX-License-Identifier: GPL-2.0

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"
#include "../common/short.h"

static struct item *add_item(struct item *up, enum item_kind kind, const struct kstd_node *node,
			     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static struct item *add_item(struct item *up, enum item_kind kind, const struct kstd_node *node,
			     const char *fmt, ...)
{
	struct item *item = short_if_null(calloc(1, sizeof(*item)));
	va_list ap;

	if (!item)
		return NULL;
	item->kind = kind;
	item->node = node;
	item->up = up;
	va_start(ap, fmt);
	vsnprintf(item->label, sizeof(item->label), fmt, ap);
	va_end(ap);
	if (!up)
		return item;
	item->depth = up->depth + 1;
	item->nr = up->last ? up->last->nr + 1 : 0;
	if (up->last)
		up->last->next = item;
	else
		up->kids = item;
	up->last = item;
	return item;
}

void tree_free(struct item *item)
{
	while (item) {
		struct item *next = item->next;

		tree_free(item->kids);
		free(item);
		item = next;
	}
}

static const struct kstd_node *list_of(const struct kstd_node *n, const char *name)
{
	return n ? kstd_node_get(n, name) : NULL;
}

/* Call @make for each element, for %MAX_ITEMS at most: the input decides how many there are. */
static void each(struct item *up, const struct kstd_node *list,
		 void (*make)(struct item *up, const struct kstd_node *n))
{
	const struct kstd_node *n;
	struct kstd_iter it;
	int nr = 0;

	if (!list || !up)
		return;
	kstd_iter_begin(&it, list);
	while (nr++ < MAX_ITEMS && (n = kstd_iter_next(&it)))
		make(up, n);
	kstd_iter_end(&it);
}

static void make_subtree(struct item *up, const struct kstd_node *n)
{
	char name[64];

	add_item(up, ITEM_SUBTREE, n, "%s", member_text(n, "name", name, sizeof(name)));
}

static void make_kho(struct item *up, const struct kstd_node *n)
{
	char side[16];
	struct item *kho = add_item(up, ITEM_KHO, n, "KHO (%s)",
				    member_text(n, "side", side, sizeof(side)));

	each(kho, list_of(n, "subtrees"), make_subtree);
	if (kho)
		kho->open = true;
}

static void make_image(struct item *up, struct image *im)
{
	struct item *item = add_item(up, ITEM_IMAGE, im->node, "kstate (%s)", im->side_name), *sections;

	if (!item)
		return;
	item->open = true;
	sections = add_item(item, ITEM_SECTIONS, im->node, "sections");
	if (sections) {
		sections->image = im;
		sections->open = true;
	}
}

static void make_luo_file(struct item *up, const struct kstd_node *n)
{
	char handler[64];

	add_item(up, ITEM_LUO_FILE, NULL, "0x%llx %s", (unsigned long long)member_u64(n, "token"),
		 member_text(n, "handler", handler, sizeof(handler)));
}

static void make_luo_session(struct item *up, const struct kstd_node *n)
{
	char name[64];
	struct item *session = add_item(up, ITEM_LUO_SESSION, NULL, "session %s",
					member_text(n, "name", name, sizeof(name)));

	each(session, list_of(n, "files"), make_luo_file);
}

static void make_luo(struct item *up, const struct kstd_node *n)
{
	char side[16];
	struct item *luo = add_item(up, ITEM_LUO, NULL, "LUO (%s)",
				    member_text(n, "side", side, sizeof(side)));

	each(luo, list_of(n, "sessions"), make_luo_session);
	if (luo) {
		luo->open = true;
		add_item(luo, ITEM_FLBS, NULL, "FLBs");
	}
}

static void make_desc(struct item *up, const struct kstd_node *n)
{
	char name[64], origin[16];

	add_item(up, ITEM_DESC, NULL, "%s (%s)", member_text(n, "description", name, sizeof(name)),
		 member_text(n, "origin", origin, sizeof(origin)));
}

struct item *tree_make(struct session *s)
{
	struct item *root = add_item(NULL, ITEM_ROOT, s->overview, "%s",
				     s->path ? kstd_source(s->dump) : "live system"), *schema;

	if (!root)
		return NULL;
	root->open = true;
	each(root, list_of(s->overview, "kho"), make_kho);
	for (int i = 0; i < s->nr_images; i++)
		make_image(root, &s->images[i]);
	if (s->schema) {
		schema = add_item(root, ITEM_SCHEMA, s->schema, "descriptions");
		each(schema, s->schema, make_desc);
	}
	each(root, s->luo, make_luo);
	add_item(root, ITEM_MEMORY, NULL, "preserved memory");
	return root;
}

bool item_has_rows(const struct item *item)
{
	return item->kids || item->kind == ITEM_SECTIONS;
}

uint64_t item_rows(const struct item *item)
{
	uint64_t rows = 1;

	if (!item->open)
		return 1;
	if (item->kind == ITEM_SECTIONS)
		return 1 + image_count(item->image);
	for (const struct item *kid = item->kids; kid; kid = kid->next)
		rows += item_rows(kid);
	return rows;
}

bool tree_at(struct item *item, uint64_t row, struct spot *spot)
{
	if (row >= item_rows(item))
		return false;
	*spot = (struct spot){ .item = item };
	if (!row--)
		return true;
	if (item->kind == ITEM_SECTIONS) {
		spot->section = true;
		spot->nr = image_nr(item->image, row);
		return true;
	}
	for (struct item *kid = item->kids; kid; kid = kid->next) {
		uint64_t rows = item_rows(kid);

		if (row < rows)
			return tree_at(kid, row, spot);
		row -= rows;
	}
	return false;
}

/* The position of a section in the order; past the last one if it is not shown. */
static uint64_t place_of(const struct image *im, uint64_t nr)
{
	uint64_t count = image_count(im), i = 0;

	if (!im->order.on)
		return nr < count ? nr : count;
	while (i < count && image_nr(im, i) != nr)
		i++;
	return i;
}

/* A section that is not shown has the row of its branch. */
uint64_t tree_row(struct item *root, const struct spot *spot)
{
	uint64_t row = 0, place;
	struct item *item = spot->item;

	for (struct item *up = item->up; up; up = up->up)
		up->open = true;
	if (spot->section) {
		item->open = true;
		place = place_of(item->image, spot->nr);
		row = place < image_count(item->image) ? 1 + place : 0;
	}
	for (; item != root; item = item->up) {
		row++;
		for (const struct item *kid = item->up->kids; kid != item; kid = kid->next)
			row += item_rows(kid);
	}
	return row;
}

/* Pin the node of an item of LUO: first that of its side, then that of its session, and so on. */
static const struct kstd_node *hold_luo(struct session *s, const struct item *item,
					struct pinned_node *h)
{
	const struct kstd_node *n;

	if (item->kind == ITEM_LUO) {
		uint64_t nr = 0;

		for (const struct item *o = item->up->kids; o != item; o = o->next)
			nr += o->kind == ITEM_LUO;
		return pin_element(h, s->luo, nr);
	}
	n = hold_luo(s, item->up, h);
	if (item->kind == ITEM_FLBS)
		return list_of(n, "flbs");
	return pin_element(h, list_of(n, item->kind == ITEM_LUO_SESSION ? "sessions" : "files"),
			    item->nr);
}

const struct kstd_node *spot_hold(struct session *s, const struct spot *spot, struct pinned_node *h)
{
	const struct item *item = spot->item;

	*h = (struct pinned_node){ .nr = 0 };
	if (spot->section)
		return pin_element(h, kstd_index_sections(item->image->index, false), spot->nr);
	switch (item->kind) {
	case ITEM_DESC:
		return pin_element(h, s->schema, item->nr);
	case ITEM_LUO:
	case ITEM_LUO_SESSION:
	case ITEM_LUO_FILE:
	case ITEM_FLBS:
		return hold_luo(s, item, h);
	case ITEM_MEMORY:
		return s->mem;
	default:
		return item->node;
	}
}
