// SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause

#include <stdlib.h>

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
