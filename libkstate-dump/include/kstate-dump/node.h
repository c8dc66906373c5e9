/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: nodes
 *
 * The tree of typed values that everything is presented as. A part of
 * kstate-dump.h, which is the header to include.
 */

#ifndef KSTATE_DUMP_NODE_H
#define KSTATE_DUMP_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_node;	/* a typed value: a leaf, an object or a list */

/* The offset of something that has none. */
#define KSTD_NO_OFFSET	UINT64_MAX

/* The length of a list that is not known. */
#define KSTD_NO_COUNT	UINT64_MAX

/**
 * enum kstd_type - what a node is
 * @KSTD_NULL: nothing: a pointer that was NULL, a thing that is not known
 * @KSTD_OBJECT: named nodes
 * @KSTD_LIST: unnamed nodes
 * @KSTD_BOOL: kstd_node_u64() is 0 or 1
 * @KSTD_U32: an unsigned integer of up to 32 bits
 * @KSTD_S32: a signed integer of up to 32 bits
 * @KSTD_U64: an unsigned integer of a type that may have 64 bits
 * @KSTD_S64: a signed integer of a type that may have 64 bits
 * @KSTD_ADDRESS: a physical address or anything else that is read in hex
 * @KSTD_SIZE: a number of bytes
 * @KSTD_NS: a duration in nanoseconds
 * @KSTD_TEXT: characters; not always valid UTF-8, not NUL-terminated
 * @KSTD_BYTES: opaque bytes
 *
 * The type depends on what a thing is, never on its value; %KSTD_NULL apart.
 *
 * Since: 0.1
 */
enum kstd_type {
	KSTD_NULL,
	KSTD_OBJECT,
	KSTD_LIST,
	KSTD_BOOL,
	KSTD_U32,
	KSTD_S32,
	KSTD_U64,
	KSTD_S64,
	KSTD_ADDRESS,
	KSTD_SIZE,
	KSTD_NS,
	KSTD_TEXT,
	KSTD_BYTES,
};

/**
 * enum kstd_style - how text output had best show a node
 * @KSTD_STYLE_NONE: as its type suggests
 * @KSTD_STYLE_TREE: object: a line for each member
 * @KSTD_STYLE_INLINE: object or list: all in one line
 * @KSTD_STYLE_BLOCK: object: a headline of its leaves, its lists below
 * @KSTD_STYLE_TABLE: list of objects: a table with a heading
 * @KSTD_STYLE_ROWS: list of objects: a table without
 * @KSTD_STYLE_NESTED: object: its leaves in its own line, its lists below;
 *                     list of objects: how many, then numbered below
 * @KSTD_STYLE_SET: list: in one line, in braces
 * @KSTD_STYLE_FLAGS: list: in one line, "|" between elements
 * @KSTD_STYLE_HEX: number: in hex
 * @KSTD_STYLE_QUOTED: text: in quotation marks
 * @KSTD_STYLE_TIME: number: nanoseconds since the epoch
 * @KSTD_STYLE_UNKNOWN: null: there is a value, and it could not be decoded
 * @KSTD_STYLE_HIDDEN: not at all; it is for programs, or shown elsewhere
 * @KSTD_STYLE_HEXDUMP: list of objects: their "data" in lines of 16 bytes, after
 *                      "offset" and "address" or "file_offset", before "field"
 * @KSTD_STYLE_BARE: object: only its member "value", by kstd_node_bare(), without
 *                   quotation marks and units
 * @KSTD_STYLE_LONG: list of objects: a table of which the first rows will do
 * @KSTD_STYLE_COUNT: number: how many there are of something, as "1,010" for people
 *
 * Since: 0.1
 */
enum kstd_style {
	KSTD_STYLE_NONE,
	KSTD_STYLE_TREE,
	KSTD_STYLE_INLINE,
	KSTD_STYLE_BLOCK,
	KSTD_STYLE_TABLE,
	KSTD_STYLE_ROWS,
	KSTD_STYLE_NESTED,
	KSTD_STYLE_SET,
	KSTD_STYLE_FLAGS,
	KSTD_STYLE_HEX,
	KSTD_STYLE_QUOTED,
	KSTD_STYLE_TIME,
	KSTD_STYLE_UNKNOWN,
	KSTD_STYLE_HIDDEN,
	KSTD_STYLE_HEXDUMP,
	KSTD_STYLE_BARE,
	KSTD_STYLE_LONG,
	KSTD_STYLE_COUNT,
};

/**
 * kstd_node_name - the name that a node has in its object
 * @node: the node
 *
 * Return: a static string, NULL for an element of a list.
 * Since: 0.1
 */
const char *kstd_node_name(const struct kstd_node *node);

/**
 * kstd_node_label - the name for people: a column heading, a line's label
 * @node: the node
 *
 * Return: a static string, NULL for an element of a list.
 * Since: 0.1
 */
const char *kstd_node_label(const struct kstd_node *node);

/**
 * kstd_node_phrase - how the value reads in a line of text
 * @node: the node
 *
 * Return: a static string in which "%" is the place of the value. It begins with the
 * separator from the text before it, as in ", crc %". NULL if there is none.
 * Since: 0.1
 */
const char *kstd_node_phrase(const struct kstd_node *node);

/**
 * kstd_node_type - the type of a node
 * @node: the node
 *
 * Since: 0.1
 */
enum kstd_type kstd_node_type(const struct kstd_node *node);

/**
 * kstd_node_style - the style of a node
 * @node: the node
 *
 * Since: 0.1
 */
enum kstd_style kstd_node_style(const struct kstd_node *node);

