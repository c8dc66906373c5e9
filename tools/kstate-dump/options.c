// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>

#include <kstate-dump.h>

#include "options.h"

#define X(sym, letter_, name_, arg_, help_, commands_) \
	[OPT_##sym] = { letter_, name_, arg_, help_, commands_ },
static const struct option_def defs[NR_OPTIONS] = {
#include "options.def"
};
#undef X

const struct optable options_table = { defs, NR_OPTIONS };

_Static_assert(NR_OPTIONS <= OPTABLE_MAX, "optable_result.given has a bit for each");

static void set_option(void *opts, int i, const char *arg)
{
	struct options *o = opts;
	bool *const flags[NR_OPTIONS] = {
		[OPT_PRETTY] = &o->pretty, [OPT_QUIET] = &o->quiet, [OPT_VERBOSE] = &o->verbose,
		[OPT_ALL] = &o->all, [OPT_AS_IS] = &o->as_is, [OPT_VERSION] = &o->version,
		[OPT_HELP] = &o->help, [OPT_LIVE] = &o->live, [OPT_SAVE] = &o->save,
		[OPT_CONTENTS] = &o->contents, [OPT_FOLLOW] = &o->follow,
		[OPT_SPARSE_MISSING] = &o->sparse_missing, [OPT_SHA256] = &o->sha256,
		[OPT_REVERSE] = &o->reverse, [OPT_HANDED_OVER] = &o->handed_over,
	};
	const char **const words[NR_OPTIONS] = {
		[OPT_SYSROOT] = &o->sysroot, [OPT_VMLINUX] = &o->vmlinux, [OPT_OUTPUT] = &o->output,
		[OPT_WHO] = &o->who, [OPT_HANDLERS] = &o->handlers, [OPT_AS] = &o->as,
		[OPT_CRIU] = &o->criu, [OPT_COLUMNS] = &o->columns,
		[OPT_NEXT_CMDLINE] = &o->next_cmdline,
		[OPT_WAIVERS] = &o->waivers, [OPT_LIST] = &o->list,
	};

	if (flags[i])
		*flags[i] = true;
	if (words[i])
		*words[i] = arg;
	switch (i) {
	case OPT_PRETTY:
		if (o->format == FORMAT_TEXT)
			o->format = FORMAT_JSON;
		break;
	case OPT_JSON:
		o->format = FORMAT_JSON;
		break;
	case OPT_COLUMNS:
		o->format = FORMAT_COLUMNS;
		break;
	case OPT_YAML:
		o->format = FORMAT_YAML;
		break;
	case OPT_IN:
		o->sides |= KSTD_SIDE_IN;
		break;
	case OPT_OUT:
		o->sides |= KSTD_SIDE_OUT;
		break;
	case OPT_PAGE_SIZE:
		parse_page_size(&o->line, arg, &o->page_size);
		break;
	case OPT_NEXT:
		add_word(&o->line, &o->next, &o->nr_next, arg);
		break;
	case OPT_PART:
		add_word(&o->line, &o->parts, &o->nr_parts, arg);
		break;
	case OPT_RAW:
		o->raw = true;
		parse_raw(&o->line, arg, &o->raw_base);
		break;
	case OPT_BTF:
		add_word(&o->line, &o->btf, &o->nr_btf, arg);
		break;
	case OPT_ASSUME_UNKNOWN:
		o->assume_unknown = !strcmp(arg, "ok");
		if (!o->assume_unknown)
			snprintf(o->line.error, sizeof(o->line.error),
				 "--assume-unknown=%.40s: only \"ok\" can be assumed", arg);
		break;
	case OPT_COLOR:
		parse_color(&o->line, arg, &o->color);
		break;
	case OPT_LIST_COMMANDS:
		o->list = "commands";
		break;
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	*o = (struct options){ .color = -1, .sysroot = getenv(SYSROOT_ENV) };
	optable_parse(&options_table, &o->line, argc, argv, set_option, o);
}

void options_free(struct options *o)
{
	free(o->next);
	free(o->parts);
	free(o->btf);
}
