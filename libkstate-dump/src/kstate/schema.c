// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

#include "base/alloc.h"
#include "base/array.h"
#include "base/crc32c.h"
#include "base/dump.h"
#include "kstate/compat.h"
#include "kstate/field_kinds.h"
#include "fdt/fdt_props.h"
#include "kstate/schema.h"

#define P(sym)	KSTD_PROP_##sym

#define X(sym, code, name) if (!strcmp(str, name)) return code;
static uint8_t sign_code(const char *str)
{
	KSTATE_ABI_SIGNS(X)
	return KSTD_UNKNOWN;
}

static uint8_t hint_code(const char *str)
{
	KSTATE_ABI_HINTS(X)
	return KSTD_UNKNOWN;
}
#undef X

/* A hint is its name, and then its entries up to the end of the property. */
static void get_hint(struct kstd_props *r, struct kstd_field *f)
{
	struct kstd_span v;
	const char *str;
	size_t len;

	f->hint = KSTD_UNKNOWN;
	f->hint_name = "";
	if (!kstd_prop_find(r, P(HINT), &v))
		return;
	if (kstd_span_str(&v, &str, &len)) {
		f->hint_name = str;
		f->hint = hint_code(str);
	}
	f->names = v;
}

/* Does @type have a word that names an integer at least as wide as a pointer? */
static bool is_wide(const struct kstd_field *f)
{
	static const char *const words[] = {
		"long", "size_t", "ssize_t", "ptrdiff_t", "intptr_t", "uintptr_t", "off_t",
		"loff_t", "phys_addr_t", "dma_addr_t", "resource_size_t",
	};
	struct kstd_span s = kstd_span_of(f->type, strlen(f->type), 0);

	if (f->size == 8)
		return true;
	while (s.len) {
		struct kstd_span word = kstd_span_until(&s, ' ');

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (kstd_span_is(&word, words[i]))
				return true;
	}
	return false;
}

static bool is_number(const struct kstd_field *f)
{
	return f->sign != KSTD_SIGN_OPAQUE && f->sign != KSTD_UNKNOWN &&
	       (f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8);
}

static uint8_t shape_of(const struct kstd_field *f)
{
	if (f->size == 1 && (f->hint == KSTD_HINT_TEXT ||
			     (f->sign == KSTD_SIGN_CHAR && f->count > 1 &&
			      f->hint != KSTD_HINT_BYTES && f->hint != KSTD_HINT_HEX)))
		return KSTD_SHAPE_TEXT;
	if (f->hint == KSTD_HINT_BYTES || !is_number(f))
		return KSTD_SHAPE_BYTES;
	if (f->sign == KSTD_SIGN_BOOL || f->hint == KSTD_HINT_BOOL)
		return KSTD_SHAPE_BOOL;
	switch (f->hint) {
	case KSTD_HINT_ADDRESS:
		return KSTD_SHAPE_ADDRESS;
	case KSTD_HINT_NS:
		return KSTD_SHAPE_NS;
	case KSTD_HINT_FLAGS:
		return KSTD_SHAPE_FLAGS;
	case KSTD_HINT_ENUM:
		return KSTD_SHAPE_ENUM;
	}
	return KSTD_SHAPE_NUMBER;
}

static struct kstd_node text_node(enum kstd_key_index key, const char *str, enum kstd_style style)
{
	return (struct kstd_node){
		.type = KSTD_TEXT, .key = key, .style = style, .offset = KSTD_NO_OFFSET,
		.mem = { str, strlen(str) },
	};
}

