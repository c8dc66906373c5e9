// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "budget.h"
#include "options.h"

#define X(sym, letter, name, arg, help, commands) \
	[TRACE_##sym] = { letter, name, arg, help, commands },
static const struct option_def defs[NR_TRACE_OPTIONS] = {
#include "options.def"
};
#undef X

const struct optable trace_options = { defs, NR_TRACE_OPTIONS };

_Static_assert(NR_TRACE_OPTIONS <= OPTABLE_MAX, "trace_opts.given has a bit for each");

#define NS_PER_MS	1000000ULL

static void wrong(struct trace_opts *o, int i, const char *what)
{
	snprintf(o->error, sizeof(o->error), "--%s takes %s, not \"%.80s\"", defs[i].name, what,
		 optarg);
}

static uint64_t number(struct trace_opts *o, int i, uint64_t max, const char *what)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(optarg, &end, 0);
	if (*optarg < '0' || *optarg > '9' || *end || errno || v > max) {
		wrong(o, i, what);
		return 0;
	}
	return v;
}

/* Seconds, or milliseconds, with decimals. */
static uint64_t duration(struct trace_opts *o, int i, uint64_t unit, const char *what)
{
	uint64_t ns = budget_parse(optarg);

	if (!ns)
		wrong(o, i, what);
	return ns / NS_PER_MS * unit + ns % NS_PER_MS * (unit / NS_PER_MS);
}

static void add_name(struct trace_opts *o)
{
	struct agg *a = o->agg;
	size_t len = strlen(optarg);

	if (!len || len >= RECORD_NAME)
		wrong(o, TRACE_NAME, "a name of 1 to 31 bytes");
	else if (a->settings.names == AGG_FILTERS)
		snprintf(o->error, sizeof(o->error), "--name may be given %d times", AGG_FILTERS);
	else
		memcpy(a->names[a->settings.names++], optarg, len);
}

static void add_id(struct trace_opts *o)
{
	struct agg *a = o->agg;

	if (a->settings.ids == AGG_FILTERS)
		snprintf(o->error, sizeof(o->error), "--id may be given %d times", AGG_FILTERS);
	else
		a->ids[a->settings.ids++] = number(o, TRACE_ID, UINT32_MAX, "a number of 32 bits");
}

/* Bytes, rounded up to a power of two: that is what a ring buffer can have. */
static void set_ring(struct trace_opts *o)
{
	static const char what[] = "a size from 4K to 1G";
	uint32_t size = OPTIONS_RING_MIN;
	char *end;
	unsigned long long v = strtoull(optarg, &end, 10);

	if (*end == 'K' || *end == 'k')
		v = v <= OPTIONS_RING_MAX ? v << 10 : v, end++;
	else if (*end == 'M' || *end == 'm')
		v = v <= OPTIONS_RING_MAX ? v << 20 : v, end++;
	if (*optarg < '0' || *optarg > '9' || *end || v < OPTIONS_RING_MIN || v > OPTIONS_RING_MAX) {
		wrong(o, TRACE_RING, what);
		return;
	}
	while (size < v)
		size *= 2;
	o->ring = size;
}

static void set_rows(struct trace_opts *o)
{
	o->agg->max_rows = number(o, TRACE_ROWS, AGG_ROWS_MAX, "a number up to 4194304");
	if (!o->agg->max_rows && !*o->error)
		wrong(o, TRACE_ROWS, "at least 1");
}

/* Which events and rows; false: it is another option. */
static bool set_filter(struct trace_opts *o, int i)
{
	switch (i) {
	case TRACE_NAME:
		add_name(o);
		return true;
	case TRACE_ID:
		add_id(o);
		return true;
	case TRACE_MIN:
		o->agg->settings.min_ns = number(o, i, UINT64_MAX, "nanoseconds");
		return true;
	case TRACE_TOP:
		o->has_top = true;
		o->top = number(o, i, UINT64_MAX, "a number");
		return true;
	case TRACE_ROWS:
		set_rows(o);
		return true;
	case TRACE_FAILED:
		o->agg->settings.failures = true;
		return true;
	case TRACE_BY_NAME:
		o->agg->settings.by_name = true;
		return true;
	}
	return false;
}

/* Other options that have an argument. */
static bool set_argument(struct trace_opts *o, int i)
{
	switch (i) {
	case TRACE_INTERVAL:
		o->interval = duration(o, i, 1000 * NS_PER_MS, "seconds");
		return true;
	case TRACE_DURATION:
		o->duration = duration(o, i, 1000 * NS_PER_MS, "seconds");
		return true;
	case TRACE_BUDGET:
		o->budget = duration(o, i, NS_PER_MS, "milliseconds");
		return true;
	case TRACE_RING:
		set_ring(o);
		return true;
	case TRACE_REPLAY:
		o->replay = optarg;
		return true;
	case TRACE_SYSROOT:
		o->sysroot = optarg;
		return true;
	case TRACE_LIST:
		o->list = optarg;
		return true;
	}
	return false;
}

static void set_flag(struct trace_opts *o, int i)
{
	bool *const flags[NR_TRACE_OPTIONS] = {
		[TRACE_SUMMARY] = &o->summary,
		[TRACE_HISTOGRAM] = &o->histogram,
		[TRACE_TIMESTAMPS] = &o->timestamps,
		[TRACE_NO_KHO] = &o->no_kho,
		[TRACE_JSON] = &o->json,
		[TRACE_QUIET] = &o->quiet,
		[TRACE_VERBOSE] = &o->verbose,
		[TRACE_KPROBES] = &o->kprobes,
		[TRACE_VERSION] = &o->version,
		[TRACE_HELP] = &o->help,
	};

	if (flags[i])
		*flags[i] = true;
}

static void finish(struct trace_opts *o)
{
	if (o->interval || o->histogram)
		o->summary = true;
	if (!o->has_top && !o->verbose)
		o->top = OPTIONS_TOP;
	o->agg->settings.rows = o->summary;
	o->agg->settings.kinds = o->summary ? 0 :
		1U << RECORD_SECTION_SAVE | 1U << RECORD_SAVE_END | 1U << RECORD_SECTION_RESTORE;
	if (o->verbose && !o->summary)
		o->agg->settings.kinds |= 1U << RECORD_SAVE_BEGIN | 1U << RECORD_RESTORE_BEGIN |
					  1U << RECORD_RESTORE_END;
}

/* What stands after "--", which getopt_long() passed over last. */
static void take_command(struct trace_opts *o, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		if (i + 1 == argc)
			snprintf(o->error, sizeof(o->error), "no command to run after --");
		else
			o->command = argv + i + 1;
		return;
	}
}

void options_read(struct trace_opts *o, struct agg *agg, int argc, char **argv)
{
	struct optable_getopt table;
	int c, words = argc;

	*o = (struct trace_opts){ .agg = agg, .ring = OPTIONS_RING };
	agg->max_rows = AGG_ROWS;
	take_command(o, argc, argv);
	if (o->command)
		words = o->command - argv - 1;
	optable_getopt(&trace_options, &table, false);
	opterr = 0;
	while ((c = getopt_long(words, argv, table.shorts, table.longs, NULL)) != -1) {
		int i = optable_index(&trace_options, c);

		if (i == NR_TRACE_OPTIONS) {
			optable_wrong(o->error, sizeof(o->error), words, argv);
			continue;
		}
		o->given |= 1ULL << i;
		if (!set_filter(o, i) && !set_argument(o, i))
			set_flag(o, i);
	}
	finish(o);
}
