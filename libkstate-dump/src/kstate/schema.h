/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: the descriptions of an image
 *
 * They are read once, when an image is opened, and found by id by bisection: in a hash
 * table, a hostile image could make all ids collide. The format is in
 * include/linux/kho/abi/kstate.h.
 */

#ifndef KSTD_SCHEMA_H
#define KSTD_SCHEMA_H

#include <linux/kho/abi/kstate.h>

#include "fdt/fdt_view.h"
#include "base/model.h"

struct kstd_kind;
struct kstd_dump;

#define KSTD_UNKNOWN	0xff

/*
 * No struct has as many fields, and no hint has as many names. An image with more is
 * damaged, and reading them all for each element of each list would take too long.
 */
#define KSTD_MAX_FIELDS	4096
#define KSTD_MAX_NAMES	1024

#define X(sym, code, name) KSTD_SIGN_##sym = code,
enum kstd_sign { KSTATE_ABI_SIGNS(X) };
#undef X

#define X(sym, code, name) KSTD_HINT_##sym = code,
enum kstd_hint { KSTATE_ABI_HINTS(X) };
#undef X

/* How an element of a field is decoded; this follows from its sign, size and hint. */
enum kstd_shape {
	KSTD_SHAPE_BYTES,
	KSTD_SHAPE_TEXT,
	KSTD_SHAPE_NUMBER,
	KSTD_SHAPE_BOOL,
	KSTD_SHAPE_ADDRESS,
	KSTD_SHAPE_NS,
	KSTD_SHAPE_FLAGS,
	KSTD_SHAPE_ENUM,
};

/**
 * struct kstd_field - an entry of a field table
 * @name: name of its node; NUL-terminated, as are @type and @kind_name, in the
 *        image itself
 * @sign_name: as @kind_name, as is @hint_name
 * @kind: NULL if it is unknown here
 * @size: bytes of an element
 * @count: elements
 * @until: last version, KSTATE_ABI_NO_UNTIL if there is none
 * @bytes: @size * @count
 * @has_struct_id: @struct_id is valid
 * @struct_id: of the nested description
 * @nested: that description; NULL if the image does not have it
 * @names: entries "<hex value>=<name>" of the hint, NUL-separated
 * @wide: the C type has 64 bits on some machine, as unsigned long does
 * @sign: &enum kstd_sign or %KSTD_UNKNOWN
 * @hint: &enum kstd_hint or %KSTD_UNKNOWN
 * @shape: &enum kstd_shape
 * @simple: the value is a leaf of @bytes, and any bytes are a correct value
 * @node: what every node of the field starts as: the object, its name, kind, type,
 *        and if it is simple its value
 */
struct kstd_field {
	const char *name;
	const char *type;
	const char *kind_name;
	const char *sign_name;
	const char *hint_name;
	const struct kstd_kind *kind;
	uint64_t size;
	uint64_t count;
	uint64_t bytes;
	uint32_t since;
	uint32_t until;
	bool has_struct_id;
	uint32_t struct_id;
	const struct kstd_desc *nested;
	struct kstd_span names;
	uint8_t sign;
	uint8_t hint;
	uint8_t shape;
	bool wide;
	bool simple;
	struct kstd_node node[5];
};

/**
 * struct kstd_desc - a description
 * @name: without "@id", not NUL-terminated; @node with it
 * @at: offset of its node
 * @subs: ids of the subsections that it knows, big-endian cells
 * @refers: a field, or one of a nested description, refers to memory
 * @complete: nothing was missing when it was read
 * @sealed: its checksum is right
 * @fields: @nr_fields of them
 * @height: how deep its streams nest, itself included, as far as was looked
 */
struct kstd_desc {
	const char *name;
	size_t name_len;
	uint32_t id;
	uint32_t version;
	uint32_t min_version;
	uint32_t flags;
	uint64_t fingerprint;
	size_t nr_fields;
	struct kstd_field *fields;
	struct kstd_span subs;
	bool refers;
	bool complete;
	bool sealed;
	unsigned int height;
	uint64_t at;
	const char *node;
	size_t node_len;
};

struct kstd_schema_set {
	struct kstd_arena arena;	/* holds the fields */
	struct kstd_desc *descs;	/* sorted by id */
	size_t nr;
};

/**
 * kstd_schema_read - read and check all descriptions
 * @dump: for defects
 * @where: the "descriptions" node
 * @node: a cursor inside it
 *
 * Return: 0 or -KSTD_ENVIRONMENT (no memory). What is damaged is a defect.
 */
int kstd_schema_read(struct kstd_dump *dump, const struct kstd_where *where,
		     const struct kstd_cursor *node, struct kstd_schema_set *schema);
void kstd_schema_free(struct kstd_schema_set *schema);

/* The description with this id, or NULL. */
const struct kstd_desc *kstd_schema_find(const struct kstd_schema_set *schema, uint32_t id);

#endif
