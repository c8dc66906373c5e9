// SPDX-License-Identifier: GPL-2.0

#include "doc.h"

void doc_begin(struct out *out, const char *command, const char *source)
{
	const struct doc_ops *ops = out->ops->doc;

	ops->start(out);
	ops->open(out, NULL);
	ops->text(out, "schema", OUT_SCHEMA);
	ops->text(out, "command", command);
	ops->text(out, "source", source);
}

void doc_node(struct out *out, const char *name, const struct kstd_node *n)
{
	const struct doc_ops *ops = out->ops->doc;

	if (!name) {
		ops->node(out, "result", n);
		return;
	}
	ops->open(out, "result");
	ops->node(out, name, n);
	ops->close(out);
}

static void put_list(struct out *out, const char *name, const struct kstd_node *list)
{
	if (list)
		out->ops->doc->node(out, name, list);
	else
		out->ops->doc->empty(out, name);
}

void doc_end(struct out *out, struct kstd_dump *dump)
{
	put_list(out, "defects", dump ? kstd_defects(dump) : NULL);
	put_list(out, "not_known", dump ? kstd_unknowns(dump) : NULL);
	put_list(out, "notes", dump ? kstd_notes(dump) : NULL);
	out->ops->doc->close(out);
	out->ops->doc->finish(out);
}

void doc_fail(struct out *out, const char *command, const char *source,
	      const struct out_error *err)
{
	const struct doc_ops *ops = out->ops->doc;

	doc_begin(out, command, source);
	ops->text(out, "result", NULL);
	ops->open(out, "error");
	ops->text(out, "code", err->code);
	ops->text(out, "text", err->text);
	ops->text(out, "path", err->path);
	ops->bytes(out, "offset", err->offset);
	ops->close(out);
	doc_end(out, NULL);
}
