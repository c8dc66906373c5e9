// SPDX-License-Identifier: GPL-2.0
/* object.c - objects of any description: made, compared as bytes, checked, freed */

#include <stdlib.h>

#include "../shim/handover.h"
#include "object.h"
#include "object_priv.h"

/* What a live object holds before; and what must be equal on both sides. */
#define PATTERN		0xa5
#define EQUAL_PATTERN	0x45

static void *object_piece(struct object *o, size_t len)
{
	struct object_piece *piece;

	if (!(o->nr & (o->nr - 1)))
		o->pieces = realloc(o->pieces, (o->nr ? 2 * o->nr : 1) * sizeof(*piece));
	piece = &o->pieces[o->nr++];
	piece->len = len;
	piece->copy = NULL;
	piece->p = malloc(len ?: 1);
	memset(piece->p, PATTERN, len);
	return piece->p;
}

u64 object_nr(const struct kstate_field *f, const void *obj)
{
	const void *nr = obj + f->nr_offset;

	switch (f->nr_size) {
	case 0:
		return f->count;
	case 1:
		return *(const u8 *)nr;
	case 2:
		return *(const u16 *)nr;
	case 4:
		return *(const u32 *)nr;
	default:
		return *(const u64 *)nr;
	}
}

static void object_set_nr(const struct kstate_field *f, void *obj, u64 nr)
{
	void *to = obj + f->nr_offset;

	switch (f->nr_size) {
	case 0:
		break;
	case 1:
		*(u8 *)to = nr;
		break;
	case 2:
		*(u16 *)to = nr;
		break;
	case 4:
		*(u32 *)to = nr;
		break;
	default:
		*(u64 *)to = nr;
		break;
	}
}

u64 object_elements(const struct kstate_field *f, const void *obj, void **base)
{
	u64 nr = f->count;

	*base = (void *)obj + f->offset;
	if (f->kind != KSTATE_KIND_STRUCT_VARRAY && f->kind != KSTATE_KIND_VARRAY &&
	    f->kind != KSTATE_KIND_FOLIO_ARRAY && f->kind != KSTATE_KIND_VARBITMAP)
		return nr;
	nr = object_nr(f, obj);
	fuzz_assert(nr <= f->count);
	if (f->owner != KSTATE_EMBEDDED)
		*base = *(void **)*base;
	return *base ? nr : 0;
}

static void prepare_fields(struct object *o, const struct kstate_description *desc, void *obj);

static void prepare_pointers(struct object *o, const struct kstate_field *f, void **p, u64 nr,
			     size_t bytes)
{
	for (u64 i = 0; i < nr; i++)
		p[i] = object_piece(o, bytes);
}

/* Memory for so many elements of an array, which may be bits. */
static size_t array_bytes(const struct kstate_field *f, u64 nr)
{
	return f->kind == KSTATE_KIND_VARBITMAP ? object_words(nr) * sizeof(long) : nr * f->stride;
}

static void prepare_targets(struct object *o, const struct kstate_field *f, void **p)
{
	for (u64 i = 0; i < f->count; i++) {
		p[i] = f->owner == KSTATE_ALLOCATED ? NULL : object_piece(o, f->stride);
		if (p[i])
			prepare_fields(o, f->desc, p[i]);
	}
}

static void prepare_counted(struct object *o, const struct kstate_field *f, void *obj)
{
	void *base = obj + f->offset;

	object_set_nr(f, obj, 0);
	if (f->owner == KSTATE_ALLOCATED) {
		*(void **)base = NULL;
		return;
	}
	if (f->owner == KSTATE_CALLER)
		base = *(void **)base = object_piece(o, array_bytes(f, f->count));
	if (f->kind == KSTATE_KIND_FOLIO_ARRAY)
		memset(base, 0, array_bytes(f, f->count));
	for (u64 i = 0; f->desc && i < f->count; i++)
		prepare_fields(o, f->desc, base + i * f->stride);
}

static void prepare_field(struct object *o, const struct kstate_field *f, void *obj)
{
	void *member = obj + f->offset;

	switch (f->kind) {
	case KSTATE_KIND_POINTER:
		prepare_pointers(o, f, member, 1, f->size * f->count);
		break;
	case KSTATE_KIND_POINTER_ARRAY:
		prepare_pointers(o, f, member, f->count, f->size);
		break;
	case KSTATE_KIND_VARRAY:
	case KSTATE_KIND_STRUCT_VARRAY:
	case KSTATE_KIND_FOLIO_ARRAY:
	case KSTATE_KIND_VARBITMAP:
		prepare_counted(o, f, obj);
		break;
	case KSTATE_KIND_STRUCT_POINTER:
	case KSTATE_KIND_STRUCT_POINTER_ARRAY:
		prepare_targets(o, f, member);
		break;
	case KSTATE_KIND_STRUCT:
	case KSTATE_KIND_STRUCT_ARRAY:
		for (u64 i = 0; i < f->count; i++)
			prepare_fields(o, f->desc, member + i * f->stride);
		break;
	case KSTATE_KIND_LIST:
	case KSTATE_KIND_MAP:
	case KSTATE_KIND_FOLIO_MAP:
		object_init_held(f, member);
		break;
	case KSTATE_KIND_STRING:
		memset(member, 0, f->owner == KSTATE_ALLOCATED ? sizeof(char *) : 1);
		break;
	case KSTATE_KIND_FOLIO:
	case KSTATE_KIND_VMALLOC:
	case KSTATE_KIND_ADDRESS:
	case KSTATE_KIND_PAGE:
		*(void **)member = NULL;
		break;
	case KSTATE_KIND_EQUAL:
		memset(member, EQUAL_PATTERN, f->size * f->count);
		break;
	}
}

