/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stub.h - locks that only notice misuse: but for test_threads, which is built with
 * SHIM_THREADS, tests have one thread
 */
#ifndef SHIM_STUB_H
#define SHIM_STUB_H

#include <shim/dup.h>
#include <assert.h>

#ifdef SHIM_THREADS
#include <pthread.h>

struct mutex {
	pthread_mutex_t m;
};

#define __MUTEX_INITIALIZER(name)	{ PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP }

static inline struct mutex *shim_lock(struct mutex *m)
{
	int err = pthread_mutex_lock(&m->m);

	assert(!err);
	return m;
}

static inline void shim_unlock(struct mutex **m)
{
	int err = pthread_mutex_unlock(&(*m)->m);

	assert(!err);
}
#else
struct mutex {
	int held;
};

#define __MUTEX_INITIALIZER(name)	{ 0 }

static inline struct mutex *shim_lock(struct mutex *m)
{
	assert(!m->held);
	m->held = 1;
	return m;
}

static inline void shim_unlock(struct mutex **m)
{
	assert((*m)->held);
	(*m)->held = 0;
}

static inline bool mutex_is_locked(const struct mutex *m)
{
	return m->held;
}
#endif

/* Who has a lock is known where there is one thread only. */
#ifdef SHIM_THREADS
#define lockdep_assert_held(m)		((void)(m))
#define lockdep_assert_not_held(m)	((void)(m))
#else
#define lockdep_assert_held(m)		assert((m)->held)
#define lockdep_assert_not_held(m)	assert(!(m)->held)
#endif

#define guard(kind) shim_guard_##kind
#define shim_guard_mutex(m)						\
	struct mutex *shim_guard_ __attribute__((cleanup(shim_unlock), unused)) = shim_lock(m)

#define scoped_guard(kind, m)						\
	for (struct mutex *scope_ __attribute__((cleanup(shim_unlock_scope))) = shim_lock(m); \
	     scope_; shim_unlock_scope(&scope_))

static inline void shim_unlock_scope(struct mutex **m)
{
	if (*m)
		shim_unlock(m);
	*m = NULL;
}

#endif /* SHIM_STUB_H */
