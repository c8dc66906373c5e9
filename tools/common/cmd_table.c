// SPDX-License-Identifier: GPL-2.0

#include "cmd_table.h"
#include "mdoc.h"
#include "nearest.h"
#include "status.h"

const struct cmd *cmd_find(const struct cmd_table *t, const char *name)
{
	for (const struct cmd *const *c = t->cmds; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

const char *cmd_nearest(const struct cmd_table *t, const char *name)
{
	struct nearest n = { .word = name };

	for (const struct cmd *const *c = t->cmds; *c; c++)
		nearest_try(&n, (*c)->name);
	return n.found;
}

void cmd_table_help(const struct cmd_table *t, struct buf *b)
{
	for (const struct cmd *const *c = t->cmds; *c; c++)
		buf_printf(b, "  %-9s%-*s %s\n", (*c)->name, t->args_width, (*c)->args, (*c)->help);
}

void cmd_table_help_one(const struct cmd_table *t, struct buf *b, const struct cmd *cmd)
{
	buf_printf(b, "Usage: %s [OPTIONS] %s %s\n\n", t->program, cmd->name, cmd->args);
	buf_str(b, cmd->details);
	if (!optable_any(t->options, cmd->name))
		return;
	buf_str(b, "\nOptions of this command:\n");
	optable_help(t->options, b, cmd->name);
}

/* In a variable's name, "_" replaces "-". */
static void begin_variable(const struct cmd_table *t, struct buf *b, const char *name)
{
	buf_char(b, '_');
	for (const char *p = t->program; *p; p++)
		buf_char(b, *p == '-' ? '_' : *p);
	buf_printf(b, "_%s=\"\n", name);
}

static void list_completion(const struct cmd_table *t, struct buf *b)
{
	if (*t->cmds) {
		begin_variable(t, b, "commands");
		for (const struct cmd *const *c = t->cmds; *c; c++)
			buf_printf(b, "%s:%s:%s\n", (*c)->name, (*c)->args, (*c)->help);
		buf_str(b, "\"\n");
	}
	begin_variable(t, b, "options");
	optable_completion(t->options, b);
	buf_str(b, "\"\n");
}

static void list_man_commands(const struct cmd_table *t, struct buf *b)
{
	for (const struct cmd *const *c = t->cmds; *c; c++) {
		buf_printf(b, ".It Ic %s %s%s\n", (*c)->name, *(*c)->args ? "Ar " : "", (*c)->args);
		mdoc_line(b, (*c)->help, strlen((*c)->help));
		buf_str(b, ".Pp\n");
		mdoc_text(b, (*c)->details);
		optable_man(t->options, b, (*c)->name);
	}
}

bool cmd_table_list(const struct cmd_table *t, struct buf *b, const char *what)
{
	if (!strcmp(what, "commands"))
		for (const struct cmd *const *c = t->cmds; *c; c++)
			buf_printf(b, "%s\n", (*c)->name);
	else if (!strcmp(what, "completion"))
		list_completion(t, b);
	else if (!strcmp(what, "man-commands"))
		list_man_commands(t, b);
	else if (!strcmp(what, "man-options"))
		optable_man(t->options, b, NULL);
	else if (!strcmp(what, "man-statuses"))
		status_man(b);
	else
		return false;
	return true;
}
