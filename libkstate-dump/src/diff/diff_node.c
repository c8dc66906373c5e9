// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Compares two nodes, and decides which differences count. */

#include "diff/diff.h"

static bool same_leaf(const struct kstd_node *x, const struct kstd_node *y)
{
	switch (x->type) {
	case KSTD_NULL:
		return true;
	case KSTD_TEXT:
	case KSTD_BYTES:
		return x->mem.len == y->mem.len &&
		       (!x->mem.len || !memcmp(x->mem.p, y->mem.p, x->mem.len));
	default:
		return x->u == y->u;
	}
}

static bool is_unsigned(const struct kstd_node *n)
{
	return n->type == KSTD_U32 || n->type == KSTD_U64;
}

static bool is_signed(const struct kstd_node *n)
{
	return n->type == KSTD_S32 || n->type == KSTD_S64;
}

/* Integers of another width have the same type if their signs are the same. */
static bool same_type(const struct kstd_node *x, const struct kstd_node *y)
{
	return x->type == y->type || (is_unsigned(x) && is_unsigned(y)) ||
	       (is_signed(x) && is_signed(y));
}

/* An address or the number of a page. */
static bool is_place(const struct kstd_node *n)
{
	return n->type == KSTD_ADDRESS || n->key == KSTD_K_PFN;
}

/* The member follows from another member. */
static bool is_derived(const struct kstd_node *n)
{
	switch (n->key) {
	case KSTD_K_ENUM_NAME:
	case KSTD_K_FLAG_NAMES:
	case KSTD_K_FOLIO_BYTES:
	case KSTD_K_CUSTOM_BYTES:
	case KSTD_K_NR_FOLIOS:
	case KSTD_K_FILE_COUNT:
		return true;
	}
	return false;
}

/* The member describes the source, not the state. */
static bool is_about_source(const struct kstd_node *n)
{
	switch (n->key) {
	case KSTD_K_SIDE:
	case KSTD_K_PATH:
	case KSTD_K_READ_FROM:
	case KSTD_K_LUO_NUMBER:
	case KSTD_K_META_COUNT:
	case KSTD_K_SESSION_STATE:
	case KSTD_K_FILE_STATE:
		return true;
	}
	return false;
}

static bool counts(const struct kstd_differ *d, const struct kstd_node *n)
{
	return !is_derived(n) && (d->all || (!is_place(n) && !is_about_source(n)));
}

/*
 * The version of LUO's header, of which one source has none to read: a kernel gives the header
 * back as soon as it has taken the sessions over. That it took them says that it knew the version.
 */
static bool is_released(const struct kstd_node *m, const struct kstd_node *other)
{
	return m->key == KSTD_K_FORMAT && other &&
	       (m->type == KSTD_NULL) != (other->type == KSTD_NULL);
}

/* An enum, flags, a bitmap or bytes: a difference in it is one of the whole value. */
static bool is_whole(const struct kstd_node *n)
{
	return n->key == KSTD_K_ENUM_VALUE || n->key == KSTD_K_RANGES ||
	       n->key == KSTD_K_CUSTOM_DATA;
}

static bool same_ranges(const struct kstd_node *x, const struct kstd_node *y)
{
	const struct kstd_node *e, *f;
	struct kstd_iter i, j;
	bool same;

	kstd_iter_begin(&i, x);
	kstd_iter_begin(&j, y);
	do {
		e = kstd_iter_next(&i);
		f = kstd_iter_next(&j);
		same = !e == !f && (!e || (e->kids.first->u == f->kids.first->u &&
					   e->kids.last->u == f->kids.last->u));
	} while (same && e);
	kstd_iter_end(&i);
	kstd_iter_end(&j);
	return same;
}

static bool same_whole(const struct kstd_node *x, const struct kstd_node *y)
{
	return x->type == KSTD_LIST ? same_ranges(x, y) : same_leaf(x, y);
}

static void compare_member(struct kstd_differ *d, const struct kstd_diff_at *at,
			   const struct kstd_node *x, const struct kstd_node *y,
			   const struct kstd_node *m)
{
	const char *name = kstd_node_name(m);
	const struct kstd_node *other = kstd_node_get(y, name);
	struct kstd_diff_at here = { at, name, strlen(name), 0 };

	if (!counts(d, m))
		return;
	if (is_released(m, other)) {
		if (!d->handed_over)
			kstd_differ_unknown(d, &here, "it is not known of both");
		return;
	}
	if (!other)
		kstd_differ_put(d, &here, "removed", m, NULL);
	else if (!is_whole(m))
		kstd_differ_nodes(d, &here, m, other);
	else if (m->type != other->type || !same_whole(m, other))
		kstd_differ_put(d, at, "value", x, y);
}

static bool is_unknown(const struct kstd_node *n)
{
	return n->type == KSTD_NULL && n->style == KSTD_STYLE_UNKNOWN;
}

static bool has_unknown(const struct kstd_node *object)
{
	for (const struct kstd_node *m = object->kids.first; m; m = m->next)
		if (is_unknown(m))
			return true;
	return false;
}

