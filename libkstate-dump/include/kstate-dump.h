/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: libkstate-dump
 *
 * Reads what a kernel hands over to the next one through KHO (Kexec HandOver),
 * and kstate's image in it above all, and presents it as one tree of typed
 * values. The formats are those of the kernel's include/linux/kho/abi/.
 *
 * Use::
 *
 *     struct kstd_ctx *ctx = kstd_ctx_new();
 *     struct kstd_dump *dump;
 *     const struct kstd_node *list, *section;
 *     struct kstd_iter it;
 *
 *     if (kstd_open(ctx, NULL, &dump))
 *             errx(1, "%s", kstd_error_message(ctx));
 *     if (!kstd_sections(dump, NULL, &list)) {
 *             kstd_iter_begin(&it, list);
 *             while ((section = kstd_iter_next(&it)))
 *                     ...
 *             kstd_iter_end(&it);
 *     }
 *     kstd_close(dump);
 *     kstd_ctx_free(ctx);
 *
 * Input is not trusted: whatever a file holds, no function crashes, loops or
 * takes memory out of proportion to the size of its input. What is damaged is
 * listed as a defect, with path and offset, and the rest is decoded.
 *
 * Return values: 0, or a negative &enum kstd_class; kstd_error_code() and its
 * siblings then tell more. Functions that return a pointer say what NULL means.
 *
 * Threads: a context and all that was made from it belong to one thread at a
 * time. Different contexts share nothing.
 *
 * Files of 1 MiB and more are mapped, not read: one that another process
 * truncates meanwhile raises SIGBUS, as with every mapped file.
 */

#ifndef KSTATE_DUMP_H
#define KSTATE_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_ctx;	/* settings and the last error */
struct kstd_dump;	/* an opened source and what was decoded from it */
struct kstd_node;	/* a typed value: a leaf, an object or a list */

/* The offset of something that has none. */
#define KSTD_NO_OFFSET	UINT64_MAX

/* The length of a list that is not known. */
#define KSTD_NO_COUNT	UINT64_MAX

/**
 * kstd_version - version of the library
 *
 * Return: a static string, as in "0.1.0".
 * Since: 0.1
 */
const char *kstd_version(void);

/* ---- Context and errors ------------------------------------------------ */

/**
 * enum kstd_class - what kind of error it is, and so what a caller can do
 * @KSTD_USAGE: the caller asked for something nonsensical
 * @KSTD_INPUT: the input is unreadable, damaged or not what it should be
 * @KSTD_ENVIRONMENT: permission, no such file, no KHO, no memory
 * @KSTD_NOT_FOUND: the input is fine, and what was asked for is not in it
 * @KSTD_INTERNAL: a bug in the library
 *
 * Since: 0.1
 */
enum kstd_class {
	KSTD_USAGE = 1,
	KSTD_INPUT,
	KSTD_ENVIRONMENT,
	KSTD_NOT_FOUND,
	KSTD_INTERNAL,
};

/**
 * kstd_ctx_new - make a context
 *
 * Return: the context, which the caller frees with kstd_ctx_free(); NULL if
 * memory is short.
 * Since: 0.1
 */
struct kstd_ctx *kstd_ctx_new(void);

/**
 * kstd_ctx_free - free a context
 * @ctx: a context of which no dump is open any more, or NULL
 *
 * Since: 0.1
 */
void kstd_ctx_free(struct kstd_ctx *ctx);

/**
 * kstd_error_code - the last error, as a short word
 * @ctx: the context
 *
 * Codes are stable: "empty", "truncated", "no-permission" and so on.
 *
 * Return: a static string, "none" if there was no error.
 * Since: 0.1
 */
const char *kstd_error_code(const struct kstd_ctx *ctx);

/**
 * kstd_error_class - the class of the last error
 * @ctx: the context
 *
 * Return: an &enum kstd_class, 0 if there was no error.
 * Since: 0.1
 */
int kstd_error_class(const struct kstd_ctx *ctx);

