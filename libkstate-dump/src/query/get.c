// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_get(): one value, of one section. */

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "kstate/select.h"
#include "query/field_path.h"
#include "query/typed_get.h"

/**
 * struct search - a look through all sections
 * @sel: what is looked for
 * @matched: sections that match by name and instance
 * @saved: one of them is in an image, and not only in the table of what is registered
 * @found: the value; the first one, if there are more
 * @places: "test@0 (in), test@0 (out)" where it was found, cut if there are many
 * @nr: how often it was found
 */
struct search {
	struct kstd_dump *dump;
	struct kstd_select sel;
	size_t matched;
	bool saved;
	struct kstd_field_path *found;
	const char *side;
	struct kstd_span path;
	char places[120];
	size_t nr;
};

#define ENOUGH	3	/* places that a message names */

static void found(struct search *s, struct kstd_step *step, struct kstd_field_path *pick,
		  struct kstd_span path)
{
	size_t used = strlen(s->places);
	char safe[KSTD_SAFE];

	snprintf(s->places + used, sizeof(s->places) - used, "%s%.40s (%s)", used ? ", " : "",
		 kstd_safe(safe, step->section.node, step->section.node_len),
		 kstd_side_name(step->image->side));
	if (s->nr++) {
		kstd_field_path_free(pick);
		return;
	}
	s->found = pick;
	s->side = kstd_side_name(step->image->side);
	s->path = path;
}

/* Returns 0 or -KSTD_ENVIRONMENT. */
static int look_in_section(struct search *s, struct kstd_step *step, struct kstd_span path)
{
	static const struct kstd_span all;
	struct kstd_field_path *pick = kstd_calloc(1, sizeof(*pick));

	if (!pick)
		return kstd_nomem(s->dump->ctx);
	pick->section = kstd_section_put(step->image, &pick->arena, &step->where, &step->section,
					 NULL, false, all);
	if (pick->arena.short_of || !pick->section) {
		kstd_field_path_free(pick);
		return kstd_nomem(s->dump->ctx);
	}
	if (kstd_field_path_find(pick, path))
		found(s, step, pick, path);
	else
		kstd_field_path_free(pick);
	return 0;
}

/* Search until all sections were read, or so many have the value that a message is full. */
static int search(struct search *s)
{
	struct kstd_span path;
	struct kstd_walk walk;
	struct kstd_step step;
	int rc = 0;

	kstd_walk_begin(&walk, s->dump);
	while (!rc && s->nr < ENOUGH && kstd_select_next(&walk, &s->sel, true, &step, &path)) {
		s->matched++;
		s->saved |= step.in_tree;
		if (path.len && step.in_tree)
			rc = look_in_section(s, &step, path);
	}
	kstd_walk_end(&walk);
	return rc ?: kstd_cancelled(s->dump);
}

static int not_one(struct search *s)
{
	struct kstd_ctx *ctx = s->dump->ctx;
	char safe[KSTD_SAFE];

	kstd_safe(safe, s->sel.text, s->sel.len);
	if (s->nr)
		return kstd_err(ctx, KSTD_E_AMBIGUOUS, KSTD_NO_OFFSET,
				"\"%s\" is in more than one section: %s%s; name the instance, or the side",
				safe, s->places, s->nr == ENOUGH ? " ..." : "");
	if (s->matched)
		return kstd_not_found(s->dump, KSTD_E_NO_FIELD, "value \"%s\"%s", safe,
				      s->saved ? "" : KSTD_NOT_SAVED);
	return kstd_not_found(s->dump, KSTD_E_NO_SECTION, "section for \"%s\"", safe);
}

static void free_paths(void *p, size_t len)
{
	(void)len;
	kstd_field_path_free(p);
}

static void put_copy(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
		     const struct kstd_node *of)
{
	struct kstd_node *copy = of ? kstd_put(a, n, key, KSTD_NULL) : NULL;

	if (!copy)
		return;
	*copy = *of;
	copy->next = NULL;
	copy->key = key;
	copy->formed = false;
}

static int put_found(struct search *s, const struct kstd_node **root)
{
	struct kstd_arena *a = &s->dump->arena;
	const struct kstd_field_path *p = s->found;
	const char *path = kstd_arena_str(a, (const char *)s->path.p, s->path.len);
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BARE);

	if (!kstd_arena_own(a, free_paths, s->found, 0) || !path)
		return kstd_nomem(s->dump->ctx);
	put_copy(a, n, KSTD_K_SECTION, kstd_node_get(p->section, "section"));
	kstd_put_str(a, n, KSTD_K_SIDE, s->side);
	kstd_put_mem(a, n, KSTD_K_FIELD, KSTD_TEXT, path, s->path.len);
	put_copy(a, n, KSTD_K_KIND, kstd_node_get(p->field, "kind"));
	put_copy(a, n, KSTD_K_TYPE, kstd_node_get(p->field, "type"));
	put_copy(a, n, KSTD_K_VALUE, p->node);
	*root = n;
	return n ? 0 : kstd_nomem(s->dump->ctx);
}

static int get_field(struct search *s, const char *select, const struct kstd_node **root)
{
	struct kstd_ctx *ctx = s->dump->ctx;
	int rc;

	if (!select)
		return kstd_err(ctx, KSTD_E_OPTIONS, KSTD_NO_OFFSET, "kstd_get: no select");
	if (!strncmp(select, "LUO.", 4))
		return kstd_typed_get(s->dump, select, root);
	rc = kstd_select_parse(ctx, select, &s->sel) ?: kstd_select_images(s->dump, &s->sel) ?:
	     search(s);
	if (!rc && s->nr != 1)
		rc = not_one(s);
	if (!rc)
		return put_found(s, root);
	kstd_field_path_free(s->found);
	return rc;
}

int kstd_get(struct kstd_dump *dump, const struct kstd_get_opts *user,
	     const struct kstd_node **root)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts) };
	struct search s = { .dump = dump };
	int rc = kstd_opts(dump->ctx, "kstd_get", user, sizeof(opts), &opts, sizeof(opts));

	*root = NULL;
	return rc ?: get_field(&s, opts.select, root) ?: kstd_whole(dump->ctx);
}
