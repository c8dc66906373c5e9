// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Defects and notes of a dump. */

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

static bool same(const struct kstd_node *object, const char *name, const char *str)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	return n && n->type == KSTD_TEXT && n->mem.len == strlen(str) &&
	       !memcmp(n->mem.p, str, n->mem.len);
}

/* Is the defect listed already? Iterating over a lazy list twice finds its defects twice. */
static bool known(const struct kstd_dump *dump, const struct kstd_report *r)
{
	for (const struct kstd_node *n = dump->defects->kids.first; n; n = n->next) {
		const struct kstd_node *offset = kstd_node_get(n, "offset");

		if (offset && (offset->type == KSTD_NULL ? KSTD_NO_OFFSET : offset->u) ==
		    r->offset && same(n, "path", r->path) && same(n, "text", r->text))
			return true;
	}
	return false;
}

static void put_defect(struct kstd_dump *dump, const char *code, const struct kstd_report *r)
{
	struct kstd_arena *a = &dump->arena;
	struct kstd_node *n = kstd_put(a, dump->defects, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_CODE, code);
	kstd_put_fmt(a, n, KSTD_K_TEXT, "%s", r->text);
	kstd_put_fmt(a, n, KSTD_K_PATH, "%s", r->path);
	if (r->offset == KSTD_NO_OFFSET)
		kstd_put(a, n, KSTD_K_OFFSET, KSTD_NULL);
	else
		kstd_put_num(a, n, KSTD_K_OFFSET, KSTD_SIZE, r->offset);
}

/* Add the defect to another dump, with the name of this one in front. */
static void report_to(struct kstd_dump *dump, const struct kstd_where *where)
{
	struct kstd_dump *to = dump->report_to;
	struct kstd_where source = KSTD_AT(NULL, dump->source, strlen(dump->source));

	kstd_err_at(dump->ctx, where, -1);
	to->ctx->err = dump->ctx->err;
	kstd_defect_err(to, &source);
}

void kstd_defect_err(struct kstd_dump *dump, const struct kstd_where *where)
{
	struct kstd_report *r = &dump->ctx->err;

	if (dump->quiet)
		return;
	if (dump->report_to) {
		report_to(dump, where);
		return;
	}
	if (dump->nr_defects >= KSTD_MAX_DEFECTS) {
		dump->nr_more++;
		return;
	}
	kstd_err_at(dump->ctx, where, -1);
	if (known(dump, r))
		return;
	put_defect(dump, kstd_code_name(r->code), r);
	dump->nr_defects++;
}

void kstd_defect(struct kstd_dump *dump, const struct kstd_where *where, enum kstd_code code,
		 uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	if (dump->quiet)
		return;
	va_start(ap, fmt);
	kstd_verr(dump->ctx, code, offset, fmt, ap);
	va_end(ap);
	kstd_defect_err(dump, where);
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

const struct kstd_node *kstd_defects(struct kstd_dump *dump)
{
	struct kstd_report r = { .code = KSTD_E_MORE, .offset = KSTD_NO_OFFSET };

	if (dump->nr_more) {
		snprintf(r.text, sizeof(r.text), "%zu more defects were found", dump->nr_more);
		put_defect(dump, kstd_code_name(r.code), &r);
		dump->nr_more = 0;
	}
	return dump->defects;
}

static const char *text_of(const struct kstd_node *object, const char *name, int *len)
{
	const struct kstd_node *n = kstd_node_get(object, name);

	*len = n && n->type == KSTD_TEXT ? n->mem.len : 0;
	return *len ? n->mem.p : "";
}

/* Copy a defect that was noted before kstd_report_to(), with the name of its dump in front. */
static void forward(const struct kstd_dump *dump, const struct kstd_node *defect,
		    struct kstd_dump *to)
{
	const struct kstd_node *offset = kstd_node_get(defect, "offset");
	struct kstd_report r = { .offset = KSTD_NO_OFFSET };
	int code_len, path_len, text_len;
	const char *code = text_of(defect, "code", &code_len);
	const char *path = text_of(defect, "path", &path_len);
	const char *text = text_of(defect, "text", &text_len);
	char name[32];

	snprintf(name, sizeof(name), "%.*s", code_len, code);
	snprintf(r.text, sizeof(r.text), "%.*s", text_len, text);
	snprintf(r.path, sizeof(r.path), "%s%s%.*s", dump->source, path_len ? ": " : "", path_len,
		 path);
	if (offset && offset->type != KSTD_NULL)
		r.offset = offset->u;
	to->nr_defects++;
	put_defect(to, kstd_arena_str(&to->arena, name, strlen(name)), &r);
}

void kstd_report_to(struct kstd_dump *dump, struct kstd_dump *to)
{
	const struct kstd_node *n;

	if (dump->report_to == to)
		return;
	for (n = dump->defects->kids.first; n && to->nr_defects < KSTD_MAX_DEFECTS; n = n->next)
		forward(dump, n, to);
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
