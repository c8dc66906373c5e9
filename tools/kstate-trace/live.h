/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Tracing the running kernel: load the BPF program, show its events, and end with a signal, after a
 * time, or when the command ends.
 */

#ifndef KSTATE_TRACE_LIVE_H
#define KSTATE_TRACE_LIVE_H

#include "env.h"
#include "options.h"
#include "show.h"

struct live;

/* Load and attach the program; NULL on failure: @env has the reason, and nothing is attached. */
struct live *live_open(const struct trace_opts *o, struct show *show, struct env *env);

/**
 * live_run - trace
 * @live: of live_open()
 *
 * Shows events and reports as they come. Afterwards @o->agg has all that was counted, and nothing
 * is attached any more. The caller shows the last report.
 *
 * Return: 0, or a negative errno if the command could not be started.
 */
int live_run(struct live *live);
void live_close(struct live *live);

#endif
