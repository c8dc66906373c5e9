// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections as nodes. */

#include "kinds.h"
#include "section.h"

/**
 * struct maker - a section on its way into the model
 * @row: NULL if the table does not have it, or there is no table
 */
struct maker {
	struct kstd_image *image;
	struct kstd_arena *a;
	const struct kstd_where *where;
	const struct kstd_section *s;
	const struct kstd_row *row;
	struct kstd_span field;
};

static void put_crc(struct kstd_arena *a, struct kstd_node *n, enum kstd_crc_state state)
{
	static const char *const words[] = {
		[KSTD_CRC_OK] = "ok",
		[KSTD_CRC_BAD] = "bad",
		[KSTD_CRC_UNCHECKED] = "unchecked",
		[KSTD_CRC_NONE] = NULL,
	};

	kstd_put_str(a, n, KSTD_K_CRC, words[state]);
}

static void put_result(struct maker *m, struct kstd_node *n)
{
	if (m->row && m->row->result.len)
		kstd_put_mem(m->a, n, KSTD_K_RESULT, KSTD_TEXT, m->row->result.p,
			     m->row->result.len);
	else if (m->s && m->s->lost)
		kstd_put_fmt(m->a, n, KSTD_K_RESULT, "lost:-%u", m->s->lost);
	else
		kstd_put(m->a, n, KSTD_K_RESULT, KSTD_NULL);
}

/* The table of in/ tells how long restoring took, that of out/ how long saving took. */
static void put_restore_ns(struct maker *m, struct kstd_node *n)
{
	if (m->row && m->row->ns && m->image->side == KSTD_SIDE_IN)
		kstd_put_num(m->a, n, KSTD_K_RESTORE_NS, KSTD_NS, m->row->ns);
	else
		kstd_put(m->a, n, KSTD_K_RESTORE_NS, KSTD_NULL);
}

static void put_bytes(struct maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;

	if (s->has_data)
		kstd_placed(kstd_put_num(m->a, n, KSTD_K_BYTES, KSTD_SIZE, s->data.len),
			    s->data.at);
	else if (s->has_extents)
		kstd_put_num(m->a, n, KSTD_K_BYTES, KSTD_SIZE, s->extent_bytes);
	else
		kstd_put(m->a, n, KSTD_K_BYTES, KSTD_NULL);
}

static void put_version(struct maker *m, struct kstd_node *n)
{
	if (m->s->has_header)
		kstd_put_num(m->a, n, KSTD_K_VERSION, KSTD_U32, m->s->version);
	else
		kstd_put(m->a, n, KSTD_K_VERSION, KSTD_NULL);
}

/* What a section has and a subsection has not. */
static void put_identity(struct maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;

	kstd_put_mem(m->a, n, KSTD_K_SECTION, KSTD_TEXT, s->node, s->node_len);
	kstd_put_str(m->a, n, KSTD_K_SIDE, kstd_side_name(m->image->side));
	kstd_styled(kstd_put_mem(m->a, n, KSTD_K_NAME, KSTD_TEXT, s->node, s->name_len),
		    KSTD_STYLE_HIDDEN);
	kstd_styled(kstd_put_num(m->a, n, KSTD_K_INSTANCE, KSTD_U64, s->instance),
		    KSTD_STYLE_HIDDEN);
}

static struct kstd_node *put_head(struct maker *m, struct kstd_node *list, bool sub)
{
	struct kstd_node *n = kstd_styled(kstd_placed(kstd_put(m->a, list, KSTD_NO_KEY,
							       KSTD_OBJECT), m->s->at),
					  KSTD_STYLE_BLOCK);

	if (sub)
		kstd_put_mem(m->a, n, KSTD_K_SECTION, KSTD_TEXT, m->s->node, m->s->node_len);
	else
		put_identity(m, n);
	put_version(m, n);
	put_bytes(m, n);
	put_crc(m->a, n, kstd_section_crc(m->image, m->where, m->s));
	if (sub)
		return n;
	if (m->s->has_header)
		kstd_put_num(m->a, n, KSTD_K_SAVE_NS, KSTD_NS, m->s->duration);
	else
		kstd_put(m->a, n, KSTD_K_SAVE_NS, KSTD_NULL);
	put_result(m, n);
	put_restore_ns(m, n);
	return n;
}

static bool is_present(const struct kstd_field *f, uint32_t version)
{
	return f->since <= version && version <= f->until;
}

