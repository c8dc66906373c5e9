// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections as nodes. */

#include "kstate/field_kinds.h"
#include "kstate/section.h"

/**
 * struct section_maker - a section of which a node is made
 * @row: NULL if the table does not have it, or there is no table
 */
struct section_maker {
	struct kstd_image *image;
	struct kstd_arena *a;
	const struct kstd_where *where;
	struct kstd_section *s;
	const struct kstd_table_row *row;
	bool summary;
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

static void put_result(struct section_maker *m, struct kstd_node *n)
{
	/* The table of in/ says that such a section was released: no driver could restore it. */
	if (m->s && m->s->withdrawn)
		kstd_put_str(m->a, n, KSTD_K_RESULT, "withdrawn");
	else if (m->row && m->row->result.len)
		kstd_put_mem(m->a, n, KSTD_K_RESULT, KSTD_TEXT, m->row->result.p,
			     m->row->result.len);
	else if (m->s && m->s->lost)
		kstd_put_fmt(m->a, n, KSTD_K_RESULT, "lost:-%u", m->s->lost);
	else
		kstd_put(m->a, n, KSTD_K_RESULT, KSTD_NULL);
}

/* The table of in/ has the time of restoring, the table of out/ the time of saving. */
static void put_restore_ns(struct section_maker *m, struct kstd_node *n)
{
	if (m->row && m->row->ns && m->image->side == KSTD_SIDE_IN)
		kstd_put_num(m->a, n, KSTD_K_RESTORE_NS, KSTD_NS, m->row->ns);
	else
		kstd_put(m->a, n, KSTD_K_RESTORE_NS, KSTD_NULL);
}

static void put_bytes(struct section_maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;

	if (s->has_data)
		kstd_placed(kstd_put_num(m->a, n, KSTD_K_BYTES, KSTD_SIZE, s->payload.len),
			    s->payload.at);
	else if (s->has_extents)
		kstd_put_num(m->a, n, KSTD_K_BYTES, KSTD_SIZE, s->extent_bytes);
	else
		kstd_put(m->a, n, KSTD_K_BYTES, KSTD_NULL);
}

static void put_version(struct section_maker *m, struct kstd_node *n)
{
	if (m->s->has_header)
		kstd_put_num(m->a, n, KSTD_K_VERSION, KSTD_U32, m->s->version);
	else
		kstd_put(m->a, n, KSTD_K_VERSION, KSTD_NULL);
}

/* Put the members that a section has and a subsection does not have. */
static void put_identity(struct section_maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;

	kstd_put_mem(m->a, n, KSTD_K_SECTION, KSTD_TEXT, s->node, s->node_len);
	kstd_put_str(m->a, n, KSTD_K_SIDE, kstd_side_name(m->image->side));
	kstd_put_mem(m->a, n, KSTD_K_SECTION_NAME, KSTD_TEXT, s->node, s->name_len);
	kstd_put_num(m->a, n, KSTD_K_INSTANCE, KSTD_U64, s->instance);
}

static struct kstd_node *put_head(struct section_maker *m, struct kstd_node *list, bool sub)
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
	kstd_section_load(m->image, m->a, m->where, m->s, m->summary);
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

static void put_fields(struct section_maker *m, struct kstd_node *n)
{
	struct kstd_where where = KSTD_IN(m->where, "data", 4);
	struct kstd_payload p = {
		.dump = m->image->dump, .arena = m->a, .where = &where, .s = m->s->payload,
		.depth = 1, .big = m->image->producer.big,
		.page_size = m->image->producer.page_size,
	};
	struct kstd_node *list = kstd_put(m->a, n, KSTD_K_FIELDS, KSTD_LIST);

	if (!list || !m->s->has_payload)
		return;
	if (m->s->desc)
		kstd_stream_put(&p, m->s->desc, m->s->version, list, &m->field);
	if (!m->field.len)
		kstd_undecoded_put(&p, n);
}

static void put_subsections(struct section_maker *m, struct kstd_node *n, unsigned int depth);

/* Find out which part of a subsection is wanted; false if none is. */
static bool sub_wanted(const struct section_maker *m, const struct kstd_tok *tok,
		       struct kstd_span *field)
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

static void put_sub(struct section_maker *up, struct kstd_cursor *c, const struct kstd_tok *tok,
		    struct kstd_node *list, unsigned int depth)
{
	struct kstd_where where = KSTD_AT(up->where, tok->name, tok->name_len);
	struct kstd_section s;
	struct section_maker m = { up->image, up->a, &where, &s, NULL, false, { 0 } };
	struct kstd_node *n, all = { .type = KSTD_LIST };
	bool wanted = sub_wanted(up, tok, &m.field);

	kstd_section_read(up->image, &where, c, tok, up->s, &s);
	if (!wanted)
		return;
	n = put_head(&m, &all, true);
	if (!n)
		return;
	put_fields(&m, n);
	put_subsections(&m, n, depth + 1);
	if (m.field.len && is_empty(n))
		return;
	kstd_link(list, n);
}

static void put_subsections(struct section_maker *m, struct kstd_node *n, unsigned int depth)
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
				   const struct kstd_where *where, struct kstd_section *s,
				   const struct kstd_table_row *row, bool summary,
				   struct kstd_span field)
{
	struct section_maker m = { image, a, where, s, row, summary, field };
	struct kstd_node *n = put_head(&m, NULL, false);

	if (!n || summary)
		return n;
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

struct kstd_node *kstd_table_row_put(struct kstd_image *image, struct kstd_arena *a,
				     const struct kstd_table_row *row, bool summary)
{
	struct section_maker m = { .image = image, .a = a, .row = row };
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_fmt(a, n, KSTD_K_SECTION, "%.*s@%llx", (int)row->name.len,
		     (const char *)row->name.p, (unsigned long long)row->instance);
	kstd_put_str(a, n, KSTD_K_SIDE, kstd_side_name(image->side));
	kstd_put_mem(a, n, KSTD_K_SECTION_NAME, KSTD_TEXT, row->name.p, row->name.len);
	kstd_put_num(a, n, KSTD_K_INSTANCE, KSTD_U64, row->instance);
	put_row_num(a, n, KSTD_K_VERSION, KSTD_U32, row->has_version, (uint32_t)row->version);
	put_row_num(a, n, KSTD_K_BYTES, KSTD_SIZE, row->has_bytes, row->bytes);
	put_crc(a, n, KSTD_CRC_NONE);
	put_row_num(a, n, KSTD_K_SAVE_NS, KSTD_NS, row->ns && image->side != KSTD_SIDE_IN,
		    row->ns);
	put_result(&m, n);
	put_restore_ns(&m, n);
	if (!summary) {
		kstd_put(a, n, KSTD_K_FIELDS, KSTD_LIST);
		kstd_put(a, n, KSTD_K_SUBSECTIONS, KSTD_LIST);
	}
	return n;
}
