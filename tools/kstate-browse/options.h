/* SPDX-License-Identifier: GPL-2.0 */

/* The command line, from options.def. */

#ifndef BROWSE_OPTIONS_H
#define BROWSE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct options - what the command line and the environment ask for
 * @image: NULL is the live system
 * @other: to compare with, or NULL
 * @sides: KSTD_SIDE_*, 0 for all
 * @page_size: bytes; 0 if the source is to say
 * @color: -1 if the environment is to decide
 * @refresh: seconds between two looks at the live system, 0: none
 * @list: what to list instead of browsing, or NULL
 */
struct options {
	const char *image;
	const char *other;
	unsigned int sides;
	const char *sysroot;
	const char *vmlinux;
	uint32_t page_size;
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
	char error[200];
};

void options_parse(struct options *o, int argc, char **argv);

/* Print help, or the list that is asked for; an exit status. */
int options_help(void);
int options_list(const char *what);

#endif
