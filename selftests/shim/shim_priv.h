/* SPDX-License-Identifier: GPL-2.0 */
/* shim_priv.h - between shim.c and shim_kho.c */
#ifndef SHIM_PRIV_H
#define SHIM_PRIV_H

bool shim_may_alloc(void);
long shim_live_allocs(void);

/*
 * KHO and the page allocator have locks of their own. Where tests have threads, a
 * function holds one until it returns; memory has none, lest it orders what the
 * engine has to order.
 */
#ifdef SHIM_THREADS
extern struct mutex shim_machine;
#define MACHINE_LOCKED()							\
	struct mutex *shim_machine_ __attribute__((cleanup(shim_unlock), unused)) = \
		shim_lock(&shim_machine)
#define SHIM_LOCAL	static __thread
#else
#define MACHINE_LOCKED()	do { } while (0)
#define SHIM_LOCAL	static
#endif

void shim_maps_flush(void);
void shim_maps_forget(void);

/* Forget what is registered, and the image of it. */
void shim_abort(void);
void shim_registry_clear(void);

#endif
