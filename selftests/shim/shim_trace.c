// SPDX-License-Identifier: GPL-2.0
/*
 * shim_trace.c - events of the engine, kept for tests
 */

#include <stdio.h>

#include <trace/events/kstate.h>

#include "shim.h"

bool shim_tracing;

static struct shim_event events[SHIM_EVENTS_MAX];
static size_t nr_events;

void shim_trace_start(void)
{
	nr_events = 0;
	shim_tracing = true;
}

void shim_trace_stop(void)
{
	shim_tracing = false;
}

const struct shim_event *shim_event(size_t nth)
{
	return nth < nr_events ? &events[nth] : NULL;
}

size_t shim_nr_events(void)
{
	return nr_events;
}

static void keep(struct shim_event event, const char *name)
{
	snprintf(event.name, sizeof(event.name), "%s", name ?: "(null)");
	if (nr_events < SHIM_EVENTS_MAX)
		events[nr_events++] = event;
}

void shim_trace_kstate_begin(const char *event, const char *name, u32 id, u64 instance)
{
	keep((struct shim_event){ .event = event, .id = id, .instance = instance }, name);
}

void shim_trace_kstate_end(const char *event, const char *name, u32 id, u64 instance,
			   u32 version, u64 bytes, u64 ns, int error, bool done)
{
	keep((struct shim_event){
		.event = event, .id = id, .instance = instance, .version = version,
		.bytes = bytes, .ns = ns, .error = error, .done = done,
	}, name);
}
