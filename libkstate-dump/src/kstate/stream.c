// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* The fields of a payload stream. */

#include "kstate/field_kinds.h"

static bool is_present(const struct kstd_field *f, uint32_t version)
{
	return f->since <= version && version <= f->until;
}

/* Put the node of a field, without its value. */
static struct kstd_node *put_field(struct kstd_arena *a, struct kstd_node *list,
				   const struct kstd_field *f)
{
	struct kstd_node *n = kstd_arena_get(a, sizeof(f->node));

	if (!n)
		return NULL;
	/* This copies the value as well. It is linked in only if it is simple. */
	memcpy(n, f->node, sizeof(f->node));
	n[0].kids.first = &n[1];
	n[0].kids.last = &n[3];
	n[1].next = &n[2];
	n[2].next = &n[3];
	return kstd_link(list, n);
}

static void field_defect(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *n)
{
	struct kstd_where here = KSTD_AT(p->where, f->name, strlen(f->name));

	kstd_put_fmt(p->arena, n, KSTD_K_DEFECT, "%s", kstd_error_text(p->dump->ctx));
	kstd_defect_err(p->dump, &here);
}

static int unknown_kind(struct kstd_payload *p, const struct kstd_field *f)
{
	char safe[KSTD_SAFE];

	return kstd_err(p->dump->ctx, KSTD_E_UNKNOWN_KIND, p->s.at, "of an unknown kind, \"%s\"",
			kstd_safe(safe, f->kind_name, strlen(f->kind_name)));
}

/* Decode one field; false if the stream cannot be followed any further. */
static bool decode_field(struct kstd_payload *p, const struct kstd_field *f,
			 struct kstd_node *list)
{
	struct kstd_node *n = put_field(p->arena, list, f);
	struct kstd_span raw;
	uint32_t mark;
	int rc;

	if (!n)
		return false;
	mark = kstd_field_map_field(p->marks, f->name, &p->s);
	if (f->simple && kstd_span_take(&p->s, f->bytes, &raw)) {
		kstd_value_fill(f, raw, p->big, kstd_link(n, &n[4]));
		kstd_field_map_end(p->marks, mark, &p->s);
		return true;
	}
	p->odd = false;
	rc = f->kind ? f->kind->decode(p, f, n) : unknown_kind(p, f);
	kstd_field_map_end(p->marks, mark, &p->s);
	if (rc)
		kstd_styled(kstd_put(p->arena, n, KSTD_K_VALUE, KSTD_NULL), KSTD_STYLE_UNKNOWN);
	if (rc || p->odd)
		field_defect(p, f, n);
	return !rc;
}

void kstd_stream_put(struct kstd_payload *p, const struct kstd_desc *d, uint32_t version,
		     struct kstd_node *list, const struct kstd_span *only)
{
	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];
		bool wanted = !only->len || kstd_span_is(only, f->name);

		if (is_present(f, version) && !decode_field(p, f, wanted ? list : NULL))
			return;
	}
	if (p->s.len)
		kstd_defect(p->dump, p->where, KSTD_E_MISMATCH, p->s.at,
			    "%zu bytes after the last field", p->s.len);
}

bool kstd_stream_is_fixed(const struct kstd_desc *d, uint32_t version, uint64_t *bytes)
{
	*bytes = 0;
	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];

		if (is_present(f, version) &&
		    (!f->simple || __builtin_add_overflow(*bytes, f->bytes, bytes)))
			return false;
	}
	return true;
}

void kstd_stream_fill(const struct kstd_desc *d, uint32_t version, struct kstd_span s, bool big,
		      struct kstd_node *list)
{
	struct kstd_node *n = list->kids.first;
	struct kstd_span raw;

	for (size_t i = 0; n && i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];

		if (!is_present(f, version) || !kstd_span_take(&s, f->bytes, &raw))
			continue;
		kstd_value_fill(f, raw, big, n->kids.last);
		n = n->next;
	}
}

void kstd_undecoded_put(struct kstd_payload *p, struct kstd_node *n)
{
	if (p->s.len)
		kstd_placed(kstd_put_mem(p->arena, n, KSTD_K_UNDECODED, KSTD_BYTES, p->s.p,
					 p->s.len), p->s.at);
}
