// SPDX-License-Identifier: GPL-2.0

/*
 * To be preloaded: after SHORTEN_AT read(), pread() or mmap() calls of the file SHORTEN, which is found by
 * its inode, it has SHORTEN_TO bytes, as if another process had truncated it. At the end, the number of
 * such calls is written to the file SHORTEN_COUNT, if that is set. What maps a file gets SIGBUS.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static void count(int fd)
{
	const char *path = getenv("SHORTEN"), *at = getenv("SHORTEN_AT"), *to = getenv("SHORTEN_TO");
	struct stat st, want;

	if (!path || fstat(fd, &st) || stat(path, &want) || st.st_ino != want.st_ino ||
	    st.st_dev != want.st_dev)
		return;
	if (++calls == (at ? atol(at) : 0) && truncate(path, to ? atol(to) : 0))
		perror("shorten");
}

ssize_t read(int fd, void *buf, size_t len)
{
	ssize_t n = ((ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read"))(fd, buf, len);

	count(fd);
	return n;
}

ssize_t pread(int fd, void *buf, size_t len, off_t off)
{
	ssize_t n = ((ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread"))(fd, buf, len,
											off);

	count(fd);
	return n;
}

ssize_t pread64(int fd, void *buf, size_t len, off64_t off)
{
	ssize_t n = ((ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64"))(fd, buf,
											   len, off);

	count(fd);
	return n;
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	void *p = ((void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap"))(
		at, len, prot, flags, fd, off);

	if (fd >= 0)
		count(fd);
	return p;
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("SHORTEN_COUNT");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%ld\n", calls);
	fclose(f);
}
