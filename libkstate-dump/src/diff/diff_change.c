// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Differences that were found, as nodes. */

#include <stdio.h>
#include <string.h>

#include "diff/diff.h"

#define MAX_TEXT	512	/* of texts that are made here, and of paths */

static void put_path(const struct kstd_diff_at *at, char *buf, size_t size, size_t *n)
{
	if (!at)
		return;
	put_path(at->up, buf, size, n);
	if (*n + 1 >= size)
		return;
	if (at->name)
		*n += snprintf(buf + *n, size - *n, "%s%.*s", *n ? "." : "", (int)at->len,
			       at->name);
	else
		*n += snprintf(buf + *n, size - *n, "[%llu]", (unsigned long long)at->index);
	if (*n >= size)
		*n = size - 1;
}

void kstd_diff_path(const struct kstd_diff_at *at, char *buf, size_t size)
{
	size_t len = 0;

	*buf = 0;
	put_path(at, buf, size, &len);
}

/* An element is a name or a range. */
static size_t put_element(const struct kstd_node *e, char *buf, size_t size)
{
	const struct kstd_node *first = kstd_node_get(e, "first"), *last = kstd_node_get(e, "last");

	if (e->type == KSTD_TEXT)
		return snprintf(buf, size, "%.*s", (int)e->mem.len, (const char *)e->mem.p);
	if (!first || !last)
		return 0;
	if (first->u == last->u)
		return snprintf(buf, size, "%llu", (unsigned long long)first->u);
	return snprintf(buf, size, "%llu-%llu", (unsigned long long)first->u,
			(unsigned long long)last->u);
}

/* Elements of a list in one text, as in "0-3,63" or "ready|dirty". */
static void join_elements(const struct kstd_node *list, char *buf, size_t size)
{
	const char *between = list->style == KSTD_STYLE_FLAGS ? "|" : ",";
	const struct kstd_node *e;
	struct kstd_iter it;
	size_t n = 0;

	*buf = 0;
	kstd_iter_begin(&it, list);
	while (n + 1 < size && (e = kstd_iter_next(&it))) {
		n += snprintf(buf + n, size - n, "%s", n ? between : "");
		if (n < size)
			n += put_element(e, buf + n, size - n);
	}
	kstd_iter_end(&it);
}

/* The memory of short text and bytes may be gone when the difference is shown. */
static void keep_mem(struct kstd_arena *a, struct kstd_node *n)
{
	char *copy;

	if ((n->type != KSTD_TEXT && n->type != KSTD_BYTES) || n->mem.len > MAX_TEXT)
		return;
	copy = kstd_arena_str(a, n->mem.p ? n->mem.p : "", n->mem.len);
	if (copy)
		n->mem.p = copy;
	else
		n->mem.len = 0;
}

/* A list or an object as one short text. */
static void describe(const struct kstd_node *n, char *buf, size_t size)
{
	uint64_t nr = kstd_node_count(n);

	if (n->type == KSTD_OBJECT)
		snprintf(buf, size, "(struct)");
	else if (n->style == KSTD_STYLE_FLAGS || n->style == KSTD_STYLE_SET)
		join_elements(n, buf, size);
	else if (nr == KSTD_NO_COUNT)
		snprintf(buf, size, "(list)");
	else
		snprintf(buf, size, "(%llu element%s)", (unsigned long long)nr,
			 nr == 1 ? "" : "s");
}

/* One side of a difference. It is a leaf: a list or an object becomes text. */
static void put_leaf(struct kstd_differ *d, struct kstd_node *change, enum kstd_key_index key,
		     const struct kstd_node *value)
{
	struct kstd_node *n = kstd_put(d->a, change, key, KSTD_NULL);
	const struct kstd_node *bare = value ? kstd_node_bare(value) : NULL;
	char text[MAX_TEXT];

	if (!n)
		return;
	if (!bare) {
		n->style = KSTD_STYLE_HIDDEN;
		return;
	}
	n->type = bare->type;
	n->style = bare->style;
	n->mem = bare->mem;
	if (bare->type == KSTD_LIST || bare->type == KSTD_OBJECT) {
		describe(bare, text, sizeof(text));
		n->type = KSTD_TEXT;
		n->style = KSTD_STYLE_NONE;
		n->mem.p = text;
		n->mem.len = strlen(text);
	}
	keep_mem(d->a, n);
}

void kstd_differ_unknown(struct kstd_differ *d, const struct kstd_diff_at *at, const char *why)
{
	char path[MAX_TEXT];

	d->nr_unknown++;
	kstd_diff_path(at, path, sizeof(path));
	kstd_unknown(d->dump, NULL, "whether %s is the same: %s", *path ? path : "all of it", why);
}

/* Is an element missing in a list that may not be whole? */
static bool is_doubtful(struct kstd_differ *d, const struct kstd_diff_at *at, const char *what)
{
	if (!d->unsure || (strcmp(what, "added") && strcmp(what, "removed") && strcmp(what, "elements")))
		return false;
	at = strcmp(what, "elements") ? at->up : at;
	if (d->doubted != at)
		kstd_differ_unknown(d, at, KSTD_NOT_ALL_READ);
	d->doubted = at;
	return true;
}

void kstd_differ_put(struct kstd_differ *d, const struct kstd_diff_at *at, const char *what,
		     const struct kstd_node *x, const struct kstd_node *y)
{
	char path[MAX_TEXT];
	struct kstd_node *n;

	if (is_doubtful(d, at, what) || d->nr++ >= KSTD_MAX_CHANGES || !d->list)
		return;
	kstd_diff_path(at, path, sizeof(path));
	n = kstd_put(d->a, d->list, KSTD_NO_KEY, KSTD_OBJECT);
	kstd_put_fmt(d->a, n, KSTD_K_CHANGE_PATH, "%s", path);
	kstd_put_str(d->a, n, KSTD_K_WHAT, what);
	put_leaf(d, n, KSTD_K_A, x);
	put_leaf(d, n, KSTD_K_B, y);
}

bool kstd_differ_begin(struct kstd_differ *d, struct kstd_node *parent)
{
	d->list = kstd_put(d->a, parent, KSTD_K_CHANGES, KSTD_LIST);
	return d->list;
}

void kstd_differ_end(struct kstd_differ *d, struct kstd_node *parent)
{
	uint64_t more = d->nr > KSTD_MAX_CHANGES ? d->nr - KSTD_MAX_CHANGES : 0;

	kstd_hidden_if(kstd_put_num(d->a, parent, KSTD_K_NR_MORE, KSTD_U64, more), !more);
}
