/* SPDX-License-Identifier: GPL-2.0 */

/*
 * Events of the running kernel: loads the BPF program, hands on what comes out of it, and
 * ends with a signal, after a time, or with the command that was run.
 */

#ifndef KSTATE_TRACE_LIVE_H
#define KSTATE_TRACE_LIVE_H

#include "env.h"
#include "options.h"
#include "show.h"

struct live;

/* NULL, and @env says why: nothing is attached then. Notes go to @show. */
struct live *live_open(const struct trace_opts *o, struct show *show, struct env *env);

/**
 * live_run - trace
 * @live: of live_open()
 *
 * Shows events and reports as they come; afterwards @o->agg has all that was counted, and
 * nothing is attached any more. The last report is the caller's.
 *
 * Return: 0, or a negative errno if the command could not be started.
 */
int live_run(struct live *live);
void live_close(struct live *live);

#endif
