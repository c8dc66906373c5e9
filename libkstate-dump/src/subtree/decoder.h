/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: decoders
 *
 * A decoder knows one format of a blob. The table in decoder.c is ordered: the
 * first whose probe accepts a blob decodes it; the last one takes everything.
 */

#ifndef KSTD_DECODER_H
#define KSTD_DECODER_H

#include "base/dump.h"
#include "fdt/fdt_view.h"
#include "kho/refs.h"
#include "memory/blob.h"

/**
 * struct kstd_decoder - a decoder
 * @name: of the format, as "info" shows it
 * @probe: is @blob of this format? Looks at content, and at the name where
 *         content says too little.
 * @details: fill @into, an empty object; an error that it returns becomes a
 *           defect. May be NULL.
 * @refs: add all memory that @blob refers to, as far as the source lets it
 *        follow; not of @blob itself. @where is what it is called, and what
 *        owners begin with (kstd_owner()). An error that it returns becomes a
 *        defect. May be NULL.
 * @opaque: nobody knows what is in it: two of them are compared by their bytes
 */
struct kstd_decoder {
	const char *name;
	bool opaque;
	bool (*probe)(const struct kstd_blob *blob);
	int (*details)(struct kstd_dump *dump, const struct kstd_blob *blob,
		       struct kstd_node *into);
	int (*refs)(struct kstd_dump *dump, const struct kstd_blob *blob,
		    const struct kstd_where *where, struct kstd_refs *refs);
};

/* The decoder of a loaded blob; never NULL. */
const struct kstd_decoder *kstd_decoder_of(const struct kstd_blob *blob);

/* Refuse a lone file that no decoder but the last one knows. */
int kstd_decoder_probe(struct kstd_dump *dump, struct kstd_blob *blob);

extern const struct kstd_decoder kstd_decoder_memblock;
extern const struct kstd_decoder kstd_decoder_luo;
extern const struct kstd_decoder kstd_decoder_metadata;
extern const struct kstd_decoder kstd_decoder_test;

#endif
