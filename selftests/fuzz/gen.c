// SPDX-License-Identifier: GPL-2.0
/* gen.c - descriptions that make sense */

#include <stdio.h>
#include <stdlib.h>

#include "gen.h"
#include "gen_priv.h"

/* Structs that are larger get no more structs. */
#define GEN_BYTES_MAX	4096

static int custom_save(const void *obj, struct kstate_writer *w)
{
	kstate_put(w, obj, (*(const u8 *)obj & 15) + 1);
	return 0;
}

static int custom_check(const void *obj, const void *data, size_t len)
{
	return len && len == (*(const u8 *)data & 15) + 1u ? 0 : -EINVAL;
}

static void custom_apply(void *obj, const void *data, size_t len)
{
	memcpy(obj, data, len);
}

static const struct kstate_custom custom = { custom_save, custom_check, custom_apply };

static const struct kstate_hint_name hint_names[] = {
	{ 1, "one" }, { 0x10, "sixteen" }, { ~0ULL, "all" }, {}
};

struct gen_desc *gen_new(struct gen *g)
{
	struct gen_desc *d = calloc(1, sizeof(*d));

	g->descs[g->nr++] = d;
	d->desc.name = d->name;
	d->desc.fields = d->fields;
	d->desc.id = 0x100 + g->nr;
	snprintf(d->name, sizeof(d->name), "d%u", g->nr);
	return d;
}

static bool may_nest(const struct gen *g, unsigned int depth)
{
	return g->nr < GEN_DESCS / 2 && depth < 3;
}

/* Room in the struct; returns its offset. */
static size_t room(struct gen_desc *d, size_t bytes)
{
	size_t offset = d->bytes;

	d->bytes = (d->bytes + bytes + 7) & ~(size_t)7;
	return offset;
}

static struct gen_desc *fill_desc(struct gen *g, unsigned int depth, bool allocated);

static const struct gen_desc *nested(struct gen *g, struct kstate_field *f, unsigned int depth,
				     bool allocated)
{
	const struct gen_desc *inner = fill_desc(g, depth + 1, allocated);

	f->desc = &inner->desc;
	f->size = 0;
	f->stride = inner->bytes;
	return inner;
}

static void make_counted(struct gen *g, struct gen_desc *d, struct kstate_field *f, bool allocated)
{
	static const u8 sizes[] = { 1, 2, 4, 8 };

	f->nr_size = sizes[fuzz_below(g->in, 4)];
	f->nr_signed = f->nr_size > 1 && fuzz_one_in(g->in, 4);
	f->nr_offset = room(d, 8);
	f->owner = fuzz_below(g->in, 3);
	if (allocated && f->owner == KSTATE_CALLER)
		f->owner = KSTATE_EMBEDDED;
}

static void make_plain(struct gen *g, struct kstate_field *f)
{
	f->size = 1 << fuzz_below(g->in, 4);
	f->stride = f->size;
	f->count = 1 + fuzz_below(g->in, 4);
	f->sign = fuzz_below(g->in, 5);
}

static size_t array_bytes(const struct kstate_field *f)
{
	return f->owner == KSTATE_EMBEDDED ? f->count * f->stride : sizeof(void *);
}

static bool is_pointer(const struct kstate_field *f)
{
	return f->kind == KSTATE_KIND_STRUCT_POINTER ||
	       f->kind == KSTATE_KIND_STRUCT_POINTER_ARRAY;
}

static void make_map(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	bool idr = f->kind == KSTATE_KIND_MAP && fuzz_below(g->in, 2);

	f->container = idr ? KSTATE_IN_IDR : KSTATE_IN_XARRAY;
	f->base = idr ? fuzz_below(g->in, 3) : 0;
	f->xa_flags = !idr && fuzz_below(g->in, 2) ? XA_FLAGS_ALLOC : 0;
	f->offset = room(d, sizeof(struct idr));
}

/* Folios and pages, in an array or at indices. */
static void make_folios(struct gen *g, struct gen_desc *d, struct kstate_field *f, bool allocated)
{
	f->size = KSTATE_FOLIO_BYTES;
	f->count = 1 + fuzz_below(g->in, 4);
	f->flags = fuzz_below(g->in, 2) ? KSTATE_FIELD_PAGE : 0;
	if (f->kind == KSTATE_KIND_FOLIO_MAP) {
		make_map(g, d, f);
		return;
	}
	f->stride = sizeof(void *);
	if (fuzz_below(g->in, 2))
		make_counted(g, d, f, allocated);
	f->offset = room(d, array_bytes(f));
}