/**
 * kstd_node_u64 - the value of a bool, unsigned number, address, size, duration
 * @node: the node
 *
 * Return: the value, 0 for other types.
 * Since: 0.1
 */
uint64_t kstd_node_u64(const struct kstd_node *node);

/**
 * kstd_node_s64 - the value of a signed number
 * @node: the node
 *
 * Return: the value, 0 for other types.
 * Since: 0.1
 */
int64_t kstd_node_s64(const struct kstd_node *node);

/**
 * kstd_node_mem - the value of text or bytes
 * @node: the node
 * @len: where to put the number of bytes
 *
 * Return: the bytes, which live as long as the node; NULL for other types.
 * Since: 0.1
 */
const void *kstd_node_mem(const struct kstd_node *node, size_t *len);

/**
 * kstd_node_offset - the offset of the value in its file
 * @node: the node
 *
 * Return: bytes from the start of the file, or %KSTD_NO_OFFSET.
 * Since: 0.1
 */
uint64_t kstd_node_offset(const struct kstd_node *node);

/**
 * kstd_node_get - a member of an object
 * @node: an object
 * @name: the member's name
 *
 * Return: the member, NULL if there is none or @node is not an object.
 * Since: 0.1
 */
const struct kstd_node *kstd_node_get(const struct kstd_node *node, const char *name);

/**
 * kstd_node_bare - the one part of a value that represents it
 * @node: a value
 *
 * A value may have parts: an enum has a number and a name, a folio an address and
 * an order. Where there is room for one, this is it: the name of an enum, the names
 * of flags, the address of a folio, page or area, the ranges of a bitmap.
 *
 * Return: the part, or @node if it has none.
 * Since: 0.1
 */
const struct kstd_node *kstd_node_bare(const struct kstd_node *node);

/**
 * kstd_node_leaves - recognize objects that differ in some leaves alone
 * @node: the node
 * @form: set to a number that only such objects of a context have
 * @leaves: set to the leaves that may differ, in the order in which iterating comes to them;
 *          valid as long as @node
 *
 * All objects of a form have the same members with the same names, and values and types are the
 * same but for these leaves, so that a renderer may keep the text between them.
 *
 * Return: the number of leaves; 0 if the library does not know others of this form.
 * Since: 0.1
 */
size_t kstd_node_leaves(const struct kstd_node *node, uint32_t *form,
			const struct kstd_node *const **leaves);

/**
 * kstd_node_count - how many elements a list has
 * @list: the list
 *
 * Return: their number; %KSTD_NO_COUNT if only iterating can count them, or @list
 * is no list.
 * Since: 0.1
 */
uint64_t kstd_node_count(const struct kstd_node *list);

/**
 * struct kstd_iter - a place in an object or list
 * @opaque: the library's
 *
 * Since: 0.1
 */
struct kstd_iter {
	uint64_t opaque[24];
};

/**
 * kstd_iter_begin - start iterating
 * @it: the iterator, which the caller owns and ends with kstd_iter_end()
 * @node: an object or a list; anything else counts as empty
 *
 * Since: 0.1
 */
void kstd_iter_begin(struct kstd_iter *it, const struct kstd_node *node);

/**
 * kstd_iter_next - the next node
 * @it: the iterator
 *
 * Return: the node, NULL after the last one. A member of an object lives as
 * long as the object. An element of a list, with all below it, may be gone
 * after the next call on @it.
 * Since: 0.1
 */
const struct kstd_node *kstd_iter_next(struct kstd_iter *it);

/**
 * kstd_iter_cut - are elements missing that could not be read?
 * @it: the iterator of a list, after its last element and before its end
 *
 * What a list lacks was reported: see kstd_unknowns(), kstd_defects(). Its length is not known
 * then, and an element that is not in it may be there.
 *
 * Return: whether elements are missing.
 * Since: 0.1
 */
bool kstd_iter_cut(const struct kstd_iter *it);

/**
 * kstd_iter_end - stop iterating, at whatever place
 * @it: the iterator
 *
 * Return: 0; -KSTD_ENVIRONMENT: memory was short, a read failed, or the work was cancelled:
 * elements may be missing, and those that were there may not be whole. kstd_status() says why, and
 * remembers it: a program that iterates in many places asks once, at its end.
 * Since: 0.1
 */
int kstd_iter_end(struct kstd_iter *it);

/**
 * kstd_utf8 - length of the printable character at the start of some bytes
 * @p: the bytes
 * @len: their number
 *
 * Return: 1 to 4; 0 if there is no character, it is not well-formed UTF-8, or one that
 * kstd_utf8_hidden() names.
 * Since: 0.1
 */
size_t kstd_utf8(const void *p, size_t len);

/**
 * kstd_utf8_code - the character at the start of some bytes, printable or not
 * @p: the bytes
 * @len: their number
 * @code: set to its number, if there is one
 *
 * Return: the length, 1 to 4; 0 if there is no character, or it is not well-formed UTF-8.
 * Since: 0.1
 */
size_t kstd_utf8_code(const void *p, size_t len, uint32_t *code);

/**
 * kstd_utf8_hidden - may a character not be shown as it is?
 * @code: its number
 *
 * In a name from a foreign image such a character would make it look like another one. The table is
 * libkstate-dump/src/base/hidden.def; docs/escaping.md says what is shown instead.
 *
 * Return: true for control characters, for what changes the direction of text, and for what cannot
 * be seen.
 * Since: 0.1
 */
bool kstd_utf8_hidden(uint32_t code);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_NODE_H */