/* A field's node without its value. */
static struct kstd_node *put_field(struct kstd_arena *a, struct kstd_node *list,
				   const struct kstd_field *f)
{
	struct kstd_node *n = kstd_put(a, list, KSTD_NO_KEY, KSTD_OBJECT);

	kstd_put_str(a, n, KSTD_K_NAME, f->name);
	kstd_styled(kstd_put_str(a, n, KSTD_K_KIND, f->kind_name), KSTD_STYLE_HIDDEN);
	kstd_put_str(a, n, KSTD_K_TYPE, f->type);
	return n;
}

static void field_defect(struct maker *m, const struct kstd_field *f, struct kstd_node *n)
{
	struct kstd_where data = KSTD_IN(m->where, "data", 4);
	struct kstd_where here = KSTD_AT(&data, f->name, strlen(f->name));

	kstd_put_fmt(m->a, n, KSTD_K_DEFECT, "%s", kstd_error_text(m->image->dump->ctx));
	kstd_defect_err(m->image->dump, &here);
}

/* Decode one field; false if the stream cannot be followed any further. */
static bool decode_field(struct maker *m, struct kstd_payload *p, const struct kstd_field *f,
			 struct kstd_node *list)
{
	struct kstd_node *n = put_field(m->a, list, f);
	char safe[KSTD_SAFE];
	int rc;

	p->odd = false;
	if (!n)
		return false;
	if (f->kind)
		rc = f->kind->decode(p, f, n);
	else
		rc = kstd_err(p->ctx, KSTD_E_UNKNOWN_KIND, p->s.at, "of an unknown kind, \"%s\"",
			      kstd_safe(safe, f->kind_name, strlen(f->kind_name)));
	if (rc)
		kstd_styled(kstd_put(m->a, n, KSTD_K_VALUE, KSTD_NULL), KSTD_STYLE_UNKNOWN);
	if (rc || p->odd)
		field_defect(m, f, n);
	return !rc;
}

static void put_undecoded(struct maker *m, struct kstd_node *n, struct kstd_span rest)
{
	if (rest.len && !m->field.len)
		kstd_placed(kstd_put_mem(m->a, n, KSTD_K_UNDECODED, KSTD_BYTES, rest.p, rest.len),
			    rest.at);
}

static void trailing(struct maker *m, struct kstd_span rest)
{
	struct kstd_where data = KSTD_IN(m->where, "data", 4);

	kstd_defect(m->image->dump, &data, KSTD_E_MISMATCH, rest.at,
		    "%zu bytes after the last field", rest.len);
}

static void put_fields(struct maker *m, struct kstd_node *n)
{
	const struct kstd_desc *d = m->s->desc;
	struct kstd_payload p = {
		.ctx = m->image->dump->ctx, .arena = m->a, .s = m->s->data,
		.big = m->image->producer.big, .page_size = m->image->producer.page_size,
	};
	struct kstd_node *list = kstd_styled(kstd_put(m->a, n, KSTD_K_FIELDS, KSTD_LIST),
					     KSTD_STYLE_ROWS);
	bool whole = d && m->s->has_header;

	if (!m->s->has_data)
		return;
	for (size_t i = 0; whole && i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];
		bool wanted = !m->field.len || kstd_span_is(&m->field, f->name);

		if (is_present(f, m->s->version))
			whole = decode_field(m, &p, f, wanted ? list : NULL);
	}
	if (whole && p.s.len)
		trailing(m, p.s);
	put_undecoded(m, n, p.s);
}

static void absent(struct maker *m)
{
	if (m->s->has_extents)
		kstd_defect(m->image->dump, m->where, KSTD_E_ABSENT, m->s->at,
			    "its payload of %llu bytes is kept outside the tree and is not in this source",
			    (unsigned long long)m->s->extent_bytes);
}

static void put_subsections(struct maker *m, struct kstd_node *n, unsigned int depth);

/* Which part of a subsection is wanted; false: none. */
static bool sub_wanted(const struct maker *m, const struct kstd_tok *tok, struct kstd_span *field)
{
	struct kstd_span rest = m->field;

	*field = kstd_span_of(NULL, 0, 0);
	if (!rest.len || kstd_span_is(&rest, tok->name))
		return true;
	if (!kstd_span_starts(&rest, tok->name, tok->name_len))
		return false;
	kstd_span_skip(&rest, tok->name_len);
	if (*rest.p != '.')
		return false;
	kstd_span_skip(&rest, 1);
	*field = rest;
	return true;
}

