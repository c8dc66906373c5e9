// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdlib.h>

#include "../common/text_value.h"
#include "picture.h"

#define COLUMNS		64
#define ROWS		16
#define CELLS		(COLUMNS * ROWS)
#define CELL		14	/* units of the picture */
#define GROUPS		8	/* colors; the last is for all further groups */
#define NO_OWNER	GROUPS
#define NAME		64	/* bytes of a group's name */

/**
 * struct map - a picture of memory
 * @start: address of the first cell, @each bytes a cell
 * @what: what the ranges are: preserved, or only referred to
 * @bytes: of ranges in each cell, by group
 * @names: of groups, which are the owners up to ": ", @nr of them
 * @sums: bytes of each group
 */
struct map {
	const char *what;
	uint64_t start;
	uint64_t end;
	uint64_t each;
	uint64_t (*bytes)[GROUPS + 1];
	char names[GROUPS][NAME * 4];
	unsigned int nr;
	uint64_t sums[GROUPS + 1];
};

static uint64_t number(const struct kstd_node *object, const char *name)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	return n ? kstd_node_u64(n) : 0;
}

/* The group of a range: its owner up to ": ", as in "kho/out/sub_fdts/LUO". */
static unsigned int group_of(struct map *m, const struct kstd_node *range)
{
	const struct kstd_node *owner = kstd_node_get(range, "owner");
	struct buf name = { 0 };
	unsigned int g;
	const char *text;
	size_t len;

	text = owner && kstd_node_type(owner) == KSTD_TEXT ? kstd_node_mem(owner, &len) : NULL;
	if (!text)
		return NO_OWNER;
	for (size_t i = 0; i + 1 < len; i++)
		if (text[i] == ':' && text[i + 1] == ' ')
			len = i;
	text_escaped(&name, text, len < NAME ? len : NAME - 1, 0);
	buf_char(&name, 0);
	for (g = 0; !name.failed && g < m->nr && strcmp(m->names[g], name.p); g++)
		;
	if (name.failed || (g == m->nr && m->nr == GROUPS - 1))
		g = GROUPS - 1;
	else if (g == m->nr)
		memcpy(m->names[m->nr++], name.p, name.len);
	buf_free(&name);
	return g;
}

static void add_range(struct map *m, const struct kstd_node *range)
{
	uint64_t at = number(range, "address"), left = number(range, "bytes");
	unsigned int g = group_of(m, range);

	m->sums[g] += left;
	while (left) {
		uint64_t cell = (at - m->start) / m->each;
		uint64_t room = m->each - (at - m->start) % m->each;

		if (cell >= CELLS)
			break;
		room = room < left ? room : left;
		m->bytes[cell][g] += room;
		at += room;
		left -= room;
	}
}

/* From the first to the last preserved byte; false if there is none. */
static bool find_extent(struct map *m, const struct kstd_node *list)
{
	const struct kstd_node *range, *order;
	struct kstd_iter it;

	m->start = UINT64_MAX;
	kstd_iter_begin(&it, list);
	while ((range = kstd_iter_next(&it))) {
		uint64_t at = number(range, "address"), bytes = number(range, "bytes");
		uint64_t end = bytes > UINT64_MAX - at ? UINT64_MAX : at + bytes;

		/* Without the map there are the ranges that owners name, which have no order. */
		order = kstd_node_get(range, "order");
		if (!order || kstd_node_type(order) == KSTD_NULL)
			m->what = "referred to";
		m->start = at < m->start ? at : m->start;
		m->end = end > m->end ? end : m->end;
	}
	kstd_iter_end(&it);
	if (m->end <= m->start)
		return false;
	m->each = (m->end - m->start - 1) / CELLS + 1;
	/* Whole pages, so that a page is in one cell. */
	m->each = m->each > UINT64_MAX - 4095 ? m->each : (m->each + 4095) / 4096 * 4096;
	return true;
}

