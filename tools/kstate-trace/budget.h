/* SPDX-License-Identifier: GPL-2.0 */

/*
 * --budget: was the time kept that guests may be paused?
 *
 * What counts is what one live update costs: the longest save (save_ns of sysfs), all
 * restores (restore_ns), and the longest luo_session_serialize(), where functions are timed.
 */

#ifndef KSTATE_TRACE_BUDGET_H
#define KSTATE_TRACE_BUDGET_H

#include "agg.h"

/**
 * struct budget - a limit, and what was used of it
 * @limit: ns; 0: there is no budget
 * @save, @restore, @serialize: ns, as above
 * @nothing: there was neither a save nor a restore, so nothing was measured
 */
struct budget {
	uint64_t limit;
	uint64_t save;
	uint64_t restore;
	uint64_t serialize;
	bool nothing;
};

/* Milliseconds, with up to six decimals, as ns; 0 if @text is no such number, or 0. */
uint64_t budget_parse(const char *text);
void budget_measure(struct budget *b, const struct agg *a);
uint64_t budget_used(const struct budget *b);

/* True also if there is none. What was not measured was not kept. */
bool budget_kept(const struct budget *b);

#endif
