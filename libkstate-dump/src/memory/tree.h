/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: files of a directory
 *
 * A directory may be somebody else's: a link in it may lead anywhere, and a program of root would
 * read what the owner of the directory may not. Nothing but regular files below the directory is
 * read: links that lead out of it are not followed, unless the caller of kstd_open() asked for
 * that; pipes, sockets and devices never are, since they may give endless bytes, or block.
 */

#ifndef KSTD_TREE_H
#define KSTD_TREE_H

#include "base/dump.h"

/* Open the directory as that of the dump; the dump closes it. Returns 0 or -KSTD_ENVIRONMENT. */
int kstd_tree_open(struct kstd_dump *dump, const char *path);

/* What kstd_tree_look() finds. */
enum kstd_tree_found {
	KSTD_TREE_NONE,		/* nothing of that name */
	KSTD_TREE_FILE,
	KSTD_TREE_DIR,
	KSTD_TREE_OUTSIDE,	/* a link that leads out of the directory */
	KSTD_TREE_SPECIAL,	/* a pipe, a socket, a device */
};

/**
 * kstd_tree_look - what is there?
 * @rel: the path below the directory
 * @found: set if this returns 0
 *
 * Return: 0; -KSTD_ENVIRONMENT: that cannot be known.
 */
int kstd_tree_look(struct kstd_dump *dump, const char *rel, enum kstd_tree_found *found);

/**
 * kstd_tree_fd - open a file, or a directory, to read it
 * @rel: the path below the directory
 *
 * Return: a file descriptor, which the caller closes; -1 and errno: EXDEV for what leads out of
 * the directory, ENXIO for what is neither a file nor a directory.
 */
int kstd_tree_fd(const struct kstd_dump *dump, const char *rel);

#endif
