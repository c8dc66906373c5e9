// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>
#include <sys/mman.h>

#include "base/alloc.h"

static uint64_t failed;

void kstd_alloc_failed(void)
{
	__atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
}

uint64_t kstd_allocs_failed(void)
{
	return __atomic_load_n(&failed, __ATOMIC_RELAXED);
}

static void *counted(void *p)
{
	if (!p)
		kstd_alloc_failed();
	return p;
}

void *kstd_malloc(size_t size)
{
	return counted(malloc(size ? size : 1));
}

void *kstd_malloc_large(size_t *size)
{
	const size_t page = KSTD_LARGE_PAGE;
	void *p;

	if (*size < page || *size > SIZE_MAX - page)
		return kstd_malloc(*size);
	*size = (*size + page - 1) / page * page;
	p = counted(aligned_alloc(page, *size));
	/* A kernel that has no large pages, or none left, gives small ones. */
	if (p)
		madvise(p, *size, MADV_HUGEPAGE);
	return p;
}

void *kstd_calloc(size_t nr, size_t size)
{
	return counted(calloc(nr ? nr : 1, size ? size : 1));
}

void *kstd_realloc(void *p, size_t size)
{
	return counted(realloc(p, size ? size : 1));
}

void *kstd_reallocarray(void *p, size_t nr, size_t size)
{
	return counted(reallocarray(p, nr ? nr : 1, size ? size : 1));
}
