/* SPDX-License-Identifier: GPL-2.0 */

/* The command line of kstate-dump, from options.def. */

#ifndef KSTATE_DUMP_OPTIONS_H
#define KSTATE_DUMP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/optable.h"

#define X(sym, letter, name, arg, help, commands) OPT_##sym,
enum option_index {
#include "options.def"
	NR_OPTIONS,
};
#undef X

/* By &enum option_index. */
extern const struct optable options_table;

/* The output format; if several are given, the last one counts. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_YAML,
	FORMAT_COLUMNS,
};

/**
 * struct options - what the command line and the environment ask for
 * @line: which options were there, and what is wrong with the command line
 * @list: the list that the build or a shell asks for with --list; NULL if none
 * @live: the image is the live system: no argument names a file
 * @save: the live system saves an image first
 * @sides: KSTD_SIDE_*, 0 for all
 * @sysroot: directory that replaces "/" in the paths of the live system; NULL for "/"
 * @vmlinux: file with the kernel's type information; NULL if none
 * @btf: files with further type information, @nr_btf of them; the caller frees the array
 * @handlers: file that says which struct whose data is; NULL if none
 * @as: the type of what is named; NULL if none
 * @page_size: bytes; 0 if the source says it
 * @as_is: get writes bytes and text as they are
 * @raw: an image is raw memory, its first byte is at @raw_base
 * @parts: the files of --part, @nr_parts of them
 * @output: the file to write; NULL if none
 * @sparse_missing: what the source does not have is a hole of what is extracted
 * @sha256: say the SHA-256 of what is extracted
 * @criu: the directory of --criu; NULL if none
 * @contents: what preserved folios contain is captured, or compared, too
 * @handed_over: diff compares what goes out of the first with what came into the second
 * @who: the address of --who, as it was typed; NULL if none
 * @next: the files of --next, @nr_next of them
 * @next_cmdline: the line of --next-cmdline; NULL if none
 * @reverse: check whether this kernel reads what the next one saves
 * @waivers: the file of --waivers; NULL if none
 * @assume_unknown: check accepts what is not known
 * @columns: the names of --columns; NULL if none
 * @color: 1: always, 0: never, -1: if standard output is a terminal
 */
struct options {
	struct optable_result line;
	enum format format;
	bool pretty;
	bool quiet;
	bool verbose;
	bool as_is;
	bool all;
	bool version;
	bool help;
	const char *list;
	bool live;
	bool save;
	unsigned int sides;
	const char *sysroot;
	const char *vmlinux;
	const char **btf;
	size_t nr_btf;
	const char *handlers;
	const char *as;
	uint32_t page_size;
	bool raw;
	uint64_t raw_base;
	const char **parts;
	size_t nr_parts;
	const char *output;
	bool contents;
	bool handed_over;
	bool sparse_missing;
	bool sha256;
	const char *criu;
	bool follow;
	const char *who;
	const char **next;
	size_t nr_next;
	const char *next_cmdline;
	bool reverse;
	const char *waivers;
	bool assume_unknown;
	const char *columns;
	int color;
};

/* Afterwards argv + optind are the words that are no options, @o->line.nr_words of them. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
