/* SPDX-License-Identifier: GPL-2.0 */

/*
 * A streaming YAML writer. Parsers of YAML 1.1 and 1.2 read the same: a string that one of them
 * could take for something else is quoted.
 */

#ifndef TOOLS_YAML_H
#define TOOLS_YAML_H

#include "buf.h"

/**
 * struct yaml - zero it and set @b before use
 * @depth: open collections, those in flow style not counted
 * @flow: open collections in flow style
 * @opened: a collection was opened, and nothing is in it yet
 * @item: "- " is in the line already
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
/* Open a collection in one line; collections in it are in that line, too. */
void yaml_open_flow(struct yaml *y, const char *key, char bracket);
/* Close a collection; @bracket is "}" or "]". */
void yaml_close(struct yaml *y, char bracket);

/* Write @text as it is: a value that is no string. */
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
