/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gen.h - descriptions, made up from the input
 *
 * A generated struct starts with GEN_HIDDEN bytes that no field has: a custom
 * field saves them. Nested structs follow the same rule.
 */
#ifndef FUZZ_GEN_H
#define FUZZ_GEN_H

#include <shim/custom.h>

#include "../shim/shim.h"
#include "fuzz.h"

#define GEN_FIELDS	8
#define GEN_DESCS	48
#define GEN_HIDDEN	16

/**
 * struct gen_desc - a description with all that it consists of
 * @desc: the description
 * @fields: its table, which ends as tables do
 * @names: names of its fields
 * @name: its own
 * @subs: its subsections
 * @nr: number of @fields
 * @bytes: of the struct
 */
struct gen_desc {
	struct kstate_description desc;
	struct kstate_field fields[GEN_FIELDS + 2];
	char names[GEN_FIELDS + 2][40];
	char name[40];
	const struct kstate_description *subs[4];
	size_t nr;
	size_t bytes;
};

/**
 * struct gen - what has been made up for one input
 * @in: what decides
 * @descs: the descriptions
 * @nr: their number
 * @odd: one of them has something that may make no sense
 */
struct gen {
	struct fuzz_in *in;
	struct gen_desc *descs[GEN_DESCS];
	unsigned int nr;
	bool odd;
};

/* A description that makes sense; with subsections of the same object if subs. */
struct gen_desc *gen_desc(struct gen *g, bool subs);

/* Make something odd in it. */
void gen_spoil(struct gen *g, struct gen_desc *d);

/* The same description in another version of the driver, or one that claims to be. */
struct gen_desc *gen_evolve(struct gen *g, const struct gen_desc *from);

void gen_free(struct gen *g);

#endif /* FUZZ_GEN_H */
