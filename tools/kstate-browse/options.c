// SPDX-License-Identifier: GPL-2.0

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kstate-dump.h>

#include "keys.h"
#include "options.h"

#define SYSROOT_ENV	"KSTATE_DUMP_SYSROOT"
#define LONG_ONLY	256
#define REFRESH		2

#define X(sym, letter_, name_, arg_, help_) OPT_##sym,
enum {
#include "options.def"
	NR_OPTIONS,
};
#undef X

#define X(sym, letter_, name_, arg_, help_) [OPT_##sym] = { letter_, name_, arg_, help_ },
static const struct {
	int letter;
	const char *name;
	const char *arg;
	const char *help;
} defs[NR_OPTIONS] = {
#include "options.def"
};
#undef X

#define WRONG(o, ...)	snprintf((o)->error, sizeof((o)->error), __VA_ARGS__)

static void set_page_size(struct options *o, const char *text)
{
	if (!strcmp(text, "4K"))
		o->page_size = 4096;
	else if (!strcmp(text, "16K"))
		o->page_size = 16384;
	else if (!strcmp(text, "64K"))
		o->page_size = 65536;
	else
		WRONG(o, "--page-size is 4K, 16K or 64K");
}

static void set_color(struct options *o, const char *when)
{
	if (!strcmp(when, "always"))
		o->color = 1;
	else if (!strcmp(when, "never"))
		o->color = 0;
	else if (strcmp(when, "auto"))
		WRONG(o, "--color is always, auto or never");
}

static void set_refresh(struct options *o, const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (!*text || *end || v > 86400)
		WRONG(o, "--refresh is a number of seconds");
	o->refresh = v;
}

static void set_size(struct options *o, const char *text)
{
	if (sscanf(text, "%dx%d", &o->cols, &o->rows) != 2 || o->cols < 1 || o->rows < 1)
		WRONG(o, "--size is COLSxROWS");
}

static void set_option(struct options *o, int i)
{
	switch (i) {
	case OPT_IN:
		o->sides |= KSTD_SIDE_IN;
		break;
	case OPT_OUT:
		o->sides |= KSTD_SIDE_OUT;
		break;
	case OPT_REFRESH:
		set_refresh(o, optarg);
		break;
	case OPT_ASCII:
		o->ascii = true;
		break;
	case OPT_COLOR:
		set_color(o, optarg);
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
	case OPT_VERSION:
		o->version = true;
		break;
	case OPT_HELP:
		o->help = true;
		break;
	case OPT_HEADLESS:
		o->headless = true;
		break;
	case OPT_SCRIPT:
		o->script = optarg;
		break;
	case OPT_SIZE:
		set_size(o, optarg);
		break;
	case OPT_LIST:
		o->list = optarg;
		break;
	}
}

static int index_of(int c)
{
	if (c >= LONG_ONLY)
		return c - LONG_ONLY;
	for (int i = 0; i < NR_OPTIONS; i++)
		if (defs[i].letter == c)
			return i;
	return NR_OPTIONS;
}

static void parse_words(struct options *o, int argc, char **argv)
{
	if (argc > 2)
		WRONG(o, "at most two images: the second is compared with the first");
	o->image = argc > 0 ? argv[0] : NULL;
	o->other = argc > 1 ? argv[1] : NULL;
	if (o->image && !strcmp(o->image, "-"))
		WRONG(o, "standard input is the terminal: name a file");
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[NR_OPTIONS + 1] = { 0 };
	char shorts[2 * NR_OPTIONS + 1], *p = shorts;
	int c;

	*o = (struct options){ .color = -1, .refresh = REFRESH, .rows = 24, .cols = 80,
			       .sysroot = getenv(SYSROOT_ENV) };
	for (int i = 0; i < NR_OPTIONS; i++) {
		longs[i] = (struct option){ defs[i].name, !!defs[i].arg, NULL, LONG_ONLY + i };
		if (!defs[i].letter)
			continue;
		*p++ = defs[i].letter;
		if (defs[i].arg)
			*p++ = ':';
	}
	*p = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (index_of(c) == NR_OPTIONS)
			WRONG(o, "no option %.100s, or it lacks its argument", argv[optind - 1]);
		else
			set_option(o, index_of(c));
	}
	parse_words(o, argc - optind, argv + optind);
}

int options_help(void)
{
	char words[80];

	puts("Usage: kstate-browse [OPTIONS] [IMAGE [IMAGE2]]\n\n"
	     "Browse what one kernel hands over to the next: the live system, or an IMAGE as\n"
	     "kstate-dump takes it. With IMAGE2, what differs between the two.\n\n"
	     "Options:");
	for (int i = 0; i < NR_OPTIONS; i++) {
		char letter[4] = "   ";

		if (!defs[i].help)
			continue;
		if (defs[i].letter)
			snprintf(letter, sizeof(letter), "-%c,", defs[i].letter);
		snprintf(words, sizeof(words), "%s --%s%s%s", letter, defs[i].name,
			 defs[i].arg ? " " : "", defs[i].arg ? defs[i].arg : "");
		printf("  %-24s %s\n", words, defs[i].help);
	}
	puts("\nThe key ? shows all keys; so does kstate-browse(8).");
	return 0;
}

static void list_man_options(void)
{
	for (int i = 0; i < NR_OPTIONS; i++) {
		if (!defs[i].help)
			continue;
		printf(".It ");
		if (defs[i].letter)
			printf("Fl %c , ", defs[i].letter);
		printf("Fl -%s%s%s\n%s.\n", defs[i].name, defs[i].arg ? " Ar " : "",
		       defs[i].arg ? defs[i].arg : "", defs[i].help);
	}
}

/* A list for each group; "^B" is Ctrl-B. */
static void list_man_keys(void)
{
	const char *group = "";

	for (int i = 1; i < NR_ACTIONS; i++) {
		const struct key_def *def = &key_defs[i];

		if (strcmp(group, def->group))
			printf("%s.Ss %s\n.Bl -tag -width Ds\n", *group ? ".El\n" : "", def->group);
		group = def->group;
		printf(".It Ic ");
		for (const char *p = def->keys; *p; p++)
			if (*p == '^')
				printf("Ctrl\\-");
			else if (*p == ' ')
				printf(" , ");
			else if (strchr(":&-+=/?", *p))
				printf("\\&%s", *p == '-' ? "\\-" : (char[]){ *p, 0 });
			else
				putchar(*p);
		printf("\n%s.\n", def->help);
	}
	printf(".El\n");
}

/* One a line, as a script has them. */
static void list_keys(void)
{
	for (int i = 1; i < NR_ACTIONS; i++)
		for (const char *p = key_defs[i].keys; *p; p += strspn(p, " ")) {
			int len = strcspn(p, " ");

			printf(len > 1 ? "<%.*s>\n" : "%.*s\n", len, p);
			p += len;
		}
}

static void list_completion(void)
{
	printf("_kstate_browse_options=\"\n");
	for (int i = 0; i < NR_OPTIONS; i++) {
		const char *arg = defs[i].arg ? defs[i].arg : "";

		if (defs[i].help && defs[i].letter)
			printf("-%c:%s:\n", defs[i].letter, arg);
		if (defs[i].help)
			printf("--%s:%s:\n", defs[i].name, arg);
	}
	printf("\"\n");
}

int options_list(const char *what)
{
	if (!strcmp(what, "man-options"))
		list_man_options();
	else if (!strcmp(what, "man-commands"))
		list_man_keys();
	else if (!strcmp(what, "keys"))
		list_keys();
	else if (!strcmp(what, "completion"))
		list_completion();
	else
		return 2;
	return 0;
}
