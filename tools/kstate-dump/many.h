/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: several images at once
 *
 * A command that takes several IMAGEs answers for each with a JSON document in a line of its own,
 * in the order of the command line. Each image is opened in a process of its own, as many at a time
 * as there are processors: so an image takes no memory after its answer, and what goes wrong with
 * one leaves the others alone.
 */

#ifndef KSTATE_DUMP_MANY_H
#define KSTATE_DUMP_MANY_H

#include "cmd.h"

/* Are there several IMAGEs on the command line? */
static inline bool many_wanted(const struct run *run)
{
	return run->argc > 1;
}

/**
 * many_run - run a command for each IMAGE
 * @one: runs it for one, and returns an exit status, reported; it is called in a child process
 *
 * Return: the exit status of the worst, see status_of_many(), or a usage error, reported.
 */
int many_run(struct run *run, int (*one)(struct run *run, const char *image, void *arg), void *arg);

#endif
