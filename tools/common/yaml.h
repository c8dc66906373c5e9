/* SPDX-License-Identifier: GPL-2.0 */

/*
 * A streaming YAML writer, with the same meaning for 1.2 and 1.1 parsers: what one
 * of them could take for something other than a string is quoted.
 */

#ifndef TOOLS_YAML_H
#define TOOLS_YAML_H

#include "buf.h"

/**
 * struct yaml - zero it and set @b before use
 * @depth: open collections, those in flow style not counted
 * @flow: open collections in flow style
 * @opened: a collection was opened, and nothing is in it yet
 * @item: the line has "- " already
 */
struct yaml {
	struct buf *b;
	unsigned int depth;
	unsigned int flow;
	bool opened;
	bool item;
};

/* @key is NULL for an element of a list; it is static, and plain. */
void yaml_open(struct yaml *y, const char *key);
/* A collection in one line; so are those within it, however they are opened. */
void yaml_open_flow(struct yaml *y, const char *key, char bracket);
/* @bracket is what flow style ends with, and an empty collection in any style. */
void yaml_close(struct yaml *y, char bracket);

/* A value that is no string, as it is to stand there. */
void yaml_plain(struct yaml *y, const char *key, const char *text);
void yaml_number(struct yaml *y, const char *key, uint64_t v);
void yaml_signed(struct yaml *y, const char *key, int64_t v);

/* Integers as strings, as in JSON. */
void yaml_u64(struct yaml *y, const char *key, uint64_t v);
void yaml_s64(struct yaml *y, const char *key, int64_t v);
void yaml_address(struct yaml *y, const char *key, uint64_t v);

/* A string; bytes that are not UTF-8 become {hex: "..."}. */
void yaml_text(struct yaml *y, const char *key, const void *p, size_t len);

/* {hex: "..."} */
void yaml_bytes(struct yaml *y, const char *key, const void *p, size_t len);

#endif
