// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define GROW	256	/* so many sections are indexed in one step */

static int fail(struct session *s, struct kstd_ctx *ctx)
{
	snprintf(s->error, sizeof(s->error), "%s", kstd_error_message(ctx));
	s->error_class = kstd_error_class(ctx);
	s->cancelled = !strcmp(kstd_error_code(ctx), "cancelled");
	return -1;
}

static void free_order(struct order *o)
{
	free(o->nr);
	free(o->keys);
	o->nr = NULL;
	o->keys = NULL;
	o->nr_keys = o->room = o->count = 0;
	o->on = o->building = false;
}

static void close_dumps(struct session *s)
{
	s->generation++;
	kstd_close(s->dump);
	kstd_close(s->other);
	kstd_ctx_free(s->ctx);
	kstd_ctx_free(s->other_ctx);
	s->dump = s->other = NULL;
	s->ctx = s->other_ctx = NULL;
	s->overview = s->luo = s->schema = s->mem = s->findings = s->diff = NULL;
	for (int i = 0; i < s->nr_images; i++)
		free_order(&s->images[i].order);
	s->nr_images = 0;
}

void session_close(struct session *s)
{
	close_dumps(s);
}

static int open_dump(struct session *s, const char *path, struct kstd_ctx **ctx,
		     struct kstd_dump **dump)
{
	struct kstd_open_opts opts = {
		.sz = sizeof(opts), .path = path, .sysroot = s->opts->sysroot,
		.sides = s->opts->sides, .page_size = s->opts->page_size,
		.vmlinux = s->opts->vmlinux, .follow = s->opts->follow, .progress = s->progress,
		.progress_arg = s->progress_arg,
		.raw = path && s->opts->raw, .raw_base = s->opts->raw_base,
	};

	if (path == s->path) {
		opts.parts = s->opts->parts;
		opts.nr_parts = s->opts->nr_parts;
	}

	*ctx = kstd_ctx_new();
	if (!*ctx) {
		snprintf(s->error, sizeof(s->error), "out of memory");
		s->error_class = KSTD_ENVIRONMENT;
		return -1;
	}
	return kstd_open(*ctx, &opts, dump) ? fail(s, *ctx) : 0;
}

static void add_image(struct session *s, unsigned int side, const char *name,
		      const struct kstd_node *list)
{
	struct image *im = &s->images[s->nr_images];
	const struct kstd_node *n;
	struct kstd_iter it;
	char text[16];

	*im = (struct image){ .side = side, .side_name = name };
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		if (!strcmp(member_text(n, "side", text, sizeof(text)), name))
			im->node = n;
	kstd_iter_end(&it);
	if (im->node && !kstd_index_open(s->dump, side, &im->index))
		s->nr_images++;
}

/* The image of a side keeps the order and filter that it had before. */
static void add_images(struct session *s, const struct image *before, int nr)
{
	const struct kstd_node *list = kstd_node_get(s->overview, "kstate");

	add_image(s, KSTD_SIDE_FILE, "file", list);
	add_image(s, KSTD_SIDE_IN, "in", list);
	add_image(s, KSTD_SIDE_OUT, "out", list);
	for (int i = 0; i < s->nr_images; i++)
		for (int j = 0; j < nr; j++)
			if (s->images[i].side == before[j].side)
				image_sort(&s->images[i], before[j].order.sort,
					   before[j].order.filter);
}

int session_open(struct session *s)
{
	struct image before[MAX_IMAGES];
	int nr = s->nr_images;

	memcpy(before, s->images, sizeof(before));
	close_dumps(s);
	if (open_dump(s, s->path, &s->ctx, &s->dump))
		return -1;
	if (kstd_overview(s->dump, &s->overview))
		return fail(s, s->ctx);
	if (kstd_luo(s->dump, NULL, &s->luo))
		s->luo = NULL;
	if (kstd_schema(s->dump, NULL, &s->schema))
		s->schema = NULL;
	if (!strcmp(kstd_error_code(s->ctx), "cancelled"))
		return fail(s, s->ctx);
	add_images(s, before, nr);
	return 0;
}

