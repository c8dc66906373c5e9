// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compares the subtrees of KHO other than those of kstate and LUO. */

#include "subtree/decoder.h"
#include "diff/diff.h"
#include "kho/kho_side.h"
#include "luo/luo.h"
#include "source/source.h"

static struct kstd_blob *next_subtree(struct kstd_blob *b, unsigned int side)
{
	while (b && (b->side != side || b->role != KSTD_ROLE_SUBTREE))
		b = b->next;
	return b;
}

bool kstd_diff_has_subtrees(const struct kstd_dump *dump, unsigned int side)
{
	return next_subtree(dump->blobs, side);
}

bool kstd_diff_has_kho(const struct kstd_dump *dump, unsigned int side)
{
	return kstd_diff_has_subtrees(dump, side) ||
	       kstd_blob_find((struct kstd_dump *)dump, side, KSTD_ROLE_ROOT, NULL, 0);
}

static struct kstd_blob *find_subtree(struct kstd_dump *dump, unsigned int side,
			      const struct kstd_blob *other)
{
	return kstd_blob_find(dump, side, KSTD_ROLE_SUBTREE, other->name, strlen(other->name));
}

/* Sections and sessions are compared elsewhere. The struct of LUO has only addresses. */
static bool is_elsewhere(const struct kstd_blob *b)
{
	return !strcmp(b->name, KSTD_LUO_NAME) || kstd_image_probe(b);
}

static bool load_subtree(struct kstd_dump *dump, struct kstd_blob *b)
{
	if (!kstd_blob_load(dump, b))
		return true;
	kstd_defect_err(dump, NULL);
	return false;
}

static struct kstd_node *details(struct kstd_dump *dump, const struct kstd_blob *b,
				 const struct kstd_decoder *dec)
{
	struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));
	struct kstd_node *n = kstd_put(&dump->arena, NULL, KSTD_NO_KEY, KSTD_OBJECT);

	if (n && dec->details && dec->details(dump, b, n))
		kstd_defect_err(dump, &where);
	return n;
}

static void put_format(struct kstd_differ *d, const struct kstd_diff_at *at,
		       const struct kstd_decoder *x, const struct kstd_decoder *y)
{
	struct kstd_node a = { .type = KSTD_TEXT, .mem = { x->name, strlen(x->name) } };
	struct kstd_node b = { .type = KSTD_TEXT, .mem = { y->name, strlen(y->name) } };

	kstd_differ_put(d, at, "type", &a, &b);
}

static void compare_bytes(struct kstd_differ *d, const struct kstd_diff_at *at,
			  const struct kstd_span *x, const struct kstd_span *y)
{
	struct kstd_node a = { .type = KSTD_SIZE, .u = x->len };
	struct kstd_node b = { .type = KSTD_SIZE, .u = y->len };

	if (x->len != y->len || (x->len && memcmp(x->p, y->p, x->len)))
		kstd_differ_put(d, at, "bytes", &a, &b);
}

static void compare_subtree(struct kstd_differ *d, struct kstd_dump *other,
			    struct kstd_blob *x, struct kstd_blob *y)
{
	struct kstd_diff_at at = { NULL, x->name, strlen(x->name), 0 };
	const struct kstd_decoder *dec;
	struct kstd_node *m, *n;

	if (!load_subtree(d->dump, x) || !load_subtree(other, y) ||
	    (is_elsewhere(x) && is_elsewhere(y)))
		return;
	dec = kstd_decoder_of(x);
	if (d->contents && dec == kstd_decoder_of(y))
		kstd_diff_memory(d, x, y);
	if (dec != kstd_decoder_of(y)) {
		put_format(d, &at, dec, kstd_decoder_of(y));
		return;
	}
	if (!dec->details || dec->opaque) {
		compare_bytes(d, &at, &x->bytes, &y->bytes);
		return;
	}
	m = details(d->dump, x, dec);
	n = details(other, y, dec);
	if (m && n)
		kstd_differ_nodes(d, &at, m, n);
}

