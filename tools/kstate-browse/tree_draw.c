// SPDX-License-Identifier: GPL-2.0

/* Drawing the rows of the tree and the lines of the details. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view_tree.h"
#include "../common/text_value.h"

static void put_bytes(struct buf *b, const struct kstd_node *n)
{
	static const struct text_style style = { .units = true, .null = "-" };
	const struct kstd_node *bytes = kstd_node_get(n, "bytes");

	buf_str(b, "  ");
	if (bytes && kstd_node_type(bytes) != KSTD_NULL)
		text_value(b, &style, bytes);
}

/* "test@0  31 bytes  restored" */
static void put_section(struct tree_view *t, const struct spot *spot, struct buf *b, enum ink *ink)
{
	struct image *im = spot->item->image;
	static const struct text_style style = { .units = true, .null = "-" };
	struct pinned_node h = { .nr = 0 };
	const struct kstd_node *n = pin_element(&h, kstd_index_sections(im->index, true), spot->nr);
	char text[128];

	if (n) {
		buf_str(b, member_text(n, "section", text, sizeof(text)));
		put_bytes(b, n);
		member_text(n, "result", text, sizeof(text));
		if (*text) {
			buf_str(b, "  ");
			text_value(b, &style, kstd_node_get(n, "result"));
		}
		if (!strncmp(text, "failed", 6) || !strncmp(text, "lost", 4))
			*ink = INK_BAD;
		if (!strcmp(member_text(n, "crc", text, sizeof(text)), "bad")) {
			buf_str(b, "  crc bad");
			*ink = INK_BAD;
		}
	}
	unpin(&h);
	(void)t;
}

static void put_sections(const struct item *item, struct buf *b)
{
	const struct image *im = item->image;
	uint64_t all = kstd_index_claim(im->index);

	buf_printf(b, "%s  ", item->label);
	buf_count(b, image_count(im));
	if (im->order.on || !im->complete) {
		buf_str(b, " of ");
		buf_count(b, all);
	}
	if (im->order.sort)
		buf_printf(b, ", by %s", sort_names[im->order.sort]);
	if (*im->order.filter)
		buf_printf(b, ", with \"%s\"", im->order.filter);
	if (im->order.building)
		buf_str(b, " ...");
}

void tree_put_row(struct tree_view *t, const struct spot *spot, struct buf *b, enum ink *ink)
{
	const struct item *item = spot->item;
	uint64_t nr = 0;

	*ink = INK_NORMAL;
	if (spot->section) {
		put_section(t, spot, b, ink);
		return;
	}
	if (item->kind == ITEM_SECTIONS) {
		put_sections(item, b);
		return;
	}
	buf_str(b, item->label);
	for (const struct item *kid = item->kids; kid; kid = kid->next)
		nr++;
	if (item->kind == ITEM_SCHEMA || item->kind == ITEM_LUO_SESSION) {
		buf_str(b, "  ");
		buf_count(b, nr);
	}
	if (item->kind == ITEM_SUBTREE)
		put_bytes(b, item->node);
}

static uint64_t where_of(const struct spot *spot)
{
	uint64_t h = hash_bytes(1, spot->item->label, strlen(spot->item->label));

	for (const struct item *up = spot->item->up; up; up = up->up)
		h = hash_bytes(h, up->label, strlen(up->label));
	h = hash_bytes(h, &spot->nr, sizeof(spot->nr));
	return hash_bytes(h, &spot->section, sizeof(spot->section));
}

static void draw_row(struct tree_view *t, struct canvas *c, int row, int cols, uint64_t nr)
{
	struct buf b = { 0 };
	struct spot spot;
	enum ink ink;
	int col;

	if (!tree_at(t->root, nr, &spot))
		return;
	col = 2 * (spot.item->depth + spot.section);
	tree_put_row(t, &spot, &b, &ink);
	if (app_changed(t->v.app, where_of(&spot), b.p, b.len))
		ink = INK_CHANGED;
	if (nr == t->rows.cur)
		ink = t->right ? INK_PALE : INK_CURSOR;
	canvas_fill(c, row, 0, cols, ink);
	if (!spot.section && item_has_rows(spot.item))
		canvas_glyph(c, row, col, ink, spot.item->open ? GLYPH_OPEN : GLYPH_CLOSED);
	canvas_put(c, row, col + 2, cols - col - 2, ink, b.p ? b.p : "", b.len);
	buf_free(&b);
}

void tree_draw_rows(struct tree_view *t, struct canvas *c, const struct area *a)
{
	t->rows.height = a->rows;
	scroll_to(&t->rows, t->rows.cur);
	for (int i = 0; i < a->rows; i++)
		draw_row(t, c, a->row + i, a->cols, t->rows.top + i);
}

static void draw_detail(struct tree_view *t, struct canvas *c, const struct area *a, int row,
			uint64_t nr)
{
	const struct line *line = &t->lines.v[nr];
	uint64_t where = hash_bytes(where_of(&t->spot), &nr, sizeof(nr));
	const char *value = line_text(&t->lines, line->value);
	enum ink ink = INK_NORMAL;

	if (app_changed(t->v.app, where, value, strlen(value)))
		ink = INK_CHANGED;
	if (nr == t->details.cur && t->right)
		ink = INK_CURSOR;
	line_draw(&t->lines, line, c, row, a->col, a->cols, ink);
}

void tree_draw_details(struct tree_view *t, struct canvas *c, const struct area *a)
{
	t->details.height = a->rows;
	scroll_to(&t->details, t->details.cur);
	lines_has(&t->lines, t->details.top + a->rows);
	for (int i = 0; i < a->rows; i++)
		if (lines_has(&t->lines, t->details.top + i))
			draw_detail(t, c, a, a->row + i, t->details.top + i);
}
