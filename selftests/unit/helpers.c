// SPDX-License-Identifier: GPL-2.0

#include "../../tools/common/out.h"
#include "helpers.h"

char *json_of(const struct kstd_node *n)
{
	struct out out = { .ops = &out_json, .program = "test" };
	size_t skip = strlen("\"result\":");
	char *s;

	out.json.b = &out.b;
	out.json.depth = 1;
	out.json.first = true;
	out_json.node(&out, NULL, n);
	s = strndup(out.b.p + skip, out.b.len - skip);
	buf_free(&out.b);
	return s;
}

/* "[A]" and "[B]" become "[A,B]". */
char *json_reports(struct kstd_dump *dump)
{
	char *wrong = json_of(kstd_defects(dump)), *unknown = json_of(kstd_unknowns(dump)), *all;
	bool both = strlen(wrong) > 2 && strlen(unknown) > 2;

	assert_true(asprintf(&all, "%.*s%s%s", (int)strlen(wrong) - 1, wrong, both ? "," : "",
			     unknown + 1) > 0);
	free(wrong);
	free(unknown);
	return all;
}

static void opened(struct view *v, const struct kstd_open_opts *opts)
{
	*v = (struct view){ .ctx = kstd_ctx_new() };
	assert_non_null(v->ctx);
	v->rc = kstd_open(v->ctx, opts, &v->dump);
}

void view_mem(struct view *v, const void *p, size_t len)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .buf = p, .buf_len = len };

	opened(v, &opts);
}

void view_path(struct view *v, const char *path)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = path };

	opened(v, &opts);
}

void view_image(struct view *v, const struct image *im)
{
	view_mem(v, im->fdt, im->len);
}

static void forget(struct view *v)
{
	free(v->json);
	free(v->defects);
	free(v->notes);
	v->json = v->defects = v->notes = NULL;
}

void view_close(struct view *v)
{
	forget(v);
	kstd_close(v->dump);
	kstd_ctx_free(v->ctx);
}

static void answered(struct view *v, const struct kstd_node *n)
{
	forget(v);
	v->json = v->rc ? NULL : json_of(n);
	v->defects = json_reports(v->dump);
	v->notes = json_of(kstd_notes(v->dump));
}

void view_sections(struct view *v, const char *select)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_sections(v->dump, &opts, &n);
	answered(v, n);
}

void view_list(struct view *v)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts), .summary = true };
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_sections(v->dump, &opts, &n);
	answered(v, n);
}

void view_info(struct view *v)
{
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_info(v->dump, &n);
	answered(v, n);
}

void view_get(struct view *v, const char *select)
{
	struct kstd_get_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_get(v->dump, &opts, &n);
	answered(v, n);
}

void view_schema(struct view *v, const char *select)
{
	struct kstd_schema_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_schema(v->dump, &opts, &n);
	answered(v, n);
}

void view_hexdump(struct view *v, const char *select)
{
	struct kstd_hexdump_opts opts = { .sz = sizeof(opts), .select = select };
	const struct kstd_node *n = NULL;

	if (!v->dump)
		return;
	v->rc = kstd_hexdump(v->dump, &opts, &n);
	answered(v, n);
}

void view_all(const void *p, size_t len)
{
	struct view v;

	view_mem(&v, p, len);
	view_info(&v);
	view_list(&v);
	view_sections(&v, NULL);
	view_sections(&v, "test.s");
	view_get(&v, "test.test_v2.i");
	view_schema(&v, NULL);
	view_hexdump(&v, "test");
	view_close(&v);
}

void has(const char *text, const char *part, bool yes, const char *file, int line)
{
	bool found = text && strstr(text, part);

	if (found == yes)
		return;
	print_error("%s\n%s in\n%s\n", yes ? "not found:" : "found:", part, text ? text : "(null)");
	_fail(file, line);
}

void one_section(struct image *im, const struct image_desc *d)
{
	image_begin(im);
	image_desc(im, d);
	image_sections(im);
	image_section(im, d, 0, 1000);
	image_end_section(im);
	image_finish(im);
}
