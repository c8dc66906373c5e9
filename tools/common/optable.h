/* SPDX-License-Identifier: GPL-2.0 */

/* A program's table of options: for getopt, the help, the manual page and the completion. */

#ifndef TOOLS_OPTABLE_H
#define TOOLS_OPTABLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define OPTABLE_MAX	64	/* a bit for each fits in an uint64_t */

/**
 * struct option_def - an option
 * @letter: of the short form, 0 if it has none
 * @name: of the long form
 * @arg: NULL if it takes none; "[=WORD]" if it may take one; else its name
 * @help: one line; NULL hides it
 * @commands: names of those that take it, blanks between; NULL: every command
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
 * struct optable_getopt - the table in the form that getopt_long() wants
 */
struct optable_getopt {
	struct option longs[OPTABLE_MAX + 1];
	char shorts[3 * OPTABLE_MAX + 2];
};

/* With @in_order, options end at the first word that is none. */
void optable_getopt(const struct optable *t, struct optable_getopt *g, bool in_order);

/* The index of what getopt_long() returned; @t->nr if there is no such option. */
int optable_index(const struct optable *t, int c);

/* What is wrong with the word that getopt_long() has just refused. */
void optable_wrong(char *text, size_t size, int argc, char **argv);

/* Does the option belong to @command, and not to every one? */
bool option_is_of(const struct option_def *def, const char *command);

/* The first option of those in @given (a bit for each) that @command does not take, or NULL. */
const struct option_def *optable_misplaced(const struct optable *t, uint64_t given,
					   const char *command);

/* A line for each option: those of @command alone, or if it is NULL those of all commands. */
void optable_help(const struct optable *t, struct buf *b, const char *command);

/* A line for each: option, argument, commands, with ":" between; for the completion. */
void optable_completion(const struct optable *t, struct buf *b);

/* Items of an mdoc list, as optable_help(); those of a command make a list of their own. */
void optable_man(const struct optable *t, struct buf *b, const char *command);

#endif
