// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_sections(): selecting sections, and the list that makes them one by one. */

#include <stdlib.h>

#include "kstate/section.h"

static bool hex_digit(char c, uint64_t *v)
{
	int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

	if (digit < 0 || *v >> 60)
		return false;
	*v = *v << 4 | digit;
	return true;
}

int kstd_select_parse(struct kstd_ctx *ctx, const char *text, struct kstd_select *sel)
{
	const char *at = strchr(text, '@'), *p;

	*sel = (struct kstd_select){ .text = text, .len = strlen(text) };
	if (!at)
		return 0;
	sel->has_instance = true;
	sel->name_len = at - text;
	for (p = at + 1; *p && *p != '.'; p++)
		if (!hex_digit(*p, &sel->instance))
			return kstd_err(ctx, KSTD_E_SELECTOR, KSTD_NO_OFFSET,
					"what follows @ is not an instance in lower-case hex");
	if (p == at + 1)
		return kstd_err(ctx, KSTD_E_SELECTOR, KSTD_NO_OFFSET, "no instance follows @");
	if (*p)
		sel->field = kstd_span_of(p + 1, strlen(p + 1), 0);
	return 0;
}

/* Names may have dots: a description whose whole name was given goes first. */
static bool is_whole_name(struct kstd_dump *dump, const struct kstd_select *sel)
{
	for (struct kstd_image *image = dump->images; image; image = image->next)
		for (size_t i = 0; i < image->schema.nr; i++) {
			const struct kstd_desc *d = &image->schema.descs[i];

			if (d->name_len == sel->len && !memcmp(d->name, sel->text, sel->len))
				return true;
		}
	return false;
}

bool kstd_select_match(const struct kstd_select *sel, const char *name, size_t len,
		       uint64_t instance, struct kstd_span *field)
{
	*field = sel->field;
	if (!sel->text)
		return true;
	if (sel->has_instance)
		return instance == sel->instance && len == sel->name_len &&
		       !memcmp(name, sel->text, len);
	if (len > sel->len || memcmp(name, sel->text, len))
		return false;
	if (len == sel->len)
		return true;
	if (sel->exact || sel->text[len] != '.')
		return false;
	*field = kstd_span_of(sel->text + len + 1, sel->len - len - 1, 0);
	return field->len;
}

/**
 * struct query - what a list of sections is
 * @sel: refers to @text
 */
struct query {
	struct kstd_dump *dump;
	struct kstd_select sel;
	bool summary;
	char text[];
};

/**
 * struct cursor - an iteration over it
 * @arena: for the current element
 * @matched: sections that match by name and instance
 */
struct cursor {
	const struct query *q;
	struct kstd_walk walk;
	struct kstd_arena arena;
	size_t matched;
};

static struct cursor *cursor_new(const struct query *q)
{
	struct cursor *c = calloc(1, sizeof(*c));

	if (!c) {
		kstd_defect(q->dump, NULL, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		return NULL;
	}
	c->q = q;
	kstd_walk_begin(&c->walk, q->dump);
	return c;
}

static void cursor_free(struct cursor *c)
{
	if (!c)
		return;
	kstd_walk_end(&c->walk);
	kstd_arena_free(&c->arena);
	free(c);
}

static struct kstd_node *make(struct cursor *c, struct kstd_step *step,
			      struct kstd_span field)
{
	const struct kstd_table_row *row = step->in_table ? &step->row : NULL;

	kstd_arena_reset(&c->arena);
	if (step->in_tree)
		return kstd_section_put(step->image, &c->arena, &step->where, &step->section, row,
					c->q->summary, field);
	return field.len ? NULL : kstd_table_row_put(step->image, &c->arena, row, c->q->summary);
}

static struct kstd_node *cursor_next(struct cursor *c)
{
	const struct query *q = c->q;
	struct kstd_node *n;
	struct kstd_step step;
	struct kstd_span field;