static void read_field(struct kstd_props *r, struct kstd_field *f)
{
	struct kstd_span v;

	f->kind_name = kstd_prop_str(r, P(KIND));
	f->kind = kstd_kind_find(f->kind_name);
	f->type = kstd_prop_str(r, P(TYPE));
	f->sign_name = kstd_prop_str(r, P(SIGN));
	f->sign = sign_code(f->sign_name);
	f->size = kstd_prop_u64(r, P(SIZE));
	f->count = kstd_prop_u64(r, P(COUNT));
	f->since = kstd_prop_u32(r, P(SINCE));
	f->until = kstd_prop_u32(r, P(UNTIL));
	f->has_struct_id = kstd_fdt_prop(r->node, P(STRUCT_ID), &v);
	if (f->has_struct_id)
		f->struct_id = kstd_prop_u32(r, P(STRUCT_ID));
	get_hint(r, f);
	if (__builtin_mul_overflow(f->size, f->count, &f->bytes)) {
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, r->at,
			    "size times count exceeds 64 bits");
		f->bytes = UINT64_MAX;
	}
	f->wide = is_wide(f);
	f->shape = shape_of(f);
	f->node[0] = (struct kstd_node){ .type = KSTD_OBJECT, .key = KSTD_NO_KEY,
					 .offset = KSTD_NO_OFFSET };
	f->node[1] = text_node(KSTD_K_NAME, f->name, KSTD_STYLE_NONE);
	f->node[2] = text_node(KSTD_K_KIND, f->kind_name, KSTD_STYLE_HIDDEN);
	f->node[3] = text_node(KSTD_K_TYPE, f->type, KSTD_STYLE_NONE);
	kstd_value_prepare(f);
}

static size_t count_children(struct kstd_cursor c)
{
	struct kstd_tok tok;
	size_t n = 0;

	for (; kstd_fdt_child(&c, &tok) && kstd_fdt_leave(&c); n++)
		;
	return n;
}

/*
 * The name of a field: of a node "NAME@SINCE", as fields with namesakes have it, without the
 * "@SINCE".
 */
static const char *field_name(struct kstd_schema_set *schema, const struct kstd_tok *tok)
{
	const char *at_sign = memchr(tok->name, '@', tok->name_len);
	uint64_t since;

	if (!at_sign || !kstd_hex(at_sign + 1, tok->name + tok->name_len - (at_sign + 1), &since))
		return tok->name;
	return kstd_arena_str(&schema->arena, tok->name, at_sign - tok->name);
}

/* Returns false only if memory is short. */
static bool read_fields(struct kstd_props *r, struct kstd_schema_set *schema, struct kstd_desc *d,
			struct kstd_cursor c)
{
	struct kstd_tok tok;
	size_t n = count_children(c);

	if (n > KSTD_MAX_FIELDS) {
		kstd_defect(r->dump, r->where, KSTD_E_TOO_BIG, r->at,
			    "%zu fields: only the first %d are looked at", n, KSTD_MAX_FIELDS);
		n = KSTD_MAX_FIELDS;
	}
	d->fields = kstd_arena_get(&schema->arena, n * sizeof(*d->fields));
	if (!d->fields)
		return false;
	memset(d->fields, 0, n * sizeof(*d->fields));
	while (d->nr_fields < n && kstd_fdt_child(&c, &tok)) {
		struct kstd_where where = KSTD_AT(r->where, KSTATE_NODE_FIELDS,
						  sizeof(KSTATE_NODE_FIELDS) - 1);
		struct kstd_where here = KSTD_AT(&where, tok.name, tok.name_len);
		struct kstd_props field = { r->dump, &here, &c, tok.at, true };

		d->fields[d->nr_fields].name = field_name(schema, &tok);
		if (!d->fields[d->nr_fields].name)
			return false;
		read_field(&field, &d->fields[d->nr_fields++]);
		r->complete &= field.complete;
		kstd_fdt_leave(&c);
	}
	return true;
}

static bool check_crc(struct kstd_props *r, const struct kstd_cursor *fields)
{
	uint32_t crc = kstd_fdt_crc(KSTD_CRC_INIT, r->node);
	struct kstd_cursor c;
	struct kstd_tok tok;

	if (fields) {
		for (c = *fields; kstd_fdt_child(&c, &tok); kstd_fdt_leave(&c)) {
			crc = kstd_crc_add(crc, tok.name, tok.name_len + 1);
			crc = kstd_fdt_crc(crc, &c);
		}
	}
	return kstd_prop_crc(r, crc);
}

