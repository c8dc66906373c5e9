// SPDX-License-Identifier: GPL-2.0

#include "../common/mdoc.h"
#include "commands.h"
#include "lists.h"

int list_commands(struct run *run)
{
	for (const struct cmd *const *c = commands; *c; c++)
		buf_printf(&run->out->b, "%s\n", (*c)->name);
	return STATUS_DONE;
}

int list_completion(struct run *run)
{
	struct buf *b = &run->out->b;

	buf_str(b, "_kstate_dump_commands=\"\n");
	for (const struct cmd *const *c = commands; *c; c++)
		buf_printf(b, "%s:%s\n", (*c)->name, (*c)->args);
	buf_str(b, "\"\n_kstate_dump_options=\"\n");
	optable_completion(&options_table, b);
	buf_str(b, "\"\n");
	return STATUS_DONE;
}

int list_man_commands(struct run *run)
{
	struct buf *b = &run->out->b;

	for (const struct cmd *const *c = commands; *c; c++) {
		buf_printf(b, ".It Ic %s %s%s\n", (*c)->name, *(*c)->args ? "Ar " : "", (*c)->args);
		mdoc_line(b, (*c)->help, strlen((*c)->help));
		buf_str(b, ".Pp\n");
		mdoc_text(b, (*c)->details);
		optable_man(&options_table, b, (*c)->name);
	}
	return STATUS_DONE;
}

int list_man_options(struct run *run)
{
	optable_man(&options_table, &run->out->b, NULL);
	return STATUS_DONE;
}
