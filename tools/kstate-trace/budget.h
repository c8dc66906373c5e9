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
 * enum budget_verdict - was the budget kept?
 * @BUDGET_NONE: there is no budget
 * @BUDGET_NOTHING: there was neither a save nor a restore, so that nothing was measured
 * @BUDGET_NOT_KNOWN: what was measured is within the limit, but something was not measured; or it
 *	was read from what is damaged
 */
enum budget_verdict {
	BUDGET_NONE,
	BUDGET_KEPT,
	BUDGET_EXCEEDED,
	BUDGET_NOTHING,
	BUDGET_NOT_KNOWN,
};

/**
 * struct budget - a limit, and what was used of it
 * @limit: ns; 0: there is no budget
 * @save, @restore, @serialize: ns, as above
 * @lost: events and calls that the three do not include, though they happened
 * @unknown: times that the three do not include, for what has them could not be read
 * @damaged: defects of what the three are read from
 * @not_ended: saves and restores that began and have no end, so that they took longer than is known
 * @nothing: there was neither a save nor a restore
 */
struct budget {
	uint64_t limit;
	uint64_t save;
	uint64_t restore;
	uint64_t serialize;
	uint64_t lost;
	uint64_t unknown;
	uint64_t not_ended;
	uint64_t damaged;
	bool nothing;
};

/* Milliseconds, with up to six decimals, as ns; 0 if @text is no such number, or 0. */
uint64_t budget_parse(const char *text);

/* Fill in all but the limit from what was counted. */
void budget_measure(struct budget *b, const struct agg *a);
uint64_t budget_used(const struct budget *b);
enum budget_verdict budget_verdict(const struct budget *b);

/* The exit status for the verdict, an &enum status; without a limit: was everything measured? */
int budget_status(const struct budget *b);

#endif
