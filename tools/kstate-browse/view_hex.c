// SPDX-License-Identifier: GPL-2.0

/* Bytes, with the field under the cursor marked. */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "hex_source.h"

#define MEMORY_ROWS	(1ULL << 59)	/* so that @row * 16 does not overflow */

/**
 * struct hex_view - the view
 * @at: offset of the byte under the cursor; for memory, its address
 * @top: offset of the first byte on the screen, a multiple of @width
 * @width: bytes in a row
 * @rows: rows on the screen
 * @side, @nr, @name: the section, to find it again after a refresh
 */
struct hex_view {
	struct view v;
	struct hex_source source;
	uint64_t at;
	uint64_t top;
	unsigned int width;
	int rows;
	unsigned int side;
	uint64_t nr;
	char name[160];
};

static struct hex_view *hex_of(struct view *v)
{
	return (struct hex_view *)v;
}

static uint64_t last_byte(const struct hex_view *h)
{
	return h->source.memory ? UINT64_MAX : h->source.size ? h->source.size - 1 : 0;
}

/* The number of digits that addresses, or offsets in a payload, are drawn with. */
static int digits_of(const struct hex_view *h)
{
	return h->source.memory ? 16 : 8;
}

/* The number of bytes for which a row has room: each has two digits, a blank and a character. */
static unsigned int width_for(const struct hex_view *h, int cols)
{
	unsigned int width = 16;

	while (width > 4 && digits_of(h) + 3 + 4 * (int)width > cols)
		width /= 2;
	return width;
}

static void show_cursor(struct hex_view *h)
{
	uint64_t row = h->at - h->at % h->width;
	uint64_t screen = (uint64_t)(h->rows > 0 ? h->rows : 1) * h->width;

	h->top -= h->top % h->width;
	if (row < h->top)
		h->top = row;
	if (row - h->top >= screen)
		h->top = row - screen + h->width;
}

static enum ink ink_of(const struct hex_view *h, uint64_t at, const struct hex_part *marked)
{
	const struct hex_part *part;

	if (at == h->at)
		return INK_CURSOR;
	part = hex_part_at(&h->source, at);
	if (part && marked && marked->field && part->field == marked->field)
		return INK_FIELD;
	return part && part->framing ? INK_DIM : INK_NORMAL;
}

static void put_byte(struct hex_view *h, struct canvas *c, int row, int col, int text_col,
		     uint64_t at, const struct hex_part *marked)
{
	static const char *const absent[] = { "??", "--", "xx", "!!" };
	int byte = hex_byte(&h->source, at);
	enum ink ink = ink_of(h, at, marked);

	if (byte < 0) {
		canvas_str(c, row, col, 2, ink == INK_CURSOR ? ink : INK_DIM, absent[-byte & 3]);
		canvas_str(c, row, text_col, 1, INK_DIM, " ");
		return;
	}
	canvas_fmt(c, row, col, 2, ink, "%02x", byte);
	/* The blank between two bytes of the field is marked as well. */
	if (ink == INK_FIELD && at % h->width && ink_of(h, at - 1, marked) == INK_FIELD)
		canvas_ink(c, row, col - 1, 1, INK_FIELD);
	canvas_fmt(c, row, text_col, 1, ink, "%c", byte >= ' ' && byte < 0x7f ? byte : '.');
}

static void draw_row(struct hex_view *h, struct canvas *c, int row, uint64_t start,
		     const struct hex_part *marked)
{
	int digits = digits_of(h), text = digits + 2 + 3 * h->width + 1;

	canvas_fmt(c, row, 0, digits, INK_DIM, "%0*llx", digits, (unsigned long long)start);
	for (unsigned int i = 0; i < h->width; i++)
		if (start + i >= start && start + i <= last_byte(h))
			put_byte(h, c, row, digits + 2 + 3 * i, text + i, start + i, marked);
}

/* Put the field under the cursor and its place; for memory, why a byte is absent. */
static void put_foot(struct hex_view *h, struct buf *b)
{
	static const char *const states[] = {
		"", "no memory in the source", "left out when the source was made",
		"should be there and cannot be read",
	};
	const struct hex_part *part = hex_part_at(&h->source, h->at);
	int byte = hex_byte(&h->source, h->at);

	if (h->source.memory) {
		buf_str(b, byte < 0 ? states[-byte & 3] : "");
		return;
	}
	buf_str(b, part && part->field ? hex_field(&h->source, part) : "not decoded");
	if (part && part->framing)
		buf_str(b, " (framing)");
	if (part && part->has_place)
		buf_printf(b, "  at %s 0x%llx", part->in_memory ? "address" : "file offset",
			   (unsigned long long)(part->address + h->at - part->start));
}

