// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Defects, what could not be known, and notes of a dump. */

#include <stdio.h>

#include "base/dump.h"

const char *kstd_side_name(unsigned int side)
{
	return side == KSTD_SIDE_IN ? "in" : side == KSTD_SIDE_OUT ? "out" : "file";
}

const struct kstd_where *kstd_where_keep(struct kstd_arena *a, const struct kstd_where *w)
{
	struct kstd_where *copy = w ? kstd_arena_get(a, sizeof(*copy)) : NULL;

	if (!copy)
		return NULL;
	*copy = *w;
	copy->name = kstd_arena_str(a, w->name, w->len);
	copy->len = copy->name ? w->len : 0;
	copy->up = kstd_where_keep(a, w->up);
	return copy;
}

static bool same_text(const struct kstd_node *object, const char *name, const char *str)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	return n && n->type == KSTD_TEXT && n->mem.len == strlen(str) &&
	       !memcmp(n->mem.p, str, n->mem.len);
}

/* Is it listed already? Iterating over a lazy list twice finds its defects twice. */
static bool is_reported(const struct kstd_node *list, const struct kstd_report *r)
{
	for (const struct kstd_node *n = list->kids.first; n; n = n->next) {
		const struct kstd_node *offset = kstd_node_get(n, "offset");

		if (offset && (offset->type == KSTD_NULL ? KSTD_NO_OFFSET : offset->u) ==
		    r->offset && same_text(n, "path", r->path) && same_text(n, "text", r->text))
			return true;
	}
	return false;
}

static void put_report(struct kstd_arena *a, struct kstd_node *list, const char *code,
		       const struct kstd_report *r)
{
	struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_CODE, code);
	kstd_put_fmt(a, n, KSTD_K_TEXT, "%s", r->text);
	kstd_put_fmt(a, n, KSTD_K_PATH, "%s", r->path);
	if (r->offset == KSTD_NO_OFFSET)
		kstd_put(a, n, KSTD_K_OFFSET, KSTD_NULL);
	else
		kstd_put_num(a, n, KSTD_K_OFFSET, KSTD_SIZE, r->offset);
}

/* Add the report to another dump, with the name of this one in front. */
static void report_to(struct kstd_dump *dump)
{
	struct kstd_dump *to = dump->report_to;
	struct kstd_where source = KSTD_AT(NULL, dump->source, strlen(dump->source));

	to->ctx->err = dump->ctx->err;
	kstd_defect_err(to, &source);
}

static void add_report(struct kstd_dump *dump, struct kstd_reports *to, size_t max)
{
	const struct kstd_report *r = &dump->ctx->err;

	if (to->nr >= max) {
		to->more++;
		return;
	}
	if (is_reported(to->list, r))
		return;
	put_report(&dump->arena, to->list, kstd_code_name(r->code), r);
	to->nr++;
}

void kstd_defect_err(struct kstd_dump *dump, const struct kstd_where *where)
{
	dump->troubles++;
	if (dump->quiet)
		return;
	kstd_err_at(dump->ctx, where, -1);
	if (dump->sourcing)
		add_report(dump, &dump->of_source, KSTD_MAX_OF_SOURCE);
	if (dump->report_to)
		report_to(dump);
	else
		add_report(dump, &dump->reports[kstd_code_says(dump->ctx->err.code)],
			   KSTD_MAX_DEFECTS);
}

void kstd_defect(struct kstd_dump *dump, const struct kstd_where *where, enum kstd_code code,
		 uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kstd_verr(dump->ctx, code, offset, fmt, ap);
	va_end(ap);
	kstd_defect_err(dump, where);
}

bool kstd_side_uncaptured(const struct kstd_dump *dump)
{
	return dump->sides & ~dump->captured_sides & (KSTD_SIDE_IN | KSTD_SIDE_OUT);
}

const char *kstd_asked(const struct kstd_dump *dump)
{
	switch (dump->captured_sides & (KSTD_SIDE_IN | KSTD_SIDE_OUT)) {
	case KSTD_SIDE_IN:
		return ", of which only side \"in\" was captured";
	case KSTD_SIDE_OUT:
		return ", of which only side \"out\" was captured";
	}
	switch (dump->sides & (KSTD_SIDE_IN | KSTD_SIDE_OUT)) {
	case KSTD_SIDE_IN:
		return ", of which only side \"in\" was asked for";
	case KSTD_SIDE_OUT:
		return ", of which only side \"out\" was asked for";
	default:
		return "";
	}
}

