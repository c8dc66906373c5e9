// SPDX-License-Identifier: GPL-2.0

/*
 * To be preloaded: the call with the number FAIL_AT, counted from 1, of the kind FAIL_WHAT fails:
 *
 *   alloc   malloc() and its siblings, those that libraries call, too: ENOMEM
 *   read    read(), pread(), fread(), fgets(): EIO
 *   mmap    ENOMEM
 *   open    open() and its siblings, opendir(), fopen(): ENFILE
 *   stat    stat() and its siblings, access(): EIO
 *   close   close(), fclose(), EIO; the file is closed all the same
 *   write   write(), pwrite(), fwrite(), fflush(), ftruncate(): ENOSPC
 *   rename  rename(), link(), linkat(): EIO
 *
 * With FAIL_KILL, SIGTERM comes at that call instead. Without FAIL_WHAT it is allocations. At the end, the numbers of calls are written to the file
 * FAIL_COUNT, if that is set. Compiled with FAIL_WRAP, it is linked into a program with ld's --wrap
 * instead, for programs with ASAN, which have their own malloc().
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KINDS(X)	X(alloc) X(read) X(mmap) X(open) X(stat) X(close) X(write) X(rename)

#define X(kind) KIND_##kind,
enum kind {
	KINDS(X)
	NR_KINDS,
};
#undef X

#define X(kind) #kind,
static const char *const names[] = { KINDS(X) };
#undef X

#ifdef FAIL_WRAP
#define REAL(ret, fn, ...)	extern ret __real_##fn(__VA_ARGS__); ret __wrap_##fn(__VA_ARGS__)
#define CALL(ret, fn, ...)	__real_##fn
#define NAME(fn)		__wrap_##fn
#else
#define REAL(ret, fn, ...)	ret fn(__VA_ARGS__)
#define CALL(ret, fn, ...)	((ret (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #fn))
#define NAME(fn)		fn
#endif

static long calls[NR_KINDS], at = -1;
static int what;

static void begin(void)
{
	const char *kind = getenv("FAIL_WHAT"), *nr = getenv("FAIL_AT");

	at = nr ? atol(nr) : 0;
	for (int i = 0; kind && i < NR_KINDS; i++)
		if (!strcmp(kind, names[i]))
			what = i;
}

static int fails(enum kind kind, int err)
{
	if (at < 0)
		begin();
	if (++calls[kind] != at || (int)kind != what)
		return 0;
	if (getenv("FAIL_KILL"))
		raise(SIGTERM);
	errno = err;
	return 1;
}

__attribute__((destructor)) static void tell(void)
{
	const char *file = getenv("FAIL_COUNT");
	char text[256] = "";
	int fd;

	if (!file)
		return;
	for (int i = 0; i < NR_KINDS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %ld\n", names[i],
			 calls[i]);
	fd = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	syscall(SYS_write, fd, text, strlen(text));
}

#ifdef FAIL_WRAP
REAL(void *, malloc, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __real_malloc(size);
}

REAL(void *, calloc, size_t nr, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __real_calloc(nr, size);
}

REAL(void *, realloc, void *p, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __real_realloc(p, size);
}

REAL(void *, reallocarray, void *p, size_t nr, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __real_reallocarray(p, nr, size);
}

REAL(char *, strdup, const char *s)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __real_strdup(s);
}
#else
/* The allocator of glibc itself: dlsym() allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __libc_calloc(nr, size);
}

void *realloc(void *p, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL : __libc_realloc(p, size);
}
#endif

REAL(void *, aligned_alloc, size_t alignment, size_t size)
{
	return fails(KIND_alloc, ENOMEM) ? NULL :
	       CALL(void *, aligned_alloc, size_t, size_t)(alignment, size);
}

REAL(ssize_t, read, int fd, void *buf, size_t len)
{
	return fails(KIND_read, EIO) ? -1 : CALL(ssize_t, read, int, void *, size_t)(fd, buf, len);
}

REAL(ssize_t, pread, int fd, void *buf, size_t len, off_t off)
{
	return fails(KIND_read, EIO) ? -1 :
	       CALL(ssize_t, pread, int, void *, size_t, off_t)(fd, buf, len, off);
}

REAL(ssize_t, pread64, int fd, void *buf, size_t len, off64_t off)
{
	return fails(KIND_read, EIO) ? -1 :
	       CALL(ssize_t, pread64, int, void *, size_t, off64_t)(fd, buf, len, off);
}

/* What ferror() looks at in glibc. */
#define ERR_SEEN	0x20

REAL(size_t, fread, void *buf, size_t size, size_t nr, FILE *f)
{
	if (!fails(KIND_read, EIO))
		return CALL(size_t, fread, void *, size_t, size_t, FILE *)(buf, size, nr, f);
	f->_flags |= ERR_SEEN;
	return 0;
}