static void compare_objects(struct kstd_differ *d, const struct kstd_diff_at *at,
			    const struct kstd_node *x, const struct kstd_node *y)
{
	bool unsure = has_unknown(x) || has_unknown(y);

	if (d->contents)
		kstd_diff_folios(d, at, x, y);
	d->unsure += unsure;
	for (const struct kstd_node *m = x->kids.first; m; m = m->next)
		compare_member(d, at, x, y, m);
	for (const struct kstd_node *m = y->kids.first; m; m = m->next) {
		const char *name = kstd_node_name(m);
		struct kstd_diff_at here = { at, name, strlen(name), 0 };

		if (counts(d, m) && !kstd_node_get(x, name))
			kstd_differ_put(d, &here, "added", NULL, m);
	}
	d->unsure -= unsure;
	d->doubted = NULL;
}

static void put_counts(struct kstd_differ *d, const struct kstd_diff_at *at, uint64_t x,
		       uint64_t y)
{
	struct kstd_node a = { .type = KSTD_U64, .u = x, .offset = KSTD_NO_OFFSET };
	struct kstd_node b = { .type = KSTD_U64, .u = y, .offset = KSTD_NO_OFFSET };

	kstd_differ_put(d, at, "elements", &a, &b);
}

/* Elements without names are matched by number. */
static void compare_elements(struct kstd_differ *d, const struct kstd_diff_at *at,
			     const struct kstd_node *x, const struct kstd_node *y)
{
	struct kstd_diff_at here = { at, NULL, 0, 0 };
	const struct kstd_node *e, *f;
	struct kstd_iter i, j;
	uint64_t nx = 0, ny = 0;
	bool cut;

	kstd_iter_begin(&i, x);
	kstd_iter_begin(&j, y);
	for (;;) {
		e = kstd_iter_next(&i);
		f = kstd_iter_next(&j);
		nx += !!e;
		ny += !!f;
		if (!e && !f)
			break;
		if (e && f)
			kstd_differ_nodes(d, &here, e, f);
		here.index++;
	}
	cut = kstd_iter_cut(&i) || kstd_iter_cut(&j);
	kstd_iter_end(&i);
	kstd_iter_end(&j);
	if (cut)
		kstd_differ_unknown(d, at, KSTD_NOT_ALL_READ);
	else if (nx != ny)
		put_counts(d, at, nx, ny);
}

static bool have_names(const struct kstd_node *list)
{
	struct kstd_diff_at name;
	const struct kstd_node *e;
	struct kstd_iter it;
	bool any;

	kstd_iter_begin(&it, list);
	e = kstd_iter_next(&it);
	any = e && kstd_diff_name(e, &name);
	kstd_iter_end(&it);
	return any;
}

static void compare_lists(struct kstd_differ *d, const struct kstd_diff_at *at,
			  const struct kstd_node *x, const struct kstd_node *y)
{
	if (have_names(x) || have_names(y))
		kstd_differ_named(d, at, x, y, kstd_differ_nodes);
	else
		compare_elements(d, at, x, y);
}

static void compare_leaves(struct kstd_differ *d, const struct kstd_diff_at *at,
			   const struct kstd_node *x, const struct kstd_node *y)
{
	if (counts(d, x) && !same_leaf(x, y))
		kstd_differ_put(d, at, "value", x, y);
}

void kstd_differ_nodes(struct kstd_differ *d, const struct kstd_diff_at *at,
		       const struct kstd_node *x, const struct kstd_node *y)
{
	if (is_unknown(x) || is_unknown(y))
		kstd_differ_unknown(d, at, "it is not known of both");
	else if (!same_type(x, y))
		kstd_differ_put(d, at, "value", x, y);
	else if (x->type == KSTD_LIST)
		compare_lists(d, at, x, y);
	else if (x->type != KSTD_OBJECT)
		compare_leaves(d, at, x, y);
	else if (kstd_node_get(x, "fields") && kstd_node_get(y, "fields"))
		kstd_differ_streams(d, at, x, y);
	else
		compare_objects(d, at, x, y);
}

static void compare_leaf(struct kstd_differ *d, const struct kstd_diff_at *at, const char *what,
			 const struct kstd_node *x, const struct kstd_node *y)
{
	if (x && y && (x->type != y->type || !same_leaf(x, y)))
		kstd_differ_put(d, at, what, x, y);
}

static void compare_field(struct kstd_differ *d, const struct kstd_diff_at *at,
			  const struct kstd_node *x, const struct kstd_node *y)
{
	const struct kstd_node *v = kstd_node_get(x, "value"), *w = kstd_node_get(y, "value");

	compare_leaf(d, at, "kind", kstd_node_get(x, "kind"), kstd_node_get(y, "kind"));
	compare_leaf(d, at, "type", kstd_node_get(x, "type"), kstd_node_get(y, "type"));
	if (v && w)
		kstd_differ_nodes(d, at, v, w);
}

void kstd_differ_streams(struct kstd_differ *d, const struct kstd_diff_at *at,
			 const struct kstd_node *x, const struct kstd_node *y)
{
	compare_leaf(d, at, "version", kstd_node_get(x, "version"), kstd_node_get(y, "version"));
	compare_leaf(d, at, "result", kstd_node_get(x, "result"), kstd_node_get(y, "result"));
	if (d->all)
		compare_leaf(d, at, "save_ns", kstd_node_get(x, "save_ns"),
			     kstd_node_get(y, "save_ns"));
	kstd_differ_named(d, at, kstd_node_get(x, "fields"), kstd_node_get(y, "fields"),
			  compare_field);
	kstd_differ_named(d, at, kstd_node_get(x, "subsections"), kstd_node_get(y, "subsections"),
			  kstd_differ_streams);
	compare_leaf(d, at, "undecoded", kstd_node_get(x, "undecoded"),
		     kstd_node_get(y, "undecoded"));
}
