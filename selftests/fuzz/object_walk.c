// SPDX-License-Identifier: GPL-2.0
/* object_walk.c - objects of any description: checked, compared by meaning, freed */

#include <stdlib.h>

#include "../shim/handover.h"
#include "object.h"
#include "object_priv.h"

/* Called for each member, those of nested structs before the one that holds them. */
typedef void (*visit_fn)(const struct object *o, const struct kstate_field *f, void *obj);

static void walk_fields(const struct object *o, const struct kstate_description *desc, void *obj,
			visit_fn visit);

static void walk_held(const struct object *o, const struct kstate_field *f, void *obj,
		      visit_fn visit)
{
	struct object_cursor c = { .f = f, .member = obj + f->offset };

	object_check_held(f, obj + f->offset);
	while (f->desc && object_next(&c))
		walk_fields(o, f->desc, c.at, visit);
}

static void walk_targets(const struct object *o, const struct kstate_field *f, void *obj,
			 visit_fn visit)
{
	void **p = obj + f->offset;

	for (u64 i = 0; i < f->count; i++) {
		if (p[i])
			walk_fields(o, f->desc, p[i], visit);
	}
}

static void walk_elements(const struct object *o, const struct kstate_field *f, void *obj,
			  visit_fn visit)
{
	void *base;
	u64 nr = object_elements(f, obj, &base);

	for (u64 i = 0; i < nr; i++)
		walk_fields(o, f->desc, base + i * f->stride, visit);
}

static void walk_fields(const struct object *o, const struct kstate_description *desc, void *obj,
			visit_fn visit)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (!object_lives(f))
			continue;
		if (f->kind == KSTATE_KIND_LIST || object_is_map(f))
			walk_held(o, f, obj, visit);
		else if (object_has_pointers(f))
			walk_targets(o, f, obj, visit);
		else if (f->desc)
			walk_elements(o, f, obj, visit);
		visit(o, f, obj);
	}
}

static void object_walk(const struct object *o, visit_fn visit)
{
	walk_fields(o, o->desc, o->mem, visit);
	for (unsigned int i = 0; i < kstate_desc_nr_subs(o->desc); i++)
		walk_fields(o, o->desc->subsections[i], o->mem, visit);
}

/* All bytes can be read, which ASAN checks. */
static void touch(const void *p, size_t len)
{
	volatile u8 byte;

	for (size_t i = 0; i < len; i++)
		byte = ((const u8 *)p)[i];
	(void)byte;
}

static bool object_has(const struct object *o, const void *p)
{
	for (unsigned int i = 0; i < o->nr; i++) {
		if (o->pieces[i].p == p)
			return true;
	}
	return false;
}

static void check_pointers(const struct object *o, void *const *p, u64 nr)
{
	for (u64 i = 0; i < nr; i++)
		fuzz_assert(!p[i] || object_has(o, p[i]));
}

/* Call for each folio of an array or map. */
static void each_folio(const struct kstate_field *f, void *obj, void (*fn)(struct folio *folio))
{
	struct object_cursor c = { .f = f, .member = obj + f->offset };
	void *base;
	u64 nr;

	if (f->kind == KSTATE_KIND_FOLIO_MAP) {
		while (object_next(&c))
			fn(c.at);
		return;
	}
	nr = object_elements(f, obj, &base);
	for (u64 i = 0; i < nr; i++) {
		if (((void **)base)[i])
			fn(((void **)base)[i]);
	}
}

static void check_live(struct folio *folio)
{
	fuzz_assert(shim_folio_is_live(folio));
}

static void check_counted(const struct object *o, const struct kstate_field *f, void *obj)
{
	void *base;
	u64 nr = object_elements(f, obj, &base);

	if (f->owner == KSTATE_CALLER)
		fuzz_assert(object_has(o, base));
	else
		fuzz_assert(base || !object_nr(f, obj));
	if (f->kind == KSTATE_KIND_VARBITMAP)
		touch(base, object_words(nr) * sizeof(long));
	else if (f->kind != KSTATE_KIND_FOLIO_ARRAY)
		touch(base, nr * (f->size ?: f->stride));
}

