/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: an opened source
 *
 * A source is a number of blobs, each with a place and a role. What a blob
 * holds is decoded on demand.
 */

#ifndef KSTD_DUMP_H
#define KSTD_DUMP_H

#include <kstate-dump/version.h>

#include "base/error.h"
#include "base/model.h"
#include "base/progress.h"

#define KSTD_MAX_DEFECTS	1000
#define KSTD_MAX_OF_SOURCE	1000

struct kstd_blob;
struct kstd_kernel_reads;
struct kstd_extents;
struct kstd_image;
struct kstd_kernel;
struct kstd_memory;
struct kstd_luo_kernel;
struct kstd_luo_side;
struct kstd_saying;
struct kstd_types;
struct kstd_core;
struct kstd_phys;

/**
 * struct kstd_extents_dir - a directory that may hold payloads of an image
 * @side: KSTD_SIDE_*, of the image
 * @path: the directory, below that of the dump
 */
struct kstd_extents_dir {
	struct kstd_extents_dir *next;
	unsigned int side;
	const char *path;
};

/**
 * struct kstd_reports - reports of one kind
 * @list: of nodes, at most %KSTD_MAX_DEFECTS; kstd_verify() takes them out
 * @nr: how many there were in the list
 * @more: how many did not fit
 */
struct kstd_reports {
	struct kstd_node *list;
	size_t nr;
	size_t more;
};

/**
 * struct kstd_dump - see kstd_open()
 * @arena: for what lives as long as the dump
 * @counted: it is one of &kstd_ctx.dumps
 * @tree: the directory that files are in, see memory/tree.h; -1 if there is none
 * @follow: links are followed, wherever they lead
 * @copied: bytes of blobs and of memory that were copied, see kstd_copied()
 * @live: debugfs itself: an empty file then is empty, not badly copied
 * @lone: the source is one blob: its error is the error of kstd_open()
 * @page_size: bytes, as the caller says; 0: the source says it
 * @parts: further parts of a split dump, as the caller says, @nr_parts of them; only while
 *         the source is opened
 * @raw: a file that is no core is raw memory; @raw_base: the address of its first byte
 * @phys: physical memory of the source, see phys.h; NULL if it has none
 * @memory_why: why the live system's memory cannot be read; NULL if it can
 * @core: the file that @phys is of, see core.h; also a capture of blobs alone, which
 *        has no memory; else NULL
 * @extents: payloads outside the trees, one a side; made by kstd_extents_of()
 * @extents_dirs: directories that may hold them, as the source found them
 * @captured: the source is a capture: all that it has may be followed
 * @captured_sides: KSTD_SIDE_*: the sides that it was asked for when it was made; else all
 * @images: opened by kstd_images(), one a side; @images_owned: the arena frees them
 * @images_rc: what kstd_images() returned, 1 before its first call; @images_err: its error;
 *             @images_unwell: the sides (1 << side) of which it reported something
 * @memory: preserved memory, made by kstd_memory_of(), one a side
 * @catalog: opened by kstd_catalog_image()
 * @known_catalog: made by kstd_catalog_get()
 * @kernel: the source is a file of a kernel, see kernel_file.h; else NULL
 * @luos: opened by kstd_luo_open()
 * @vmlinux: a file with the kernel's type information, as the caller says, or NULL
 * @btf_files: files with type information of modules, as the caller says, @nr_btf_files of them
 * @types: what was opened of all type information, see vmlinux/types.h
 * @sayings: which struct whose data is, as a file of the caller's says: see typed/handlers.h
 * @sysroot: of the live system, as the caller says, or NULL
 * @kernel_data: physical address of what the kernel has on KHO in its data, if that led to a root;
 *               else 0
 * @kstructs: opened by kstd_luo_kernel_open(); @kstructs_tried: it was tried
 * @verified: result of kstd_verify()
 * @reports: defects, and what could not be known
 * @of_source: those of the reports that were made while the source was opened or a blob of it was
 *             read, at most %KSTD_MAX_OF_SOURCE: a capture takes them along, as nobody who reads
 *             it could find them again
 * @sourcing: how many callers are at that
 * @troubles: how many reports there were, those too that were not noted: what was made
 *            while it changed is not all that there is
 * @progress: the caller's function for long work, and whether the caller cancelled
 * @report_to: another dump gets the defects and notes, with this one's name; or NULL
 * @quiet: how many callers of kstd_quiet_begin() look ahead: defects are not noted
 */