REAL(char *, fgets, char *buf, int size, FILE *f)
{
	if (!fails(KIND_read, EIO))
		return CALL(char *, fgets, char *, int, FILE *)(buf, size, f);
	f->_flags |= ERR_SEEN;
	return NULL;
}

REAL(void *, mmap, void *p, size_t len, int prot, int flags, int fd, off_t off)
{
	return fails(KIND_mmap, ENOMEM) ? MAP_FAILED :
	       CALL(void *, mmap, void *, size_t, int, int, int, off_t)(p, len, prot, flags, fd, off);
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#ifdef FAIL_WRAP
extern int __real_open(const char *path, int flags, ...);
extern int __real_openat(int dir, const char *path, int flags, ...);
#endif

int NAME(open)(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(KIND_open, ENFILE) ? -1 :
	       CALL(int, open, const char *, int, ...)(path, flags, mode);
}

int NAME(openat)(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(KIND_open, ENFILE) ? -1 :
	       CALL(int, openat, int, const char *, int, ...)(dir, path, flags, mode);
}

REAL(FILE *, fopen, const char *path, const char *mode)
{
	return fails(KIND_open, ENFILE) ? NULL :
	       CALL(FILE *, fopen, const char *, const char *)(path, mode);
}

REAL(DIR *, opendir, const char *path)
{
	return fails(KIND_open, ENFILE) ? NULL : CALL(DIR *, opendir, const char *)(path);
}

REAL(DIR *, fdopendir, int fd)
{
	return fails(KIND_open, ENFILE) ? NULL : CALL(DIR *, fdopendir, int)(fd);
}

REAL(int, stat, const char *path, struct stat *st)
{
	return fails(KIND_stat, EIO) ? -1 : CALL(int, stat, const char *, struct stat *)(path, st);
}

REAL(int, lstat, const char *path, struct stat *st)
{
	return fails(KIND_stat, EIO) ? -1 : CALL(int, lstat, const char *, struct stat *)(path, st);
}

REAL(int, fstat, int fd, struct stat *st)
{
	return fails(KIND_stat, EIO) ? -1 : CALL(int, fstat, int, struct stat *)(fd, st);
}

REAL(int, fstatat, int dir, const char *path, struct stat *st, int flags)
{
	return fails(KIND_stat, EIO) ? -1 :
	       CALL(int, fstatat, int, const char *, struct stat *, int)(dir, path, st, flags);
}

REAL(int, access, const char *path, int mode)
{
	return fails(KIND_stat, EIO) ? -1 : CALL(int, access, const char *, int)(path, mode);
}

REAL(int, close, int fd)
{
	int bad = fails(KIND_close, EIO), rc = CALL(int, close, int)(fd);

	if (bad)
		errno = EIO;
	return bad ? -1 : rc;
}

REAL(int, fclose, FILE *f)
{
	int bad = fails(KIND_close, EIO), rc = CALL(int, fclose, FILE *)(f);

	if (bad)
		errno = EIO;
	return bad ? EOF : rc;
}

REAL(ssize_t, write, int fd, const void *buf, size_t len)
{
	return fails(KIND_write, ENOSPC) ? -1 :
	       CALL(ssize_t, write, int, const void *, size_t)(fd, buf, len);
}

REAL(ssize_t, pwrite, int fd, const void *buf, size_t len, off_t off)
{
	return fails(KIND_write, ENOSPC) ? -1 :
	       CALL(ssize_t, pwrite, int, const void *, size_t, off_t)(fd, buf, len, off);
}

REAL(size_t, fwrite, const void *buf, size_t size, size_t nr, FILE *f)
{
	if (!fails(KIND_write, ENOSPC))
		return CALL(size_t, fwrite, const void *, size_t, size_t, FILE *)(buf, size, nr, f);
	f->_flags |= ERR_SEEN;
	return 0;
}

REAL(int, fflush, FILE *f)
{
	return fails(KIND_write, ENOSPC) ? EOF : CALL(int, fflush, FILE *)(f);
}

REAL(int, ftruncate, int fd, off_t len)
{
	return fails(KIND_write, ENOSPC) ? -1 : CALL(int, ftruncate, int, off_t)(fd, len);
}

REAL(int, rename, const char *from, const char *to)
{
	return fails(KIND_rename, EIO) ? -1 :
	       CALL(int, rename, const char *, const char *)(from, to);
}

REAL(int, link, const char *from, const char *to)
{
	return fails(KIND_rename, EIO) ? -1 : CALL(int, link, const char *, const char *)(from, to);
}

REAL(int, linkat, int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return fails(KIND_rename, EIO) ? -1 :
	       CALL(int, linkat, int, const char *, int, const char *, int)(from_dir, from, to_dir,
									    to, flags);
}
