/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: reading a Flattened Device Tree
 *
 * kstd_fdt_open() has libfdt check the whole tree once. Then a cursor walks the
 * structure block in one pass, whatever the number of siblings; each step is
 * bounds-checked on its own, too.
 */

#ifndef KSTD_FDT_VIEW_H
#define KSTD_FDT_VIEW_H

#include "base/error.h"
#include "base/span.h"

/**
 * struct kstd_fdt - a checked tree
 * @len: its total size by its own header, at most what there is
 * @strct: the structure block
 * @strings: the strings block
 */
struct kstd_fdt {
	size_t len;
	struct kstd_span strct;
	struct kstd_span strings;
};

/* The first bytes of every FDT. */
bool kstd_fdt_magic(const struct kstd_span *blob);

/* The total size that the header gives; 0 if there is no whole header. */
uint32_t kstd_fdt_total(const struct kstd_span *blob);

/**
 * kstd_fdt_open - check a tree
 * @ctx: for the error
 * @blob: starts with the tree, may be longer; aligned to 8
 * @fdt: where to put the result, which refers to the bytes of @blob
 *
 * Return: 0 or -KSTD_INPUT: EMPTY, FOREIGN (no FDT), TRUNCATED, CORRUPT,
 * UNSUPPORTED (a version of the FDT format before 17).
 */
int kstd_fdt_open(struct kstd_ctx *ctx, const struct kstd_span *blob, struct kstd_fdt *fdt);

/* The same without libfdt's check of every node; enough for a look at the root. */
bool kstd_fdt_peek(const struct kstd_span *blob, struct kstd_fdt *fdt);

/**
 * kstd_file_guess - what a file seems to be that is none of ours, by its first bytes
 * @hint: set to what makes it readable, as in "gunzip it first"; NULL if nothing is known to
 *
 * Return: "gzip"; NULL: no idea.
 */
const char *kstd_file_guess(const struct kstd_span *blob, const char **hint);

enum kstd_token {
	KSTD_TOK_BAD,		/* damaged, or the end of the tree */
	KSTD_TOK_NODE,		/* a node begins: the cursor is inside it */
	KSTD_TOK_PROP,
	KSTD_TOK_UP,		/* the node that the cursor was in ends */
};

/**
 * struct kstd_cursor - a place in a structure block
 * @fdt: the tree
 * @s: what is left of the block
 */
struct kstd_cursor {
	const struct kstd_fdt *fdt;
	struct kstd_span s;
};

/**
 * struct kstd_tok - a token of a structure block
 * @type: what it is
 * @name: of the node or property, NUL-terminated
 * @name_len: without NUL
 * @at: offset of the token in the file
 * @value: of the property
 */
struct kstd_tok {
	enum kstd_token type;
	const char *name;
	size_t name_len;
	uint64_t at;
	struct kstd_span value;
};

/* A cursor inside the root node. */
struct kstd_cursor kstd_fdt_root(const struct kstd_fdt *fdt);

/* The next token. */
enum kstd_token kstd_fdt_next(struct kstd_cursor *c, struct kstd_tok *tok);

/* Move past the end of the node that @c is in; false if it does not end. */
bool kstd_fdt_leave(struct kstd_cursor *c);

/* The next child of the node that @c is in; afterwards leave or walk that child. */
bool kstd_fdt_child(struct kstd_cursor *c, struct kstd_tok *tok);

/* The property @name of the node that @c is in; @c does not move. */
bool kstd_fdt_prop(const struct kstd_cursor *c, const char *name, struct kstd_span *value);

/* A property that is exactly one string with its NUL; NULL if it is not. */
const char *kstd_fdt_str(const struct kstd_span *value);

/* CRC-32C over the properties of the node that @c is in, as the kstate ABI has it. */
uint32_t kstd_fdt_crc(uint32_t crc, const struct kstd_cursor *c);

#endif