static bool find_fields(const struct kstd_props *r, struct kstd_cursor *c)
{
	struct kstd_tok tok;

	for (*c = *r->node; kstd_fdt_child(c, &tok); kstd_fdt_leave(c))
		if (!strcmp(tok.name, KSTATE_NODE_FIELDS))
			return true;
	return false;
}

/* Add the description of a node; false only if memory is short. */
static bool add_desc(struct kstd_props *r, struct kstd_schema_set *schema,
		     const struct kstd_tok *tok)
{
	const char *at_sign = memchr(tok->name, '@', tok->name_len);
	struct kstd_desc *d = &schema->descs[schema->nr++];
	struct kstd_cursor fields;
	bool has_fields = find_fields(r, &fields);

	d->node = tok->name;
	d->node_len = tok->name_len;
	d->at = tok->at;
	d->name = tok->name;
	d->name_len = at_sign ? (size_t)(at_sign - tok->name) : tok->name_len;
	d->id = kstd_prop_u32(r, P(ID));
	d->version = kstd_prop_u32(r, P(VERSION));
	d->min_version = kstd_prop_u32(r, P(MIN_VERSION));
	d->flags = kstd_prop_u32(r, P(FLAGS));
	d->fingerprint = kstd_prop_u64(r, P(FINGERPRINT));
	if (kstd_prop_find(r, P(SUBSECTIONS), &d->subs) && d->subs.len % 4)
		kstd_defect(r->dump, r->where, KSTD_E_CORRUPT, d->subs.at,
			    "subsections: %zu bytes, not cells of 4", d->subs.len);
	if (has_fields && !read_fields(r, schema, d, fields))
		return false;
	if (!has_fields)
		kstd_defect(r->dump, r->where, KSTD_E_MISSING, r->at, "no " KSTATE_NODE_FIELDS);
	d->sealed = check_crc(r, has_fields ? &fields : NULL);
	d->complete = r->complete;
	return true;
}

const struct kstd_desc *kstd_schema_find(const struct kstd_schema_set *schema, uint32_t id)
{
	size_t i = kstd_lower_bound(schema->descs, schema->nr, id, id);

	return i < schema->nr && schema->descs[i].id == id ? &schema->descs[i] : NULL;
}

static int by_id(const void *a_, const void *b_)
{
	const struct kstd_desc *a = a_, *b = b_;

	return a->id < b->id ? -1 : a->id > b->id;
}

static void check_ids(struct kstd_dump *dump, const struct kstd_where *where,
		      const struct kstd_schema_set *schema)
{
	for (size_t i = 1; i < schema->nr; i++) {
		const struct kstd_desc *d = &schema->descs[i];
		struct kstd_where here = KSTD_AT(where, d->name, d->name_len);

		if (d->id == d[-1].id)
			kstd_defect(dump, &here, KSTD_E_CORRUPT, KSTD_NO_OFFSET,
				    "id 0x%x belongs to another description, too", d->id);
	}
}

static void resolve(struct kstd_schema_set *schema)
{
	for (size_t i = 0; i < schema->nr; i++)
		for (size_t j = 0; j < schema->descs[i].nr_fields; j++) {
			struct kstd_field *f = &schema->descs[i].fields[j];

			if (f->has_struct_id)
				f->nested = kstd_schema_find(schema, f->struct_id);
		}
}

/*
 * Find out how deep descriptions nest and which refer to memory, one level in a round. What
 * still grows after the last round nests too deep, or in a circle.
 */
