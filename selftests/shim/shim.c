// SPDX-License-Identifier: GPL-2.0
/*
 * shim.c - allocations, log, clock and modules for the engine in user space
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <shim/custom.h>

#include "shim.h"
#include "shim_priv.h"

/* Where there are threads, each has its own shortage of memory and its own log. */
SHIM_LOCAL unsigned long nr_allocs, fail_at;
SHIM_LOCAL bool failed;
SHIM_LOCAL char log_text[1 << 16];
SHIM_LOCAL size_t log_len;
static long live_allocs;
__thread bool shim_noio;

unsigned int nr_cpu_ids = 128;
void (*shim_at_store)(void);

#ifdef SHIM_THREADS
struct mutex shim_machine = { PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP };
#endif

static void count_live(long nr)
{
	__atomic_fetch_add(&live_allocs, nr, __ATOMIC_RELAXED);
}

/* A driver that memory reclaim waits for may itself wait for whoever holds the engine's lock. */
static void check_reclaim(void)
{
#ifndef SHIM_THREADS
	assert(!kstate_out.lock.held || shim_noio);
#endif
}

bool shim_may_alloc(void)
{
	check_reclaim();
	nr_allocs++;
	if (fail_at && nr_allocs >= fail_at) {
		failed = true;
		return false;
	}
	return true;
}

void *shim_alloc(size_t bytes)
{
	void *p = shim_may_alloc() && bytes != SIZE_MAX ? calloc(1, bytes ?: 1) : NULL;

	count_live(!!p);
	return p;
}

void *shim_driver_alloc(size_t bytes)
{
	count_live(1);
	return calloc(1, bytes ?: 1);
}

void *shim_realloc(void *p, size_t bytes)
{
	void *q = shim_may_alloc() && bytes != SIZE_MAX ? realloc(p, bytes) : NULL;

	count_live(q && !p);
	return q;
}

void shim_free(void *p)
{
	count_live(-!!p);
	free(p);
}

long shim_live_allocs(void)
{
	return live_allocs;
}

void shim_fail_alloc(unsigned long nth)
{
	nr_allocs = 0;
	fail_at = nth;
	failed = false;
}

unsigned long shim_allocs(void)
{
	return nr_allocs;
}

bool shim_alloc_failed(void)
{
	return failed;
}

void shim_log(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(log_text + log_len, sizeof(log_text) - log_len, fmt, ap);
	va_end(ap);
	if (len > 0 && log_len + len < sizeof(log_text))
		log_len += len;
}

void shim_warned(const char *what)
{
	fail_msg("the engine warns: %s", what);
}

const char *shim_log_text(void)
{
	return log_text;
}

void shim_log_clear(void)
{
	log_len = 0;
	log_text[0] = '\0';
}

const char kstate_abis[] = KSTATE_COMPATIBLE "\0shim-v1";
const size_t kstate_abis_len = sizeof(kstate_abis);

u64 ktime_get_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

u64 ktime_get_real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

const struct shim_utsname *init_utsname(void)
{
	static const struct shim_utsname name = { "7.3.4-shim", "x86_64" };

	return &name;
}

int shim_pins;
bool shim_module;

struct module *kstate_module_get(const void *data)
{
	MACHINE_LOCKED();
	shim_pins += shim_module;
	return shim_module ? (struct module *)&shim_pins : NULL;
}

void kstate_module_put(struct module *module)
{
	MACHINE_LOCKED();
	shim_pins -= !!module;
}

void shim_abort(void)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_abort();
}

void shim_registry_clear(void)
{
	while (!list_empty(&kstate_out.entries)) {
		struct kstate_entry *e = list_first_entry(&kstate_out.entries,
							  struct kstate_entry, list);

		/* What is left in an image; only dropping that frees it. */
		if (!e->class) {
			shim_abort();
			continue;
		}
		kstate_unregister(e->class->desc, e->obj, e->key.instance);
	}
	kstate_index_free(&kstate_out.by_key);
	kstate_index_free(&kstate_out.by_id);
}
