// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The FDT in the note of a capture, which lists the contents: see capture_format.h. */

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "capture/capture.h"
#include "source/source.h"

#define FIRST_TRY	(64UL << 10)
#define MOST		(1UL << 30)

/**
 * struct note - an FDT that is being written
 * @err: the first error of libfdt; nothing more is written after it
 * @file: number of the next element of &kstd_capture_run.files
 */
struct note {
	struct kstd_capture_run *c;
	void *fdt;
	int err;
	size_t file;
};

static void node(struct note *n, const char *name)
{
	n->err = n->err ?: fdt_begin_node(n->fdt, name);
}

static void end_node(struct note *n)
{
	n->err = n->err ?: fdt_end_node(n->fdt);
}

static void node_nr(struct note *n, size_t nr)
{
	char name[24];

	snprintf(name, sizeof(name), "%zu", nr);
	node(n, name);
}

static void u32(struct note *n, const char *name, uint32_t v)
{
	n->err = n->err ?: fdt_property_u32(n->fdt, name, v);
}

static void u64(struct note *n, const char *name, uint64_t v)
{
	n->err = n->err ?: fdt_property_u64(n->fdt, name, v);
}

static void str(struct note *n, const char *name, const char *v)
{
	n->err = n->err ?: fdt_property_string(n->fdt, name, v);
}

static void bytes(struct note *n, const char *name, const void *p, size_t len)
{
	n->err = n->err ?: fdt_property(n->fdt, name, p, len);
}

/* A property that the caller fills element by element; NULL after an error. */
static void *room(struct note *n, const char *name, size_t nr, size_t size)
{
	void *p = NULL;

	if (nr > MOST / size)
		n->err = n->err ?: -FDT_ERR_NOSPACE;
	n->err = n->err ?: fdt_property_placeholder(n->fdt, name, nr * size, &p);
	return n->err ? NULL : p;
}

static void *pair(fdt64_t *to, uint64_t address, uint64_t len)
{
	fdt64_st(to, address);
	fdt64_st(to + 1, len);
	return to + 2;
}

static void put_head(struct note *n, uint64_t now)
{
	struct kstd_capture_run *c = n->c;
	const struct kstd_phys *phys = c->dump->phys;

	str(n, "compatible", KSTD_CAPTURE_COMPATIBLE);
	u32(n, "page-size", c->page);
	str(n, "byte-order", c->big ? "big" : "little");
	str(n, "source", c->dump->source);
	str(n, "source-kind", phys ? phys->ops->kind : "blobs");
	u64(n, "captured-at", now);
	str(n, "tool", "libkstate-dump " KSTD_VERSION);
	u32(n, "contents", c->contents);
	u32(n, "running", c->dump->live || (phys && phys->changing));
}

static void put_notes(struct note *n)
{
	const struct kstd_node *list = kstd_notes(n->c->dump);
	size_t len = 0;
	char *p;

	for (const struct kstd_node *k = list->kids.first; k; k = k->next)
		len += k->mem.len + 1;
	p = len ? room(n, "notes", len, 1) : NULL;
	for (const struct kstd_node *k = list->kids.first; p && k; k = k->next) {
		memcpy(p, k->mem.p, k->mem.len);
		p[k->mem.len] = 0;
		p += k->mem.len + 1;
	}
}

/* The sides that were asked for: of the others it is not known what there was. */
static void put_sides(struct note *n)
{
	static const unsigned int sides[] = { KSTD_SIDE_IN, KSTD_SIDE_OUT, KSTD_SIDE_FILE };
	unsigned int asked = n->c->dump->sides & n->c->dump->captured_sides;
	char names[16];
	size_t len = 0;

	for (int i = 0; i < 3; i++)
		if (asked & sides[i])
			len += snprintf(names + len, sizeof(names) - len, "%s",
					kstd_side_name(sides[i])) + 1;
	bytes(n, "sides", names, len);
}

static void put_ranges(struct note *n)
{
	struct kstd_capture_run *c = n->c;
	fdt64_t *p = room(n, "ranges", c->nr_ranges, 16);
	uint8_t *sha;

	for (size_t i = 0; p && i < c->nr_ranges; i++)
		p = pair(p, c->ranges[i].pa, c->ranges[i].bytes);
	sha = room(n, "ranges-sha256", c->nr_ranges, SHA256_DIGEST_SIZE);
	for (size_t i = 0; sha && i < c->nr_ranges; i++)
		memcpy(sha + i * SHA256_DIGEST_SIZE, c->ranges[i].sha256, SHA256_DIGEST_SIZE);
}

static void put_blob(struct note *n, const struct kstd_blob *b)
{
	struct kstd_capture_run *c = n->c;

	str(n, "path", b->path);
	str(n, "side", kstd_side_name(b->side));
	str(n, "role", kstd_role_name(b->role));
	if (b->in_memory) {
		u64(n, "address", b->pa);
		u64(n, "bytes", b->in_memory_bytes);
		return;
	}
	u64(n, "offset", c->files[n->file].at);
	u64(n, "bytes", c->files[n->file].bytes);
	bytes(n, "sha256", c->files[n->file].sha256, SHA256_DIGEST_SIZE);
	n->file++;
}

