/* SPDX-License-Identifier: GPL-2.0 */

/* The command line of kstate-browse, from options.def. */

#ifndef BROWSE_OPTIONS_H
#define BROWSE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/optable.h"

/**
 * struct options - what the command line and the environment ask for
 * @line: what is wrong with the command line
 * @image: the image to show; NULL is the live system
 * @other: the image to compare it with; NULL if none
 * @sides: KSTD_SIDE_*, 0 for all
 * @sysroot: directory that replaces "/" in the paths of the live system; NULL for "/"
 * @follow: of a directory, follow links that lead out of it, too
 * @vmlinux: file with the kernel's type information; NULL if none
 * @page_size: bytes; 0 if the source says it
 * @raw: images are raw memory, their first byte is at @raw_base
 * @parts: further parts of a split dump, @nr_parts of them; the caller frees the array
 * @color: 1: always, 0: never, -1: unless the environment has NO_COLOR
 * @ascii: draw no other characters
 * @refresh: seconds from one look at the live system to the next; 0: only on the key
 * @headless: no terminal: keys come from a script, and screens are printed
 * @script: the keys; NULL or "-" for standard input
 * @rows, @cols: size of the screen without a terminal
 * @list: the list that the build or a shell asks for with --list; NULL if none
 */
struct options {
	struct optable_result line;
	const char *image;
	const char *other;
	unsigned int sides;
	const char *sysroot;
	bool follow;
	const char *vmlinux;
	uint32_t page_size;
	bool raw;
	uint64_t raw_base;
	const char **parts;
	size_t nr_parts;
	int color;
	bool ascii;
	unsigned int refresh;
	bool headless;
	const char *script;
	int rows;
	int cols;
	bool version;
	bool help;
	const char *list;
};

void options_parse(struct options *o, int argc, char **argv);

/* Put the help. */
void options_help(struct buf *b);

/* Put a list, of cmd_table_list() or of the keys; false if there is no such list. */
bool options_list(struct buf *b, const char *what);

#endif
