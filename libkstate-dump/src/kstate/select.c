// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include "kstate/select.h"

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

int kstd_select_images(struct kstd_dump *dump, const struct kstd_select *sel)
{
	char safe[KSTD_SAFE];
	int rc = kstd_images(dump) ?: kstd_cancelled(dump);

	if (!rc || dump->ctx->err.code != KSTD_E_NO_KSTATE || !dump->blobs)
		return rc;
	return kstd_not_found(dump, KSTD_E_NO_SECTION, "kstate image, and so no section \"%s\",",
			      kstd_safe(safe, sel->text, sel->len));
}

bool kstd_select_is_desc(const struct kstd_dump *dump, const struct kstd_select *sel)
{
	for (const struct kstd_image *image = dump->images; image; image = image->next)
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

bool kstd_select_next(struct kstd_walk *walk, const struct kstd_select *sel, bool in_table,
		      struct kstd_step *step, struct kstd_span *field)
{
	while (kstd_walk_next(walk, step)) {
		const struct kstd_section *s = &step->section;
		const struct kstd_span *row = &step->row.name;

		if (step->in_tree ?
		    kstd_select_match(sel, s->node, s->name_len, s->instance, field) :
		    in_table && kstd_select_match(sel, (const char *)row->p, row->len,
						  step->row.instance, field))
			return true;
	}
	return false;
}

int kstd_select_check(struct kstd_dump *dump, const struct kstd_select *sel,
		      const struct kstd_node *list, const size_t *matched, const bool *saved)
{
	char safe[KSTD_SAFE];
	struct kstd_iter it;
	bool any, started;

	kstd_quiet_begin(dump);
	kstd_iter_begin(&it, list);
	started = ((struct kstd_place *)&it)->state;
	any = kstd_iter_next(&it);
	kstd_iter_end(&it);
	kstd_quiet_end(dump);
	if (!started)
		return kstd_nomem(dump->ctx);
	if (any)
		return 0;
	return kstd_cancelled(dump) ?:
	       kstd_not_found(dump, *matched ? KSTD_E_NO_FIELD : KSTD_E_NO_SECTION, "%s \"%s\"%s",
			      *matched ? "field or subsection" : "section",
			      kstd_safe(safe, sel->text, sel->len),
			      *matched && !*saved ? KSTD_NOT_SAVED : "");
}