/**
 * kstd_error_text - the last error, without the place
 * @ctx: the context
 *
 * Return: one line of printable ASCII, valid until the next call on @ctx.
 * Since: 0.1
 */
const char *kstd_error_text(const struct kstd_ctx *ctx);

/**
 * kstd_error_path - where the last error is
 * @ctx: the context
 *
 * Return: as in "kho/in/sub_fdts/kstate: sections/test@0", printable ASCII,
 * empty if it is nowhere in particular; valid until the next call on @ctx.
 * Since: 0.1
 */
const char *kstd_error_path(const struct kstd_ctx *ctx);

/**
 * kstd_error_offset - where in its file the last error is
 * @ctx: the context
 *
 * Return: bytes from the start of the file, or %KSTD_NO_OFFSET.
 * Since: 0.1
 */
uint64_t kstd_error_offset(const struct kstd_ctx *ctx);

/**
 * kstd_error_message - path, offset and text of the last error in one line
 * @ctx: the context
 *
 * Return: one line without newline, valid until the next call on @ctx.
 * Since: 0.1
 */
const char *kstd_error_message(const struct kstd_ctx *ctx);

/* ---- Sources ----------------------------------------------------------- */

/* Sides, to be or-ed: which of the images of a machine. */
#define KSTD_SIDE_IN	0x1u	/* what the previous kernel handed over */
#define KSTD_SIDE_OUT	0x2u	/* what will be handed over */
#define KSTD_SIDE_FILE	0x4u	/* a lone file: it does not say which */

/**
 * struct kstd_open_opts - what to open
 * @sz: sizeof(struct kstd_open_opts)
 * @path: a file, a directory that was copied from debugfs, or "-" for standard
 *        input; NULL for @buf or the live system
 * @buf: a blob in memory, which must stay as it is until kstd_close(); NULL for
 *       @path or the live system
 * @buf_len: bytes in @buf
 * @sysroot: prefix of /sys/kernel/debug for the live system; NULL for none
 * @sides: KSTD_SIDE_*, or 0 for all. Blobs of other sides are not looked at;
 *         a lone file always is.
 *
 * Since: 0.1
 */
struct kstd_open_opts {
	size_t sz;
	const char *path;
	const void *buf;
	size_t buf_len;
	const char *sysroot;
	unsigned int sides;
};

/**
 * kstd_open - open a source
 * @ctx: the context, which must outlive the dump
 * @opts: what to open; NULL is the live system
 * @dump: where to put the result
 *
 * A directory is one that holds kho/ or kstate/ as in /sys/kernel/debug, one of
 * these two, the in/ or out/ of one, or a flat directory of blobs.
 *
 * Return: 0, and the caller frees the dump with kstd_close(). -KSTD_USAGE: a
 * contradiction in @opts. -KSTD_INPUT: not a format that the library knows,
 * empty, damaged. -KSTD_ENVIRONMENT: cannot be opened or read, no KHO here.
 * Since: 0.1
 */
int kstd_open(struct kstd_ctx *ctx, const struct kstd_open_opts *opts, struct kstd_dump **dump);

/**
 * kstd_close - free a dump and every node that was made from it
 * @dump: the dump, or NULL
 *
 * Since: 0.1
 */
void kstd_close(struct kstd_dump *dump);

/**
 * kstd_source - what the dump was opened from
 * @dump: the dump
 *
 * Return: the path as given, "live", "standard input" or "memory"; valid until
 * kstd_close().
 * Since: 0.1
 */
const char *kstd_source(const struct kstd_dump *dump);

/* ---- What is in a dump ------------------------------------------------- */

/**
 * kstd_info - the overview
 * @dump: the dump
 * @root: where to put an object with the lists "kho" (roots and subtrees, one
 *        element a side) and "kstate" (images, one element a side)
 *
 * Reads every image in full and checks it.
 *
 * Return: 0; nodes are valid until kstd_close(). -KSTD_INPUT: nothing could be
 * decoded. -KSTD_ENVIRONMENT: no permission, no memory.
 * Since: 0.1
 */