static void check_string(const struct kstate_field *f, const void *member)
{
	const char *str = f->owner == KSTATE_EMBEDDED ? member : *(const char *const *)member;

	if (str)
		fuzz_assert(strnlen(str, f->count) < f->count);
}

static void check_place(const struct kstate_field *f, const void *member)
{
	const void *p = *(const void *const *)member;
	const u8 *linear = p;
	const struct page *page = p;

	if (!p)
		return;
	switch (f->kind) {
	case KSTATE_KIND_FOLIO:
		fuzz_assert(shim_folio_is_live(p));
		break;
	case KSTATE_KIND_VMALLOC:
		fuzz_assert(shim_area(p));
		break;
	case KSTATE_KIND_ADDRESS:
		fuzz_assert(linear >= shim_linear && linear < shim_linear + 4 * PAGE_SIZE);
		break;
	case KSTATE_KIND_PAGE:
		fuzz_assert(page >= shim_pages && page < shim_pages + 4);
		break;
	}
}

static void check_field(const struct object *o, const struct kstate_field *f, void *obj)
{
	void *member = obj + f->offset;

	switch (f->kind) {
	case KSTATE_KIND_POINTER:
		check_pointers(o, member, 1);
		break;
	case KSTATE_KIND_POINTER_ARRAY:
		check_pointers(o, member, f->count);
		break;
	case KSTATE_KIND_VARRAY:
	case KSTATE_KIND_STRUCT_VARRAY:
	case KSTATE_KIND_VARBITMAP:
		check_counted(o, f, obj);
		break;
	case KSTATE_KIND_FOLIO_ARRAY:
		check_counted(o, f, obj);
		each_folio(f, obj, check_live);
		break;
	case KSTATE_KIND_FOLIO_MAP:
		each_folio(f, obj, check_live);
		break;
	case KSTATE_KIND_STRUCT_POINTER:
	case KSTATE_KIND_STRUCT_POINTER_ARRAY:
		if (f->owner == KSTATE_CALLER)
			check_pointers(o, member, f->count);
		break;
	case KSTATE_KIND_STRING:
		check_string(f, member);
		break;
	case KSTATE_KIND_FOLIO:
	case KSTATE_KIND_VMALLOC:
	case KSTATE_KIND_ADDRESS:
	case KSTATE_KIND_PAGE:
		check_place(f, member);
		break;
	}
}

void object_check(const struct object *o)
{
	object_walk(o, check_field);
}

static void (*owned_fn)(struct folio *folio);

static void owns_field(const struct object *o, const struct kstate_field *f, void *obj)
{
	void *p = f->kind == KSTATE_KIND_FOLIO || f->kind == KSTATE_KIND_VMALLOC ?
		*(void **)(obj + f->offset) : NULL;

	if (p)
		owned_fn(f->kind == KSTATE_KIND_FOLIO ? p : shim_area(p));
	else if (f->kind == KSTATE_KIND_FOLIO_MAP || f->kind == KSTATE_KIND_FOLIO_ARRAY)
		each_folio(f, obj, owned_fn);
}

void object_owns(const struct object *o, void (*owned)(struct folio *folio))
{
	owned_fn = owned;
	object_walk(o, owns_field);
}

/* A tree is walked from element to element: none is freed before the last has been met. */
static void free_held(const struct kstate_field *f, void *member)
{
	struct object_cursor c = { .f = f, .member = member };
	void **elems = calloc(f->count, sizeof(*elems));
	u64 nr = 0;

	for (void *elem; f->desc && (elem = object_next(&c));) {
		fuzz_assert(nr < f->count);
		elems[nr++] = elem;
	}
	while (nr)
		shim_free(elems[--nr]);
	free(elems);
	object_drop_held(f, member);
}

