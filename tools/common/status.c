// SPDX-License-Identifier: GPL-2.0

#include "mdoc.h"
#include "status.h"

int status_of_class(int class)
{
	switch (class) {
	case KSTD_USAGE:
		return STATUS_USAGE;
	case KSTD_INPUT:
		return STATUS_INPUT;
	case KSTD_NOT_FOUND:
		return STATUS_FINDING;
	default:
		return STATUS_ENVIRONMENT;
	}
}

enum status status_of_truth(enum kstd_truth truth)
{
	return truth == KSTD_YES ? STATUS_DONE :
	       truth == KSTD_NO ? STATUS_FINDING : STATUS_NOT_KNOWN;
}

enum status status_of_both(enum status a, enum status b)
{
	static const enum status by_weight[] = {
		STATUS_FINDING, STATUS_NOT_KNOWN, STATUS_LOSES,
	};

	for (size_t i = 0; i < sizeof(by_weight) / sizeof(by_weight[0]); i++)
		if (a == by_weight[i] || b == by_weight[i])
			return by_weight[i];
	return STATUS_DONE;
}

enum status status_of_many(enum status a, enum status b)
{
	static const enum status none[] = { STATUS_USAGE, STATUS_ENVIRONMENT, STATUS_INPUT };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (a == none[i] || b == none[i])
			return none[i];
	return status_of_both(a, b);
}

#define X(sym, nr, text) { STATUS_##sym, text },
static const struct {
	int nr;
	const char *text;
} all[] = {
#include "status.def"
};
#undef X

void status_help(struct buf *b)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_printf(b, "  %d  %s\n", all[i].nr, all[i].text);
}

void status_man(struct buf *b)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		buf_printf(b, ".It %d\n", all[i].nr);
		mdoc_line(b, all[i].text, strlen(all[i].text));
	}
}
