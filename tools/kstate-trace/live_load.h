/* SPDX-License-Identifier: GPL-2.0 */

/* Loading and attaching of the BPF program. */

#ifndef KSTATE_TRACE_LIVE_LOAD_H
#define KSTATE_TRACE_LIVE_LOAD_H

#include "live.h"
#include "trace.skel.h"

#define LIVE_LINKS	128

/**
 * struct loaded - the BPF program in the kernel
 * @links: what is attached, @nr of them
 * @timed: the number of functions that are timed
 */
struct loaded {
	struct trace_bpf *bpf;
	struct bpf_link *links[LIVE_LINKS];
	unsigned int nr;
	unsigned int timed;
};

/* Load and attach; 0, or a negative errno: nothing is loaded then. */
int live_load(struct loaded *l, const struct trace_opts *o, struct show *show);
void live_detach(struct loaded *l);
void live_unload(struct loaded *l);

/* Replace the counters and rows of @a by those that the kernel has counted so far. */
void live_collect(const struct loaded *l, struct agg *a);

#endif