static bool has_owner(const struct kstate_field *f)
{
	return object_has_pointers(f) || f->kind == KSTATE_KIND_VARRAY ||
	       f->kind == KSTATE_KIND_STRUCT_VARRAY || f->kind == KSTATE_KIND_FOLIO_ARRAY ||
	       f->kind == KSTATE_KIND_VARBITMAP || f->kind == KSTATE_KIND_STRING;
}

static void free_field(const struct object *o, const struct kstate_field *f, void *obj)
{
	void **p = obj + f->offset;

	if (f->kind == KSTATE_KIND_LIST || object_is_map(f)) {
		free_held(f, p);
	} else if (f->owner == KSTATE_ALLOCATED && has_owner(f)) {
		u64 nr = object_has_pointers(f) ? f->count : 1;

		while (nr--)
			shim_free(p[nr]);
	}
}

void object_empty(const struct object *o)
{
	object_walk(o, free_field);
}

void object_free(struct object *o)
{
	if (!o->nr)
		return;
	object_empty(o);
	object_drop_pieces(o);
}

static bool equal_fields(const struct kstate_description *da, void *a,
			 const struct kstate_description *db, void *b);

static bool equal_bytes(const void *a, const void *b, size_t len)
{
	return !len || !memcmp(a, b, len);
}

static bool equal_bit_range(const unsigned long *a, const unsigned long *b, u64 nr)
{
	for (u64 bit = 0; bit < nr; bit++) {
		if ((a[bit / 64] ^ b[bit / 64]) >> bit % 64 & 1)
			return false;
	}
	return true;
}

static bool equal_folios(void *const *a, void *const *b, u64 nr)
{
	for (u64 i = 0; i < nr; i++) {
		if (a[i] != b[i] && !handover_same(a[i], b[i]))
			return false;
	}
	return true;
}

static bool equal_elements(const struct kstate_field *f, void *a,
			   const struct kstate_field *g, void *b)
{
	void *pa, *pb;
	u64 nr = object_elements(f, a, &pa);

	if (object_elements(g, b, &pb) != nr)
		return false;
	if (f->kind == KSTATE_KIND_VARBITMAP)
		return equal_bit_range(pa, pb, nr);
	if (f->kind == KSTATE_KIND_FOLIO_ARRAY)
		return equal_folios(pa, pb, nr);
	if (!f->desc)
		return equal_bytes(pa, pb, nr * f->size);
	for (u64 i = 0; i < nr; i++) {
		if (!equal_fields(f->desc, pa + i * f->stride, g->desc, pb + i * g->stride))
			return false;
	}
	return true;
}

static bool equal_held(const struct kstate_field *f, void *a, const struct kstate_field *g,
		       void *b)
{
	struct object_cursor c = { .f = f, .member = a }, d = { .f = g, .member = b };
	void *p = object_next(&c), *q = object_next(&d);

	for (; p && q; p = object_next(&c), q = object_next(&d)) {
		if (object_is_map(f) && c.index != d.index)
			return false;
		if (f->desc ? !equal_fields(f->desc, p, g->desc, q) : !equal_folios(&p, &q, 1))
			return false;
	}
	return !p && !q;
}

static bool equal_targets(const struct kstate_field *f, void *const *a,
			  const struct kstate_field *g, void *const *b)
{
	for (u64 i = 0; i < f->count; i++) {
		if (!a[i] != !b[i] || (a[i] && !equal_fields(f->desc, a[i], g->desc, b[i])))
			return false;
	}
	return true;
}

static bool equal_pointers(void *const *a, void *const *b, u64 nr, size_t bytes)
{
	for (u64 i = 0; i < nr; i++) {
		if (!a[i] != !b[i] || (a[i] && !equal_bytes(a[i], b[i], bytes)))
			return false;
	}
	return true;
}

