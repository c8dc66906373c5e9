// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
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

int replace_file(struct run *run, const char *path, mode_t mode, void (*put)(void *arg, struct buf *b),
		 void *arg)
{
	struct buf b;
	char *name;
	int fd, err;

	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return cannot_write(run, path, ENOMEM);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		err = errno;
		free(name);
		return cannot_write(run, path, err);
	}
	buf_open(&b, fd);
	put(arg, &b);
	buf_flush(&b);
	err = b.failed;
	buf_free(&b);
	if (fchmod(fd, mode) && !err)
		err = errno;
	if (close(fd) && !err)
		err = errno;
	if (!err && rename(name, path))
		err = errno;
	if (err)
		unlink(name);
	free(name);
	return err ? cannot_write(run, path, err) : STATUS_DONE;
}