/*
 * The next subtree that a root names, from @c on; those of a side whose root cannot be read are not
 * known. Of one that cannot be read, or was not copied, there is no blob.
 */
static bool next_in_root(const struct kstd_kho_of_side *s, struct kstd_cursor *c,
			 struct kstd_kho_subtree *sub)
{
	bool found;

	kstd_quiet_begin(s->dump);
	found = s->has_root && kstd_kho_next(s->dump, NULL, &s->root, c, sub);
	kstd_quiet_end(s->dump);
	return found;
}

static struct kstd_cursor begin_root(struct kstd_dump *dump, unsigned int side,
				     struct kstd_kho_of_side *s)
{
	kstd_quiet_begin(dump);
	kstd_kho_side(dump, side, s);
	kstd_quiet_end(dump);
	return s->has_root ? kstd_fdt_root(&s->root.fdt) : (struct kstd_cursor){ 0 };
}

static bool is_in_root(struct kstd_dump *dump, unsigned int side, const char *name)
{
	struct kstd_kho_of_side s;
	struct kstd_cursor c = begin_root(dump, side, &s);
	struct kstd_kho_subtree sub;

	while (next_in_root(&s, &c, &sub))
		if (!strcmp(sub.name, name))
			return true;
	return false;
}

/* One of the two has no blob of a subtree: @other, on the side @side. */
static void put_missing(struct kstd_differ *d, struct kstd_dump *other, unsigned int side,
			const char *name, const char *what)
{
	struct kstd_diff_at at = { NULL, name, strlen(name), 0 };

	if (is_in_root(other, side, name))
		kstd_differ_unknown(d, &at, KSTD_NOT_ALL_READ);
	else
		kstd_differ_put(d, &at, what, NULL, NULL);
}

/* The kernel adds the subtree of kstate when it saves: before that, it is not there yet. */
static bool is_added_later(const struct kstd_differ *d, const struct kstd_blob *b)
{
	return d->handed_over && !strcmp(b->name, KSTATE_KHO_NAME);
}

static bool has_blob(struct kstd_dump *dump, unsigned int side, const struct kstd_kho_subtree *sub)
{
	return kstd_blob_find(dump, side, KSTD_ROLE_SUBTREE, sub->name, sub->name_len);
}

/* What is in a subtree that a root names, and that neither of the two has, cannot be compared. */
static void report_absent(struct kstd_differ *d, struct kstd_dump *dump, unsigned int side)
{
	struct kstd_kho_of_side s;
	struct kstd_cursor c = begin_root(dump, side, &s);
	struct kstd_kho_subtree sub;

	while (next_in_root(&s, &c, &sub)) {
		struct kstd_diff_at at = { NULL, sub.name, sub.name_len, 0 };

		if (!has_blob(d->dump, d->side_a, &sub) && !has_blob(d->b, d->side_b, &sub))
			kstd_differ_unknown(d, &at, KSTD_NOT_ALL_READ);
	}
}

void kstd_diff_subtrees(struct kstd_differ *d, struct kstd_dump *b, unsigned int side_a,
			unsigned int side_b)
{
	struct kstd_blob *x, *y;

	for (x = next_subtree(d->dump->blobs, side_a); x; x = next_subtree(x->next, side_a)) {
		y = find_subtree(b, side_b, x);
		if (y)
			compare_subtree(d, b, x, y);
		else
			put_missing(d, b, side_b, x->name, "removed");
	}
	for (y = next_subtree(b->blobs, side_b); y; y = next_subtree(y->next, side_b))
		if (!find_subtree(d->dump, side_a, y) && !is_added_later(d, y))
			put_missing(d, d->dump, side_a, y->name, "added");
	report_absent(d, d->dump, side_a);
	report_absent(d, b, side_b);
}