static void put_size(struct html *h, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = bytes;
	int i = 0;

	for (; v >= 1024 && i < 6; i++)
		v /= 1024;
	buf_printf(h->b, i ? "%.1f %s" : "%.0f %s", v, units[i]);
}

static void put_name(struct html *h, const struct map *m, unsigned int g)
{
	html_str(h, g == NO_OWNER ? "no known owner" : g < m->nr ? m->names[g] : "other owners");
}

static void put_cell(struct html *h, const struct map *m, unsigned int cell)
{
	const uint64_t *bytes = m->bytes[cell];
	unsigned int most = 0;
	uint64_t sum = 0;

	for (unsigned int g = 0; g <= GROUPS; g++) {
		most = bytes[g] > bytes[most] ? g : most;
		sum += bytes[g];
	}
	/* What nobody owns is seen, however little it is. */
	if (bytes[NO_OWNER])
		most = NO_OWNER;
	buf_printf(h->b, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"", cell % COLUMNS * CELL,
		   cell / COLUMNS * CELL, CELL - 1, CELL - 1);
	if (!sum) {
		buf_str(h->b, " class=\"e\"/>");
		return;
	}
	buf_printf(h->b, " class=\"g%u\" opacity=\"%.2f\"><title>0x%llx: ", most,
		   0.35 + 0.65 * sum / m->each, (unsigned long long)(m->start + cell * m->each));
	put_size(h, sum);
	buf_printf(h->b, " %s; most of it: ", m->what);
	put_name(h, m, most);
	buf_str(h->b, "</title></rect>");
}

static void put_legend(struct html *h, const struct map *m)
{
	buf_str(h->b, "<ul class=\"legend\">");
	for (unsigned int g = 0; g <= GROUPS; g++) {
		if (!m->sums[g])
			continue;
		buf_printf(h->b, "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect width=\"12\" "
			   "height=\"12\" class=\"g%u\"/></svg> ", g);
		put_name(h, m, g);
		buf_str(h->b, ": ");
		put_size(h, m->sums[g]);
		buf_str(h->b, "</li>\n");
	}
	buf_str(h->b, "</ul>\n");
}

static void put_map(struct html *h, const struct map *m)
{
	buf_printf(h->b, "<figure><svg class=\"map\" viewBox=\"0 0 %u %u\" role=\"img\"><title>Memory that is "
		   "%s, by address</title>\n", COLUMNS * CELL, ROWS * CELL, m->what);
	for (unsigned int cell = 0; cell < CELLS; cell++)
		put_cell(h, m, cell);
	buf_printf(h->b, "</svg>\n<figcaption>Memory that is %s, 0x%llx to 0x%llx, from left to right and "
		   "down; a square is ", m->what, (unsigned long long)m->start, (unsigned long long)m->end);
	put_size(h, m->each);
	buf_str(h->b, ", the fuller the stronger.</figcaption></figure>\n");
	put_legend(h, m);
}

void picture_memory(struct html *h, const struct kstd_node *side)
{
	const struct kstd_node *list = kstd_node_get(side, "ranges"), *range;
	const struct kstd_node *why = kstd_node_get(side, "not_known");
	struct map m = { .what = "preserved" };
	struct kstd_iter it;

	if (!list || !find_extent(&m, list))
		return;
	m.bytes = calloc(CELLS, sizeof(*m.bytes));
	if (!m.bytes) {
		h->b->failed = ENOMEM;
		return;
	}
	kstd_iter_begin(&it, list);
	while ((range = kstd_iter_next(&it)))
		add_range(&m, range);
	kstd_iter_end(&it);
	put_map(h, &m);
	if (why && kstd_node_type(why) == KSTD_TEXT) {
		buf_str(h->b, "<p class=\"unknown\"><strong>Not known</strong>: what else there is: ");
		html_value(h, why);
		html_text(h, h->scratch.p, h->scratch.len);
		buf_str(h->b, "</p>\n");
	}
	free(m.bytes);
}
