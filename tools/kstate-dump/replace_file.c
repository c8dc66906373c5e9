// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace_file.h"

static int cannot_write(struct run *run, const char *path, int err)
{
	struct out_error error = { err == EACCES ? "no-permission" : "io", strerror(err), path,
				   KSTD_NO_OFFSET };

	run->out->ops->fail(run->out, run->cmd->name, run->source, &error);
	return STATUS_ENVIRONMENT;
}

/* A file without a name beside @path; -1 if the file system has no such files. */
static int open_unnamed(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : slash - path) : strdup(".");
	int fd = -1;

	if (dir && !access("/proc/self/fd", X_OK))
		fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(dir);
	return fd;
}

/* Signals that end the program wait until it leaves nothing behind. */
static void hold_signals(sigset_t *before)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, before);
}

/* Returns 0 or an errno. */
static int link_unnamed(int fd, const char *name)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) ? errno : 0;
}

static int write_all(int fd, mode_t mode, void (*put)(void *arg, struct buf *b), void *arg)
{
	struct buf b;
	int err;

	buf_open(&b, fd);
	put(arg, &b);
	buf_flush(&b);
	err = b.failed;
	buf_free(&b);
	return err ? err : fchmod(fd, mode) ? errno : 0;
}

int replace_file(struct run *run, const char *path, mode_t mode,
		 void (*put)(void *arg, struct buf *b),
		 void *arg)
{
	int fd = open_unnamed(path), err = 0;
	bool named = fd < 0, made = false;
	sigset_t before;
	char *name;

	if (asprintf(&name, "%s.%d", path, getpid()) < 0) {
		if (fd >= 0)
			close(fd);
		return cannot_write(run, path, ENOMEM);
	}
	if (named) {
		hold_signals(&before);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	made = named && fd >= 0;
	err = fd < 0 ? errno : write_all(fd, mode, put, arg);
	if (!named)
		hold_signals(&before);
	if (!err && !named) {
		err = link_unnamed(fd, name);
		made = !err;
	}
	if (fd >= 0 && close(fd) && !err)
		err = errno;
	if (!err && rename(name, path))
		err = errno;
	if (err && made)
		unlink(name);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(name);
	return err ? cannot_write(run, path, err) : STATUS_DONE;
}
