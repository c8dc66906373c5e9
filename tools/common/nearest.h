/* SPDX-License-Identifier: GPL-2.0 */

/* Which word of a list was meant by one that is not in it. */

#ifndef TOOLS_NEAREST_H
#define TOOLS_NEAREST_H

#include <stddef.h>

#define NEAREST_MAX	31	/* bytes of a word at most: longer ones have no neighbours */

/**
 * struct nearest - the best word so far; set @word, zero the rest
 * @word: what the user wrote
 * @found: the word that is nearest, if it is near enough; NULL: none is
 * @distance: how many letters have to be put in, taken out or replaced
 */
struct nearest {
	const char *word;
	const char *found;
	size_t distance;
};

/* Compare with one more word of the list, which outlives @n. */
void nearest_try(struct nearest *n, const char *candidate);

#endif