	while (kstd_walk_next(&c->walk, &step)) {
		const struct kstd_section *s = &step.section;
		bool match = step.in_tree ?
			     kstd_select_match(&q->sel, s->node, s->name_len, s->instance, &field) :
			     kstd_select_match(&q->sel, (const char *)step.row.name.p,
					       step.row.name.len, step.row.instance, &field);

		if (!match)
			continue;
		c->matched++;
		n = make(c, &step, field);
		if (c->arena.short_of)
			kstd_defect(q->dump, &step.where, KSTD_E_MEMORY, KSTD_NO_OFFSET, NULL);
		if (n)
			return n;
	}
	return NULL;
}

static void list_begin(struct kstd_place *it)
{
	it->state = cursor_new(it->of->list.arg);
}

static struct kstd_node *list_next(struct kstd_place *it)
{
	return it->state ? cursor_next(it->state) : NULL;
}

static void list_end(struct kstd_place *it)
{
	cursor_free(it->state);
	it->state = NULL;
}

static const struct kstd_list_ops list_ops = {
	.begin = list_begin,
	.next = list_next,
	.end = list_end,
};

/* Better to say now that there is nothing than to hand out an empty list. */
static int check_any(struct query *q)
{
	struct kstd_dump *dump = q->dump;
	struct cursor *c;
	int rc = 0;

	kstd_quiet_begin(dump);
	c = cursor_new(q);
	if (!c)
		rc = kstd_nomem(dump->ctx);
	else if (!cursor_next(c))
		rc = kstd_cancelled(dump) ?:
		     kstd_err(dump->ctx, c->matched ? KSTD_E_NO_FIELD : KSTD_E_NO_SECTION,
			      KSTD_NO_OFFSET, NULL);
	cursor_free(c);
	kstd_quiet_end(dump);
	return rc;
}

static int not_found(struct query *q, int rc)
{
	struct kstd_ctx *ctx = q->dump->ctx;
	const char *what = ctx->err.code == KSTD_E_NO_FIELD ? "field or subsection" : "section";
	char safe[KSTD_SAFE];

	if (rc == -KSTD_NOT_FOUND)
		kstd_err(ctx, ctx->err.code, KSTD_NO_OFFSET, "no %s \"%s\" in %s", what,
			 kstd_safe(safe, q->sel.text, q->sel.len), q->dump->source);
	return rc;
}

static int make_list(struct kstd_dump *dump, const struct kstd_sections_opts *opts,
		     const struct kstd_node **list)
{
	const char *text = opts->select ? opts->select : "";
	struct query *q = kstd_arena_get(&dump->arena, sizeof(*q) + strlen(text) + 1);
	struct kstd_node *n;
	int rc = 0;

	if (!q)
		return kstd_nomem(dump->ctx);
	*q = (struct query){ .dump = dump, .summary = opts->summary };
	strcpy(q->text, text);
	if (opts->select) {
		rc = kstd_select_parse(dump->ctx, q->text, &q->sel);
		if (rc)
			return rc;
		q->sel.exact = is_whole_name(dump, &q->sel);
		rc = check_any(q);
		if (rc)
			return not_found(q, rc);
	}
	n = kstd_put_lazy(&dump->arena, NULL, KSTD_NO_KEY, &list_ops, q);
	*list = kstd_styled(n, opts->summary ? KSTD_STYLE_TABLE : KSTD_STYLE_NONE);
	return n ? 0 : kstd_nomem(dump->ctx);
}

int kstd_sections(struct kstd_dump *dump, const struct kstd_sections_opts *user,
		  const struct kstd_node **list)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	int rc = kstd_opts(dump->ctx, "kstd_sections", user,
			   offsetof(struct kstd_sections_opts, summary), &opts, sizeof(opts));

	*list = NULL;
	if (rc)
		return rc;
	rc = kstd_images(dump) ?: kstd_cancelled(dump);
	return rc ? rc : make_list(dump, &opts, list);
}
