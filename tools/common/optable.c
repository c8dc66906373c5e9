// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include "mdoc.h"
#include "optable.h"

#define HELP_COLUMN	24
#define LONG_ONLY	256	/* what getopt returns for the first option without a letter */

static int has_arg(const struct option_def *def)
{
	return !def->arg ? no_argument : *def->arg == '[' ? optional_argument : required_argument;
}

void optable_getopt(const struct optable *t, struct optable_getopt *g, bool in_order)
{
	char *shorts = g->shorts;

	if (in_order)
		*shorts++ = '+';
	for (int i = 0; i < t->nr && i < OPTABLE_MAX; i++) {
		const struct option_def *def = &t->defs[i];

		g->longs[i] = (struct option){ def->name, has_arg(def), NULL, LONG_ONLY + i };
		g->longs[i + 1] = (struct option){ NULL, 0, NULL, 0 };
		if (!def->letter)
			continue;
		*shorts++ = def->letter;
		for (int n = has_arg(def); n; n--)
			*shorts++ = ':';
	}
	*shorts = 0;
}

int optable_index(const struct optable *t, int c)
{
	if (c >= LONG_ONLY)
		return c - LONG_ONLY;
	for (int i = 0; i < t->nr; i++)
		if (t->defs[i].letter == c)
			return i;
	return t->nr;
}

void optable_wrong(char *text, size_t size, int argc, char **argv)
{
	const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

	if (optopt > 0 && optopt < LONG_ONLY && strncmp(word, "--", 2))
		snprintf(text, size, "no option -%c, or it lacks its argument", optopt);
	else
		snprintf(text, size, "no option %.100s, or it lacks its argument", word);
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
	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];

		if (def->help && (command ? option_is_of(def, command) : !def->commands))
			put_option(b, def);
	}
}

void optable_completion(const struct optable *t, struct buf *b)
{
	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];

		if (!def->help)
			continue;
		buf_printf(b, "--%s:%s:%s\n", def->name, def->arg ? def->arg : "",
			   def->commands ? def->commands : "");
		if (def->letter)
			buf_printf(b, "-%c:%s:%s\n", def->letter, def->arg ? def->arg : "",
				   def->commands ? def->commands : "");
	}
}

static void put_man_option(struct buf *b, const struct option_def *def)
{
	buf_str(b, ".It ");
	if (def->letter)
		buf_printf(b, "Fl %c , ", def->letter);
	buf_printf(b, "Fl -%s", def->name);
	if (def->arg)
		buf_printf(b, *def->arg == '[' ? " Ns %s" : " Ar %s", def->arg);
	buf_char(b, '\n');
	mdoc_line(b, def->help, strlen(def->help));
}

void optable_man(const struct optable *t, struct buf *b, const char *command)
{
	bool any = false;

	for (int i = 0; i < t->nr; i++) {
		const struct option_def *def = &t->defs[i];

		if (!def->help || !(command ? option_is_of(def, command) : !def->commands))
			continue;
		if (command && !any)
			buf_str(b, ".Bl -tag -width Ds\n");
		any = true;
		put_man_option(b, def);
	}
	if (command && any)
		buf_str(b, ".El\n");
}