static void make_bits(struct gen *g, struct gen_desc *d, struct kstate_field *f, bool allocated)
{
	f->size = sizeof(long);
	f->count = 1 + fuzz_below(g->in, 120);
	f->sign = KSTATE_SIGN_UNSIGNED;
	make_counted(g, d, f, allocated);
	f->offset = room(d, f->owner == KSTATE_EMBEDDED ? (f->count + 63) / 64 * 8 : sizeof(void *));
}

/*
 * Where elements are made up, so are their keys: in a tree all are equal, and stay in the
 * order in which they were put in.
 */
static bool never_less(struct rb_node *a, const struct rb_node *b)
{
	return false;
}

void gen_linked(struct gen *g, struct kstate_field *f)
{
	static const u8 containers[] = {
		KSTATE_IN_LIST, KSTATE_IN_HLIST, KSTATE_IN_RBTREE, KSTATE_IN_RBTREE_CACHED,
	};

	f->container = containers[fuzz_below(g->in, sizeof(containers))];
	f->less = f->container == KSTATE_IN_RBTREE || f->container == KSTATE_IN_RBTREE_CACHED ?
		  never_less : NULL;
}

/* Kinds with structs in them. */
static void make_nested(struct gen *g, struct gen_desc *d, struct kstate_field *f,
			unsigned int depth, bool allocated)
{
	f->count = f->kind == KSTATE_KIND_STRUCT || f->kind == KSTATE_KIND_STRUCT_POINTER ? 1 :
		   1 + fuzz_below(g->in, 3);
	if (f->kind == KSTATE_KIND_STRUCT_VARRAY)
		make_counted(g, d, f, allocated);
	if (f->kind == KSTATE_KIND_LIST || f->kind == KSTATE_KIND_MAP)
		f->owner = KSTATE_ALLOCATED;
	if (is_pointer(f))
		f->owner = allocated || fuzz_below(g->in, 2) ? KSTATE_ALLOCATED : KSTATE_CALLER;
	nested(g, f, depth, allocated || f->owner == KSTATE_ALLOCATED);
	if (f->kind == KSTATE_KIND_LIST) {
		gen_linked(g, f);
		f->link = f->stride;
		f->stride += GEN_LINK_BYTES;
		f->offset = room(d, GEN_HEAD_BYTES);
	} else if (f->kind == KSTATE_KIND_MAP) {
		make_map(g, d, f);
	} else if (is_pointer(f)) {
		f->offset = room(d, f->count * sizeof(void *));
	} else {
		f->offset = room(d, array_bytes(f));
	}
}

/* Kinds of one fixed size. */
static void make_place(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	static const u8 sizes[] = {
		[KSTATE_KIND_FOLIO] = KSTATE_FOLIO_BYTES, [KSTATE_KIND_ADDRESS] = 8,
		[KSTATE_KIND_PAGE] = 8, [KSTATE_KIND_VMALLOC] = KSTATE_VMALLOC_BYTES,
		[KSTATE_KIND_CUSTOM] = 0,
	};

	f->size = sizes[f->kind];
	f->count = 1;
	f->offset = f->kind == KSTATE_KIND_CUSTOM ? 0 : room(d, sizeof(void *));
	if (f->kind == KSTATE_KIND_CUSTOM)
		f->custom = &custom;
}

static void make_string(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	f->size = 1;
	f->count = 1 + fuzz_below(g->in, 20);
	f->stride = 1;
	f->sign = KSTATE_SIGN_CHAR;
	f->owner = fuzz_below(g->in, 2) ? KSTATE_ALLOCATED : KSTATE_EMBEDDED;
	f->offset = room(d, array_bytes(f));
}

static void make_array(struct gen *g, struct gen_desc *d, struct kstate_field *f, bool allocated)
{
	make_plain(g, f);
	switch (f->kind) {
	case KSTATE_KIND_VARRAY:
		make_counted(g, d, f, allocated);
		f->offset = room(d, array_bytes(f));
		break;
	case KSTATE_KIND_POINTER_ARRAY:
		f->stride = sizeof(void *);
		f->offset = room(d, f->count * sizeof(void *));
		break;
	case KSTATE_KIND_POINTER:
		f->offset = room(d, sizeof(void *));
		break;
	case KSTATE_KIND_BITMAP:
		f->size = sizeof(long);
		f->count = 1 + fuzz_below(g->in, 130);
		f->offset = room(d, (f->count + 63) / 64 * 8);
		break;
	default:
		/* Now and then more than stays in the tree. */
		if (f->kind == KSTATE_KIND_VALUE && fuzz_one_in(g->in, 64))
			f->count = KSTATE_INLINE_MAX / f->size + 1;
		f->offset = room(d, f->size * f->count);
	}
}

