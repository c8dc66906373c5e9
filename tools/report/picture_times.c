// SPDX-License-Identifier: GPL-2.0

#include "../common/text_value.h"
#include "picture.h"

#define WIDTH		1000
#define HEIGHT		34
#define SMALLEST	2	/* units: what is shorter is joined with its neighbors */
#define LABELED		70	/* units that a name needs */
#define NAME		16	/* bytes of it */

/**
 * struct lane - durations of sections, end to end
 * @key: the member that has them
 * @side: of the sections
 * @sum: of all durations
 * @at: of those that were drawn or wait
 * @waiting: from here on durations are too short to be drawn alone, @joined of them
 */
struct lane {
	const char *key;
	const char *title;
	uint64_t sum;
	uint64_t at;
	uint64_t waiting;
	uint64_t joined;
	uint64_t nr;
};

static double units(const struct lane *l, uint64_t ns)
{
	return (double)ns * WIDTH / l->sum;
}

static void put_ns(struct html *h, uint64_t ns)
{
	h->scratch.len = 0;
	text_ns(&h->scratch, ns);
	html_text(h, h->scratch.p, h->scratch.len);
}

static void put_bar(struct html *h, const struct lane *l, uint64_t from, uint64_t to,
		    const char *class)
{
	buf_printf(h->b, "<rect x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"%u\" class=\"%s\"><title>",
		   units(l, from), units(l, to - from), HEIGHT, class);
}

static void put_joined(struct html *h, struct lane *l)
{
	if (!l->joined)
		return;
	put_bar(h, l, l->waiting, l->at, "short");
	buf_count(h->b, l->joined);
	buf_str(h->b, " short ones: ");
	put_ns(h, l->at - l->waiting);
	buf_str(h->b, "</title></rect>");
	l->joined = 0;
}

static void put_alone(struct html *h, struct lane *l, const struct kstd_node *section, uint64_t ns)
{
	const struct kstd_node *name = kstd_node_get(section, "section");

	put_joined(h, l);
	put_bar(h, l, l->at, l->at + ns, l->nr % 2 ? "bar b" : "bar a");
	html_value(h, name);
	html_text(h, h->scratch.p, h->scratch.len);
	buf_str(h->b, ": ");
	put_ns(h, ns);
	buf_str(h->b, "</title></rect>");
	if (units(l, ns) < LABELED)
		return;
	buf_printf(h->b, "<text x=\"%.2f\" y=\"%u\">", units(l, l->at) + 4, HEIGHT / 2 + 4);
	html_value(h, name);
	/* A cut may be within a character: only ASCII is cut. */
	for (size_t i = 0; i < h->scratch.len && i < NAME; i++)
		if ((unsigned char)h->scratch.p[i] > '~')
			h->scratch.len = i;
	html_text(h, h->scratch.p, h->scratch.len < NAME ? h->scratch.len : NAME);
	buf_str(h->b, "</text>");
}

static void put_section(struct html *h, struct lane *l, const struct kstd_node *section,
			uint64_t ns)
{
	if (units(l, ns) >= SMALLEST) {
		put_alone(h, l, section, ns);
		l->nr++;
	} else if (!l->joined++) {
		l->waiting = l->at;
	}
	l->at += ns;
}

static uint64_t duration(const struct kstd_node *section, const char *key)
{
	const struct kstd_node *n = kstd_node_get(section, key);

	return n && kstd_node_type(n) == KSTD_NS ? kstd_node_u64(n) : 0;
}

static void put_lane(struct html *h, const struct kstd_node *sections, struct lane *l)
{
	const struct kstd_node *section;
	struct kstd_iter it;

	kstd_iter_begin(&it, sections);
	while ((section = kstd_iter_next(&it)))
		if (__builtin_add_overflow(l->sum, duration(section, l->key), &l->sum))
			break;
	kstd_iter_end(&it);
	/* Durations of an image may be anything: what does not add up is no picture. */
	if (!l->sum || section)
		return;
	buf_printf(h->b, "<figure><figcaption>%s: ", l->title);
	put_ns(h, l->sum);
	buf_printf(h->b, " in sections</figcaption><svg class=\"times\" viewBox=\"0 0 %u %u\" role=\"img\"><title>%s"
		   "</title>", WIDTH, HEIGHT, l->title);
	kstd_iter_begin(&it, sections);
	while ((section = kstd_iter_next(&it)))
		if (duration(section, l->key))
			put_section(h, l, section, duration(section, l->key));
	kstd_iter_end(&it);
	put_joined(h, l);
	buf_str(h->b, "</svg></figure>\n");
}

void picture_times(struct html *h, const struct kstd_node *sections)
{
	struct lane saving = { .key = "save_ns", .title = "Saving" };
	struct lane restoring = { .key = "restore_ns", .title = "Restoring" };

	put_lane(h, sections, &saving);
	put_lane(h, sections, &restoring);
	if (saving.sum || restoring.sum)
		buf_str(h->b, "<p class=\"hint\">Durations end to end, in the order of the image. When each began is "
			"not recorded: drivers restore when they are loaded.</p>\n");
}