static void draw_foot(struct hex_view *h, struct canvas *c, int row, const struct hex_part *part)
{
	const char *field = part && part->field ? hex_field(&h->source, part) : "";
	int cols = canvas_width(c, field, strlen(field));
	struct buf b = { 0 };

	put_foot(h, &b);
	canvas_put(c, row, 0, c->cols, INK_LABEL, b.p ? b.p : "", b.len);
	if (*field && cols < c->cols)
		canvas_ink(c, row, cols, c->cols - cols, INK_DIM);
	buf_free(&b);
}

static void draw(struct view *v, struct canvas *c, const struct area *a)
{
	struct hex_view *h = hex_of(v);
	const struct hex_part *marked;

	h->rows = a->rows - 1;
	h->width = width_for(h, a->cols);
	if (!h->source.memory && !h->source.size) {
		canvas_str(c, a->row, 0, a->cols, INK_DIM, "no bytes here");
		return;
	}
	if (h->at > last_byte(h))
		h->at = last_byte(h);
	show_cursor(h);
	marked = hex_part_at(&h->source, h->at);
	for (int i = 0; i < h->rows; i++) {
		uint64_t start = h->top + (uint64_t)i * h->width;

		if (start < h->top || start > last_byte(h))
			break;
		draw_row(h, c, a->row + i, start, marked);
	}
	draw_foot(h, c, a->row + a->rows - 1, marked);
}

static void move(struct hex_view *h, int64_t by)
{
	if (by < 0)
		h->at = h->at < (uint64_t)-by ? h->at % h->width : h->at + by;
	else
		h->at = last_byte(h) - h->at < (uint64_t)by ? last_byte(h) : h->at + by;
}

/* Go to the address in the eight bytes under the cursor, little-endian: x86-64 and arm64 are so. */
static void follow_bytes(struct hex_view *h)
{
	uint64_t address = 0;

	for (int i = 7; i >= 0; i--) {
		int byte = h->at + i < h->at ? -1 : hex_byte(&h->source, h->at + i);

		if (byte < 0) {
			app_message(h->v.app, "no eight bytes here");
			return;
		}
		address = address << 8 | (unsigned int)byte;
	}
	app_go_address(h->v.app, address);
}

/* Go to the field under the cursor, in the tree. */
static void go_field(struct hex_view *h)
{
	char side[8], section[160], path[256];

	if (h->source.memory)
		return;
	snprintf(side, sizeof(side), "%s", h->side == KSTD_SIDE_IN ? "in" :
		 h->side == KSTD_SIDE_OUT ? "out" : "file");
	snprintf(section, sizeof(section), "%s", h->name);
	snprintf(path, sizeof(path), "%s", hex_field(&h->source, hex_part_at(&h->source, h->at)));
	app_go_section(h->v.app, side, section, path);
}

static bool act(struct view *v, enum action act)
{
	struct hex_view *h = hex_of(v);
	int page = h->rows > 1 ? h->rows - 1 : 1;

	switch (act) {
	case ACT_LEFT:
		h->at -= h->at > 0;
		return true;
	case ACT_RIGHT:
		move(h, 1);
		return true;
	case ACT_UP:
		move(h, -(int64_t)h->width);
		return true;
	case ACT_DOWN:
		move(h, h->width);
		return true;
	case ACT_PAGE_UP:
		move(h, -(int64_t)h->width * page);
		return true;
	case ACT_PAGE_DOWN:
		move(h, (int64_t)h->width * page);
		return true;
	case ACT_HOME:
		h->at = 0;
		return true;
	case ACT_END:
		h->at = last_byte(h);
		return true;
	case ACT_FOLLOW:
		follow_bytes(h);
		return true;
	case ACT_OPEN:
		go_field(h);
		return true;
	default:
		return false;
	}
}

static void click(struct view *v, int row, int col)
{
	struct hex_view *h = hex_of(v);
	int digits = digits_of(h), i = (col - digits - 2) / 3;

	if (col < digits + 2 || i >= (int)h->width || row >= h->rows)
		return;
	if (h->top + (uint64_t)row * h->width + i <= last_byte(h))
		h->at = h->top + (uint64_t)row * h->width + i;
}

static uint64_t row_of(struct view *v)
{
	return hex_of(v)->at / hex_of(v)->width;
}

static bool has_row(struct view *v, uint64_t row)
{
	struct hex_view *h = hex_of(v);

	return row < MEMORY_ROWS && row * h->width <= last_byte(h) &&
	       (!h->source.memory || row - h->at / h->width + 65536 < 131072);
}

/* A row matches by the name of a field, or by its characters. */
static bool match(struct view *v, uint64_t row, const char *text)
{
	struct hex_view *h = hex_of(v);
	char bytes[64];
	unsigned int n = 0;

	for (; n < h->width + strlen(text) && n < sizeof(bytes); n++) {
		uint64_t at = row * h->width + n;
		const char *field = hex_field(&h->source, hex_part_at(&h->source, at));
		int byte = hex_byte(&h->source, at);

		if (n < h->width && *field && text_has(field, strlen(field), text))
			return true;
		bytes[n] = byte < 0 ? 0 : byte;
	}
	return text_has(bytes, n, text);
}

