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

/* Counts wake-ups, so that none is lost between looking and sleeping. */
typedef struct {
	pthread_mutex_t m;
	pthread_cond_t c;
	unsigned long wakes;
} wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)				\
	{ PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

static inline unsigned long shim_wakes(wait_queue_head_t *wq)
{
	unsigned long wakes;

	pthread_mutex_lock(&wq->m);
	wakes = wq->wakes;
	pthread_mutex_unlock(&wq->m);
	return wakes;
}

static inline void shim_sleep(wait_queue_head_t *wq, unsigned long wakes)
{
	pthread_mutex_lock(&wq->m);
	while (wq->wakes == wakes)
		pthread_cond_wait(&wq->c, &wq->m);
	pthread_mutex_unlock(&wq->m);
}

static inline void shim_wake(wait_queue_head_t *wq)
{
	pthread_mutex_lock(&wq->m);
	wq->wakes++;
	pthread_cond_broadcast(&wq->c);
	pthread_mutex_unlock(&wq->m);
}

#define wait_event_cmd(wq, cond, cmd1, cmd2)				\
	for (;;) {							\
		unsigned long wakes_ = shim_wakes(&(wq));		\
									\
		if (cond)						\
			break;						\
		cmd1;							\
		shim_sleep(&(wq), wakes_);				\
		cmd2;							\
	}
#define wake_up_all(wq)	shim_wake(wq)

static inline struct mutex *shim_lock(struct mutex *m)
{
	int err = pthread_mutex_lock(&m->m);

	assert(!err);
	return m;
}

static inline bool shim_trylock(struct mutex *m)
{
	return !pthread_mutex_trylock(&m->m);
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

typedef struct {
	int unused;
} wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)	{ 0 }

/* With one thread no other would ever wake it. */
#define wait_event_cmd(wq, cond, cmd1, cmd2)	assert(cond)
#define wake_up_all(wq)	((void)(wq))

static inline struct mutex *shim_lock(struct mutex *m)
{
	assert(!m->held);
	m->held = 1;
	return m;
}

static inline bool shim_trylock(struct mutex *m)
{
	bool taken = !m->held;

	m->held = 1;
	return taken;
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

static inline void mutex_lock(struct mutex *m)
{
	shim_lock(m);
}

static inline void mutex_unlock(struct mutex *m)
{
	shim_unlock(&m);
}

struct lock_class_key {
	int unused;
};

struct lockdep_map {
	int unused;
};

#define lockdep_register_key(key)	((void)(key))
#define lockdep_unregister_key(key)	((void)(key))
#define lockdep_init_map(map, name, key, subclass)	((void)(key))
#define lock_map_acquire(map)	((void)(map))
#define lock_map_acquire_read(map)	((void)(map))
#define lock_map_release(map)	((void)(map))

static inline bool mutex_trylock(struct mutex *m)
{
	return shim_trylock(m);
}

/* Whether the thread's allocations may start I/O; what memalloc_noio_save() returns is as opaque. */
extern __thread bool shim_noio;

static inline unsigned int memalloc_noio_save(void)
{
	unsigned int before = shim_noio;

	shim_noio = true;
	return before;
}

static inline void memalloc_noio_restore(unsigned int before)
{
	shim_noio = before;
}

/* The functions of a guard of the engine, as guard() finds them. */
#define DEFINE_GUARD(name, type, lock, unlock)				\
	static inline struct mutex *shim_guard_lock_##name(struct mutex *m)	\
	{								\
		lock;							\
		return m;						\
	}								\
									\
	static inline void shim_guard_unlock_##name(struct mutex **m)	\
	{								\
		if (*m)							\
			unlock;						\
		*m = NULL;						\
	}

DEFINE_GUARD(mutex, struct mutex *, shim_lock(m), shim_unlock(m))

#define SHIM_GUARD(kind, m)						\
	struct mutex *shim_guard_ __attribute__((cleanup(shim_guard_unlock_##kind), unused)) = \
		shim_guard_lock_##kind(m)
#define guard(kind)			SHIM_GUARD_##kind
#define SHIM_GUARD_mutex(m)		SHIM_GUARD(mutex, m)
#define SHIM_GUARD_kstate_out(m)	SHIM_GUARD(kstate_out, m)

#define scoped_guard(kind, m)						\
	for (struct mutex *scope_ __attribute__((cleanup(shim_guard_unlock_##kind))) = \
		shim_guard_lock_##kind(m); scope_; shim_guard_unlock_##kind(&scope_))

#endif /* SHIM_STUB_H */
