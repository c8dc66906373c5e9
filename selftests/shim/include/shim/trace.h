/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - tracepoints for tests: events are kept if shim_trace_start() was called
 *
 * The kernel's own header of the events is compiled, so arguments are checked
 * against it. A class of events is a function that keeps one.
 */
#ifndef SHIM_TRACE_H
#define SHIM_TRACE_H

#include <shim/dup.h>

/* An event as it was raised; what its class does not have is 0. */
struct shim_event {
	const char *event;
	char name[32];
	u32 id;
	u64 instance;
	u32 version;
	u64 bytes;
	u64 ns;
	int error;
	bool done;
};

extern bool shim_tracing;

/* Forget events and keep those from now on; shim_setup() stops it. */
void shim_trace_start(void);
void shim_trace_stop(void);

/* The nth event that was kept, or NULL. At most SHIM_EVENTS_MAX are. */
#define SHIM_EVENTS_MAX	256
const struct shim_event *shim_event(size_t nth);
size_t shim_nr_events(void);

#define PARAMS(args...)		args
#define TP_PROTO(args...)	args
#define TP_ARGS(args...)	args

#define DECLARE_EVENT_CLASS(class, proto, args, entry, assign, print)	\
	void shim_trace_##class(const char *event, PARAMS(proto))

#define DEFINE_EVENT(class, name, proto, args)				\
	static inline bool trace_##name##_enabled(void)			\
	{								\
		return shim_tracing;					\
	}								\
	static inline void trace_##name(proto)				\
	{								\
		if (__builtin_expect(shim_tracing, 0))			\
			shim_trace_##class(#name, PARAMS(args));	\
	}								\
	struct shim_event

#endif /* SHIM_TRACE_H */
