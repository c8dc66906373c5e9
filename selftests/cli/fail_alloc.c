// SPDX-License-Identifier: GPL-2.0

/* To be preloaded: the allocation with the number FAIL_AT, counted from 1, fails. */

#include <errno.h>
#include <stdlib.h>

/* The allocator of glibc itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *p, size_t size);

static int fails(void)
{
	static long nr, at = -1;
	const char *text;

	if (at < 0) {
		text = getenv("FAIL_AT");
		at = text ? atol(text) : 0;
	}
	if (++nr != at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	return fails() ? NULL : __libc_calloc(nr, size);
}

void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
