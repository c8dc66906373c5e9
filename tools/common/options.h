/* SPDX-License-Identifier: GPL-2.0 */

/* The options that every program has. */

#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>

/**
 * struct options - what the command line and the environment ask for
 * @sides: KSTD_SIDE_*, 0 for all
 * @live: no argument names an image
 * @sysroot: prefix of /sys/kernel/debug
 * @color: -1 if standard output is to decide
 * @error: what is wrong with the command line, empty if nothing is
 */
struct options {
	bool json;
	bool pretty;
	bool quiet;
	bool verbose;
	bool version;
	bool help;
	bool list_commands;
	bool live;
	unsigned int sides;
	const char *sysroot;
	int color;
	char error[200];
};

/* Options may stand anywhere; afterwards argv + optind are the other words. */
void options_parse(struct options *o, int argc, char **argv);

/* The text for help: a line for each option. */
extern const char options_help[];

#endif
