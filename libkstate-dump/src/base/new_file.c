// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kstate-dump.h>

#include "base/file.h"
#include "base/new_file.h"

#define TRIES	100

/* The temporary name of the file that is being written, for kstd_unfinished_remove(). */
static const char *unfinished;

void kstd_unfinished_remove(void)
{
	const char *path = __atomic_exchange_n(&unfinished, NULL, __ATOMIC_ACQ_REL);
	int err = errno;

	if (path)
		unlink(path);
	errno = err;
}

static int file_error(struct kstd_ctx *ctx, const char *path, int err)
{
	struct kstd_where where = KSTD_AT(NULL, path, strlen(path));

	return err != EEXIST ? kstd_errno(ctx, path, err) :
	       kstd_err_at(ctx, &where, kstd_err(ctx, KSTD_E_IO, KSTD_NO_OFFSET,
						 "there is a file of that name, and none is replaced"));
}

/* A file without a name, in the directory of @path; -1 if the file system has no such files. */
static int open_unnamed(const char *path, mode_t mode)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char dir[PATH_MAX];

	if (len >= sizeof(dir) || access("/proc/self/fd", X_OK))
		return -1;
	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(len ? len : 1) : 1, slash ? path : ".");
	return open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

static int open_named(struct kstd_new_file *file, mode_t mode)
{
	int fd = -1;

	for (unsigned int i = 0; fd < 0 && i < TRIES; i++) {
		if (snprintf(file->tmp, sizeof(file->tmp), "%s.%d-%u", file->path, getpid(), i) >=
		    (int)sizeof(file->tmp))
			errno = ENAMETOOLONG;
		else
			fd = open(file->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	if (fd >= 0)
		__atomic_store_n(&unfinished, file->tmp, __ATOMIC_RELEASE);
	return fd;
}

int kstd_new_file_begin(struct kstd_ctx *ctx, const char *path, mode_t mode,
			struct kstd_new_file *file)
{
	struct stat st;

	*file = (struct kstd_new_file){ .path = path };
	if (!lstat(path, &st))
		return file_error(ctx, path, EEXIST);
	if (errno != ENOENT)
		return file_error(ctx, path, errno);
	file->fd = open_unnamed(path, mode);
	if (file->fd < 0)
		file->fd = open_named(file, mode);
	return file->fd < 0 ? file_error(ctx, path, errno) : 0;
}

/* Returns 0 or an errno. */
static int give_name(const struct kstd_new_file *file)
{
	char self[64];

	if (!*file->tmp) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", file->fd);
		return linkat(AT_FDCWD, self, AT_FDCWD, file->path, AT_SYMLINK_FOLLOW) ? errno : 0;
	}
	if (!link(file->tmp, file->path))
		return 0;
	/* This file system has no links. A file that appears after access() is replaced. */
	if (errno == EEXIST || !access(file->path, F_OK))
		return EEXIST;
	return rename(file->tmp, file->path) ? errno : 0;
}

int kstd_new_file_end(struct kstd_ctx *ctx, struct kstd_new_file *file, int rc)
{
	int err = 0;

	if (!rc && fsync(file->fd) && errno != EINVAL && errno != EROFS)
		err = errno;
	if (!rc && !err)
		err = give_name(file);
	/* All of it is on the disk by now. */
	close(file->fd);
	if (*file->tmp) {
		unlink(file->tmp);
		__atomic_store_n(&unfinished, NULL, __ATOMIC_RELEASE);
	}
	return err ? file_error(ctx, file->path, err) : rc;
}
