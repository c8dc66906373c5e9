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

_Static_assert(NR_TRACE_OPTIONS <= OPTABLE_MAX, "optable_result.given has a bit for each");

#define NS_PER_MS	1000000ULL

static void wrong(struct trace_opts *o, int i, const char *what, const char *arg)
{
	snprintf(o->line.error, sizeof(o->line.error), "--%s takes %s, not \"%.80s\"", defs[i].name,
		 what, arg);
}

static uint64_t number(struct trace_opts *o, int i, const char *arg, uint64_t max, const char *what)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(arg, &end, 0);
	if (*arg < '0' || *arg > '9' || *end || errno || v > max) {
		wrong(o, i, what, arg);
		return 0;
	}
	return v;
}

/* A decimal number of units of @unit ns, "seconds" or "milliseconds", as ns. */
static uint64_t duration(struct trace_opts *o, int i, const char *arg, uint64_t unit,
			 const char *what)
{
	uint64_t ns = budget_parse(arg);

	if (!ns)
		wrong(o, i, what, arg);
	return ns / NS_PER_MS * unit + ns % NS_PER_MS * (unit / NS_PER_MS);
}

static void add_name(struct trace_opts *o, const char *name)
{
	struct agg *a = o->agg;
	size_t len = strlen(name);

	if (!len || len >= RECORD_NAME)
		wrong(o, TRACE_NAME, "a name of 1 to 31 bytes", name);
	else if (a->settings.names == AGG_FILTERS)
		snprintf(o->line.error, sizeof(o->line.error), "--name may be given %d times",
			 AGG_FILTERS);
	else
		memcpy(a->names[a->settings.names++], name, len);
}

static void add_id(struct trace_opts *o, const char *arg)
{
	struct agg *a = o->agg;

	if (a->settings.ids == AGG_FILTERS)
		snprintf(o->line.error, sizeof(o->line.error), "--id may be given %d times",
			 AGG_FILTERS);
	else
		a->ids[a->settings.ids++] = number(o, TRACE_ID, arg, UINT32_MAX,
						   "a number of 32 bits");
}

/* Bytes, rounded up to a power of two, the only sizes that a BPF ring buffer can have. */
static void set_ring(struct trace_opts *o, const char *arg)
{
	uint32_t size = OPTIONS_RING_MIN;
	char *end;
	unsigned long long v = strtoull(arg, &end, 10);

	if (*end == 'K' || *end == 'k')
		v = v <= OPTIONS_RING_MAX ? v << 10 : v, end++;
	else if (*end == 'M' || *end == 'm')
		v = v <= OPTIONS_RING_MAX ? v << 20 : v, end++;
	if (*arg < '0' || *arg > '9' || *end || v < OPTIONS_RING_MIN || v > OPTIONS_RING_MAX) {
		wrong(o, TRACE_RING, "a size from 4K to 1G", arg);
		return;
	}
	while (size < v)
		size *= 2;
	o->ring = size;
}

static void set_option(void *opts, int i, const char *arg)
{
	struct trace_opts *o = opts;
	struct settings *filter = &o->agg->settings;
	bool *const flags[NR_TRACE_OPTIONS] = {
		[TRACE_SUMMARY] = &o->summary, [TRACE_HISTOGRAM] = &o->histogram,
		[TRACE_TIMESTAMPS] = &o->timestamps, [TRACE_NO_KHO] = &o->no_kho,
		[TRACE_JSON] = &o->json, [TRACE_QUIET] = &o->quiet, [TRACE_VERBOSE] = &o->verbose,
		[TRACE_KPROBES] = &o->kprobes, [TRACE_VERSION] = &o->version,
		[TRACE_HELP] = &o->help, [TRACE_TOP] = &o->has_top,
		[TRACE_FOLLOW] = &o->follow,
	};
	const char **const words[NR_TRACE_OPTIONS] = {
		[TRACE_REPLAY] = &o->replay, [TRACE_SYSROOT] = &o->sysroot, [TRACE_LIST] = &o->list,
		[TRACE_TRACE_EVENT] = &o->trace_event,
	};

	if (flags[i])
		*flags[i] = true;
	if (words[i])
		*words[i] = arg;
	switch (i) {
	case TRACE_NAME:
		add_name(o, arg);
		break;
	case TRACE_ID:
		add_id(o, arg);
		break;
	case TRACE_MIN:
		filter->min_ns = number(o, i, arg, UINT64_MAX, "nanoseconds");
		break;
	case TRACE_FAILED:
		filter->failures = true;
		break;
	case TRACE_BY_NAME:
		filter->by_name = true;
		break;
	case TRACE_TOP:
		o->top = number(o, i, arg, UINT64_MAX, "a number");
		break;
	case TRACE_ROWS:
		o->agg->max_rows = number(o, i, arg, AGG_ROWS_MAX, "a number up to 4194304");
		if (!o->agg->max_rows && !*o->line.error)
			wrong(o, i, "at least 1", arg);
		break;
	case TRACE_INTERVAL:
		o->interval = duration(o, i, arg, 1000 * NS_PER_MS, "seconds");
		break;
	case TRACE_DURATION:
		o->duration = duration(o, i, arg, 1000 * NS_PER_MS, "seconds");
		break;
	case TRACE_BUDGET:
		o->budget = duration(o, i, arg, NS_PER_MS, "milliseconds");
		break;
	case TRACE_COLOR:
		parse_color(&o->line, arg, &o->color);
		break;
	case TRACE_RING:
		set_ring(o, arg);
		break;
	}
}

static void finish(struct trace_opts *o)
{
	if (o->interval || o->histogram || o->agg->settings.by_name)
		o->summary = true;
	if (!o->has_top && !o->verbose)
		o->top = OPTIONS_TOP;
	o->agg->settings.rows = o->summary;
	o->shown = o->summary ? 0 :
		1U << RECORD_SECTION_SAVE | 1U << RECORD_SAVE_END | 1U << RECORD_SECTION_RESTORE;
	if (o->verbose && !o->summary)
		o->shown |= 1U << RECORD_SAVE_BEGIN | 1U << RECORD_RESTORE_BEGIN |
			    1U << RECORD_RESTORE_END;
	o->agg->settings.kinds = o->trace_event ? (1U << NR_RECORD_KINDS) - 1 : o->shown;
}

/*
 * Find the program that is to run, after "--". optable_parse() gets the words before it only, as
 * options of the program are not for kstate-trace.
 */
static const char *take_command(struct trace_opts *o, int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		if (i + 1 == *argc)
			return "no command to run after --";
		o->command = argv + i + 1;
		*argc = i;
		return NULL;
	}
	return NULL;
}

void options_read(struct trace_opts *o, struct agg *agg, int argc, char **argv)
{
	const char *wrong;

	*o = (struct trace_opts){ .agg = agg, .ring = OPTIONS_RING, .color = -1 };
	agg->max_rows = AGG_ROWS;
	wrong = take_command(o, &argc, argv);
	optable_parse(&trace_options, &o->line, argc, argv, set_option, o);
	if (wrong && !*o->line.error)
		snprintf(o->line.error, sizeof(o->line.error), "%s", wrong);
	finish(o);
}
