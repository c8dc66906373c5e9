/* SPDX-License-Identifier: GPL-2.0 */

/* The options that every program has, from options.def. */

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
extern const struct option_def option_defs[];
extern const struct optable options_table;

/* One output format; of several that were asked for it is the last. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_YAML,
};

/**
 * struct options - what the command line and the environment ask for
 * @sides: KSTD_SIDE_*, 0 for all
 * @live: no argument names an image
 * @save: the live system is to save first
 * @sysroot: prefix of /sys/kernel/debug
 * @vmlinux: a file with type information, NULL if none was named
 * @page_size: bytes; 0 if the source is to say
 * @output: the file to make, NULL if none was named
 * @contents: what folios hold, too
 * @who: an address, as it was given
 * @next: files that were named with --next, @nr_next of them
 * @reverse: the other way round
 * @waivers: a file, NULL if none was named
 * @color: -1 if standard output is to decide
 * @given: a bit for each option that was there, by &enum option_index
 * @error: what is wrong with the command line, empty if nothing is
 */
struct options {
	enum format format;
	bool pretty;
	bool quiet;
	bool verbose;
	bool raw;
	bool all;
	bool version;
	bool help;
	bool list_commands;
	const char *list;
	bool live;
	bool save;
	unsigned int sides;
	const char *sysroot;
	const char *vmlinux;
	uint32_t page_size;
	const char *output;
	bool contents;
	const char *who;
	const char **next;
	size_t nr_next;
	bool reverse;
	const char *waivers;
	int color;
	uint64_t given;
	char error[200];
};

/* Options may stand anywhere; afterwards argv + optind are the other words. */
void options_parse(struct options *o, int argc, char **argv);

/* The first option that was given and that @command does not take, or NULL. */
const struct option_def *options_misplaced(const struct options *o, const char *command);

/* A line for each option: those of @command alone, or if it is NULL those of all commands. */
void options_help(struct buf *b, const char *command);

#endif
