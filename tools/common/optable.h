/* SPDX-License-Identifier: GPL-2.0 */

/* A program's table of options: for getopt, the help, the manual page and the completion. */

#ifndef TOOLS_OPTABLE_H
#define TOOLS_OPTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define OPTABLE_MAX	64	/* a bit for each fits in an uint64_t */
#define OPTABLE_ERROR	200

/* The environment variable that has the default of --sysroot. */
#define SYSROOT_ENV	"KSTATE_DUMP_SYSROOT"

/**
 * struct option_def - an option
 * @letter: of the short form, 0 if it has none
 * @name: of the long form
 * @arg: the name of its argument; "[=WORD]" if it may be left out; NULL if it takes none
 * @help: one line; an option with NULL is not shown to users
 * @commands: names of the commands that take it, with blanks between; NULL: all commands do
 */
struct option_def {
	int letter;
	const char *name;
	const char *arg;
	const char *help;
	const char *commands;
};

struct optable {
	const struct option_def *defs;
	int nr;
};

/**
 * struct optable_result - a command line that was parsed
 * @given: a bit for each option that was there, by its index in the table
 * @nr_words: the words that are no options; argv + optind are these
 * @error: what is wrong with the command line, "" if nothing is; a later error replaces it
 */
struct optable_result {
	uint64_t given;
	int nr_words;
	char error[OPTABLE_ERROR];
};

/**
 * optable_parse - call @set for each option of a command line
 * @argv: is reordered, so that the words that are no options come last
 * @set: gets @opts, the option's index in the table, and its argument or NULL
 *
 * @set may report an error in @r.
 */
void optable_parse(const struct optable *t, struct optable_result *r, int argc, char **argv,
		   void (*set)(void *opts, int option, const char *arg), void *opts);

/* Is the option for @command, and not for all commands? */
bool option_is_of(const struct option_def *def, const char *command);

/* The first option of those in @given that @command does not take; NULL if it takes all. */
const struct option_def *optable_misplaced(const struct optable *t, uint64_t given,
					   const char *command);

/* Does any option belong to @command alone? */
bool optable_any(const struct optable *t, const char *command);

/* A line for each option of @command alone; with NULL, for each option of all commands. */
void optable_help(const struct optable *t, struct buf *b, const char *command);

/* A line for each option: "--NAME:ARGUMENT:COMMANDS:HELP", for the completion. */
void optable_completion(const struct optable *t, struct buf *b);

/* Items of an mdoc list, as optable_help(); those of a command are in a list of their own. */
void optable_man(const struct optable *t, struct buf *b, const char *command);

/**
 * parse_color - the argument of --color
 * @when: "always", "auto", "never"; NULL is "always"
 * @color: becomes 1, -1 or 0
 */
void parse_color(struct optable_result *r, const char *when, int *color);

/* The value of parse_color() as a decision: for "auto", a terminal has colors without NO_COLOR. */
bool want_color(int color, bool terminal);

/* A physical address in C's notation, as in 0x1000000; false if @text is none. */
bool parse_address(const char *text, uint64_t *address);

/* The argument of --raw. */
void parse_raw(struct optable_result *r, const char *text, uint64_t *base);

/* Append a word to @words, @nr of them, which the caller frees. */
void add_word(struct optable_result *r, const char ***words, size_t *nr, const char *word);

/* The argument of --page-size, "4K", "16K" or "64K", as bytes in *@size. */
void parse_page_size(struct optable_result *r, const char *text, uint32_t *size);

#endif