int session_need_mem(struct session *s)
{
	if (s->mem)
		return 0;
	return kstd_mem(s->dump, &s->mem) ? fail(s, s->ctx) : 0;
}

int session_need_findings(struct session *s)
{
	if (s->findings)
		return 0;
	return kstd_verify(s->dump, &s->findings) ? fail(s, s->ctx) : 0;
}

int session_need_diff(struct session *s, const char *path)
{
	if (s->diff)
		return 0;
	if (!s->other && open_dump(s, path, &s->other_ctx, &s->other)) {
		kstd_ctx_free(s->other_ctx);
		s->other_ctx = NULL;
		return -1;
	}
	s->other_path = path;
	return kstd_diff(s->dump, s->other, NULL, &s->diff) ? fail(s, s->ctx) : 0;
}

static uint64_t count(const struct kstd_node *list)
{
	struct kstd_iter it;
	uint64_t nr = 0;

	kstd_iter_begin(&it, list);
	while (kstd_iter_next(&it))
		nr++;
	kstd_iter_end(&it);
	return nr;
}

/* From 1,000 on, the list of defects is not counted again: it keeps no more. */
uint64_t session_defects(struct session *s, bool *more)
{
	static uint32_t generation;
	static uint64_t nr;

	if (generation != s->generation || nr < 1000)
		nr = count(s->findings ? kstd_node_get(s->findings, "findings") :
			   kstd_defects(s->dump));
	generation = s->generation;
	*more = nr >= 1000;
	return nr;
}

uint64_t session_unknowns(struct session *s)
{
	return count(s->findings ? kstd_node_get(s->findings, "not_known") :
		     kstd_unknowns(s->dump));
}

bool session_step(struct session *s)
{
	for (int i = 0; i < s->nr_images; i++) {
		struct image *im = &s->images[i];

		if (!im->complete) {
			im->complete = !kstd_index_grow(im->index, GROW);
			return true;
		}
		if (order_step(im))
			return true;
	}
	return false;
}

const struct kstd_node *pin_element(struct pinned_node *h, const struct kstd_node *list,
				    uint64_t nr)
{
	if (!list || h->nr >= 4)
		return NULL;
	kstd_iter_begin_at(&h->it[h->nr], list, nr);
	h->node = kstd_iter_next(&h->it[h->nr++]);
	return h->node;
}

void unpin(struct pinned_node *h)
{
	while (h->nr)
		kstd_iter_end(&h->it[--h->nr]);
	h->node = NULL;
}

const char *member_text(const struct kstd_node *n, const char *name, char *buf, size_t size)
{
	const struct kstd_node *member = n ? kstd_node_get(n, name) : NULL;
	size_t len = 0;
	const void *p = member ? kstd_node_mem(member, &len) : NULL;

	if (len > size - 1)
		len = size - 1;
	if (p)
		memcpy(buf, p, len);
	buf[p ? len : 0] = 0;
	return buf;
}

uint64_t member_u64(const struct kstd_node *n, const char *name)
{
	const struct kstd_node *member = n ? kstd_node_get(n, name) : NULL;

	return member ? kstd_node_u64(member) : 0;
}

static bool same_at(const char *text, const char *part, size_t len, bool exact)
{
	for (size_t i = 0; i < len; i++)
		if (exact ? text[i] != part[i] :
		    tolower((unsigned char)text[i]) != (unsigned char)part[i])
			return false;
	return true;
}

bool text_has(const char *text, size_t len, const char *part)
{
	size_t part_len = strlen(part);
	bool exact = false;

	for (size_t i = 0; i < part_len; i++)
		exact |= isupper((unsigned char)part[i]) != 0;
	for (size_t i = 0; i + part_len <= len; i++)
		if (same_at(text + i, part, part_len, exact))
			return true;
	return false;
}
