// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "../common/status.h"
#include "budget.h"

#define NS_PER_MS	1000000ULL
#define MAX_MS		1000000000ULL	/* eleven days */

uint64_t budget_parse(const char *text)
{
	uint64_t ns = 0, unit = NS_PER_MS;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && ns < MAX_MS; p++)
		ns = ns * 10 + (*p - '0');
	ns *= NS_PER_MS;
	if (p == text)
		return 0;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9' && unit > 1; p++) {
			unit /= 10;
			ns += (*p - '0') * unit;
		}
	return *p ? 0 : ns;
}

void budget_measure(struct budget *b, const struct agg *a)
{
	b->save = a->totals[RECORD_SAVE_END].max;
	b->restore = a->totals[RECORD_SECTION_RESTORE].ns;
	b->nothing = !a->totals[RECORD_SAVE_END].count && !a->totals[RECORD_SECTION_RESTORE].count;
	b->serialize = 0;
	for (size_t i = 0; i < a->nr; i++)
		if (a->rows[i].key.kind == RECORD_CALL &&
		    !strcmp(a->rows[i].key.name, "luo_session_serialize"))
			b->serialize = a->rows[i].row.max;
	/* What the running kernel has no room for in the ring buffer is in its totals. */
	b->lost = a->lost.missed + a->lost.calls + a->unread + (a->recorded ? a->lost.ring : 0);
	b->not_ended = a->not_ended;
	/* A function is a row. */
	b->unknown = a->failed;
}

static bool not_known(const struct budget *b)
{
	return b->lost || b->unknown || b->not_ended;
}

uint64_t budget_used(const struct budget *b)
{
	return count_sum(count_sum(b->save, b->restore), b->serialize);
}

enum budget_verdict budget_verdict(const struct budget *b)
{
	if (!b->limit)
		return BUDGET_NONE;
	/* What is damaged may say less or more than there was. */
	if (b->damaged)
		return BUDGET_NOT_KNOWN;
	if (budget_used(b) > b->limit)
		return BUDGET_EXCEEDED;
	if (not_known(b))
		return BUDGET_NOT_KNOWN;
	return b->nothing ? BUDGET_NOTHING : BUDGET_KEPT;
}

int budget_status(const struct budget *b)
{
	switch (budget_verdict(b)) {
	case BUDGET_NONE:
		return not_known(b) ? STATUS_NOT_KNOWN : STATUS_DONE;
	case BUDGET_KEPT:
		return STATUS_DONE;
	case BUDGET_NOT_KNOWN:
		return STATUS_NOT_KNOWN;
	default:
		return STATUS_FINDING;
	}
}