static bool equal_strings(const struct kstate_field *f, const void *a, const void *b)
{
	const char *s = f->owner == KSTATE_EMBEDDED ? a : *(const char *const *)a;
	const char *t = f->owner == KSTATE_EMBEDDED ? b : *(const char *const *)b;

	return !s || !t ? !s == !t : !strncmp(s, t, f->count - 1);
}

/* What the driver would save of it is the same. */
static bool equal_custom(const struct kstate_field *f, const void *a, const void *b)
{
	u8 wire[2][256];
	struct kstate_writer w[2];

	kstate_w_plain(&w[0], wire[0], sizeof(wire[0]));
	kstate_w_plain(&w[1], wire[1], sizeof(wire[1]));
	return !f->custom->save(a, &w[0]) && !f->custom->save(b, &w[1]) &&
	       w[0].pos == w[1].pos && equal_bytes(wire[0], wire[1], w[0].pos);
}

static bool equal_field(const struct kstate_field *f, void *a, const struct kstate_field *g,
			void *b)
{
	void *ma = a + f->offset, *mb = b + g->offset;

	switch (f->kind) {
	case KSTATE_KIND_VALUE:
	case KSTATE_KIND_EQUAL:
		return equal_bytes(ma, mb, f->size * f->count);
	case KSTATE_KIND_POINTER:
		return equal_pointers(ma, mb, 1, f->size * f->count);
	case KSTATE_KIND_POINTER_ARRAY:
		return equal_pointers(ma, mb, f->count, f->size);
	case KSTATE_KIND_LIST:
	case KSTATE_KIND_MAP:
	case KSTATE_KIND_FOLIO_MAP:
		return equal_held(f, ma, g, mb);
	case KSTATE_KIND_STRUCT_POINTER:
	case KSTATE_KIND_STRUCT_POINTER_ARRAY:
		return equal_targets(f, ma, g, mb);
	case KSTATE_KIND_STRING:
		return equal_strings(f, ma, mb);
	case KSTATE_KIND_BITMAP:
		return equal_bit_range(ma, mb, f->count);
	case KSTATE_KIND_CUSTOM:
		return equal_custom(f, a, b);
	case KSTATE_KIND_FOLIO:
	case KSTATE_KIND_VMALLOC:
		return *(void **)ma == *(void **)mb ||
		       handover_same(*(void **)ma, *(void **)mb);
	case KSTATE_KIND_ADDRESS:
	case KSTATE_KIND_PAGE:
		return *(void **)ma == *(void **)mb;
	default:
		return equal_elements(f, a, g, b);
	}
}

static const struct kstate_field *field_named(const struct kstate_description *desc,
					      const char *name)
{
	for (const struct kstate_field *f = desc->fields; f->name; f++) {
		if (object_lives(f) && !strcmp(f->name, name))
			return f;
	}
	return NULL;
}

static bool equal_fields(const struct kstate_description *da, void *a,
			 const struct kstate_description *db, void *b)
{
	for (const struct kstate_field *f = da->fields; f->name; f++) {
		const struct kstate_field *g = object_lives(f) ? field_named(db, f->name) : NULL;

		if (g && !equal_field(f, a, g, b))
			return false;
	}
	return true;
}

static const struct kstate_description *sub_named(const struct kstate_description *desc,
						  const char *name)
{
	for (unsigned int i = 0; i < kstate_desc_nr_subs(desc); i++) {
		if (!strcmp(desc->subsections[i]->name, name))
			return desc->subsections[i];
	}
	return NULL;
}

bool object_equal(const struct object *a, const struct object *b)
{
	if (!equal_fields(a->desc, a->mem, b->desc, b->mem))
		return false;
	for (unsigned int i = 0; i < kstate_desc_nr_subs(a->desc); i++) {
		const struct kstate_description *sub = a->desc->subsections[i];
		const struct kstate_description *other = sub_named(b->desc, sub->name);

		if (!other || (sub->needed && !sub->needed(a->mem)))
			continue;
		if (!equal_fields(sub, a->mem, other, b->mem))
			return false;
	}
	return true;
}
