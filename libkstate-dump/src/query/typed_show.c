// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_typed(): something that the caller names, as a type that the caller names. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/known.h"
#include "luo/luo.h"
#include "query/typed_get.h"

/**
 * struct show - what is shown
 * @list: of objects
 */
struct show {
	struct kstd_dump *dump;
	struct kstd_typed t;
	struct kstd_node *list;
};

static void put_value(struct show *s, const struct kstd_where *where)
{
	char text[KSTD_WHERE_TEXT];
	const char *of;

	kstd_where_text(text, sizeof(text), where);
	of = kstd_arena_str(&s->dump->arena, text, strlen(text));
	if (of)
		kstd_typed_put(s->dump, &s->dump->arena, where, &s->t, of, s->list);
}

static void put_file(void *arg, struct kstd_luo_side *luo, const struct kstd_luo_file *f,
		     const struct kstd_where *where, const char *rest)
{
	struct show *s = arg;

	(void)luo;
	s->t.pa = f->data;
	if (!*rest)
		put_value(s, where);
}

static int put_address(struct show *s, const char *text)
{
	struct kstd_where where = KSTD_AT(NULL, text, strlen(text));
	char *end;

	errno = 0;
	s->t.pa = strtoull(text, &end, 16);
	if (errno || *end)
		return kstd_err(s->dump->ctx, KSTD_E_SELECTOR, KSTD_NO_OFFSET,
				"\"%.60s\" is no address", text);
	put_value(s, &where);
	return 0;
}

static int put_subtrees(struct show *s, const char *name)
{
	size_t nr = 0;
	char safe[KSTD_SAFE];

	for (struct kstd_blob *b = s->dump->blobs; b; b = b->next) {
		struct kstd_where where = KSTD_AT(NULL, b->path, strlen(b->path));

		if ((b->role != KSTD_ROLE_LONE && b->role != KSTD_ROLE_SUBTREE) ||
		    strcmp(b->name, name))
			continue;
		nr++;
		if (kstd_blob_load(s->dump, b)) {
			kstd_defect_err(s->dump, &where);
			continue;
		}
		s->t.blob = b->bytes;
		put_value(s, &where);
	}
	return nr ? 0 : kstd_not_found(s->dump, KSTD_E_NO_SECTION, "subtree \"%s\"",
				       kstd_safe(safe, name, strlen(name)));
}

static int put_all(struct show *s, const char *select)
{
	char safe[KSTD_SAFE];

	if (!strncmp(select, "0x", 2))
		return put_address(s, select);
	if (strncmp(select, KSTD_LUO_NAME ".", 4))
		return put_subtrees(s, select);
	kstd_luo_each_file(s->dump, select + 4, put_file, s);
	return s->list->kids.first || kstd_all_well(s->dump) != KSTD_YES ? 0 :
	       kstd_not_found(s->dump, KSTD_E_NO_SESSION, "file \"%s\"",
			      kstd_safe(safe, select, strlen(select)));
}

int kstd_typed(struct kstd_dump *dump, const struct kstd_typed_opts *user,
	       const struct kstd_node **list)
{
	struct kstd_typed_opts opts = { .sz = sizeof(opts) };
	struct show s = { .dump = dump };
	int rc = kstd_opts(dump->ctx, "kstd_typed", user, sizeof(opts), &opts, sizeof(opts));

	*list = NULL;
	if (rc)
		return rc;
	if (!opts.select || !opts.type)
		return kstd_err(dump->ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET,
				"kstd_typed: no select, or no type");
	opts.type = kstd_arena_str(&dump->arena, opts.type, strlen(opts.type));
	s.list = opts.type ? kstd_put(&dump->arena, NULL, KSTD_K_TYPED_LIST, KSTD_LIST) : NULL;
	if (!s.list)
		return kstd_nomem(dump->ctx);
	rc = kstd_typed_as(dump, opts.type, &s.t) ?: put_all(&s, opts.select) ?:
	     kstd_whole(dump->ctx);
	*list = rc ? NULL : s.list;
	return rc;
}

/* ---- kstd_get() of a file of LUO ---- */

