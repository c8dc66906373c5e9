// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "query/field_path.h"

static bool find_in(struct kstd_field_path *p, const struct kstd_node *in, struct kstd_span path);
static bool find_value(struct kstd_field_path *p, const struct kstd_node *n, struct kstd_span path);

void kstd_field_path_free(struct kstd_field_path *p)
{
	if (!p)
		return;
	while (p->nr)
		kstd_iter_end(&p->iters[--p->nr]);
	kstd_arena_free(&p->arena);
	free(p);
}

/* Does @path begin with @name, as a whole? If so, move past it. */
static bool skip_name(struct kstd_span *path, const void *name, size_t len)
{
	if (!len || !kstd_span_starts(path, name, len) ||
	    (path->len > len && path->p[len] != '.' && path->p[len] != '['))
		return false;
	return kstd_span_skip(path, len);
}

static bool skip_text(struct kstd_span *path, const struct kstd_node *name)
{
	return name && name->type == KSTD_TEXT && skip_name(path, name->mem.p, name->mem.len);
}

/* "[number]" */
static bool skip_index(struct kstd_span *path, uint64_t *index)
{
	struct kstd_span digits;

	kstd_span_skip(path, 1);
	*index = 0;
	if (!path->len || !memchr(path->p, ']', path->len))
		return false;
	digits = kstd_span_until(path, ']');
	if (!digits.len || digits.len > 18)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		*index = 10 * *index + (digits.p[i] - '0');
	}
	return true;
}

static bool find_element(struct kstd_field_path *p, const struct kstd_node *list,
			 struct kstd_span path)
{
	const struct kstd_node *n;
	struct kstd_iter *it = &p->iters[p->nr];
	uint64_t index;

	if (list->type != KSTD_LIST || p->nr == KSTD_MAX_PICKED || !skip_index(&path, &index))
		return false;
	p->nr++;
	kstd_iter_begin(it, list);
	do
		n = kstd_iter_next(it);
	while (n && index--);
	if (n && find_value(p, n, path))
		return true;
	kstd_iter_end(it);
	p->nr--;
	return false;
}

/* A part of a value, as in "page.address". */
static bool find_part(struct kstd_field_path *p, const struct kstd_node *n, struct kstd_span path)
{
	for (const struct kstd_node *part = n->kids.first; part; part = part->next) {
		struct kstd_span rest = path;
		const char *name = kstd_node_name(part);

		if (skip_name(&rest, name, strlen(name)) && find_value(p, part, rest))
			return true;
	}
	return false;
}

static bool find_value(struct kstd_field_path *p, const struct kstd_node *n, struct kstd_span path)
{
	if (!path.len) {
		p->node = n;
		return true;
	}
	if (*path.p == '[')
		return find_element(p, n, path);
	if (*path.p != '.' || n->type != KSTD_OBJECT)
		return false;
	kstd_span_skip(&path, 1);
	return kstd_node_get(n, "fields") ? find_in(p, n, path) : find_part(p, n, path);
}

static bool find_field(struct kstd_field_path *p, const struct kstd_node *in, struct kstd_span path)
{
	const struct kstd_node *fields = kstd_node_get(in, "fields");

	for (const struct kstd_node *f = fields->kids.first; f; f = f->next) {
		const struct kstd_node *value = kstd_node_get(f, "value");
		const struct kstd_node *outer = p->field;
		struct kstd_span rest = path;

		if (!value || !skip_text(&rest, kstd_node_get(f, "name")))
			continue;
		p->field = f;
		if (find_value(p, value, rest))
			return true;
		p->field = outer;
	}
	return false;
}

static bool find_sub(struct kstd_field_path *p, const struct kstd_node *in, struct kstd_span path)
{
	const struct kstd_node *subs = kstd_node_get(in, "subsections");

	for (const struct kstd_node *s = subs ? subs->kids.first : NULL; s; s = s->next) {
		struct kstd_span rest = path;

		if (skip_text(&rest, kstd_node_get(s, "section")) && rest.len && *rest.p == '.' &&
		    kstd_span_skip(&rest, 1) && find_in(p, s, rest))
			return true;
	}
	return false;
}

/* In a section, a subsection or a struct. */
static bool find_in(struct kstd_field_path *p, const struct kstd_node *in, struct kstd_span path)
{
	return find_field(p, in, path) || find_sub(p, in, path);
}

bool kstd_field_path_find(struct kstd_field_path *p, struct kstd_span path)
{
	return find_in(p, p->section, path);
}