static void put_blobs(struct note *n)
{
	size_t nr = 0;

	node(n, "blobs");
	n->file = 0;
	for (const struct kstd_blob *b = n->c->dump->blobs; b; b = b->next) {
		if (!b->in_memory && !b->loaded)
			continue;	/* put_not_read() has it */
		node_nr(n, nr++);
		put_blob(n, b);
		end_node(n);
	}
	end_node(n);
}

static void put_not_read(struct note *n)
{
	node(n, "not-read");
	for (size_t i = 0; i < n->c->nr_unread; i++) {
		const struct kstd_unread *u = &n->c->unread[i];

		node_nr(n, i);
		str(n, "path", u->blob->path);
		str(n, "side", kstd_side_name(u->blob->side));
		str(n, "role", kstd_role_name(u->blob->role));
		str(n, "code", kstd_code_name(u->why.code));
		str(n, "text", u->why.text);
		if (u->why.offset != KSTD_NO_OFFSET)
			u64(n, "offset", u->why.offset);
		end_node(n);
	}
	end_node(n);
}

static void put_text(struct note *n, const char *name, const struct kstd_node *report)
{
	const struct kstd_node *text = kstd_node_get(report, name);
	char *p = text && text->mem.len ? room(n, name, text->mem.len + 1, 1) : NULL;

	if (!p)
		return;
	memcpy(p, text->mem.p, text->mem.len);
	p[text->mem.len] = 0;
}

/* Those that did not fit are one more, of which it is not known what they say. */
static void put_more_reports(struct note *n, size_t more)
{
	char text[80];

	snprintf(text, sizeof(text), "%zu more things were wrong with the source, or not known", more);
	str(n, "code", kstd_code_name(KSTD_E_NOT_KNOWN));
	str(n, "text", text);
}

static void put_reports(struct note *n)
{
	const struct kstd_reports *reports = &n->c->dump->of_source;
	size_t nr = 0;

	node(n, "reports");
	for (const struct kstd_node *r = reports->list->kids.first; r; r = r->next) {
		const struct kstd_node *offset = kstd_node_get(r, "offset");

		node_nr(n, nr++);
		put_text(n, "code", r);
		put_text(n, "text", r);
		put_text(n, "path", r);
		if (offset && offset->type != KSTD_NULL)
			u64(n, "offset", offset->u);
		end_node(n);
	}
	if (reports->more) {
		node_nr(n, nr);
		put_more_reports(n, reports->more);
		end_node(n);
	}
	end_node(n);
}

/*
 * The ranges of one owner, left out for one reason, from element @from of the sorted list on.
 * Returns the number of the first element of the next node.
 */
static size_t put_left_out_node(struct note *n, size_t from)
{
	const struct kstd_left *left = n->c->left, *first = &left[from];
	size_t to = from + 1;
	fdt64_t *p;

	while (to < n->c->nr_left && left[to].reason == first->reason &&
	       !strcmp(left[to].owner, first->owner))
		to++;
	str(n, "owner", first->owner);
	str(n, "reason", kstd_reason_name(first->reason));
	p = room(n, "ranges", to - from, 16);
	for (size_t i = from; p && i < to; i++)
		p = pair(p, left[i].pa, left[i].bytes);
	return to;
}

static void put_left_out(struct note *n)
{
	size_t nr = 0;

	node(n, "left-out");
	for (size_t i = 0; i < n->c->nr_left;) {
		node_nr(n, nr++);
		i = put_left_out_node(n, i);
		end_node(n);
	}
	end_node(n);
}

static int build_note(struct note *n, size_t size, uint64_t now)
{
	n->err = fdt_create(n->fdt, size);
	n->err = n->err ?: fdt_finish_reservemap(n->fdt);
	node(n, "");
	put_head(n, now);
	put_notes(n);
	put_sides(n);
	put_ranges(n);
	put_blobs(n);
	put_not_read(n);
	put_reports(n);
	put_left_out(n);
	end_node(n);
	return n->err ?: fdt_finish(n->fdt);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int kstd_capture_fdt(struct kstd_capture_run *c, void **fdt, size_t *len)
{
	struct note n = { .c = c };
	uint64_t now = now_ns();
	int err = -FDT_ERR_NOSPACE;

	/* libfdt does not say how many bytes it needs: try more until the tree fits. */
	for (size_t size = FIRST_TRY; size <= MOST && err == -FDT_ERR_NOSPACE; size *= 4) {
		free(n.fdt);
		n.fdt = kstd_malloc(size);
		if (!n.fdt)
			return kstd_nomem(c->dump->ctx);
		err = build_note(&n, size, now);
	}
	if (err) {
		free(n.fdt);
		return kstd_err(c->dump->ctx, KSTD_E_TOO_BIG, KSTD_NO_OFFSET,
				"the list of what is captured is too long: %s", fdt_strerror(err));
	}
	*fdt = n.fdt;
	*len = fdt_totalsize(n.fdt);
	return 0;
}
