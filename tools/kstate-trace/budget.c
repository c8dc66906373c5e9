// SPDX-License-Identifier: GPL-2.0

#include <string.h>

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

static uint64_t longest_serialize(const struct agg *a)
{
	for (size_t i = 0; i < a->nr; i++)
		if (a->rows[i].key.kind == RECORD_CALL &&
		    !strcmp(a->rows[i].key.name, "luo_session_serialize"))
			return a->rows[i].row.max;
	return 0;
}

void budget_measure(struct budget *b, const struct agg *a)
{
	b->save = a->totals[RECORD_SAVE_END].max;
	b->restore = a->totals[RECORD_SECTION_RESTORE].ns;
	b->serialize = longest_serialize(a);
	b->nothing = !a->totals[RECORD_SAVE_END].count && !a->totals[RECORD_SECTION_RESTORE].count;
}

uint64_t budget_used(const struct budget *b)
{
	return b->save + b->restore + b->serialize;
}

bool budget_kept(const struct budget *b)
{
	return !b->limit || (!b->nothing && budget_used(b) <= b->limit);
}