struct kstd_dump {
	struct kstd_ctx *ctx;
	struct kstd_arena arena;
	const char *source;
	bool counted;
	int tree;
	bool follow;
	uint64_t copied;
	bool live;
	bool lone;
	unsigned int sides;
	uint32_t page_size;
	const char *const *parts;
	size_t nr_parts;
	bool raw;
	uint64_t raw_base;
	struct kstd_blob *blobs;
	struct kstd_blob **last_blob;
	size_t nr_blobs;
	struct kstd_phys *phys;
	const char *memory_why;
	struct kstd_core *core;
	struct kstd_extents *extents;
	struct kstd_extents_dir *extents_dirs;
	bool captured;
	unsigned int captured_sides;
	struct kstd_image *images;
	bool images_owned;
	int images_rc;
	unsigned int images_unwell;
	struct kstd_report images_err;
	struct kstd_memory *memory;
	struct kstd_node *verified;
	struct kstd_image *catalog;
	struct kstd_kernel_reads *known_catalog;
	struct kstd_kernel *kernel;
	struct kstd_luo_side *luos;
	const char *vmlinux;
	const char **btf_files;
	size_t nr_btf_files;
	struct kstd_types *types;
	struct kstd_saying *sayings;
	const char *sysroot;
	uint64_t kernel_data;
	struct kstd_luo_kernel *kstructs;
	bool kstructs_tried;
	unsigned int quiet;
	struct kstd_reports reports[KSTD_NR_SAYS];
	struct kstd_reports of_source;
	unsigned int sourcing;
	struct kstd_node *notes;
	uint64_t troubles;
	struct kstd_progress progress;
	struct kstd_dump *report_to;
};

/*
 * Report something at @where; @fmt NULL takes the text of errors.def. The code decides whether it
 * is a defect or something that could not be known.
 */
void __attribute__((format(printf, 5, 6)))
kstd_defect(struct kstd_dump *dump, const struct kstd_where *where, enum kstd_code code,
	    uint64_t offset, const char *fmt, ...);

/**
 * kstd_not_found - what was asked for is not there
 * @code: if all of the source could be read
 * @fmt: what it is, without an article
 *
 * If something of the source could not be read, or the capture was not asked for a side that is
 * wanted, it may be there: then the error is %KSTD_E_NOT_KNOWN.
 *
 * Return: the negative class of the error.
 */
int __attribute__((format(printf, 3, 4)))
kstd_not_found(struct kstd_dump *dump, enum kstd_code code, const char *fmt, ...);

/*
 * What a message says behind the name of the source, if the caller asked for one side alone, or did
 * so when it was captured; or "".
 */
const char *kstd_asked(const struct kstd_dump *dump);

/* Was the capture not asked for a side that the caller asks for? */
bool kstd_side_uncaptured(const struct kstd_dump *dump);

/* Report that something could not be known: kstd_defect() with %KSTD_E_NOT_KNOWN. */
#define kstd_unknown(dump, where, fmt...) \
	kstd_defect(dump, where, KSTD_E_NOT_KNOWN, KSTD_NO_OFFSET, fmt)

/* Between the two, nothing of @dump is reported: the caller looks ahead. Calls nest. */
static inline void kstd_quiet_begin(struct kstd_dump *dump)
{
	dump->quiet++;
}

static inline void kstd_quiet_end(struct kstd_dump *dump)
{
	dump->quiet--;
}

/* Turn the context's error into a report: a defect, or something that could not be known. */
void kstd_defect_err(struct kstd_dump *dump, const struct kstd_where *where);

/* From now on @to gets reports and notes of @dump, and first those that it has so far. */
void kstd_report_to(struct kstd_dump *dump, struct kstd_dump *to);

/* Add a note: something that a reader should know and that is no defect. */
void __attribute__((format(printf, 2, 3)))
kstd_note(struct kstd_dump *dump, const char *fmt, ...);

/* A copy of a place that lives as long as @a; NULL if memory is short. */
const struct kstd_where *kstd_where_keep(struct kstd_arena *a, const struct kstd_where *where);

const char *kstd_side_name(unsigned int side);

#endif