/**
 * struct pick - a value that is looked for
 * @file: "SESSION.TOKEN", as the caller wrote it, @file_len bytes
 * @node: the value's object; the first one if there are several
 * @nr: how many files have it
 */
struct pick {
	struct kstd_dump *dump;
	const char *select;
	const char *side;
	const char *rest;
	const struct kstd_node *node;
	size_t nr;
};

/* Is "AT.NAME", or "AT[...", what is looked for? */
static bool is_path(const char *wanted, const char *at, const struct kstd_node *name)
{
	size_t len = strlen(at);

	if (strncmp(wanted, at, len))
		return false;
	wanted += len;
	if (len && *wanted == '.')
		wanted++;
	else if (len && *wanted != '[')
		return false;
	return kstd_node_is_text(name, wanted);
}

static const struct kstd_node *look_in(const struct kstd_node *of, const char *wanted)
{
	const struct kstd_node *members = kstd_node_get(of, "members");
	const struct kstd_node *at = kstd_node_get(of, "member");
	const char *path = at && at->type == KSTD_TEXT ? at->mem.p : "";

	for (const struct kstd_node *n = members ? members->kids.first : NULL; n; n = n->next)
		if (is_path(wanted, path, kstd_node_get(n, "name")))
			return n;
	return NULL;
}

static void pick_from(void *arg, struct kstd_luo_side *luo, const struct kstd_luo_file *f,
		      const struct kstd_where *where, const char *rest)
{
	struct pick *p = arg;
	struct kstd_arena *a = &p->dump->arena;
	struct kstd_node *into = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), *typed;
	const struct kstd_node *found, *more;
	struct kstd_typed t;

	if (!*rest || !into || !kstd_file_typed(luo, f, where, &t))
		return;
	typed = kstd_typed_put(p->dump, a, where, &t, NULL, into);
	found = typed ? look_in(typed, rest) : NULL;
	more = typed ? kstd_node_get(typed, "followed") : NULL;
	for (more = more ? more->kids.first : NULL; more && !found; more = more->next)
		found = look_in(more, rest);
	if (!found || p->nr++)
		return;
	p->node = found;
	p->side = kstd_side_name(luo->blob->side);
	p->rest = kstd_arena_str(a, rest, strlen(rest));
}

/* A text under another key. */
static void put_as(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		   const struct kstd_node *of)
{
	if (of && of->type == KSTD_TEXT)
		kstd_put_mem(a, n, key, KSTD_TEXT, of->mem.p, of->mem.len);
	else
		kstd_put_unknown(a, n, key);
}

int kstd_typed_get(struct kstd_dump *dump, const char *select, const struct kstd_node **root)
{
	struct pick p = { .dump = dump, .select = select };
	struct kstd_arena *a = &dump->arena;
	char safe[KSTD_SAFE];
	struct kstd_node *n;
	size_t len;

	kstd_luo_each_file(dump, select + strlen(KSTD_LUO_NAME) + 1, pick_from, &p);
	kstd_safe(safe, select, strlen(select));
	if (p.nr > 1)
		return kstd_err(dump->ctx, KSTD_E_AMBIGUOUS, KSTD_NO_OFFSET,
				"\"%s\" is there more than once: name the side, --in or --out", safe);
	if (!p.nr || !p.rest)
		return kstd_not_found(dump, KSTD_E_NO_FIELD, "value \"%s\"", safe);
	len = strlen(select) - strlen(p.rest);
	n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT), KSTD_STYLE_BARE);
	kstd_put_str(a, n, KSTD_K_SECTION,
		     kstd_arena_str(a, select, len - (select[len - 1] == '.')));
	kstd_put_str(a, n, KSTD_K_SIDE, p.side);
	kstd_put_str(a, n, KSTD_K_FIELD, p.rest);
	kstd_put_str(a, n, KSTD_K_KIND, "by type information");
	put_as(a, n, KSTD_K_TYPE, kstd_node_get(p.node, "type"));
	put_as(a, n, KSTD_K_VALUE, kstd_node_get(p.node, "value"));
	*root = n;
	return n ? 0 : kstd_nomem(dump->ctx);
}
