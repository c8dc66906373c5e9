// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mdoc.h"
#include "nearest.h"
#include "optable.h"

#define HELP_COLUMN	24
/* What getopt_long() returns for the long form of the first option. */
#define LONG_ONLY	256

static int has_arg(const struct option_def *def)
{
	return !def->arg ? no_argument : *def->arg == '[' ? optional_argument : required_argument;
}

/* The table in the form that getopt_long() takes. */
struct getopt_table {
	struct option longs[OPTABLE_MAX + 1];
	char shorts[1 + 3 * OPTABLE_MAX + 1];
};

static void make_getopt_table(const struct optable *t, struct getopt_table *g)
{
	char *shorts = g->shorts;

	*g = (struct getopt_table){ 0 };
	*shorts++ = ':';	/* a missing argument has a value of its own then */
	for (int i = 0; i < t->nr && i < OPTABLE_MAX; i++) {
		const struct option_def *def = &t->defs[i];

		g->longs[i] = (struct option){ def->name, has_arg(def), NULL, LONG_ONLY + i };
		if (!def->letter)
			continue;
		*shorts++ = def->letter;
		for (int n = has_arg(def); n; n--)
			*shorts++ = ':';	/* a missing argument has a value of its own then */
	}
}

/* The index of what getopt_long() returned; @t->nr if there is no such option. */
static int index_of(const struct optable *t, int c)
{
	if (c >= LONG_ONLY)
		return c - LONG_ONLY;
	for (int i = 0; i < t->nr; i++)
		if (t->defs[i].letter == c)
			return i;
	return t->nr;
}

/* @word is one that getopt_long() does not know: "--nxet", "--nxet=FILE", "-z". */
static void unknown_option(const struct optable *t, struct optable_result *r, const char *word)
{
	char name[101];
	struct nearest n = { .word = name };

	if (strncmp(word, "--", 2)) {
		snprintf(r->error, sizeof(r->error), "no option -%c", optopt);
		return;
	}
	snprintf(name, sizeof(name), "%.100s", word + 2);
	name[strcspn(name, "=")] = 0;
	for (int i = 0; i < t->nr; i++)
		if (t->defs[i].help)
			nearest_try(&n, t->defs[i].name);
	snprintf(r->error, sizeof(r->error), "no option --%s%s%s%s", name,
		 n.found ? " (--" : "", n.found ? n.found : "", n.found ? "?)" : "");
}

static void missing_argument(const struct optable *t, struct optable_result *r)
{
	int i = index_of(t, optopt);

	if (i < t->nr)
		snprintf(r->error, sizeof(r->error), "--%s takes an argument: %s", t->defs[i].name,
			 t->defs[i].arg);
}

void optable_parse(const struct optable *t, struct optable_result *r, int argc, char **argv,
		   void (*set)(void *opts, int option, const char *arg), void *opts)
{
	struct getopt_table table;
	int c;

	*r = (struct optable_result){ 0 };
	make_getopt_table(t, &table);
	opterr = 0;
	while ((c = getopt_long(argc, argv, table.shorts, table.longs, NULL)) != -1) {
		int i = index_of(t, c);
		const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

		if (i < t->nr) {
			r->given |= 1ULL << i;
			set(opts, i, optarg);
		} else if (c == ':') {
			missing_argument(t, r);
		} else if (optopt >= LONG_ONLY) {
			snprintf(r->error, sizeof(r->error), "--%s takes no argument",
				 t->defs[optopt - LONG_ONLY].name);
		} else {
			unknown_option(t, r, word);
		}
	}
	r->nr_words = argc - optind;
}

bool option_is_of(const struct option_def *def, const char *command)
{
	size_t len = strlen(command);

	for (const char *p = def->commands; p && (p = strstr(p, command)); p += len)
		if ((p == def->commands || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

const struct option_def *optable_misplaced(const struct optable *t, uint64_t given,
					   const char *command)
{
	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];

		if (given >> i & 1 && def->commands && !option_is_of(def, command))
			return def;
	}
	return NULL;
}

bool optable_any(const struct optable *t, const char *command)
{
	for (int i = 0; i < t->nr; i++)
		if (option_is_of(&t->defs[i], command))
			return true;
	return false;
}

/* Is the option to be shown with @command, or with NULL, among the options of all commands? */
static bool is_shown(const struct option_def *def, const char *command)
{
	return def->help && (command ? option_is_of(def, command) : !def->commands);
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

void optable_help(const struct optable *t, struct buf *b, const char *command)
{
	for (int i = 0; i < t->nr; i++)
		if (is_shown(&t->defs[i], command))
			put_option(b, &t->defs[i]);
}

void optable_completion(const struct optable *t, struct buf *b)
{
	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];
		const char *arg = def->arg ? def->arg : "", *commands = def->commands ? def->commands : "";

		if (def->help)
			buf_printf(b, "--%s:%s:%s:%s\n", def->name, arg, commands, def->help);
		if (def->help && def->letter)
			buf_printf(b, "-%c:%s:%s:%s\n", def->letter, arg, commands, def->help);
	}
}

void optable_man(const struct optable *t, struct buf *b, const char *command)
{
	bool any = false;

	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];

		if (!is_shown(def, command))
			continue;
		if (command && !any)
			buf_str(b, ".Bl -tag -width Ds\n");
		any = true;
		buf_str(b, ".It ");
		if (def->letter)
			buf_printf(b, "Fl %c , ", def->letter);
		buf_printf(b, "Fl -%s", def->name);
		if (def->arg)
			buf_printf(b, *def->arg == '[' ? " Ns %s" : " Ar %s", def->arg);
		buf_char(b, '\n');
		mdoc_line(b, def->help, strlen(def->help));
	}
	if (command && any)
		buf_str(b, ".El\n");
}

void parse_color(struct optable_result *r, const char *when, int *color)
{
	if (!when || !strcmp(when, "always"))
		*color = 1;
	else if (!strcmp(when, "never"))
		*color = 0;
	else if (!strcmp(when, "auto"))
		*color = -1;
	else
		snprintf(r->error, sizeof(r->error), "--color is always, auto or never");
}

bool want_color(int color, bool terminal)
{
	return color < 0 ? terminal && !getenv("NO_COLOR") : color;
}

bool parse_address(const char *text, uint64_t *address)
{
	char *end;

	errno = 0;
	*address = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

void parse_raw(struct optable_result *r, const char *text, uint64_t *base)
{
	if (!parse_address(text, base))
		snprintf(r->error, sizeof(r->error),
			 "--raw takes the physical address at which the memory in the file begins, as 0x1000000, and \"%.40s\" is none; of get, -r is --as-is",
			 text);
}

/* There are no more of them than words on the command line. */
void add_word(struct optable_result *r, const char ***words, size_t *nr, const char *word)
{
	const char **more = realloc(*words, (*nr + 1) * sizeof(*more));

	if (!more) {
		snprintf(r->error, sizeof(r->error), "out of memory");
		return;
	}
	more[(*nr)++] = word;
	*words = more;
}

void parse_page_size(struct optable_result *r, const char *text, uint32_t *size)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*end == 'K' || *end == 'k') {
		v = v < 1024 ? v * 1024 : 0;
		end++;
	}
	if (*end || (v != 4096 && v != 16384 && v != 65536))
		snprintf(r->error, sizeof(r->error), "--page-size is 4K, 16K or 64K");
	else
		*size = v;
}
