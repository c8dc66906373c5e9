// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/* Sections as nodes. */

#include "kstate/field_kinds.h"
#include "kstate/section.h"

/**
 * struct section_maker - a section of which a node is made
 * @row: NULL if the table does not have it, or there is no table
 * @old: the next member of a node that is filled again; NULL: members are added
 */
struct section_maker {
	struct kstd_image *image;
	struct kstd_arena *a;
	const struct kstd_where *where;
	struct kstd_section *s;
	const struct kstd_table_row *row;
	bool summary;
	struct kstd_span field;
	struct kstd_node *old;
};

/* Add a member to @n, or take the one of this key that it has already. */
static inline struct kstd_node *put_member(struct section_maker *m, struct kstd_node *n,
					   enum kstd_key_index key, enum kstd_type type)
{
	struct kstd_node *member = m->old;

	if (!member)
		return kstd_put(m->a, n, key, type);
	m->old = member->next;
	member->type = type;
	member->offset = KSTD_NO_OFFSET;
	return member;
}

/* A number, or null if it is not known. */
static inline struct kstd_node *put_num(struct section_maker *m, struct kstd_node *n,
					enum kstd_key_index key, enum kstd_type type, bool known,
					uint64_t v)
{
	struct kstd_node *member = put_member(m, n, key, known ? type : KSTD_NULL);

	if (member)
		member->u = v;
	return member;
}

/* Text, or null if @p is NULL. */
static inline struct kstd_node *put_text(struct section_maker *m, struct kstd_node *n,
					 enum kstd_key_index key, const void *p, size_t len)
{
	struct kstd_node *member = put_member(m, n, key, p ? KSTD_TEXT : KSTD_NULL);

	if (!member)
		return NULL;
	member->mem.p = p;
	member->mem.len = len;
	return member;
}

static inline struct kstd_node *put_word(struct section_maker *m, struct kstd_node *n,
					 enum kstd_key_index key, const char *word)
{
	return put_text(m, n, key, word, word ? strlen(word) : 0);
}

static void put_crc(struct section_maker *m, struct kstd_node *n, enum kstd_crc_state state)
{
	static const char *const words[] = {
		[KSTD_CRC_OK] = "ok",
		[KSTD_CRC_BAD] = "bad",
		[KSTD_CRC_UNCHECKED] = "unchecked",
		[KSTD_CRC_NONE] = NULL,
	};

	put_word(m, n, KSTD_K_CRC, words[state]);
}

/* See kstd_result_of(). */
static void put_result(struct section_maker *m, struct kstd_node *n)
{
	enum kstd_style style = KSTD_STYLE_NONE;
	struct kstd_node *member;

	/* The table of in/ says that such a section was released: no driver could restore it. */
	if (m->s && m->s->withdrawn)
		member = put_word(m, n, KSTD_K_RESULT, "withdrawn");
	else if (m->row && m->row->result.len)
		member = put_text(m, n, KSTD_K_RESULT, m->row->result.p, m->row->result.len);
	else if (m->s && m->s->lost)
		member = kstd_put_fmt(m->a, n, KSTD_K_RESULT, "lost:-%u", m->s->lost);
	else
		member = put_word(m, n, KSTD_K_RESULT, NULL);
	if (member && member->type == KSTD_NULL && m->image->rows)
		style = KSTD_STYLE_UNKNOWN;
	kstd_styled(member, style);
}

/* The table of in/ has the time of restoring, the table of out/ the time of saving. */
static void put_restore_ns(struct section_maker *m, struct kstd_node *n)
{
	uint64_t ns = m->row && m->image->side == KSTD_SIDE_IN ? m->row->ns : 0;

	put_num(m, n, KSTD_K_RESTORE_NS, KSTD_NS, ns, ns);
}

static void put_bytes(struct section_maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;
	uint64_t bytes = s->has_data ? s->payload.len : s->extent_bytes;
	struct kstd_node *member = put_num(m, n, KSTD_K_BYTES, KSTD_SIZE,
					   s->has_data || s->has_extents, bytes);

	if (s->has_data)
		kstd_placed(member, s->payload.at);
}

