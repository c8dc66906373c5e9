// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "lists.h"

int list_commands(struct run *run)
{
	for (const struct cmd *const *c = commands; *c; c++)
		buf_printf(&run->out->b, "%s\n", (*c)->name);
	return EXIT_DONE;
}

int list_completion(struct run *run)
{
	struct buf *b = &run->out->b;

	buf_str(b, "_kstate_dump_commands=\"\n");
	for (const struct cmd *const *c = commands; *c; c++)
		buf_printf(b, "%s:%s\n", (*c)->name, (*c)->args);
	buf_str(b, "\"\n_kstate_dump_options=\"\n");
	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *def = &option_defs[i];

		if (!def->help)
			continue;
		buf_printf(b, "--%s:%s:%s\n", def->name, def->arg ? def->arg : "",
			   def->commands ? def->commands : "");
		if (def->letter)
			buf_printf(b, "-%c:%s:%s\n", def->letter, def->arg ? def->arg : "",
				   def->commands ? def->commands : "");
	}
	buf_str(b, "\"\n");
	return EXIT_DONE;
}

/* Is @s the blank after a sentence? The next one begins a line: that is how roff knows. */
static bool ends_sentence(const char *s, const char *begin)
{
	return *s == ' ' && s > begin && strchr(".?!", s[-1]);
}

/* One line of text: roff sees no command in it. */
static void put_line(struct buf *b, const char *s, size_t len)
{
	const char *begin = s;

	for (bool first = true; len; s++, len--) {
		if (ends_sentence(s, begin)) {
			buf_char(b, '\n');
			first = true;
			continue;
		}
		if (first && (*s == '.' || *s == '\''))
			buf_str(b, "\\&");
		first = false;
		if (*s == '\\')
			buf_str(b, "\\e");
		else
			buf_char(b, *s);
	}
	buf_char(b, '\n');
}

/* Paragraphs, with an empty line between them. */
static void put_text(struct buf *b, const char *s)
{
	while (*s) {
		size_t len = strcspn(s, "\n");

		if (len)
			put_line(b, s, len);
		else
			buf_str(b, ".Pp\n");
		s += len + (s[len] == '\n');
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
	put_line(b, def->help, strlen(def->help));
}

static void put_man_options(struct buf *b, const char *command)
{
	bool any = false;

	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_def *def = &option_defs[i];

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

int list_man_commands(struct run *run)
{
	struct buf *b = &run->out->b;

	for (const struct cmd *const *c = commands; *c; c++) {
		buf_printf(b, ".It Ic %s %s%s\n", (*c)->name, *(*c)->args ? "Ar " : "", (*c)->args);
		put_line(b, (*c)->help, strlen((*c)->help));
		buf_str(b, ".Pp\n");
		put_text(b, (*c)->details);
		put_man_options(b, (*c)->name);
	}
	return EXIT_DONE;
}

int list_man_options(struct run *run)
{
	put_man_options(&run->out->b, NULL);
	return EXIT_DONE;
}