static void prepare_fields(struct object *o, const struct kstate_description *desc, void *obj)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (object_lives(f))
			prepare_field(o, f, obj);
	}
}

void object_prepare(struct object *o, const struct kstate_description *desc, size_t bytes)
{
	*o = (struct object){ .desc = desc };
	o->mem = object_piece(o, bytes);
	prepare_fields(o, desc, o->mem);
	for (unsigned int i = 0; i < kstate_desc_nr_subs(desc); i++)
		prepare_fields(o, desc->subsections[i], o->mem);
}

struct folio *(*object_folio)(void) = handover_folio;
void *(*object_area)(void) = handover_area;

/**
 * struct fill - how an object is filled
 * @o: the object
 * @in: what decides
 * @folio: the last folio that was used, for one that is used twice
 */
struct fill {
	struct object *o;
	struct fuzz_in *in;
	struct folio *folio;
};

static void fill_fields(struct fill *fill, const struct kstate_description *desc, void *obj);

static void fill_pointers(struct fill *fill, void **p, u64 nr, size_t bytes)
{
	for (u64 i = 0; i < nr; i++) {
		p[i] = NULL;
		if (fuzz_one_in(fill->in, 4))
			continue;
		p[i] = object_piece(fill->o, bytes);
		fuzz_fill(fill->in, p[i], bytes);
	}
}

static void fill_folio(struct fill *fill, struct folio **member);

static void fill_targets(struct fill *fill, const struct kstate_field *f, void **p)
{
	for (u64 i = 0; i < f->count; i++) {
		p[i] = NULL;
		if (fuzz_one_in(fill->in, 4))
			continue;
		p[i] = f->owner == KSTATE_ALLOCATED ? shim_driver_alloc(f->stride) :
						      object_piece(fill->o, f->stride);
		fill_fields(fill, f->desc, p[i]);
	}
}

static void fill_elements(struct fill *fill, const struct kstate_field *f, void *base, u64 nr)
{
	if (f->kind == KSTATE_KIND_VARBITMAP) {
		fuzz_fill(fill->in, base, object_words(nr) * sizeof(long));
		return;
	}
	for (u64 i = 0; i < nr; i++) {
		if (f->desc)
			fill_fields(fill, f->desc, base + i * f->stride);
		else if (f->kind == KSTATE_KIND_FOLIO_ARRAY)
			fill_folio(fill, base + i * f->stride);
		else
			fuzz_fill(fill->in, base + i * f->size, f->size);
	}
}

static void fill_counted(struct fill *fill, const struct kstate_field *f, void *obj)
{
	u64 most = f->kind == KSTATE_KIND_VARBITMAP ? 200 : 20;
	u64 nr = f->nr_size ? fuzz_below(fill->in, (f->count < most ? f->count : most) + 1) :
			      f->count;
	void *base = obj + f->offset;

	object_set_nr(f, obj, nr);
	if (f->owner == KSTATE_ALLOCATED)
		base = *(void **)base = nr ? shim_driver_alloc(array_bytes(f, nr)) : NULL;
	else if (f->owner == KSTATE_CALLER)
		base = *(void **)base = object_piece(fill->o, array_bytes(f, f->count));
	fill_elements(fill, f, base, nr);
}

static void fill_held(struct fill *fill, const struct kstate_field *f, void *member)
{
	u64 nr = fuzz_below(fill->in, (f->count < 6 ? f->count : 6) + 1);
	u64 index = f->base;

	object_init_held(f, member);
	for (; nr--; index += 1 + fuzz_below(fill->in, 100)) {
		struct folio *folio = NULL;
		void *elem;

		if (f->desc) {
			elem = shim_driver_alloc(f->stride);
			fill_fields(fill, f->desc, elem);
			object_add(f, member, index, elem);
			continue;
		}
		fill_folio(fill, &folio);
		if (folio)
			object_add(f, member, index, folio);
	}
}

static void fill_string(struct fill *fill, const struct kstate_field *f, void *member)
{
	size_t len = fuzz_below(fill->in, f->count < 40 ? f->count : 40);
	char *to = member;

	if (f->owner == KSTATE_ALLOCATED) {
		to = *(char **)member = fuzz_one_in(fill->in, 4) ? NULL : shim_driver_alloc(len + 1);
		if (!to)
			return;
	}
	for (size_t i = 0; i < len; i++)
		to[i] = fuzz_u8(fill->in) ?: 1;
	to[len] = '\0';
}