/* Put the members that a section has and a subsection does not have. */
static void put_identity(struct section_maker *m, struct kstd_node *n)
{
	const struct kstd_section *s = m->s;

	put_text(m, n, KSTD_K_SECTION, s->node, s->node_len);
	put_word(m, n, KSTD_K_SIDE, kstd_side_name(m->image->side));
	put_text(m, n, KSTD_K_SECTION_NAME, s->node, s->name_len);
	put_num(m, n, KSTD_K_INSTANCE, KSTD_U64, true, s->instance);
}

/* Put the members before the fields into @n. */
static void put_head(struct section_maker *m, struct kstd_node *n, bool sub)
{
	kstd_styled(kstd_placed(n, m->s->at), KSTD_STYLE_BLOCK);
	if (sub)
		put_text(m, n, KSTD_K_SECTION, m->s->node, m->s->node_len);
	else
		put_identity(m, n);
	put_num(m, n, KSTD_K_VERSION, KSTD_U32, m->s->has_header, m->s->version);
	put_bytes(m, n);
	kstd_section_load(m->image, m->a, m->where, m->s, m->summary);
	put_crc(m, n, kstd_section_crc(m->image, m->where, m->s));
	if (sub)
		return;
	put_num(m, n, KSTD_K_SAVE_NS, KSTD_NS, m->s->has_header, m->s->duration);
	put_result(m, n);
	put_restore_ns(m, n);
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

	if (!list)
		return;
	list->cut = !m->s->has_payload && !m->s->lost;
	if (!m->s->has_payload)
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
	struct section_maker m = { .image = up->image, .a = up->a, .where = &where, .s = &s };
	struct kstd_node *n;
	bool wanted = sub_wanted(up, tok, &m.field);

	kstd_section_read(up->image, &where, c, tok, up->s, &s);
	if (!wanted)
		return;
	n = kstd_put(m.a, NULL, KSTD_NO_KEY, KSTD_OBJECT);
	if (!n)
		return;
	put_head(&m, n, true);
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

/* Make a section of @n, which has no members yet; NULL if the field is not in it. */
static struct kstd_node *put_section(struct section_maker *m, struct kstd_node *n)
{
	put_head(m, n, false);
	if (m->summary)
		return n;
	put_fields(m, n);
	put_subsections(m, n, 0);
	return m->field.len && is_empty(n) ? NULL : n;
}

struct kstd_node *kstd_section_put(struct kstd_image *image, struct kstd_arena *a,
				   const struct kstd_where *where, struct kstd_section *s,
				   const struct kstd_table_row *row, bool summary,
				   struct kstd_span field)
{
	struct section_maker m = { image, a, where, s, row, summary, field, NULL };
	struct kstd_node *n = kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT);

	return n ? put_section(&m, n) : NULL;
}

/* Does a section differ in values alone from the one that the form was made of? */
static bool is_alike(const struct kstd_section_form *form, const struct kstd_section *s,
		     bool summary)
{
	if (s->lost || summary != form->summary)
		return false;
	return summary || (s->has_payload && !s->nr_subs && s->desc == form->desc &&
			   s->version == form->version && s->payload.len == form->bytes);
}

/* Fill @leaves, which may be NULL, with those of a section; returns their number. */
static size_t collect_leaves(const struct kstd_node *section, const struct kstd_node **leaves)
{
	size_t nr = 0;

	for (const struct kstd_node *n = section->kids.first; n; n = n->next) {
		if (n->type != KSTD_LIST) {
			if (leaves)
				leaves[nr] = n;
			nr++;
			continue;
		}
		for (const struct kstd_node *f = n->kids.first; f; f = f->next, nr++)
			if (leaves)
				leaves[nr] = f->kids.last;
	}
	return nr;
}

