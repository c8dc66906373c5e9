/* SPDX-License-Identifier: GPL-2.0 */

#ifndef KSTATE_DUMP_REPLACE_FILE_H
#define KSTATE_DUMP_REPLACE_FILE_H

#include <sys/types.h>

#include "cmd.h"

/**
 * replace_file - write a file beside @path, and give it that name when it is whole
 * @mode: its permissions
 * @put: writes what is in it
 *
 * A reader sees the old file or the new one. Nothing is left beside it if this fails, or a signal
 * ends the program. Where the file system has no files without a name, such signals wait until the
 * file is written.
 *
 * Return: 0, or an exit status, reported.
 */
int replace_file(struct run *run, const char *path, mode_t mode,
		 void (*put)(void *arg, struct buf *b),
		 void *arg);

#endif
