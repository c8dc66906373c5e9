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

#ifndef KSTATE_DUMP_IMAGE_ARGS_H
#define KSTATE_DUMP_IMAGE_ARGS_H

#include "cmd.h"

/**
 * struct image_args - what was named
 * @image: NULL for the live system
 * @part: NULL for all of it
 */
struct image_args {
	const char *image;
	const char *part;
};

/* For commands whose part may be left out. Return 0, or an exit status, reported. */
int image_args_get(struct run *run, struct image_args *w);

/* For commands that need a part. */
int image_args_need(struct run *run, struct image_args *w);

/* For commands that take an IMAGE and nothing else. */
int image_args_alone(struct run *run, const char **image);

#endif
