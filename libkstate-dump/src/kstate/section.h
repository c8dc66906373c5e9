/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: sections
 *
 * A section is read from the tree (kstd_section_read()), checked, and made into
 * a node (kstd_section_put(), kstd_table_row_put()). kstd_walk goes over all sections
 * of all images: first those of the tree, with what the table says about each,
 * then those that only the table has.
 */

#ifndef KSTD_SECTION_H
#define KSTD_SECTION_H

#include "kstate/image.h"
#include "kstate/section_dups.h"

/* Levels of subsections in subsections. */
#define KSTD_MAX_NESTING	8

/**
 * struct kstd_section - a section or subsection as the tree has it
 * @node: name of its node
 * @name_len: of its name, which @node starts with
 * @instance: of the node's name; for a subsection, of its section
 * @at: offset of the node
 * @desc: NULL if the image has no such description
 * @has_header: the five that follow are valid
 * @has_data: there is a payload in the tree
 * @has_extents: there is one outside
 * @extents: whole pairs of address and size, of a payload outside the tree
 * @extent_bytes: sum of their sizes
 * @has_payload: @payload is valid: it is in the tree, or kstd_section_load() did it
 * @lost: errno, 0 if it was saved
 * @withdrawn: ns since 1970, realtime: its object was unregistered then, after it had been
 *             saved; 0 if it was not
 * @inside: a cursor inside the node
 * @nr_subs: number of subsections
 */
struct kstd_section {
	const char *node;
	size_t node_len;
	size_t name_len;
	uint64_t instance;
	uint64_t at;
	const struct kstd_desc *desc;
	bool has_header;
	uint32_t id;
	uint64_t header_instance;
	uint32_t version;
	uint32_t crc;
	uint64_t duration;
	bool has_data;
	bool has_extents;
	struct kstd_span extents;
	uint64_t extent_bytes;
	bool has_payload;
	struct kstd_span payload;
	uint32_t lost;
	uint64_t withdrawn;
	struct kstd_cursor inside;
	size_t nr_subs;
};

enum kstd_crc_state {
	KSTD_CRC_OK,
	KSTD_CRC_BAD,
	KSTD_CRC_UNCHECKED,	/* the payload or the description is missing */
	KSTD_CRC_NONE,		/* there is no payload */
};

/**
 * kstd_section_read - read a section and move past it
 * @image: the image
 * @where: its place
 * @c: a cursor inside the node, which is moved past its end
 * @tok: the token of the node
 * @parent: of a subsection, its section; else NULL
 */
void kstd_section_read(struct kstd_image *image, const struct kstd_where *where,
		       struct kstd_cursor *c, const struct kstd_tok *tok,
		       const struct kstd_section *parent, struct kstd_section *s);

/**
 * kstd_section_load - have the payload
 * @a: holds it if it is not in the tree
 * @summary: the payload itself is not shown: if the source does not have it, that is a
 *           note and no defect
 */
void kstd_section_load(struct kstd_image *image, struct kstd_arena *a,
		       const struct kstd_where *where, struct kstd_section *s, bool summary);

/* Check the checksum; a wrong one is a defect. */
enum kstd_crc_state kstd_section_crc(struct kstd_image *image, const struct kstd_where *where,
				     const struct kstd_section *s);

/**
 * kstd_section_put - make a node
 * @a: for the node
 * @row: its row in the table, or NULL
 * @summary: no fields, no subsections
 * @field: only this field, subsection, or subsection's field; empty for all
 *
 * Return: the node; NULL if memory is short or @field is not in the section.
 */
struct kstd_node *kstd_section_put(struct kstd_image *image, struct kstd_arena *a,
				   const struct kstd_where *where, struct kstd_section *s,
				   const struct kstd_table_row *row, bool summary,
				   struct kstd_span field);

/**
 * struct kstd_section_form - a node that is filled with the values of one section after another
 * @arena: holds the node and all below it
 * @section: the node; NULL if it cannot be filled again
 * @summary: it has no fields; else:
 * @desc: of its section
 * @version: of its section
 * @bytes: of the payload
 *
 * Zero it before use. Most sections of an image differ from the one before in values alone.
 */
struct kstd_section_form {
	struct kstd_arena arena;
	struct kstd_formed *section;
	bool summary;
	const struct kstd_desc *desc;
	uint32_t version;
	uint64_t bytes;
};

/**
 * kstd_section_fill - the same as kstd_section_put(), of all fields
 * @a: for what is needed besides the node
 *
 * Return: the node, which lives until the next call; NULL if memory is short.
 */
struct kstd_node *kstd_section_fill(struct kstd_section_form *form, struct kstd_image *image,
				    struct kstd_arena *a, const struct kstd_where *where,
				    struct kstd_section *s, const struct kstd_table_row *row,
				    bool summary);
void kstd_section_form_end(struct kstd_section_form *form);

/* As kstd_section_put(), for a section that only the table has. */
struct kstd_node *kstd_table_row_put(struct kstd_image *image, struct kstd_arena *a,
				     const struct kstd_table_row *row, bool summary);

/**
 * struct kstd_walk - a place among all sections
 * @image: NULL after the last
 * @shard: NULL after the last shard, when the table follows
 * @c: inside the shard's "sections"
 * @nr: sections of the shard so far
 * @twins: the search for sections that the image has twice
 * @alone: it ends with its image, and its @match stays
 * @short_of: memory was short, which is a defect: sections of the table are left out, or
 *            duplicates are not found
 * @work: counted in sections of images; the caller of the walk may set its @what
 */
struct kstd_walk {
	struct kstd_image *image;
	struct kstd_shard *shard;
	struct kstd_cursor c;
	uint64_t nr;
	struct kstd_table_walk match;
	struct kstd_section_dups twins;
	bool alone;
	bool short_of;
	struct kstd_work work;
};

/**
 * struct kstd_step - what kstd_walk_next() came to
 * @section: only if @in_tree
 * @before: only if @in_tree: a cursor before the node of the section
 * @row: only if @in_table
 * @where: its place; @up is where it is in
 */
struct kstd_step {
	struct kstd_image *image;
	bool in_tree;
	bool in_table;
	struct kstd_section section;
	struct kstd_cursor before;
	struct kstd_table_row row;
	struct kstd_where file;
	struct kstd_where up;
	struct kstd_where where;
};

void kstd_walk_begin(struct kstd_walk *walk, struct kstd_dump *dump);
/* The same from @image on. */
void kstd_walk_image(struct kstd_walk *walk, struct kstd_image *image);
/* False after the last, or if the work was cancelled. */
bool kstd_walk_next(struct kstd_walk *walk, struct kstd_step *step);
void kstd_walk_end(struct kstd_walk *walk);

#endif