/* A kind that is allowed there. */
static u8 any_kind(struct gen *g, const struct gen_desc *d, unsigned int depth, bool allocated)
{
	u8 kind = 1 + fuzz_below(g->in, KSTATE_KIND_VARBITMAP);
	unsigned int flags = kstate_type_of(kind)->flags;
	bool bad = (allocated && flags & KSTATE_TYPE_LIVE) ||
		   (flags & KSTATE_TYPE_NESTED &&
		    (!may_nest(g, depth) || d->bytes > GEN_BYTES_MAX));

	return bad ? KSTATE_KIND_VALUE : kind;
}

void gen_field(struct gen *g, struct gen_desc *d, unsigned int depth, bool allocated)
{
	struct kstate_field *f = &d->fields[d->nr];

	*f = (struct kstate_field){ .name = d->names[d->nr], .type = "made up" };
	snprintf(d->names[d->nr], sizeof(d->names[0]), "f%zu", d->nr);
	d->nr++;
	f->until = KSTATE_ABI_NO_UNTIL;
	f->since = fuzz_one_in(g->in, 4) ? fuzz_below(g->in, d->desc.version_id + 1) : 0;
	f->kind = any_kind(g, d, depth, allocated);
	f->hint = fuzz_one_in(g->in, 4) ? fuzz_below(g->in, KSTATE_HINT_ENUM + 1) : 0;
	if (f->hint >= KSTATE_HINT_FLAGS)
		f->names = hint_names;
	if (kstate_type_of(f->kind)->flags & KSTATE_TYPE_NESTED)
		make_nested(g, d, f, depth, allocated);
	else if (f->kind == KSTATE_KIND_STRING)
		make_string(g, d, f);
	else if (f->kind == KSTATE_KIND_FOLIO_MAP || f->kind == KSTATE_KIND_FOLIO_ARRAY)
		make_folios(g, d, f, allocated);
	else if (f->kind == KSTATE_KIND_VARBITMAP)
		make_bits(g, d, f, allocated);
	else if (kstate_type_of(f->kind)->element && f->kind != KSTATE_KIND_BITMAP)
		make_place(g, d, f);
	else if (f->kind == KSTATE_KIND_CUSTOM)
		make_place(g, d, f);
	else
		make_array(g, d, f, allocated);
	if (d->desc.version_id && fuzz_one_in(g->in, 8))
		gen_deprecate(g, d, f);
}

/* What is left of a field when it is deprecated. */
void gen_deprecate(struct gen *g, struct gen_desc *d, struct kstate_field *f)
{
	f->until = fuzz_below(g->in, d->desc.version_id);
	f->since = 0;
	f->desc = NULL;
	f->custom = NULL;
	f->less = NULL;
	f->offset = f->stride = f->nr_offset = f->link = 0;
	f->nr_size = f->owner = f->container = f->flags = 0;
	f->nr_signed = false;
}

static struct gen_desc *fill_desc(struct gen *g, unsigned int depth, bool allocated)
{
	struct gen_desc *d = gen_new(g);
	unsigned int nr = 1 + fuzz_below(g->in, GEN_FIELDS);

	d->bytes = GEN_HIDDEN;
	d->desc.version_id = fuzz_below(g->in, 4);
	d->desc.min_version_id = fuzz_below(g->in, d->desc.version_id + 1);
	while (nr--)
		gen_field(g, d, depth, allocated);
	return d;
}

static bool is_needed(const void *obj)
{
	return *(const u8 *)obj & 1;
}

struct gen_desc *gen_desc(struct gen *g, bool subs)
{
	struct gen_desc *d = fill_desc(g, 0, false);
	unsigned int nr = subs ? fuzz_below(g->in, 4) : 0;

	d->desc.flags = fuzz_below(g->in, 2) | KSTATE_STABLE;
	for (unsigned int i = 0; i < nr && may_nest(g, 0); i++) {
		struct gen_desc *sub = gen_new(g);

		sub->bytes = d->bytes;
		sub->desc.version_id = fuzz_below(g->in, 3);
		sub->desc.needed = fuzz_below(g->in, 2) ? is_needed : NULL;
		gen_field(g, sub, 0, false);
		gen_field(g, sub, 0, false);
		d->bytes = sub->bytes;
		d->subs[i] = &sub->desc;
	}
	d->desc.subsections = d->subs[0] ? d->subs : NULL;
	return d;
}

void gen_free(struct gen *g)
{
	while (g->nr)
		free(g->descs[--g->nr]);
}
