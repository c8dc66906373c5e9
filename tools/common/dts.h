/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Device tree source, for dtc: a streaming writer. Properties come before nodes, as
 * the language wants it; the caller sees to that.
 *
 * Numbers are cells, those that may have 64 bits two of them, in hex; text is a
 * string, with escapes for what is not printable; bytes are a byte string.
 */

#ifndef TOOLS_DTS_H
#define TOOLS_DTS_H

#include "buf.h"

/* A name of a node, without what makes it unique; longer ones are cut. */
#define DTS_NAME	64

/**
 * struct dts - zero it and set @b before use
 * @depth: open nodes
 * @opened: a node was opened, and nothing is in it yet
 * @values: so far in the property that is open
 */
struct dts {
	struct buf *b;
	unsigned int depth;
	bool opened;
	size_t values;
};

/**
 * struct dts_names - names that are taken among siblings; zero it before use
 * @hashes: of the names, 0 in free slots
 * @nr: how many
 * @size: number of slots, a power of two
 */
struct dts_names {
	uint64_t *hashes;
	size_t nr;
	size_t size;
};

/**
 * dts_name - make any text the legal name of a node
 * @name: %DTS_NAME bytes
 * @p: the text: what is illegal in it becomes "_"
 *
 * Return: false if nothing is left.
 */
bool dts_name(char *name, const void *p, size_t len);

/* Take @name; false if a sibling has it, or memory is short. */
bool dts_names_take(struct dts_names *names, const char *name);
void dts_names_free(struct dts_names *names);

/* @name is legal. */
void dts_open(struct dts *d, const char *name);
void dts_close(struct dts *d);

/* A property without a value. */
void dts_null(struct dts *d, const char *key);

/* Begin a property, then put values into it, and end it. */
void dts_begin(struct dts *d, const char *key);
void dts_end(struct dts *d);

void dts_cell(struct dts *d, uint32_t v, bool hex);
void dts_signed(struct dts *d, int32_t v);
void dts_cells(struct dts *d, uint64_t v);
void dts_text(struct dts *d, const void *p, size_t len);
void dts_bytes(struct dts *d, const void *p, size_t len);

#endif
