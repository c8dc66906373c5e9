// SPDX-License-Identifier: GPL-2.0

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kstate-dump.h>

#include "options.h"

#define SYSROOT_ENV	"KSTATE_DUMP_SYSROOT"

enum { OPT_IN = 256, OPT_OUT, OPT_LIVE, OPT_SYSROOT, OPT_COLOR, OPT_NO_PAGER, OPT_LIST };

static const struct option longs[] = {
	{ "json",		no_argument,		NULL, 'j' },
	{ "pretty",		no_argument,		NULL, 'p' },
	{ "quiet",		no_argument,		NULL, 'q' },
	{ "verbose",		no_argument,		NULL, 'v' },
	{ "version",		no_argument,		NULL, 'V' },
	{ "help",		no_argument,		NULL, 'h' },
	{ "in",			no_argument,		NULL, OPT_IN },
	{ "out",		no_argument,		NULL, OPT_OUT },
	{ "live",		no_argument,		NULL, OPT_LIVE },
	{ "sysroot",		required_argument,	NULL, OPT_SYSROOT },
	{ "color",		optional_argument,	NULL, OPT_COLOR },
	{ "no-pager",		no_argument,		NULL, OPT_NO_PAGER },
	{ "list-commands",	no_argument,		NULL, OPT_LIST },
	{ NULL, 0, NULL, 0 },
};

const char options_help[] =
	"  -j, --json        one JSON document\n"
	"  -p, --pretty      the same with line breaks\n"
	"  -q, --quiet       no notes\n"
	"  -v, --verbose     long values in full, every defect\n"
	"      --in, --out   only what was handed over, only what will be\n"
	"      --live        the live system, even if a file has the name of a section\n"
	"      --sysroot DIR look for the live system's files below DIR (also: " SYSROOT_ENV ")\n"
	"      --color[=always|auto|never]\n"
	"      --no-pager    accepted; there is no pager\n"
	"  -V, --version     like the command\n"
	"  -h, --help        like the command\n";

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

static void set_wrong(struct options *o, int argc, char **argv)
{
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

	if (optopt > 0 && optopt < 256 && strncmp(word, "--", 2))
		snprintf(o->error, sizeof(o->error), "no option -%c, or it lacks its argument",
			 optopt);
	else
		snprintf(o->error, sizeof(o->error), "no option %.100s, or it lacks its argument",
			 word);
}

static void set_option(struct options *o, int c, int argc, char **argv)
{
	switch (c) {
	case 'p':
		o->pretty = true;
		o->json = true;
		break;
	case 'j':
		o->json = true;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'V':
		o->version = true;
		break;
	case 'h':
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
	case OPT_SYSROOT:
		o->sysroot = optarg;
		break;
	case OPT_COLOR:
		set_color(o, optarg);
		break;
	case OPT_NO_PAGER:
		break;
	case OPT_LIST:
		o->list_commands = true;
		break;
	default:
		set_wrong(o, argc, argv);
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){ .color = -1, .sysroot = getenv(SYSROOT_ENV) };
	opterr = 0;
	while ((c = getopt_long(argc, argv, "jpqvVh", longs, NULL)) != -1)
		set_option(o, c, argc, argv);
}
