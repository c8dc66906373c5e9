// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "base/file.h"
#include "memory/tree.h"

static void drop_tree(void *p, size_t len)
{
	(void)len;
	close((int)(intptr_t)p);
}

int kstd_tree_open(struct kstd_dump *dump, const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return kstd_errno(dump->ctx, path, errno);
	dump->tree = fd;
	return kstd_arena_own(&dump->arena, drop_tree, (void *)(intptr_t)fd, 0) ? 0 :
	       kstd_nomem(dump->ctx);
}

/* Without openat2(), no link is followed at all: each part of the path is opened by itself. */
static int open_each(int dir, const char *rel, int flags)
{
	char path[PATH_MAX], *name = path, *slash;
	int at = dir, next;

	if (strlen(rel) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(path, rel);
	while ((slash = strchr(name, '/'))) {
		*slash = 0;
		next = *name ? openat(at, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC) :
			       dup(at);
		if (at != dir)
			close(at);
		at = next;
		if (at < 0)
			return -1;
		name = slash + 1;
	}
	next = openat(at, *name ? name : ".", flags | O_NOFOLLOW);
	if (at != dir)
		close(at);
	if (next < 0 && errno == ELOOP)
		errno = EXDEV;
	return next;
}

static int open_below(const struct kstd_dump *dump, const char *rel, int flags)
{
	struct open_how how = {
		.flags = flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (!*rel)
		rel = ".";
	if (dump->follow)
		return openat(dump->tree, rel, flags);
	fd = syscall(SYS_openat2, dump->tree, rel, &how, sizeof(how));
	return fd < 0 && errno == ENOSYS ? open_each(dump->tree, rel, flags) : fd;
}

int kstd_tree_look(struct kstd_dump *dump, const char *rel, enum kstd_tree_found *found)
{
	int fd = open_below(dump, rel, O_PATH | O_CLOEXEC), err = errno;
	struct stat st;

	*found = KSTD_TREE_NONE;
	if (fd < 0 && (err == ENOENT || err == ENOTDIR))
		return 0;
	if (fd < 0 && (err == EXDEV || err == ELOOP)) {
		*found = KSTD_TREE_OUTSIDE;
		return 0;
	}
	err = fd < 0 ? err : fstat(fd, &st) ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (err)
		return kstd_errno(dump->ctx, rel, err);
	/* What the fallback opens may be the link itself. */
	*found = S_ISREG(st.st_mode) ? KSTD_TREE_FILE : S_ISDIR(st.st_mode) ? KSTD_TREE_DIR :
		 S_ISLNK(st.st_mode) ? KSTD_TREE_OUTSIDE : KSTD_TREE_SPECIAL;
	return 0;
}

int kstd_tree_fd(const struct kstd_dump *dump, const char *rel)
{
	/* O_NONBLOCK: a pipe may have taken the place of the file. */
	int fd = open_below(dump, rel, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st)) {
		if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
			return fd;
		errno = ENXIO;
	}
	close(fd);
	return -1;
}