int kstd_info(struct kstd_dump *dump, const struct kstd_node **root);

/**
 * struct kstd_sections_opts - which sections, and how much of each
 * @sz: sizeof(struct kstd_sections_opts)
 * @select: "name" (every instance), "name@hex instance", either followed by
 *          ".field", ".subsection" or ".subsection.field"; names must match
 *          exactly. NULL for all sections.
 * @summary: without fields and subsections
 *
 * Since: 0.1
 */
struct kstd_sections_opts {
	size_t sz;
	const char *select;
	bool summary;
};

/**
 * kstd_sections - the sections of all images, in the order in which they stand
 * @dump: the dump
 * @opts: which of them; NULL for all, in full
 * @list: where to put the list; its elements are made one by one while it is
 *        iterated over, so that their number does not matter
 *
 * Return: 0. -KSTD_USAGE: @opts->select cannot be parsed. -KSTD_NOT_FOUND:
 * nothing is selected. -KSTD_INPUT: no image could be decoded.
 * -KSTD_ENVIRONMENT: there is no image, or no permission to read it.
 * Since: 0.1
 */
int kstd_sections(struct kstd_dump *dump, const struct kstd_sections_opts *opts,
		  const struct kstd_node **list);

/**
 * kstd_defects - what was found damaged so far
 * @dump: the dump
 *
 * Defects are found while lists are iterated over: ask last.
 *
 * Return: a list of objects with "code", "text", "path", "offset". At most
 * 1,000 are kept; a last one tells how many more there were.
 * Since: 0.1
 */
const struct kstd_node *kstd_defects(struct kstd_dump *dump);

/**
 * kstd_notes - what is good to know but not wrong
 * @dump: the dump
 *
 * Return: a list of texts.
 * Since: 0.1
 */
const struct kstd_node *kstd_notes(struct kstd_dump *dump);

/**
 * kstd_about - the library's version and the formats that it reads
 *
 * Return: an object, static.
 * Since: 0.1
 */
const struct kstd_node *kstd_about(void);

/* ---- Nodes ------------------------------------------------------------- */

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
 * @KSTD_STYLE_NESTED: object: its leaves where it stands, its lists below;
 *                     list of objects: how many, then numbered below
 * @KSTD_STYLE_SET: list: in one line, in braces
 * @KSTD_STYLE_FLAGS: list: in one line, "|" between elements
 * @KSTD_STYLE_HEX: number: in hex
 * @KSTD_STYLE_QUOTED: text: in quotation marks
 * @KSTD_STYLE_TIME: number: nanoseconds since the epoch
 * @KSTD_STYLE_UNKNOWN: null: there is a value, and it could not be decoded
 * @KSTD_STYLE_HIDDEN: not at all; it is for programs, or said elsewhere
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
 * Return: a static string in which "%" stands for the value, with the separator
 * from what stands before it, as in ", crc %"; NULL if there is none.
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
 * kstd_node_offset - where in its file the value stands
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
 * kstd_node_constant - recognize what comes again and again
 * @node: the node
 *
 * For renderers that keep what they made of it, as of a field's name and type.
 *
 * Return: a number that only nodes with this name, type, style and value have,
 * until kstd_close(); 0 if the library makes no such promise.
 * Since: 0.1
 */
uint32_t kstd_node_constant(const struct kstd_node *node);

/**
 * kstd_node_count - how many elements a list has
 * @list: the list
 *
 * Return: their number; %KSTD_NO_COUNT if only iterating would tell, or @list
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
 * kstd_iter_end - stop iterating, at whatever place
 * @it: the iterator
 *
 * Since: 0.1
 */
void kstd_iter_end(struct kstd_iter *it);

/**
 * kstd_utf8 - length of the printable character at the start of some bytes
 * @p: the bytes
 * @len: their number
 *
 * Return: 1 to 4; 0 if there is no character, it is not well-formed UTF-8, or a
 * control character.
 * Since: 0.1
 */
size_t kstd_utf8(const void *p, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_H */
