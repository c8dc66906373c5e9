// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* kstd_sections(): a list of sections, which are read one by one. */

#include "base/lazy_list.h"
#include "kstate/section_result.h"
#include "kstate/select.h"

/**
 * struct section_query - what a list of sections is
 * @sel: refers to @text
 * @matched: sections that were selected by name and instance so far
 * @saved: one of them is in an image
 */
struct section_query {
	struct kstd_select sel;
	bool summary;
	size_t matched;
	bool saved;
	char text[];
};

struct section_iter {
	struct kstd_list_iter it;
	struct kstd_walk walk;
	struct kstd_section_form form;
	struct kstd_results results;
};

static void sections_begin(struct kstd_list_iter *it)
{
	kstd_walk_begin(&((struct section_iter *)it)->walk, it->dump);
}

static struct kstd_node *sections_next(struct kstd_list_iter *it)
{
	struct section_iter *at = (struct section_iter *)it;
	struct section_query *q = (struct section_query *)it->of;
	struct kstd_node *n = NULL;
	struct kstd_span field;
	struct kstd_step step;

	while (!n && !it->arena.short_of &&
	       kstd_select_next(&at->walk, &q->sel, true, &step, &field)) {
		const struct kstd_table_row *row = step.in_table ? &step.row : NULL;

		q->matched++;
		q->saved |= step.in_tree;
		kstd_results_add(&at->results, &step);
		kstd_arena_reset(&it->arena);
		if (step.in_tree && !field.len)
			n = kstd_section_fill(&at->form, step.image, &it->arena, &step.where,
					      &step.section, row, q->summary);
		else if (step.in_tree)
			n = kstd_section_put(step.image, &it->arena, &step.where, &step.section,
					     row, q->summary, field);
		else if (!field.len)
			n = kstd_table_row_put(step.image, &it->arena, row, q->summary);
	}
	if (!n)
		kstd_results_end(&at->results);
	return n;
}

static void sections_end(struct kstd_list_iter *it)
{
	struct section_iter *at = (struct section_iter *)it;

	kstd_walk_end(&at->walk);
	kstd_section_form_end(&at->form);
}

static bool sections_cut(const struct kstd_list_iter *it)
{
	for (const struct kstd_image *image = it->dump->images; image; image = image->next)
		if (image->cut)
			return true;
	return ((const struct section_iter *)it)->walk.short_of;
}

static const struct kstd_list_type sections_type = {
	.bytes = sizeof(struct section_iter),
	.begin = sections_begin,
	.next = sections_next,
	.end = sections_end,
	.cut = sections_cut,
};

static int make_list(struct kstd_dump *dump, const struct kstd_sections_opts *opts,
		     const struct kstd_node **list)
{
	const char *text = opts->select ? opts->select : "";
	struct section_query *q = kstd_arena_get(&dump->arena, sizeof(*q) + strlen(text) + 1);
	struct kstd_node *n;
	int rc = 0;

	if (!q)
		return kstd_nomem(dump->ctx);
	*q = (struct section_query){ .summary = opts->summary };
	strcpy(q->text, text);
	if (opts->select) {
		rc = kstd_select_parse(dump->ctx, q->text, &q->sel);
		q->sel.exact = !rc && kstd_select_is_desc(dump, &q->sel);
	}
	if (rc)
		return rc;
	n = kstd_list_put(&dump->arena, NULL, KSTD_NO_KEY,
			  (struct kstd_list_args){ dump, &sections_type, q, NULL });
	if (!n)
		return kstd_nomem(dump->ctx);
	if (opts->select)
		rc = kstd_select_check(dump, &q->sel, n, &q->matched, &q->saved);
	if (!rc)
		*list = kstd_styled(n, opts->summary ? KSTD_STYLE_TABLE : KSTD_STYLE_NONE);
	return rc;
}

int kstd_sections(struct kstd_dump *dump, const struct kstd_sections_opts *user,
		  const struct kstd_node **list)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	struct kstd_select sel;
	int rc = kstd_opts(dump->ctx, "kstd_sections", user,
			   offsetof(struct kstd_sections_opts, summary), &opts, sizeof(opts));

	*list = NULL;
	if (rc)
		return rc;
	if (opts.select)
		sel = (struct kstd_select){ .text = opts.select, .len = strlen(opts.select) };
	rc = opts.select ? kstd_select_images(dump, &sel) :
	     kstd_images(dump) ?: kstd_cancelled(dump);
	return rc ? rc : make_list(dump, &opts, list);
}
