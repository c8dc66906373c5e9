// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kstate-dump.h>

#include "options.h"

#define SYSROOT_ENV	"KSTATE_DUMP_SYSROOT"

#define X(sym, letter_, name_, arg_, help_, commands_) \
	[OPT_##sym] = { letter_, name_, arg_, help_, commands_ },
const struct option_def option_defs[NR_OPTIONS] = {
#include "options.def"
};
#undef X

const struct optable options_table = { option_defs, NR_OPTIONS };

_Static_assert(NR_OPTIONS <= OPTABLE_MAX, "options.given has a bit for each");

static void set_color(struct options *o, const char *when)
{
	if (!when || !strcmp(when, "always"))
		o->color = 1;
	else if (!strcmp(when, "never"))
		o->color = 0;
	else if (!strcmp(when, "auto"))
		o->color = -1;
	else
		snprintf(o->error, sizeof(o->error), "--color is always, auto or never");
}

static void set_page_size(struct options *o, const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end == 'K' || *end == 'k') {
		v = v < 1024 ? v * 1024 : 0;
		end++;
	}
	if (*end || (v != 4096 && v != 16384 && v != 65536))
		snprintf(o->error, sizeof(o->error), "--page-size is 4K, 16K or 64K");
	else
		o->page_size = v;
}

/* There are no more of them than words on the command line. */
static void add_next(struct options *o, const char *file)
{
	const char **next = realloc(o->next, (o->nr_next + 1) * sizeof(*next));

	if (!next) {
		snprintf(o->error, sizeof(o->error), "out of memory");
		return;
	}
	next[o->nr_next++] = file;
	o->next = next;
}

static void set_option(struct options *o, enum option_index i)
{
	switch (i) {
	case OPT_PRETTY:
		o->pretty = true;
		if (o->format == FORMAT_TEXT)
			o->format = FORMAT_JSON;
		break;
	case OPT_JSON:
		o->format = FORMAT_JSON;
		break;
	case OPT_YAML:
		o->format = FORMAT_YAML;
		break;
	case OPT_QUIET:
		o->quiet = true;
		break;
	case OPT_VERBOSE:
		o->verbose = true;
		break;
	case OPT_ALL:
		o->all = true;
		break;
	case OPT_RAW:
		o->raw = true;
		break;
	case OPT_VERSION:
		o->version = true;
		break;
	case OPT_HELP:
		o->help = true;
		break;
	case OPT_IN:
		o->sides |= KSTD_SIDE_IN;
		break;
	case OPT_OUT:
		o->sides |= KSTD_SIDE_OUT;
		break;
	case OPT_LIVE:
		o->live = true;
		break;
	case OPT_SAVE:
		o->save = true;
		break;
	case OPT_SYSROOT:
		o->sysroot = optarg;
		break;
	case OPT_VMLINUX:
		o->vmlinux = optarg;
		break;
	case OPT_PAGE_SIZE:
		set_page_size(o, optarg);
		break;
	case OPT_OUTPUT:
		o->output = optarg;
		break;
	case OPT_CONTENTS:
		o->contents = true;
		break;
	case OPT_WHO:
		o->who = optarg;
		break;
	case OPT_NEXT:
		add_next(o, optarg);
		break;
	case OPT_REVERSE:
		o->reverse = true;
		break;
	case OPT_WAIVERS:
		o->waivers = optarg;
		break;
	case OPT_COLOR:
		set_color(o, optarg);
		break;
	case OPT_LIST_COMMANDS:
		o->list_commands = true;
		break;
	case OPT_LIST:
		o->list = optarg;
		break;
	case OPT_NO_PAGER:
	case NR_OPTIONS:
		break;
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct optable_getopt table;
	int c;

	*o = (struct options){ .color = -1, .sysroot = getenv(SYSROOT_ENV) };
	optable_getopt(&options_table, &table, false);
	opterr = 0;
	while ((c = getopt_long(argc, argv, table.shorts, table.longs, NULL)) != -1) {
		int i = optable_index(&options_table, c);

		if (i == NR_OPTIONS) {
			optable_wrong(o->error, sizeof(o->error), argc, argv);
			continue;
		}
		o->given |= 1ULL << i;
		set_option(o, i);
	}
}

const struct option_def *options_misplaced(const struct options *o, const char *command)
{
	return optable_misplaced(&options_table, o->given, command);
}

void options_help(struct buf *b, const char *command)
{
	optable_help(&options_table, b, command);
}
