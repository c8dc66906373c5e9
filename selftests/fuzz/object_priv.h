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

/* Free what restore would have allocated; all pieces. */
void object_empty(const struct object *o);
void object_drop_pieces(struct object *o);

#endif
