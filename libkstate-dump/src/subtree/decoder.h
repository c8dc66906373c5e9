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

/**
 * struct kstd_decoder - a decoder
 * @name: of the format, as "info" shows it
 * @is_kstate: kstd_images() opens it
 * @is_root: kstd_kho_root_open() opens it
 * @probe: is @blob of this format? Looks at content, and at the name where
 *         content says too little.
 * @details: fill @into, an empty object; an error that it returns becomes a
 *           defect. May be NULL.
 * @refs: tell of all memory that @blob refers to, as far as the source lets it
 *        follow; not of @blob itself. @where is what it is called, and what
 *        owners begin with (kstd_owner()). An error that it returns becomes a
 *        defect. May be NULL.
 */
struct kstd_decoder {
	const char *name;
	bool is_kstate;
	bool is_root;
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

/* The compatible string of an FDT's root; NULL if it is no FDT or has none. */
const char *kstd_decoder_compatible(const struct kstd_blob *blob);

extern const struct kstd_decoder kstd_decoder_memblock;
extern const struct kstd_decoder kstd_decoder_luo;
extern const struct kstd_decoder kstd_decoder_metadata;
extern const struct kstd_decoder kstd_decoder_test;

/**
 * kstd_native_vote - guess the byte order of a native-endian u64
 * @raw: eight bytes
 *
 * KHO says nowhere in which order it writes. Add up the votes of many values.
 *
 * Return: negative for little, positive for big, 0 undecided.
 */
int kstd_native_vote(const struct kstd_span *raw);

/* A native-endian u64 property of exactly eight bytes. */
bool kstd_native_u64(const struct kstd_cursor *node, const char *prop, bool big, uint64_t *v,
		     uint64_t *at);

#endif