int kstd_not_found(struct kstd_dump *dump, enum kstd_code code, const char *fmt, ...)
{
	char what[2 * KSTD_SAFE + 80];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (!dump->troubles && !kstd_side_uncaptured(dump))
		return kstd_err(dump->ctx, code, KSTD_NO_OFFSET, "no %s in %s%s", what, dump->source,
				kstd_asked(dump));
	return kstd_err(dump->ctx, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET,
			"no %s in what could be read of %s%s: whether it is there is not known",
			what, dump->source, kstd_asked(dump));
}

void kstd_note(struct kstd_dump *dump, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (dump->report_to) {
		kstd_note(dump->report_to, "%s: %s", dump->source, text);
		return;
	}
	for (const struct kstd_node *n = dump->notes->kids.first; n; n = n->next)
		if (n->mem.len == strlen(text) && !memcmp(n->mem.p, text, n->mem.len))
			return;
	kstd_put_fmt(&dump->arena, dump->notes, KSTD_NO_KEY, "%s", text);
}

void kstd_add_note(struct kstd_dump *dump, const char *text)
{
	kstd_note(dump, "%s", text);
}

static const struct kstd_node *list_of(struct kstd_dump *dump, enum kstd_says says)
{
	struct kstd_report r = { .code = KSTD_E_MORE, .offset = KSTD_NO_OFFSET };
	struct kstd_reports *reports = &dump->reports[says];

	if (says == KSTD_SAYS_UNKNOWN && kstd_whole(dump->ctx) &&
	    !is_reported(reports->list, &dump->ctx->err)) {
		put_report(&dump->arena, reports->list, kstd_error_code(dump->ctx),
			   &dump->ctx->err);
		reports->nr++;
	}
	if (reports->more) {
		snprintf(r.text, sizeof(r.text), "%zu more %s", reports->more,
			 says == KSTD_SAYS_WRONG ? "defects were found" : "things are not known");
		put_report(&dump->arena, reports->list, kstd_code_name(r.code), &r);
		reports->more = 0;
	}
	return reports->list;
}

const struct kstd_node *kstd_defects(struct kstd_dump *dump)
{
	return list_of(dump, KSTD_SAYS_WRONG);
}

const struct kstd_node *kstd_unknowns(struct kstd_dump *dump)
{
	return list_of(dump, KSTD_SAYS_UNKNOWN);
}

enum kstd_truth kstd_all_well(const struct kstd_dump *dump)
{
	if (dump->reports[KSTD_SAYS_WRONG].nr)
		return KSTD_NO;
	return dump->reports[KSTD_SAYS_UNKNOWN].nr ? KSTD_NOT_KNOWN : KSTD_YES;
}

static const char *text_of(const struct kstd_node *object, const char *name, int *len)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	*len = n && n->type == KSTD_TEXT ? n->mem.len : 0;
	return *len ? n->mem.p : "";
}

/* Copy what was reported before kstd_report_to(), with the name of its dump in front. */
static void forward(const struct kstd_dump *dump, const struct kstd_node *report,
		    struct kstd_dump *to, struct kstd_reports *reports)
{
	const struct kstd_node *offset = kstd_node_get(report, "offset");
	struct kstd_report r = { .offset = KSTD_NO_OFFSET };
	int code_len, path_len, text_len;
	const char *code = text_of(report, "code", &code_len);
	const char *path = text_of(report, "path", &path_len);
	const char *text = text_of(report, "text", &text_len);
	char name[32];

	snprintf(name, sizeof(name), "%.*s", code_len, code);
	snprintf(r.text, sizeof(r.text), "%.*s", text_len, text);
	snprintf(r.path, sizeof(r.path), "%s%s%.*s", dump->source, path_len ? ": " : "", path_len,
		 path);
	if (offset && offset->type != KSTD_NULL)
		r.offset = offset->u;
	reports->nr++;
	put_report(&to->arena, reports->list, kstd_arena_str(&to->arena, name, strlen(name)), &r);
}

void kstd_report_to(struct kstd_dump *dump, struct kstd_dump *to)
{
	const struct kstd_node *n;

	if (dump->report_to == to)
		return;
	for (int i = 0; i < KSTD_NR_SAYS; i++) {
		struct kstd_reports *reports = &to->reports[i];

		n = dump->reports[i].list->kids.first;
		for (; n && reports->nr < KSTD_MAX_DEFECTS; n = n->next)
			forward(dump, n, to, reports);
	}
	for (n = dump->notes->kids.first; n; n = n->next)
		kstd_note(to, "%s: %.*s", dump->source, (int)n->mem.len, (const char *)n->mem.p);
	dump->report_to = to;
}

const struct kstd_node *kstd_notes(struct kstd_dump *dump)
{
	return dump->notes;
}

const char *kstd_source(const struct kstd_dump *dump)
{
	return dump->source;
}
