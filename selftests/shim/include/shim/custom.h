/* SPDX-License-Identifier: GPL-2.0 */
/*
 * custom.h - what the kernel has under these names, made for tests
 *
 * Allocations can be made to fail and are counted; the log is kept; pages and
 * folios come from a machine of our own, see shim.h.
 */
#ifndef SHIM_CUSTOM_H
#define SHIM_CUSTOM_H

#include <shim/dup.h>

#define GFP_KERNEL	0

void *shim_alloc(size_t bytes);
void *shim_realloc(void *p, size_t bytes);
void shim_free(void *p);

/* What a driver allocated before, which never fails; shim_free() takes it. */
void *shim_driver_alloc(size_t bytes);

#define kzalloc_obj(obj)		shim_alloc(sizeof(obj))
#define kzalloc(bytes, gfp)		shim_alloc(bytes)
#define kvzalloc(bytes, gfp)		shim_alloc(bytes)
#define kcalloc(n, size, gfp)		shim_alloc(array_size(n, size))
#define kvcalloc(n, size, gfp)		shim_alloc(array_size(n, size))
#define kvrealloc(p, bytes, gfp)	shim_realloc(p, bytes)
#define kfree(p)			shim_free(p)
#define kvfree(p)			shim_free(p)

__attribute__((format(printf, 1, 2))) void shim_log(const char *fmt, ...);

#define pr_err(fmt, ...)	shim_log(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)	shim_log(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)	shim_log(pr_fmt(fmt), ##__VA_ARGS__)

void shim_warned(const char *what);
#define WARN_ON_ONCE(cond)	do { if (cond) shim_warned(#cond); } while (0)

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define MAX_PAGE_ORDER	10
#define MAX_FOLIO_ORDER	18

static inline int get_order(size_t bytes)
{
	int order = 0;

	while (PAGE_SIZE << order < bytes)
		order++;
	return order;
}

/* A machine with some processors and nodes, which tests may change. */
extern unsigned int nr_cpu_ids;
#define NR_CPUS			256
#define nr_cpumask_bits		nr_cpu_ids
#define MAX_NUMNODES		64

typedef struct cpumask {
	unsigned long bits[NR_CPUS / 64];
} cpumask_t;

typedef struct {
	unsigned long bits[1];
} nodemask_t;

u32 crc32c(u32 crc, const void *p, size_t len);
u64 ktime_get_ns(void);

/* The same in each run, but nothing that a test could know. */
static inline u64 get_random_u64(void)
{
	return 0x2545f4914f6cdd1dULL;
}

#define local_clock	ktime_get_ns
u64 ktime_get_real_ns(void);

struct shim_utsname {
	char release[65];
	char machine[65];
};

const struct shim_utsname *init_utsname(void);

#endif /* SHIM_CUSTOM_H */
