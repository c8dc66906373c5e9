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
 * Input is not trusted: whatever a file holds, no function crashes, loops or takes memory out
 * of proportion (docs/limits.md). What is damaged is a defect, and the rest is decoded.
 *
 * Return values: 0, or a negative &enum kstd_class; kstd_error_code() and its
 * siblings then say more. Functions that return a pointer say what NULL means.
 *
 * Threads: a context and all made from it belong to one at a time; contexts share nothing.
 *
 * Files are not mapped: one that is made shorter meanwhile is truncated, and no signal.
 */

#ifndef KSTATE_DUMP_H
#define KSTATE_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kstate-dump/browse.h>
#include <kstate-dump/catalog.h>
#include <kstate-dump/check.h>
#include <kstate-dump/node.h>
#include <kstate-dump/report.h>
#include <kstate-dump/extract.h>
#include <kstate-dump/luo.h>
#include <kstate-dump/system.h>
#include <kstate-dump/typed.h>
#include <kstate-dump/version.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_ctx;	/* settings and the last error */
struct kstd_dump;	/* an opened source and what was decoded from it */

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
 * @KSTD_INPUT: the input is unreadable, damaged or not what it should be; or what was asked for was
 *              not found, and not all could be read: then the code is "not-known"
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
 * @path: a file (a blob, or a core with the memory of a machine), a directory
 *        that was copied from debugfs, or "-" for standard input; NULL for @buf or the live system
 * @buf: a blob or a core in memory, which must stay as it is until kstd_close(); NULL for
 *       @path or the live system
 * @buf_len: bytes in @buf
 * @sysroot: prefix of /sys/kernel/debug for the live system; NULL for none
 * @sides: KSTD_SIDE_*, or 0 for all. Blobs of other sides are not looked at;
 *         a lone file always is.
 * @page_size: bytes in a page of the machine that a core is of, a power of two;
 *             0 for what the core says. Only where a core does not say it, as
 *             QEMU's of a machine that is not x86, is it needed.
 * @vmlinux: a file with the type information (BTF) of the kernel whose memory it is:
 *           an ELF file, as vmlinux, or BTF alone; NULL for that of the running
 *           kernel, or what is in the memory itself
 * @progress: called during long work, may be NULL. @what is a static string, as in
 *            "reading memory"; @done counts up to @total within one piece of work, in a
 *            unit that depends on @what, @total is 0 if it is not known. Called every so
 *            many units, in the thread of the call that does the work, while an iterator
 *            is moved on as well. It must not call the library about this dump. 0 goes
 *            on; anything else cancels: the call fails with the code "cancelled", of
 *            class %KSTD_ENVIRONMENT, and iterators end early; it is a defect, too. All
 *            further work on the dump then fails: kstd_close() it, and open it anew
 * @progress_arg: handed to @progress
 * @follow: of a directory, follow links that lead out of it, too
 * @parts: the other parts, @nr_parts files in any order, of a dump that makedumpfile --split wrote,
 *         if @path is one of them: one source together. What is missing is reported
 * @raw: @path, a file, holds physical memory and nothing else, as QEMU's pmemsave writes it; of
 *       a core, which says where its memory is, this is not used, and a note says so
 * @raw_base: the physical address of its first byte, a multiple of 4096
 * @btf: @nr_btf files with further type information (BTF): of modules, whose types go on from those
 *       of the kernel, or of anything else. NULL for none
 * @handlers: a file that says which struct the data of LUO's handlers and FLBs is, beside those
 *            that are proposed for LUO: see kstate-dump(8); NULL for none
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
	uint32_t page_size;
	const char *vmlinux;
	int (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
	bool follow;
	const char *const *parts;
	size_t nr_parts;
	bool raw;
	uint64_t raw_base;
	const char *const *btf;
	size_t nr_btf;
	const char *handlers;
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
 * kstd_handover - all that is handed over besides sections
 * @dump: the dump
 * @root: where to put an object as kstd_info() makes it, and in it the list "luo", as
 *        kstd_luo() makes it
 *
 * What there is to show where no kernel has kstate.
 *
 * Return: as kstd_info().
 * Since: 0.1
 */
int kstd_handover(struct kstd_dump *dump, const struct kstd_node **root);

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
 * kstd_sections - the sections of all images, in the order of the images
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
 * struct kstd_get_opts - which value
 * @sz: sizeof(struct kstd_get_opts)
 * @select: "SECTION.PATH": a section as in &struct kstd_sections_opts, then names
 *          of subsections, of fields, of fields of structs and of parts of values
 *          with "." before each, and "[number]" for an element of a list, from 0
 *          on. As in "test@0.s", "net.queues[3].head", "vm@1.page.address".
 *
 * Since: 0.1
 */
struct kstd_get_opts {
	size_t sz;
	const char *select;
};

/**
 * kstd_get - one value
 * @dump: the dump
 * @opts: which one
 * @root: where to put an object with "section", "side", "field" (the path), "kind"
 *        and "type" of the innermost field, and "value"
 *
 * Return: 0; nodes are valid until kstd_close(). -KSTD_USAGE: @opts->select cannot
 * be parsed, or the value is in more than one section. -KSTD_NOT_FOUND: in none.
 * -KSTD_INPUT: no image could be decoded. -KSTD_ENVIRONMENT: there is no image, no
 * permission to read it, no memory.
 * Since: 0.1
 */
int kstd_get(struct kstd_dump *dump, const struct kstd_get_opts *opts,
	     const struct kstd_node **root);

/**
 * struct kstd_hexdump_opts - which payloads
 * @sz: sizeof(struct kstd_hexdump_opts)
 * @select: "SECTION", or "SECTION.PATH", where the path leads through subsections,
 *          fields and elements as for kstd_get(), but not to parts of values
 *
 * Since: 0.1
 */
struct kstd_hexdump_opts {
	size_t sz;
	const char *select;
};

/**
 * kstd_hexdump - payloads, and the field that each byte belongs to
 * @dump: the dump
 * @opts: which payloads
 * @list: where to put the list: an object for each section and subsection that is
 *        selected, with the list "parts"
 *
 * A part has its "offset" in the payload, its "file_offset" or "address" as far as
 * they are known, its "data", and in "field" the path of the field that it belongs
 * to; null: it was not decoded. "framing" is true for what a field has besides the
 * fields within it: counts, versions and lengths. Parts are in order, without gaps
 * if the whole payload is selected.
 *
 * Return: 0. -KSTD_USAGE: @opts->select is missing or cannot be parsed.
 * -KSTD_NOT_FOUND: nothing is selected. -KSTD_INPUT: no image could be decoded.
 * -KSTD_ENVIRONMENT: there is no image, or no permission to read it.
 * Since: 0.1
 */
int kstd_hexdump(struct kstd_dump *dump, const struct kstd_hexdump_opts *opts,
		 const struct kstd_node **list);

/**
 * struct kstd_schema_opts - which descriptions
 * @sz: sizeof(struct kstd_schema_opts)
 * @select: the name of one, exactly; NULL for all
 *
 * Since: 0.1
 */
struct kstd_schema_opts {
	size_t sz;
	const char *select;
};

/**
 * kstd_schema - the descriptions of all images, and those of the catalog
 * @dump: the dump
 * @opts: which of them; NULL for all
 * @list: where to put the list; its elements are made one by one while it is
 *        iterated over
 *
 * The catalog, kstate/catalog, is what the kernel can read, whatever it was
 * handed over.
 *
 * Return: 0; the list may be empty. -KSTD_NOT_FOUND: nothing is selected.
 * -KSTD_INPUT: neither image nor catalog could be decoded. -KSTD_ENVIRONMENT:
 * there is neither, or no permission to read it.
 * Since: 0.1
 */
int kstd_schema(struct kstd_dump *dump, const struct kstd_schema_opts *opts,
		const struct kstd_node **list);

/**
 * kstd_list - everything that has a name, one line each
 * @dump: the dump
 * @root: where to put an object with the lists "sections" (as kstd_sections() with
 *        @summary) and "files" (what LUO preserves: an element for each file, and
 *        one with null where a file would be for each session without files); where
 *        there is no kstate image, "sections" is empty and "kho" is as kstd_info() has it
 *
 * Return: 0, also if only one of the two could be decoded; else as kstd_sections().
 * Since: 0.1
 */
int kstd_list(struct kstd_dump *dump, const struct kstd_node **root);

/**
 * struct kstd_capture_opts - what to capture, and where to
 * @sz: sizeof(struct kstd_capture_opts)
 * @path: the file to make; there must be none of that name
 * @contents: take along what preserved folios hold, guest memory too
 *
 * Since: 0.1
 */
struct kstd_capture_opts {
	size_t sz;
	const char *path;
	bool contents;
};

/**
 * kstd_capture - put everything that a dump lets reach into one file
 * @dump: the dump
 * @opts: where to
 * @result: where to put an object that lists what was captured and what was not
 *
 * The file is an ELF core of mode 0600 that every program of this library opens
 * like the source itself; its format is in kstate-image(5). It appears under its
 * name when it is complete, or not at all.
 *
 * Return: 0. -KSTD_USAGE: a contradiction in @opts. -KSTD_ENVIRONMENT: the file
 * is there already or cannot be written; no memory.
 * Since: 0.1
 */
int kstd_capture(struct kstd_dump *dump, const struct kstd_capture_opts *opts,
		 const struct kstd_node **result);

/**
 * kstd_mem - preserved memory, by order and by owner
 * @dump: the dump
 * @root: where to put an object with the list "memory", one element a side: what
 *        the preserved-memory map holds by order, the owners and the memory of each,
 *        every range with its owner, and the ranges without an owner. Ranges are
 *        made while they are iterated over, so that their number does not matter
 *
 * Goes over the map, and over everything that the library decodes: memory for the
 * references is needed, none for the map. If the map cannot or may not be followed,
 * "not_known" says why, and ranges are those that are referred to.
 *
 * Return: 0. -KSTD_ENVIRONMENT: nothing in the source is about memory; no memory,
 * no permission.
 * Since: 0.1
 */
int kstd_mem(struct kstd_dump *dump, const struct kstd_node **root);

/**
 * kstd_mem_who - the owners of an address
 * @dump: the dump
 * @address: physical
 * @root: where to put an object with the list "who", one element a side: whether it
 *        is preserved (null: not known), in which block and range, and all that
 *        refer to that block
 *
 * Return: as kstd_mem().
 * Since: 0.1
 */
int kstd_mem_who(struct kstd_dump *dump, uint64_t address, const struct kstd_node **root);

/**
 * kstd_verify - look for what is wrong
 * @dump: the dump
 * @root: where to put an object with the lists "findings", "not_known" and "checked". A
 *        finding has "code", "path", "offset" and "text" as a defect has, and "means":
 *        what it means for the operator of the machine; so has what is not known.
 *        "checked" says of each side what was looked at, and what was not and why
 *
 * Decodes everything, and compares: checksums, structure and descriptions; the
 * table of sections with the image; sizes that the root gives with the files;
 * counters of live updates; references with the preserved-memory map: memory that
 * is not preserved, preserved twice, in scratch areas, of two owners. The defects
 * so far are among the findings, and kstd_defects() is empty afterwards, as is
 * kstd_unknowns(). What a kernel is known to do is a note, and no finding.
 *
 * Return: 0, also if there are findings. -KSTD_INPUT: nothing could be decoded.
 * -KSTD_ENVIRONMENT: no permission, no memory, no KHO.
 * Since: 0.1
 */
int kstd_verify(struct kstd_dump *dump, const struct kstd_node **root);

/**
 * struct kstd_diff_opts - what counts as a difference
 * @sz: sizeof(struct kstd_diff_opts)
 * @all: addresses, durations and the order of sections, fields and files, too
 * @contents: what memfds hold, and the folios and vmalloc areas of sections: both sources
 *            must have that memory, and all of it is read
 * @handed_over: what the first was to hand over and what was handed over to the second are
 *               compared, and nothing else; what was only registered is not taken for a
 *               difference from what was saved, and a note says that
 *
 * Since: 0.1
 */
struct kstd_diff_opts {
	size_t sz;
	bool all;
	bool contents;
	bool handed_over;
};

/**
 * kstd_diff - what differs between two dumps
 * @a: the first dump
 * @b: the second, not @a; both stay open as long as the result is used
 * @opts: what counts; NULL for the defaults
 * @root: where to put an object with the lists "images" (who wrote them), "luo"
 *        and "sections" (those that differ, with their differences; made one by
 *        one while it is iterated over), and "summary"
 *
 * Sections are matched by name and instance, fields by name. Images are matched by
 * side; but if the second dump was handed what the first was to hand over, that is
 * what is compared, and a note says so. Of a side that only one of them has, nothing is
 * known. Everything is compared before this returns, so that the counts of "summary" are
 * complete.
 *
 * Defects and notes of both dumps are those of @a from now on.
 *
 * Return: 0; kstd_diff_found() returns whether anything differs. Errors are those of
 * the context of @a. -KSTD_USAGE: a contradiction in @opts, or @a and @b are the
 * same. -KSTD_INPUT, -KSTD_ENVIRONMENT: no image of one of them could be decoded.
 * Since: 0.1
 */
int kstd_diff(struct kstd_dump *a, struct kstd_dump *b, const struct kstd_diff_opts *opts,
	      const struct kstd_node **root);

/**
 * kstd_diff_found - does anything differ?
 * @root: of kstd_diff(); nothing of it needs to be iterated over before
 *
 * Return: %KSTD_YES: there is a difference. %KSTD_NO: there is none, and all that is compared could
 * be read from both. %KSTD_NOT_KNOWN: none was found, and not all could be read.
 * Since: 0.1
 */
enum kstd_truth kstd_diff_found(const struct kstd_node *root);

/**
 * kstd_about - the library's version and the formats that it reads
 *
 * Return: an object, static.
 * Since: 0.1
 */
const struct kstd_node *kstd_about(void);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_H */
