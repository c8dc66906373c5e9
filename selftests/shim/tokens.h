/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tokens.h - a tree as a list of its tags, which can be put into any order
 *
 * libfdt only makes trees that make sense. These functions know what a tag is and how
 * long it is, and nothing of nodes, so that a property may come after a child, a node may
 * have two ends, and the like.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <shim/dup.h>

/**
 * struct token - a tag with what belongs to it
 * @tag: FDT_BEGIN_NODE and so on; of what makes no sense, its first four bytes
 * @len: bytes behind the tag, with those that fill up to the next one
 * @bytes: those bytes
 */
struct token {
	u32 tag;
	u32 len;
	u8 *bytes;
};

/**
 * struct tokens - a tree
 * @v: its tags, that of the end included
 * @nr: their number
 * @strings: its strings block
 * @nr_strings: its bytes
 * @version: of the header
 * @last_version: likewise: what the tree is compatible with
 * @boot_cpu: likewise
 * @strings_first: the strings block is before the structure block
 */
struct tokens {
	struct token *v;
	size_t nr;
	u8 *strings;
	size_t nr_strings;
	u32 version;
	u32 last_version;
	u32 boot_cpu;
	bool strings_first;
};

/* False if these bytes have no structure block; then there is nothing to free. */
bool tokens_load(struct tokens *t, const u8 *fdt, size_t len);

/* The tree, from malloc(), and its bytes. */
u8 *tokens_emit(const struct tokens *t, size_t *len);
void tokens_free(struct tokens *t);

/* Copies of nr tokens from another place (or list) before the token at. */
void tokens_insert(struct tokens *t, size_t at, const struct token *from, size_t nr);
void tokens_delete(struct tokens *t, size_t at, size_t nr);

/* The token behind a node that begins at one, and behind a single token otherwise. */
size_t tokens_behind(const struct tokens *t, size_t at);

/* The end of the node that a token is in, or that begins there. */
size_t tokens_end(const struct tokens *t, size_t at);

/* The first node of that name from a token on; nr if there is none. */
size_t tokens_find(const struct tokens *t, size_t at, const char *name);

/* The first property of that name from a token on; nr if there is none. */
size_t tokens_find_prop(const struct tokens *t, size_t at, const char *name);

#endif /* TOKENS_H */
