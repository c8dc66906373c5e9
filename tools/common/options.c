// SPDX-License-Identifier: GPL-2.0

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kstate-dump.h>

#include "options.h"

#define SYSROOT_ENV	"KSTATE_DUMP_SYSROOT"
#define HELP_COLUMN	24
#define LONG_ONLY	256	/* what getopt returns for the first option without a letter */

#define X(sym, letter_, name_, arg_, help_, commands_) \
	[OPT_##sym] = { letter_, name_, arg_, help_, commands_ },
const struct option_def option_defs[NR_OPTIONS] = {
#include "options.def"
};
#undef X

_Static_assert(NR_OPTIONS <= 64, "options.given has a bit for each");

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

static void set_wrong(struct options *o, int argc, char **argv)
{
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

	if (optopt > 0 && optopt < LONG_ONLY && strncmp(word, "--", 2))
		snprintf(o->error, sizeof(o->error), "no option -%c, or it lacks its argument",
			 optopt);
	else
		snprintf(o->error, sizeof(o->error), "no option %.100s, or it lacks its argument",
			 word);
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
	case OPT_DTS:
		o->format = FORMAT_DTS;
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

static int has_arg(const struct option_def *def)
{
	return !def->arg ? no_argument : *def->arg == '[' ? optional_argument : required_argument;
}

/* The table in the form that getopt wants. */
static void make_tables(struct option *longs, char *shorts)
{
	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *def = &option_defs[i];

		longs[i] = (struct option){ def->name, has_arg(def), NULL, LONG_ONLY + i };
		if (!def->letter)
			continue;
		*shorts++ = def->letter;
		for (int n = has_arg(def); n; n--)
			*shorts++ = ':';
	}
	longs[NR_OPTIONS] = (struct option){ NULL, 0, NULL, 0 };
	*shorts = 0;
}

/* NR_OPTIONS if there is none. */
static enum option_index index_of(int c)
{
	if (c >= LONG_ONLY)
		return c - LONG_ONLY;
	for (int i = 0; i < NR_OPTIONS; i++)
		if (option_defs[i].letter == c)
			return i;
	return NR_OPTIONS;
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[NR_OPTIONS + 1];
	char shorts[3 * NR_OPTIONS + 1];
	int c;

	*o = (struct options){ .color = -1, .sysroot = getenv(SYSROOT_ENV) };
	make_tables(longs, shorts);
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		enum option_index i = index_of(c);

		if (i == NR_OPTIONS) {
			set_wrong(o, argc, argv);
			continue;
		}
		o->given |= 1ULL << i;
		set_option(o, i);
	}
}

bool option_is_of(const struct option_def *def, const char *command)
{
	size_t len = strlen(command);

	for (const char *p = def->commands; p && (p = strstr(p, command)); p += len)
		if ((p == def->commands || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

const struct option_def *options_misplaced(const struct options *o, const char *command)
{
	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *def = &option_defs[i];

		if (o->given >> i & 1 && def->commands && !option_is_of(def, command))
			return def;
	}
	return NULL;
}

static void put_option(struct buf *b, const struct option_def *def)
{
	char words[80], letter[8] = "   ";

	if (def->letter)
		snprintf(letter, sizeof(letter), "-%c,", def->letter);
	snprintf(words, sizeof(words), "  %s --%s%s%s", letter, def->name,
		 def->arg && *def->arg != '[' ? " " : "", def->arg ? def->arg : "");
	buf_str(b, words);
	if (strlen(words) >= HELP_COLUMN)
		buf_printf(b, "\n%*s%s\n", HELP_COLUMN, "", def->help);
	else
		buf_printf(b, "%*s%s\n", HELP_COLUMN - (int)strlen(words), "", def->help);
}

void options_help(struct buf *b, const char *command)
{
	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *def = &option_defs[i];

		if (def->help && (command ? option_is_of(def, command) : !def->commands))
			put_option(b, def);
	}
}
