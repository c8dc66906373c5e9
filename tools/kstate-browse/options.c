// SPDX-License-Identifier: GPL-2.0

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kstate-dump.h>

#include "../common/cmd_table.h"
#include "keys.h"
#include "options.h"

#define REFRESH	2

#define X(sym, letter_, name_, arg_, help_) OPT_##sym,
enum {
#include "options.def"
	NR_OPTIONS,
};
#undef X

#define X(sym, letter_, name_, arg_, help_) [OPT_##sym] = { letter_, name_, arg_, help_, NULL },
static const struct option_def defs[NR_OPTIONS] = {
#include "options.def"
};
#undef X

static const struct optable table = { defs, NR_OPTIONS };
static const struct cmd *const no_commands[] = { NULL };
static const struct cmd_table program = { "kstate-browse", 0, no_commands, &table };

#define WRONG(o, ...)	snprintf((o)->line.error, sizeof((o)->line.error), __VA_ARGS__)

static void set_option(void *opts, int i, const char *arg)
{
	struct options *o = opts;
	bool *const flags[NR_OPTIONS] = {
		[OPT_ASCII] = &o->ascii, [OPT_VERSION] = &o->version, [OPT_HELP] = &o->help,
		[OPT_HEADLESS] = &o->headless, [OPT_FOLLOW] = &o->follow,
	};
	const char **const words[NR_OPTIONS] = {
		[OPT_SYSROOT] = &o->sysroot, [OPT_VMLINUX] = &o->vmlinux,
		[OPT_SCRIPT] = &o->script, [OPT_LIST] = &o->list,
	};
	unsigned long seconds;
	char *end;

	if (flags[i])
		*flags[i] = true;
	if (words[i])
		*words[i] = arg;
	switch (i) {
	case OPT_IN:
		o->sides |= KSTD_SIDE_IN;
		break;
	case OPT_OUT:
		o->sides |= KSTD_SIDE_OUT;
		break;
	case OPT_REFRESH:
		seconds = strtoul(arg, &end, 10);
		if (!*arg || *end || seconds > 86400)
			WRONG(o, "--refresh is a number of seconds");
		o->refresh = seconds;
		break;
	case OPT_COLOR:
		parse_color(&o->line, arg, &o->color);
		break;
	case OPT_PAGE_SIZE:
		parse_page_size(&o->line, arg, &o->page_size);
		break;
	case OPT_RAW:
		o->raw = true;
		parse_raw(&o->line, arg, &o->raw_base);
		break;
	case OPT_PART:
		add_word(&o->line, &o->parts, &o->nr_parts, arg);
		break;
	case OPT_SIZE:
		if (sscanf(arg, "%dx%d", &o->cols, &o->rows) != 2 || o->cols < 1 || o->rows < 1)
			WRONG(o, "--size is COLSxROWS");
		break;
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	*o = (struct options){ .color = -1, .refresh = REFRESH, .rows = 24, .cols = 80,
			       .sysroot = getenv(SYSROOT_ENV) };
	optable_parse(&table, &o->line, argc, argv, set_option, o);
	o->image = o->line.nr_words > 0 ? argv[optind] : NULL;
	o->other = o->line.nr_words > 1 ? argv[optind + 1] : NULL;
	if (o->line.nr_words > 2)
		WRONG(o, "at most two images: the second is compared with the first");
	if (o->image && !strcmp(o->image, "-"))
		WRONG(o, "standard input is the terminal: name a file");
}

void options_help(struct buf *b)
{
	buf_str(b, "Usage: kstate-browse [OPTIONS] [IMAGE [IMAGE2]]\n\n"
		   "Browse what one kernel hands over to the next: the live system, or an IMAGE as\n"
		   "kstate-dump takes it. With IMAGE2, what differs between the two.\n\n"
		   "Options:\n");
	optable_help(&table, b, NULL);
	buf_str(b, "\nThe key ? shows all keys; so does kstate-browse(8).\n");
}

/* An mdoc list for each group of keys; "^B" is Ctrl-B. */
static void list_man_keys(struct buf *b)
{
	const char *group = "";

	for (int i = 1; i < NR_ACTIONS; i++) {
		const struct key_def *def = &key_defs[i];

		if (strcmp(group, def->group))
			buf_printf(b, "%s.Ss %s\n.Bl -tag -width Ds\n", *group ? ".El\n" : "",
				   def->group);
		group = def->group;
		buf_str(b, ".It Ic ");
		for (const char *p = def->keys; *p; p++)
			if (*p == '^')
				buf_str(b, "Ctrl\\-");
			else if (*p == ' ')
				buf_str(b, " , ");
			else if (strchr(":&-+=/?", *p))
				buf_printf(b, "\\&%s", *p == '-' ? "\\-" : (char[]){ *p, 0 });
			else
				buf_char(b, *p);
		buf_printf(b, "\n%s.\n", def->help);
	}
	buf_str(b, ".El\n");
}

/* A key in each line, as a script has it. */
static void list_keys(struct buf *b)
{
	for (int i = 1; i < NR_ACTIONS; i++)
		for (const char *p = key_defs[i].keys; *p; p += strspn(p, " ")) {
			int len = strcspn(p, " ");

			buf_printf(b, len > 1 ? "<%.*s>\n" : "%.*s\n", len, p);
			p += len;
		}
}

bool options_list(struct buf *b, const char *what)
{
	if (!strcmp(what, "man-commands"))
		list_man_keys(b);
	else if (!strcmp(what, "keys"))
		list_keys(b);
	else
		return cmd_table_list(&program, b, what);
	return true;
}
