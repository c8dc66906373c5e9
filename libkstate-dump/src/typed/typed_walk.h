/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/* Going through a struct by its type; between typed_walk.c and its users. */

#ifndef KSTD_TYPED_WALK_H
#define KSTD_TYPED_WALK_H

#include "typed/typed.h"

#define KSTD_TYPED_PATH		192
#define KSTD_TYPED_NAME		128

/**
 * struct kstd_typed_value - a value of a struct
 * @path: its place in the struct, as "hdr.count", "items[3].bdf"
 * @type: its type, for people
 * @offset: bytes from the start of the struct
 * @value: as text; NULL: it is not known
 */
struct kstd_typed_value {
	const char *path;
	const char *type;
	uint64_t offset;
	const char *value;
};

/**
 * struct kstd_typed_link - what a struct leads to
 * @path: the member that does
 * @type: of what is there; @type.btf is NULL if nobody says it
 * @name: of that
 * @nr: how many of them one after the other; chains have any number
 * @form: one or an array at @pa, a chain of blocks that begins at @pa, or in an area, whose
 *        descriptor is in @area (16 bytes)
 */
struct kstd_typed_link {
	const char *path;
	struct kstd_type_at type;
	const char *name;
	uint64_t nr;
	enum { KSTD_LINK_AT, KSTD_LINK_BLOCKS, KSTD_LINK_AREA } form;
	uint64_t pa;
	struct kstd_span area;
};

/**
 * struct kstd_typed_visit - who gets what is found; @value and @link may be NULL
 * @arena: holds texts that are handed to them
 */
struct kstd_typed_visit {
	void (*value)(void *arg, const struct kstd_typed_value *v);
	void (*link)(void *arg, const struct kstd_typed_link *l);
	void *arg;
	struct kstd_arena *arena;
};

/* Is the machine whose types these are big-endian? */
bool kstd_typed_big(const struct kstd_type_at *type);

/**
 * kstd_typed_bytes - how many bytes a struct has, with the array at its end
 * @head: its first @t->bytes bytes
 *
 * Return: @t->bytes, too, if nobody says how many elements the array has: the walk reports it.
 */
uint64_t kstd_typed_bytes(struct kstd_dump *dump, const struct kstd_type_at *t,
			  const struct kstd_span *head);

/**
 * kstd_typed_walk - go through @nr structs, one after the other in @s
 * @where: what cannot be known is reported there
 */
void kstd_typed_walk(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_type_at *type, const struct kstd_span *s, uint64_t nr,
		     const struct kstd_typed_visit *visit);

#endif
