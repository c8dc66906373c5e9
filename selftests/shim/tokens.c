// SPDX-License-Identifier: GPL-2.0
/* tokens.c - see tokens.h */

#include <stdlib.h>

#include "tokens.h"

/* As in the Devicetree Specification. */
#define MAGIC		0xd00dfeed
#define TAG_BEGIN	1
#define TAG_END_NODE	2
#define TAG_PROP	3

/* The header's cells. */
enum cell {
	CELL_MAGIC, CELL_TOTAL, CELL_STRUCT, CELL_STRINGS, CELL_RESERVED, CELL_VERSION,
	CELL_LAST_VERSION, CELL_BOOT_CPU, CELL_NR_STRINGS, CELL_NR_STRUCT, NR_CELLS
};

#define RESERVED_BYTES	16	/* an empty map */

static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static u32 cell_at(const u8 *p, size_t i)
{
	return get_unaligned_be32(p + 4 * i);
}

/* Bytes behind a tag, at most left. */
static size_t token_len(const u8 *p, u32 tag, size_t left)
{
	size_t len = 0;

	if (tag == TAG_BEGIN)
		len = padded(strnlen((const char *)p, left) + 1);
	else if (tag == TAG_PROP && left >= 8)
		len = 8 + padded(get_unaligned_be32(p));
	return min(len, left);
}

static void token_add(struct tokens *t, u32 tag, const u8 *bytes, size_t len)
{
	const struct token token = { .tag = tag, .len = len, .bytes = (u8 *)bytes };

	tokens_insert(t, t->nr, &token, 1);
}

static void load_block(struct tokens *t, const u8 *p, size_t left)
{
	while (left >= 4) {
		u32 tag = get_unaligned_be32(p);
		size_t len = token_len(p + 4, tag, left - 4);

		token_add(t, tag, p + 4, len);
		p += 4 + len;
		left -= 4 + len;
	}
}

bool tokens_load(struct tokens *t, const u8 *fdt, size_t len)
{
	size_t block, bytes, strings, nr_strings;

	*t = (struct tokens){};
	if (len < 4 * NR_CELLS || cell_at(fdt, CELL_MAGIC) != MAGIC)
		return false;
	block = cell_at(fdt, CELL_STRUCT);
	bytes = cell_at(fdt, CELL_NR_STRUCT);
	strings = cell_at(fdt, CELL_STRINGS);
	nr_strings = cell_at(fdt, CELL_NR_STRINGS);
	if (block > len || bytes > len - block || strings > len || nr_strings > len - strings)
		return false;
	t->version = cell_at(fdt, CELL_VERSION);
	t->last_version = cell_at(fdt, CELL_LAST_VERSION);
	t->boot_cpu = cell_at(fdt, CELL_BOOT_CPU);
	t->strings_first = strings < block;
	t->nr_strings = nr_strings;
	t->strings = malloc(nr_strings ?: 1);
	memcpy(t->strings, fdt + strings, nr_strings);
	load_block(t, fdt + block, bytes);
	return true;
}

static u8 *put_token(u8 *to, const struct token *token)
{
	put_unaligned_be32(token->tag, to);
	memcpy(to + 4, token->bytes, token->len);
	return to + 4 + token->len;
}

static size_t block_bytes(const struct tokens *t)
{
	size_t bytes = 0;

	for (size_t i = 0; i < t->nr; i++)
		bytes += 4 + t->v[i].len;
	return bytes;
}

u8 *tokens_emit(const struct tokens *t, size_t *len)
{
	size_t start = 4 * NR_CELLS + RESERVED_BYTES, bytes = block_bytes(t);
	size_t block = start + (t->strings_first ? padded(t->nr_strings) : 0);
	size_t strings = t->strings_first ? start : start + bytes;
	const u32 cells[NR_CELLS] = {
		MAGIC, start + bytes + padded(t->nr_strings), block, strings, 4 * NR_CELLS,
		t->version, t->last_version, t->boot_cpu, t->nr_strings, bytes,
	};
	u8 *fdt = calloc(1, cells[CELL_TOTAL]), *p = fdt + block;

	for (size_t i = 0; i < NR_CELLS; i++)
		put_unaligned_be32(cells[i], fdt + 4 * i);
	for (size_t i = 0; i < t->nr; i++)
		p = put_token(p, &t->v[i]);
	memcpy(fdt + strings, t->strings, t->nr_strings);
	*len = cells[CELL_TOTAL];
	return fdt;
}

void tokens_free(struct tokens *t)
{
	tokens_delete(t, 0, t->nr);
	free(t->v);
	free(t->strings);
	*t = (struct tokens){};
}

static struct token token_copy(const struct token *from)
{
	struct token copy = *from;

	copy.bytes = malloc(copy.len ?: 1);
	memcpy(copy.bytes, from->bytes, copy.len);
	return copy;
}

void tokens_insert(struct tokens *t, size_t at, const struct token *from, size_t nr)
{
	struct token *copies = malloc(nr * sizeof(*copies) ?: 1);

	for (size_t i = 0; i < nr; i++)
		copies[i] = token_copy(&from[i]);
	t->v = realloc(t->v, (t->nr + nr) * sizeof(*t->v) ?: 1);
	memmove(t->v + at + nr, t->v + at, (t->nr - at) * sizeof(*t->v));
	memcpy(t->v + at, copies, nr * sizeof(*copies));
	t->nr += nr;
	free(copies);
}

void tokens_delete(struct tokens *t, size_t at, size_t nr)
{
	for (size_t i = at; i < at + nr; i++)
		free(t->v[i].bytes);
	t->nr -= nr;
	if (t->nr > at)
		memmove(t->v + at, t->v + at + nr, (t->nr - at) * sizeof(*t->v));
}

size_t tokens_end(const struct tokens *t, size_t at)
{
	size_t depth = t->v[at].tag == TAG_BEGIN ? 0 : 1;

	for (; at < t->nr; at++) {
		depth += t->v[at].tag == TAG_BEGIN;
		if (t->v[at].tag == TAG_END_NODE && !--depth)
			break;
	}
	return at;
}

size_t tokens_behind(const struct tokens *t, size_t at)
{
	size_t end = t->v[at].tag == TAG_BEGIN ? tokens_end(t, at) : at;

	return end < t->nr ? end + 1 : t->nr;
}

/* A name may lack its end. */
static bool name_is(const u8 *p, size_t len, const char *name)
{
	return len > strlen(name) && !memcmp(p, name, strlen(name) + 1);
}

size_t tokens_find(const struct tokens *t, size_t at, const char *name)
{
	while (at < t->nr && (t->v[at].tag != TAG_BEGIN ||
			      !name_is(t->v[at].bytes, t->v[at].len, name)))
		at++;
	return at;
}

static bool is_prop(const struct tokens *t, const struct token *token, const char *name)
{
	size_t offset;

	if (token->tag != TAG_PROP || token->len < 8)
		return false;
	offset = cell_at(token->bytes, 1);
	return offset < t->nr_strings &&
	       name_is(t->strings + offset, t->nr_strings - offset, name);
}

size_t tokens_find_prop(const struct tokens *t, size_t at, const char *name)
{
	while (at < t->nr && !is_prop(t, &t->v[at], name))
		at++;
	return at;
}