/* There are two of the form: there will be more. */
static void make_form(struct kstd_section_form *form, struct kstd_ctx *ctx)
{
	struct kstd_formed *n = form->section;
	size_t nr = collect_leaves(&n->node, NULL);

	n->leaves = kstd_arena_get(&form->arena, nr * sizeof(*n->leaves));
	n->node.formed = n->leaves;
	if (!n->leaves)
		return;
	n->nr_leaves = collect_leaves(&n->node, n->leaves);
	n->form = ++ctx->nr_forms;
}

/* Begin another form, which is kept if sections of it can be filled again. */
static struct kstd_node *begin_form(struct kstd_section_form *form, struct section_maker *m)
{
	const struct kstd_section *s = m->s;
	struct kstd_formed *n;

	kstd_arena_reset(&form->arena);
	m->a = &form->arena;
	n = kstd_arena_get(m->a, sizeof(*n));
	if (!n)
		return NULL;
	*n = (struct kstd_formed){ 0 };
	put_section(m, kstd_node_init(&n->node, KSTD_NO_KEY, KSTD_OBJECT));
	form->desc = s->desc;
	form->version = s->version;
	form->summary = m->summary;
	if (m->summary || (s->desc && kstd_stream_is_fixed(s->desc, s->version, &form->bytes)))
		form->section = is_alike(form, s, m->summary) ? n : NULL;
	return &n->node;
}

struct kstd_node *kstd_section_fill(struct kstd_section_form *form, struct kstd_image *image,
				    struct kstd_arena *a, const struct kstd_where *where,
				    struct kstd_section *s, const struct kstd_table_row *row,
				    bool summary)
{
	struct section_maker m = { image, a, where, s, row, summary, { 0 }, NULL };
	struct kstd_node *n = form->section ? &form->section->node : NULL;

	if (!n || !is_alike(form, s, summary)) {
		form->section = NULL;
		n = begin_form(form, &m);
	} else {
		m.old = n->kids.first;
		put_head(&m, n, false);
		if (!summary)
			kstd_stream_fill(s->desc, s->version, s->payload, image->producer.big,
					 m.old);
		if (!n->formed)
			make_form(form, image->dump->ctx);
	}
	a->short_of |= form->arena.short_of;
	return n;
}

void kstd_section_form_end(struct kstd_section_form *form)
{
	kstd_arena_free(&form->arena);
}

struct kstd_node *kstd_table_row_put(struct kstd_image *image, struct kstd_arena *a,
				     const struct kstd_table_row *row, bool summary)
{
	struct section_maker m = { .image = image, .a = a, .row = row };
	struct kstd_node *n = kstd_styled(kstd_put(a, NULL, KSTD_NO_KEY, KSTD_OBJECT),
					  KSTD_STYLE_BLOCK);

	kstd_put_fmt(a, n, KSTD_K_SECTION, "%.*s@%llx", (int)row->name.len,
		     (const char *)row->name.p, (unsigned long long)row->instance);
	put_word(&m, n, KSTD_K_SIDE, kstd_side_name(image->side));
	put_text(&m, n, KSTD_K_SECTION_NAME, row->name.p, row->name.len);
	put_num(&m, n, KSTD_K_INSTANCE, KSTD_U64, true, row->instance);
	put_num(&m, n, KSTD_K_VERSION, KSTD_U32, row->has_version, (uint32_t)row->version);
	put_num(&m, n, KSTD_K_BYTES, KSTD_SIZE, row->has_bytes, row->bytes);
	put_crc(&m, n, KSTD_CRC_NONE);
	put_num(&m, n, KSTD_K_SAVE_NS, KSTD_NS, row->ns && image->side != KSTD_SIDE_IN, row->ns);
	put_result(&m, n);
	put_restore_ns(&m, n);
	if (!summary) {
		kstd_put(a, n, KSTD_K_FIELDS, KSTD_LIST);
		kstd_put(a, n, KSTD_K_SUBSECTIONS, KSTD_LIST);
	}
	return n;
}
