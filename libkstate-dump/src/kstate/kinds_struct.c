// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

/*
 * Kinds that hold streams: a version, a length, and the fields of a description.
 * The length leads to the next field, even if the stream cannot be decoded.
 */

#include <stdio.h>

#include "kstate/field_kinds.h"

#define HEAD_BYTES	8

/* Take a stream's version and bytes. */
static int get_stream(struct kstd_payload *p, uint64_t *version, struct kstd_span *inside)
{
	uint64_t bytes = 0;

	if (p->s.len < HEAD_BYTES)
		return kstd_too_short(p, HEAD_BYTES);
	kstd_get_int(p, 4, version);
	kstd_get_int(p, 4, &bytes);
	return kstd_span_take(&p->s, bytes, inside) ? 0 : kstd_too_short(p, bytes);
}

static void stream_defect(struct kstd_payload *p, enum kstd_code code, const char *text)
{
	kstd_defect(p->dump, p->where, code, p->s.at, "%s", text);
}

/* Put the fields of a stream, if its description is known. */
static void put_fields(struct kstd_payload *p, const struct kstd_field *f, uint32_t version,
		       struct kstd_node *list)
{
	static const struct kstd_span all;

	if (p->depth > KSTATE_ABI_DEPTH)
		stream_defect(p, KSTD_E_TOO_BIG, "streams nest deeper than the format allows");
	else if (!f->nested)
		stream_defect(p, KSTD_E_MISSING, "the image has no description of this struct");
	else
		kstd_stream_put(p, f->nested, version, list, &all);
}

/* @index: of the element of a map, else NULL */
static void put_stream(struct kstd_payload *outer, const struct kstd_field *f, uint32_t version,
		       struct kstd_span inside, const uint64_t *index, struct kstd_node *into)
{
	struct kstd_payload p = *outer;
	struct kstd_node *n, *list;

	p.s = inside;
	p.depth++;
	n = kstd_styled(kstd_put(p.arena, into, KSTD_K_VALUE, KSTD_OBJECT), KSTD_STYLE_NESTED);
	kstd_placed(n, inside.at);
	if (index)
		kstd_put_num(p.arena, n, KSTD_K_MAP_INDEX, KSTD_U64, *index);
	kstd_put_num(p.arena, n, KSTD_K_VERSION, KSTD_U32, version);
	list = kstd_put(p.arena, n, KSTD_K_FIELDS, KSTD_LIST);
	if (!list)
		return;
	put_fields(&p, f, version, list);
	kstd_undecoded_put(&p, n);
}

int kstd_decode_struct(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	struct kstd_where where = KSTD_AT(p->where, f->name, strlen(f->name));
	struct kstd_payload here = *p;
	struct kstd_span inside;
	uint64_t version = 0;
	int rc = get_stream(p, &version, &inside);

	if (rc)
		return rc;
	here.where = &where;
	put_stream(&here, f, version, inside, NULL, into);
	return 0;
}

/* What comes before the stream of an element. */
enum before { NOTHING, AN_INDEX, PRESENCE };

static enum before before_stream(const struct kstd_field *f)
{
	if (f->kind->decode == kstd_decode_map)
		return AN_INDEX;
	return f->kind->decode == kstd_decode_struct_pointer_array ||
	       f->kind->decode == kstd_decode_struct_pointer ? PRESENCE : NOTHING;
}

/* Take an element; a NULL pointer has no stream, and *@present is false. */
static int get_element(struct kstd_payload *p, const struct kstd_field *f, uint64_t *index,
		       uint64_t *version, struct kstd_span *inside, bool *present)
{
	int rc = 0;

	*present = true;
	switch (before_stream(f)) {
	case AN_INDEX:
		rc = kstd_get_int(p, 8, index);
		break;
	case PRESENCE:
		rc = kstd_get_presence(p, present);
		break;
	case NOTHING:
		break;
	}
	return rc || !*present ? rc : get_stream(p, version, inside);
}

static void make_struct(struct kstd_payload *p, const struct kstd_field *f, uint64_t i,
			struct kstd_node *into)
{
	struct kstd_where list = KSTD_AT(p->where, f->name, strlen(f->name)), where;
	struct kstd_payload here = *p;
	struct kstd_span inside;
	uint64_t version = 0, index = 0, at = p->s.at;
	bool present;
	char number[24];
	uint32_t mark = kstd_field_map_element(p->marks, i, &p->s);

	snprintf(number, sizeof(number), "%llu", (unsigned long long)i);
	where = KSTD_AT(&list, number, strlen(number));
	here.where = &where;
	if (!get_element(p, f, &index, &version, &inside, &present)) {
		if (present)
			put_stream(&here, f, version, inside,
				   before_stream(f) == AN_INDEX ? &index : NULL, into);
		else
			kstd_null_put(p, into, at);
	}
	kstd_field_map_end(p->marks, mark, &p->s);
}

/* Check that @nr streams are there, and put a list of them. */
static int put_streams(struct kstd_payload *p, const struct kstd_field *f, uint64_t nr,
		       struct kstd_node *into)
{
	struct kstd_span all = p->s, inside;
	uint64_t version, index = 0, before = 0;
	struct kstd_node *list;
	bool present;
	int rc;

	for (uint64_t i = 0; i < nr; i++, before = index) {
		uint64_t at = p->s.at;

		rc = get_element(p, f, &index, &version, &inside, &present);
		if (rc)
			return rc;
		if (i && before_stream(f) == AN_INDEX && index <= before)
			kstd_odd(p, at, "index %llu after index %llu", (unsigned long long)index,
				 (unsigned long long)before);
	}
	all.len -= p->s.len;
	list = kstd_styled(kstd_lazy_put(p, f, all, nr, make_struct, into, KSTD_K_VALUE),
			   KSTD_STYLE_NESTED);
	if (p->marks || p->refs)
		kstd_lazy_decode(list);
	return 0;
}

int kstd_decode_struct_array(struct kstd_payload *p, const struct kstd_field *f,
			     struct kstd_node *into)
{
	if (!f->count)
		return kstd_err(p->dump->ctx, KSTD_E_CORRUPT, p->s.at, "an array of no elements");
	return put_streams(p, f, f->count, into);
}

int kstd_decode_list(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	uint64_t nr;
	int rc = kstd_get_number(p, f, &nr);

	return rc ? rc : put_streams(p, f, nr, into);
}

int kstd_decode_map(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into)
{
	return kstd_decode_list(p, f, into);
}

int kstd_decode_struct_pointer(struct kstd_payload *p, const struct kstd_field *f,
			       struct kstd_node *into)
{
	uint64_t at = p->s.at;
	bool present;
	int rc = kstd_get_presence(p, &present);

	if (rc)
		return rc;
	return present ? kstd_decode_struct(p, f, into) : kstd_null_put(p, into, at);
}

int kstd_decode_struct_pointer_array(struct kstd_payload *p, const struct kstd_field *f,
				     struct kstd_node *into)
{
	return kstd_decode_struct_array(p, f, into);
}
