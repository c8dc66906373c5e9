// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define GROW	256	/* sections that are indexed in one step */

static int fail(struct model *m, struct kstd_ctx *ctx)
{
	snprintf(m->error, sizeof(m->error), "%s", kstd_error_message(ctx));
	m->error_class = kstd_error_class(ctx);
	m->cancelled = !strcmp(kstd_error_code(ctx), "cancelled");
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

static void close_dumps(struct model *m)
{
	m->generation++;
	kstd_close(m->dump);
	kstd_close(m->other);
	kstd_ctx_free(m->ctx);
	kstd_ctx_free(m->other_ctx);
	m->dump = m->other = NULL;
	m->ctx = m->other_ctx = NULL;
	m->overview = m->luo = m->schema = m->mem = m->findings = m->diff = NULL;
	for (int i = 0; i < m->nr_images; i++)
		free_order(&m->images[i].order);
	m->nr_images = 0;
}

void model_close(struct model *m)
{
	close_dumps(m);
}

static int open_dump(struct model *m, const char *path, struct kstd_ctx **ctx,
		     struct kstd_dump **dump)
{
	struct kstd_open_opts opts = {
		.sz = sizeof(opts), .path = path, .sysroot = m->opts->sysroot,
		.sides = m->opts->sides, .page_size = m->opts->page_size,
		.vmlinux = m->opts->vmlinux, .progress = m->progress,
		.progress_arg = m->progress_arg,
	};

	*ctx = kstd_ctx_new();
	if (!*ctx) {
		snprintf(m->error, sizeof(m->error), "out of memory");
		m->error_class = KSTD_ENVIRONMENT;
		return -1;
	}
	return kstd_open(*ctx, &opts, dump) ? fail(m, *ctx) : 0;
}

static void add_image(struct model *m, unsigned int side, const char *name,
		      const struct kstd_node *list)
{
	struct image *im = &m->images[m->nr_images];
	const struct kstd_node *n;
	struct kstd_iter it;
	char text[16];

	*im = (struct image){ .side = side, .side_name = name };
	kstd_iter_begin(&it, list);
	while ((n = kstd_iter_next(&it)))
		if (!strcmp(member_text(n, "side", text, sizeof(text)), name))
			im->node = n;
	kstd_iter_end(&it);
	if (im->node && !kstd_index_open(m->dump, side, &im->index))
		m->nr_images++;
}

/* Where a side's image was sorted or filtered before, it is again. */
static void add_images(struct model *m, const struct image *before, int nr)
{
	const struct kstd_node *list = kstd_node_get(m->overview, "kstate");

	add_image(m, KSTD_SIDE_FILE, "file", list);
	add_image(m, KSTD_SIDE_IN, "in", list);
	add_image(m, KSTD_SIDE_OUT, "out", list);
	for (int i = 0; i < m->nr_images; i++)
		for (int j = 0; j < nr; j++)
			if (m->images[i].side == before[j].side)
				image_sort(&m->images[i], before[j].order.sort,
					   before[j].order.filter);
}

int model_open(struct model *m)
{
	struct image before[MAX_IMAGES];
	int nr = m->nr_images;

	memcpy(before, m->images, sizeof(before));
	close_dumps(m);
	if (open_dump(m, m->path, &m->ctx, &m->dump))
		return -1;
	if (kstd_overview(m->dump, &m->overview))
		return fail(m, m->ctx);
	if (kstd_luo(m->dump, NULL, &m->luo))
		m->luo = NULL;
	if (kstd_schema(m->dump, NULL, &m->schema))
		m->schema = NULL;
	if (!strcmp(kstd_error_code(m->ctx), "cancelled"))
		return fail(m, m->ctx);
	add_images(m, before, nr);
	return 0;
}

int model_need_mem(struct model *m)
{
	if (m->mem)
		return 0;
	return kstd_mem(m->dump, &m->mem) ? fail(m, m->ctx) : 0;
}

int model_need_findings(struct model *m)
{
	if (m->findings)
		return 0;
	return kstd_verify(m->dump, &m->findings) ? fail(m, m->ctx) : 0;
}

int model_need_diff(struct model *m, const char *path)
{
	if (m->diff)
		return 0;
	if (!m->other && open_dump(m, path, &m->other_ctx, &m->other)) {
		kstd_ctx_free(m->other_ctx);
		m->other_ctx = NULL;
		return -1;
	}
	m->other_path = path;
	return kstd_diff(m->dump, m->other, NULL, &m->diff) ? fail(m, m->ctx) : 0;
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

/* The list gets a last element each time it is asked for while there are more than it keeps. */
uint64_t model_defects(struct model *m, bool *more)
{
	static uint32_t generation;
	static uint64_t nr;

	if (generation != m->generation || nr < 1000)
		nr = count(m->findings ? kstd_node_get(m->findings, "findings") :
			   kstd_defects(m->dump));
	generation = m->generation;
	*more = nr >= 1000;
	return nr;
}

bool model_step(struct model *m)
{
	for (int i = 0; i < m->nr_images; i++) {
		struct image *im = &m->images[i];

		if (!im->complete) {
			im->complete = !kstd_index_grow(im->index, GROW);
			return true;
		}
		if (order_step(im))
			return true;
	}
	return false;
}

const struct kstd_node *held_element(struct held *h, const struct kstd_node *list, uint64_t nr)
{
	if (!list || h->nr >= 4)
		return NULL;
	kstd_iter_begin_at(&h->it[h->nr], list, nr);
	h->node = kstd_iter_next(&h->it[h->nr++]);
	return h->node;
}

void held_drop(struct held *h)
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
