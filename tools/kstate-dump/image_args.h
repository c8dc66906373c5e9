/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: the words after a command
 *
 * An IMAGE is a file or a directory; without one, the image is the live system. The word after it
 * names a part: a SECTION, a SECTION.FIELD, a description.
 *
 * A single word is an IMAGE if it is "-", has a "/", or is the name of a file that exists; it is a
 * part of the live system otherwise, and always with --live.
 */

#ifndef KSTATE_DUMP_IMAGE_ARGS_H
#define KSTATE_DUMP_IMAGE_ARGS_H

#include "cmd.h"

/* Take an IMAGE and nothing else. Returns 0, or an exit status, reported. */
int image_args_alone(struct run *run, const char **image);

/* Take an IMAGE and nothing else, and open it. Returns 0, or an exit status, reported. */
int image_args_open(struct run *run);

/* Is a word an IMAGE: "-", one with a "/", the name of a file that exists? */
bool image_args_is_image(const char *word);

/**
 * image_args_open_part - take an IMAGE and a part of it, and open the IMAGE
 * @needed: the command does nothing without a part
 * @part: becomes the part; NULL if none was named
 *
 * Return: 0, or an exit status, reported.
 */
int image_args_open_part(struct run *run, bool needed, const char **part);

#endif
