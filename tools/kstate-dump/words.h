/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the words after a command
 *
 * An IMAGE is a file or a directory; without one it is the live system. What
 * follows it says which part: a SECTION, a SECTION.FIELD, a description.
 *
 * Files named on the command line come before the live system: a single word
 * is an IMAGE if it is "-", has a "/", or is the name of a file that exists.
 * --live says that it is not.
 */

#ifndef KSTATE_DUMP_WORDS_H
#define KSTATE_DUMP_WORDS_H

#include "../common/cmd.h"

/**
 * struct words - what was named
 * @image: NULL for the live system
 * @part: NULL for all of it
 */
struct words {
	const char *image;
	const char *part;
};

/* For commands whose part may be left out. Return 0, or an exit status, reported. */
int words_get(struct run *run, struct words *w);

/* For commands that need a part. */
int words_need(struct run *run, struct words *w);

/* For commands that take an IMAGE and nothing else. */
int words_image(struct run *run, const char **image);

#endif
