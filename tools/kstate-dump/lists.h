/* SPDX-License-Identifier: GPL-2.0 */

/* The tables of commands and options, for the completion and the manual page. */

#ifndef KSTATE_DUMP_LISTS_H
#define KSTATE_DUMP_LISTS_H

#include "cmd.h"

/* A line for each command. */
int list_commands(struct run *run);

/* Shell variables: commands with their arguments, options with theirs. */
int list_completion(struct run *run);

/* Items of an mdoc list: of commands, of options. */
int list_man_commands(struct run *run);
int list_man_options(struct run *run);

#endif
