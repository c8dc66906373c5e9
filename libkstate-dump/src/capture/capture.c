// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_capture(): which memory a capture takes, the file, and the result. */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/new_file.h"
#include "capture/capture.h"
#include "memory/core.h"
#include "kstate/image.h"
#include "source/source.h"

/* The whole pages of a reference; at the end of the address space, one byte less. */
static struct kstd_memory_ref whole_pages(const struct kstd_capture_run *c,
				       const struct kstd_memory_ref *r)
{
	uint64_t mask = c->page - 1, end = r->pa + (r->bytes - 1);
	struct kstd_memory_ref out = *r;

	out.pa = r->pa & ~mask;
	out.bytes = (end | mask) - out.pa + 1;
	if (!out.bytes)	/* the whole address space */
		out.bytes = ~mask;
	return out;
}

/* Merge sorted references that touch, whoever their owners are. */
static void merge_refs(struct kstd_refs *refs)
{
	size_t nr = 0;

	for (size_t i = 0; i < refs->nr; i++) {
		struct kstd_memory_ref *last = nr ? &refs->v[nr - 1] : NULL, *r = &refs->v[i];

		if (last && r->pa - last->pa <= last->bytes) {
			if (r->pa - last->pa + r->bytes > last->bytes)
				last->bytes = r->pa - last->pa + r->bytes;
		} else {
			refs->v[nr++] = *r;
		}
	}
	refs->nr = nr;
}

static int plan_side(struct kstd_capture_run *c, unsigned int side)
{
	struct kstd_refs refs = { .side = side, .kernel = true };
	int rc = kstd_refs_gather(c->dump, side, &refs);

	for (size_t i = 0; i < refs.nr && !rc; i++) {
		const struct kstd_memory_ref *r = &refs.v[i];
		struct kstd_memory_ref pages = whole_pages(c, r);

		if ((r->kind == KSTD_REF_DATA || r->kind == KSTD_REF_POINTER) && !c->contents)
			rc = kstd_capture_leave(c, r->pa, r->bytes, KSTD_LEFT_CONTENTS, r->owner);
		else if (!kstd_ref(&c->want, pages.pa, pages.bytes, r->kind, r->owner))
			rc = kstd_nomem(c->dump->ctx);
	}
	kstd_refs_free(&refs);
	return rc;
}

void kstd_capture_machine(struct kstd_capture_run *c)
{
	const struct kstd_phys *phys = c->dump->phys;
	const struct kstd_image *image;

	c->page = 4096;
	c->machine = EM_NONE;
	c->big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	if (phys) {
		c->page = phys->page_size;
		c->big = phys->big;
		c->machine = kstd_core_of(c->dump)->machine;
	} else if (!kstd_images(c->dump)) {
		for (image = c->dump->images; image && !image->producer.present;)
			image = image->next;
		if (!image)
			return;
		c->big = image->producer.big;
		c->machine = kstd_machine_number(image->producer.machine);
		if (image->producer.page_size)
			c->page = image->producer.page_size;
	}
}

int kstd_capture_plan(struct kstd_capture_run *c)
{
	static const unsigned int sides[] = { KSTD_SIDE_FILE, KSTD_SIDE_IN, KSTD_SIDE_OUT };
	int rc = 0;

	for (int i = 0; i < 3 && !rc && c->dump->phys; i++)
		if (c->dump->sides & sides[i])
			rc = plan_side(c, sides[i]);
	if (!c->dump->phys && !c->dump->lone)
		kstd_note(c->dump, "%s holds blobs and no memory: what they refer to by address is not in the capture",
			  c->dump->source);
	kstd_refs_sort(&c->want);
	merge_refs(&c->want);
	return rc;
}

/* ---- The result ---- */

static int by_reason_and_owner(const void *a_, const void *b_)
{
	const struct kstd_left *a = a_, *b = b_;
	int d = a->reason != b->reason ? (int)a->reason - (int)b->reason :
		strcmp(a->owner, b->owner);

	return d ? d : a->pa < b->pa ? -1 : a->pa > b->pa;
}

static void put_left_out(struct kstd_capture_run *c, struct kstd_node *list, size_t from, size_t to)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_INLINE);
	uint64_t bytes = 0;

	for (size_t i = from; i < to; i++)
		bytes += c->left[i].bytes;
	kstd_put_fmt(a, n, KSTD_K_LEFT_OWNER, "%s", c->left[from].owner);
	kstd_put_str(a, n, KSTD_K_LEFT_REASON, kstd_reason_name(c->left[from].reason));
	kstd_put_num(a, n, KSTD_K_LEFT_BYTES, KSTD_SIZE, bytes);
	kstd_put_num(a, n, KSTD_K_LEFT_RANGES, KSTD_U64, to - from);
}

