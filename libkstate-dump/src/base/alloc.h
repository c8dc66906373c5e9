/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: memory from the heap
 *
 * The library allocates with these functions alone. Each allocation that fails is counted, so that
 * what was made without it is never taken for the whole, whoever forgot to look: see kstd_status().
 * The count is that of the process: a shortage in one context makes all others say so, too, since a
 * context that says it for nothing is better than one that should and does not.
 */

#ifndef KSTD_ALLOC_H
#define KSTD_ALLOC_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* As their namesakes of the C library; free() frees what they give. */
void *kstd_malloc(size_t size) __attribute__((malloc, alloc_size(1)));
void *kstd_calloc(size_t nr, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *kstd_realloc(void *p, size_t size) __attribute__((alloc_size(2)));
void *kstd_reallocarray(void *p, size_t nr, size_t size) __attribute__((alloc_size(2, 3)));

#define KSTD_LARGE_PAGE	((size_t)2 << 20)

/*
 * Memory that is about to be filled: from %KSTD_LARGE_PAGE bytes on in large pages, since each page
 * is a fault, and the faults for a large file take longer than reading it. @size is rounded up to
 * such pages. free() and kstd_realloc() take what it gives.
 */
void *kstd_malloc_large(size_t *size) __attribute__((malloc));

/* An allocation failed that somebody else made, as the C library in fopen(). */
void kstd_alloc_failed(void);

/* How many allocations have failed since the process began. */
uint64_t kstd_allocs_failed(void);

#endif
