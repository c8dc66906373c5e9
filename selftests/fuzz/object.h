/* SPDX-License-Identifier: GPL-2.0 */
/*
 * object.h - objects of any description: filled, compared, checked, freed
 *
 * Everything follows from the field tables, so that a target needs no code for
 * the structs that it describes. What restore allocates comes from shim_alloc(),
 * what a driver has comes from malloc(), each piece by itself, so that ASAN sees
 * an access beyond it.
 */
#ifndef FUZZ_OBJECT_H
#define FUZZ_OBJECT_H

#include <shim/custom.h>

#include "../shim/shim.h"
#include "fuzz.h"

struct object_piece {
	u8 *p;
	u8 *copy;
	size_t len;
};

/**
 * struct object - an object, and what its pointers point to
 * @desc: its description
 * @mem: the object
 * @pieces: @mem and the driver's own memory that it points to
 * @nr: number of @pieces
 */
struct object {
	const struct kstate_description *desc;
	void *mem;
	struct object_piece *pieces;
	unsigned int nr;
};

/* An object that waits to be restored: pointers where a driver has them. */
void object_prepare(struct object *o, const struct kstate_description *desc, size_t bytes);

/* An object that a driver has: anything that its description allows. */
void object_fill(struct object *o, const struct kstate_description *desc, size_t bytes,
		 struct fuzz_in *in);

/* The same object has other contents, and other memory behind its pointers. */
void object_refill(struct object *o, struct fuzz_in *in);

/* Where objects get folios and areas from, which may be NULL. */
extern struct folio *(*object_folio)(void);
extern void *(*object_area)(void);

/* Remember all bytes of an object; whether they are as they were. */
void object_remember(struct object *o);
bool object_unchanged(const struct object *o);

/* Every pointer is one, every number is within its maximum, every list is whole. */
void object_check(const struct object *o);

/*
 * What both descriptions have, subsections included, is equal; a subsection that
 * is not needed is not compared.
 */
bool object_equal(const struct object *a, const struct object *b);

/* Call for each folio and area that the object owns. */
void object_owns(const struct object *o, void (*owned)(struct folio *folio));

/* All but folios and areas, which belong to the machine. */
void object_free(struct object *o);

#endif /* FUZZ_OBJECT_H */