static const struct kstd_node *put_result(struct kstd_capture_run *c, const char *path)
{
	struct kstd_arena *a = &c->dump->arena;
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_TREE);
	struct kstd_node *list;
	uint64_t bytes = 0;
	size_t from = 0;

	for (size_t i = 0; i < c->nr_ranges; i++)
		bytes += c->ranges[i].bytes;
	kstd_put_fmt(a, n, KSTD_K_CAPTURE_PATH, "%s", path);
	kstd_put_num(a, n, KSTD_K_CAPTURE_BYTES, KSTD_SIZE, c->at);
	kstd_put_num(a, n, KSTD_K_CAPTURE_RANGES, KSTD_U64, c->nr_ranges);
	kstd_put_num(a, n, KSTD_K_CAPTURE_MEMORY, KSTD_SIZE, bytes);
	kstd_put_num(a, n, KSTD_K_CAPTURE_FILES, KSTD_U64, c->nr_files);
	kstd_put_num(a, n, KSTD_K_CAPTURE_CONTENTS, KSTD_BOOL, c->contents);
	list = kstd_put(a, n, KSTD_K_LEFT_OUT, KSTD_LIST);
	for (size_t i = 1; i <= c->nr_left; i++) {
		if (i < c->nr_left && c->left[i].reason == c->left[from].reason &&
		    !strcmp(c->left[i].owner, c->left[from].owner))
			continue;
		put_left_out(c, list, from, i);
		from = i;
	}
	return a->short_of ? NULL : n;
}

/* ---- The file ---- */

static int write_contents(struct kstd_capture_run *c)
{
	void *fdt = NULL;
	size_t len;
	int rc = kstd_capture_plan(c) ?: kstd_capture_data(c);

	if (!rc && c->nr_left)
		qsort(c->left, c->nr_left, sizeof(*c->left), by_reason_and_owner);
	if (!rc)
		rc = kstd_capture_fdt(c, &fdt, &len) ?: kstd_capture_elf(c, fdt, len);
	free(fdt);
	return rc;
}

static int write_file(struct kstd_capture_run *c, const char *path, const struct kstd_node **result)
{
	struct kstd_ctx *ctx = c->dump->ctx;
	struct kstd_new_file file;
	int rc = kstd_new_file_begin(ctx, path, 0600, &file);	/* only root may read memory */
	int fd = rc ? -1 : dup(file.fd);

	if (rc)
		return rc;
	c->f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!c->f) {
		if (fd >= 0)
			close(fd);
		return kstd_new_file_end(ctx, &file, kstd_nomem(ctx));
	}
	rc = write_contents(c);
	if (!rc) {
		*result = put_result(c, path);
		rc = *result ? 0 : kstd_nomem(ctx);
	}
	if (fclose(c->f) && !rc)
		rc = kstd_errno(ctx, path, errno);
	return kstd_new_file_end(ctx, &file, rc ?: kstd_whole(ctx));
}

static int get_opts(struct kstd_ctx *ctx, const struct kstd_capture_opts *user,
		    struct kstd_capture_opts *opts)
{
	*opts = (struct kstd_capture_opts){ .sz = sizeof(*opts) };
	if (!user || user->sz < offsetof(struct kstd_capture_opts, contents) ||
	    user->sz > sizeof(*opts))
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"kstd_capture: sz is not the size of the options");
	memcpy(opts, user, user->sz);
	if (!opts->path || !*opts->path)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET, "kstd_capture: no path");
	return 0;
}

/* A capture of nothing would be taken for one of all there is. */
static int check_any(struct kstd_dump *dump)
{
	return dump->blobs ? 0 : kstd_not_found(dump, KSTD_E_NO_KHO, "KHO");
}

int kstd_capture(struct kstd_dump *dump, const struct kstd_capture_opts *user,
		 const struct kstd_node **node)
{
	struct kstd_capture_opts opts;
	struct kstd_capture_run c = { .dump = dump };
	int rc = get_opts(dump->ctx, user, &opts);

	*node = NULL;
	if (rc)
		return rc;
	c.contents = opts.contents;
	kstd_capture_machine(&c);
	rc = kstd_whole(dump->ctx) ?: check_any(dump) ?: write_file(&c, opts.path, node);
	if (rc)
		*node = NULL;
	kstd_refs_free(&c.want);
	free(c.ranges);
	free(c.files);
	free(c.unread);
	free(c.left);
	return rc;
}
