/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: field kinds
 *
 * How the payload of a field becomes a node. A kind is added in kinds.c: a
 * function and an entry of the table.
 */

#ifndef KSTD_KINDS_H
#define KSTD_KINDS_H

#include "model.h"
#include "schema.h"

/**
 * struct kstd_payload - a payload stream that is being decoded
 * @ctx: for the error
 * @arena: for nodes
 * @s: what is left of the stream
 * @big: byte order of the producer
 * @page_size: of the producer in bytes; 0 if it is not known
 * @odd: set if a value was decoded but is not what it should be: the error is
 *       in @ctx
 */
struct kstd_payload {
	struct kstd_ctx *ctx;
	struct kstd_arena *arena;
	struct kstd_span s;
	bool big;
	uint32_t page_size;
	bool odd;
};

/**
 * struct kstd_kind - a kind
 * @name: KSTATE_ABI_KINDS
 * @decode: take the field from the stream and add its value to @into as
 *          KSTD_K_VALUE; nothing is added on error
 */
struct kstd_kind {
	const char *name;
	int (*decode)(struct kstd_payload *p, const struct kstd_field *f, struct kstd_node *into);
};

/* NULL if the kind is unknown here. */
const struct kstd_kind *kstd_kind_find(const char *name);

/* Add the elements of @f, which are all of @raw, to @into as KSTD_K_VALUE. */
void kstd_value_put(struct kstd_payload *p, const struct kstd_field *f, struct kstd_span raw,
		    struct kstd_node *into);

#endif