static const struct kstd_node *list_of(const struct kstd_node *n, const char *name)
{
	const struct kstd_node *list = kstd_node_get(n, name);

	return list ? list->kids.first : NULL;
}

static bool is_empty(const struct kstd_node *n)
{
	return !list_of(n, "fields") && !list_of(n, "subsections");
}

static void put_sub(struct maker *up, struct kstd_cursor *c, const struct kstd_tok *tok,
		    struct kstd_node *list, unsigned int depth)
{
	struct kstd_where where = KSTD_AT(up->where, tok->name, tok->name_len);
	struct kstd_section s;
	struct maker m = { up->image, up->a, &where, &s, NULL, { 0 } };
	struct kstd_node *n, all = { .type = KSTD_LIST };
	bool wanted = sub_wanted(up, tok, &m.field);

	kstd_section_read(up->image, &where, c, tok, up->s, &s);
	if (!wanted)
		return;
	n = put_head(&m, &all, true);
	if (!n)
		return;
	absent(&m);
	put_fields(&m, n);
	put_subsections(&m, n, depth + 1);
	if (m.field.len && is_empty(n))
		return;
	if (list->kids.last)
		list->kids.last->next = n;
	else
		list->kids.first = n;
	list->kids.last = n;
}

static void put_subsections(struct maker *m, struct kstd_node *n, unsigned int depth)
{
	struct kstd_node *list = kstd_put(m->a, n, KSTD_K_SUBSECTIONS, KSTD_LIST);
	struct kstd_cursor c = m->s->inside;
	struct kstd_tok tok;

	if (!m->s->nr_subs || !list)
		return;
	if (depth >= KSTD_MAX_NESTING) {
		kstd_defect(m->image->dump, m->where, KSTD_E_TOO_BIG, m->s->at,
			    "subsections nested more than %d deep", KSTD_MAX_NESTING);
		return;
	}
	while (kstd_fdt_child(&c, &tok))
		put_sub(m, &c, &tok, list, depth);
}

struct kstd_node *kstd_section_put(struct kstd_image *image, struct kstd_arena *a,
				   const struct kstd_where *where, const struct kstd_section *s,
				   const struct kstd_row *row, bool summary,
				   struct kstd_span field)
{
	struct maker m = { image, a, where, s, row, field };
	struct kstd_node *n = put_head(&m, NULL, false);

	if (!n || summary)
		return n;
	absent(&m);
	put_fields(&m, n);
	put_subsections(&m, n, 0);
	return field.len && is_empty(n) ? NULL : n;
}

static void put_row_num(struct kstd_arena *a, struct kstd_node *n, enum kstd_key_index key,
			enum kstd_type type, bool has, uint64_t v)
{
	if (has)
		kstd_put_num(a, n, key, type, v);
	else
		kstd_put(a, n, key, KSTD_NULL);
}

struct kstd_node *kstd_row_put(struct kstd_image *image, struct kstd_arena *a,
			       const struct kstd_row *row, bool summary)
{
	struct maker m = { .image = image, .a = a, .row = row };
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_fmt(a, n, KSTD_K_SECTION, "%.*s@%llx", (int)row->name.len,
		     (const char *)row->name.p, (unsigned long long)row->instance);
	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(image->side));
	kstd_styled(kstd_put_mem(a, n, KSTD_K_NAME, KSTD_TEXT, row->name.p, row->name.len),
		    KSTD_STYLE_HIDDEN);
	kstd_styled(kstd_put_num(a, n, KSTD_K_INSTANCE, KSTD_U64, row->instance),
		    KSTD_STYLE_HIDDEN);
	put_row_num(a, n, KSTD_K_VERSION, KSTD_U32, row->has_version, (uint32_t)row->version);
	put_row_num(a, n, KSTD_K_BYTES, KSTD_SIZE, row->has_bytes, row->bytes);
	put_crc(a, n, KSTD_CRC_NONE);
	put_row_num(a, n, KSTD_K_SAVE_NS, KSTD_NS, row->ns && image->side != KSTD_SIDE_IN,
		    row->ns);
	put_result(&m, n);
	put_restore_ns(&m, n);
	if (!summary) {
		kstd_styled(kstd_put(a, n, KSTD_K_FIELDS, KSTD_LIST), KSTD_STYLE_ROWS);
		kstd_put(a, n, KSTD_K_SUBSECTIONS, KSTD_LIST);
	}
	return n;
}