static void go(struct view *v, uint64_t row)
{
	hex_of(v)->at = row * hex_of(v)->width;
}

static void position(struct view *v, struct buf *b)
{
	struct hex_view *h = hex_of(v);
	char at[COUNT_TEXT], size[COUNT_TEXT];

	if (h->source.memory)
		buf_printf(b, "address 0x%llx", (unsigned long long)h->at);
	else
		buf_printf(b, "byte %s of %s", count_text(h->at, at), count_text(h->source.size, size));
}

static void title(struct view *v, struct buf *b)
{
	struct hex_view *h = hex_of(v);

	if (h->source.memory)
		buf_printf(b, "memory at 0x%llx", (unsigned long long)h->at);
	else
		buf_str(b, h->name);
}

static void put_text_row(struct hex_view *h, struct buf *b, uint64_t start)
{
	int byte;

	buf_printf(b, "%08llx ", (unsigned long long)start);
	for (uint64_t at = start; at < start + 16 && at <= last_byte(h); at++) {
		byte = hex_byte(&h->source, at);
		if (byte < 0)
			buf_str(b, " --");
		else
			buf_printf(b, " %02x", byte);
	}
	buf_printf(b, "  %s\n", hex_field(&h->source, hex_part_at(&h->source, start)));
}

/* Put all bytes of a payload; of memory, those of the page. */
static void text(struct view *v, struct buf *b)
{
	struct hex_view *h = hex_of(v);
	uint64_t start = h->source.memory ? h->at & ~4095ULL : 0;
	uint64_t end = h->source.memory ? start + 4095 : last_byte(h);

	for (uint64_t at = start; at <= end && at >= start; at += 16)
		put_text_row(h, b, at);
}

static void whole(struct view *v, struct buf *b)
{
	put_foot(hex_of(v), b);
}

static bool shown(struct view *v, struct shown *s)
{
	struct hex_view *h = hex_of(v);
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts), .select = h->name };

	*s = (struct shown){ "hexdump", "payloads", NULL };
	return !h->source.memory && !kstd_hexdump(v->app->session.dump, &opts, &s->node);
}

static void drop(struct view *v)
{
	hex_free(&hex_of(v)->source);
}

static bool load_bytes(struct hex_view *h)
{
	struct session *m = &h->v.app->session;

	for (int i = 0; i < m->nr_images; i++)
		if (m->images[i].side == h->side) {
			while (kstd_node_count(kstd_index_sections(m->images[i].index, true)) <=
			       h->nr && kstd_index_grow(m->images[i].index, 1024))
				;
			return hex_section(&h->source, m, &m->images[i], h->nr);
		}
	return false;
}

static void renew(struct view *v)
{
	if (!hex_of(v)->source.memory)
		load_bytes(hex_of(v));
}

static const enum action bar[] = {
	ACT_OPEN, ACT_FOLLOW, ACT_SEARCH, ACT_GOTO, ACT_WHOLE, ACT_EXPORT, ACT_NONE
};

static const struct view_ops hex_ops = {
	.name = "bytes",
	.tab = ACT_HEX,
	.bar = bar,
	.draw = draw,
	.act = act,
	.click = click,
	.drop = drop,
	.renew = renew,
	.row = row_of,
	.has_row = has_row,
	.match = match,
	.go = go,
	.position = position,
	.title = title,
	.text = text,
	.shown = shown,
	.whole = whole,
};

static struct hex_view *new_hex_view(struct app *app)
{
	struct hex_view *h = view_new(sizeof(*h), &hex_ops, app);

	if (h)
		h->width = 16;
	return h;
}

struct view *view_hex_section(struct app *app, struct image *im, uint64_t nr, const char *path)
{
	struct hex_view *h = new_hex_view(app);
	struct pinned_node pinned = { .nr = 0 };

	if (!h)
		return NULL;
	h->side = im->side;
	h->nr = nr;
	member_text(pin_element(&pinned, kstd_index_sections(im->index, true), nr), "section",
		    h->name, sizeof(h->name));
	unpin(&pinned);
	if (!load_bytes(h))
		app_message(app, "no bytes of %s here", h->name);
	h->at = hex_find(&h->source, path);
	return &h->v;
}

struct view *view_hex_memory(struct app *app, uint64_t address)
{
	struct hex_view *h = new_hex_view(app);

	if (!h)
		return NULL;
	hex_memory(&h->source, &app->session);
	h->at = address;
	h->top = address & ~15ULL;
	return &h->v;
}