static void fill_folio(struct fill *fill, struct folio **member)
{
	*member = NULL;
	if (fuzz_one_in(fill->in, 4))
		return;
	if (!fill->folio || !fuzz_one_in(fill->in, 4))
		fill->folio = object_folio();
	*member = fill->folio;
}

/* Kinds that say where memory is. */
static bool fill_place(struct fill *fill, const struct kstate_field *f, void *member)
{
	bool null = f->kind != KSTATE_KIND_FOLIO && fuzz_one_in(fill->in, 4);

	switch (f->kind) {
	case KSTATE_KIND_FOLIO:
		fill_folio(fill, member);
		return true;
	case KSTATE_KIND_VMALLOC:
		*(void **)member = null ? NULL : object_area();
		return true;
	case KSTATE_KIND_ADDRESS:
		*(void **)member = null ? NULL : shim_linear + fuzz_below(fill->in, 4 * PAGE_SIZE);
		return true;
	case KSTATE_KIND_PAGE:
		*(struct page **)member = null ? NULL : &shim_pages[fuzz_below(fill->in, 4)];
		return true;
	}
	return false;
}

static void fill_field(struct fill *fill, const struct kstate_field *f, void *obj)
{
	void *member = obj + f->offset;

	switch (f->kind) {
	case KSTATE_KIND_VALUE:
		fuzz_fill(fill->in, member, f->size * f->count);
		break;
	case KSTATE_KIND_BITMAP:
		fuzz_fill(fill->in, member, (f->count + 63) / 64 * 8);
		break;
	case KSTATE_KIND_POINTER:
		fill_pointers(fill, member, 1, f->size * f->count);
		break;
	case KSTATE_KIND_POINTER_ARRAY:
		fill_pointers(fill, member, f->count, f->size);
		break;
	case KSTATE_KIND_VARRAY:
	case KSTATE_KIND_STRUCT_VARRAY:
	case KSTATE_KIND_FOLIO_ARRAY:
	case KSTATE_KIND_VARBITMAP:
		fill_counted(fill, f, obj);
		break;
	case KSTATE_KIND_STRUCT_POINTER:
	case KSTATE_KIND_STRUCT_POINTER_ARRAY:
		fill_targets(fill, f, member);
		break;
	case KSTATE_KIND_STRUCT:
	case KSTATE_KIND_STRUCT_ARRAY:
		for (u64 i = 0; i < f->count; i++)
			fill_fields(fill, f->desc, member + i * f->stride);
		break;
	case KSTATE_KIND_LIST:
	case KSTATE_KIND_MAP:
	case KSTATE_KIND_FOLIO_MAP:
		fill_held(fill, f, member);
		break;
	case KSTATE_KIND_STRING:
		fill_string(fill, f, member);
		break;
	case KSTATE_KIND_EQUAL:
		memset(member, EQUAL_PATTERN, f->size * f->count);
		break;
	default:
		fill_place(fill, f, member);
	}
}

static void fill_fields(struct fill *fill, const struct kstate_description *desc, void *obj)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (object_lives(f))
			fill_field(fill, f, obj);
	}
}

static void fill_parts(struct object *o, struct fuzz_in *in)
{
	struct fill fill = { .o = o, .in = in };

	fill_fields(&fill, o->desc, o->mem);
	for (unsigned int i = 0; i < kstate_desc_nr_subs(o->desc); i++)
		fill_fields(&fill, o->desc->subsections[i], o->mem);
}

void object_fill(struct object *o, const struct kstate_description *desc, size_t bytes,
		 struct fuzz_in *in)
{
	*o = (struct object){ .desc = desc };
	o->mem = object_piece(o, bytes);
	fill_parts(o, in);
}

void object_refill(struct object *o, struct fuzz_in *in)
{
	object_empty(o);
	while (o->nr > 1) {
		struct object_piece *piece = &o->pieces[--o->nr];

		free(piece->copy);
		free(piece->p);
	}
	fill_parts(o, in);
}

void object_remember(struct object *o)
{
	for (unsigned int i = 0; i < o->nr; i++) {
		struct object_piece *piece = &o->pieces[i];

		free(piece->copy);
		piece->copy = malloc(piece->len ?: 1);
		memcpy(piece->copy, piece->p, piece->len);
	}
}

bool object_unchanged(const struct object *o)
{
	for (unsigned int i = 0; i < o->nr; i++) {
		const struct object_piece *piece = &o->pieces[i];

		if (memcmp(piece->p, piece->copy, piece->len))
			return false;
	}
	return true;
}

void object_drop_pieces(struct object *o)
{
	while (o->nr) {
		struct object_piece *piece = &o->pieces[--o->nr];

		free(piece->copy);
		free(piece->p);
	}
	free(o->pieces);
	o->pieces = NULL;
}