static void measure(struct kstd_schema_set *schema)
{
	for (int round = 0; round <= KSTATE_ABI_DEPTH; round++)
		for (size_t i = 0; i < schema->nr; i++) {
			struct kstd_desc *d = &schema->descs[i];
			unsigned int most = 0;

			for (size_t j = 0; j < d->nr_fields; j++) {
				const struct kstd_field *f = &d->fields[j];

				d->refers |= (f->kind && f->kind->refers) ||
					     (f->nested && f->nested->refers);
				if (f->nested && f->nested->height > most)
					most = f->nested->height;
			}
			d->height = most + 1;
		}
}

#define X(sym, code, name) if (!strcmp(str, name)) return code;
static uint8_t kind_code(const char *str)
{
	KSTATE_ABI_KINDS(X)
	return KSTD_UNKNOWN;
}
#undef X

struct kstate_layout_field kstd_layout_field(const struct kstd_field *f,
					     const struct kstate_layout *nested)
{
	return (struct kstate_layout_field){
		.name = f->name, .size = f->size, .count = f->count, .since = f->since,
		.until = f->until, .kind = kind_code(f->kind_name), .sign = f->sign,
		.nested = nested,
	};
}

/*
 * Compare a description's fingerprint with its fields. Nested descriptions count with the
 * fingerprint that they give, which is checked at them. A description with fields of a
 * kind that is unknown here is passed over.
 */
static void check_fingerprint(struct kstd_dump *dump, const struct kstd_where *where,
			      const struct kstd_desc *d)
{
	uint64_t want = KSTATE_FINGERPRINT_START;

	for (size_t i = 0; i < d->nr_fields; i++) {
		const struct kstd_field *f = &d->fields[i];
		const struct kstate_layout nested = {
			.fingerprint = f->nested ? f->nested->fingerprint : 0,
		};
		const struct kstate_layout_field field = kstd_layout_field(f, &nested);

		if (field.kind == KSTD_UNKNOWN || field.sign == KSTD_UNKNOWN ||
		    (f->has_struct_id && !f->nested))
			return;
		want = kstate_fingerprint(want, &field);
	}
	if (want != d->fingerprint)
		kstd_defect(dump, where, KSTD_E_MISMATCH, d->at,
			    "fingerprint 0x%llx, but its fields give 0x%llx",
			    (unsigned long long)d->fingerprint, (unsigned long long)want);
}

static void check_descs(struct kstd_dump *dump, const struct kstd_where *where,
			const struct kstd_schema_set *schema)
{
	for (size_t i = 0; i < schema->nr; i++) {
		const struct kstd_desc *d = &schema->descs[i];
		struct kstd_where here = KSTD_AT(where, d->node, d->node_len);

		if (d->height > KSTATE_ABI_DEPTH)
			kstd_defect(dump, &here, KSTD_E_CORRUPT, d->at,
				    "its structs nest more than %d deep, or in a circle",
				    KSTATE_ABI_DEPTH);
		if (d->complete)
			check_fingerprint(dump, &here, d);
	}
}

int kstd_schema_read(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_cursor *node, struct kstd_schema_set *schema)
{
	struct kstd_cursor c = *node;
	struct kstd_tok tok;
	size_t n = count_children(c);

	*schema = (struct kstd_schema_set){ 0 };
	schema->descs = kstd_calloc(n ? n : 1, sizeof(*schema->descs));
	if (!schema->descs)
		return kstd_nomem(dump->ctx);
	for (; schema->nr < n && kstd_fdt_child(&c, &tok); kstd_fdt_leave(&c)) {
		struct kstd_where here = KSTD_AT(where, tok.name, tok.name_len);
		struct kstd_props r = { dump, &here, &c, tok.at, true };

		if (!add_desc(&r, schema, &tok))
			return kstd_nomem(dump->ctx);
	}
	qsort(schema->descs, schema->nr, sizeof(*schema->descs), by_id);
	check_ids(dump, where, schema);
	resolve(schema);
	measure(schema);
	check_descs(dump, where, schema);
	return 0;
}

void kstd_schema_free(struct kstd_schema_set *schema)
{
	free(schema->descs);
	kstd_arena_free(&schema->arena);
}
