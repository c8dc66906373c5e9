/* SPDX-License-Identifier: GPL-2.0 */

/* What tracing needs of the machine, and the message if it is missing. */

#ifndef KSTATE_TRACE_ENV_H
#define KSTATE_TRACE_ENV_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct env - what is missing
 * @code: a stable word for scripts; NULL if nothing is missing
 * @text: one line: what is missing, and how to get it
 */
struct env {
	const char *code;
	char text[300];
};

/* Check the files below @sysroot ("" for the machine itself); true if nothing is missing. */
bool env_check(struct env *env, const char *sysroot);

/* Loading the BPF program has failed with @err, a negative errno: fill in the likely reason. */
void env_refused(struct env *env, int err);

#endif
