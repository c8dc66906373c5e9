/* SPDX-License-Identifier: GPL-2.0 */
/* object_priv.h - between object.c and object_walk.c */
#ifndef FUZZ_OBJECT_PRIV_H
#define FUZZ_OBJECT_PRIV_H

/* Whether a field has a member: not a deprecated one. */
static inline bool object_lives(const struct kstate_field *f)
{
	return f->until == KSTATE_ABI_NO_UNTIL;
}

u64 object_nr(const struct kstate_field *f, const void *obj);

/* Elements of a field that has some in a row, and where the first is. */
u64 object_elements(const struct kstate_field *f, const void *obj, void **base);

static inline bool object_is_map(const struct kstate_field *f)
{
	return f->kind == KSTATE_KIND_MAP || f->kind == KSTATE_KIND_FOLIO_MAP;
}

static inline bool object_has_pointers(const struct kstate_field *f)
{
	return f->kind == KSTATE_KIND_STRUCT_POINTER ||
	       f->kind == KSTATE_KIND_STRUCT_POINTER_ARRAY;
}

static inline size_t object_words(u64 bits)
{
	return (bits + 63) / 64;
}

/* object_held.c: what is linked into a list, or at an index of an array. */

struct object_cursor {
	const struct kstate_field *f;
	void *member;
	void *at;
	size_t i;
	u64 index;
};

/* The next element, its index in @index; NULL after the last. */
void *object_next(struct object_cursor *c);

/* An empty container; put an element in, behind the last. */
void object_init_held(const struct kstate_field *f, void *member);
void object_add(const struct kstate_field *f, void *member, u64 index, void *elem);

/* Every link is right; the container alone is freed. */
void object_check_held(const struct kstate_field *f, void *member);
void object_drop_held(const struct kstate_field *f, void *member);

/* Free what restore would have allocated; all pieces. */
void object_empty(const struct object *o);
void object_drop_pieces(struct object *o);

#endif
